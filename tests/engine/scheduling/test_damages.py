"""The judge against thousands of damaged plans: it names the rule that was broken, and none where nothing was."""

from collections import Counter
from random import Random

import pytest

from qiao.engine.scheduling.rules import RULES
from qiao.engine.scheduling.verify import verify
from tests.engine.scheduling.damages import DIGEST, World, damages_of_a_refusal, impossible, solved, some_damages, tight

EVENTS = 24
EACH = 12
LEAST = 75
"""Damages of every rule that are tried at least."""


@pytest.fixture(scope="module")
def as_solved() -> list[World]:
    return [solved(seed) for seed in range(EVENTS)]


@pytest.fixture(scope="module")
def bound(as_solved: list[World]) -> list[World]:
    return [tight(world, seed) for seed, world in enumerate(as_solved)]


@pytest.fixture(scope="module")
def refused(as_solved: list[World]) -> list[World]:
    return [impossible(world, seed) for seed, world in enumerate(as_solved)]


@pytest.mark.uncounted
def test_no_valid_plan_is_reported(as_solved: list[World], bound: list[World], refused: list[World]) -> None:
    for world in (*as_solved, *bound, *refused):
        assert verify(world.problem, world.plan, digest=DIGEST) == []
    assert all(len(world.plan.meetings) >= 10 for world in bound)
    assert all(world.plan.certificate.status == "infeasible" for world in refused)


@pytest.mark.uncounted
def test_each_of_five_thousand_damages_is_reported_with_its_rule(bound: list[World], refused: list[World]) -> None:
    tried = Counter[str]()
    for seed, (sound, refusal) in enumerate(zip(bound, refused, strict=True)):
        dice = Random(seed)
        damages = [(sound, one) for one in some_damages(sound, dice, EACH)]
        damages += [(refusal, one) for one in damages_of_a_refusal(refusal, dice)]
        for world, damage in damages:
            found = verify(world.problem, damage.plan, digest=DIGEST)
            assert damage.is_told_by(found), (seed, damage, found)
            assert {one.rule for one in found} <= {damage.rule, *damage.along}, (seed, damage, found)
            tried[damage.rule] += 1
    assert set(tried) == set(RULES)
    assert min(tried.values()) >= LEAST, tried
    assert tried.total() >= 5_000, tried
