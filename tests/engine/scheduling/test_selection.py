"""Who meets, the slots relaxed away: shortcuts change no bound."""

import time
from itertools import product

import numpy as np
import pytest

from qiao.bench.conferences import FAMILIES, conference
from qiao.engine.scheduling import goals, selection
from qiao.engine.scheduling.budget import Budget
from qiao.engine.scheduling.compact import Compact, compact
from qiao.engine.scheduling.programme import programme
from qiao.engine.scheduling.selection import at_most, fairest, heaviest
from qiao.engine.scheduling.timetable import Flags


def patient() -> Budget:
    return Budget(time.monotonic, lambda: False, None, None, lambda _: None)


def undecided(case: Compact, _least: int, _budget: Budget, kept: Flags | None = None) -> tuple:
    """What `settled` would say if it settled nothing."""
    return selection.musts(case, kept), case.possible.any(axis=1).astype(float)


@pytest.mark.parametrize(("family", "seed"), list(product(FAMILIES, (1, 2, 3))))
@pytest.mark.parametrize("given_up", [0, 1, 7, 60])
def test_what_is_settled_beforehand_is_so_in_every_selection_of_the_weight(
    monkeypatch: pytest.MonkeyPatch, family: str, seed: int, given_up: int
) -> None:
    """Else a fairer selection of the same weight would be missed."""
    case, budget = compact(conference(family, 60, seed=seed)), patient()
    share = np.array([goals.fair_share(case.problem, one) for one in case.problem.participants], np.int64)
    heavy = heaviest(case, budget)
    least = heavy.bound - given_up
    found = fairest(case, share, least, budget)
    monkeypatch.setattr(selection, "settled", undecided)
    assert found.bound == fairest(case, share, least, budget).bound
    assert int(case.data.weight[found.chosen].sum()) >= least


@pytest.mark.parametrize("family", FAMILIES)
def test_near_the_bound_little_is_left_to_choose(family: str) -> None:
    case, budget = compact(conference(family, 250, seed=1)), patient()
    least = at_most(case, budget)
    lower, upper = selection.settled(case, least, budget)
    assert (lower == upper).mean() > 0.5


@pytest.mark.parametrize(("family", "seed"), list(product(FAMILIES, (1, 2, 3))))
def test_the_bound_found_at_once_is_one(family: str, seed: int) -> None:
    case, budget = compact(conference(family, 60, seed=seed)), patient()
    assert heaviest(case, budget).bound <= at_most(case, budget) <= heaviest(case, budget).bound + 2


def test_without_whole_numbers_a_programme_has_the_prices_of_its_columns() -> None:
    """Of two things only one can be had: the better one is at its end, and taking the other costs the difference."""
    model = programme(np.array([-3.0, -2.0, 1.0]), np.ones(3))
    model.row([0, 1], -np.inf, 1)
    relaxed = model.relax(10.0)
    assert relaxed.cost == pytest.approx(-3)
    assert relaxed.reduced[2] == pytest.approx(1)
    assert relaxed.reduced[0] <= 0 <= relaxed.reduced[1]
    assert programme(np.array([-3.0]), np.ones(1)).relax(10.0).reduced[0] == pytest.approx(-3)  # no row


def test_a_programme_that_cannot_be_kept_has_no_relaxation() -> None:
    model = programme(np.ones(2), np.ones(2))
    model.row([0, 1], 3, np.inf)
    assert model.relax(10.0) is None
    assert programme(np.zeros(0), np.zeros(0)).relax(10.0) is None
