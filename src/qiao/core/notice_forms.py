"""How somebody wants to be told by mail."""

from collections.abc import Iterator, Mapping
from datetime import time
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from qiao.core.forms import clock_field
from qiao.core.models import User
from qiao.core.notices import KINDS, Topic, Way


class NoticeForm(forms.Form):
    """One choice for each kind in `ways` (kind -> way), and the quiet hours."""

    def __init__(self, *args: Any, ways: Mapping[str, str], user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ways = ways
        for kind, way in ways.items():
            self.fields[kind] = forms.ChoiceField(label=KINDS[kind].label, choices=Way.choices, initial=way)
        keeps = user.quiet_from is not None and user.quiet_until is not None
        self.fields["quiet"] = forms.BooleanField(
            label=_("At night only mails that cannot wait"), required=False, initial=keeps
        )
        self.fields["start"] = clock_field(label=_("from"), initial=user.quiet_from or time(22))
        self.fields["end"] = clock_field(label=_("until"), initial=user.quiet_until or time(7))

    @property
    def chosen(self) -> dict[str, str]:
        return {kind: self.cleaned_data[kind] for kind in self.ways}

    @property
    def quiet_hours(self) -> tuple[time, time] | None:
        values = self.cleaned_data
        return (values["start"], values["end"]) if values["quiet"] else None

    def topics(self) -> Iterator[tuple[str, list[BoundField]]]:
        """The choices under their headings."""
        for topic in Topic:
            fields = [self[kind] for kind in self.ways if KINDS[kind].topic == topic]
            if fields:
                yield str(topic.label), fields
