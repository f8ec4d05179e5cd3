"""Tables and interpreters as shared resources.

A set of meetings of one slot can be given tables exactly when every set S of tables is large enough for the meetings
that fit nowhere else (Hall's theorem). So each relevant S becomes one resource of which a meeting takes one unit if
all its tables lie in S; interpreters likewise. The relevant sets are the sets of choices that occur and the unions of
those that overlap. Where these become too many, some are left out: then a plan may need a repair when tables and
interpreters are given out, and every bound remains valid.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from qiao.engine.scheduling.model import Problem
from qiao.engine.scheduling.timetable import Flags, Ints

MOST_UNIONS = 200

Choices = Sequence[frozenset[int] | None]


@dataclass(frozen=True)
class Resources:
    """`capacity` (resources, slots); `total` (resources, days) is at least what all slots of a day can serve."""

    capacity: Ints
    total: Ints | None
    of_meeting: tuple[tuple[int, ...], ...]


def hall_sets(choices: Choices) -> list[frozenset[int]]:
    """The sets of choices that occur, and unions of overlapping ones, in a fixed order."""
    kinds = sorted({one for one in choices if one}, key=lambda one: (len(one), sorted(one)))
    found = dict.fromkeys(kinds)
    overlapping = [one for one in kinds if any(crosses(one, other) for other in kinds)]
    queue = list(overlapping)
    while queue and len(found) < len(kinds) + MOST_UNIONS:
        one = queue.pop(0)
        for other in overlapping:
            union = one | other
            if one & other and union not in found:
                found[union] = None
                queue.append(union)
    return list(found)


def crosses(one: frozenset[int], other: frozenset[int]) -> bool:
    return bool(one & other) and not one <= other and not other <= one


def takes(choices: Choices, sets: Sequence[frozenset[int]]) -> tuple[tuple[int, ...], ...]:
    """For each meeting the sets that contain all its choices."""
    known: dict[frozenset[int], tuple[int, ...]] = {}
    for one in choices:
        if one and one not in known:
            known[one] = tuple(r for r, other in enumerate(sets) if one <= other)
    return tuple(known[one] if one else () for one in choices)


def table_resources(options: Choices, table_open: Flags) -> Resources:
    sets = hall_sets(options)
    capacity = np.array([table_open[sorted(one)].sum(axis=0) for one in sets], np.int64)
    return Resources(capacity.reshape(len(sets), table_open.shape[1]), None, takes(options, sets))


def interpreter_resources(problem: Problem, options: Choices, present: Flags, working: Flags) -> Resources:
    """Capacity by slot from `present`; totals by day from `working`, which holds the best pattern of rests."""
    sets = hall_sets(options)
    capacity = np.zeros((len(sets), len(problem.slots)), np.int64)
    total = np.zeros((len(sets), len(problem.days)), np.int64)
    for r, one in enumerate(sets):
        for booth in booths(problem, one):
            capacity[r] += present[booth].any(axis=0)
            for d, day in enumerate(problem.days):
                days = list(day)
                total[r, d] += min(present[booth][:, days].any(axis=0).sum(), working[booth][:, days].sum())
    return Resources(capacity, total, takes(options, sets))


def booths(problem: Problem, interpreters: Iterable[int]) -> list[list[int]]:
    """Interpreters who can only serve one meeting at a time together: those who share a table; everyone else alone."""
    groups: dict[object, list[int]] = {}
    for k in sorted(interpreters):
        table = problem.interpreters[k].table
        groups.setdefault(k if table is None else table, []).append(k)
    return list(groups.values())


def rests(problem: Problem, on_duty: Flags) -> Flags:
    """(interpreters, slots): when an interpreter with `max_consecutive` c rests, so that any other service is lawful.

    Of n slots in a row, floor(n / (c + 1)) rests are needed and enough; they are staggered between colleagues.
    """
    resting = np.zeros_like(on_duty)
    for k, one in enumerate(problem.interpreters):
        if one.max_consecutive is None:
            continue
        step = one.max_consecutive + 1
        for run in runs_on_duty(problem, on_duty[k]):
            spare = len(run) % step
            first = spare + k % (step - spare)
            resting[k, run[first::step]] = True
    return resting


def runs_on_duty(problem: Problem, duty: "np.typing.NDArray[np.bool_]") -> list[list[int]]:
    """Maximal runs of slots of one day in which somebody is on duty."""
    runs: list[list[int]] = []
    for day in problem.days:
        previous = None
        for t in day:
            if duty[t] and previous is not None and previous == t - 1:
                runs[-1].append(t)
            elif duty[t]:
                runs.append([t])
            if duty[t]:
                previous = t
    return runs
