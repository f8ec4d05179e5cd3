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
    designated_table,
    needed_features,
    needs_interpreter,
    people,
)
from qiao.engine.scheduling.resources import Resources, interpreter_resources, rests, table_resources
from qiao.engine.scheduling.timetable import Data, Flags, Ints, rows

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
        found: list[int] = self.data.people[self.data.people_from[i] : self.data.people_from[i + 1]].tolist()
        return found

    def own(self, p: int) -> list[int]:
        """The meetings that name person p."""
        found: list[int] = self.data.own[self.data.own_from[p] : self.data.own_from[p + 1]].tolist()
        return found

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
    tables = table_options(problem)
    seats = with_stays(problem, tables, tables_before or {})
    interpreters = interpreter_options(problem)
    table_open, on_duty = presence(problem)
    working = on_duty & ~rests(problem, on_duty)
    own = (
        table_resources(seats, table_open),
        interpreter_resources(problem, interpreters, working, working),
    )
    shared = (
        table_resources(tables, table_open),
        interpreter_resources(problem, interpreters, on_duty, working),
    )
    possible = allowed_flags(problem, tables, interpreters, table_open, on_duty)
    allowed = possible.copy() if seats is tables else allowed_flags(problem, seats, interpreters, table_open, on_duty)
    free = Compact(
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
    return pinned(free, pins or {})


def pinned(free: Compact, pins: Mapping[int, Pin]) -> Compact:
    """The same problem with these pins. What serves the bounds stays as it is."""
    if not pins:
        return free
    seats = with_pins(free.seats, {i: pin.table for i, pin in pins.items()})
    interpreters = with_pins(free.interpreters, {i: pin.interpreter for i, pin in pins.items()})
    allowed, working = free.data.allowed.copy(), free.working.copy()
    for i, pin in pins.items():
        here = allowed[i, pin.slot]
        if pin.table is not None:
            here &= free.table_open[pin.table, pin.slot] and seats[i] != frozenset()
        if pin.interpreter is not None:
            here &= free.on_duty[pin.interpreter, pin.slot] and interpreters[i] != frozenset()
            working[pin.interpreter, pin.slot] = free.on_duty[pin.interpreter, pin.slot]
        allowed[i] = False
        allowed[i, pin.slot] = here
    own = (
        table_resources(seats, free.table_open),
        interpreter_resources(free.problem, interpreters, working, working),
    )
    resource_from, resource, capacity = resource_arrays(own)
    data = free.data._replace(allowed=allowed, resource_from=resource_from, resource=resource, capacity=capacity)
    return replace(free, data=data, seats=seats, interpreters=interpreters, working=working)


def table_options(problem: Problem) -> Options:
    position = {table.id: k for k, table in enumerate(problem.tables)}
    found: dict[object, frozenset[int]] = {}
    options: list[frozenset[int] | None] = []
    for one in problem.requests:
        key = (designated_table(problem, one), needed_features(problem, one))
        if not one.online and key not in found:
            found[key] = frozenset(position[table] for table in allowed_tables(problem, one))
        options.append(None if one.online else found[key])
    return tuple(options)


def interpreter_options(problem: Problem) -> Options:
    """Who can serve each meeting: by language, and by table where the interpreter has one."""
    found: dict[tuple[object, ...], frozenset[int]] = {}
    options: list[frozenset[int] | None] = []
    for one in problem.requests:
        if not needs_interpreter(problem, one):
            options.append(None)
            continue
        room = None if one.online else (designated_table(problem, one), needed_features(problem, one))
        key = (frozenset(problem.spoken[who] for who in one.participants), room)
        if key not in found:
            tables = None if one.online else frozenset(allowed_tables(problem, one))
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
    somebody: dict[tuple[int, frozenset[int]], Flags] = {}  # (0 tables, 1 interpreters; which) -> when one is there
    for i, request in enumerate(problem.requests):
        allowed[i, list(allowed_slots(problem, request))] = True
        for kind, (options, there) in enumerate(((tables[i], table_open), (interpreters[i], on_duty))):
            if options is None:
                continue
            if (kind, options) not in somebody:
                somebody[kind, options] = np.asarray(there[sorted(options)].any(axis=0), np.bool_)
            allowed[i] &= somebody[kind, options]
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
    resource_from, resource, capacity = resource_arrays(resources)
    available = np.zeros((len(problem.participants), len(problem.slots)), np.bool_)
    for p, one in enumerate(problem.participants):
        available[p, list(problem.available[one.id])] = True
    return Data(
        people_from=people_from,
        people=members,
        own_from=own_from,
        own=own,
        earlier_from=earlier_from,
        earlier=earlier_flat,
        later_from=later_from,
        later=later_flat,
        allowed=allowed,
        available=available,
        resource_from=resource_from,
        resource=resource,
        capacity=capacity,
        day=np.array(problem.day_of, np.int64),
        most=limits([one.max_meetings for one in problem.participants]),
        most_per_day=limits([one.max_per_day for one in problem.participants]),
        weight=np.array([one.weight for one in problem.requests], np.int64),
        by_day=problem.objective.breaks == "day",
    )


def resource_arrays(resources: tuple[Resources, ...]) -> tuple[Ints, Ints, Ints]:
    """`resource_from`, `resource` and `capacity` of `Data`: the resources of all kinds one after the other."""
    offset = np.cumsum([0] + [len(one.capacity) for one in resources]).tolist()
    of_all = zip(*(one.of_meeting for one in resources), strict=True)
    resource_from, resource = rows([[offset[k] + r for k, own in enumerate(kinds) for r in own] for kinds in of_all])
    capacity = np.concatenate([one.capacity for one in resources])
    return resource_from, resource, capacity


def limits(values: list[int | None]) -> "np.typing.NDArray[np.int64]":
    return np.array([UNLIMITED if value is None else value for value in values], np.int64)
