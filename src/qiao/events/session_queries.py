"""Reads about the sessions of an event."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Prefetch, Q, QuerySet

from qiao.core.access import is_organiser
from qiao.core.models import User
from qiao.directory.models import Membership
from qiao.directory.queries import page_by_name
from qiao.events.models import Event, Participation
from qiao.events.session_models import EventSession, Reservation, Speaker

Audience = EventSession.Audience
MOST_FOUND = 10  # people offered as speakers
Times = tuple[datetime, datetime]


def audiences_of(user: User | AnonymousUser, event: Event) -> set[str]:
    """Whose sessions somebody sees: those of everybody, of members, and for organisers drafts as well."""
    if not isinstance(user, User):
        return {Audience.PUBLIC}
    return {*Audience.values} - (set() if is_organiser(user, event.pk) else {Audience.DRAFT})


def has_public_sessions(event: Event) -> bool:
    return event.sessions.filter(audience=Audience.PUBLIC, cancelled=None).exclude(starts=None).exists()


def with_details(rows: QuerySet[EventSession]) -> QuerySet[EventSession]:
    """With what pages show, and `taken` and `waiting`, the numbers of reservations. Four queries."""
    places = Prefetch("speakers__person__memberships", Membership.objects.select_related("organisation"))
    speakers = Prefetch("speakers", Speaker.objects.select_related("person__user", "person__side"))
    return (
        rows.select_related("room", "track", "event")
        .prefetch_related("themes", speakers, places)
        .annotate(
            taken=Count("reservations", filter=~Q(reservations__seat=None)),
            waiting=Count("reservations", filter=Q(reservations__seat=None, reservations__given_back=None)),
        )
    )


def sessions_of(event: Event) -> list[EventSession]:
    """All of them for the organiser, by time; those without a time come first."""
    rows = with_details(event.sessions.all())
    return sorted(rows, key=lambda one: (one.starts is not None, one.starts, one.pk))


def shown_sessions(event: Event, audiences: Iterable[str]) -> list[EventSession]:
    """Those that have a time and take place, in the order of their times."""
    return list(with_details(event.sessions.filter(audience__in=audiences, cancelled=None).exclude(starts=None)))


@dataclass(frozen=True)
class Binding:
    """A session in which somebody is expected, and as what."""

    session: EventSession
    speaks: bool
    waits: bool = False  # on the waiting list: not expected yet
    sequence: int = 0  # iCalendar SEQUENCE of this person's entry
    ended: bool = False  # cancelled, or the place given back: calendars must hear of it

    @property
    def starts(self) -> datetime:
        assert self.session.starts is not None
        return self.session.starts

    @property
    def ends(self) -> datetime:
        assert self.session.ends is not None
        return self.session.ends


def bindings_of(event: Event, participations: Iterable[Participation]) -> dict[int, list[Binding]]:
    """What each of these has to do with the event's sessions, in the order of time: {participation id: …}. Two queries.

    Also what has ended, see Binding.ended; drafts and what has no time are left out.
    """
    people = {one.person_id: one.pk for one in participations}
    found: dict[int, dict[int, Binding]] = defaultdict(dict)
    shown = Q(session__event=event) & ~Q(session__audience=Audience.DRAFT) & ~Q(session__starts=None)
    related = ("session__room", "session__track", "session__event")
    for row in Reservation.objects.filter(shown, participation__in=people.values()).select_related(*related):
        one, ended = row.session, row.given_back is not None or row.session.cancelled is not None
        binding = Binding(one, False, row.is_waiting, one.sequence + row.sequence, ended)
        found[row.participation_id][one.pk] = binding
    speaking = Speaker.objects.filter(shown, person__in=people, declined=None).select_related(*related)
    for speaker in speaking:
        one, own = speaker.session, found[people[speaker.person_id or 0]]
        known = own.get(one.pk)
        sequence = known.sequence if known else one.sequence
        own[one.pk] = Binding(one, True, False, sequence, one.cancelled is not None)
    return {pk: sorted(own.values(), key=lambda one: (one.starts, one.session.pk)) for pk, own in found.items()}


def busy_times(event: Event, participations: Iterable[Participation] | None = None) -> dict[int, list[Times]]:
    """When participants are expected in sessions, as speakers or with a place: {participation id: [(start, end)]}.

    Empty where the event only warns. Two queries at most.
    """
    if not event.sessions_block:
        return {}
    busy: dict[int, list[Times]] = defaultdict(list)
    holds = {"session__event": event, "session__cancelled": None, "session__starts__isnull": False}
    of = {} if participations is None else {"participation__in": [one.pk for one in participations]}
    places = Reservation.objects.filter(**holds, **of).exclude(seat=None).exclude(session__audience=Audience.DRAFT)
    for pk, start, end in places.values_list("participation_id", "session__starts", "session__ends"):
        busy[pk].append((start, end))  # type: ignore[arg-type]
    whose = {"person__participations__event": event}
    if participations is not None:
        whose["person__participations__in"] = of["participation__in"]  # type: ignore[assignment]
    speaking = Speaker.objects.filter(**holds, declined=None, **whose).exclude(session__audience=Audience.DRAFT)
    for pk, start, end in speaking.values_list("person__participations", "session__starts", "session__ends"):
        busy[pk].append((start, end))  # type: ignore[arg-type]
    return busy


def reservation_of(session: EventSession, participation: Participation) -> Reservation | None:
    """What is in force; none for a place that was given back."""
    return session.reservations.filter(participation=participation, given_back=None).first()


def reservations_of(session: EventSession) -> list[Reservation]:
    """Who has a place, by seat, then the waiting list in its order."""
    rows = session.reservations.filter(given_back=None).select_related(
        "participation__person__user", "participation__organisation"
    )
    return sorted(rows, key=lambda one: (one.seat is None, one.seat or 0, one.since, one.pk))


def possible_speakers(session: EventSession, words: str) -> list[Participation]:
    """Participants of the event whose name or organisation holds the words, who do not speak in the session yet."""
    if not words:
        return []
    fields = ("person__name", "person__name_latin", "organisation__name", "organisation__name_latin")
    found = Q(*[(f"{field}__icontains", words) for field in fields], _connector=Q.OR)
    rows = Participation.objects.filter(found, event=session.event_id, state=Participation.State.APPROVED)
    rows = rows.exclude(person__speaking__session=session).select_related("person__user", "organisation")
    return list(page_by_name(rows, MOST_FOUND, None, "person__"))
