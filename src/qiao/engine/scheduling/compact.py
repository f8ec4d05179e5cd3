"""A problem as whole numbers: what the searches read instead of ids. Meeting i is the i-th request of the problem."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from qiao.engine.scheduling.model import (
    Participant,
    Problem,
    Request,
    allowed_slots,
    allowed_tables,
    can_interpret,
    needs_interpreter,
    people,
)
from qiao.engine.scheduling.resources import Resources, interpreter_resources, rests, table_resources
from qiao.engine.scheduling.timetable import Data, Flags, rows

Options = tuple[frozenset[int] | None, ...]

UNLIMITED = 1 << 40
EARLIER = 1 / 1024  # what it counts that a meeting lay at a table before: less than a meeting that fits there


@dataclass(frozen=True)
class Compact:
    """A problem in numbers.

    `tables[i]` are the tables that suit meeting i, None for an online meeting; `interpreters[i]` those who can serve
    it, None where it needs none. `seats` narrows `tables` so that people who stay have their own table. `working`
    (interpreters, slots) leaves out the rests of interpreters, `on_duty` only their absences. `possible` (meetings, slots)
    and `shared` serve the bounds: they count neither own tables of people who stay nor planned rests.
    """

    problem: Problem
    data: Data
    tables: Options
    seats: Options
    interpreters: Options
    table_open: Flags
    on_duty: Flags
    working: Flags
    required: Flags
    possible: Flags
    shared: tuple[Resources, ...]

    @property
    def meetings(self) -> int:
        return len(self.data.weight)

    @property
    def slots(self) -> int:
        return len(self.data.day)

    @property
    def without_planned_rests(self) -> "Compact":
        """The same, but that interpreters rest only when they must: then a plan may fail when they are given out."""
        own = interpreter_resources(self.problem, self.interpreters, self.on_duty, self.on_duty)
        tables = len(self.data.capacity) - len(own.capacity)
        capacity = np.concatenate([self.data.capacity[:tables], own.capacity])
        return replace(self, working=self.on_duty, data=self.data._replace(capacity=capacity))

    def people(self, i: int) -> list[int]:
        """The people of meeting i."""
        return [int(p) for p in self.data.people[self.data.people_from[i] : self.data.people_from[i + 1]]]

    def own(self, p: int) -> list[int]:
        """The meetings that name person p."""
        return [int(i) for i in self.data.own[self.data.own_from[p] : self.data.own_from[p + 1]]]

    def earlier(self, i: int) -> list[int]:
        """The meetings that must come before meeting i."""
        return [int(j) for j in self.data.earlier[self.data.earlier_from[i] : self.data.earlier_from[i + 1]]]


@dataclass(frozen=True, slots=True)
class Pin:
    """Where a meeting must lie, at which table and with which interpreter (None: free)."""

    slot: int
    table: int | None
    interpreter: int | None


def compact(
    problem: Problem, pins: Mapping[int, Pin] | None = None, tables_before: Mapping[int, int] | None = None
) -> Compact:
    """`pins` by meeting: they narrow what is planned with, not what is bounded with. People who stay keep their table."""
    pins = pins or {}
    tables = table_options(problem)
    seats = with_pins(with_stays(problem, tables, tables_before or {}), {i: pin.table for i, pin in pins.items()})
    everybody = interpreter_options(problem)
    interpreters = with_pins(everybody, {i: pin.interpreter for i, pin in pins.items()})
    table_open, on_duty = presence(problem)
    working = on_duty & ~rests(problem, on_duty)
    for pin in pins.values():
        if pin.interpreter is not None:
            working[pin.interpreter, pin.slot] = on_duty[pin.interpreter, pin.slot]
    own = (
        table_resources(seats, table_open),
        interpreter_resources(problem, interpreters, working, working),
    )
    shared = (
        table_resources(tables, table_open),
        interpreter_resources(problem, everybody, on_duty, on_duty & ~rests(problem, on_duty)),
    )
    possible = allowed_flags(problem, tables, everybody, table_open, on_duty)
    narrowed = seats is not tables or interpreters is not everybody
    allowed = allowed_flags(problem, seats, interpreters, table_open, on_duty) if narrowed else possible.copy()
    for i, pin in pins.items():
        allowed[i, np.arange(len(problem.slots)) != pin.slot] = False
    return Compact(
        problem=problem,
        data=data_arrays(problem, allowed, own),
        tables=tables,
        seats=seats,
        interpreters=interpreters,
        table_open=table_open,
        on_duty=on_duty,
        working=working,
        possible=possible,
        required=np.array([one.required for one in problem.requests], np.bool_),
        shared=shared,
    )


def table_options(problem: Problem) -> Options:
    position = {table.id: k for k, table in enumerate(problem.tables)}
    return tuple(
        None if one.online else frozenset(position[table] for table in allowed_tables(problem, one))
        for one in problem.requests
    )


def interpreter_options(problem: Problem) -> Options:
    """Who can serve each meeting: by language, and by table where the interpreter has one."""
    found: dict[tuple[object, ...], frozenset[int]] = {}
    options: list[frozenset[int] | None] = []
    for one in problem.requests:
        if not needs_interpreter(problem, one):
            options.append(None)
            continue
        tables = None if one.online else frozenset(allowed_tables(problem, one))
        key = (frozenset(problem.spoken[who] for who in one.participants), tables)
        if key not in found:
            found[key] = servers(problem, one, tables)
        options.append(found[key])
    return tuple(options)


def servers(problem: Problem, request: Request, tables: frozenset[str] | None) -> frozenset[int]:
    """Interpreters who speak a language of everybody and may sit where the meeting can be."""
    return frozenset(
        k
        for k, one in enumerate(problem.interpreters)
        if (one.table is None or (tables is not None and one.table in tables))
        and can_interpret(one, people(problem, request))
    )


def presence(problem: Problem) -> tuple[Flags, Flags]:
    """(tables, slots) and (interpreters, slots): who is there when."""
    table_open = np.ones((len(problem.tables), len(problem.slots)), np.bool_)
    for k, table in enumerate(problem.tables):
        table_open[k, [problem.slot_index[slot] for slot in table.unavailable]] = False
    on_duty = np.ones((len(problem.interpreters), len(problem.slots)), np.bool_)
    for k, interpreter in enumerate(problem.interpreters):
        on_duty[k, [problem.slot_index[slot] for slot in interpreter.unavailable]] = False
    return table_open, on_duty


def with_stays(problem: Problem, tables: Options, before: Mapping[int, int]) -> Options:
    """Give every person of the side that stays one table of the own; everybody else may use it while it is free.

    With more people than tables, several share one: those who are wanted least, whose hours overlap least.
    """
    side = problem.seating.stays
    seat: dict[str, int] = {}
    if side is None:
        return tables
    load: Counter[int] = Counter()
    staying = [one for one in problem.participants if one.side == side and problem.requests_of[one.id]]
    for one in sorted(staying, key=lambda who: (who.table is None, -len(problem.requests_of[who.id]))):
        choices = seat_choices(problem, one, tables, before)
        if choices:
            seat[one.id] = min(sorted(choices), key=lambda table: load[table])
            load[seat[one.id]] += len(problem.requests_of[one.id])
    return tuple(seated(request, options, seat) for request, options in zip(problem.requests, tables, strict=True))


def seat_choices(problem: Problem, one: Participant, tables: Options, before: Mapping[int, int]) -> frozenset[int]:
    """Tables that suit the most meetings of a person; of these, where most of them lay before."""
    position = {request.id: i for i, request in enumerate(problem.requests)}
    count: defaultdict[int, float] = defaultdict(float)
    for request in problem.requests_of[one.id]:
        for table in tables[position[request.id]] or ():
            count[table] += 1
        kept = before.get(position[request.id])
        if kept is not None and kept in count:
            count[kept] += EARLIER
    best = max(count.values(), default=0)
    return frozenset(table for table, times in count.items() if times == best)


def with_pins(options: Options, pins: Mapping[int, int | None]) -> Options:
    if all(pin is None for pin in pins.values()):
        return options
    return tuple(one if one is None or pins.get(i) is None else one & {pins[i]} for i, one in enumerate(options))


def seated(request: Request, options: frozenset[int] | None, seat: dict[str, int]) -> frozenset[int] | None:
    if options is None:
        return None
    for who in request.participants:
        if who in seat:
            options &= {seat[who]}
    return options


def contradictory(request: Request) -> bool:
    """Online and yet fixed to a table: such a meeting cannot take place."""
    return request.online and request.fixed is not None and request.fixed.table is not None


def allowed_flags(problem: Problem, tables: Options, interpreters: Options, table_open: Flags, on_duty: Flags) -> Flags:
    """(meetings, slots): where a meeting could be if it were the only one."""
    allowed = np.zeros((len(problem.requests), len(problem.slots)), np.bool_)
    for i, request in enumerate(problem.requests):
        allowed[i, list(allowed_slots(problem, request))] = True
        for options, there in ((tables[i], table_open), (interpreters[i], on_duty)):
            if options is None:
                continue
            if not options:
                allowed[i] = False
            else:
                allowed[i] &= there[sorted(options)].any(axis=0)
        if request.id in request.after or contradictory(request):
            allowed[i] = False
    return allowed


def data_arrays(problem: Problem, allowed: Flags, resources: tuple[Resources, ...]) -> Data:
    who = {one.id: p for p, one in enumerate(problem.participants)}
    which = {one.id: i for i, one in enumerate(problem.requests)}
    people_from, members = rows([[who[one] for one in request.participants] for request in problem.requests])
    own_from, own = rows(
        [[which[request.id] for request in problem.requests_of[one.id]] for one in problem.participants]
    )
    earlier = [[which[one] for one in request.after if one in which] for request in problem.requests]
    later: list[list[int]] = [[] for _ in problem.requests]
    for i, before in enumerate(earlier):
        for j in before:
            later[j].append(i)
    earlier_from, earlier_flat = rows(earlier)
    later_from, later_flat = rows(later)
    offset = np.cumsum([0] + [len(one.capacity) for one in resources])
    resource_from, resource = rows(
        [
            [int(offset[k]) + r for k, one in enumerate(resources) for r in one.of_meeting[i]]
            for i in range(len(problem.requests))
        ]
    )
    available = np.zeros((len(problem.participants), len(problem.slots)), np.bool_)
    for p, one in enumerate(problem.participants):
        available[p, list(problem.available[one.id])] = True
    return Data(
        people_from=people_from,
        people=members,
        own_from=own_from,
        own=own,
        resource_from=resource_from,
        resource=resource,
        earlier_from=earlier_from,
        earlier=earlier_flat,
        later_from=later_from,
        later=later_flat,
        allowed=allowed,
        available=available,
        capacity=np.concatenate([one.capacity for one in resources]),
        day=np.array(problem.day_of, np.int64),
        most=limits([one.max_meetings for one in problem.participants]),
        most_per_day=limits([one.max_per_day for one in problem.participants]),
        weight=np.array([one.weight for one in problem.requests], np.int64),
        by_day=problem.objective.breaks == "day",
    )


def limits(values: list[int | None]) -> "np.typing.NDArray[np.int64]":
    return np.array([UNLIMITED if value is None else value for value in values], np.int64)
