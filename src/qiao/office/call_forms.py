"""What the pages about targeted calls ask for."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from qiao.core.fields import Line
from qiao.core.forms import LANGUAGES, LocalizedField, day_field
from qiao.core.models import Office
from qiao.core.texts import tidy, tidy_lines
from qiao.directory.market_models import Opportunity
from qiao.events.models import Event
from qiao.office.call_models import TargetedCall
from qiao.office.forms import offer_offices


class OpportunityField(Line):
    """An open opportunity, by the address of its page or the key in it."""

    def clean(self, value: Any) -> Opportunity | None:
        text = str(super().clean(value))
        if not text:
            return None
        key = text.rstrip("/").rpartition("/")[2]
        found = Opportunity.objects.filter(public_key=key, organisation__is_published=True).first()
        if found is None or not found.is_open:
            raise forms.ValidationError(gettext("No open opportunity has this address. Copy it from the marketplace."))
        return found


class CallForm(forms.Form):
    titles = LocalizedField(
        label=pgettext_lazy("an article", "Title"), longest=150,
        help_text=_("One language is enough. Each person is asked in the own language where you wrote it."),
    )  # fmt: skip
    bodies = LocalizedField(label=_("What you ask, and what is in it for them"), longest=3000, rows=6)
    until = day_field(
        label=_("Answers until"), required=False, help_text=_("Until then answers can be changed. Empty: until you close the call.")
    )  # fmt: skip
    opportunity = OpportunityField(
        label=_("About this opportunity"), required=False, max_length=250,
        help_text=_("Address of its page. Whoever is interested then becomes an introduction with one click."),
    )  # fmt: skip
    event = forms.ModelChoiceField(Event.objects.none(), label=_("About this event"), required=False, empty_label="—")
    office = forms.ModelChoiceField(Office.objects.none(), label=_("Contact office"), empty_label=None)

    def __init__(
        self, *args: Any, offices: QuerySet[Office], call: TargetedCall | None = None, about: str = "", **kwargs: Any
    ) -> None:
        kwargs["initial"] = {"opportunity": about} if call is None else _initial(call)
        super().__init__(*args, **kwargs)
        events = Event.objects.exclude(phase=Event.Phase.AFTER).order_by("starts")
        self.fields["event"].queryset = events  # type: ignore[attr-defined]
        offer_offices(self, offices)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, clean in (("titles", tidy), ("bodies", tidy_lines)):
            data[name] = {code: done for code, text in (data.get(name) or {}).items() if (done := clean(text))}
        titles, bodies = set(data["titles"]), set(data["bodies"])
        for field, languages in (("bodies", titles - bodies), ("titles", bodies - titles)):
            for code in sorted(languages):
                self.add_error(field, gettext("This is missing: %(language)s.") % {"language": LANGUAGES[code]})
        return data


def _initial(call: TargetedCall) -> dict[str, Any]:
    kept = {name: getattr(call, name) for name in ("titles", "bodies", "until", "event", "office")}
    return kept | {"opportunity": call.opportunity.public_key if call.opportunity else ""}
