"""What a group chat is connected with."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qiao.adapters.robots import recognise
from qiao.core.fields import Line


class GroupForm(forms.Form):
    """What was typed as address or secret is never shown again."""

    name = Line(label=_("Name of the group"), max_length=80, help_text=_("So that you know it again in the list."))
    address = forms.CharField(
        label=_("Address of the robot"), max_length=300,
        help_text=_("Copy it from the settings of the group, where its robot is (webhook). Who knows it can write to the group: it is kept encrypted and not shown again."),
        widget=forms.PasswordInput({"autocomplete": "off"}),
    )  # fmt: skip
    secret = forms.CharField(
        label=_("Secret of the robot"), required=False, max_length=100,
        help_text=_("Only for DingTalk, if the robot wants signed messages."),
        widget=forms.PasswordInput({"autocomplete": "off"}),
    )  # fmt: skip
    languages = forms.MultipleChoiceField(
        label=_("Languages"), choices=settings.LANGUAGES, widget=forms.CheckboxSelectMultiple
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        robot = recognise(data.get("address", ""), data.get("secret", ""))
        if robot is None and data.get("address"):
            self.add_error("address", self._why_not(data["address"]))
        return data | {"robot": robot}

    def _why_not(self, address: str) -> str:
        if recognise(address) is not None:
            return gettext(
                "Address and secret do not belong together: only DingTalk knows a secret, of letters and digits."
            )
        return gettext(
            "This is not the address of a group's robot of WeCom, DingTalk, Feishu or Lark. Copy the whole address; it begins with https."
        )

    def group(self) -> dict[str, Any]:
        """What `actions.connect_group` takes."""
        return {name: self.cleaned_data[name] for name in ("name", "robot", "languages")}
