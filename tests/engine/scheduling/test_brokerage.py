"""Events whose every meeting is required: each way to the optimum against the truth, by trying every plan."""

import json
from dataclasses import asdict, replace
from io import StringIO

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings

from qiao.engine.scheduling.assemble import Draft
from qiao.engine.scheduling.bound import Bounds
from qiao.engine.scheduling.brokerage import settled
from qiao.engine.scheduling.budget import Budget
from qiao.engine.scheduling.compact import compact
from qiao.engine.scheduling.exact import needs_places
from qiao.engine.scheduling.goals import figures
from qiao.engine.scheduling.member import MEMBERS, Answer, Task, answer_of, serve
from qiao.engine.scheduling.model import Objective, Participant, Problem, Request, Slot, Table
from qiao.engine.scheduling.problem_file import write_problem
from qiao.engine.scheduling.report import Run, plan_of
from qiao.engine.scheduling.search import Found, Search
from qiao.engine.scheduling.solve import solve
from qiao.engine.scheduling.stages import insist
from qiao.engine.scheduling.verify import verify
from tests.engine.scheduling.small import best_by_trying, problems

tried = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
TINY = problems(people=4, requests=4, slots=4)


def everything_required(problem: Problem) -> Problem:
    """Every meeting must be, and interpreters need no rest and no table: then they are only to be counted."""
    return replace(
        problem,
        requests=tuple(replace(one, required=True) for one in problem.requests),
        interpreters=tuple(replace(one, max_consecutive=None, table=None) for one in problem.interpreters),
        seating=replace(problem.seating, stays=None),
    )


@tried
@given(TINY.map(everything_required))
def test_every_member_knows_the_fewest_breaks(problem: Problem) -> None:
    numbers = compact(problem)
    assume(not needs_places(numbers))
    best = best_by_trying(problem)
    for name in ("cores", "runs", "maxsat"):
        bounds: list[Answer] = []
        answer = MEMBERS[name](numbers, 1, bounds.append)
        assert all(best is None or one.bound <= best[2] for one in [*bounds, answer])
        if name == "maxsat" and not answer.complete:  # its best plan is unfair
            continue
        assert answer.complete
        assert (answer.slots is None) == (best is None)
        assert best is None or answer.bound == best[2]


@tried
@given(TINY.map(everything_required))
def test_the_plan_is_the_best_and_proven(problem: Problem) -> None:
    best, plan = best_by_trying(problem), solve(problem)
    if best is None:
        assert plan.certificate.status == "infeasible"
        assert plan.conflict
    else:
        assert plan.certificate.status == "optimal"
        assert (plan.certificate.weight, plan.certificate.shortfall, plan.certificate.breaks) == best
    assert verify(problem, plan) == []


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(problems().map(everything_required))
def test_the_same_work_gives_the_same_plan(problem: Problem) -> None:
    first, again = (solve(problem, seed=3, work=40_000, workers=2) for _ in range(2))
    assert (first.meetings, first.unmet, first.conflict) == (again.meetings, again.unmet, again.conflict)


def test_a_task_and_its_answers_are_lines_of_text() -> None:
    problem = Problem(
        slots=(Slot("s1"), Slot("s2")),
        participants=(Participant("a"), Participant("b"), Participant("c")),
        tables=(Table("t1"),),
        requests=(
            Request("m1", ("a", "b"), required=True, interpreter="none"),
            Request("m2", ("b", "c"), required=True, interpreter="none", after=("m1",)),
        ),
    )
    out = StringIO()
    serve(json.dumps(asdict(Task("cores", 1, write_problem(problem).decode()))), out)
    answers = [answer_of(line) for line in out.getvalue().splitlines()]
    assert answers[-1] == Answer(slots=(0, 1), bound=0, complete=True)


def triangle(slots: int) -> Problem:
    """Three people, each of whom must meet each other, and nobody may have more breaks than another."""
    pairs = (("a", "b"), ("b", "c"), ("a", "c"))
    return Problem(
        slots=tuple(Slot(f"s{n}") for n in range(slots)),
        participants=tuple(Participant(name) for name in "abc"),
        tables=(Table("t1"),),
        requests=tuple(Request("".join(pair), pair, required=True, interpreter="none") for pair in pairs),
        objective=Objective(fairness=0, breaks="sequence"),
    )


def searching(problem: Problem) -> Search:
    return Search(compact(problem), Budget(lambda: 0.0, lambda: False, None, None, lambda _: None), 1, {}, {})


UNFAIR, FAIR = np.array([0, 1, 2]), np.array([0, 2, 4])
"""Slots of the triangle's meetings: one break for one person alone, one for each."""


@pytest.mark.parametrize("order", [(UNFAIR, FAIR), (FAIR, UNFAIR)])
def test_a_fair_plan_is_kept_over_an_unfair_one_with_fewer_breaks(order: tuple[np.ndarray, np.ndarray]) -> None:
    search = searching(triangle(5))
    for slots in order:
        search.offer(slots)
    assert search.best is not None
    assert search.best.figures.fairness_gap == 0
    assert search.sound(search.best)


def test_an_unfair_plan_is_never_called_the_best() -> None:
    search, bounds = searching(triangle(5)), Bounds()
    search.offer(UNFAIR)
    assert search.best is not None
    found = search.best.figures
    bounds.lower_weight(found.weight)
    bounds.raise_shortfall(0, found.shortfall)
    bounds.raise_breaks(0, found.breaks)
    assert bounds.status(found, search.floor) == "optimal", "by its figures alone"
    assert not settled(search, bounds)
    assert plan_of(search, bounds, Run(1, 1, search.budget)).certificate.status == "feasible"


def with_visits(problem: Problem) -> Problem:
    """A fourth person, whom anybody may meet; with this one a break can be filled."""
    visits = tuple(Request(f"visit-{one}", (one, "d"), interpreter="none") for one in "abc")
    return replace(
        problem,
        participants=(*problem.participants, Participant("d")),
        tables=(Table("t1"), Table("t2")),
        requests=(*problem.requests, *visits),
    )


def test_an_optional_meeting_may_make_the_required_ones_fair() -> None:
    """Three slots leave one of the three a break."""
    problem = triangle(3)
    assert solve(problem).certificate.status == "infeasible"
    plan = solve(with_visits(problem))
    assert verify(with_visits(problem), plan) == []
    assert {"ab", "bc", "ac"} <= {meeting.request for meeting in plan.meetings}


@pytest.mark.parametrize(("problem", "possible"), [(with_visits(triangle(3)), True), (triangle(3), False)])
def test_what_required_meetings_cannot_do_alone_is_tried_with_all(problem: Problem, *, possible: bool) -> None:
    search = searching(problem)
    nothing = Draft(*(np.full(len(problem.requests), -1, np.int64) for _ in range(3)))
    search.best = Found(nothing, (), figures(problem, ()))
    assert insist(search, workers=1) is possible
    assert search.sound(search.best) is possible
