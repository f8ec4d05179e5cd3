"""The planner beside single solvers on brokerage events (.dzn), where all meetings take place and breaks are to be few."""

import os
import time
from collections.abc import Callable, Mapping
from typing import Any

from ortools.sat.python import cp_model
from rich.console import Console
from rich.table import Table

from qiao.adapters.processes import processes
from qiao.bench.peers import WORKERS
from qiao.engine.scheduling.compact import compact
from qiao.engine.scheduling.exact import add_breaks, exact_model
from qiao.engine.scheduling.files import write_problem
from qiao.engine.scheduling.member import Task
from qiao.engine.scheduling.model import Problem
from qiao.engine.scheduling.solve import solve
from qiao.engine.scheduling.verify import verify

LIMIT = 120.0
PAUSE = 0.05

Outcome = tuple[str, int | None]
"""Optimal, feasible, infeasible or nothing; the breaks of the plan, if there is one."""


def run(problems: Mapping[str, Problem], limit: float = LIMIT) -> dict[str, Any]:
    """Every way on every problem once; prints a table and returns the figures by name."""
    found = {name: measure(problem, limit) for name, problem in problems.items()}
    load = os.getloadavg()[0]
    table = Table("instance", title=f"Breaks and seconds (load average {load:.1f})")
    for name in WAYS:
        table.add_column(name, justify="right")
    for instance, row in found.items():
        table.add_row(instance, *(_shown(row[name]) for name in WAYS))
    Console().print(table)
    return {"load": load, "limit": limit, "instances": found}


def _shown(row: dict[str, Any]) -> str:
    mark = {"optimal": "", "feasible": "?"}.get(row["status"], row["status"])
    return f"{'' if row['breaks'] is None else row['breaks']}{mark}  {row['seconds']:.1f}"


def measure(problem: Problem, limit: float) -> dict[str, Any]:
    """Status, breaks and seconds of the wall clock, each way; and how many times as long as the planner it took."""
    rows: dict[str, dict[str, Any]] = {}
    for name, way in WAYS.items():
        began = time.perf_counter()
        status, breaks = way(problem, limit)
        rows[name] = {"status": status, "breaks": breaks, "seconds": time.perf_counter() - began}
    for row in rows.values():
        row["ratio"] = row["seconds"] / rows["planner"]["seconds"]
    return rows


def planner(problem: Problem, limit: float) -> Outcome:
    plan = solve(problem, seed=1, limit=limit, workers=WORKERS, clock=time.monotonic, race=processes)
    if verify(problem, plan):
        return "nothing", None
    status = plan.certificate.status
    return status, None if status == "infeasible" else plan.certificate.breaks


def plain_solver(problem: Problem, limit: float) -> Outcome:
    """CP-SAT with its default search on the planner's own model."""
    exact = exact_model(compact(problem))
    add_breaks(exact)
    exact.model.minimize(sum(exact.breaks.values()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = WORKERS
    solver.parameters.max_time_in_seconds = limit
    status = solver.solve(exact.model)
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return "optimal" if status == cp_model.OPTIMAL else "feasible", round(solver.objective_value)
    return "infeasible" if status == cp_model.INFEASIBLE else "nothing", None


def maxsat(problem: Problem, limit: float) -> Outcome:
    """RC2 alone, in a process that can be ended; it has no plan before it has the best.

    The second or two in which the process starts count as well.
    """
    ends = time.monotonic() + limit
    with processes() as race:
        race.start(Task("maxsat", 1, write_problem(problem).decode()))
        while time.monotonic() < ends:
            for answer in race.answers():
                if answer.complete and answer.slots is None:
                    return "infeasible", None
                if answer.complete:
                    return "optimal", answer.bound
            time.sleep(PAUSE)
    return "nothing", None


WAYS: dict[str, Callable[[Problem, float], Outcome]] = {
    "planner": planner,
    "plain CP-SAT": plain_solver,
    "RC2": maxsat,
}
