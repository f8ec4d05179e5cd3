"""Reads about events."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.core.paginator import Page
from django.db.models import Count, Q, QuerySet

from qiao.core.alphabet import alphabetical
from qiao.core.models import Role, User
from qiao.directory.coaching import completeness
from qiao.directory.models import Organisation, Side
from qiao.directory.queries import by_name, page_by_name
from qiao.events.contribution_models import ContributionCall
from qiao.events.contribution_queries import call_of, waiting_contributions
from qiao.events.form_queries import questions_for
from qiao.events.models import (
    Delegation,
    DelegationMember,
    Event,
    Interpreter,
    InterpreterAbsence,
    MeetingBlock,
    Participation,
    ProgrammeItem,
    Slot,
    Unavailability,
)
from qiao.events.session_models import EventSession
from qiao.events.session_queries import bindings_of, busy_times
from qiao.events.travel_queries import asks_about_journey


@dataclass(frozen=True)
class PhaseRow:
    """A phase of an event: when it begins, if announced, and whether it is over, present or to come."""

    code: str
    label: Any
    opens: date | None
    state: str  # past, present, coming


def phases_of(event: Event) -> list[PhaseRow]:
    order = list(Event.Phase.values)
    now = order.index(event.phase)
    states = ["past"] * now + ["present"] + ["coming"] * (len(order) - now - 1)
    opens = {phase: date.fromisoformat(day) for phase, day in event.phase_opens.items()}
    return [
        PhaseRow(code, label, opens.get(code), state)
        for (code, label), state in zip(Event.Phase.choices, states, strict=True)
    ]


@dataclass(frozen=True)
class SetupPage:
    """What an organiser has prepared of an event."""

    blocks: Sequence[MeetingBlock]  # each with `cut`, the number of its slots
    slots: int
    lone_slots: int  # that belong to no block
    tables: int
    interpreters: list[Interpreter]
    programme: list[ProgrammeItem]
    sessions: int
    contributions: int  # that wait for a decision
    organisers: list[User]
    phases: list[PhaseRow]

    @property
    def places(self) -> int:
        """How many talks fit in at most."""
        return self.slots * self.tables


def setup_page(event: Event) -> SetupPage:
    blocks = list(event.blocks.annotate(cut=Count("slots")).order_by("starts"))
    slots = event.slots.count()
    organisers = User.objects.filter(
        roles__kind=Role.Kind.ORGANISER, roles__scope=Role.Scope.EVENT, roles__scope_id=event.pk
    )
    return SetupPage(
        blocks=blocks,
        slots=slots,
        lone_slots=slots - sum(block.cut for block in blocks),
        tables=event.tables.count(),
        interpreters=interpreters_of(event),
        programme=list(event.programme.select_related("delegation")),
        sessions=event.sessions.filter(cancelled=None).count(),
        contributions=waiting_contributions(event),
        organisers=sorted(organisers, key=lambda user: alphabetical(user.name)),
        phases=phases_of(event),
    )


def interpreters_of(event: Event) -> list[Interpreter]:
    """Each with `away`, the number of slots off duty."""
    rows = event.interpreters.select_related("person__user").annotate(away=Count("absences"))
    return sorted(rows, key=lambda one: by_name(one.person))


def absent_slots(interpreter: Interpreter) -> set[int]:
    """Primary keys of the slots in which the interpreter is off duty."""
    return set(interpreter.absences.values_list("slot_id", flat=True))


def blocked_by_organiser(participation: Participation) -> set[int]:
    """Primary keys of the slots that the organiser keeps this participant out of."""
    rows = participation.unavailabilities.filter(source=Unavailability.Source.ORGANISER)
    return set(rows.values_list("slot_id", flat=True))


@dataclass(frozen=True)
class DutyDay:
    date: date
    slots: list[tuple[Slot, bool]]  # (slot, ticked?)


def duty_days(event: Event, ticked: set[int]) -> list[DutyDay]:
    """All slots by day, with a tick where somebody is off duty or blocked."""
    by_day = groupby(event.slots.all(), key=lambda slot: slot.start.astimezone(event.zone).date())
    return [DutyDay(day, [(slot, slot.pk in ticked) for slot in slots]) for day, slots in by_day]


def events() -> QuerySet[Event]:
    """All events, the latest first, with what a list shows."""
    return Event.objects.select_related("series", "office").order_by("-starts", "slug")


@dataclass(frozen=True)
class EventRow:
    """An event in a list, with the reader's own participation, if any, and whether he organises it."""

    event: Event
    participation: Participation | None
    organises: bool


def events_for(user: User) -> list[EventRow]:
    own = {row.event_id: row for row in Participation.objects.filter(person__user=user).select_related("organisation")}
    organised = set(user.roles.filter(kind="organiser", scope="event").values_list("scope_id", flat=True))
    return [EventRow(event, own.get(event.pk), event.pk in organised) for event in events()]


def own_participation(user: User, event: Event) -> Participation | None:
    rows = Participation.objects.filter(event=event, person__user=user)
    return rows.select_related("organisation", "person", "travel", "event__travel_call").first()


def organisations_of(user: User) -> QuerySet[Organisation]:
    """The organisations somebody may join an event for."""
    return Organisation.objects.filter(people__user=user).order_by("name", "pk")


@dataclass(frozen=True)
class EventPage:
    event: Event
    participation: Participation | None
    organises: bool
    phases: list[PhaseRow]
    leads: list[Delegation]
    receives: bool  # delegations that come are shown to this reader
    programme: list[ProgrammeItem]
    slots: int
    tables: int
    approved: int
    has_answers: bool  # the reader was asked something, and can change what was answered
    call: ContributionCall | None  # for contributions, while participants can submit

    @property
    def journey(self) -> str:
        """Whether the reader is asked about the journey: "asked", "said", or nothing."""
        own = self.participation
        if own is None or own.state != Participation.State.APPROVED:
            return ""
        call = getattr(own.event, "travel_call", None)
        if call is None or not call.is_open:
            return ""
        return "asked" if asks_about_journey(own) else "said"


def event_page(user: User, event: Event) -> EventPage:
    """What the page of an event shows to this user."""
    roles = set(user.roles.values_list("kind", "scope_id"))
    own, delegations = own_participation(user, event), list(event.delegations.all())
    admitted = own is not None and own.state == Participation.State.APPROVED
    return EventPage(
        event=event,
        participation=own,
        organises=("organiser", event.pk) in roles,
        phases=phases_of(event),
        leads=[row for row in delegations if ("leader", row.pk) in roles],
        receives=any((row.is_announced and admitted) or ("organiser", event.pk) in roles for row in delegations),
        programme=list(programme_of(own) if own else event.programme.filter(delegation=None)),
        slots=event.slots.count(),
        tables=event.tables.count(),
        approved=approved(event).count(),
        has_answers=own is not None and bool(questions_for(event, own.type)),
        call=_open_call(event) if admitted else None,
    )


def _open_call(event: Event) -> ContributionCall | None:
    call = call_of(event)
    return call if call and call.is_open else None


def approved(event: Event) -> QuerySet[Participation]:
    """Who takes part, with what names, languages and sides need."""
    return event.participations.filter(state=Participation.State.APPROVED).select_related(
        "person__user", "organisation__side", "organisation__park"
    )


def participants(
    event: Event, *, per_page: int, page: str | None, state: str = "", side: str = "", words: str = "", type: str = ""
) -> Page[Participation]:
    """The organiser's list by name, each organisation with its `coaching`; `words` is looked for in the names of person and organisation."""
    rows = event.participations.select_related("person__user", "organisation__side", "organisation__park")
    if state:
        rows = rows.filter(state=state)
    if side:
        rows = rows.filter(organisation__side__code=side)
    if type:
        rows = rows.filter(type=type)
    if words:
        fields = ("person__name", "person__name_latin", "organisation__name", "organisation__name_latin")
        rows = rows.filter(Q(*[(f"{field}__icontains", words) for field in fields], _connector=Q.OR))
    return _judged(page_by_name(rows, per_page, page, "person__"))


def _judged(page: Page[Participation]) -> Page[Participation]:
    """With how complete the profiles of their organisations are, as `organisation.coaching`."""
    found = completeness(row.organisation for row in page)
    for row in page:
        row.organisation.coaching = found[row.organisation_id]  # type: ignore[attr-defined]
    return page


def state_counts(event: Event) -> dict[str, int]:
    """Number of participations by state; states nobody is in count 0."""
    found = dict(event.participations.values_list("state").annotate(Count("pk")))
    return {state: found.get(state, 0) for state in Participation.State.values}


def sides_of(event: Event) -> list[Side]:
    return list(Side.objects.filter(organisations__participations__event=event).distinct().order_by("pk"))


def programme_of(participation: Participation) -> QuerySet[ProgrammeItem]:
    """The items that concern this person: everybody's, and those of the delegations the person belongs to."""
    own = DelegationMember.objects.filter(person=participation.person_id)
    chosen = ProgrammeItem.members.through.objects.filter(delegationmember__in=own).values("programmeitem")
    of_all = Q(is_for_some=False, delegation__in=own.values("delegation"))
    return ProgrammeItem.objects.filter(event_id=participation.event_id).filter(
        Q(delegation=None) | of_all | Q(is_for_some=True, pk__in=chosen)
    )


def programmes_of(event: Event, participations: Iterable[int]) -> dict[int, list[ProgrammeItem]]:
    """The same for many, by primary key. Four queries."""
    wanted = list(participations)
    items = list(event.programme.prefetch_related("members"))
    groups: dict[int, set[int | None]] = {pk: {None} for pk in wanted}
    alone: dict[int, set[int]] = {pk: set() for pk in wanted}
    for pk, delegation, member in _memberships(event, wanted):
        groups[pk].add(delegation)
        alone[pk].add(member)

    def is_for(item: ProgrammeItem, pk: int) -> bool:
        if item.is_for_some:
            return any(one.pk in alone[pk] for one in item.members.all())
        return item.delegation_id in groups[pk]

    return {pk: [item for item in items if is_for(item, pk)] for pk in wanted}


def _memberships(event: Event, participations: Iterable[int] | None = None) -> Iterator[tuple[int, int, int]]:
    """(participation, delegation, member) of those who travel to this event with a delegation. Two queries."""
    rows = event.participations.filter(person__delegation_memberships__delegation__event=event)
    rows = rows if participations is None else rows.filter(pk__in=participations)
    people = dict(rows.values_list("person_id", "pk"))
    found = DelegationMember.objects.filter(delegation__event=event, person__in=people)
    for person, delegation, member in found.values_list("person_id", "delegation_id", "pk"):
        yield people[person], delegation, member


def _overlapped(slots: Sequence[Slot], starts: datetime, ends: datetime) -> set[int]:
    return {slot.pk for slot in slots if slot.start < ends and starts < slot.end}


def unavailable_slots(event: Event) -> dict[int, set[int]]:
    """For each approved participation the slots in which it cannot be booked: {participation id: {slot id}}, nine queries.

    Blocked by the person or the organiser, or taken by a blocking item of everybody's programme or of the programme of
    a delegation the person belongs to, if it is for this person, or by a session in which the person speaks or has a place,
    where the event rules that these block. Pending requests and waiting lists block nothing.
    """
    slots = list(event.slots.all())
    of_all: dict[int | None, set[int]] = defaultdict(set)
    of_some: dict[int, set[int]] = defaultdict(set)
    for item in event.programme.filter(blocks=True).prefetch_related("members"):
        hit = _overlapped(slots, item.starts, item.ends)
        if not item.is_for_some:
            of_all[item.delegation_id] |= hit
        for one in item.members.all() if item.is_for_some else ():
            of_some[one.pk] |= hit
    ids = event.participations.filter(state=Participation.State.APPROVED).values_list("pk", flat=True)
    taken = {pk: set(of_all[None]) for pk in ids}
    blocked = Unavailability.objects.filter(participation__event=event).values_list("participation_id", "slot_id")
    for pk, slot in blocked:
        if pk in taken:
            taken[pk].add(slot)
    for pk, delegation, member in _memberships(event):
        if pk in taken:
            taken[pk] |= of_all[delegation] | of_some[member]
    for pk, times in busy_times(event).items():
        if pk in taken:
            taken[pk] = taken[pk].union(*(_overlapped(slots, *one) for one in times))
    return taken


def interpreter_absences(event: Event) -> dict[int, set[int]]:
    """For each interpreter of the event the slots off duty: {interpreter id: {slot id}}, two queries."""
    absent: dict[int, set[int]] = {pk: set() for pk in event.interpreters.values_list("pk", flat=True)}
    for interpreter, slot in InterpreterAbsence.objects.filter(interpreter__event=event).values_list(
        "interpreter_id", "slot_id"
    ):
        absent[interpreter].add(slot)
    return absent


@dataclass(frozen=True)
class SlotChoice:
    """A slot on the availability page: free, blocked by the person, or taken (then `reason` or the organiser says why)."""

    slot: Slot
    blocked: bool
    taken: bool
    reason: ProgrammeItem | EventSession | None = None


@dataclass(frozen=True)
class Day:
    date: date
    choices: list[SlotChoice]


def _choice(slot: Slot, sources: dict[int, str], items: Iterable[ProgrammeItem | EventSession]) -> SlotChoice:
    times = [(item, item.starts, item.ends) for item in items if item.starts and item.ends]
    reason = next((item for item, starts, ends in times if _overlapped([slot], starts, ends)), None)
    source = sources.get(slot.pk)
    by_others = reason is not None or source == Unavailability.Source.ORGANISER
    return SlotChoice(slot, source == Unavailability.Source.OWN, by_others, reason)


def availability(participation: Participation) -> list[Day]:
    """All slots of the event by day (in the event's time zone), as this person can be booked in them."""
    event = participation.event
    sources = dict(participation.unavailabilities.values_list("slot_id", "source"))
    items: list[ProgrammeItem | EventSession] = [item for item in programme_of(participation) if item.blocks]
    if event.sessions_block:
        bound = bindings_of(event, [participation]).get(participation.pk, [])
        items += [one.session for one in bound if not (one.waits or one.ended)]
    choices = [_choice(slot, sources, items) for slot in event.slots.all()]
    by_day = groupby(choices, key=lambda choice: choice.slot.start.astimezone(event.zone).date())
    return [Day(day, list(rows)) for day, rows in by_day]
