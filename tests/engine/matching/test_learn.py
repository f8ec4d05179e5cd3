"""Weights learned from judged lists."""

from dataclasses import asdict, fields, replace

import numpy as np
import pytest

from qiao.engine.matching.learn import KINDS, Judged, learn
from qiao.engine.matching.model import Profile, Weights
from qiao.engine.matching.rank import Ranker
from tests.engine.matching.small import random_world


def world(truth: dict[str, float], count: int, seed: int = 1) -> list[Judged]:
    """Lists in which the hidden weights `truth` decide who is good."""
    random = np.random.default_rng(seed)
    weights = np.array([truth.get(kind, 0.0) for kind in KINDS])
    lists = []
    for n in range(count):
        evidence = random.uniform(0, 1, (20, len(KINDS)))
        fit = evidence @ weights
        lists.append(Judged(f"s{n}", evidence, (fit >= np.sort(fit)[-3]).astype(np.int64) * 2))
    return lists


def right(lists: list[Judged], weights: Weights) -> float:
    """The share of pairs that stand in the right order."""
    w = np.array([getattr(weights, kind) for kind in KINDS])
    return float(np.mean(np.concatenate([one.differences() @ w > 0 for one in lists])))


def test_what_decides_comes_to_count() -> None:
    truth = {"seek_offer": 1.0, "type": 0.8}
    learned = learn(world(truth, 1000), Weights())
    assert learned.seek_offer == 1
    assert learned.type > 2 * Weights().type
    assert learned.shared_goal < Weights().shared_goal
    unseen = world(truth, 50, seed=2)
    assert right(unseen, learned) > right(unseen, Weights()) + 0.05


def test_few_answers_change_little_and_more_change_more() -> None:
    truth = {"seek_offer": 1.0, "theme": 1.0}
    themes = [learn(world(truth, count), Weights()).theme for count in (1, 20, 300)]
    assert abs(themes[0] - Weights().theme) < 0.05
    assert themes[0] < themes[1] < themes[2]


def test_nothing_judged_nothing_learned() -> None:
    start = Weights(theme=0.3)
    assert learn([], start) == start
    alike = Judged("a", np.ones((3, len(KINDS))), np.ones(3, np.int64))
    assert learn([alike], start) == start


def test_weights_are_never_negative() -> None:
    turned = [Judged(one.seeker, one.evidence, 2 - one.grades) for one in world({"theme": 1.0}, 50)]
    assert min(asdict(learn(turned, Weights())).values()) >= 0


@pytest.mark.parametrize("rest", [None, 0])
def test_the_evidence_of_judged_pairs(rest: int | None) -> None:
    profiles, space = random_world(3, 20)
    ranker = Ranker(profiles, space=space, across="side", per="profile")
    lists = {one.seeker: one for one in ranker.match(top=30)}
    shown = lists["p00"].matches
    grades = {("p00", 0): {shown[0].candidate: 2, "nobody": 2, "p00": 1}}
    (found,) = ranker.judged(grades, rest=rest)
    assert sorted(found.grades.tolist()) == ([2] if rest is None else [0] * (len(shown) - 1) + [2])
    weights = np.array([getattr(Weights(), kind) for kind in KINDS])
    best = found.evidence[found.grades.argmax()]
    assert best @ weights == pytest.approx(shown[0].total, abs=1e-4)


@pytest.mark.parametrize("field", ["name", "city", "country", "side", "withheld", "avoid", "organisation"])
def test_what_is_hidden_or_names_somebody_is_never_learned_from(field: str) -> None:
    """The evidence is all that `learn` sees: neither names nor grades that nobody gave nor what keeps a pair apart."""
    assert field not in KINDS
    assert {field.name for field in fields(Judged)} == {"seeker", "evidence", "grades"}
    profiles, space = random_world(4)
    plain = [replace(p, withheld=(), avoid=(), organisation=None, city=None, country=None) for p in profiles]
    other = {"withheld": ("not-joined",), "avoid": ("x",)}.get(field, "another")
    changed = [replace(p, **{field: other}) if n == 0 and field != "side" else p for n, p in enumerate(plain)]
    grades = {(p.id, 0): {o.id: (i + j) % 3 for j, o in enumerate(plain) if j} for i, p in enumerate(plain)}

    def learned(world: list[Profile]) -> Weights:
        return learn(Ranker(world, space=space, across="side", per="profile").judged(grades), Weights(), strength=1)

    assert learned(plain) == learned(changed) != Weights()
