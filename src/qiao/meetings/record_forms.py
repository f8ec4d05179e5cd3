"""The form of a record sheet, short enough for a phone at the table."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.html import format_html

from qiao.core.forms import day_field
from qiao.meetings.record_models import Interest, RecordStep
from qiao.meetings.record_words import both, both_plain, numbered
from qiao.meetings.records import RecordPage
from qiao.templatetags.qiao import name, plain_name

STEPS = 5
OPEN = 2  # steps shown at once; the others open with one tap
LONGEST = 4000


class RecordForm(forms.Form):
    """Labels in the languages of the table. base, once: which version was read, and this form's own key."""

    base = forms.IntegerField(min_value=0)
    once = forms.RegexField("^[A-Za-z0-9]{12,40}$")

    def __init__(self, data: Any = None, *, page: RecordPage) -> None:
        super().__init__(data, initial=_initial(page))
        self.page, tongues = page, page.languages
        sides = page.request.sender.organisation, page.request.recipient.organisation
        self._lines("topics", tongues)
        for side, organisation in zip(("sender", "recipient"), sides, strict=True):
            self.fields[f"interest_{side}"] = forms.ChoiceField(
                label=format_html("{} – {}", both("interest", tongues), name(organisation)),
                choices=[(code, both(code, tongues)) for code in Interest.values],
                widget=forms.RadioSelect,
                required=False,
            )
        who = [("", "–"), ("sender", plain_name(sides[0])), ("recipient", plain_name(sides[1]))]
        who += [(code, both_plain(code, tongues)) for code in (RecordStep.Who.BOTH, RecordStep.Who.OFFICE)]
        for number in range(1, STEPS + 1):
            self.fields[f"text_{number}"] = forms.CharField(
                label=numbered("step", number, tongues), max_length=300, required=False
            )
            self.fields[f"who_{number}"] = forms.ChoiceField(label=both("who", tongues), choices=who, required=False)
            self.fields[f"until_{number}"] = day_field(label=both("until", tongues), required=False)
        self._lines("questions", tongues)

    def _lines(self, field: str, tongues: list[str]) -> None:
        self.fields[field] = forms.CharField(
            label=both(field, tongues), max_length=LONGEST, required=False, widget=forms.Textarea({"rows": 3})
        )

    def _rows(self) -> list[list[BoundField]]:
        return [[self[f"{part}_{number}"] for part in ("text", "who", "until")] for number in range(1, STEPS + 1)]

    @property
    def first_steps(self) -> list[list[BoundField]]:
        return self._rows()[:OPEN]

    @property
    def more_steps(self) -> list[list[BoundField]]:
        return self._rows()[OPEN:]

    @property
    def more_are_used(self) -> bool:
        return any(one.value() or one.errors for row in self.more_steps for one in row)

    def values(self) -> dict[str, Any]:
        """What `actions.save_record` takes: texts, levels of interest, and the steps that say what is to be done."""
        data = self.cleaned_data
        return {
            **{
                key: data[key]
                for key in ("topics", "questions", "interest_sender", "interest_recipient", "base", "once")
            },
            "steps": list(_steps(data)),
        }


def _steps(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for number in range(1, STEPS + 1):
        row = {part: data[f"{part}_{number}"] for part in ("text", "who", "until")}
        if any(row.values()):
            yield row


def _initial(page: RecordPage) -> dict[str, Any]:
    sheet = page.sheet
    if sheet is None:
        return {}
    found = {key: getattr(sheet, key) for key in ("topics", "questions", "interest_sender", "interest_recipient")}
    for number, step in enumerate(sheet.steps.all(), 1):
        found |= {f"text_{number}": step.text, f"who_{number}": step.who, f"until_{number}": step.until}
    return found
