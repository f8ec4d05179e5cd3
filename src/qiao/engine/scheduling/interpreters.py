"""Give interpreters to the meetings of each slot: a matching per slot, with rests, and steady company for groups."""

from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linear_sum_assignment

from qiao.engine.scheduling.compact import Compact
from qiao.engine.scheduling.model import can_interpret, people
from qiao.engine.scheduling.timetable import Ints

IMPOSSIBLE = 1e9
NEEDED = 1e6
KEPT = 1e3
OWN_TABLE = 10.0
CHANGE = 1.0


@dataclass
class Service:
    """Who interprets what. `interpreter` (meetings,) or -1; `run[k]` meetings in a row that interpreter k has behind him.

    `committed` (interpreters, slots): the only one who can serve a meeting of that slot.
    """

    interpreter: Ints
    run: Ints
    committed: "np.typing.NDArray[np.bool_]"
    with_group: dict[str, set[int]] = field(default_factory=dict)


def assign_interpreters(compact: Compact, slot: Ints, kept: dict[int, int]) -> tuple[Ints, list[int]]:
    """An interpreter for each planned meeting that needs one, and the meetings for which none was left.

    `kept` names interpreters of the previous plan, who are given again where that is possible.
    """
    nobody, no_run = np.full(compact.meetings, -1, np.int64), np.zeros(len(compact.on_duty), np.int64)
    service = Service(nobody, no_run, commitments(compact, slot))
    missing: list[int] = []
    for day in compact.problem.days:
        service.run[:] = 0
        for t in day:
            missing += serve_slot(compact, slot, t, kept, service)
    return service.interpreter, missing


def serve_slot(compact: Compact, slot: Ints, t: int, kept: dict[int, int], service: Service) -> list[int]:
    meetings = [i for i in np.flatnonzero(slot == t).tolist() if compact.interpreters[i] is not None]
    staff = [k for k in range(len(compact.on_duty)) if may_serve(compact, service, k, t)]
    matching = match(compact, meetings, staff, kept, service)
    while (double := sharing_a_table(compact, matching)) is not None:
        staff.remove(double)
        matching = match(compact, meetings, staff, kept, service)
    for i, k in matching.items():
        service.interpreter[i] = k
    served = set(matching.values())
    for k in range(len(service.run)):
        service.run[k] = service.run[k] + 1 if k in served else 0
    remember_groups(compact, meetings, service)
    return [i for i in meetings if service.interpreter[i] < 0]


def commitments(compact: Compact, slot: Ints) -> "np.typing.NDArray[np.bool_]":
    found = np.zeros_like(compact.on_duty)
    for i in np.flatnonzero(slot >= 0).tolist():
        able = compact.interpreters[i]
        if able is not None and len(able) == 1:
            found[next(iter(able)), slot[i]] = True
    return found


def may_serve(compact: Compact, service: Service, k: int, t: int) -> bool:
    """Is k at work, and does rest stay possible, also before the meetings after this one that nobody else can serve?"""
    most = compact.problem.interpreters[k].max_consecutive
    if not compact.working[k, t]:
        return False
    if most is None or service.committed[k, t]:
        return most is None or int(service.run[k]) < most
    day, ahead = compact.data.day, t + 1
    while ahead < len(day) and day[ahead] == day[t] and service.committed[k, ahead]:
        ahead += 1
    return int(service.run[k]) + ahead - t <= most


def match(
    compact: Compact, meetings: list[int], staff: list[int], kept: dict[int, int], service: Service
) -> dict[int, int]:
    """Meeting -> interpreter, for as many meetings as possible."""
    if not meetings or not staff:
        return {}
    cost = costs(compact, meetings, staff, kept, service)
    chosen = zip(*linear_sum_assignment(cost), strict=True)
    return {
        meetings[row]: staff[column] for row, column in chosen if column < len(staff) and cost[row, column] < NEEDED
    }


def sharing_a_table(compact: Compact, matching: dict[int, int]) -> int | None:
    """Somebody who would have to serve at the same table as a colleague at the same time."""
    taken: set[str] = set()
    for k in matching.values():
        table = compact.problem.interpreters[k].table
        if table is not None and table in taken:
            return k
        if table is not None:
            taken.add(table)
    return None


def costs(
    compact: Compact, meetings: list[int], staff: list[int], kept: dict[int, int], service: Service
) -> "np.typing.NDArray[np.float64]":
    """(meetings, staff and one empty chair per meeting): to leave a meeting unserved is dear, to do the impossible dearer."""
    problem = compact.problem
    cost = np.full((len(meetings), len(staff) + len(meetings)), IMPOSSIBLE)
    position = {k: column for column, k in enumerate(staff)}
    own_table = np.array([OWN_TABLE if problem.interpreters[k].table is not None else 0.0 for k in staff])
    spared = np.array([breadth(compact, k) for k in staff])
    usual = own_table + CHANGE + spared
    columns: dict[frozenset[int], list[int]] = {}
    for row, i in enumerate(meetings):
        cost[row, len(staff) + row] = NEEDED
        able = compact.interpreters[i] or frozenset()
        if able not in columns:
            columns[able] = [position[k] for k in able if k in position]
        cost[row, columns[able]] = usual[columns[able]]
        for column in [position[k] for k in steady_company(compact, i, service) & able if k in position]:
            cost[row, column] = own_table[column] + spared[column]
        before = kept.get(i)
        if before in able and before in position:
            cost[row, position[before]] -= KEPT
    return cost


def breadth(compact: Compact, k: int) -> float:
    """Spare the interpreters of many languages."""
    return len(compact.problem.interpreters[k].languages) / 1000


def steady_company(compact: Compact, i: int, service: Service) -> set[int]:
    groups = {compact.problem.participants[p].group for p in compact.people(i)} - {None}
    return set().union(*(service.with_group.get(str(group), set()) for group in groups))


def remember_groups(compact: Compact, meetings: list[int], service: Service) -> None:
    now: dict[str, set[int]] = {}
    for i in meetings:
        if service.interpreter[i] < 0:
            continue
        for p in compact.people(i):
            group = compact.problem.participants[p].group
            if group is not None:
                now.setdefault(group, set()).add(int(service.interpreter[i]))
    service.with_group.update(now)


def serve_helpful(compact: Compact, slot: Ints, interpreter: Ints, table: Ints, kept: dict[int, int]) -> None:
    """Give free interpreters to meetings for which one is merely helpful, as many as possible slot by slot."""
    problem = compact.problem
    wanting = [i for i, one in enumerate(problem.requests) if one.interpreter == "helpful" and slot[i] >= 0]
    if not wanting or not problem.interpreters:
        return
    serving = np.zeros_like(compact.on_duty)
    for i in np.flatnonzero(interpreter >= 0).tolist():
        serving[interpreter[i], slot[i]] = True
    for t in range(compact.slots):
        here = [i for i in wanting if slot[i] == t]
        staff = [k for k in np.flatnonzero(compact.on_duty[:, t]).tolist() if not serving[k, t]]
        staff = [k for k in staff if within_rest(compact, serving, k, t)]
        for i, k in helpful_matching(compact, here, staff, table, kept):
            interpreter[i] = k
            serving[k, t] = True


def within_rest(compact: Compact, serving: "np.typing.NDArray[np.bool_]", k: int, t: int) -> bool:
    """Would one more meeting in slot t leave interpreter k enough rest?"""
    most = compact.problem.interpreters[k].max_consecutive
    if most is None:
        return True
    day = compact.data.day
    first = last = t
    while first > 0 and day[first - 1] == day[t] and serving[k, first - 1]:
        first -= 1
    while last + 1 < len(day) and day[last + 1] == day[t] and serving[k, last + 1]:
        last += 1
    return last - first + 1 <= most


def helpful_matching(
    compact: Compact, meetings: list[int], staff: list[int], table: Ints, kept: dict[int, int]
) -> list[tuple[int, int]]:
    problem = compact.problem
    if not meetings or not staff:
        return []
    able = np.zeros((len(meetings), len(staff)))
    for row, i in enumerate(meetings):
        request = problem.requests[i]
        for column, k in enumerate(staff):
            one = problem.interpreters[k]
            here = one.table is None or (table[i] >= 0 and problem.tables[table[i]].id == one.table)
            if here and can_interpret(one, people(problem, request)):
                able[row, column] = 1.0 + (0.001 if kept.get(i) == k else 0.0)
    chosen = zip(*linear_sum_assignment(-able), strict=True)
    return [(meetings[row], staff[column]) for row, column in chosen if able[row, column]]
