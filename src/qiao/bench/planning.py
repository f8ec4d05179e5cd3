"""The planner beside what others do with the same events. `qiao bench planning`."""

import os
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from rich.console import Console
from rich.table import Table

from qiao.bench.conferences import FAMILIES, conference, scenario
from qiao.bench.peers import alphabetical, first_come, plain_solver
from qiao.engine.scheduling import goals
from qiao.engine.scheduling.model import Meeting, Problem
from qiao.engine.scheduling.solve import solve
from qiao.engine.scheduling.verify import verify

LIMITS = {200: 19.0, 500: 30.0, 1_000: 60.0, 2_000: 110.0}
"""Participants -> seconds that the planner may take, and the solver beside it."""
PEERS = ("first come", "alphabetical", "plain CP-SAT")


def cases(largest: int) -> dict[str, tuple[Callable[[], Problem], float]]:
    """Name -> (the problem, seconds), for events of at most `largest` participants and both scenarios."""
    found: dict[str, tuple[Callable[[], Problem], float]] = {
        f"scenario {name}": (partial(scenario, name, seed=1), LIMITS[200]) for name in ("A", "B")
    }
    for people, limit in LIMITS.items():
        for family in FAMILIES if people <= largest else ():
            found[f"{family}, {people:,} people"] = (partial(conference, family, people, seed=1), limit)
    return found


def run(largest: int = max(LIMITS)) -> dict[str, Any]:
    """Plan every case once; prints a table and returns the figures by case."""
    found = {name: measure(make(), limit) for name, (make, limit) in cases(largest).items()}
    load = os.getloadavg()[0]
    Console().print(
        table_of(found, f"Planning (load average {load:.1f}); of others: share of bound, and our weight in theirs")
    )
    return {"load": load, "cases": found}


def table_of(found: dict[str, Any], title: str) -> Table:
    table = Table("case", title=title)
    for column in ("violations", "share of bound", "breaks each", "seconds", *PEERS):
        table.add_column(column, justify="right")
    for name, row in found.items():
        peers = (f"{row[peer]['share']:.4f} {_times(row[peer]['ratio'])}" for peer in PEERS)
        ours = row["planner"]
        table.add_row(
            name,
            str(row["violations"]),
            f"{ours['share']:.4f}",
            f"{ours['breaks']:.3f}",
            f"{ours['seconds']:.1f}",
            *peers,
        )
    return table


def _times(ratio: float | None) -> str:
    return "no plan" if ratio is None else f"×{ratio:.3f}"


def measure(problem: Problem, limit: float) -> dict[str, Any]:
    """The planner against its proven bound, the peers against the same bound; seconds of the wall clock."""
    began = time.perf_counter()
    plan = solve(problem, seed=1, limit=limit, workers=2, clock=time.monotonic)
    ours = figures(problem, plan.meetings, began)
    makers: Iterable[Callable[[Problem], tuple[Meeting, ...]]] = (
        first_come,
        alphabetical,
        partial(plain_solver, limit=limit),
    )
    rows = {"planner": ours}
    for name, make in zip(PEERS, makers, strict=True):
        began = time.perf_counter()
        rows[name] = figures(problem, make(problem), began)
        rows[name]["ratio"] = ours["weight"] / rows[name]["weight"] if rows[name]["weight"] else None
    bound = plan.certificate.weight_bound
    for row in rows.values():
        row["share"] = row["weight"] / bound if bound else 1.0
    return {"violations": len(verify(problem, plan)), "bound": bound, "limit": limit, **rows}


def figures(problem: Problem, meetings: tuple[Meeting, ...], began: float) -> dict[str, Any]:
    """`breaks` are those of one participant on average."""
    return {
        "seconds": time.perf_counter() - began,
        "weight": goals.weight(problem, meetings),
        "meetings": len(meetings),
        "shortfall": goals.shortfall(problem, meetings),
        "breaks": goals.breaks(problem, meetings) / len(problem.participants),
    }
