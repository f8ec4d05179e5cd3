"""Events whose every meeting is required, as at brokerage events: only the slots are open, and the exact search comes first.

A quick try here, which most events need no more than; then a portfolio over processes. Under a bound on work the members take turns in this process, each with its share of the work.
"""

from dataclasses import replace

import numpy as np

from qiao.engine.scheduling.bound import Bounds
from qiao.engine.scheduling.budget import Stop
from qiao.engine.scheduling.cpsat import run_cpsat
from qiao.engine.scheduling.exact import add_breaks, exact_model, needs_places
from qiao.engine.scheduling.member import Answer, Racing, Task, least
from qiao.engine.scheduling.problem_file import write_problem
from qiao.engine.scheduling.prove import small
from qiao.engine.scheduling.search import Search
from qiao.engine.scheduling.selection import Selection
from qiao.engine.scheduling.stages import place

HEAD_START = 1.5  # seconds before other processes are worth their start: most events need no more
OTHERS = ("maxsat", "runs")  # who helps this process, in this order, as many as there are workers
TURNS = (("cores", 0.7), ("runs", 1.0))  # under a bound on work: who searches with which share of what is left


def only_slots_open(search: Search) -> bool:
    """Is every meeting required, are tables and interpreters only to be counted, and is the problem small?"""
    compact = search.compact
    return (
        bool(compact.meetings and compact.required.all())
        and not search.before
        and not needs_places(compact)
        and small(search)
    )


def settle(search: Search, bounds: Bounds, workers: int, race: Racing) -> bool:
    """The fewest breaks, with proof if the budget allows; False if it is proven that there is no plan."""
    if search.budget.work is None:
        possible = with_others(search, bounds, workers, race)
    else:
        possible = all(take_turn(search, bounds, name, share) for name, share in TURNS)
    if possible and search.best is None:
        place(search, Selection(None, None), bounds)
    return possible


def with_others(search: Search, bounds: Bounds, workers: int, race: Racing) -> bool:
    """Search here, and after a head start in other processes too."""
    helpers = [Task(name, search.seed, "") for name in ("local", *OTHERS[: workers - 1])]
    impossible = False
    with race() as others:

        def enough() -> bool:
            nonlocal impossible
            if helpers and search.budget.elapsed > HEAD_START:
                problem = write_problem(search.compact.problem).decode()
                for task in helpers:
                    others.start(replace(task, problem=problem))
                helpers.clear()
            for answer in others.answers():
                impossible = impossible or not learn(search, bounds, answer)
            return impossible or settled(search, bounds)

        return take_turn(search, bounds, "cores", 1.0, enough) and not impossible


def take_turn(search: Search, bounds: Bounds, name: str, share: float, enough: Stop = lambda: False) -> bool:
    """Search in this process with a share of what is left; False if it is proven that there is no plan."""
    if settled(search, bounds) or search.budget.over():
        return True
    with search.budget.phase(f"proof by {name}", share):
        exact = exact_model(search.compact, starts=name == "runs")
        add_breaks(exact)
        exact.model.minimize(sum(exact.breaks.values()))
        verdict = run_cpsat(exact.model, search.budget, seed=search.seed, core=True, enough=enough)
        if verdict.found:
            search.offer_exact(exact, verdict.solver)
    return learn(search, bounds, Answer(bound=least(verdict.bound), complete=verdict.infeasible))


def learn(search: Search, bounds: Bounds, answer: Answer) -> bool:
    """Keep what an answer holds; False if it says that there is no plan."""
    if answer.complete and answer.slots is None:
        return False
    if answer.slots is not None:
        search.offer(np.array(answer.slots, np.int64))
    bounds.lower_weight(int(search.compact.data.weight.sum()))
    bounds.raise_breaks(0, answer.bound)
    if search.best is not None and search.sound(search.best):
        bounds.raise_shortfall(0, search.best.figures.shortfall)  # the same for every plan: all have all meetings
        search.budget.tell("breaks", search.best.figures.breaks, bounds.breaks_from(search.floor))
    return True


def settled(search: Search, bounds: Bounds) -> bool:
    """Is the best plan proven to be the best?"""
    best = search.best
    return best is not None and search.sound(best) and best.figures.breaks <= bounds.breaks_from(search.floor)
