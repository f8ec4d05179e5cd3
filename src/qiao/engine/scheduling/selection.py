"""Who meets, the slots relaxed away: bounds that no plan can pass, and the set of meetings worth placing.

Within a window of slots (the whole event, a day, one slot) the meetings that can lie nowhere else must not need more
of a person, of the tables or of the interpreters than the window holds. Every plan satisfies this, so the best
selection bounds the weight from above; the least shortfall of a selection of some weight bounds that of every plan
of at least this weight.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, floor

import numpy as np

from qiao.engine.scheduling.budget import WORK_PER_NODE, Budget
from qiao.engine.scheduling.compact import Compact
from qiao.engine.scheduling.programme import Answer, Numbers, Programme, programme
from qiao.engine.scheduling.resources import Resources
from qiao.engine.scheduling.timetable import Flags, Ints

TOLERANCE = 1e-5
CLEAR = 0.01  # what a reduced cost must exceed: far more than a solver's rounding
NODES = 4000


@dataclass(frozen=True, slots=True)
class Selection:
    """`chosen` (meetings,) is None if none was found in time; `bound` is proven or None."""

    chosen: Flags | None
    bound: int | None
    infeasible: bool = False


def heaviest(compact: Compact, budget: Budget, kept: Flags | None = None) -> Selection:
    """The selection of greatest weight; `bound`: no plan weighs more (no plan with all of `kept`, if given)."""
    model = weighing(compact, kept)
    if (model.lower > model.upper).any():
        return Selection(None, None, infeasible=True)
    answer = run(model, budget)
    everything = -int(model.cost @ model.upper)
    bound = everything if answer.bound is None else min(everything, floor(-answer.bound + TOLERANCE))
    return Selection(flags(answer, compact.meetings), bound, answer.infeasible)


def weighing(compact: Compact, kept: Flags | None = None) -> Programme:
    """The programme whose solution is the heaviest selection, at the cost of its weight below zero."""
    open_to = compact.possible.any(axis=1).astype(float)
    model = programme(-compact.data.weight.astype(float), open_to, musts(compact, kept))
    add_windows(model, compact)
    return model


def at_most(compact: Compact, budget: Budget) -> int | None:
    """A bound of the weight without whole numbers: found at once, and mostly the weight of the heaviest selection."""
    model = weighing(compact)
    relaxed = None if (model.lower > model.upper).any() else model.relax(budget.solver_seconds(0.3, 10.0))
    budget.charge(len(model.columns) / 100)
    return None if relaxed is None else floor(-relaxed.cost + TOLERANCE)


def musts(compact: Compact, kept: Flags | None) -> Numbers:
    return (compact.required if kept is None else compact.required | kept).astype(np.float64)


def fairest(compact: Compact, share: Ints, least_weight: int, budget: Budget, kept: Flags | None = None) -> Selection:
    """The selection of at least `least_weight` with the least shortfall; `bound`: no such plan falls shorter."""
    weight, size = compact.data.weight.astype(float), compact.meetings
    lower, upper = settled(compact, least_weight, budget, kept)
    people = [p for p in range(len(share)) if share[p] > 0]
    short = [float(share[p]) for p in people]
    model = programme(
        np.concatenate([np.zeros(size), np.ones(len(people))]),
        np.concatenate([upper, short]),
        np.concatenate([lower, np.zeros(len(people))]),
    )
    add_windows(model, compact)
    for k, p in enumerate(people):
        model.row([*compact.own(p), size + k], float(share[p]), np.inf)
    model.row(list(range(size)), least_weight - TOLERANCE, np.inf, weight.tolist())
    answer = run(model, budget)
    bound = None if answer.bound is None else max(0, ceil(answer.bound - TOLERANCE))
    return Selection(flags(answer, size), bound, answer.infeasible)


def settled(compact: Compact, least_weight: int, budget: Budget, kept: Flags | None = None) -> tuple[Numbers, Numbers]:
    """Least and most of each meeting, 0 or 1, in selections of at least `least_weight`.

    A meeting is settled where the other choice would cost more weight than the relaxation leaves (reduced cost fixing, as in
    Dantzig, Fulkerson and Johnson 1954). Near the bound most meetings are, and what remains to be chosen is small.
    """
    model = weighing(compact, kept)
    lower, upper = np.minimum(model.lower, model.upper), model.upper
    relaxed = None if (model.lower > model.upper).any() else model.relax(budget.solver_seconds(0.3, 10.0))
    budget.charge(len(model.columns) / 100)
    if relaxed is None:
        return lower, upper
    spare = -relaxed.cost - least_weight + CLEAR
    return np.where(relaxed.reduced < -spare, upper, lower), np.where(relaxed.reduced > spare, lower, upper)


def run(model: Programme, budget: Budget) -> Answer:
    left = budget.work_left
    nodes = NODES if left is None else max(1, min(NODES, left // WORK_PER_NODE))
    answer = model.solve(budget.solver_seconds(0.6, 30.0), nodes)
    budget.charge(len(model.columns) / 100 + WORK_PER_NODE * answer.nodes)
    return answer


def flags(answer: Answer, size: int) -> Flags | None:
    return None if answer.x is None else answer.x[:size] > 0.5


def windows(compact: Compact) -> list[list[int]]:
    """The whole event, each day, and each slot to which some meeting is bound."""
    found = [list(range(compact.slots))]
    if len(compact.problem.days) > 1:
        found += [list(day) for day in compact.problem.days]
    bound = compact.possible.sum(axis=1) == 1
    found += [[int(t)] for t in np.flatnonzero(compact.possible[bound].any(axis=0))]
    return [list(one) for one in dict.fromkeys(tuple(sorted(one)) for one in found)]


def add_windows(model: Programme, compact: Compact) -> None:
    for window, inside in bound_to_windows(compact):
        add_people(model, compact, window, inside)
        add_resources(model, compact, window, inside)


def bound_to_windows(compact: Compact) -> Iterator[tuple[list[int], Flags]]:
    """Each window, and (meetings,) those that can lie nowhere else."""
    for window in windows(compact):
        outside = np.ones(compact.slots, np.bool_)
        outside[window] = False
        yield window, np.asarray(compact.possible.any(axis=1) & ~compact.possible[:, outside].any(axis=1), np.bool_)


def add_people(model: Programme, compact: Compact, window: list[int], inside: Flags) -> None:
    data = compact.data
    for p in range(len(data.most)):
        mine = [i for i in compact.own(p) if inside[i]]
        if not mine:
            continue
        open_slots: Flags = np.asarray(compact.possible[mine][:, window].any(axis=0), np.bool_)
        days = data.day[window]
        room = sum(
            min(int(open_slots[days == day].sum()), int(data.most_per_day[p])) for day in np.unique(days).tolist()
        )
        room = min(room, int(data.most[p]))
        if len(mine) > room:
            model.row(mine, -np.inf, room)


def add_resources(model: Programme, compact: Compact, window: list[int], inside: Flags) -> None:
    for kind in compact.shared:
        rooms = rooms_of(compact, kind, window)
        for mine, room in zip(users_of(kind, inside), rooms, strict=True):
            if len(mine) > room:
                model.row(mine, -np.inf, room)


def users_of(kind: Resources, inside: Flags) -> list[list[int]]:
    """For each resource of a kind the meetings, of those inside, that take a unit of it."""
    users: list[list[int]] = [[] for _ in kind.capacity]
    for i in np.flatnonzero(inside).tolist():
        for r in kind.of_meeting[i]:
            users[r].append(i)
    return users


def rooms_of(compact: Compact, kind: Resources, window: list[int]) -> list[int]:
    """How many meetings each resource of a kind can take in this window."""
    room = kind.capacity[:, window].sum(axis=1)
    days = [d for d, day in enumerate(compact.problem.days) if set(day) <= set(window)]
    whole = sum(len(compact.problem.days[d]) for d in days) == len(window)
    if kind.total is not None and whole:
        room = np.minimum(room, kind.total[:, days].sum(axis=1))
    found: list[int] = room.tolist()
    return found
