"""Who is shown to whom when nobody may be shown too often and nobody never: one assignment problem over all lists.

Maximise the worth of all shown pairs less what unevenness costs, each list holding at most `top` and each candidate
standing in at most `limit` lists. Being shown costs the more the further somebody is above his fair share, and gains the
more the further below: so thin and new profiles get their chance where it costs others least. This is a flow of least
cost, solved to optimality over the pairs that can matter: each list's best candidates and each candidate's best lists.
"""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Scores = Callable[[int, int], Doubles]

_ROWS_AT_ONCE = 128
_FILLED = 11.0  # worth of a filled place: above any difference between two scores
_FIRST_TIME = 8.0  # worth of being shown at all
EVENNESS = 1.0  # what being shown twice as often as fair costs, on the scale of `worth`
_STEPS = 10_000  # costs are whole numbers
_BEST_OF_LIST, _BEST_OF_CANDIDATE = 60, 40  # at least so many pairs of each are looked at


def fair_shares(owners: Integers, people: Integers, top: int, *, across: bool) -> Doubles:
    """How often each person is shown if all are shown equally often, float [people].

    `owners` and `people` hold the sides of the lists' owners and of everybody. Fair share = lists that may show this side ×
    `top` / people on this side. Without `across` everybody is on one side.
    """
    if not across:
        owners, people = np.zeros_like(owners), np.zeros_like(people)
    shares = np.zeros(len(people))
    for side in np.unique(people):
        shares[people == side] = _lists_for(owners, side, across) * top / int((people == side).sum())
    return shares


def fair_limits(owners: Integers, people: Integers, top: int, cap: float, *, across: bool) -> Integers:
    """How often each person may be shown, int [people]: `cap` times the fair share rounded down, at least once."""
    shares = fair_shares(owners, people, top, across=across)
    most = np.array([float(_lists_for(owners, side, across)) for side in people]).reshape(len(people))
    wanted = np.zeros(len(people))
    with np.errstate(over="ignore"):  # what is beyond all numbers is infinite, and `most` is less
        np.multiply(shares, cap, out=wanted, where=shares > 0)  # infinite times nothing is nothing
    return np.asarray(np.maximum(1, np.floor(np.minimum(most, wanted + 1e-9))), np.int64)


def _lists_for(owners: Integers, side: int, across: bool) -> int:
    return int((owners != side).sum()) if across else len(owners)


def worth(scores: Doubles) -> Doubles:
    """Percentiles -> what the assignment adds up, on the scale of the normal distribution; -inf stays.

    A percentile's last steps matter most to those who read a list's top, so they must cost most.
    """
    from scipy.special import ndtri

    return np.asarray(
        np.where(np.isfinite(scores), _FILLED + ndtri(np.clip(scores, 1e-7, 1 - 1e-7)), -np.inf), np.float64
    )


def allot(scores: Scores, lists: int, limits: Integers, shares: Doubles, top: int) -> list[list[int]]:
    """The candidates of each list.

    `scores(start, stop)` gives the percentiles of some of the `lists` with everybody, -inf for inadmissible pairs.
    """
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

    rows, columns, worths = _pairs(scores, lists, len(limits), top, int(2 * shares.max(initial=0)))
    flow = SimpleMinCostFlow()
    source, sink = lists + len(limits), lists + len(limits) + 1
    every = np.arange(lists)
    flow.add_arcs_with_capacity_and_unit_cost(np.full(lists, source), every, np.full(lists, top), np.zeros(lists, int))
    ones = np.ones(len(rows), np.int64)
    pairs = flow.add_arcs_with_capacity_and_unit_cost(rows, lists + columns, ones, _whole(-worths))
    shown, costs = _unevenness(limits, shares)
    flow.add_arcs_with_capacity_and_unit_cost(
        lists + shown, np.full(len(shown), sink), np.ones(len(shown), np.int64), _whole(costs)
    )
    flow.add_arc_with_capacity_and_unit_cost(source, sink, lists * top, 0)  # places that stay empty
    flow.set_node_supply(source, lists * top)
    flow.set_node_supply(sink, -lists * top)
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise RuntimeError(f"the assignment was not solved: {status}")
    found: list[list[int]] = [[] for _ in range(lists)]
    for n in np.flatnonzero(flow.flows(pairs)):
        found[int(rows[n])].append(int(columns[n]))
    return [sorted(row) for row in found]


def _unevenness(limits: Integers, shares: Doubles) -> tuple[Integers, Doubles]:
    """For each time that somebody may be shown: who, and what it costs. Rising for each, as a flow needs it."""
    who = np.repeat(np.arange(len(limits)), limits)
    times = np.concatenate([np.zeros(0), *(np.arange(1, limit + 1) for limit in limits)])
    fair = np.maximum(shares[who], 1)
    return who, EVENNESS * (times - fair) / fair - np.where(times == 1, _FIRST_TIME, 0)


def _pairs(scores: Scores, lists: int, people: int, top: int, often: int) -> tuple[Integers, Integers, Doubles]:
    """The admissible pairs that can matter with their worth: rows, columns, worths."""
    per_list = max(_BEST_OF_LIST, 6 * top)
    per_candidate = max(_BEST_OF_CANDIDATE, often)
    kept: list[tuple[Integers, Integers, Doubles]] = []
    best = np.full((0, people), -np.inf)
    best_rows = np.zeros((0, people), np.int64)
    for start in range(0, lists, _ROWS_AT_ONCE):
        block = worth(scores(start, min(start + _ROWS_AT_ONCE, lists)))
        at = _highest(block, per_list)
        kept.append((np.repeat(np.arange(len(block)) + start, at.shape[1]), at.ravel(), _picked(block, at)))
        rows = np.broadcast_to(np.arange(len(block))[:, None] + start, block.shape)
        best, best_rows = np.vstack([best, block]), np.vstack([best_rows, rows])
        at = _highest(best.T, per_candidate).T
        best, best_rows = np.take_along_axis(best, at, 0), np.take_along_axis(best_rows, at, 0)
    columns = np.broadcast_to(np.arange(people), best.shape)
    kept.append((best_rows.ravel(), columns.ravel(), best.ravel()))
    row, column, value = (np.concatenate(parts) for parts in zip(*kept, strict=True))
    _, once = np.unique(row * np.int64(max(1, people)) + column, return_index=True)
    once = once[np.isfinite(value[once])]
    return row[once], column[once], value[once]


def _highest(values: Doubles, count: int) -> Integers:
    """The places of the `count` highest of each row."""
    if values.shape[1] <= count:
        return np.broadcast_to(np.arange(values.shape[1]), values.shape)
    return np.asarray(np.argpartition(values, -count, axis=1)[:, -count:], np.int64)


def _picked(values: Doubles, at: Integers) -> Doubles:
    return np.asarray(np.take_along_axis(values, at, axis=1).ravel(), np.float64)


def _whole(costs: Sequence[float] | Doubles) -> Integers:
    return np.asarray(np.rint(np.asarray(costs) * _STEPS), np.int64)
