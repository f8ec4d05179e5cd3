"""Input about journeys: what an organiser asks, and what a participant tells."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qiao.core.alphabet import alphabetical
from qiao.core.fields import Line, RunningText
from qiao.core.forms import day_field
from qiao.core.languages import reader_language
from qiao.core.models import User
from qiao.directory.values import countries
from qiao.events.travel_fields import GROUPS, Detail, Group, Values, asked_groups, consent_text
from qiao.events.travel_models import TravelCall
from qiao.templatetags.wording import LOCALES

LONGEST = 300


class TravelCallForm(forms.Form):
    """What is asked, one list of ticks for each group; until when; who reads it."""

    def __init__(
        self, *args: Any, call: TravelCall | None, until: date, organisers: list[User], by: User, members: bool = False
    ) -> None:
        """`members`: of a delegation are asked; rooms and buses are theirs alone."""
        super().__init__(*args)
        present = set(call.asked) if call else set()
        self.groups = [group for group in GROUPS if members or group.code != "rooming"]
        for group in self.groups:
            self.fields[group.code] = forms.MultipleChoiceField(
                label=group.title, choices=[(one.code, one.label) for one in group.details if not one.assigned], required=False,
                widget=forms.CheckboxSelectMultiple, initial=[one.code for one in group.details if one.code in present],
            )  # fmt: skip
        self.fields["delete_on"] = day_field(
            label=_("Delete all of it on"), initial=call.delete_on if call else until,
            help_text=_("People read this day beside the form. At most 30 days after the journey.") if members
            else _("People read this day beside the form. At most 30 days after the event."),
        )  # fmt: skip
        self.organisers = {user.key: user for user in organisers}
        readers = set(call.readers.values_list("pk", flat=True)) if call else {by.pk}
        if by.pk in readers:
            self.fields["readers"] = forms.MultipleChoiceField(
                label=_("Who may read it"), choices=[(user.key, user.name) for user in organisers],
                widget=forms.CheckboxSelectMultiple, initial=[user.key for user in organisers if user.pk in readers],
                help_text=_("Only these people; each reading is logged.") if members
                else _("Only these organisers; each reading is logged."),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        if not any(self.cleaned_data.get(group.code) for group in self.groups):
            self.add_error(None, _("Tick at least one thing that you want to know."))
        return self.cleaned_data

    def values(self) -> dict[str, Any]:
        """Arguments of `actions.save_travel_call`."""
        given = self.cleaned_data
        asked = [code for group in self.groups for code in given[group.code]]
        readers = [self.organisers[key] for key in given.get("readers", ())]
        return {"asked": asked, "delete_on": given["delete_on"], "readers": readers}


class TravelForm(forms.Form):
    """One field for each detail that is asked, and for each group a box by which the person agrees."""

    def __init__(self, *args: Any, call: TravelCall, present: Values) -> None:
        super().__init__(*args)
        self.asked = asked_groups(call.asked)
        for group, details in self.asked:
            told = present.get(group.code, {})
            for one in details:
                self.fields[one.code] = _field(one, told.get(one.code))
            self.fields[_box(group)] = forms.BooleanField(
                label=_("I agree to this"),
                help_text=consent_text(group, call.owner, call.delete_on),
                required=False,
                initial=group.code in present,
            )

    def groups(self) -> Iterator[tuple[Group, list[forms.BoundField], forms.BoundField]]:
        return ((group, [self[one.code] for one in details], self[_box(group)]) for group, details in self.asked)

    def clean(self) -> dict[str, Any]:
        for group, details in self.asked:
            if any(self.cleaned_data.get(one.code) for one in details) and not self.cleaned_data.get(_box(group)):
                self.add_error(_box(group), self.unagreed)
        return self.cleaned_data

    unagreed = gettext_lazy(
        "Without your consent nothing of this group can be kept. Tick the box, or empty its fields."
    )

    def values(self) -> dict[str, dict[str, Any]]:
        """Argument `values` of `actions.save_travel`."""
        return {
            group.code: {one.code: _stored(self.cleaned_data[one.code]) for one in details}
            for group, details in self.asked
            if self.cleaned_data[_box(group)]
        }


class AllotForm(forms.Form):
    """Where somebody sleeps and sits."""

    def __init__(self, *args: Any, told: Values) -> None:
        super().__init__(*args)
        present = told.get("rooming", {})
        for group in GROUPS:
            for one in group.details:
                if one.assigned:
                    self.fields[one.code] = _field(one, present.get(one.code))


def _box(group: Group) -> str:
    return f"agree_{group.code}"


def _field(one: Detail, present: Any) -> forms.Field:
    common: dict[str, Any] = {"label": one.label, "required": False, "initial": present}
    if one.kind == "day":
        return day_field(**common | {"initial": date.fromisoformat(present) if present else None})
    if one.kind == "choice":
        return forms.ChoiceField(choices=[("", "—"), *one.options], **common)
    if one.kind == "choices":
        return forms.MultipleChoiceField(choices=one.options, widget=forms.CheckboxSelectMultiple, **common)
    if one.kind == "country":
        names = countries(LOCALES[reader_language()])
        choices = sorted(names.items(), key=lambda row: alphabetical(row[1]))
        return forms.ChoiceField(choices=[("", "—"), *choices], **common)
    off = {"autocomplete": "off"}  # a shared device must not offer it to the next one
    if one.kind == "text":
        return RunningText(max_length=LONGEST, widget=forms.Textarea({"rows": 2, **off}), **common)
    return Line(max_length=LONGEST, widget=forms.TextInput(off), **common)


def _stored(clean: Any) -> Any:
    return clean.isoformat() if isinstance(clean, date) else clean
