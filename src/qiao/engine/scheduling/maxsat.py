"""Breaks as a maximum satisfiability problem, solved by RC2 of python-sat: strong where few cores explain the optimum.

Only for problems whose every meeting is required and whose tables and interpreters can be counted (see
`exact.needs_places`). Where nobody is sure to have no break, the bound on fairness is left out: then the answer is a
bound, and a plan only if it happens to be fair.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise

import numpy as np
from pysat.card import CardEnc, EncType
from pysat.examples.rc2 import RC2
from pysat.formula import WCNF, IDPool

from qiao.engine.scheduling.compact import Compact
from qiao.engine.scheduling.exact import by_busiest, lines
from qiao.engine.scheduling.timetable import Ints

SOLVER = "g3"  # glucose


@dataclass
class Clauses:
    """Literals are numbers, negative when negated. `at[i, t]`: meeting i lies in slot t; `busy[p, t]`: person p meets then."""

    compact: Compact
    formula: WCNF = field(default_factory=WCNF)
    names: IDPool = field(default_factory=IDPool)
    at: dict[tuple[int, int], int] = field(default_factory=dict)
    busy: dict[tuple[int, int], int] = field(default_factory=dict)

    def new(self) -> int:
        return int(self.names.id())

    def hard(self, *literals: int) -> None:
        self.formula.append(list(literals))

    def at_most_one(self, literals: Iterable[int]) -> None:
        for one, other in combinations(literals, 2):
            self.hard(-one, -other)

    def any_of(self, literals: Sequence[int]) -> int:
        """A literal that is true exactly when one of these is."""
        if len(literals) == 1:
            return literals[0]
        found = self.new()
        self.hard(-found, *literals)
        for one in literals:
            self.hard(-one, found)
        return found

    def at_most(self, literals: Sequence[int], most: int, encoding: int = EncType.cardnetwrk) -> None:
        if most <= 0:
            for one in literals:
                self.hard(-one)
        elif len(literals) > most:
            self.extend(CardEnc.atmost(lits=list(literals), bound=most, vpool=self.names, encoding=encoding))

    def exactly(self, literals: Sequence[int], count: int) -> None:
        if len(literals) < count:
            self.hard()
        elif len(literals) == count or count == 0:
            for one in literals:
                self.hard(one if count else -one)
        else:
            kind = EncType.cardnetwrk
            self.extend(CardEnc.equals(lits=list(literals), bound=count, vpool=self.names, encoding=kind))

    def extend(self, encoded: "CardEnc") -> None:
        for clause in encoded.clauses:
            self.formula.append(clause)


def clauses_of(compact: Compact) -> Clauses:
    """All rules as hard clauses, each break as a soft one."""
    found = Clauses(compact)
    add_meetings(found)
    add_people(found)
    add_order(found)
    add_resources(found)
    add_head_counts(found)
    add_breaks(found)
    return found


def add_meetings(clauses: Clauses) -> None:
    compact = clauses.compact
    for i in range(compact.meetings):
        slots = np.flatnonzero(compact.possible[i]).tolist()
        for t in slots:
            clauses.at[i, t] = clauses.new()
        own = [clauses.at[i, t] for t in slots]
        clauses.hard(*own)
        clauses.at_most_one(own)


def add_people(clauses: Clauses) -> None:
    compact, data = clauses.compact, clauses.compact.data
    for p in range(len(data.most)):
        mine = compact.own(p)
        for t in range(compact.slots):
            here = [clauses.at[i, t] for i in mine if (i, t) in clauses.at]
            if here:
                clauses.at_most_one(here)
                clauses.busy[p, t] = clauses.any_of(here)
        for day in compact.problem.days:
            today = [clauses.busy[p, t] for t in day if (p, t) in clauses.busy]
            clauses.at_most(today, int(min(data.most_per_day[p], len(today))))
        everything = [clauses.busy[p, t] for t in range(compact.slots) if (p, t) in clauses.busy]
        if mine:
            clauses.exactly(everything, len(mine))
        if len(mine) > data.most[p]:
            clauses.hard()


def add_order(clauses: Clauses) -> None:
    compact = clauses.compact
    for i in range(compact.meetings):
        for j in compact.earlier(i):
            for t in range(compact.slots):
                for s in range(t, compact.slots):
                    if (i, t) in clauses.at and (j, s) in clauses.at:
                        clauses.hard(-clauses.at[i, t], -clauses.at[j, s])


def add_resources(clauses: Clauses) -> None:
    compact = clauses.compact
    for kind in compact.shared:
        for r in range(len(kind.capacity)):
            mine = [i for i in range(compact.meetings) if r in kind.of_meeting[i]]
            groups = by_busiest(compact, mine)
            for t in range(compact.slots):
                add_capacity(clauses, groups, t, int(kind.capacity[r, t]))
            for d, day in enumerate(compact.problem.days if kind.total is not None else ()):
                here = [clauses.at[i, t] for i in mine for t in day if (i, t) in clauses.at]
                assert kind.total is not None
                clauses.at_most(here, int(kind.total[r, d]), EncType.seqcounter)


def add_capacity(clauses: Clauses, groups: Sequence[Sequence[int]], t: int, capacity: int) -> None:
    """At most `capacity` meetings in slot t; of each group only one can take place at a time."""
    taken = [[clauses.at[i, t] for i in group if (i, t) in clauses.at] for group in groups]
    taken = [here for here in taken if here]
    if len(taken) > capacity:
        clauses.at_most([clauses.any_of(here) for here in taken], capacity, EncType.seqcounter)


def add_head_counts(clauses: Clauses) -> None:
    """Implied where every meeting takes one unit of the same resource and is for two: at most twice as many people."""
    compact = clauses.compact
    if any(len(compact.people(i)) != 2 for i in range(compact.meetings)):
        return
    for kind in compact.shared:
        for r in range(len(kind.capacity)):
            if all(r in one for one in kind.of_meeting):
                for t in range(compact.slots):
                    heads = [clauses.busy[p, t] for p in range(len(compact.data.most)) if (p, t) in clauses.busy]
                    clauses.at_most(heads, 2 * int(kind.capacity[r, t]))


def add_breaks(clauses: Clauses) -> None:
    compact, bound = clauses.compact, clauses.compact.problem.objective.fairness
    for p in range(len(compact.data.most)):
        ends = [end for line in lines(compact, p) for end in gap_ends(clauses, p, line)]
        for end in ends:
            clauses.formula.append([-end], weight=1)
        if bound is not None and somebody_calm(compact):
            clauses.at_most(ends, bound)


def somebody_calm(compact: Compact) -> bool:
    """Is there a person with a meeting who cannot have a break? Then fairness bounds everybody's breaks."""
    return any(len(compact.own(p)) == 1 for p in range(len(compact.data.most)))


def gap_ends(clauses: Clauses, p: int, line: Iterable[int]) -> list[int]:
    """Literals: a gap of person p ends with this slot of the line."""
    ends: list[int] = []
    held: int | None = None  # has there been a meeting by now?
    for t, following in pairwise(line):
        here, then = clauses.busy.get((p, t)), clauses.busy.get((p, following))
        if here is not None:
            held = here if held is None else clauses.any_of([held, here])
        if held is None or then is None:
            continue
        end = clauses.new()
        clauses.hard(-held, -then, end, *([] if here is None else [here]))
        clauses.hard(-end, held)
        clauses.hard(-end, then)
        if here is not None:
            clauses.hard(-end, -here)
        ends.append(end)
    return ends


class Telling(RC2):  # type: ignore[misc]  # python-sat has no types
    """RC2 that says how far its lower bound is."""

    told: Callable[[int], None]

    def process_core(self) -> None:
        super().process_core()
        self.told(int(self.cost))


def fewest_breaks(compact: Compact, tell: Callable[[int], None]) -> tuple[Ints | None, int]:
    """Slots of all meetings with the fewest breaks, and their number; None if there is no such plan.

    `tell` hears each proven lower bound.
    """
    if not compact.possible.any(axis=1).all():
        return None, 0
    clauses = clauses_of(compact)
    with Telling(clauses.formula, solver=SOLVER, adapt=True, exhaust=True, minz=True) as solver:
        solver.told = tell
        model = solver.compute()
        if model is None:
            return None, 0
        true = {one for one in model if one > 0}
        slot = np.full(compact.meetings, -1, np.int64)
        for (i, t), here in clauses.at.items():
            if here in true:
                slot[i] = t
        return slot, int(solver.cost)
