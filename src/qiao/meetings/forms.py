"""What the planning desk and the announcements ask for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qiao.core.forms import LocalizedField
from qiao.events.models import Event
from qiao.meetings.actions.runs import LIMITS
from qiao.meetings.programme import Choice
from qiao.meetings.rating_models import Rating
from qiao.meetings.ratings import NOT_HELD
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

    only_gaps = forms.BooleanField(
        label=_("Only fill gaps"),
        required=False,
        help_text=_("Every talk in force stays where it is; talks that fit beside them are added."),
    )

    def __init__(self, *args: Any, with_plan: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_plan:
            del self.fields["only_gaps"]
        self.fields["limit"].choices = [(seconds, duration(seconds)) for seconds in LIMITS]  # type: ignore[attr-defined]
        self.fields["limit"].initial = 20


class BoardFilter(forms.Form):
    """Which part of a board to show."""

    day = forms.DateField(required=False, widget=forms.HiddenInput)
    by = forms.ChoiceField(label=_("Rows"), required=False, choices=[("table", _("Tables")), ("person", _("People"))])
    q = forms.CharField(label=_("Person or organisation"), required=False, max_length=100)

    def asked(self) -> dict[str, Any]:
        """As `board_page` takes it; what is not valid is left out."""
        self.is_valid()
        data = self.cleaned_data
        return {"day": data.get("day"), "by": data.get("by") or "table", "words": data.get("q") or ""}


class PlaceForm(forms.Form):
    """Where a talk goes: ids as in the plan's files."""

    slot = forms.CharField(max_length=20)
    table = forms.CharField(max_length=20, required=False)


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


class CompareFilter(forms.Form):
    """With which run to compare, and which differences to list."""

    to = forms.ChoiceField(label=_("Compare with"), required=False)
    kind = forms.ChoiceField(
        label=_("Difference"),
        required=False,
        choices=[
            ("", _("All differences")),
            ("moved", _("Another time, table or interpreter")),
            ("only_here", _("Only in this plan")),
            ("only_there", _("Only in the other plan")),
        ],
    )

    def __init__(self, *args: Any, runs: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = runs  # type: ignore[attr-defined]


class PublishForm(forms.Form):
    """Which version in force the organiser compared with (0: none), and whether people may object first."""

    over = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    objections_until = forms.DateTimeField(
        label=_("Provisionally: people may object until"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Local time of the event. Leave empty to publish the plan as final."),
    )

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.event = event

    def clean_objections_until(self) -> datetime | None:
        """The field speaks of the event's clock, whatever zone the reader's pages are in."""
        until: datetime | None = self.cleaned_data["objections_until"]
        return until.replace(tzinfo=self.event.zone) if until else None


class ObjectionForm(forms.Form):
    """What does not fit in a provisional plan."""

    talk = forms.ChoiceField(label=_("About"), required=False)
    text = forms.CharField(label=_("What does not fit?"), required=False, max_length=2000, widget=forms.Textarea)

    def __init__(self, *args: Any, talks: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["talk"].choices = [("", _("the plan as a whole")), *talks]  # type: ignore[attr-defined]


class SettleForm(forms.Form):
    answer = forms.CharField(
        label=_("Answer"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


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


class ProgrammeFilter(forms.Form):
    """Which part of the programme, and how."""

    language = forms.SlugField(required=False, max_length=10)
    theme = forms.SlugField(required=False, max_length=50)
    track = forms.SlugField(required=False, max_length=20)
    day = forms.DateField(required=False)
    view = forms.ChoiceField(required=False, choices=[("list", "list"), ("rooms", "rooms")])

    def choice(self) -> Choice:
        """What is not valid is left out."""
        self.is_valid()
        given = {name: value for name, value in self.cleaned_data.items() if value}
        return Choice(**given)


class RatingForm(forms.Form):
    """One of the buttons below a talk. next: a code of Rating.Next, or "not-held"; score: 1 to 5, beside the step said before."""

    next = forms.ChoiceField(choices=[*Rating.Next.choices, (NOT_HELD, "")])
    score = forms.TypedChoiceField(choices=[(n, n) for n in range(1, 6)], coerce=int, required=False, empty_value=None)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        held = said.get("next") != NOT_HELD
        return {"held": held, "next": said.get("next", "") if held else "", "score": said.get("score")}
