"""The planner beside what today's tools do: first come, first served. `qiao bench planning`."""

import os
import time
from collections.abc import Callable, Iterator
from typing import Any

from rich.console import Console
from rich.table import Table

from qiao.bench.conferences import random_conference, scenario
from qiao.engine.scheduling.model import Problem, Request
from qiao.engine.scheduling.solve import solve
from qiao.engine.scheduling.verify import verify

CASES: dict[str, tuple[Callable[[], Problem], float]] = {
    "scenario A": (lambda: scenario("A", seed=1), 19),
    "scenario B": (lambda: scenario("B", seed=1), 19),
    "200 people, 1,000 wishes (1)": (lambda: random_conference(200, 1000, seed=1), 19),
    "200 people, 1,000 wishes (2)": (lambda: random_conference(200, 1000, seed=2), 19),
    "2,000 people, 10,000 wishes": (lambda: random_conference(2000, 10000, seed=1), 110),
}
"""Name -> (the problem, seconds that the planner may take)."""


def run() -> dict[str, Any]:
    """Plan every case once; prints a table and returns the figures by case."""
    found = {name: measure(make(), limit) for name, (make, limit) in CASES.items()}
    table = Table(title=f"Planning (load average {os.getloadavg()[0]:.1f})")
    columns = ("violations", "weight", "bound", "share of bound", "first come share", "seconds")
    for column in ("case", *columns):
        table.add_column(column, justify="left" if column == "case" else "right")
    for name, row in found.items():
        table.add_row(name, *(f"{row[c]:.4f}" if isinstance(row[c], float) else str(row[c]) for c in columns))
    Console().print(table)
    return {"load": os.getloadavg()[0], "cases": found}


def measure(problem: Problem, limit: float) -> dict[str, Any]:
    """The planner's weight against its proven bound, the peer's weight against the same bound, seconds of the wall clock."""
    began = time.perf_counter()
    plan = solve(problem, seed=1, limit=limit, workers=2, clock=time.monotonic)
    seconds = time.perf_counter() - began
    bound = plan.certificate.weight_bound or 0
    return {
        "violations": len(verify(problem, plan)),
        "weight": plan.certificate.weight,
        "bound": bound,
        "share of bound": (plan.certificate.weight or 0) / bound if bound else 1.0,
        "first come share": first_come(problem) / bound if bound else 1.0,
        "seconds": seconds,
    }


def first_come(problem: Problem) -> int:
    """The weight that booking in the order of asking reaches: each request takes the first slot in which both are free,
    and a table and, where no language is shared, an interpreter are left."""
    people = {one.id: one for one in problem.participants}
    busy: set[tuple[str, str]] = {(one.id, slot) for one in problem.participants for slot in one.unavailable}
    busy |= {(one.id, slot) for one in problem.tables for slot in one.unavailable}
    busy |= {(one.id, slot) for one in problem.interpreters for slot in one.unavailable}
    weight = 0
    for request in problem.requests:
        for slot in problem.slots:
            taken = _resources(problem, request, slot.id, people, busy)
            if taken is not None:
                busy |= {(one, slot.id) for one in taken}
                weight += request.weight
                break
    return weight


def _resources(
    problem: Problem, request: Request, slot: str, people: dict[str, Any], busy: set[tuple[str, str]]
) -> list[str] | None:
    if any((one, slot) in busy for one in request.participants):
        return None
    table = next((one.id for one in problem.tables if (one.id, slot) not in busy), None)
    if table is None:
        return None
    spoken = [{code.split("-")[0].split(":")[0] for code in people[one].languages} for one in request.participants]
    if set.intersection(*spoken):
        return [*request.participants, table]
    interpreter = next(_free_interpreters(problem, spoken, slot, busy), None)
    return None if interpreter is None else [*request.participants, table, interpreter]


def _free_interpreters(
    problem: Problem, spoken: list[set[str]], slot: str, busy: set[tuple[str, str]]
) -> Iterator[str]:
    for one in problem.interpreters:
        if (one.id, slot) not in busy and all(known & set(one.languages) for known in spoken):
            yield one.id
