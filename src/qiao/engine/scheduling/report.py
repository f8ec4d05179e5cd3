"""The plan as it is handed over: meetings, what became of every other request, and what is certain."""

from dataclasses import dataclass
from importlib.metadata import version

from qiao.engine.scheduling.board import Board
from qiao.engine.scheduling.bound import Bounds
from qiao.engine.scheduling.budget import Budget
from qiao.engine.scheduling.goals import figures
from qiao.engine.scheduling.model import Certificate, Plan, Problem, Violation
from qiao.engine.scheduling.previous import moved
from qiao.engine.scheduling.search import Search
from qiao.engine.scheduling.unmet import explain

ENGINE = f"qiao {version('qiao')}"


@dataclass(frozen=True)
class Run:
    seed: int
    workers: int
    budget: Budget


def plan_of(search: Search, bounds: Bounds, run: Run) -> Plan:
    best = search.best
    assert best is not None
    found = best.figures
    return Plan(
        problem="",
        seed=run.seed,
        engine=ENGINE,
        meetings=best.meetings,
        unmet=explain(Board(search.compact, best.draft, search.fairness)),
        moved=moved(search.before, best.meetings),
        certificate=Certificate(
            status=bounds.status(found, search.floor) if search.sound(best) else "feasible",
            weight=found.weight,
            weight_best=max(search.weight_best, found.weight),
            weight_bound=bounds.weight,
            shortfall=found.shortfall,
            shortfall_bound=bounds.shortfall_from(search.floor),
            breaks=found.breaks,
            breaks_bound=bounds.breaks_from(search.floor),
            table_changes=found.table_changes,
            table_changes_bound=found.table_changes_bound,
            interpreter_changes=found.interpreter_changes,
            fairness=search.fairness,
            fairness_gap=found.fairness_gap,
            workers=run.workers,
            work=run.budget.spent,
            stopped_by=run.budget.stopped_by,
            seconds=run.budget.seconds,
        ),
    )


def infeasible_plan(problem: Problem, conflict: tuple[Violation, ...], run: Run) -> Plan:
    """No meetings, and why there cannot be a plan. The shortfall counts as if nobody met."""
    nothing = figures(problem, ())
    return Plan(
        problem="",
        seed=run.seed,
        engine=ENGINE,
        meetings=(),
        conflict=conflict,
        certificate=Certificate(
            status="infeasible",
            weight=0,
            weight_best=0,
            shortfall=nothing.shortfall,
            breaks=0,
            table_changes=0,
            interpreter_changes=0,
            fairness_gap=0,
            fairness=problem.objective.fairness,
            workers=run.workers,
            work=run.budget.spent,
            stopped_by=run.budget.stopped_by,
            seconds=run.budget.seconds,
        ),
    )
