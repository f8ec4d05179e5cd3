"""Input about events."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qiao.core.fields import RunningText
from qiao.core.models import User
from qiao.directory.forms import RegisterForm
from qiao.directory.models import Organisation
from qiao.events.form_queries import types_in_use
from qiao.events.forms.answers import AnswersForm
from qiao.events.models import Event, Participation
from qiao.events.queries import organisations_of, sides_of


class JoinForm(AnswersForm):
    """For whom somebody takes part, and what the organiser asks."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("For which organisation?"), empty_label=None
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = organisations_of(user)
        kept = organisations_of(user).filter(memberships__person__user=user, memberships__is_manager=True)
        self.kept = list(kept.distinct()[:2])
        if len(self.kept) == 1:  # who keeps several profiles says it there
            partners = RegisterForm.base_fields["known_partners"]
            self.fields["known_partners"] = RunningText(
                label=partners.label, help_text=partners.help_text, required=False, max_length=1000,
                widget=forms.Textarea({"rows": 2}), initial=self.kept[0].known_partners,
            )  # fmt: skip

    @property
    def values(self) -> dict[str, Any]:
        """Arguments of `join`."""
        partners = (
            (self.kept[0], self.cleaned_data["known_partners"])
            if "known_partners" in self.cleaned_data and "known_partners" in self.data
            else None
        )
        return {"organisation": self.cleaned_data["organisation"], "answers": self.answers, "known_partners": partners}


class ParticipantFilterForm(forms.Form):
    q = forms.CharField(label=_("Search"), required=False, max_length=100, widget=forms.TextInput({"type": "search"}))
    state = forms.ChoiceField(label=_("State"), required=False)
    side = forms.ChoiceField(label=_("Region"), required=False)
    type = forms.ChoiceField(label=_("Kind of participant"), required=False)

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = [("", _("all"))]
        self.fields["state"].choices = [*every, *Participation.State.choices]  # type: ignore[attr-defined]
        self.fields["side"].choices = [*every, *((side.code, str(side)) for side in sides_of(event))]  # type: ignore[attr-defined]
        self.fields["type"].choices = [*every, *types_in_use(event)]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, str]:
        """What is valid of the filter; a made-up value narrows nothing."""
        self.is_valid()
        values = {"words": "q", "state": "state", "side": "side", "type": "type"}
        return {name: self.cleaned_data.get(field, "") for name, field in values.items()}


class DecisionForm(forms.Form):
    """A button of the organiser beside one participant, or below those that are ticked."""

    action = forms.ChoiceField(choices=[(name, name) for name in ("approve", "reject", "readmit")])


class ReasonForm(forms.Form):
    """Why people are not admitted."""

    reason = RunningText(
        label=_("Reason"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("They read it in the mail and on the page of the event, in your words."),
    )  # fmt: skip


class PhaseForm(forms.Form):
    phase = forms.ChoiceField(label=_("Phase"), choices=Event.Phase.choices)


class AvailabilityForm(forms.Form):
    """The slots in which somebody does not want to be booked."""

    blocked = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, *args: Any, participation: Participation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        slots = participation.event.slots.values_list("pk", flat=True)
        self.fields["blocked"].choices = [(pk, pk) for pk in slots]  # type: ignore[attr-defined]
