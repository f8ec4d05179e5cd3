"""What the pages about advice hours ask for."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qiao.core.fields import Line, RunningText
from qiao.core.forms import LANGUAGES, clock_field, day_field
from qiao.core.models import Office
from qiao.directory.models import Organisation
from qiao.office.case_models import AdviceCase
from qiao.office.forms import OwnField, offer_offices
from qiao.office.hours_models import AdviceHours
from qiao.office.hours_queries import Slot
from qiao.templatetags.wording import clock_text, moment_text, place


class HoursForm(forms.Form):
    day = day_field(label=_("Day"))
    begins = clock_field(label=_("From"))
    ends = clock_field(label=_("Until"), help_text=_("By the clock of the contact office."))
    minutes = forms.IntegerField(label=_("Minutes for each"), min_value=10, max_value=240, initial=30)
    place = Line(label=_("Place"), max_length=200, required=False)
    link = forms.URLField(
        label=_("Link to the video call"), max_length=500, required=False, assume_scheme="https",
        help_text=_("Place, link or both. Only who has booked reads the link."),
    )  # fmt: skip
    languages = forms.MultipleChoiceField(
        label=_("Languages"), choices=list(LANGUAGES.items()), widget=forms.CheckboxSelectMultiple
    )
    cancel_hours = forms.IntegerField(
        label=_("Hours before it begins until which it can be cancelled"), min_value=0, max_value=336, initial=24
    )
    office = forms.ModelChoiceField(Office.objects.none(), label=_("Contact office"), empty_label=None)

    def __init__(self, *args: Any, offices: QuerySet[Office], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_offices(self, offices)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("place") and not data.get("link") and "link" not in self.errors:
            self.add_error("place", gettext("Say where it is, or give the link to a video call."))
        return data


class BookingForm(forms.Form):
    """Slots are told by the clock of the reader, and of the office where that differs."""

    start = forms.ChoiceField(label=_("When"), widget=forms.RadioSelect)
    organisation = forms.ModelChoiceField(Organisation.objects.none())
    kind = forms.ChoiceField(label=_("Kind of advice"), choices=AdviceCase.Kind.choices)
    topic = Line(label=_("What you would like to talk about"), max_length=200)

    def __init__(
        self, *args: Any, hours: AdviceHours, free: Sequence[Slot], own: Sequence[Organisation], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["start"].choices = [(one.start.isoformat(), _told(one, hours)) for one in free]  # type: ignore[attr-defined]
        self.fields["organisation"] = OwnField(own, label=_("For the organisation"))
        if len(own) == 1:
            self.fields["organisation"].initial = own[0].key
            self.fields["organisation"].widget = forms.HiddenInput()


def _told(slot: Slot, hours: AdviceHours) -> str:
    """ "Do 4.11., 10:00–10:30 · 17:00 Jinan"."""
    here = timezone.localtime(slot.start)
    there = slot.start.astimezone(hours.zone)
    lead = moment_text(here, timezone.localtime(slot.end))
    if here.utcoffset() == there.utcoffset():
        return lead
    other = moment_text(there) if there.date() != here.date() else clock_text(there)
    return f"{lead} · {other} {place(hours.city)}"


class ReasonForm(forms.Form):
    reason = RunningText(label=_("Reason"), max_length=1000, widget=forms.Textarea({"rows": 2}))
