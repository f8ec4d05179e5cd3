"""Asking for a visit, and answering."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from qiao.core.fields import RunningText
from qiao.core.forms import clock_field, day_field
from qiao.directory.models import Organisation
from qiao.events.models import Delegation
from qiao.office.forms import OrganisationField, OwnField
from qiao.office.visit_models import VisitRequest

LONGEST = 2000
MOST_PEOPLE = 200


class VisitForm(forms.Form):
    first_day = day_field(label=_("At the earliest on"))
    last_day = day_field(label=_("At the latest on"))
    people = forms.IntegerField(label=_("How many people"), min_value=1, max_value=MOST_PEOPLE)
    purpose = RunningText(
        label=_("Purpose"), max_length=LONGEST, widget=forms.Textarea({"rows": 4}),
        help_text=_("Who comes, and what you would like to see or talk about."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, guests: QuerySet[Organisation], delegations: Sequence[Delegation], many: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if many:
            field: forms.Field = OrganisationField(label=_("For the organisation"))
            field.among = guests  # type: ignore[attr-defined]
        else:
            field = OwnField(list(guests), label=_("For the organisation"))
        self.fields["guest"] = field
        if delegations:
            choices = [("", "–"), *((one.slug, str(one)) for one in delegations)]
            self.fields["delegation"] = forms.ChoiceField(
                label=_("For the delegation"), choices=choices, required=False
            )
        self.delegations = {one.slug: one for one in delegations}
        self.order_fields(["guest", "delegation"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first_day"), data.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", gettext("The end lies before the beginning."))
        if first and first < timezone.localdate():
            self.add_error("first_day", gettext("Choose a day that lies ahead."))
        return data

    def values(self) -> dict[str, Any]:
        """As `actions.ask_for_visit` takes it."""
        data = self.cleaned_data
        return data | {"delegation": self.delegations.get(data.get("delegation", ""))}


class AgreeForm(forms.Form):
    """When the guests come, in the time of the hosts."""

    day = day_field(label=_("Day"))
    begins = clock_field(label=_("From"))
    ends = clock_field(label=pgettext_lazy("when it ends", "To"))
    answer = RunningText(
        label=_("What the guests should know"), max_length=LONGEST, required=False, widget=forms.Textarea({"rows": 3}),
        help_text=_("Whom they meet, where they are received."),
    )  # fmt: skip

    def __init__(self, *args: Any, visit: VisitRequest, **kwargs: Any) -> None:
        self.zone = ZoneInfo(visit.side.time_zone)
        kwargs.setdefault("initial", {"day": visit.first_day})
        kwargs.setdefault("auto_id", "id_agree_%s")
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("begins") and data.get("ends") and data["ends"] <= data["begins"]:
            self.add_error("ends", gettext("The end lies before the beginning."))
        return data

    def values(self) -> dict[str, Any]:
        """As `actions.agree_to_visit` takes it."""
        data = self.cleaned_data
        begin, end = (datetime.combine(data["day"], data[name], self.zone) for name in ("begins", "ends"))
        return {"starts": begin, "ends": end, "answer": data["answer"]}


class DeclineForm(forms.Form):
    answer = RunningText(
        label=_("In your own words"), max_length=LONGEST, required=False, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "id_decline_%s")
        super().__init__(*args, **kwargs)
