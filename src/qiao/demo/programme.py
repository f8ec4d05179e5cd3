"""The demo's sessions: lectures on the opening day, a workshop after the talks with more people than places."""

from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from qiao.core.models import User
from qiao.demo.cast import data_of
from qiao.demo.stage import languages
from qiao.directory.models import Person, Theme
from qiao.events.actions import add_guest, add_speaker, answer_speaking, save_room, save_session, save_track
from qiao.events.models import Event, Participation
from qiao.events.session_models import EventSession, Reservation, Room, Track

WAITING = 3  # people more than the workshop has places


def open_programme(event: Event, organiser: User) -> None:
    found = data_of("sessions")
    rooms = [save_room(event=event, names=languages(one), seats=one["seats"], by=organiser) for one in found["rooms"]]
    tracks = [save_track(event=event, names=languages(one), by=organiser) for one in found["tracks"]]
    for one in found["sessions"]:
        made = save_session(event=event, values=_values(one, event, rooms, tracks), by=organiser)
        for address in one["speakers"]:
            person = Person.objects.select_related("user").get(email=address)
            speaker = add_speaker(session=made, person=person, by=organiser)
            answer_speaking(speaker=speaker, agrees=True, by=person.user or organiser)
        for name, latin, organisation in one["guests"]:
            add_guest(session=made, name=name, name_latin=latin, organisation=organisation, by=organiser)
        if one.get("reserve"):
            _reserve(made)


def _values(one: dict[str, Any], event: Event, rooms: list[Room], tracks: list[Track]) -> dict[str, Any]:
    day = event.starts + timedelta(days=one["day"])
    starts, ends = (datetime.combine(day, time.fromisoformat(one[name]), event.zone) for name in ("from", "to"))
    return {
        "names": one["title"], "abstracts": one["abstract"], "kind": one["kind"], "audience": one["audience"], "starts": starts,
        "ends": ends, "room": rooms[one["room"]], "track": tracks[one["track"]], "languages": one["languages"],
        "interpreted": one["interpreted"], "takes_reservations": one.get("reserve", False), "places": one.get("places"),
        "themes": Theme.objects.filter(code__in=one["themes"]),
        "stream_url": "https://stream.example.org/saal" if one.get("stream") else "",
    }  # fmt: skip


def _reserve(session: EventSession) -> None:
    """Also where the day lies behind us, when nobody could reserve a place any more."""
    assert session.capacity is not None
    people = session.event.participations.filter(state=Participation.State.APPROVED).order_by("pk")
    Reservation.objects.bulk_create(
        Reservation(
            session=session, participation=one, seat=seat if seat <= session.capacity else None,
            since=timezone.now() + timedelta(seconds=seat),
        )
        for seat, one in enumerate(people[: session.capacity + WAITING], 1)
    )  # fmt: skip
