"""What people change about their own account."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from qiao.core.fields import Line
from qiao.core.models import User


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields: ClassVar = ["name", "language", "time_zone"]

    name = Line(label=_("Name"), max_length=200, widget=forms.TextInput({"autocomplete": "name"}))
    time_zone = forms.ChoiceField(label=_("Time zone"), help_text=_("All times are shown in this zone as well."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].label = _("Language")
        own = self.instance.time_zone
        others = [] if own in User.TimeZones.values else [(own, own)]
        self.fields["time_zone"].choices = [*User.TimeZones.choices, *others]  # type: ignore[attr-defined]
