"""The planner beside what others do with the same events. `qiao bench planning`."""

import os
import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from qiao.bench.conferences import FAMILIES, conference, scenario
from qiao.bench.peers import alphabetical, first_come, plain_solver
from qiao.bench.pictures import diagram
from qiao.engine.scheduling import goals
from qiao.engine.scheduling.budget import Progress
from qiao.engine.scheduling.model import Meeting, Problem
from qiao.engine.scheduling.solve import solve
from qiao.engine.scheduling.verify import verify

LIMITS = {200: 10.0, 500: 20.0, 1_000: 30.0, 2_000: 60.0}
"""Participants -> seconds that the planner may take, and the solver beside it."""
PEERS = ("first come", "alphabetical", "plain CP-SAT")
GROWING = (250, 500, 1_000, 2_000)
NEAR = 0.999
"""The share of the bound up to which growth is measured."""


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
    """Plan every case once; prints a table and returns the figures by case, and how the time grows with the event."""
    found = {name: measure(make(), limit) for name, (make, limit) in cases(largest).items()}
    grown = growth([people for people in GROWING if people <= largest])
    load = os.getloadavg()[0]
    Console().print(
        table_of(found, f"Planning (load average {load:.1f}); of others: share of bound, and our weight in theirs")
    )
    if len(grown) > 1:
        times = ", ".join(f"{people:,} people {seconds:.1f} s" for people, seconds in grown.items())
        Console().print(f"To {NEAR} of the bound: {times}; exponent {exponent(grown):.2f}")
    return {"load": load, "cases": found, "growth": grown}


def growth(sizes: Iterable[int]) -> dict[int, float]:
    """Seconds to a whole plan of NEAR the bound's weight, by people of a tight event. Where it is not reached: the limit."""
    return {people: seconds_to(conference("tight", people, seed=1), NEAR) for people in sizes}


def seconds_to(problem: Problem, share: float) -> float:
    reached: list[float] = []

    def hear(step: Progress) -> None:
        if step.phase == "weight" and step.bound and (step.value or 0) >= share * step.bound:
            reached.append(step.seconds)

    limit = max(LIMITS.values())
    solve(problem, seed=1, limit=limit, clock=time.monotonic, stop=lambda: bool(reached), progress=hear)
    return reached[0] if reached else limit


def exponent(grown: Mapping[int, float]) -> float:
    """The slope of a straight line through the logarithms (least squares)."""
    x, y = (np.log(np.array(list(one), float)) for one in (grown.keys(), grown.values()))
    return float(np.polyfit(x, y, 1)[0])


def pictures(figures: Mapping[str, Any]) -> dict[str, str]:
    """File name -> SVG: how breaks go down while the planner plans the largest events, and how its time grows."""
    largest = max(LIMITS)
    lines = {
        name.split(",")[0]: [(seconds, breaks / largest) for seconds, breaks in row["course"]]
        for name, row in figures["cases"].items()
        if name.endswith(f", {largest:,} people") and row["course"]
    }
    found = {}
    if lines:
        found["planning-course.svg"] = diagram("Breaks per participant, 2,000 people", "seconds", lines)
    if len(figures["growth"]) > 1:
        times = {"tight": list(figures["growth"].items())}
        title = f"Seconds to {NEAR} of the proven bound"
        found["planning-growth.svg"] = diagram(title, "participants", times, logarithmic=True)
    return found


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
    course: list[tuple[float, int]] = []

    def hear(step: Progress) -> None:
        if step.phase == "breaks" and step.value is not None:
            course.append((step.seconds, step.value))

    began = time.perf_counter()
    plan = solve(problem, seed=1, limit=limit, workers=2, clock=time.monotonic, progress=hear)
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
    return {"violations": len(verify(problem, plan)), "bound": bound, "limit": limit, "course": course, **rows}


def figures(problem: Problem, meetings: tuple[Meeting, ...], began: float) -> dict[str, Any]:
    """`breaks` are those of one participant on average."""
    return {
        "seconds": time.perf_counter() - began,
        "weight": goals.weight(problem, meetings),
        "meetings": len(meetings),
        "shortfall": goals.shortfall(problem, meetings),
        "breaks": goals.breaks(problem, meetings) / len(problem.participants),
    }
