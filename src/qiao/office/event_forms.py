"""Forms of the pages of an event."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qiao.core.forms import LocalizedField
from qiao.core.texts import tidy_lines
from qiao.office.event_models import EventPages
from qiao.office.first_time import SECTIONS, minutes_of, usual_texts

LONGEST = 4000


def _tidied(words: dict[str, str]) -> dict[str, str]:
    return {code: done for code, text in (words or {}).items() if (done := tidy_lines(text))}


class FirstTimeForm(forms.Form):
    """A text for each section; the words that come with Qiao stand in it already."""

    public = forms.BooleanField(
        label=_("Show the page to people who have not signed in"), required=False,
        help_text=_("They see name, place and days of the event with it."),
    )  # fmt: skip

    def __init__(self, *args: Any, pages: EventPages, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usual = usual_texts(minutes_of(pages.event))
        for code, heading in SECTIONS.items():
            initial = usual[code] | pages.first_time.get(code, {})
            self.fields[code] = LocalizedField(label=heading, longest=LONGEST, rows=8, required=False, initial=initial)
        self.fields["public"].initial = pages.first_time_shown is not None
        self.order_fields([*SECTIONS, "public"])

    @property
    def values(self) -> dict[str, Any]:
        return {
            "texts": {code: _tidied(self.cleaned_data[code]) for code in SECTIONS},
            "public": self.cleaned_data["public"],
        }


class OutcomeForm(forms.Form):
    words = LocalizedField(
        label=_("What you say to it"), longest=LONGEST, rows=4, required=False,
        help_text=_("Stands above the figures. Name organisations only if they agreed."),
    )  # fmt: skip
    public = forms.BooleanField(
        label=_("Publish the page"), required=False,
        help_text=_("Everybody sees the figures, also without signing in; the lists behind them stay with you and the contact office."),
    )  # fmt: skip

    def __init__(self, *args: Any, pages: EventPages, **kwargs: Any) -> None:
        kwargs["initial"] = {"words": pages.outcome, "public": pages.outcome_shown is not None}
        super().__init__(*args, **kwargs)

    def clean_words(self) -> dict[str, str]:
        return _tidied(self.cleaned_data["words"])
