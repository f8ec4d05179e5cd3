"""Give tables to the meetings of each slot: one assignment per slot, so that few people change tables.

The first pass seats slot after slot in time order, each as well as possible for what lies before; then tables are
exchanged as long as that helps (see `reseat`).
"""

from itertools import pairwise

import numpy as np
from scipy.optimize import linear_sum_assignment

from qiao.engine.scheduling.compact import Compact, Options
from qiao.engine.scheduling.reseat import Hall, reseat
from qiao.engine.scheduling.timetable import Ints, rows

IMPOSSIBLE = 1e9
UNSEATED = 1e6
KEPT = 1e3


def seat_all(compact: Compact, slot: Ints, interpreter: Ints, kept: dict[int, int]) -> "Seating":
    """The first pass for all slots. `kept` names tables of the previous plan, which are given again where that is possible."""
    seating = Seating(compact, with_booths(compact, interpreter), kept, slot)
    for t in range(compact.slots):
        seating.seat(t)
    return seating


def with_booths(compact: Compact, interpreter: Ints) -> Options:
    """The tables of each meeting; the table of its interpreter where he has one."""
    position = {table.id: k for k, table in enumerate(compact.problem.tables)}
    options = list(compact.seats)
    for i in np.flatnonzero(interpreter >= 0).tolist():
        own = compact.problem.interpreters[interpreter[i]].table
        if own is not None:
            options[i] = (options[i] or frozenset()) & {position[own]}
    return tuple(options)


class Seating:
    """The tables of a plan while they are given out; `table` (meetings,) is -1 where there is none."""

    def __init__(self, compact: Compact, options: Options, kept: dict[int, int], slot: Ints) -> None:
        self.compact, self.options, self.kept, self.slot = compact, options, kept, slot
        self.table: Ints = np.full(compact.meetings, -1, np.int64)
        self.here = [np.flatnonzero(slot == t).tolist() for t in range(compact.slots)]
        self.beside: list[list[int]] = [[] for _ in range(compact.meetings)]
        self.links = neighbours(compact, slot)
        for i, j in self.links:
            self.beside[i].append(j)
            self.beside[j].append(i)

    def lacks(self, i: int) -> bool:
        return self.options[i] is not None and bool(self.table[i] < 0)

    def lacking(self) -> list[int]:
        """The planned meetings for which no table was left."""
        return [i for here in self.here for i in here if self.lacks(i)]

    def settled(self) -> Ints:
        """The tables, with few changes."""
        reseat(self.hall())
        return self.table

    def hall(self) -> Hall:
        """The same for `reseat`; meetings at their table of the previous plan stay there."""
        compact, tables = self.compact, len(self.compact.problem.tables)
        may = np.zeros((compact.meetings, tables), np.bool_)
        seated = np.full((tables, compact.slots), -1, np.int64)
        for i in np.flatnonzero(self.table >= 0).tolist():
            seated[self.table[i], self.slot[i]] = i
            if self.kept.get(i) != self.table[i]:
                may[i, list(self.options[i] or ())] = True
        beside_from, beside = rows(self.beside)
        days = [(day[0], day[-1]) for day in compact.problem.days for _ in day]
        first, last = np.array(days, np.int64).reshape(-1, 2).T
        return Hall(
            table=self.table,
            seated=seated,
            slot=self.slot,
            may=may,
            usable=compact.table_open,
            links=np.array(self.links, np.int64).reshape(-1, 2),
            beside_from=beside_from,
            beside=beside,
            first=np.ascontiguousarray(first),
            last=np.ascontiguousarray(last),
            dice=np.ones(1, np.int64),
        )

    def seat(self, t: int) -> None:
        """Seat the meetings of slot t where most of their people sit before and after."""
        meetings = [i for i in self.here[t] if self.options[i] is not None]
        if not meetings:
            return
        tables = np.flatnonzero(self.compact.table_open[:, t])
        cost = self.costs(meetings, tables)
        self.table[meetings] = -1
        for row, column in zip(*linear_sum_assignment(cost), strict=True):
            if column < len(tables) and cost[row, column] < IMPOSSIBLE / 2:
                self.table[meetings[row]] = tables[column]

    def costs(self, meetings: list[int], tables: Ints) -> "np.typing.NDArray[np.float64]":
        """(meetings, tables and one place in the corridor per meeting): one for each change of tables."""
        position = {int(table): column for column, table in enumerate(tables)}
        cost = np.full((len(meetings), len(tables) + len(meetings)), IMPOSSIBLE)
        columns: dict[frozenset[int], list[int]] = {}
        for row, i in enumerate(meetings):
            cost[row, len(tables) + row] = UNSEATED
            allowed = self.options[i] or frozenset()
            if allowed not in columns:
                columns[allowed] = [position[table] for table in allowed if table in position]
            cost[row, columns[allowed]] = len(self.beside[i])
            for table in [int(self.table[j]) for j in self.beside[i]]:
                if table in allowed and table in position:
                    cost[row, position[table]] -= 1.0
            before = self.kept.get(i, -1)
            if before in allowed and before in position:
                cost[row, position[before]] -= KEPT
        return cost


def neighbours(compact: Compact, slot: Ints) -> list[tuple[int, int]]:
    """Meetings that follow each other on one day for one person, once for each such person."""
    found = []
    for p in range(len(compact.data.most)):
        own = sorted((int(slot[i]), i) for i in compact.own(p) if slot[i] >= 0)
        found += [(i, j) for (s, i), (t, j) in pairwise(own) if compact.data.day[s] == compact.data.day[t]]
    return found
