"""Events whose every meeting is required: each way to the optimum against the truth, by trying every plan."""

import json
from dataclasses import asdict, replace
from io import StringIO

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings

from qiao.engine.scheduling.budget import Budget
from qiao.engine.scheduling.compact import compact
from qiao.engine.scheduling.exact import needs_places
from qiao.engine.scheduling.member import MEMBERS, Answer, Task, answer_of, serve
from qiao.engine.scheduling.model import Objective, Participant, Problem, Request, Slot, Table
from qiao.engine.scheduling.problem_file import write_problem
from qiao.engine.scheduling.search import Search
from qiao.engine.scheduling.solve import solve
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


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_fair_plan_is_kept_over_an_unfair_one_with_fewer_breaks(order: tuple[int, int]) -> None:
    unfair, fair = np.array([0, 1, 2]), np.array([0, 2, 4])
    budget = Budget(lambda: 0.0, lambda: False, None, None, lambda _: None)
    search = Search(compact(triangle(5)), budget, 1, {}, {})
    for n in order:
        search.offer((unfair, fair)[n])
    assert search.best is not None
    assert search.best.figures.fairness_gap == 0
    assert search.sound(search.best)


def test_an_optional_meeting_may_make_the_required_ones_fair() -> None:
    """Three slots leave one of the three a break; a fourth person's meeting fills it."""
    problem = triangle(3)
    guest, visit = Participant("d"), Request("visit", ("c", "d"), interpreter="none")
    wider = replace(
        problem,
        participants=(*problem.participants, guest),
        tables=(Table("t1"), Table("t2")),
        requests=(*problem.requests, *(replace(visit, id=f"visit-{one}", participants=(one, "d")) for one in "abc")),
    )
    assert solve(problem).certificate.status == "infeasible"
    plan = solve(wider)
    assert verify(wider, plan) == []
    assert {"ab", "bc", "ac"} <= {meeting.request for meeting in plan.meetings}
