"""Changing a plan by hand: where a meeting can lie, what stands in its way elsewhere, and the plan afterwards.

Everything is read off the plan; `verify` judges what comes out, as it judges what the solver finds.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from qiao.engine.scheduling.model import (
    Fixed,
    Interpreter,
    Meeting,
    Place,
    Plan,
    Problem,
    Request,
    Unmet,
    allowed_tables,
    can_interpret,
    needs_interpreter,
    people,
)

Code = Literal[
    "locked",
    "not-allowed",
    "away",
    "busy",
    "full",
    "day-full",
    "table-busy",
    "table-unfit",
    "no-table",
    "no-interpreter",
]


@dataclass(frozen=True, slots=True)
class Hindrance:
    """What stands in a meeting's way. `who`: a participant or a table; `request`: whose meeting is in the way."""

    code: Code
    who: str | None = None
    request: str | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """What a slot has for a meeting: a place, or what stands in its way there."""

    slot: str
    place: Place | None
    hindrances: tuple[Hindrance, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The meetings after a change; with hindrances, those that there were before."""

    meetings: tuple[Meeting, ...]
    hindrances: tuple[Hindrance, ...] = ()


class Desk:
    """A plan as it lies on the desk: who and what is taken when."""

    def __init__(self, problem: Problem, meetings: Iterable[Meeting]) -> None:
        self.problem = problem
        self.by_request: dict[str, Meeting] = {one.request: one for one in meetings}
        self.busy: dict[tuple[str, str], str] = {}
        self.at_table: dict[tuple[str, str], str] = {}
        self.serving: dict[tuple[str, str], str] = {}
        self.load: Counter[str] = Counter()
        self.per_day: Counter[tuple[str, str]] = Counter()
        for one in self.by_request.values():
            self._note(one)

    @property
    def meetings(self) -> tuple[Meeting, ...]:
        return tuple(self.by_request.values())

    def without(self, *requests: str) -> "Desk":
        return Desk(self.problem, (one for one in self.meetings if one.request not in requests))

    def put(self, meeting: Meeting) -> None:
        self.by_request[meeting.request] = meeting
        self._note(meeting)

    def _note(self, one: Meeting) -> None:
        day = self._day(one.slot)
        for who in self.problem.request_by_id[one.request].participants:
            self.busy[who, one.slot] = one.request
            self.load[who] += 1
            self.per_day[who, day] += 1
        if one.table is not None:
            self.at_table[one.table, one.slot] = one.request
        if one.interpreter is not None:
            self.serving[one.interpreter, one.slot] = one.request

    def _day(self, slot: str) -> str:
        return self.problem.slots[self.problem.slot_index[slot]].day

    def option(self, request: Request, slot: str, table: str | None = None, before: Meeting | None = None) -> Option:
        """A place in this slot, at this table if one is named, as near to the one it had `before` as can be."""
        hindrances = [*self._of_people(request, slot)]
        tables: list[str | None] = (
            [None] if request.online else [*self._tables(request, slot, table, before, hindrances)]
        )
        spots = [(one, who) for one in tables for who in self._staff(request, slot, one, before)]
        if tables and not spots:
            hindrances.append(Hindrance("no-interpreter"))
        return Option(slot, None if hindrances else Place(slot, *spots[0]), tuple(hindrances))

    def _of_people(self, request: Request, slot: str) -> Iterator[Hindrance]:
        if request.fixed is not None and request.fixed.slot not in (None, slot):
            yield Hindrance("locked")
        if request.slots is not None and slot not in request.slots:
            yield Hindrance("not-allowed")
        for one in people(self.problem, request):
            if slot in one.unavailable:
                yield Hindrance("away", one.id)
            elif (other := self.busy.get((one.id, slot))) is not None:
                yield Hindrance("busy", one.id, other)
            elif one.max_meetings is not None and self.load[one.id] >= one.max_meetings:
                yield Hindrance("full", one.id)
            elif one.max_per_day is not None and self.per_day[one.id, self._day(slot)] >= one.max_per_day:
                yield Hindrance("day-full", one.id)

    def _tables(
        self, request: Request, slot: str, wanted: str | None, before: Meeting | None, hindrances: list[Hindrance]
    ) -> list[str]:
        """Free tables, the best first."""
        fit = self._fitting_tables(request, slot)
        if wanted is not None and wanted not in fit:
            hindrances.append(Hindrance("table-unfit", wanted))
            return []
        free = [table for table in fit if (table, slot) not in self.at_table and wanted in (None, table)]
        if not free:
            hindrances.append(
                Hindrance("no-table")
                if wanted is None
                else Hindrance("table-busy", wanted, self.at_table[wanted, slot])
            )
        near = self._tables_nearby(request, slot)
        return sorted(free, key=lambda table: (before is None or before.table != table, -near[table]))

    def _fitting_tables(self, request: Request, slot: str) -> list[str]:
        """Tables that suit the meeting and are there; where a side stays, the one at which its person sits that day."""
        seats = self._seats(request, self._day(slot))
        return [
            table
            for table in allowed_tables(self.problem, request)
            if slot not in self.problem.table_by_id[table].unavailable and (not seats or {table} == seats)
        ]

    def _seats(self, request: Request, day: str) -> set[str]:
        stays = self.problem.seating.stays
        staying = {one.id for one in people(self.problem, request) if stays is not None and one.side == stays}
        if not staying:
            return set()
        others = (one for one in self.meetings if one.table is not None and self._day(one.slot) == day)
        return {
            str(one.table)
            for one in others
            if one.request != request.id and staying & set(self.problem.request_by_id[one.request].participants)
        }

    def _tables_nearby(self, request: Request, slot: str) -> Counter[str]:
        """How many of the two sit at a table in the slot before or after."""
        at = self.problem.slot_index[slot]
        found: Counter[str] = Counter()
        for other in self.problem.slots[max(0, at - 1) : at + 2]:
            for who in request.participants:
                meeting = self.by_request.get(self.busy.get((who, other.id), ""))
                if meeting is not None and meeting.table is not None:
                    found[meeting.table] += 1
        return found

    def _staff(self, request: Request, slot: str, table: str | None, before: Meeting | None) -> list[str | None]:
        """Who may interpret there, the best first; (None,) where nobody need."""
        if not needs_interpreter(self.problem, request):
            return [None]
        served = Counter(one.interpreter for one in self.meetings)
        free = [one for one in self.problem.interpreters if self._can_serve(one, request, slot, table)]
        free.sort(key=lambda one: (before is None or before.interpreter != one.id, len(one.languages), served[one.id]))
        return [one.id for one in free]

    def _can_serve(self, one: Interpreter, request: Request, slot: str, table: str | None) -> bool:
        return (
            slot not in one.unavailable
            and (one.id, slot) not in self.serving
            and one.table in (None, table)
            and can_interpret(one, people(self.problem, request))
            and self._rested(one, slot)
        )

    def _rested(self, one: Interpreter, slot: str) -> bool:
        """Whether one more meeting in this slot leaves no run without rest that is too long."""
        if one.max_consecutive is None:
            return True
        at = self.problem.slot_index[slot]
        day = self.problem.days[self.problem.day_of[at]]
        run = 0
        for other in day:
            run = run + 1 if other == at or (one.id, self.problem.slots[other].id) in self.serving else 0
            if run > one.max_consecutive:
                return False
        return True


def options(problem: Problem, meetings: Iterable[Meeting], request: str) -> list[Option]:
    """For each slot, in time order, where the meeting of this request could lie, or why it cannot.

    Raises:
        KeyError: there is no such request.
    """
    desk, wanted = Desk(problem, meetings), problem.request_by_id[request]
    before = desk.by_request.get(request)
    free = desk.without(request)
    return [free.option(wanted, slot.id, before=before) for slot in problem.slots]


def put(problem: Problem, meetings: Iterable[Meeting], request: str, slot: str, table: str | None = None) -> Outcome:
    """Plan the meeting there, or move it there. Where the table is taken, the two meetings change places.

    Raises:
        KeyError: there is no such request, slot or table.
    """
    problem.slot_index[slot]
    desk, wanted = Desk(problem, meetings), problem.request_by_id[request]
    there = desk.at_table.get((problem.table_by_id[table].id, slot)) if table is not None else None
    if there is not None and there != request:
        return _exchange(desk, wanted, desk.by_request[there])
    free = desk.without(request)
    option = free.option(wanted, slot, table, desk.by_request.get(request))
    if option.place is None:
        return Outcome(desk.meetings, option.hindrances)
    free.put(_at(request, option.place))
    return Outcome(free.meetings)


def _exchange(desk: Desk, one: Request, other: Meeting) -> Outcome:
    mine = desk.by_request.get(one.id)
    if mine is None:  # what is not planned has no place to give
        return Outcome(desk.meetings, (Hindrance("table-busy", other.table, other.request),))
    free = desk.without(one.id, other.request)
    first = free.option(one, other.slot, other.table, mine)
    if first.place is None:
        return Outcome(desk.meetings, first.hindrances)
    free.put(_at(one.id, first.place))
    second = free.option(desk.problem.request_by_id[other.request], mine.slot, mine.table, other)
    if second.place is None:
        return Outcome(desk.meetings, second.hindrances)
    free.put(_at(other.request, second.place))
    return Outcome(free.meetings)


def _at(request: str, place: Place) -> Meeting:
    return Meeting(request, place.slot, place.table, place.interpreter)


def with_locks(problem: Problem, locks: Mapping[str, Fixed]) -> Problem:
    """The problem in which exactly these requests are planned, each where it is locked."""

    def locked(one: Request) -> Request:
        return replace(one, fixed=locks.get(one.id), required=one.id in locks)

    return replace(problem, requests=tuple(locked(one) for one in problem.requests))


def why_unmet(problem: Problem, plan: Plan) -> tuple[Unmet, ...]:
    """Why requests have no meeting in a plan that keeps every rule, and the one change that would let each in."""
    # Here, since what serves pages need not load the solver's libraries.
    from qiao.engine.scheduling.board import Board
    from qiao.engine.scheduling.compact import compact
    from qiao.engine.scheduling.unmet import explain
    from qiao.engine.scheduling.what_if import draft_of

    return explain(Board(compact(problem), draft_of(problem, plan), problem.objective.fairness))
