"""nDCG, reckoned by hand."""

from math import log2

import pytest

from qiao.engine.matching.evaluate import evaluate, evaluate_ranking, ndcg, recall_of_ranking
from qiao.engine.matching.model import Fit, Match, MatchList

JUDGED = {"a": 2, "b": 1, "c": 0}
IDEAL = 3 + 1 / log2(3)


@pytest.mark.parametrize(
    ("ranked", "expected"),
    [
        (["a", "b"], 1),
        (["b", "a"], (1 + 3 / log2(3)) / IDEAL),
        (["x", "c", "a"], 3 / log2(4) / IDEAL),
        (["x"], 0),
        ([], 0),
    ],
)
def test_ndcg(ranked: list[str], expected: float) -> None:
    assert ndcg(ranked, JUDGED) == pytest.approx(expected)


def test_only_the_first_k_count() -> None:
    assert ndcg(["x", "a"], JUDGED, 1) == 0
    assert ndcg(["b"], {"b": 1, "d": 1}, 1) == 1
    assert ndcg(["a"], {"a": 0}) == 0


def test_the_mean_is_over_seeks_with_somebody_to_find() -> None:
    gold = {("s", 1): JUDGED, ("s", 2): {"a": 0}, ("t", 1): {"a": 1}}
    assert evaluate_ranking({("s", 1): ["a", "b"], ("s", 2): ["x"]}, gold) == 0.5
    assert evaluate_ranking({}, {}) == 0


def test_lists_of_whole_profiles_are_not_those_of_seeks() -> None:
    match = Match("a", 1, 1.0, 1.0, Fit(0, 0, 0, 0, 0, 0, 0))
    gold = {("s", 1): {"a": 2}}
    assert evaluate([MatchList("s", 1, (match,))], gold) == 1
    assert evaluate([MatchList("s", None, (match,))], gold) == 0


def test_recall() -> None:
    gold = {("a", 1): {"x": 2, "y": 2, "z": 1}, ("b", 1): {"x": 2}, ("c", 1): {"x": 1}}
    ranked = {("a", 1): ["z", "x", "y"], ("c", 1): ["x"]}
    assert recall_of_ranking(ranked, gold, k=2) == pytest.approx((1 / 2 + 0) / 2)
    assert recall_of_ranking(ranked, gold, k=3) == pytest.approx((1 + 0) / 2)
    assert recall_of_ranking({}, {}) == 0
