"""What the pages about introductions ask for."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from qiao.core.fields import RunningText
from qiao.directory.models import Organisation
from qiao.office.forms import OrganisationField, OwnField
from qiao.office.introduction_models import Introduction
from qiao.office.told import DECLINE_REASONS, REJECT_REASONS, RETURN_REASONS

LONGEST = 3000
REASONS: dict[str, Mapping[str, Any]] = {
    "return": RETURN_REASONS,
    "reject": REJECT_REASONS,
    "decline": DECLINE_REASONS,
}


class MessageForm(forms.Form):
    """An expression of interest, written or changed."""

    message = RunningText(
        label=_("Why you are interested, and what you have in mind"),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 6}),
        help_text=_("Your contact office checks it and passes it on. Leave out what tells who you are."),
    )
    named = forms.BooleanField(
        label=_("The other side may read our name at once"),
        required=False,
        help_text=_("Otherwise both names are exchanged once the other side agrees."),
    )


class InterestForm(MessageForm):
    """Members choose among their own organisations; the office names one."""

    organisation = OrganisationField(label=_("For the organisation"))

    def __init__(
        self, *args: Any, own: Sequence[Organisation] | None, seen: QuerySet[Organisation], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].among = seen  # type: ignore[attr-defined]
        if own is not None:
            self.fields["organisation"] = OwnField(own, label=_("For the organisation"))
        self.order_fields(["organisation", "message", "named"])


class DecisionForm(forms.Form):
    """A reason to choose, in the language of whoever reads it, and words of one's own."""

    reason = forms.ChoiceField(label=_("Reason"), required=False)
    note = RunningText(
        label=_("In your own words"), max_length=LONGEST, required=False, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *args: Any, step: str, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"id_{step}_%s")
        super().__init__(*args, **kwargs)
        known = REASONS.get(step)
        if known is None:
            del self.fields["reason"]
        else:
            self.fields["reason"].choices = [("", "–"), *known.items()]  # type: ignore[attr-defined]


class ProposalForm(forms.Form):
    one = OrganisationField(label=_("One organisation"))
    other = OrganisationField(label=_("The other organisation"))
    message = RunningText(
        label=_("Why the two should talk"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("Both sides read it. Leave out what tells who they are; names are exchanged once both agree."),
    )

    def __init__(self, *args: Any, seen: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("one", "other"):
            self.fields[name].among = seen  # type: ignore[attr-defined]


class StateFilter(forms.Form):
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("all")), *Introduction.State.choices])

    def asked(self) -> str:
        return str(self.cleaned_data.get("state", "")) if self.is_valid() else ""
