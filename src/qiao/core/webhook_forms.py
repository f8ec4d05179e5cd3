"""What a new webhook is to be."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qiao.adapters.hooks import LONGEST, is_acceptable
from qiao.core.fields import Line
from qiao.core.webhooks import KINDS


class WebhookForm(forms.Form):
    name = Line(label=_("What it is for"), max_length=80, help_text=_("So that you know it again in the list."))
    url = forms.CharField(
        label=_("Address"), max_length=LONGEST,
        help_text=_("Of your program, on a public host; it begins with https."),
        widget=forms.TextInput({"inputmode": "url", "autocomplete": "off"}),
    )  # fmt: skip
    kinds = forms.MultipleChoiceField(
        label=_("What it is told of"), choices=list(KINDS.items()), widget=forms.CheckboxSelectMultiple
    )

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        if not is_acceptable(url):
            raise forms.ValidationError(
                gettext("Enter an address that begins with https and names a public host, without a user name in it.")
            )
        return url
