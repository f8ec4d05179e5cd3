"""Who is shown to whom when nobody may be shown too often: one assignment problem over all lists, solved to optimality.

Maximise the sum of the worth of all shown pairs, each list holding at most `top` and each candidate standing in at most
`limit` lists. This is a transportation problem: its linear relaxation has whole-numbered vertices. It is solved on the
few pairs that matter; the dual prices then show which other pair could still improve it, until none can.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import linprog
from scipy.special import ndtri

Doubles = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Pairs = set[tuple[int, int]]

_ROWS_AT_ONCE = 128
_TOLERANCE = 1e-7
_FILLED = 11.0  # worth of a filled place: above any difference between two scores


def fair_limits(owners: Integers, people: Integers, top: int, cap: float, *, across: bool) -> Integers:
    """How often each person may be shown, int [people]: `cap` times the fair share rounded down, at least once.

    `owners` and `people` hold the sides of the lists' owners and of everybody. Fair share = lists that may show this side ×
    `top` / people on this side. Without `across` everybody is on one side.
    """
    if not across:
        owners, people = np.zeros_like(owners), np.zeros_like(people)
    limits = np.zeros(len(people), np.int64)
    for side in np.unique(people):
        lists = int((owners != side).sum()) if across else len(owners)
        fair = lists * top / int((people == side).sum())
        most = (
            min(float(lists), cap * fair + 1e-9) if lists else 0.0
        )  # nobody can be shown in more lists than there are
        limits[people == side] = max(1, int(np.floor(most)))
    return limits


def worth(scores: Doubles) -> Doubles:
    """Percentiles -> what the assignment adds up, on the scale of the normal distribution; -inf stays.

    A percentile's last steps matter most to those who read a list's top, so they must cost most.
    """
    return np.asarray(
        np.where(np.isfinite(scores), _FILLED + ndtri(np.clip(scores, 1e-7, 1 - 1e-7)), -np.inf), np.float64
    )


def allot(
    scores: Callable[[int, int], Doubles], first: Sequence[Sequence[int]], limits: Integers, top: int
) -> list[list[int]]:
    """The candidates of each list, of greatest total worth.

    `scores(start, stop)` gives the percentiles of some lists with everybody, -inf for inadmissible pairs; `first` holds each
    list's best candidates, which are the answer if they keep the limits.
    """
    counts = np.bincount([c for row in first for c in row], minlength=len(limits))
    if (counts <= limits).all():
        return [list(row) for row in first]
    values = {(n, c): float("nan") for n, row in enumerate(first) for c in row}
    prices = np.zeros(len(first)), np.zeros(len(limits))
    chosen: Pairs = set()
    while True:
        more = _improving(scores, len(first), prices, values, top)
        if not more and chosen:
            break
        values.update(more)
        chosen, prices = _solve({pair: v for pair, v in values.items() if np.isfinite(v)}, len(first), limits, top)
    found: list[list[int]] = [[] for _ in first]
    for row, candidate in sorted(chosen):
        found[row].append(candidate)
    return found


def _improving(
    scores: Callable[[int, int], Doubles],
    lists: int,
    prices: tuple[Doubles, Doubles],
    known: dict[tuple[int, int], float],
    top: int,
) -> dict[tuple[int, int], float]:
    """For each list the pairs not yet considered that promise most at these prices: none, once the solution is optimal."""
    found: dict[tuple[int, int], float] = {}
    for start in range(0, lists, _ROWS_AT_ONCE):
        block = worth(scores(start, min(start + _ROWS_AT_ONCE, lists)))
        for n, row in enumerate(block):
            gain = row - prices[0][start + n] - prices[1]
            for candidate in np.argsort(-gain, kind="stable")[: 3 * top]:
                pair = (start + n, int(candidate))
                if gain[candidate] > _TOLERANCE and not np.isfinite(known.get(pair, np.nan)):
                    found[pair] = float(row[candidate])
    return found


def _solve(
    values: dict[tuple[int, int], float], lists: int, limits: Integers, top: int
) -> tuple[Pairs, tuple[Doubles, Doubles]]:
    """The best whole-numbered choice among the given pairs, and the prices of the lists and of the candidates."""
    pairs = sorted(values)
    rows, columns = np.array(pairs, np.int64).T
    each = np.arange(len(pairs))
    constraints = sparse.csr_array(
        (np.ones(2 * len(pairs)), (np.concatenate([rows, lists + columns]), np.concatenate([each, each]))),
        shape=(lists + len(limits), len(pairs)),
    )
    bounds = np.concatenate([np.full(lists, top), limits])
    cost = -np.array([values[pair] for pair in pairs])
    answer: Any = linprog(cost, A_ub=constraints, b_ub=bounds, bounds=(0, 1), method="highs-ds")  # type: ignore[call-overload]
    if answer.status != 0:
        raise RuntimeError(f"the assignment was not solved: {answer.message}")
    duals = -np.asarray(answer.ineqlin.marginals, np.float64)
    return {pairs[n] for n in np.flatnonzero(answer.x > 0.5)}, (duals[:lists], duals[lists:])
