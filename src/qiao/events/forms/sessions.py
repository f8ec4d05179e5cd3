"""What organisers enter about sessions, rooms, tracks and speakers."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from qiao.core.fields import Line
from qiao.core.forms import LocalizedField, clock_field, day_field
from qiao.core.languages import primary
from qiao.core.texts import tidy, tidy_lines
from qiao.directory.forms import language_choices
from qiao.directory.models import Theme
from qiao.events.models import Event
from qiao.events.session_models import LONGEST_ABSTRACT, LONGEST_TITLE, EventSession, Room, Track


def _several(label: Any, help_text: Any = "") -> forms.MultipleChoiceField:
    widget = forms.CheckboxSelectMultiple(attrs={"class": "in-columns"})
    return forms.MultipleChoiceField(label=label, required=False, widget=widget, help_text=help_text)


class NamedForm(forms.Form):
    """Names and abstracts without what deceives the eye, or breaks the files that they are exported in."""

    def clean_names(self) -> dict[str, str]:
        names = {code: text for code, raw in self.cleaned_data["names"].items() if (text := tidy(raw))}
        if not names:
            raise forms.ValidationError(self.fields["names"].error_messages["required"], code="required")
        return names

    def clean_abstracts(self) -> dict[str, str]:
        return {code: text for code, raw in self.cleaned_data["abstracts"].items() if (text := tidy_lines(raw))}


class SessionForm(NamedForm):
    """A session of the programme."""

    names = LocalizedField(
        label=_("Title"), longest=LONGEST_TITLE,
        help_text=_("One language is enough; readers of the others see it then."),
    )  # fmt: skip
    abstracts = LocalizedField(label=_("Abstract"), longest=LONGEST_ABSTRACT, rows=5, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=EventSession.Kind.choices)
    audience = forms.ChoiceField(label=_("Who sees it"), choices=EventSession.Audience.choices)
    day = day_field(
        label=_("Day"), required=False, help_text=_("Leave day and times empty as long as they are not fixed.")
    )
    begins = clock_field(label=_("From"), required=False)
    ends = clock_field(label=pgettext_lazy("when it ends", "To"), required=False)
    room = forms.ModelChoiceField(Room.objects.none(), label=_("Room"), required=False, empty_label=_("not fixed yet"))
    track = forms.ModelChoiceField(
        Track.objects.none(),
        label=pgettext_lazy("of a programme", "Track"),
        required=False,
        empty_label=pgettext_lazy("a track", "none"),
    )
    themes = forms.ModelMultipleChoiceField(
        Theme.objects.all(), label=_("Themes"), required=False, widget=forms.CheckboxSelectMultiple
    )
    languages = _several(_("Spoken languages"))
    interpreted = _several(_("Interpreted into"), _("For those who do not understand the spoken ones."))
    takes_reservations = forms.BooleanField(label=_("Participants reserve a place"), required=False)
    places = forms.IntegerField(
        label=_("Places"), required=False, min_value=1, max_value=100_000,
        help_text=_("Empty: as many as the room has seats."),
    )  # fmt: skip
    stream_url = forms.URLField(
        label=_("Address of the live stream"), required=False, max_length=300, assume_scheme="https",
        help_text=_("Whoever sees the session sees it."),
    )  # fmt: skip

    def __init__(self, *args: Any, event: Event, session: EventSession | None = None, **kwargs: Any) -> None:
        self.event = event
        plain = (
            "names",
            "abstracts",
            "kind",
            "audience",
            "languages",
            "interpreted",
            "takes_reservations",
            "places",
            "stream_url",
        )
        kwargs["initial"] = {"day": event.starts}
        if session is not None:
            kwargs["initial"] = {name: getattr(session, name) for name in plain} | {
                "room": session.room_id, "track": session.track_id, "themes": session.themes.all(), **_times(event, session),
            }  # fmt: skip
        super().__init__(*args, **kwargs)
        for name, rows in (("room", event.rooms.all()), ("track", event.tracks.all())):
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
        for name in ("languages", "interpreted"):
            present = [primary(code) for code in getattr(session, name)] if session else []
            self.fields[name].choices = language_choices(present)  # type: ignore[attr-defined]

    def clean_stream_url(self) -> str:
        address: str = self.cleaned_data["stream_url"]
        if address and not address.startswith(("https://", "http://")):
            raise forms.ValidationError(gettext("Write an address that begins with https://."))
        return address

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        begins, ends = data.get("begins"), data.get("ends")
        if {"begins", "ends", "day"} <= data.keys() and len({bool(begins), bool(ends)}) > 1:
            self.add_error(
                "ends" if begins else "begins", gettext("Write when it begins and when it ends, or neither.")
            )
        if begins and ends and not data.get("day") and "day" not in self.errors:
            self.add_error("day", gettext("On which day?"))
        if begins and ends and ends <= begins:
            self.add_error("ends", gettext("This is not after the beginning."))
        if set(data.get("languages", ())) & set(data.get("interpreted", ())):
            self.add_error("interpreted", gettext("A language that is spoken need not be interpreted into."))
        return data

    @property
    def values(self) -> dict[str, Any]:
        """As `save_session` takes them."""
        data = dict(self.cleaned_data)
        day, begins, ends = (data.pop(name) for name in ("day", "begins", "ends"))
        times = [datetime.combine(day, clock, self.event.zone) if clock else None for clock in (begins, ends)]
        return {**data, "starts": times[0], "ends": times[1]}


def _times(event: Event, session: EventSession) -> dict[str, Any]:
    if session.starts is None or session.ends is None:
        return {"day": None}
    starts, ends = session.starts.astimezone(event.zone), session.ends.astimezone(event.zone)
    return {"day": starts.date(), "begins": starts.time(), "ends": ends.time()}


class RoomForm(NamedForm):
    names = LocalizedField(label=pgettext_lazy("of a thing", "Name"))
    seats = forms.IntegerField(
        label=_("Seats"), required=False, min_value=1, max_value=100_000, help_text=_("Empty: no limit.")
    )


class TrackForm(NamedForm):
    names = LocalizedField(label=pgettext_lazy("of a thing", "Name"))


class GuestForm(forms.Form):
    """A speaker who is not in the directory."""

    name = Line(label=_("name"), max_length=200)
    name_latin = Line(label=_("name in Latin script"), max_length=200, required=False)
    organisation = Line(label=_("Organisation"), max_length=300, required=False)
    agrees = forms.BooleanField(
        label=_("This person has told us that name and organisation may stand in the programme"),
        error_messages={"required": _("Ask first: without that nobody may be named.")},
    )

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("name", "name_latin", "organisation")}


class SessionFileForm(forms.Form):
    file = forms.FileField(
        label=_("Table of sessions"), help_text=_("CSV or XLSX, at most 20 MB. The first row names the columns.")
    )
