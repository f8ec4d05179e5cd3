"""Input about calls for delegations: the announcement, an application, a decision."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qiao.core.fields import RunningText
from qiao.core.forms import LocalizedField, clock_field, day_field
from qiao.core.models import User
from qiao.core.texts import tidy_lines
from qiao.directory.models import Organisation
from qiao.events.delegation_models import DelegationApplication, DelegationCall
from qiao.events.models import Delegation, DelegationMember
from qiao.events.queries import organisations_of

TEXTS = ("texts", "costs", "funding")


class DelegationCallForm(forms.Form):
    texts = LocalizedField(
        label=_("What the journey is about"), longest=6000, rows=8,
        help_text=_("For whom it is, what is planned, what people get out of it."),
    )  # fmt: skip
    costs = LocalizedField(
        label=_("Own contribution"),
        longest=1000,
        rows=3,
        required=False,
        help_text=_("What participants pay themselves."),
    )
    funding = LocalizedField(
        label=_("What is funded"), longest=1000, rows=3, required=False,
        help_text=_("What the office or a programme pays, and on what conditions."),
    )  # fmt: skip
    places = forms.IntegerField(
        label=_("Places"), min_value=1, max_value=999, required=False, help_text=_("Empty: no limit.")
    )
    day = day_field(label=_("Last day for applications"))
    clock = clock_field(label=pgettext_lazy("a deadline", "Until"), help_text=_("Local time of your office."))
    is_published = forms.BooleanField(
        label=_("Published: everybody can read it, and apply who is signed in"), required=False
    )

    def __init__(self, *args: Any, delegation: Delegation, call: DelegationCall | None, **kwargs: Any) -> None:
        self.zone = ZoneInfo(delegation.office.time_zone)
        kwargs["initial"] = {"clock": "23:59"}
        if call is not None:
            closes = call.closes.astimezone(self.zone)
            present = {name: getattr(call, name) for name in (*TEXTS, "places", "is_published")}
            kwargs["initial"] = present | {"day": closes.date(), "clock": closes.time()}
        super().__init__(*args, **kwargs)

    @property
    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        closes = datetime.combine(data["day"], data["clock"], self.zone)
        found = {name: {code: text for code, raw in data[name].items() if (text := tidy_lines(raw))} for name in TEXTS}
        return found | {"places": data["places"], "is_published": data["is_published"], "closes": closes}


class ApplyForm(forms.Form):
    """One page: for whom, what for, what one brings."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("For which organisation?"), empty_label=None
    )
    field = forms.ChoiceField(label=_("You stand for"), choices=DelegationMember.Field.choices)
    hopes = RunningText(
        label=_("Whom would you like to meet, and what for?"), max_length=2000, widget=forms.Textarea({"rows": 4})
    )
    contributes = RunningText(
        label=_("What do you bring?"), max_length=2000, required=False, widget=forms.Textarea({"rows": 3}),
        help_text=_("A lecture, an exhibit, contacts, languages."),
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, present: DelegationApplication | None, **kwargs: Any) -> None:
        if present is not None:
            kwargs["initial"] = {name: getattr(present, name) for name in ("field", "hopes", "contributes")}
            kwargs["initial"] |= {"organisation": present.organisation_id}
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations_of(user)  # type: ignore[attr-defined]

    @property
    def values(self) -> dict[str, Any]:
        """Arguments of `apply_for`."""
        data = dict(self.cleaned_data)
        return {"organisation": data.pop("organisation"), "values": data}


class ApplicationForm(forms.Form):
    reason = RunningText(
        label=_("Words to the applicant"), max_length=2000, required=False, widget=forms.Textarea({"rows": 4}),
        help_text=_("They stand in the mail. Whoever is not selected reads why."),
    )  # fmt: skip

    def __init__(self, *args: Any, application: DelegationApplication, decision: str = "", **kwargs: Any) -> None:
        kwargs["initial"] = {"reason": application.reason}
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = decision in (
            DelegationApplication.State.DECLINED, DelegationApplication.State.WAITING
        )  # fmt: skip
