"""Goal by goal with the exact model, where the problem is small enough for it: better plans, and proofs that none is."""

from math import ceil, floor

from qiao.engine.scheduling.bound import Bounds
from qiao.engine.scheduling.cpsat import Verdict, run_cpsat
from qiao.engine.scheduling.exact import Exact, Sum, add_breaks, exact_model
from qiao.engine.scheduling.exact_goals import add_moves, add_shortfall
from qiao.engine.scheduling.previous import moves
from qiao.engine.scheduling.search import Found, Search

MOST_CHOICES = 8_000  # meetings times slots, beyond which exact search does not pay
TOLERANCE = 1e-6
ENDLESS = 1e15


def small(search: Search) -> bool:
    """Does an exact search pay?"""
    return int(search.compact.possible.sum()) <= MOST_CHOICES


def prove(search: Search, bounds: Bounds, workers: int) -> None:
    """Goal by goal, each under what the goals before have reached."""
    if search.best is None or not search.sound(search.best):
        return
    with search.budget.phase("proof of moves", 0.3):
        if not prove_moves(search, workers):
            bounds = (
                Bounds()
            )  # what follows holds only for plans that keep as much as this one: a better plan, no proof
    with search.budget.phase("proof of weight", 0.4):
        prove_weight(search, bounds, workers)
    with search.budget.phase("proof of shortfall", 0.3):
        prove_shortfall(search, bounds, workers)
    with search.budget.phase("proof of breaks"):
        prove_breaks(search, bounds, workers)


def prove_moves(search: Search, workers: int) -> bool:
    """Is it proven that no plan keeps more of the previous one?"""
    if not search.before:
        return True
    exact = rules(search)
    verdict = attempt(search, exact, goal=add_moves(exact, search.before), workers=workers)
    return exact.explicit and verdict.optimal


def rules(search: Search) -> Exact:
    """The rules, and what goal 0 has reached."""
    return exact_model(search.compact, one_by_one=bool(search.before))


def kept(search: Search) -> Exact:
    exact = rules(search)
    if search.before:
        slots, tables, interpreters = moves(search.before, best_of(search).meetings)
        factor = len(search.before) + 1
        most = factor * (factor * slots + tables) + interpreters
        exact.model.add(add_moves(exact, search.before) <= most)
    return exact


def prove_weight(search: Search, bounds: Bounds, workers: int) -> None:
    if search.weight_best == bounds.weight or search.budget.over():
        return
    exact = kept(search)
    verdict = attempt(search, exact, goal=-exact.weight(), workers=workers)
    if abs(verdict.bound) < ENDLESS:
        bounds.lower_weight(floor(-verdict.bound + TOLERANCE))
    search.budget.tell("weight", search.weight_best, bounds.weight)


def prove_shortfall(search: Search, bounds: Bounds, workers: int) -> None:
    best = best_of(search)
    if best.figures.shortfall <= bounds.shortfall_from(search.floor) or search.budget.over():
        return
    exact = at_floor(search)
    verdict = attempt(search, exact, goal=add_shortfall(exact), workers=workers)
    bounds.raise_shortfall(search.floor, least(verdict))
    search.budget.tell("shortfall", best_of(search).figures.shortfall, bounds.shortfall_from(search.floor))


def prove_breaks(search: Search, bounds: Bounds, workers: int) -> None:
    """First over all plans of the floor's weight, for the bound; then, if that helped no plan, at the best shortfall."""
    if best_of(search).figures.breaks <= bounds.breaks_from(search.floor) or search.budget.over():
        return
    exact = at_floor(search)
    verdict = attempt(search, exact, goal=all_breaks(exact), core=not exact.explicit, workers=workers)
    bounds.raise_breaks(search.floor, least(verdict))
    best = best_of(search)
    search.budget.tell("breaks", best.figures.breaks, bounds.breaks_from(search.floor))
    if best.figures.breaks > bounds.breaks_from(search.floor) and not search.budget.over():
        exact = at_floor(search)
        exact.model.add(add_shortfall(exact) <= best.figures.shortfall)
        attempt(search, exact, goal=all_breaks(exact), core=not exact.explicit, workers=workers)


def best_of(search: Search) -> Found:
    assert search.best is not None
    return search.best


def at_floor(search: Search) -> Exact:
    exact = kept(search)
    if not search.compact.required.all():
        exact.model.add(exact.weight() >= search.floor)
    return exact


def all_breaks(exact: Exact) -> Sum:
    add_breaks(exact)
    return sum(exact.breaks.values())


def least(verdict: Verdict) -> int:
    return max(0, ceil(verdict.bound - TOLERANCE)) if abs(verdict.bound) < ENDLESS else 0


def attempt(search: Search, exact: Exact, *, goal: Sum, workers: int, core: bool = False) -> Verdict:
    """Minimise `goal` from the best plan so far, and offer what is found. `core`: as in `run_cpsat`."""
    exact.model.minimize(goal)
    slot = best_of(search).draft.slot
    for (i, t), here in exact.at.items() if not core else ():
        exact.model.add_hint(here, int(slot[i] == t))
    verdict = run_cpsat(exact.model, search.budget, seed=search.seed, workers=workers, core=core)
    if verdict.found:
        search.offer_exact(exact, verdict.solver)
    return verdict
