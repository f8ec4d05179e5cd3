"""What stands in the way of sessions: rooms and people that are needed twice, talks at the same time, people who are away."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations
from typing import Any

from django.db.models import Q

from qiao.events.models import Event, Participation, Slot, Unavailability
from qiao.events.session_models import EventSession, Reservation, Speaker
from qiao.matchmaking.models import Request
from qiao.meetings.models import Seat


@dataclass
class Clashes:
    """Of one session; everything that a list of sessions warns of."""

    rooms: list[EventSession] = field(default_factory=list)  # in the same room meanwhile
    speakers: list[tuple[Any, EventSession]] = field(default_factory=list)  # (who, where else he speaks meanwhile)
    talks: list[tuple[Any, Slot]] = field(default_factory=list)  # (speaker, when he has a talk)
    away: list[tuple[Any, Slot]] = field(default_factory=list)  # (speaker, when he said that he cannot)
    guests: int = 0  # people with a place who have a talk meanwhile
    too_many: int = 0  # places more than the room has seats

    def __bool__(self) -> bool:
        return bool(self.rooms or self.speakers or self.talks or self.away or self.guests or self.too_many)


def at_once(one: Any, other: Any) -> bool:
    """Of two things with `starts` and `ends`; what has no time is in nobody's way."""
    return bool(one.starts and other.starts) and one.starts < other.ends and other.starts < one.ends


def clashes_of(event: Event, sessions: Iterable[EventSession]) -> dict[int, Clashes]:
    """By session's primary key, of these sessions with their speakers read; those without any are left out. Four queries."""
    found: dict[int, Clashes] = defaultdict(Clashes)
    present = [one for one in sessions if one.starts and not one.cancelled]
    for one, other in combinations(present, 2):
        if at_once(one, other):
            _between(one, other, found)
            _between(other, one, found)
    for one in present:
        if one.room and one.room.seats and one.places and one.places > one.room.seats:
            found[one.pk].too_many = one.places - one.room.seats
    _with_talks(event, present, found)
    return {pk: some for pk, some in found.items() if some}


def _between(one: EventSession, other: EventSession, found: dict[int, Clashes]) -> None:
    if one.room_id and one.room_id == other.room_id:
        found[one.pk].rooms.append(other)
    elsewhere = {_identity(who) for who in other.speakers.all() if not who.declined}
    found[one.pk].speakers += [
        (who.who, other) for who in one.speakers.all() if not who.declined and _identity(who) in elsewhere
    ]


def _identity(speaker: Speaker) -> tuple[Any, ...]:
    return (speaker.person_id,) if speaker.person_id else (speaker.name.casefold(), speaker.organisation.casefold())


def _with_talks(event: Event, sessions: list[EventSession], found: dict[int, Clashes]) -> None:
    own = dict(event.participations.values_list("person_id", "pk"))
    reserved = defaultdict(set)
    places = Reservation.objects.filter(session__in=sessions).exclude(seat=None)
    for session, participation in places.values_list("session_id", "participation_id"):
        reserved[session].add(participation)
    talks = talks_in_force(event)
    away: dict[int, list[Slot]] = defaultdict(list)
    for row in Unavailability.objects.filter(participation__event=event).select_related("slot"):
        away[row.participation_id].append(row.slot)
    for one in sessions:
        assert one.starts is not None
        assert one.ends is not None
        for who, participation in _speaking(one, own):
            found[one.pk].talks += [(who, slot) for slot in _during(talks[participation], one.starts, one.ends)]
            found[one.pk].away += [(who, slot) for slot in _during(away[participation], one.starts, one.ends)]
        found[one.pk].guests = sum(bool(_during(talks[pk], one.starts, one.ends)) for pk in reserved[one.pk])


def _speaking(session: EventSession, own: dict[int, int]) -> Iterator[tuple[Any, int]]:
    for who in session.speakers.all():
        if not who.declined and who.person_id in own:
            yield who.who, own[who.person_id]


def _during(slots: Iterable[Slot], starts: datetime, ends: datetime) -> list[Slot]:
    return [slot for slot in slots if slot.start < ends and starts < slot.end]


def talks_in_force(event: Event, participations: Iterable[int] | None = None) -> dict[int, list[Slot]]:
    """When people have talks that take place, by participation's primary key. One query."""
    approved = Participation.State.APPROVED
    holds = Q(
        meeting__request__state=Request.State.ACCEPTED,
        meeting__request__sender__state=approved,
        meeting__request__recipient__state=approved,
    )
    rows = Seat.objects.filter(holds, slot__event=event)
    if participations is not None:
        rows = rows.filter(participation__in=participations)
    talks: dict[int, list[Slot]] = defaultdict(list)
    for row in rows.select_related("slot").order_by("slot__position"):
        talks[row.participation_id].append(row.slot)
    return talks


def talks_during(session: EventSession, participations: Iterable[int] | None = None) -> dict[int, list[Slot]]:
    """The talks in force that a session would disturb; people without one are left out."""
    if session.starts is None or session.ends is None:
        return {}
    talks = talks_in_force(session.event, participations)
    found = {pk: _during(slots, session.starts, session.ends) for pk, slots in talks.items()}
    return {pk: slots for pk, slots in found.items() if slots}
