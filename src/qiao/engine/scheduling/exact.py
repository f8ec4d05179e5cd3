"""The whole problem as a model for CP-SAT: every rule of the format, one variable for each meeting and slot.

Tables and interpreters appear one by one where they must (`Exact.explicit`): people who stay, rests, own tables.
Elsewhere they are counted by the sets of Hall's theorem (see `resources`), which leaves far fewer variables. Where even
that is a relaxation, because there would be too many variables otherwise, bounds hold and plans need `assemble`.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from ortools.sat.python import cp_model

from qiao.engine.scheduling.assemble import Draft
from qiao.engine.scheduling.compact import Compact
from qiao.engine.scheduling.resources import MOST_UNIONS

MOST_PLACES = 40_000  # variables for tables and interpreters, beyond which they are only counted

Literal = cp_model.IntVar
Sum = cp_model.LinearExprT
Chosen = dict[tuple[int, int], Literal]
Seated = dict[tuple[int, int, int], Literal]


@dataclass
class Exact:
    """`at[i, t]`: meeting i lies in slot t. `table[i, t, k]`, `server[i, t, k]`: there, at table k, with interpreter k.

    `breaks` holds the breaks of each person once asked for: gaps are counted where they end, or with `starts` by the
    meetings that start a run.
    """

    compact: Compact
    must: frozenset[int]
    model: cp_model.CpModel = field(default_factory=cp_model.CpModel)
    at: Chosen = field(default_factory=dict)
    table: Seated = field(default_factory=dict)
    server: Seated = field(default_factory=dict)
    busy: Chosen = field(default_factory=dict)
    breaks: dict[int, Sum] = field(default_factory=dict)
    explicit: bool = True
    starts: bool = False

    def planned(self, i: int) -> list[Literal]:
        """The variables of meeting i, of which at most one is true."""
        return [self.at[i, t] for t in range(self.compact.slots) if (i, t) in self.at]

    def weight(self) -> Sum:
        weight = self.compact.data.weight
        return sum(int(weight[i]) * one for (i, _), one in self.at.items())

    def at_most(self, literals: Sequence[Literal], most: int) -> None:
        if len(literals) <= most:
            return
        if most == 1:
            self.model.add_at_most_one(literals)
        else:
            self.model.add(sum(literals) <= most)


def exact_model(
    compact: Compact,
    only: Iterable[int] | None = None,
    *,
    must: Iterable[int] | None = None,
    fair: bool = True,
    one_by_one: bool = False,
    starts: bool = False,
) -> Exact:
    """All rules for the meetings of `only` (default: all), of which `must` take place (default: the required ones).

    Goals come after. `fair`: with the bound on fairness, if the problem has one. `one_by_one`: with tables and
    interpreters even where they could be counted. `starts`: as in `Exact`.
    """
    meetings = range(compact.meetings) if only is None else sorted(only)
    required = np.flatnonzero(compact.required).tolist() if must is None else must
    exact = Exact(compact, must=frozenset(required).intersection(meetings), starts=starts)
    add_meetings(exact, meetings)
    add_people(exact, meetings)
    add_order(exact)
    exact.explicit = (one_by_one or needs_places(compact)) and places(exact) <= MOST_PLACES
    if exact.explicit:
        add_tables(exact)
        add_interpreters(exact)
    else:
        add_resources(exact)
    add_head_counts(exact)
    if fair and compact.problem.objective.fairness is not None:
        add_fairness(exact, compact.problem.objective.fairness)
    return exact


def add_meetings(exact: Exact, meetings: Iterable[int]) -> None:
    compact = exact.compact
    for i in meetings:
        for t in range(compact.slots):
            if compact.possible[i, t]:
                exact.at[i, t] = exact.model.new_bool_var("")
        own = exact.planned(i)
        if i in exact.must:
            exact.model.add_exactly_one(own) if own else exact.model.add_bool_or([])
        elif own:
            exact.model.add_at_most_one(own)


def add_people(exact: Exact, meetings: Iterable[int]) -> None:
    """One meeting at a time, and no more than wanted, in all and a day."""
    compact, data = exact.compact, exact.compact.data
    wanted = set(meetings)
    for p in range(len(data.most)):
        mine = [i for i in compact.own(p) if i in wanted]
        by_slot = [[exact.at[i, t] for i in mine if (i, t) in exact.at] for t in range(compact.slots)]
        for t, here in enumerate(by_slot):
            if here:
                exact.busy[p, t] = busy = exact.model.new_bool_var("")
                exact.model.add_exactly_one([*here, busy.negated()])
        days = compact.problem.days
        for day in days:
            exact.at_most([exact.busy[p, t] for t in day if (p, t) in exact.busy], int(data.most_per_day[p]))
        everything = [exact.busy[p, t] for t in range(compact.slots) if (p, t) in exact.busy]
        exact.at_most(everything, int(data.most[p]))
        if mine and exact.must.issuperset(mine):
            exact.model.add(sum(everything) == len(mine))  # implied; searches by cores need it


def add_order(exact: Exact) -> None:
    """`after`: no meeting up to slot t while one that must precede it lies in slot t or later."""
    compact, slots = exact.compact, range(exact.compact.slots)
    for i in range(compact.meetings):
        for j in compact.earlier(i):
            for t in slots:
                until = [exact.at[i, s] for s in slots if s <= t and (i, s) in exact.at]
                since = [exact.at[j, s] for s in slots if s >= t and (j, s) in exact.at]
                if until and since:
                    exact.model.add_at_most_one([*until, *since])


def add_resources(exact: Exact) -> None:
    compact = exact.compact
    for kind in compact.shared:
        users: list[list[int]] = [[] for _ in kind.capacity]
        for i in sorted({i for i, _ in exact.at}):
            for r in kind.of_meeting[i]:
                users[r].append(i)
        for r, mine in enumerate(users):
            groups = by_busiest(compact, mine)
            for t in range(compact.slots):
                add_capacity(exact, groups, t, int(kind.capacity[r, t]))
            if kind.total is not None:
                for d, day in enumerate(compact.problem.days):
                    here = [exact.at[i, t] for i in mine for t in day if (i, t) in exact.at]
                    exact.at_most(here, int(kind.total[r, d]))


def by_busiest(compact: Compact, meetings: Iterable[int]) -> list[list[int]]:
    """The meetings in groups of which only one can take place at a time, because they share a person."""
    left, groups = set(meetings), []
    while left:
        count = Counter(p for i in left for p in compact.people(i))
        busiest = min(count, key=lambda p: (-count[p], p))
        groups.append([i for i in compact.own(busiest) if i in left])
        left.difference_update(groups[-1])
    return groups


def add_capacity(exact: Exact, groups: Sequence[Sequence[int]], t: int, capacity: int) -> None:
    """At most `capacity` of the meetings in slot t. Sums of few groups are read much faster than sums of many meetings."""
    taken: list[Literal] = []
    for group in groups:
        here = [exact.at[i, t] for i in group if (i, t) in exact.at]
        if len(here) > 1:
            taken.append(exact.model.new_bool_var(""))
            exact.model.add_exactly_one([*here, taken[-1].negated()])
        else:
            taken += here
    if len(taken) > capacity:
        exact.model.add(sum(taken) <= capacity)


def add_head_counts(exact: Exact) -> None:
    """Implied where all meetings are for two and must be: people in a slot are twice its meetings, which add up to all."""
    compact, slots = exact.compact, range(exact.compact.slots)
    if len(exact.must) < compact.meetings or any(len(compact.people(i)) != 2 for i in range(compact.meetings)):
        return
    counts = []
    for t in slots:
        heads = [exact.busy[p, t] for p in range(len(compact.data.most)) if (p, t) in exact.busy]
        counts.append(exact.model.new_int_var(0, len(heads) // 2, ""))
        exact.model.add(sum(heads) == 2 * counts[-1])
        for kind in compact.shared:
            for r in range(len(kind.capacity)):
                if all(r in one for one in kind.of_meeting):
                    exact.model.add(counts[-1] <= int(kind.capacity[r, t]))
    exact.model.add(sum(counts) == compact.meetings)


def needs_places(compact: Compact) -> bool:
    """Can tables and interpreters not simply be counted?"""
    problem = compact.problem
    longest = max((len(day) for day in problem.days), default=0)
    return (
        problem.seating.stays is not None
        or any(one.table is not None for one in problem.interpreters)
        or any(one.max_consecutive is not None and one.max_consecutive < longest for one in problem.interpreters)
        or any(len(kind.capacity) >= MOST_UNIONS for kind in compact.shared)
    )


def places(exact: Exact) -> int:
    compact = exact.compact
    return sum(len(compact.tables[i] or ()) + len(compact.interpreters[i] or ()) for i, _ in exact.at)


def add_tables(exact: Exact) -> None:
    compact = exact.compact
    at_table: dict[tuple[int, int], list[Literal]] = {}
    for (i, t), here in exact.at.items():
        options = compact.tables[i]
        if options is None:
            continue
        for k in sorted(options):
            if compact.table_open[k, t]:
                exact.table[i, t, k] = one = exact.model.new_bool_var("")
                at_table.setdefault((k, t), []).append(one)
        exact.model.add_exactly_one([*own_places(exact.table, i, t, options), here.negated()])
    for literals in at_table.values():
        exact.at_most(literals, 1)
    add_stays(exact)


def own_places(found: Seated, i: int, t: int, options: Iterable[int]) -> list[Literal]:
    return [found[i, t, k] for k in sorted(options) if (i, t, k) in found]


def add_stays(exact: Exact) -> None:
    """One table per day for people of the side that stays."""
    compact = exact.compact
    side = compact.problem.seating.stays
    if side is None:
        return
    staying = [one.side == side for one in compact.problem.participants]
    seat: dict[tuple[int, int, int], Literal] = {}
    for (i, t, k), one in exact.table.items():
        for p in compact.people(i):
            if staying[p]:
                key = (p, int(compact.data.day[t]), k)
                if key not in seat:
                    seat[key] = exact.model.new_bool_var("")
                exact.model.add_implication(one, seat[key])
    days: dict[tuple[int, int], list[Literal]] = {}
    for (p, day, _), one in seat.items():
        days.setdefault((p, day), []).append(one)
    for literals in days.values():
        exact.at_most(literals, 1)


def add_interpreters(exact: Exact) -> None:
    compact, problem = exact.compact, exact.compact.problem
    position = {table.id: k for k, table in enumerate(problem.tables)}
    serving: dict[tuple[int, int], list[Literal]] = {}
    for (i, t), here in exact.at.items():
        options = compact.interpreters[i]
        if options is None:
            continue
        for k in sorted(options):
            own = problem.interpreters[k].table
            there = None if own is None else exact.table.get((i, t, position[own]))
            if compact.on_duty[k, t] and (own is None or there is not None):
                exact.server[i, t, k] = one = exact.model.new_bool_var("")
                serving.setdefault((k, t), []).append(one)
                if there is not None:
                    exact.model.add_implication(one, there)
        exact.model.add_exactly_one([*own_places(exact.server, i, t, options), here.negated()])
    for literals in serving.values():
        exact.at_most(literals, 1)
    add_rests(exact, serving)


def add_rests(exact: Exact, serving: dict[tuple[int, int], list[Literal]]) -> None:
    for k, one in enumerate(exact.compact.problem.interpreters):
        if one.max_consecutive is None:
            continue
        for day in exact.compact.problem.days:
            for first in range(len(day) - one.max_consecutive):
                window = day[first : first + one.max_consecutive + 1]
                exact.at_most([x for t in window for x in serving.get((k, t), ())], one.max_consecutive)


def add_fairness(exact: Exact, bound: int) -> None:
    """Everybody with a meeting has between `least` and `least` + bound breaks."""
    add_breaks(exact)
    least = exact.model.new_int_var(0, exact.compact.slots, "")
    for p, count in exact.breaks.items():
        exact.model.add(count <= least + bound)
        for t in range(exact.compact.slots):
            if (p, t) in exact.busy:
                exact.model.add(count >= least).only_enforce_if(exact.busy[p, t])


def add_breaks(exact: Exact) -> None:
    """Breaks of each person, slot by slot."""
    if exact.breaks:
        return
    compact = exact.compact
    for p in range(len(compact.data.most)):
        if exact.starts:
            exact.breaks[p] = sum(gaps_between_runs(exact, p, line) for line in lines(compact, p))
        else:
            exact.breaks[p] = sum(end for line in lines(compact, p) for end in gap_ends(exact, p, line))


def gaps_between_runs(exact: Exact, p: int, line: Sequence[int]) -> Sum:
    """The runs of meetings of person p without a gap, less one if there is any."""
    model = exact.model
    used = [exact.busy[p, t] for t in line if (p, t) in exact.busy]
    if len(used) < 2:
        return 0
    starts: list[Literal] = []
    before: Literal | None = None
    for here in (exact.busy.get((p, t)) for t in line):
        if here is not None:
            start = here if before is None else model.new_bool_var("")
            starts.append(start)
            if before is not None:
                model.add_bool_or([here.negated(), before, start])
                model.add_implication(start, here)
                model.add_implication(start, before.negated())
        before = here
    meets = model.new_bool_var("")
    model.add_bool_or([*starts, meets.negated()])
    for one in used:
        model.add_implication(one, meets)
    return sum(starts) - meets


def lines(compact: Compact, p: int) -> Iterable[Sequence[int]]:
    """The stretches of slots in which the breaks of person p are counted: each day's available slots, or all slots."""
    problem = compact.problem
    if problem.objective.breaks == "sequence":
        return [range(compact.slots)]
    return [[t for t in day if compact.data.available[p, t]] for day in problem.days]


def gap_ends(exact: Exact, p: int, line: Sequence[int]) -> list[Literal]:
    """One variable for each slot but the last: a gap of person p ends with this slot."""
    model = exact.model
    used = [t for t in line if (p, t) in exact.busy]
    if len(used) < 2:
        return []
    ends: list[Literal] = []
    held: Literal | None = None  # has there been a meeting by now?
    for t, following in pairwise(s for s in line if used[0] <= s <= used[-1]):
        here, then = exact.busy.get((p, t)), exact.busy.get((p, following))
        held = hold(model, held, here)
        if held is None or then is None:
            continue
        end = model.new_bool_var("")
        model.add_bool_or([held.negated(), then.negated(), end] + ([] if here is None else [here]))
        model.add_implication(end, held)
        model.add_implication(end, then)
        if here is not None:
            model.add_implication(end, here.negated())
        ends.append(end)
    return ends


def hold(model: cp_model.CpModel, before: Literal | None, here: Literal | None) -> Literal | None:
    if before is None or here is None:
        return here if before is None else before
    held = model.new_bool_var("")
    model.add_implication(before, held)
    model.add_implication(here, held)
    model.add_bool_or([before, here, held.negated()])
    return held


def draft_of(exact: Exact, solver: cp_model.CpSolver) -> Draft:
    """What the solver found; tables and interpreters only if the model has them one by one."""
    draft = Draft(*(np.full(exact.compact.meetings, -1, np.int64) for _ in range(3)))
    for (i, t), here in exact.at.items():
        if solver.boolean_value(here):
            draft.slot[i] = t
    for found, seats in ((exact.table, draft.table), (exact.server, draft.interpreter)):
        for (i, _, k), here in found.items():
            if solver.boolean_value(here):
                seats[i] = k
    return draft
