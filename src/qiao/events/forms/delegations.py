"""Input about delegations: their facts, members and programme."""

from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from qiao.core.fields import Line
from qiao.core.forms import LocalizedField, day_field, time_zone_choices
from qiao.core.texts import tidy, tidy_lines
from qiao.directory.forms import country_choices
from qiao.events.actions.delegations import FACTS, OF_EVENT
from qiao.events.forms.setup import ProgrammeItemForm
from qiao.events.models import Delegation, DelegationMember, Event, ProgrammeItem
from qiao.events.session_models import LONGEST_TITLE
from qiao.events.words import short_name

LONGEST_ADVICE = 6000


class DelegationForm(forms.Form):
    """What it is called, where it travels to, and when."""

    names = LocalizedField(
        label=pgettext_lazy("of a thing", "Name"),
        help_text=_("One language is enough; readers of the others see it then."),
    )
    event = forms.ModelChoiceField(
        Event.objects.none(), label=_("Event"), required=False, empty_label=_("none of ours: somebody else runs it")
    )
    occasions = LocalizedField(
        label=_("What it travels to"), required=False, longest=LONGEST_TITLE,
        help_text=_("A fair, a conference, a visit that somebody else runs. Leave it empty if you have chosen an event."),
    )  # fmt: skip
    city = Line(label=_("City"), max_length=100, required=False, help_text=_("Empty: that of the event."))
    country = forms.ChoiceField(label=_("Country"), required=False)
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)
    starts = day_field(label=_("First day of the journey"), required=False, help_text=_("Empty: that of the event."))
    ends = day_field(label=_("Last day of the journey"), required=False, help_text=_("Empty: that of the event."))
    is_announced = forms.BooleanField(
        label=_("Participants of the event see who comes"), required=False,
        help_text=_("Organisations and functions; names as far as people agreed to be named in the other country."),
    )  # fmt: skip
    etiquette = LocalizedField(
        label=_("Good to know"), required=False, longest=LONGEST_ADVICE, rows=6,
        help_text=_("Your advice on forms of address, cards, gifts and seating. It stands in each briefing book."),
    )  # fmt: skip

    def __init__(self, *args: Any, delegation: Delegation | None = None, **kwargs: Any) -> None:
        if delegation is not None:
            kwargs["initial"] = {name: getattr(delegation, name) for name in FACTS} | {"event": delegation.event_id}
        super().__init__(*args, **kwargs)
        coming = Event.objects.exclude(phase=Event.Phase.AFTER)
        if delegation is not None and delegation.event_id:
            coming |= Event.objects.filter(pk=delegation.event_id)
        self.fields["event"].queryset = coming.order_by("starts", "slug")  # type: ignore[attr-defined]
        self.fields["country"].choices = [("", "—"), *country_choices()]  # type: ignore[attr-defined]
        self.fields["time_zone"].choices = [("", "—"), *time_zone_choices()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        event = data.get("event")
        for name in OF_EVENT:
            if not data.get(name) and name not in self.errors:
                if event is None:
                    self.add_error(name, gettext("Needed where no event is chosen."))
                else:
                    data[name] = getattr(event, name)
        if event is None and not data.get("occasions") and "event" not in self.errors:
            self.add_error("occasions", gettext("Choose an event, or say what it travels to."))
        starts, ends = data.get("starts"), data.get("ends")
        if starts and ends and ends < starts:
            self.add_error("ends", gettext("The journey ends before it starts."))
        return data

    @property
    def values(self) -> dict[str, Any]:
        """Arguments of the actions."""
        data = {name: self.cleaned_data[name] for name in FACTS}
        for name, clean in (("names", tidy), ("occasions", tidy), ("etiquette", tidy_lines)):
            data[name] = {code: text for code, raw in data[name].items() if (text := clean(raw))}
        return data


class MemberForm(forms.Form):
    field = forms.ChoiceField(label=_("Stands for"), choices=DelegationMember.Field.choices)
    function = Line(
        label=_("Function in the delegation"), max_length=200, required=False,
        help_text=_("Empty: the role in the organisation."),
    )  # fmt: skip
    position = forms.IntegerField(
        label=_("Place in the protocol order"), min_value=1, max_value=999, help_text=_("1 comes first.")
    )

    def __init__(self, *args: Any, member: DelegationMember, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(member, name) for name in ("field", "function", "position")}
        super().__init__(*args, **kwargs)


class SearchForm(forms.Form):
    q = Line(label=_("Name of a person or an organisation"), max_length=100, required=False)

    def words(self) -> str:
        return self.cleaned_data["q"] if self.is_valid() else ""


class DelegationItemForm(ProgrammeItemForm):
    """An item of a delegation's programme: for all members, or for those who are ticked."""

    members = forms.MultipleChoiceField(
        label=_("For whom"), required=False, widget=forms.CheckboxSelectMultiple(attrs={"class": "in-columns"}),
        help_text=_("Nobody ticked: for all members."),
    )  # fmt: skip
    field_order = ("kind", "names", "place", "day", "begins", "ends", "members", "blocks")

    def __init__(
        self,
        *args: Any,
        delegation: Delegation,
        members: list[DelegationMember],
        item: ProgrammeItem | None = None,
        **kwargs: Any,
    ) -> None:
        chosen = [str(one.pk) for one in item.members.all()] if item and item.is_for_some else []
        super().__init__(*args, stage=delegation, item=item, initial={"members": chosen}, **kwargs)
        self.found = {str(one.pk): one for one in members}
        self.fields["members"].choices = [(pk, short_name(one.person)) for pk, one in self.found.items()]  # type: ignore[attr-defined]

    @property
    def values(self) -> dict[str, Any]:
        data = self.item_values
        return data | {"members": [self.found[pk] for pk in self.cleaned_data["members"]]}
