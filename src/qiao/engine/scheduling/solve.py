"""From a problem to a plan: keep, bound, place, share, smooth, prove, report.

Goals are followed strictly in their order. Whatever ends the search, the best plan found until then is returned.
"""

from dataclasses import replace

from qiao.engine.scheduling.bound import Bounds
from qiao.engine.scheduling.brokerage import only_slots_open, settle
from qiao.engine.scheduling.budget import Budget, Clock, Listener, Progress, Stop
from qiao.engine.scheduling.compact import compact, pinned
from qiao.engine.scheduling.conflict import clashes
from qiao.engine.scheduling.member import Racing, alone
from qiao.engine.scheduling.model import Plan, Problem
from qiao.engine.scheduling.previous import keep, still_wanted, wishes
from qiao.engine.scheduling.prove import prove, small
from qiao.engine.scheduling.report import Run, infeasible_plan, plan_of
from qiao.engine.scheduling.search import Search
from qiao.engine.scheduling.stages import bound_and_select, bound_shortfall, insist, mend, place, smooth

OPEN_AT_THE_LIMIT = frozenset({"fairness", "required"})
"""The only rules that a plan may break: when the search ended before it found one that keeps all."""


def never() -> bool:
    """The `stop` of a search that nobody watches."""
    return False


def silent(_: Progress) -> None:
    """The `progress` of a search that nobody watches."""


def timeless() -> float:
    """The `clock` of a search without a limit in seconds."""
    return 0.0


def solve(
    problem: Problem,
    *,
    seed: int = 1,
    limit: float | None = None,
    work: int | None = None,
    workers: int = 1,
    clock: Clock = timeless,
    stop: Stop = never,
    progress: Listener = silent,
    previous: Plan | None = None,
    fairness: int | None = None,
    race: Racing = alone,
) -> Plan:
    """The best plan that is found within `limit` seconds of `clock` and `work` units, until `stop` says so.

    Without limit and work the search ends by itself. `previous` is a plan made earlier, of which as much as possible is
    kept; `fairness` overrides the problem's own bound. `progress` is told the phase, its value and bound, and how many
    meetings are placed. `race` lets members of a portfolio help from other processes. The plan's `problem` is left empty: only the caller knows the digest of the file.

    A required meeting without a place makes the plan infeasible when that is proven, and then `conflict` says why.
    If the search ends before it finds a place, the meeting is among the unmet, and `verify` names it; in the same way
    breaks may then differ more than `fairness` allows.

    Raises:
        ValueError: `limit` is given without a clock.
    """
    if limit is not None and clock is timeless:
        raise ValueError("a limit in seconds needs a clock")
    if fairness is not None:
        problem = replace(problem, objective=replace(problem.objective, fairness=fairness))
    budget = Budget(clock, stop, limit, work, progress)
    run = Run(seed, workers, budget)
    before = still_wanted(problem, previous)
    with budget.phase("previous", 0.3):
        free = compact(problem, tables_before=wishes(problem, before).table)
        pins = keep(free, before, budget, seed)
    search = Search(pinned(free, pins), budget, seed, before, pins)
    bounds = Bounds()
    if only_slots_open(search):
        return brokered(search, bounds, run, race)
    if before:
        with budget.phase("change", 0.5):
            mend(search)
        if hurried(search):
            return plan_of(search, bounds, run)
    with budget.phase("bound", 0.3):
        selection = bound_and_select(search, bounds)
    if not selection.infeasible:
        with budget.phase("weight", 0.1 if search.compact.required.any() else 0.5):
            place(search, selection, bounds)
        with budget.phase("required", 0.6):
            possible = insist(search, workers)
    if selection.infeasible or not possible:
        return infeasible_plan(problem, clashes(problem, budget, seed), run)
    with budget.phase("shortfall", 0.3):
        bound_shortfall(search, bounds)
    with budget.phase("breaks", 0.1 if small(search) else 0.96):  # then tables and reasons take a moment
        smooth(search, bounds)
    if small(search):
        with budget.phase("proof"):
            prove(search, bounds, workers)
        with budget.phase("breaks"):
            smooth(search, bounds)
    return plan_of(search, bounds, run)


def hurried(search: Search) -> bool:
    """Is there a plan, and no time for a better one? What follows takes longer than what went before."""
    if search.best is None or not search.sound(search.best):
        return False
    budget = search.budget
    return budget.left < budget.elapsed if budget.work_left is None else budget.work_left < budget.spent


def brokered(search: Search, bounds: Bounds, run: Run, race: Racing) -> Plan:
    """The plan of an event whose every meeting is required. Without time for a better one, a plan may lack some."""
    if not settle(search, bounds, run.workers, race):
        return infeasible_plan(search.compact.problem, clashes(search.compact.problem, run.budget, run.seed), run)
    return plan_of(search, bounds, run)
