"""Input about wishes and requests."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qiao.core.fields import RunningText
from qiao.directory.models import Organisation
from qiao.matchmaking.models import Wish
from qiao.matchmaking.queries import PartnerFilter
from qiao.matchmaking.rules import LONGEST_MESSAGE, MOST_WISHES


class WishForm(forms.Form):
    """A button beside a partner; an empty kind takes the wish back."""

    kind = forms.ChoiceField(choices=[("", ""), *Wish.Kind.choices], required=False)


class RequestForm(forms.Form):
    message = RunningText(
        label=_("Your message"),
        help_text=_("Say in a sentence or two why you would like to meet. Write in the language you know best."),
        max_length=LONGEST_MESSAGE,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )


class RanksForm(forms.Form):
    """One number per wish, named after the partner's key, in the order of the wishes."""

    def __init__(self, *args: Any, wishes: Iterable[Wish], is_open: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wrong = _("A place is a whole number from 1 to 100.")
        for wish in wishes:
            self.fields[wish.partner.person.key] = forms.IntegerField(
                min_value=1,
                max_value=MOST_WISHES,
                required=False,
                initial=wish.rank,
                disabled=not is_open,
                error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), wrong),
                widget=forms.NumberInput({"class": "number", "inputmode": "numeric"}),
            )


class PartnerFilterForm(forms.Form):
    q = forms.CharField(label=_("Search"), required=False, max_length=100, widget=forms.TextInput({"type": "search"}))
    side = forms.CharField(required=False, max_length=50)
    theme = forms.CharField(required=False, max_length=50)
    type = forms.ChoiceField(choices=[("", _("all")), *Organisation.Type.choices], required=False)

    def chosen(self) -> PartnerFilter:
        """What is valid of the filter; a made-up value narrows nothing."""
        self.is_valid()
        values = self.cleaned_data
        return PartnerFilter(
            values.get("q", ""), values.get("side", ""), values.get("theme", ""), values.get("type", "")
        )
