"""The organiser's input: facts, phases, meeting blocks, tables, interpreters, programme."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.forms.boundfield import BoundWidget
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from qiao.core.forms import LocalizedField, clock_field, day_field, time_zone_choices
from qiao.core.models import Office
from qiao.directory.forms import country_choices, language_choices
from qiao.directory.models import Side, Theme
from qiao.events.form_queries import type_choices
from qiao.events.models import Delegation, Event, Interpreter, MeetingBlock, Participation, ProgrammeItem, Series, Table
from qiao.events.words import FEATURES

MOST_MINUTES = 240


class EventForm(forms.Form):
    """The facts of an event."""

    names = LocalizedField(
        label=pgettext_lazy("of a thing", "Name"),
        help_text=_("One language is enough; readers of the others see it then."),
    )
    mottos = LocalizedField(label=_("Motto"), required=False, longest=300)
    starts = day_field(label=_("First day"))
    ends = day_field(label=_("Last day"))
    city = forms.CharField(label=_("City"), max_length=100)
    country = forms.ChoiceField(label=_("Country"))
    venue = LocalizedField(label=_("Venue"), required=False)
    time_zone = forms.ChoiceField(label=_("Time zone"), help_text=_("All times of the event are times of this zone."))
    themes = forms.ModelMultipleChoiceField(
        Theme.objects.all(), label=_("Themes"), required=False, widget=forms.CheckboxSelectMultiple
    )
    fair_minimum = forms.IntegerField(
        label=_("Talks that everybody should have at least"), min_value=0, max_value=50, initial=3
    )
    suggestions_shown = forms.IntegerField(
        label=_("Suggested partners per participant"), min_value=1, max_value=100, initial=12
    )
    stays = forms.ModelChoiceField(
        Side.objects.order_by("pk"), label=_("Who keeps the same table all day?"), required=False, empty_label=_("nobody"),
        help_text=_("People of this region stay seated, their partners come to them."),
    )  # fmt: skip
    admits_mutual_wishes = forms.BooleanField(
        label=_("Also plan talks that both sides wish for and nobody has asked for"), required=False
    )
    conversations = forms.BooleanField(
        label=_("People who have agreed on a talk may write to each other"), required=False, initial=True,
        help_text=_("Otherwise there is one message with the request and one answer."),
    )  # fmt: skip
    sessions_block = forms.BooleanField(
        label=_("Sessions and talks exclude each other"), required=False, initial=True,
        help_text=_("Whoever has a place in a session or speaks there is not planned for talks meanwhile, and takes no place while he has a talk. Otherwise people are only warned."),
    )  # fmt: skip

    def __init__(self, *args: Any, event: Event | None = None, **kwargs: Any) -> None:
        if event is not None:
            present = {name: getattr(event, name) for name in self.base_fields if name not in ("themes", "stays")}
            kwargs["initial"] = {**present, "themes": event.themes.all(), "stays": event.stays_id}
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = country_choices()  # type: ignore[attr-defined]
        self.fields["time_zone"].choices = time_zone_choices()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts, ends = data.get("starts"), data.get("ends")
        if starts and ends and ends < starts:
            self.add_error("ends", gettext("The event ends before it starts."))
        if starts and ends and (ends - starts).days > 30:
            self.add_error("ends", gettext("An event can take 31 days at most."))
        return data


class NewEventForm(EventForm):
    """The facts of a new event, where it belongs and what it takes over."""

    series = forms.ModelChoiceField(
        Series.objects.order_by("slug"), label=_("Series"), required=False, empty_label=_("a new series"),
        help_text=_("Choose the series if this is its next edition."),
    )  # fmt: skip
    like = forms.ModelChoiceField(
        Event.objects.order_by("-starts"), label=_("Take over the set-up of"), required=False, empty_label=_("nothing"),
        help_text=_("Themes, meeting blocks, tables, common programme and organisers; no participants."),
    )  # fmt: skip
    office = forms.ModelChoiceField(Office.objects.all(), label=_("Office in charge"), empty_label=None)

    field_order = ("series", "like", "office")


class PhasesForm(forms.Form):
    """The day on which each phase begins."""

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        kwargs["initial"] = {phase: date.fromisoformat(day) for phase, day in event.phase_opens.items()}
        super().__init__(*args, **kwargs)
        for phase, label in Event.Phase.choices:
            self.fields[phase] = day_field(label=label, required=False)


class BlockForm(forms.Form):
    """A meeting block: a day, from when to when, how long a talk takes, how long the way to the next table."""

    day = day_field(label=_("Day"))
    begins = clock_field(label=_("From"))
    ends = clock_field(label=pgettext_lazy("when it ends", "To"))
    minutes = forms.IntegerField(label=_("Minutes of a talk"), min_value=5, max_value=MOST_MINUTES, initial=20)
    pause = forms.IntegerField(
        label=_("Minutes between two talks"), min_value=0, max_value=MOST_MINUTES, initial=5,
        help_text=_("For the way to the next table."),
    )  # fmt: skip

    def __init__(self, *args: Any, event: Event, block: MeetingBlock | None = None, **kwargs: Any) -> None:
        self.event = event
        kwargs["initial"] = {"day": event.starts}
        if block is not None:
            starts, ends = block.starts.astimezone(event.zone), block.ends.astimezone(event.zone)
            kwargs["initial"] = {
                "day": starts.date(), "begins": starts.time(), "ends": ends.time(), "minutes": block.minutes,
                "pause": block.pause,
            }  # fmt: skip
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("begins") and data.get("ends") and data["ends"] <= data["begins"]:
            self.add_error("ends", gettext("This is not after the beginning."))
        return data

    @property
    def values(self) -> dict[str, Any]:
        """The arguments of `save_block`."""
        data, zone = self.cleaned_data, self.event.zone
        return {
            "starts": datetime.combine(data["day"], data["begins"], zone),
            "ends": datetime.combine(data["day"], data["ends"], zone),
            "minutes": data["minutes"],
            "pause": data["pause"],
        }


class TablesForm(forms.Form):
    """How many tables there are, and what each offers."""

    count = forms.IntegerField(label=_("Number of tables"), min_value=0, max_value=1000)

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        self.tables = list(event.tables.all())
        kwargs["initial"] = {"count": len(self.tables)}
        super().__init__(*args, **kwargs)
        own = sorted({code for table in self.tables for code in table.features} - set(FEATURES))
        known = [*FEATURES.items(), *((code, code) for code in own)]
        self.labels = [label for _code, label in known]
        for table in self.tables:
            self.fields[f"features-{table.number}"] = forms.MultipleChoiceField(
                label=_("Table %(number)s") % {"number": table.number},
                choices=known,
                required=False,
                initial=table.features,
                widget=forms.CheckboxSelectMultiple,
            )

    @property
    def rows(self) -> list[tuple[int, list[BoundWidget]]]:
        """For each table its number and one box for each feature."""
        return [(table.number, list(self[f"features-{table.number}"])) for table in self.tables]

    @property
    def features(self) -> dict[int, list[str]]:
        return {table.number: self.cleaned_data[f"features-{table.number}"] for table in self.tables}


class InterpreterForm(forms.Form):
    """What an interpreter speaks, when a rest is due, when off duty."""

    languages = forms.MultipleChoiceField(
        label=_("Languages"), widget=forms.CheckboxSelectMultiple(attrs={"class": "in-columns"})
    )
    max_consecutive = forms.IntegerField(
        label=_("Talks in a row before a rest"), required=False, min_value=1, max_value=50,
        help_text=_("Empty: no limit."),
    )  # fmt: skip
    absent = forms.TypedMultipleChoiceField(label=_("Off duty"), coerce=int, required=False)

    def __init__(self, *args: Any, event: Event, interpreter: Interpreter | None = None, **kwargs: Any) -> None:
        if interpreter is not None:
            kwargs["initial"] = {
                "languages": interpreter.languages, "max_consecutive": interpreter.max_consecutive,
            }  # fmt: skip
        super().__init__(*args, **kwargs)
        present = list(interpreter.languages) if interpreter else []
        self.fields["languages"].choices = language_choices(present)  # type: ignore[attr-defined]
        slots = event.slots.values_list("pk", flat=True)
        self.fields["absent"].choices = [(pk, pk) for pk in slots]  # type: ignore[attr-defined]

    def clean_languages(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["languages"]
        if len(chosen) < 2:
            raise forms.ValidationError(gettext("An interpreter speaks at least two languages."))
        return chosen


class NewInterpreterForm(InterpreterForm):
    """Who interprets, besides."""

    name = forms.CharField(label=_("name"), max_length=200)
    name_latin = forms.CharField(label=_("name in Latin script"), max_length=200, required=False)
    email = forms.EmailField(
        label=_("e-mail"), required=False, help_text=_("For signing in. Without one the office issues a personal link.")
    )
    side = forms.ModelChoiceField(Side.objects.order_by("pk"), label=_("Region"), empty_label=None)

    field_order = ("name", "name_latin", "email", "side", "languages", "max_consecutive")

    @property
    def hire(self) -> dict[str, Any]:
        """The arguments of `hire_interpreter`."""
        data = self.cleaned_data
        person = {name: data[name] for name in ("name", "name_latin", "email", "side")}
        return {"person": person, **{name: data[name] for name in ("languages", "max_consecutive", "absent")}}


class ParticipantForm(forms.Form):
    """What the organiser arranges for one participant."""

    type = forms.CharField(
        label=_("Kind of participant"),
        max_length=20,
        required=False,
        help_text=_("In your own words: guest, host, speaker …"),
    )
    fixed_table = forms.ModelChoiceField(
        Table.objects.none(), label=_("Fixed table"), required=False, empty_label=_("none")
    )
    max_meetings = forms.IntegerField(
        label=_("Talks at most"), required=False, min_value=0, max_value=200, help_text=_("Empty: no limit.")
    )
    max_per_day = forms.IntegerField(
        label=_("Talks a day at most"), required=False, min_value=0, max_value=50, help_text=_("Empty: no limit.")
    )
    needs = forms.MultipleChoiceField(
        label=_("Depends on a table that is or has"), required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "in-columns"}),
    )  # fmt: skip
    blocked = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, *args: Any, participation: Participation, **kwargs: Any) -> None:
        plain = ("type", "max_meetings", "max_per_day", "needs")
        kwargs["initial"] = {name: getattr(participation, name) for name in plain}
        kwargs["initial"]["fixed_table"] = participation.fixed_table_id
        super().__init__(*args, **kwargs)
        event = participation.event
        if event.types.exists():
            choices = [("", "—"), *type_choices(event, participation.type)]
            self.fields["type"] = forms.ChoiceField(label=_("Kind of participant"), required=False, choices=choices)
        table = self.fields["fixed_table"]
        assert isinstance(table, forms.ModelChoiceField)
        table.queryset = event.tables.all()
        own = [code for code in participation.needs if code not in FEATURES]
        self.fields["needs"].choices = [*FEATURES.items(), *((code, code) for code in own)]  # type: ignore[attr-defined]
        self.fields["blocked"].choices = [(pk, pk) for pk in event.slots.values_list("pk", flat=True)]  # type: ignore[attr-defined]


class ProgrammeItemForm(forms.Form):
    """What takes place when and where; `stage`: the event or delegation whose place and days are meant."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ProgrammeItem.Kind.choices)
    names = LocalizedField(label=_("What takes place"))
    place = LocalizedField(label=_("Where"), required=False)
    day = day_field(label=_("Day"))
    begins = clock_field(label=_("From"))
    ends = clock_field(label=pgettext_lazy("when it ends", "To"))
    blocks = forms.BooleanField(label=_("Nobody concerned is booked meanwhile"), required=False, initial=True)

    def __init__(self, *args: Any, stage: Event | Delegation, item: ProgrammeItem | None = None, **kwargs: Any) -> None:
        self.stage = stage
        present = {"day": stage.starts, "blocks": True, "kind": ProgrammeItem.Kind.OTHER}
        if item is not None:
            starts, ends = item.starts.astimezone(stage.zone), item.ends.astimezone(stage.zone)
            present = {
                "kind": item.kind, "names": item.names, "place": item.place, "day": starts.date(),
                "begins": starts.time(), "ends": ends.time(), "blocks": item.blocks,
            }  # fmt: skip
        kwargs["initial"] = present | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("begins") and data.get("ends") and data["ends"] <= data["begins"]:
            self.add_error("ends", gettext("This is not after the beginning."))
        return data

    @property
    def item_values(self) -> dict[str, Any]:
        """Arguments of the programme's actions."""
        data, zone = self.cleaned_data, self.stage.zone
        return {
            "starts": datetime.combine(data["day"], data["begins"], zone),
            "ends": datetime.combine(data["day"], data["ends"], zone),
            **{name: data[name] for name in ("kind", "names", "place", "blocks")},
        }


class ProgrammeForm(ProgrammeItemForm):
    """An item of an event's programme: everybody's, or one delegation's."""

    delegation = forms.ModelChoiceField(
        Delegation.objects.none(), label=_("For whom"), required=False, empty_label=_("everybody")
    )
    field_order = ("kind", "names", "place", "day", "begins", "ends", "delegation", "blocks")

    def __init__(self, *args: Any, event: Event, item: ProgrammeItem | None = None, **kwargs: Any) -> None:
        chosen = {"delegation": item.delegation_id} if item else {}
        super().__init__(*args, stage=event, item=item, initial=chosen, **kwargs)
        field = self.fields["delegation"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = event.delegations.all()

    @property
    def values(self) -> dict[str, Any]:
        return self.item_values | {"delegation": self.cleaned_data["delegation"]}


class OrganiserForm(forms.Form):
    email = forms.EmailField(
        label=_("e-mail"), help_text=_("Of somebody who has an account. The person can then do all that you can.")
    )
