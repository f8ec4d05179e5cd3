"""The exposure cap: limits are kept, and what is left is the best that the limits allow."""

import warnings
from itertools import combinations, product

import numpy as np
import pytest

from qiao.engine.matching.allot import EVENNESS, allot, fair_limits, worth

Doubles = np.ndarray


def limits_of(owners: str, people: str, top: int, cap: float, *, across: bool) -> list[int]:
    code = {letter: n for n, letter in enumerate("abc")}
    sides = [np.array([code[letter] for letter in word], np.int64) for word in (owners, people)]
    return fair_limits(*sides, top, cap, across=across).tolist()


def test_fair_limits() -> None:
    # 6 lists of a may show b (3 people), 3 lists of b may show a (2 people); 2 candidates each
    assert limits_of("aaaaaabbb", "aabbb", 2, 1, across=True) == [3, 3, 4, 4, 4]
    assert limits_of("aaaaaabbb", "aabbb", 2, 1.5, across=True) == [3, 3, 6, 6, 6]  # never more than there are lists
    assert limits_of("aaaaaabbb", "aabbb", 2, 0.01, across=True) == [1] * 5
    assert limits_of("aaaaaabbb", "aabbb", 2, 1, across=False) == [3] * 5
    assert limits_of("", "ab", 2, 1, across=True) == [1, 1]
    assert limits_of("aab", "aab", 1, float("inf"), across=True) == [1, 1, 2]


def test_a_cap_beyond_all_numbers_warns_of_nothing() -> None:
    with warnings.catch_warnings(action="error"):
        assert limits_of("aab", "aab", 20, 1e308, across=True) == [1, 1, 2]


def test_fair_shares_are_not_lost_to_rounding() -> None:
    assert limits_of("a" * 3, "b" * 10, 10, 0.1 * 3 / 0.9, across=True) == [1] * 10
    assert limits_of("a" * 10, "b" * 3, 3, 0.1, across=True) == [1] * 3


def test_worth_rises_with_the_percentile_and_most_at_the_top() -> None:
    values = worth(np.array([0, 0.5, 0.9, 0.99, 1]))
    assert (np.diff(values) > 0).all()
    assert values.min() > 0
    assert values[3] - values[2] > values[2] - values[1] - 0.3
    assert worth(np.array([-np.inf])).tolist() == [-np.inf]


def solve(scores: Doubles, limits: list[int], top: int, shares: list[float] | None = None) -> list[list[int]]:
    fair = np.array(shares or [1.0] * len(limits))
    return allot(lambda start, stop: scores[start:stop], len(scores), np.array(limits), fair, top)


def value(scores: Doubles, chosen: list[list[int]], shares: list[float]) -> float:
    """What the choice is worth, less what its unevenness costs, plus what everybody gains who is shown at all."""
    worths = worth(scores)
    total = sum(worths[n, c] for n, row in enumerate(chosen) for c in row)
    for c, share in enumerate(shares):
        times = sum(c in row for row in chosen)
        fair = max(share, 1)
        total -= sum(EVENNESS * (k - fair) / fair for k in range(1, times + 1)) - 8 * (times > 0)
    return float(total)


def best_value(scores: Doubles, limits: list[int], top: int, shares: list[float]) -> float:
    """By trying everything."""
    rows = []
    for row in scores:
        allowed = [c for c in range(len(row)) if np.isfinite(row[c])]
        rows.append([list(some) for size in range(top + 1) for some in combinations(allowed, size)])
    fitting = (
        chosen
        for chosen in product(*rows)
        if all(sum(c in row for row in chosen) <= limit for c, limit in enumerate(limits))
    )
    return max(value(scores, list(chosen), shares) for chosen in fitting)


@pytest.mark.parametrize("seed", range(12))
def test_the_choice_is_the_best_one(seed: int) -> None:
    random = np.random.default_rng(seed)
    scores = random.random((4, 5)).round(2)
    scores[random.random((4, 5)) < 0.2] = -np.inf
    limits, top, shares = random.integers(1, 4, 5).tolist(), 2, random.choice([0.5, 1.6, 2.0], 5).tolist()
    chosen = solve(scores, limits, top, shares)
    assert all(len(set(row)) == len(row) <= top for row in chosen)
    assert all(np.isfinite(scores[n, c]) for n, row in enumerate(chosen) for c in row)
    assert all(sum(c in row for row in chosen) <= limit for c, limit in enumerate(limits))
    assert value(scores, chosen, shares) == pytest.approx(best_value(scores, limits, top, shares), abs=1e-3)


def test_candidates_far_down_the_lists_are_found() -> None:
    """Everybody likes the same few; the others are in nobody's list, but somebody's list is best for them."""
    scores = np.tile(np.linspace(0.99, 0.01, 300), (300, 1)) + np.random.default_rng(1).random((300, 300)) / 1000
    chosen = solve(scores, [1] * 300, 1)
    assert sorted(c for row in chosen for c in row) == list(range(300))


def test_nobody_is_forgotten_and_hardly_anything_is_lost() -> None:
    """Two hundred lists of ten: without any care a few are shown everywhere and many never."""
    random = np.random.default_rng(3)
    attraction = random.normal(size=200)
    raw = random.normal(size=(200, 200)) + 1.5 * attraction
    scores = raw.ravel().argsort().argsort().reshape(200, 200) / raw.size
    plain = [sorted(np.argsort(-row)[:10].tolist()) for row in scores]
    chosen = solve(scores, [30] * 200, 10, [10.0] * 200)

    def counts(lists: list[list[int]]) -> list[int]:
        return np.bincount([c for row in lists for c in row], minlength=200).tolist()

    assert min(counts(plain)) == 0
    assert max(counts(plain)) > 30
    assert min(counts(chosen)) > 0
    assert max(counts(chosen)) <= 30
    mean = {
        name: np.mean([scores[n, row] for n, row in enumerate(lists)]) for name, lists in (("a", plain), ("b", chosen))
    }
    assert mean["b"] >= 0.9 * mean["a"]


def test_many_lists_are_looked_at_in_pieces() -> None:
    asked: list[tuple[int, int]] = []
    scores = np.tile([0.9, 0.5], (300, 1))

    def some(start: int, stop: int) -> Doubles:
        asked.append((start, stop))
        return scores[start:stop]

    chosen = allot(some, 300, np.array([150, 150]), np.array([150.0, 150.0]), 1)
    assert sorted(c for row in chosen for c in row) == [0] * 150 + [1] * 150
    assert max(stop - start for start, stop in asked) <= 128
    assert max(stop for _, stop in asked) == 300
    assert len(asked) == 3
