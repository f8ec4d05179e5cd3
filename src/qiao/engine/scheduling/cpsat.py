"""Run CP-SAT so that it can be stopped, says how far it is, and gives the same answer again under a bound on work."""

import math
from dataclasses import dataclass
from threading import Thread

from ortools.sat.python import cp_model

from qiao.engine.scheduling.budget import WORK_PER_SOLVER_SECOND, Budget, Stop

POLL = 0.05


@dataclass(frozen=True, slots=True)
class Verdict:
    """`solver` holds the values if `found`; `bound` is the proven bound of the objective, minus infinity where nothing is proven."""

    solver: cp_model.CpSolver
    found: bool
    optimal: bool
    infeasible: bool
    bound: float


def run_cpsat(
    model: cp_model.CpModel,
    budget: Budget,
    *,
    seed: int,
    workers: int = 1,
    core: bool = False,
    most: float = 1e6,
    enough: Stop = lambda: False,
) -> Verdict:
    """`core`: prove from below, which suits goals that can nearly be reached; `most`: seconds for this call.

    `enough` is asked again and again and may end this call, but not the search.
    """
    solver = cp_model.CpSolver()
    settings = solver.parameters
    settings.random_seed = seed
    settings.num_workers = 1 if budget.work is not None else workers
    settings.max_time_in_seconds = max(0.01, min(budget.left, most))
    settings.max_deterministic_time = budget.deterministic_seconds(1e6)
    if core:
        search_by_cores(solver)
    status = attended(solver, model, lambda: budget.stop() or enough())
    budget.charge(WORK_PER_SOLVER_SECOND * solver.response_proto.deterministic_time)
    return Verdict(
        solver=solver,
        found=status in (cp_model.OPTIMAL, cp_model.FEASIBLE),
        optimal=status == cp_model.OPTIMAL,
        infeasible=status == cp_model.INFEASIBLE,
        # Cut off before its search began, the solver states 0, which is no bound.
        bound=-math.inf if status == cp_model.UNKNOWN else solver.best_objective_bound,
    )


def search_by_cores(solver: cp_model.CpSolver) -> None:
    """Prove from below: one thread, no linear relaxation."""
    solver.parameters.num_workers = 1
    solver.parameters.optimize_with_core = True
    solver.parameters.linearization_level = 0


def attended(solver: cp_model.CpSolver, model: cp_model.CpModel, stop: Stop) -> cp_model.CpSolverStatus:
    """Solve in another thread while this one listens for the sign to stop."""
    done: list[cp_model.CpSolverStatus] = []
    thread = Thread(target=lambda: done.append(solver.solve(model)), daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(POLL)
        if stop():
            solver.stop_search()
    return done[0]
