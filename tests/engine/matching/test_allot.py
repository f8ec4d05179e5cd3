"""The exposure cap: limits are kept, and what is left is the best that the limits allow."""

from itertools import combinations, product

import numpy as np
import pytest

from qiao.engine.matching.allot import allot, fair_limits, worth

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


def test_fair_shares_are_not_lost_to_rounding() -> None:
    assert limits_of("a" * 3, "b" * 10, 10, 0.1 * 3 / 0.9, across=True) == [1] * 10
    assert limits_of("a" * 10, "b" * 3, 3, 0.1, across=True) == [1] * 3


def test_worth_rises_with_the_percentile_and_most_at_the_top() -> None:
    values = worth(np.array([0, 0.5, 0.9, 0.99, 1]))
    assert (np.diff(values) > 0).all()
    assert values.min() > 0
    assert values[3] - values[2] > values[2] - values[1] - 0.3
    assert worth(np.array([-np.inf])).tolist() == [-np.inf]


def solve(scores: Doubles, limits: list[int], top: int) -> list[list[int]]:
    order = np.argsort(-scores, axis=1, kind="stable")
    first = [[int(c) for c in row[:top] if np.isfinite(scores[n, c])] for n, row in enumerate(order)]
    return allot(lambda start, stop: scores[start:stop], first, np.array(limits), top)


def value(scores: Doubles, chosen: list[list[int]]) -> float:
    worths = worth(scores)
    return sum(worths[n, c] for n, row in enumerate(chosen) for c in row)


def best_value(scores: Doubles, limits: list[int], top: int) -> float:
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
    return max(value(scores, list(chosen)) for chosen in fitting)


@pytest.mark.parametrize("seed", range(12))
def test_the_choice_is_the_best_one(seed: int) -> None:
    random = np.random.default_rng(seed)
    scores = random.random((4, 5)).round(2)
    scores[random.random((4, 5)) < 0.2] = -np.inf
    limits, top = random.integers(1, 3, 5).tolist(), 2
    chosen = solve(scores, limits, top)
    assert all(len(set(row)) == len(row) <= top for row in chosen)
    assert all(np.isfinite(scores[n, c]) for n, row in enumerate(chosen) for c in row)
    assert all(sum(c in row for row in chosen) <= limit for c, limit in enumerate(limits))
    assert value(scores, chosen) == pytest.approx(best_value(scores, limits, top))


def test_candidates_far_down_the_lists_are_found() -> None:
    """Everybody likes the same few: the others can only be reached through the prices."""
    scores = np.tile(np.linspace(0.99, 0.01, 40), (40, 1)) + np.random.default_rng(1).random((40, 40)) / 1000
    chosen = solve(scores, [1] * 40, 1)
    assert sorted(c for row in chosen for c in row) == list(range(40))


def test_lists_within_the_limits_stay_as_they_are() -> None:
    scores = np.array([[0.9, 0.8, 0.1], [0.1, 0.9, 0.8]])
    assert solve(scores, [1, 2, 1], 2) == [[0, 1], [1, 2]]


def test_many_lists_are_looked_at_in_pieces() -> None:
    asked: list[tuple[int, int]] = []
    scores = np.tile([0.9, 0.5], (300, 1))

    def some(start: int, stop: int) -> Doubles:
        asked.append((start, stop))
        return scores[start:stop]

    chosen = allot(some, [[0]] * 300, np.array([150, 150]), 1)
    assert sorted(c for row in chosen for c in row) == [0] * 150 + [1] * 150
    assert max(stop - start for start, stop in asked) <= 128
    assert max(stop for _, stop in asked) == 300
