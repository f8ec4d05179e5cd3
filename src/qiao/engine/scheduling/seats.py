"""Give tables to the meetings of each slot: one assignment per slot, so that few people change tables."""

import numpy as np
from scipy.optimize import linear_sum_assignment

from qiao.engine.scheduling.compact import Compact, Options
from qiao.engine.scheduling.timetable import Ints

IMPOSSIBLE = 1e9
UNSEATED = 1e6
KEPT = 1e3


def assign_tables(compact: Compact, slot: Ints, interpreter: Ints, kept: dict[int, int]) -> tuple[Ints, list[int]]:
    """A table for each planned meeting that needs one, and the meetings for which none was left.

    `kept` names tables of the previous plan, which are given again where that is possible.
    """
    table = np.full(compact.meetings, -1, np.int64)
    options = with_booths(compact, interpreter)
    unseated: list[int] = []
    for day in compact.problem.days:
        last = np.full(len(compact.data.most), -1, np.int64)
        for t in day:
            unseated += seat_slot(compact, slot, t, options, kept, table, last)
    return table, unseated


def with_booths(compact: Compact, interpreter: Ints) -> Options:
    """The tables of each meeting; the table of its interpreter where he has one."""
    position = {table.id: k for k, table in enumerate(compact.problem.tables)}
    options = list(compact.seats)
    for i in np.flatnonzero(interpreter >= 0).tolist():
        own = compact.problem.interpreters[interpreter[i]].table
        if own is not None:
            options[i] = (options[i] or frozenset()) & {position[own]}
    return tuple(options)


def seat_slot(
    compact: Compact, slot: Ints, t: int, options: Options, kept: dict[int, int], table: Ints, last: Ints
) -> list[int]:
    """Seat the meetings of slot t; `last` remembers where people sat before on this day (-1: nowhere)."""
    here = np.flatnonzero(slot == t).tolist()
    meetings = [i for i in here if options[i] is not None]
    tables = np.flatnonzero(compact.table_open[:, t])
    unseated: list[int] = []
    if meetings:
        cost = costs(compact, meetings, tables, options, kept, last)
        for row, column in zip(*linear_sum_assignment(cost), strict=True):
            if column < len(tables) and cost[row, column] < IMPOSSIBLE / 2:
                table[meetings[row]] = tables[column]
            else:
                unseated.append(meetings[row])
    for i in here:
        for p in compact.people(i):
            last[p] = table[i]
    return unseated


def costs(
    compact: Compact, meetings: list[int], tables: Ints, options: Options, kept: dict[int, int], last: Ints
) -> "np.typing.NDArray[np.float64]":
    """(meetings, tables and one place in the corridor per meeting): one for each person who changes tables."""
    position = {int(table): column for column, table in enumerate(tables)}
    cost = np.full((len(meetings), len(tables) + len(meetings)), IMPOSSIBLE)
    for row, i in enumerate(meetings):
        cost[row, len(tables) + row] = UNSEATED
        allowed = [position[table] for table in options[i] or () if table in position]
        before = [int(last[p]) for p in compact.people(i) if last[p] >= 0]
        cost[row, allowed] = len(before)
        for table in before:
            if position.get(table) in allowed:
                cost[row, position[table]] -= 1.0
        if kept.get(i) in position and position[kept[i]] in allowed:
            cost[row, position[kept[i]]] -= KEPT
    return cost
