"""What a new token of the API is to be."""

from django import forms
from django.utils.translation import gettext_lazy as _

from qiao.core.fields import Line
from qiao.core.tokens import SCOPES

DAYS = [(30, _("one month")), (90, _("three months")), (365, _("one year"))]


class TokenForm(forms.Form):
    name = Line(label=_("What it is for"), max_length=80, help_text=_("So that you know it again in the list."))
    scopes = forms.MultipleChoiceField(
        label=_("What it may read"), choices=list(SCOPES.items()), widget=forms.CheckboxSelectMultiple
    )
    days = forms.TypedChoiceField(label=_("How long it is valid"), choices=DAYS, coerce=int, initial=90)
