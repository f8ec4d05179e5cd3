"""The solver against the truth: tiny problems of the whole format, of which every plan can be tried."""

import math
import time
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from qiao.bench.conferences import random_conference
from qiao.engine.scheduling.budget import Budget, Progress
from qiao.engine.scheduling.compact import compact
from qiao.engine.scheduling.cpsat import run_cpsat
from qiao.engine.scheduling.exact import exact_model
from qiao.engine.scheduling.model import Interpreter, Participant, Plan, Problem, Request, Slot, Table
from qiao.engine.scheduling.solve import never, silent, solve
from qiao.engine.scheduling.verify import verify
from tests.engine.scheduling.small import best_by_trying, lets_in, problems, with_change

TINY = problems(people=4, requests=4, slots=3)
SMALL = problems()
tried = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
WORK = 40_000


def reached(plan: Plan) -> tuple[int, int, int]:
    """Weight, shortfall and breaks, as in `best_by_trying`."""
    one = plan.certificate
    return one.weight_best, one.shortfall, one.breaks


@tried
@given(TINY)
def test_no_plan_is_better_than_the_optimum_and_no_bound_is_wrong(problem: Problem) -> None:
    best, plan = best_by_trying(problem), solve(problem)
    if best is None:
        assert plan.certificate.status == "infeasible"
        return
    weight, shortfall, breaks = best
    one = plan.certificate
    assert verify(problem, plan) == []
    assert reached(plan) == best
    assert one.weight_bound is not None
    assert one.weight_bound >= weight
    assert one.shortfall_bound is not None
    assert one.shortfall_bound <= shortfall
    assert one.breaks_bound is not None
    assert one.breaks_bound <= breaks
    # With nothing to trade, each goal's bound is met; else a better shortfall may be had at the price of breaks.
    assert one.weight_bound == weight
    assert one.shortfall_bound == shortfall


@tried
@given(SMALL)
def test_every_plan_keeps_every_rule(problem: Problem) -> None:
    plan = solve(problem, work=WORK)
    infeasible = plan.certificate.status == "infeasible"
    assert bool(plan.conflict) == infeasible
    assert verify(problem, plan) == []


@tried
@given(
    SMALL,
    st.sets(st.sampled_from(["requests", "slots", "tables", "interpreters"])),
    st.booleans(),
    st.none() | st.just(0),
)
@example(random_conference(8, 10, seed=1, slots=4), {"slots"}, True, None)
def test_what_there_is_nothing_of_ends_no_planning(
    problem: Problem, none_of: set[str], anew: bool, fairness: int | None
) -> None:
    """No requests, no slots, no tables: an event that has just been set up. A plan made before may know more."""
    previous = solve(problem, work=WORK) if anew else None
    problem = without(problem, none_of)
    plan = solve(problem, work=WORK, previous=previous, fairness=fairness)
    assert verify(problem, plan, fairness=fairness) == []
    if not problem.requests:
        assert (plan.certificate.status, plan.meetings, plan.unmet) == ("optimal", (), ())


@tried
@given(SMALL)
def test_the_plan_of_an_unchanged_event_stays_as_it_is(problem: Problem) -> None:
    previous = solve(problem, work=WORK)
    assert solve(problem, work=WORK, previous=previous).moved == ()


def test_interpreters_keep_their_talks_whatever_rests_the_planner_would_rather_give_them() -> None:
    problem = resting(random_conference(40, 140, seed=2, slots=12, interpreters=1.3), after=3)
    previous = solve(problem, work=WORK)
    assert len(previous.meetings) > 60
    assert sum(one.interpreter is not None for one in previous.meetings) > 20
    assert solve(problem, work=WORK, previous=previous).moved == ()


def test_who_is_absent_now_changes_nobody_elses_talks() -> None:
    problem = resting(random_conference(60, 240, seed=1, slots=12, interpreters=1.2), after=2)
    previous = solve(problem, work=WORK)
    own = [one for one in previous.meetings if "p1" in problem.request_by_id[one.request].participants]
    absent = replace(problem.participants[0], unavailable=tuple(one.slot for one in own[:2]))
    changed = replace(problem, participants=(absent, *problem.participants[1:]))
    plan = solve(changed, work=WORK, previous=previous)
    assert verify(changed, plan) == []
    assert {one.request for one in plan.moved} == {one.request for one in own[:2]}
    assert len(own) > 2


def resting(problem: Problem, *, after: int) -> Problem:
    """Its interpreters need a rest after so many talks."""
    return replace(problem, interpreters=tuple(replace(one, max_consecutive=after) for one in problem.interpreters))


def without(problem: Problem, none_of: set[str]) -> Problem:
    """The problem without any of these, and without what speaks of them."""
    gone = dict.fromkeys(none_of, ())
    problem = replace(problem, **gone)
    slots, tables = {one.id for one in problem.slots}, {one.id for one in problem.tables}

    def still(times: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(one for one in times if one in slots)

    def seat(table: str | None) -> str | None:
        return table if table in tables else None

    return replace(
        problem,
        participants=tuple(
            replace(one, unavailable=still(one.unavailable), table=seat(one.table)) for one in problem.participants
        ),
        tables=tuple(replace(one, unavailable=still(one.unavailable)) for one in problem.tables),
        interpreters=tuple(
            replace(one, unavailable=still(one.unavailable), table=seat(one.table)) for one in problem.interpreters
        ),
        requests=tuple(
            replace(one, slots=None if one.slots is None else still(one.slots), fixed=None) for one in problem.requests
        ),
    )


@tried
@given(SMALL)
def test_what_would_let_a_request_in_does(problem: Problem) -> None:
    plan = solve(problem, work=WORK)
    for unmet in plan.unmet:
        request = problem.request_by_id[unmet.request]
        if unmet.change is None:
            continue
        assert not lets_in(problem, plan, request), "the meeting fits without any change"
        assert lets_in(with_change(problem, unmet), plan, request), unmet


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(SMALL)
def test_the_same_work_gives_the_same_plan(problem: Problem) -> None:
    first, again = (solve(problem, seed=3, work=WORK, workers=2) for _ in range(2))
    assert (first.meetings, first.unmet, first.conflict) == (again.meetings, again.unmet, again.conflict)


def conference(people: int = 30, slots: int = 12) -> Problem:
    """Hosts and guests, each pair of neighbours meets: large enough to be interrupted, too large to be proven at once."""
    guests = [f"g{n}" for n in range(people)]
    hosts = [f"h{n}" for n in range(people)]
    pairs = [(guests[n], hosts[(n * 7 + k * 3) % people]) for n in range(people) for k in range(9)]
    return Problem(
        slots=tuple(Slot(f"s{n}", day=f"d{n // 6}") for n in range(slots)),
        participants=tuple(Participant(one, "cn", languages=("zh",)) for one in guests)
        + tuple(Participant(one, "eu", languages=("de",)) for one in hosts),
        tables=tuple(Table(f"t{n}") for n in range(people // 2)),
        interpreters=tuple(Interpreter(f"i{n}", ("de", "zh")) for n in range(people // 3)),
        requests=tuple(Request(f"m{n}", pair) for n, pair in enumerate(dict.fromkeys(pairs))),
    )


class Clock:
    """Seconds that pass with every look."""

    def __init__(self, step: float) -> None:
        self.now, self.step = 0.0, step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def test_stop_ends_the_search_with_the_best_plan_so_far() -> None:
    problem, asked = conference(), []

    def stop() -> bool:
        asked.append(True)
        return len(asked) > 3

    plan = solve(problem, stop=stop)
    assert plan.certificate.stopped_by == "stop"
    assert len(asked) < 200
    assert verify(problem, plan) == []


def test_the_limit_ends_the_search_with_a_valid_plan() -> None:
    problem, clock = conference(), Clock(step=0.1)
    plan = solve(problem, limit=1.0, clock=clock)
    assert plan.certificate.stopped_by == "limit"
    assert clock.now < 10.0
    assert plan.meetings
    assert verify(problem, plan) == []


def test_progress_names_phase_value_and_bound_and_a_plan_comes_early() -> None:
    told: list[Progress] = []
    plan = solve(conference(12), work=60_000, progress=told.append)
    weights = [one for one in told if one.phase == "weight" and one.value is not None]
    assert weights[0].placed
    assert all(one.bound is None or one.value is None or one.value <= one.bound for one in weights)
    assert max(one.value or 0 for one in weights) <= plan.certificate.weight_best
    assert [one.seconds for one in told] == sorted(one.seconds for one in told)


def test_a_solver_cut_off_before_its_search_began_proves_nothing() -> None:
    """It states 0 then: as a bound of the weight that made plans of short runs contradict themselves."""
    exact = exact_model(compact(random_conference(60, 300, seed=1, slots=32)))
    exact.model.minimize(-exact.weight())
    budget = Budget(time.monotonic, never, 0.0, None, silent)
    verdict = run_cpsat(exact.model, budget, seed=1)
    assert (verdict.found, verdict.bound) == (False, -math.inf)


def test_a_limit_needs_a_clock() -> None:
    with pytest.raises(ValueError, match="clock"):
        solve(conference(), limit=1)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(problems(people=4, requests=4, slots=3, eager=True))
def test_a_conflict_is_minimal(problem: Problem) -> None:
    """Required requests of the conflict alone clash, and not any longer if one of them need not be."""
    plan = solve(problem)
    if plan.certificate.status != "infeasible":
        assert best_by_trying(problem) is not None
        return
    assert best_by_trying(problem) is None
    needed = {one.request for one in plan.conflict if one.rule == "required"}
    for spared in [None, *sorted(one for one in needed if one)]:
        fewer = tuple(replace(one, required=one.id in needed and one.id != spared) for one in problem.requests)
        assert (best_by_trying(replace(problem, requests=fewer)) is None) == (spared is None)


def test_a_conflict_is_looked_for_in_seconds_not_as_long_as_the_limit_allows() -> None:
    """Forty required meetings in ten slots, of which one person has eleven."""
    slots = tuple(Slot(f"s{n}", day="one") for n in range(10))
    people = tuple(Participant(f"p{n}", side="ab"[n > 0], languages=("en",)) for n in range(31))
    pairs = [*((0, n) for n in range(1, 12)), *((n, n + 1) for n in range(1, 30))]
    wishes = tuple(Request(f"r{a}-{b}", (f"p{a}", f"p{b}"), required=True) for a, b in pairs)
    problem = Problem(
        slots=slots, participants=people, requests=wishes, tables=tuple(Table(f"t{n}") for n in range(20))
    )
    plan = solve(problem, limit=100_000, clock=Clock(step=1.0))
    assert plan.certificate.status == "infeasible"
    assert plan.certificate.seconds["conflict"] < 40
    assert {one.request for one in plan.conflict if one.rule == "required"} >= {f"r0-{n}" for n in range(1, 12)}
