"""Rows <-> the scheduling engine: accepted requests, slots, tables and interpreters to a Problem, and a Plan to rows.

Ids in a problem can be read again: a request's key, `p<pk>` of a participation, `s<position>` of a slot, `t<number>` of
a table, `i<pk>` of an interpreter.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from qiao.core.languages import primary
from qiao.engine.scheduling import by_hand, goals
from qiao.engine.scheduling import model as engine
from qiao.engine.scheduling.files import problem_digest, read_plan, read_problem, write_plan, write_problem
from qiao.events import models as events
from qiao.events.languages import negotiating_languages
from qiao.events.queries import interpreter_absences, unavailable_slots
from qiao.matchmaking.models import Request
from qiao.matchmaking.queries import Wanted, wanted_requests
from qiao.meetings.changes import Held
from qiao.meetings.models import CancelledMeeting, Lock, Meeting, PlanRun
from qiao.meetings.queries import holds, sequence_of

NO_WISH = Wanted(1, 999)  # of a request that is accepted this very moment
NOTHING = engine.Certificate("feasible", 0, 0, 0, 0, 0, 0, 0)


class Plannable(NamedTuple):
    """An accepted request whose two people still take part."""

    pk: int
    key: str
    sender: events.Participation
    recipient: events.Participation


def to_problem(event: events.Event, also: Iterable[events.Participation] = ()) -> engine.Problem:
    """What is to be planned now: accepted requests between approved participants, and what the event has for them.

    `also`: people without a request who are to be among the participants, to try what they could do.
    """
    requests, wanted = _in_their_order(plannable_requests(event), wanted_requests(event))
    slots = list(event.slots.all())
    ids = {slot.pk: slot_id(slot) for slot in slots}
    problem = engine.Problem(
        name=event.slug,
        slots=tuple(_slot(slot, event) for slot in slots),
        participants=_participants(event, requests, ids, also),
        tables=tuple(engine.Table(id=table_id(table), features=tuple(table.features)) for table in event.tables.all()),
        interpreters=_interpreters(event, ids),
        requests=tuple(
            engine.Request(
                id=request.key,
                participants=(person_id(request.sender.pk), person_id(request.recipient.pk)),
                weight=wanted[request.pk].weight,
            )
            for request in requests
        ),
        seating=engine.Seating(stays=event.stays.code if event.stays else None),
        objective=engine.Objective(fair_minimum=event.fair_minimum),
    )
    return by_hand.with_locks(problem, locks_of(event))


def _in_their_order(
    requests: list[Plannable], wanted: Mapping[int, Wanted]
) -> tuple[list[Plannable], dict[int, Wanted]]:
    """What people placed higher comes first: the planner takes up those of equal weight in the order of the problem."""
    known = {one.pk: wanted.get(one.pk, NO_WISH) for one in requests}
    return sorted(requests, key=lambda one: known[one.pk].place), known


def locks_of(event: events.Event) -> dict[str, engine.Fixed]:
    """Where talks have to stay, by request."""
    rows = Lock.objects.filter(request__event=event).select_related("request", "slot", "table")
    return {
        row.request.key: engine.Fixed(slot_id(row.slot), table_id(row.table) if row.table else None) for row in rows
    }


def as_locked(run: PlanRun) -> tuple[engine.Problem, engine.Plan]:
    """A run's problem and plan, with the locks of this moment that the plan keeps: the others bind the next calculation."""
    problem, plan = unpack_problem(run.problem), unpack_plan(run.plan)
    places = {one.request: (one.slot, one.table) for one in plan.meetings}

    def kept(lock: engine.Fixed, place: tuple[str, str | None] | None) -> bool:
        return place is not None and lock.slot == place[0] and lock.table in (None, place[1])

    locks = {key: lock for key, lock in locks_of(run.event).items() if kept(lock, places.get(key))}
    return by_hand.with_locks(problem, locks), plan


def held_in_place(problem: engine.Problem, plan: engine.Plan | None) -> engine.Problem:
    """The problem in which every talk of the plan stays where it is, as far as it is still wanted."""
    known = {one.request: one for one in plan.meetings} if plan else {}
    held = {one.id: one.fixed for one in problem.requests if one.fixed is not None}
    held |= {key: engine.Fixed(known[key].slot, known[key].table) for key in known if key in problem.request_by_id}
    return by_hand.with_locks(problem, held)


def plannable_requests(event: events.Event) -> list[Plannable]:
    """Oldest first. Two queries: everybody is read once, not per talk."""
    approved = event.participations.filter(state=events.Participation.State.APPROVED)
    people = {one.pk: one for one in approved.select_related("person", "organisation__side", "fixed_table")}
    rows = event.requests.filter(state=Request.State.ACCEPTED).order_by("pk")
    return [
        Plannable(pk, key, people[sender], people[recipient])
        for pk, key, sender, recipient in rows.values_list("pk", "key", "sender_id", "recipient_id")
        if sender in people and recipient in people
    ]


def _slot(slot: events.Slot, event: events.Event) -> engine.Slot:
    start, end = slot.start.astimezone(event.zone), slot.end.astimezone(event.zone)
    return engine.Slot(slot_id(slot), start.isoformat(), end.isoformat(), start.date().isoformat())


def _participants(
    event: events.Event, requests: Iterable[Plannable], slots: Mapping[int, str], also: Iterable[events.Participation]
) -> tuple[engine.Participant, ...]:
    """Everybody whom a request names and those named besides, each once, by primary key."""
    named = {one.pk: one for one in also}
    named |= {one.pk: one for request in requests for one in (request.sender, request.recipient)}
    blocked = unavailable_slots(event)
    people = {one.person_id: pk for pk, one in named.items()}
    members = events.DelegationMember.objects.filter(delegation__event=event, person__in=people).order_by("pk")
    group = {people[one.person_id]: f"d{one.delegation_id}" for one in members}
    return tuple(
        engine.Participant(
            id=person_id(pk),
            side=one.organisation.side.code,
            group=group.get(pk),
            languages=negotiating_languages(one),
            unavailable=tuple(id_ for slot, id_ in slots.items() if slot in blocked.get(pk, ())),
            max_meetings=one.max_meetings,
            max_per_day=one.max_per_day,
            table=table_id(one.fixed_table) if one.fixed_table else None,
            needs=tuple(one.needs),
        )
        for pk, one in sorted(named.items())
    )


def _interpreters(event: events.Event, slots: Mapping[int, str]) -> tuple[engine.Interpreter, ...]:
    away = interpreter_absences(event)
    return tuple(
        engine.Interpreter(
            id=interpreter_id(one.pk),
            languages=tuple(dict.fromkeys(primary(tag) for tag in one.languages)),
            unavailable=tuple(id_ for slot, id_ in slots.items() if slot in away.get(one.pk, ())),
            max_consecutive=one.max_consecutive,
            table=table_id(one.table) if one.table else None,
        )
        for one in event.interpreters.select_related("table").order_by("pk")
    )


def slot_id(slot: events.Slot) -> str:
    return f"s{slot.position}"


def table_id(table: events.Table) -> str:
    return f"t{table.number}"


def person_id(participation: int) -> str:
    return f"p{participation}"


def interpreter_id(interpreter: int) -> str:
    return f"i{interpreter}"


# Plans


def plan_in_force(event: events.Event) -> engine.Plan | None:
    """The talks in force as a plan, for planning again with as few moves as possible; None where there is none."""
    slots = {one.pk: slot_id(one) for one in event.slots.all()}
    tables = {one.pk: table_id(one) for one in event.tables.all()}
    rows = Meeting.objects.filter(slot__event=event).order_by("request_id")
    meetings = tuple(
        engine.Meeting(
            request=key,
            slot=slots[slot],
            table=tables[table] if table else None,
            interpreter=interpreter_id(interpreter) if interpreter else None,
        )
        for key, slot, table, interpreter in rows.values_list("request__key", "slot_id", "table_id", "interpreter_id")
    )
    return engine.Plan(problem="", meetings=meetings, certificate=NOTHING) if meetings else None


def plan_of(problem: engine.Problem, meetings: Iterable[engine.Meeting]) -> engine.Plan:
    """These meetings as a plan of this problem that states what is counted and claims no bound: for `verify`."""
    meetings = tuple(meetings)
    planned = {one.request for one in meetings}
    found = goals.figures(problem, meetings)
    stated = engine.Certificate(
        status="feasible",
        weight=found.weight,
        weight_best=found.weight,
        shortfall=found.shortfall,
        breaks=found.breaks,
        table_changes=found.table_changes,
        interpreter_changes=found.interpreter_changes,
        fairness_gap=found.fairness_gap,
    )
    unmet = (engine.Unmet(one.id, "lower-priority") for one in problem.requests if one.id not in planned)
    return engine.Plan(problem=digest(problem), meetings=meetings, certificate=stated, unmet=tuple(unmet))


@dataclass(frozen=True, slots=True)
class PlannedTalk:
    """A meeting of a plan with the rows that its ids stand for."""

    request: Request
    slot: events.Slot
    table: events.Table | None
    interpreter: events.Interpreter | None

    @property
    def held(self) -> Held:
        return Held(
            people=(self.request.sender_id, self.request.recipient_id),
            slot=self.slot.pk,
            table=self.table.pk if self.table else None,
            interpreter=self.interpreter.pk if self.interpreter else None,
        )


def to_rows(event: events.Event, plan: engine.Plan) -> list[PlannedTalk]:
    """The meetings of a plan as rows of this event.

    Raises:
        KeyError: where the plan names something that the event does not have (any more).
    """
    requests = {one.key: one for one in event.requests.all()}
    slots = {slot_id(one): one for one in event.slots.all()}
    tables = {table_id(one): one for one in event.tables.all()}
    interpreters = {interpreter_id(one.pk): one for one in event.interpreters.select_related("person")}
    return [
        PlannedTalk(
            request=requests[one.request],
            slot=slots[one.slot],
            table=tables[one.table] if one.table else None,
            interpreter=interpreters[one.interpreter] if one.interpreter else None,
        )
        for one in plan.meetings
    ]


def held_in(event: events.Event, plan: engine.Plan) -> dict[int, Held]:
    """The meetings of a plan by request id, without reading the rows they stand for.

    Raises:
        KeyError: as to_rows.
    """
    requests = {
        key: (pk, people) for pk, key, *people in event.requests.values_list("pk", "key", "sender", "recipient")
    }
    slots = {slot_id(one): one.pk for one in event.slots.all()}
    tables: dict[str | None, int | None] = {None: None} | {table_id(one): one.pk for one in event.tables.all()}
    staff: dict[str | None, int | None] = {None: None} | {
        interpreter_id(pk): pk for pk in event.interpreters.values_list("pk", flat=True)
    }
    found = {}
    for one in plan.meetings:
        pk, (sender, recipient) = requests[one.request]
        place = (slots[one.slot], tables[one.table or None], staff[one.interpreter or None])
        found[pk] = Held((sender, recipient), *place)
    return found


# Stored as JSON: databases may reorder keys, so digests are always taken of the canonical writing.


def pack_problem(problem: engine.Problem) -> dict[str, Any]:
    packed: dict[str, Any] = json.loads(write_problem(problem))
    return packed


def unpack_problem(stored: Mapping[str, Any]) -> engine.Problem:
    return read_problem(json.dumps(stored).encode())


def pack_plan(plan: engine.Plan) -> dict[str, Any]:
    packed: dict[str, Any] = json.loads(write_plan(plan))
    return packed


def unpack_plan(stored: Mapping[str, Any]) -> engine.Plan:
    return read_plan(json.dumps(stored).encode())


def digest(problem: engine.Problem) -> str:
    """What a plan of this problem calls it."""
    return problem_digest(write_problem(problem))


def no_longer_served(interpreter: events.Interpreter) -> list[tuple[str, events.Slot, int]]:
    """(request key, slot, SEQUENCE) of talks that a published version gave to this interpreter and that are gone.

    Read off the versions themselves, which are never changed. Four queries.
    """
    served: dict[str, str] = {}
    for (plan,) in interpreter.event.plan_versions.order_by("number").values_list("plan"):
        mine = (one for one in unpack_plan(plan).meetings if one.interpreter == interpreter_id(interpreter.pk))
        served |= {one.request: one.slot for one in mine}
    rows = Meeting.objects.filter(request__key__in=served).select_related("request__sender", "request__recipient")
    in_force = {row.request.key: row for row in rows}
    ended = dict(CancelledMeeting.objects.filter(request__key__in=served).values_list("request__key", "sequence"))
    held = {key for key, row in in_force.items() if row.interpreter_id == interpreter.pk and holds(row.request)}
    slots = {slot_id(one): one for one in interpreter.event.slots.all()}
    return [
        (key, slots[slot], sequence_of(in_force[key]) if key in in_force else ended.get(key, 1))
        for key, slot in served.items()
        if key not in held and slot in slots
    ]
