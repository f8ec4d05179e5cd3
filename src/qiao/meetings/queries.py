"""Reads about plans in force: the agenda that every channel shows, the interpreter's rota."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db.models import Q, QuerySet

from qiao.directory.models import Entry, Organisation, Person
from qiao.directory.queries import named_to
from qiao.events.languages import common_languages
from qiao.events.models import Event, Interpreter, Participation, ProgrammeItem, Slot, Table
from qiao.events.queries import programmes_of
from qiao.events.session_queries import Binding, bindings_of
from qiao.matchmaking.models import Request, Suggestion
from qiao.meetings.models import (
    PARTNERS,
    CancelledMeeting,
    Meeting,
    PlanVersion,
)
from qiao.meetings.plan_queries import version_in_force
from qiao.meetings.rating_models import Rating
from qiao.meetings.record_models import RecordSheet
from qiao.meetings.terms import Term


@dataclass(frozen=True)
class Why:
    """What brings two people together: an entry of one's own and one of the partner's, in whatever languages exist."""

    mine: Entry
    theirs: Entry


@dataclass(frozen=True)
class Talk:
    """A talk as one of its two people sees it. `key` is its UID in calendars."""

    key: str
    slot: Slot
    partner: Participation
    table: Table | None = None
    interpreter: Person | None = None
    languages: tuple[str, ...] = ()  # primary subtags in which both can negotiate
    why: Why | None = None
    request: Request | None = None
    sequence: int = 0
    named: bool = True  # whether the partner's name may be read, see directory.queries.named_to
    interpreter_named: bool = True
    terms: tuple[Term, ...] = ()  # read for pages only, see meetings.briefing
    rating: Rating | None = None  # the reader's own, read for pages only, see meetings.ratings
    is_ratable: bool = False  # it has begun
    record: RecordSheet | None = None  # read for pages only, see meetings.records

    @property
    def shown(self) -> Participation | Organisation:
        """Whom the reader meets: the person, or the organisation where the person is not named."""
        return self.partner if self.named else self.partner.organisation

    @property
    def start(self) -> datetime:
        return self.slot.start

    @property
    def end(self) -> datetime:
        return self.slot.end


@dataclass(frozen=True)
class Moment:
    """What takes time in an agenda: exactly one of a talk, a session and an item of the common programme."""

    start: datetime
    end: datetime
    talk: Talk | None = None
    session: Binding | None = None
    item: ProgrammeItem | None = None
    clashes: bool = False  # with another talk or session in which the person is expected

    @property
    def table(self) -> Table | None:
        return self.talk.table if self.talk else None

    @property
    def is_firm(self) -> bool:
        return self.talk is not None or (self.session is not None and not self.session.waits)


@dataclass(frozen=True)
class Agenda:
    """The talks of one participant in time order, the sessions and the programme, and what calendars must forget."""

    participation: Participation
    event: Event
    version: PlanVersion | None
    talks: tuple[Talk, ...] = ()
    cancelled: tuple[Talk, ...] = ()
    sessions: tuple[Binding, ...] = ()  # with a place, on the waiting list, or as a speaker
    ended: tuple[Binding, ...] = ()  # given back or cancelled
    programme: tuple[ProgrammeItem, ...] = ()

    @property
    def dropped_sessions(self) -> list[Binding]:
        """Those that the organiser cancelled."""
        return [one for one in self.ended if one.session.cancelled]

    @property
    def moments(self) -> list[Moment]:
        """Everything in the order of time."""
        found = [Moment(one.start, one.end, talk=one) for one in self.talks]
        found += [Moment(one.starts, one.ends, session=one) for one in self.sessions]
        firm = [one for one in found if one.is_firm]
        found = [replace(one, clashes=one.is_firm and _overlaps(one, firm)) for one in found]
        found += [Moment(one.starts, one.ends, item=one) for one in self.programme]
        return sorted(found, key=lambda one: (one.start, one.end))

    def next(self, now: datetime) -> Talk | None:
        """The talk that is running or comes next."""
        return next((talk for talk in self.talks if talk.end > now), None)

    @property
    def days(self) -> list[tuple[date, list[Moment]]]:
        """The moments by day, in the event's time zone."""
        by_day = groupby(self.moments, key=lambda one: one.start.astimezone(self.event.zone).date())
        return [(day, list(own)) for day, own in by_day]


def _overlaps(one: Moment, others: Iterable[Moment]) -> bool:
    own = (one.talk, one.session)
    return any(
        one.start < other.end and other.start < one.end for other in others if (other.talk, other.session) != own
    )


def agenda_for(participation: Participation) -> Agenda:
    """What one participant's web page, calendar, PDF and mail show. The number of queries is fixed."""
    return agendas_for(participation.event, [participation])[0]


def agendas_for(event: Event, participations: Sequence[Participation]) -> list[Agenda]:
    """The agendas of several people of one event, in their order, with as many queries as for one.

    A talk whose request was withdrawn, or whose partner no longer takes part, is cancelled from that moment on, even
    before a new plan is published. People who did not consent to be named are shown as their organisation.
    """
    own = {one.pk for one in participations}
    meetings = list(_meetings(own))
    ended = list(_cancelled(own))
    named = _named(participations, meetings, ended)
    whys = _whys([row.request for row in meetings], own)
    talks: dict[int, list[Talk]] = defaultdict(list)
    cancelled: dict[int, list[Talk]] = defaultdict(list)
    for row in meetings:
        for me, partner in _sides(row.request, own):
            (talks if holds(row.request) else cancelled)[me].append(_talk(row, me, partner, whys, named))
    for gone in ended:
        for me, partner in _sides(gone.request, own):
            known = (me, partner.person_id) in named
            talk = Talk(gone.request.key, gone.slot, partner, request=gone.request, sequence=gone.sequence, named=known)
            cancelled[me].append(talk)
    version, bound, items = version_in_force(event), bindings_of(event, participations), programmes_of(event, own)
    return [
        Agenda(
            one, event, version, tuple(talks[one.pk]), tuple(cancelled[one.pk]),
            sessions=tuple(binding for binding in bound.get(one.pk, ()) if not binding.ended),
            ended=tuple(binding for binding in bound.get(one.pk, ()) if binding.ended),
            programme=tuple(items[one.pk]),
        )
        for one in participations
    ]  # fmt: skip


def _named(
    participations: Sequence[Participation], meetings: Iterable[Meeting], ended: Iterable[CancelledMeeting]
) -> set[tuple[int, int]]:
    """(participation, person): whose names each of these agendas may show."""
    requests = [row.request for row in meetings] + [row.request for row in ended]
    people = {who.person_id for one in requests for who in (one.sender, one.recipient)}
    people |= {row.interpreter.person_id for row in meetings if row.interpreter}
    named = named_to([one.person_id for one in participations], people)
    return {(one.pk, person) for one in participations for person in people if (one.person_id, person) in named}


def _meetings(own: Iterable[int]) -> QuerySet[Meeting]:
    concerns = Q(request__sender__in=own) | Q(request__recipient__in=own)
    related = ("request", "slot", "table", "interpreter__person", *PARTNERS)
    return Meeting.objects.filter(concerns).select_related(*related).order_by("slot__position", "pk")


def _cancelled(own: Iterable[int]) -> QuerySet[CancelledMeeting]:
    concerns = Q(request__sender__in=own) | Q(request__recipient__in=own)
    rows = CancelledMeeting.objects.filter(concerns).select_related("request", "slot", *PARTNERS)
    return rows.order_by("slot__position", "pk")


def holds(request: Request) -> bool:
    approved = Participation.State.APPROVED
    return (
        request.state == Request.State.ACCEPTED
        and request.sender.state == approved
        and request.recipient.state == approved
    )


def sequence_of(meeting: Meeting) -> int:
    """Of a talk ended by its people, though no plan has taken it out yet, calendars must see a higher number."""
    return meeting.sequence if holds(meeting.request) else meeting.sequence + 1


def _sides(request: Request, own: set[int]) -> Iterator[tuple[int, Participation]]:
    """(own participation, the other's) for each of those asked for."""
    if request.sender_id in own:
        yield request.sender_id, request.recipient
    if request.recipient_id in own:
        yield request.recipient_id, request.sender


def _talk(
    row: Meeting,
    me: int,
    partner: Participation,
    whys: Mapping[tuple[int, int], Why],
    named: Collection[tuple[int, int]],
) -> Talk:
    request = row.request
    return Talk(
        key=request.key,
        slot=row.slot,
        partner=partner,
        table=row.table,
        interpreter=row.interpreter.person if row.interpreter else None,
        languages=tuple(common_languages(request.sender, request.recipient)),
        why=whys.get((me, partner.pk)),
        request=request,
        sequence=sequence_of(row),
        named=(me, partner.person_id) in named,
        interpreter_named=row.interpreter is None or (me, row.interpreter.person_id) in named,
    )


# Why they meet


def _whys(requests: Iterable[Request], own: set[int]) -> dict[tuple[int, int], Why]:
    """For (own participation, partner) the strongest pair of seek and offer that the suggestions found."""
    pairs = [(me, partner) for one in requests for me, partner in _sides(one, own)]
    people = own | {partner.pk for _, partner in pairs}
    organisation = {me.pk: me.organisation_id for one in requests for me in (one.sender, one.recipient)}
    found = Suggestion.objects.filter(participation__in=people, partner__in=people)
    reasons = {(row.participation_id, row.partner_id): row.reasons for row in found}
    entries = _entries(set(organisation.values()))
    whys: dict[tuple[int, int], Why] = {}
    for me, partner in pairs:
        mine, theirs = organisation[me], organisation[partner.pk]
        own_view = _carrying(reasons.get((me, partner.pk), []), entries, mine, theirs)
        their_view = _carrying(reasons.get((partner.pk, me), []), entries, theirs, mine)
        if own_view:
            whys[me, partner.pk] = own_view
        elif their_view:
            whys[me, partner.pk] = Why(their_view.theirs, their_view.mine)
    return whys


def _entries(organisations: set[int]) -> dict[tuple[int, str, int], Entry]:
    rows = Entry.objects.filter(organisation__in=organisations).prefetch_related("texts")
    return {(row.organisation_id, f"{row.kind}s", row.position): row for row in rows}


def _carrying(
    reasons: Iterable[Mapping[str, Any]], entries: Mapping[tuple[int, str, int], Entry], mine: int, theirs: int
) -> Why | None:
    """The first reason that cites two texts which still exist; reasons come strongest first."""
    for reason in reasons:
        one, other = reason.get("mine"), reason.get("theirs")
        if one and other:
            own = entries.get((mine, one["field"], one["index"]))
            partners = entries.get((theirs, other["field"], other["index"]))
            if own and partners:
                return Why(own, partners)
    return None


# The interpreter's rota


@dataclass(frozen=True)
class Assignment:
    """A talk as its interpreter sees it: who, where, when, which languages, and what about; nothing else."""

    key: str
    slot: Slot
    table: Table | None
    people: tuple[Participation, Participation]
    topic: Why | None
    sequence: int
    request: Request | None = None
    recorded: bool = False  # read for pages only, see meetings.records

    @property
    def start(self) -> datetime:
        return self.slot.start

    @property
    def end(self) -> datetime:
        return self.slot.end


@dataclass(frozen=True)
class Rota:
    interpreter: Interpreter
    event: Event
    version: PlanVersion | None
    talks: tuple[Assignment, ...]

    def next(self, now: datetime) -> Assignment | None:
        return next((one for one in self.talks if one.end > now), None)

    @property
    def days(self) -> list[tuple[date, list[Assignment]]]:
        key = lambda one: one.start.astimezone(self.event.zone).date()  # noqa: E731
        return [(day, list(own)) for day, own in groupby(self.talks, key=key)]


def rota_for(interpreter: Interpreter) -> Rota:
    """The talks that this interpreter serves, and no others."""
    event = interpreter.event
    rows = interpreter.meetings.select_related("request", "slot", "table", *PARTNERS).order_by("slot__position")
    meetings = [row for row in rows if holds(row.request)]
    senders = {row.request.sender_id for row in meetings}
    whys = _whys([row.request for row in meetings], senders)
    talks = tuple(
        Assignment(
            key=row.request.key,
            slot=row.slot,
            table=row.table,
            people=(row.request.sender, row.request.recipient),
            topic=whys.get((row.request.sender_id, row.request.recipient_id)),
            sequence=row.sequence,
            request=row.request,
        )
        for row in meetings
    )
    return Rota(interpreter, event, version_in_force(event), talks)
