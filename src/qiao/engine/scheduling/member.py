"""The members of a portfolio: several ways to the fewest breaks, which can search side by side.

A task names the member and holds the whole problem, so that it can be done in another process or on another machine:
it comes in as a line of JSON, answers go out as lines of JSON. Who starts members and listens to them is handed to
`solve` as `race` (see `qiao.adapters.processes`).
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from math import ceil
from typing import Any, Protocol, TextIO

from ortools.sat.python import cp_model

from qiao.engine.scheduling.bound import Bounds
from qiao.engine.scheduling.budget import Budget
from qiao.engine.scheduling.compact import Compact, compact
from qiao.engine.scheduling.cpsat import search_by_cores
from qiao.engine.scheduling.exact import add_breaks, draft_of, exact_model
from qiao.engine.scheduling.goals import fairness_gap
from qiao.engine.scheduling.maxsat import fewest_breaks
from qiao.engine.scheduling.model import Meeting
from qiao.engine.scheduling.problem_file import read_json_problem
from qiao.engine.scheduling.search import Search
from qiao.engine.scheduling.selection import Selection
from qiao.engine.scheduling.stages import place, smooth
from qiao.engine.scheduling.timetable import Ints

TOLERANCE = 1e-6
LOCAL_WORK = 60_000  # a few seconds; more would only take time from the others


@dataclass(frozen=True, slots=True)
class Answer:
    """What a member knows: slot positions of all meetings (-1: none) if it has a plan, and a proven lower bound of the breaks.

    `complete`: the slots have the fewest breaks, or without slots: there is no plan.
    """

    slots: tuple[int, ...] | None = None
    bound: int = 0
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """`member` is a key of MEMBERS; `problem` is a problem file's text."""

    member: str
    seed: int
    problem: str


class Race(Protocol):
    """Members at work somewhere else."""

    def start(self, task: Task) -> None: ...

    def answers(self) -> Iterator[Answer]:
        """What the members have said since somebody asked last."""
        ...


Racing = Callable[[], AbstractContextManager[Race]]
"""Opens a race without members yet. Whatever happens, none of them outlives the block."""


class Nobody:
    """A race in which nobody takes part."""

    def start(self, task: Task) -> None:
        """Nobody is there to do it."""

    def answers(self) -> Iterator[Answer]:
        return iter(())


@contextmanager
def alone() -> Iterator[Race]:
    """The race of a search without other processes."""
    yield Nobody()


Tell = Callable[[Answer], None]
Member = Callable[[Compact, int, Tell], Answer]


def cores(one: Compact, seed: int, tell: Tell) -> Answer:
    """CP-SAT from below; a gap is counted at its end."""
    return cores_with(one, seed, tell, starts=False)


def runs(one: Compact, seed: int, tell: Tell) -> Answer:
    """CP-SAT from below; a gap is counted by the meetings that start a run."""
    return cores_with(one, seed, tell, starts=True)


def cores_with(one: Compact, seed: int, tell: Tell, *, starts: bool) -> Answer:
    exact = exact_model(one, starts=starts)
    add_breaks(exact)
    exact.model.minimize(sum(exact.breaks.values()))
    solver = cp_model.CpSolver()
    solver.parameters.random_seed = seed
    search_by_cores(solver)
    solver.best_bound_callback = lambda bound: tell(Answer(bound=least(bound)))
    status = solver.solve(exact.model)
    if status == cp_model.OPTIMAL:
        return Answer(whole(draft_of(exact, solver).slot), least(solver.best_objective_bound), complete=True)
    return Answer(complete=status == cp_model.INFEASIBLE)


def least(bound: float) -> int:
    """The whole number that a bound proves."""
    return max(0, ceil(bound - TOLERANCE)) if abs(bound) < 1e15 else 0


def maxsat(one: Compact, seed: int, tell: Tell) -> Answer:
    """RC2. Where it must leave out fairness, its plan may be no plan, but its bound holds."""
    slot, count = fewest_breaks(one, lambda bound: tell(Answer(bound=bound)))
    if slot is None:
        return Answer(complete=True)
    bound = one.problem.objective.fairness
    if bound is not None and fairness_gap(one.problem, meetings_in(one, slot)) > bound:
        return Answer(bound=count)
    return Answer(whole(slot), count, complete=True)


def meetings_in(one: Compact, slot: Ints) -> list[Meeting]:
    """Meetings that have slots, but no tables and interpreters yet."""
    problem = one.problem
    return [Meeting(request.id, problem.slots[t].id) for request, t in zip(problem.requests, slot, strict=True)]


def local(one: Compact, seed: int, tell: Tell) -> Answer:
    """A first plan by placing and exchanging, then fewer breaks by annealing; proves nothing, and soon ends."""
    budget = Budget(lambda: 0.0, lambda: False, None, LOCAL_WORK, lambda _: None)
    search, bounds = Search(one, budget, seed, {}, {}), Bounds()
    place(search, Selection(None, None), bounds)
    tell(Answer(best_slots(search)))
    smooth(search, bounds)
    return Answer(best_slots(search))


def best_slots(search: Search) -> tuple[int, ...] | None:
    return None if search.best is None else whole(search.best.draft.slot)


def whole(slot: Ints) -> tuple[int, ...]:
    return tuple(int(t) for t in slot)


MEMBERS: Mapping[str, Member] = {"cores": cores, "local": local, "maxsat": maxsat, "runs": runs}


def serve(line: str, target: TextIO) -> None:
    """Do the task of this line, write its answers."""
    task = Task(**json.loads(line))

    def tell(answer: Answer) -> None:
        target.write(json.dumps(asdict(answer)) + "\n")
        target.flush()

    problem = read_json_problem(task.problem.encode())
    tell(MEMBERS[task.member](compact(problem), task.seed, tell))


def answer_of(line: str | bytes) -> Answer:
    found: dict[str, Any] = json.loads(line)
    slots = found["slots"]
    return Answer(None if slots is None else tuple(slots), found["bound"], found["complete"])
