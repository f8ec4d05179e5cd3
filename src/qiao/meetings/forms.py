"""What the planning desk and the announcements ask for."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qiao.core.forms import LocalizedField
from qiao.meetings.actions.runs import LIMITS
from qiao.meetings.segments import CHOICES
from qiao.templatetags.wording import duration


class StartForm(forms.Form):
    """How long to calculate."""

    limit = forms.TypedChoiceField(
        label=_("Time to calculate"),
        coerce=int,
        help_text=_(
            "A longer time closes gaps in the agendas. You can stop at any time and keep the best plan so far."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["limit"].choices = [(seconds, duration(seconds)) for seconds in LIMITS]  # type: ignore[attr-defined]
        self.fields["limit"].initial = 20


class UnmetFilter(forms.Form):
    """Which unmet wishes to list."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        required=False,
        choices=[
            ("", _("All reasons")),
            ("no-interpreter", _("No interpreter")),
            ("tables-full", _("No table")),
            ("participant-full", _("Agenda is full")),
            ("no-common-slot", _("No common time")),
            ("lower-priority", _("Others count more")),
            ("excluded", _("Ruled out")),
        ],
    )


class PublishForm(forms.Form):
    """Which version in force the organiser compared with; 0: none."""

    over = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class AnnouncementForm(forms.Form):
    """What is written to whom."""

    segment = forms.ChoiceField(label=_("To"), choices=CHOICES)
    subjects = LocalizedField(label=_("Subject"), longest=150)
    bodies = LocalizedField(
        label=_("Text"), longest=5000, rows=8,
        help_text=_("Plain text. Each recipient gets the language that fits best; your office's name is added."),
    )  # fmt: skip
    key = forms.CharField(widget=forms.HiddenInput, max_length=32, min_length=16)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("subjects") and data.get("bodies") and set(data["subjects"]) != set(data["bodies"]):
            self.add_error("bodies", gettext("Write subject and text in the same languages."))
        return data
