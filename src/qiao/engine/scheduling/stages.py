"""The stages of a search for large problems. Each leaves what it found with the search, and proves what it can."""

import numpy as np

from qiao.engine.scheduling import goals
from qiao.engine.scheduling.anneal import anneal, prices
from qiao.engine.scheduling.bound import Bounds
from qiao.engine.scheduling.compiled import COMPILED
from qiao.engine.scheduling.cpsat import run_cpsat
from qiao.engine.scheduling.exact import draft_of, exact_model
from qiao.engine.scheduling.exchange import Terms
from qiao.engine.scheduling.neighbourhood import Aim, improve, replan
from qiao.engine.scheduling.place import hardest_first, place_all
from qiao.engine.scheduling.search import Search
from qiao.engine.scheduling.selection import Selection, at_most, fairest, heaviest
from qiao.engine.scheduling.timetable import Ints, restore

ROUNDS = 300
NO_MATTER = 1 << 40
MOVES_PER_MEETING = 20_000 if COMPILED else 200
LEAST_MOVES = 200_000 if COMPILED else 20_000


def fair_shares(search: Search) -> Ints:
    problem = search.compact.problem
    return np.array([goals.fair_share(problem, one) for one in problem.participants], np.int64)


def worth(search: Search) -> Ints:
    """Weights, with required meetings above everything else."""
    weight = search.compact.data.weight
    return weight + search.compact.required * (1 + int(weight.sum()))


def bound_and_select(search: Search, bounds: Bounds) -> Selection:
    """Bounds of weight and shortfall, and a set of meetings that is heaviest and among those the fairest."""
    compact, budget, shares = search.compact, search.budget, fair_shares(search)
    most = at_most(compact, budget) if shares.any() else None
    if most is not None:
        bounds.lower_weight(most)
        budget.tell("weight", None, most, 0)
        fair = fairest(compact, shares, most, budget)
        if fair.chosen is not None:
            bounds.raise_shortfall(most, fair.bound)
            return fair
    heavy = heaviest(compact, budget)
    bounds.lower_weight(heavy.bound)
    if heavy.infeasible or heavy.bound is None:
        return heavy
    budget.tell("weight", None, heavy.bound, 0)
    if not shares.any() or heavy.bound == most:
        return heavy
    fair = fairest(compact, shares, heavy.bound, budget)
    if fair.chosen is None:
        return heavy
    bounds.raise_shortfall(heavy.bound, fair.bound)
    return fair


def place(search: Search, selection: Selection, bounds: Bounds) -> None:
    """Give the selected meetings slots, then as many others as possible."""
    data, state = search.compact.data, search.state
    value = worth(search)
    pinned = np.flatnonzero(search.pinned == 1)
    place_all(data, state, pinned)
    place_all(data, state, hardest_first(data, np.flatnonzero(search.compact.required)))
    if selection.chosen is not None:
        place_all(data, state, hardest_first(data, np.flatnonzero(selection.chosen)))
    place_all(data, state, np.argsort(-value, kind="stable"))
    everything = int(search.compact.required.sum()) * (1 + int(data.weight.sum()))
    heaviest = bounds.weight if bounds.weight is not None else int(data.weight.sum())
    goal = (-everything - heaviest, NO_MATTER)
    improve(data, state, Aim(value, fair_shares(search)), goal, ROUNDS, search.budget, search.pinned)
    search.offer(state.slot)
    search.budget.tell("weight", search.weight_best, bounds.weight, int((state.slot >= 0).sum()))


def mend(search: Search) -> None:
    """Leave what is pinned and plan all other meetings at once: after few changes these are few, and a solver sees them all."""
    data, state = search.compact.data, search.state
    place_all(data, state, np.flatnonzero(search.pinned == 1))
    slots, value = list(range(search.compact.slots)), worth(search)
    replan(data, state, slots, Aim(value, fair_shares(search)), search.budget, search.pinned)
    place_all(data, state, np.argsort(-value, kind="stable"))
    search.offer(state.slot)
    search.budget.tell("weight", search.weight_best, None, int((state.slot >= 0).sum()))


def insist(search: Search, workers: int) -> bool:
    """Find places for all required meetings, fairly spread; False if it is proven that there are none."""
    if search.best is None or search.sound(search.best):
        return True
    compact, data = search.compact, search.compact.data
    required = np.flatnonzero(compact.required).tolist()
    pinned = np.flatnonzero(search.pinned == 1).tolist()
    exact = exact_model(compact, only={*required, *pinned})
    verdict = run_cpsat(exact.model, search.budget, seed=search.seed, workers=workers)
    if verdict.infeasible and search.fairness is not None:  # another meeting may fill somebody's break
        exact = exact_model(compact)
        verdict = run_cpsat(exact.model, search.budget, seed=search.seed, workers=workers)
    if verdict.infeasible:
        return False
    if verdict.found:
        search.offer_exact(exact, verdict.solver)
        restore(data, search.state, draft_of(exact, verdict.solver).slot)
        place_all(data, search.state, np.argsort(-data.weight, kind="stable"))
        aim = Aim(worth(search), fair_shares(search))
        improve(data, search.state, aim, (-int(worth(search).sum()), 0), ROUNDS, search.budget, search.pinned)
        search.offer(search.state.slot)
    return True


def bound_shortfall(search: Search, bounds: Bounds) -> None:
    """What no plan at or above the floor can fall below, where the floor is lower than the bound of the weight."""
    shares, floor = fair_shares(search), search.floor
    if not shares.any() or search.best is None or search.best.figures.shortfall == 0:
        return
    if floor not in bounds.shortfalls:
        bounds.raise_shortfall(floor, fairest(search.compact, shares, floor, search.budget).bound)


def smooth(search: Search, bounds: Bounds) -> None:
    """Fewer people with fewer meetings than their share, and fewer breaks, at no less than the floor's weight."""
    if search.best is None:
        return
    data, floor, found = search.compact.data, search.floor, search.best.figures
    goal = (bounds.shortfall_from(floor), bounds.breaks_from(floor))
    if found.shortfall <= goal[0] and found.breaks <= goal[1]:
        return
    state, held = search.resume(), search.pinned == 1
    terms = Terms(
        held=held,
        kept=held | search.compact.required,
        share=fair_shares(search),
        price=prices(data),
        floor=min(floor, found.weight),
        fairness=search.fairness if search.fairness is not None else NO_MATTER,
    )
    anneal(data, state, terms, max(LEAST_MOVES, MOVES_PER_MEETING * int((~held).sum())), goal, search.budget)
    search.offer(state.slot)
