"""The organiser's input about kinds of participants and questions."""

from datetime import timedelta
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qiao.core.forms import LocalizedField, day_field
from qiao.events.form_models import ParticipantType, Question
from qiao.events.models import Event

MOST_OPTIONS = 30
MORE_OPTIONS = 3  # empty lines below those that are there
KEPT = timedelta(days=90)  # after the event, unless the organiser says otherwise


class TypeForm(forms.Form):
    """A kind of participant."""

    names = LocalizedField(
        label=_("Kind of participant"), longest=100, help_text=_("In your own words: guest, host, speaker …")
    )
    places = forms.IntegerField(
        label=_("Places"), required=False, min_value=0, max_value=5000,
        help_text=_("Empty: no limit. Whoever is admitted when all are taken waits, and moves up by himself."),
    )  # fmt: skip
    is_offered = forms.BooleanField(
        label=_("People choose it themselves when they register"), required=False, initial=True
    )

    def __init__(self, *args: Any, type: ParticipantType | None = None, **kwargs: Any) -> None:
        if type is not None:
            kwargs["initial"] = {name: getattr(type, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)


class QuestionForm(forms.Form):
    """A question: its wording, how it is answered, who is asked, who reads the answer, what for and until when."""

    names = LocalizedField(
        label=_("Question"), longest=300, help_text=_("One language is enough; readers of the others see it then.")
    )
    helps = LocalizedField(label=_("Explanation"), longest=500, required=False)
    kind = forms.ChoiceField(label=_("How it is answered"), choices=Question.Kind.choices)
    is_required = forms.BooleanField(label=_("Nobody can register without an answer"), required=False)
    types = forms.MultipleChoiceField(
        label=_("Who is asked?"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing ticked: everybody."),
    )  # fmt: skip
    visibility = forms.ChoiceField(
        label=_("Who sees the answer?"), choices=Question.Visibility.choices, widget=forms.RadioSelect
    )
    purposes = LocalizedField(
        label=_("What is the answer for?"), longest=300,
        help_text=_("A sentence that people read beside the question, for example: So that we can order the right meals."),
    )  # fmt: skip
    delete_on = day_field(
        label=_("When are the answers deleted?"),
        help_text=_("As early as possible; on this day they are gone without your doing."),
    )

    def __init__(self, *args: Any, event: Event, question: Question | None = None, **kwargs: Any) -> None:
        self.present = [one for one in question.options if not one.get("gone")] if question else []
        if question is None:
            kwargs["initial"] = {"visibility": Question.Visibility.ORGANISER, "delete_on": event.ends + KEPT}
        else:
            kwargs["initial"] = {name: getattr(question, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        known = [(one.code, str(one)) for one in event.types.all()]
        self.fields["types"].choices = known  # type: ignore[attr-defined]
        if not known:
            del self.fields["types"]
        self.lines = [f"option_{n}" for n in range(1, min(len(self.present) + MORE_OPTIONS, MOST_OPTIONS) + 1)]
        for number, name in enumerate(self.lines):
            self.fields[name] = LocalizedField(
                label=_("Option %(number)s") % {"number": number + 1}, required=False, longest=150,
                initial=self.present[number]["names"] if number < len(self.present) else None,
            )  # fmt: skip

    @property
    def about_question(self) -> list[BoundField]:
        return [self[name] for name in self.fields if name not in self.lines]

    @property
    def about_options(self) -> list[BoundField]:
        return [self[name] for name in self.lines]

    @property
    def options(self) -> list[dict[str, Any]]:
        """Those that are filled in, with the codes of those that were there."""
        codes = [one["code"] for one in self.present] + [""] * len(self.lines)
        lines = [(code, self.cleaned_data.get(name)) for code, name in zip(codes, self.lines, strict=False)]
        return [{"code": code, "names": names} for code, names in lines if names]

    def clean_delete_on(self) -> Any:
        day = self.cleaned_data["delete_on"]
        if day <= timezone.now().date():
            raise forms.ValidationError(gettext("This day is not ahead."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") in (Question.Kind.CHOICE, Question.Kind.CHOICES) and len(self.options) < 2:
            self.add_error("option_1", gettext("Write at least two options to choose from."))
        return data

    @property
    def values(self) -> dict[str, Any]:
        """The arguments of `save_question`."""
        plain = {name: value for name, value in self.cleaned_data.items() if name not in self.lines}
        return {"types": [], **plain, "options": self.options}
