"""Invitations, and the short form of those who come by one."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qiao.core.fields import Line
from qiao.core.forms import day_field
from qiao.directory.forms import RegisterForm
from qiao.events.form_models import Question
from qiao.events.form_queries import type_choices
from qiao.events.forms.answers import answer_value, question_field
from qiao.events.models import Event

ORGANISATION = ("name", "side", "type", "city")
TEXTS = ("offers_1", "seeks_1", "known_partners")
PERSON = ("person_name", "person_name_latin", "role", "email", "person_languages")


class InvitationForm(forms.Form):
    label = Line(
        label=_("Where is it handed out?"), max_length=100,
        help_text=_("For yourself only: poster in the hall, group of the chamber of commerce …"),
    )  # fmt: skip
    type = forms.ChoiceField(label=_("Kind of participant"), required=False)
    expires = day_field(label=_("Last day"))

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        kwargs["initial"] = {"expires": event.starts}
        super().__init__(*args, **kwargs)
        types = type_choices(event)
        self.fields["type"].choices = [("", "—"), *types]  # type: ignore[attr-defined]
        if not types:
            del self.fields["type"]

    def clean_expires(self) -> Any:
        day = self.cleaned_data["expires"]
        if day < timezone.now().date():
            raise forms.ValidationError(gettext("This day is not ahead."))
        return day


class InvitedForm(RegisterForm):
    """The least that a registration needs, and the organiser's questions; the rest is asked on the profile later."""

    def __init__(self, *args: Any, questions: Sequence[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = list(questions)
        kept = {*ORGANISATION, *TEXTS, *PERSON, "token", "same", *(n for n in self.fields if n.startswith("consent_"))}
        self.left_out = [name for name in self.fields if name not in kept]
        for name in self.left_out:
            del self.fields[name]
        self.fields["offers_1"].label, self.fields["seeks_1"].label = _("We offer"), _("We seek")
        for one in self.questions:
            self.fields[one.key] = question_field(one)

    @property
    def about_organisation(self) -> Iterator[forms.BoundField]:
        return self.group(*ORGANISATION, *TEXTS)

    @property
    def about_person(self) -> Iterator[forms.BoundField]:
        return self.group(*PERSON)

    @property
    def about_event(self) -> list[forms.BoundField]:
        return [self[one.key] for one in self.questions]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        side = self._sides.get(data.get("side", ""))
        given = {"languages": data.get("person_languages", []), "themes": [], "country": side.country if side else ""}
        for name in self.left_out:
            data[name] = given.get(name, "")
        return data

    def values(self) -> dict[str, Any]:
        """Arguments of `register_invited`."""
        answers = {one.pk: answer_value(one, self.cleaned_data.get(one.key)) for one in self.questions}
        return super().values() | {"answers": answers}
