"""Planning runs: one at a time, only verified plans are stored, whoever dies changes nothing."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from qiao.core.errors import Refused
from qiao.core.models import AuditEntry
from qiao.engine.scheduling.budget import Progress
from qiao.engine.scheduling.verify import verify
from qiao.matchmaking.models import Request
from qiao.meetings import actions, bridge
from qiao.meetings.actions import runs
from qiao.meetings.models import PlanRun
from tests.meetings.plans import finished_run, first_plan, meeting, rows_in_force, wishes

pytestmark = pytest.mark.db
State = PlanRun.State


@pytest.fixture
def solver(monkeypatch):
    """Put a function in the solver's place: `solver(lambda problem, **settings: plan)`."""
    return lambda function: monkeypatch.setattr("qiao.engine.scheduling.solve.solve", function)


def started(world, **fields) -> PlanRun:
    return actions.start_run(event=world.event, by=world.organiser, **fields)


def test_a_run_is_calculated_verified_and_stored(world, run_tasks) -> None:
    """With the real solver."""
    wishes(world)
    run = started(world, limit=5)
    assert run.state == State.QUEUED
    run_tasks()
    run.refresh_from_db()
    assert run.state == State.DONE
    problem, plan = bridge.unpack_problem(run.problem), bridge.unpack_plan(run.plan)
    assert verify(problem, plan, digest=bridge.digest(problem)) == []
    assert {one.request for one in plan.meetings} == {"otto-wang", "otto-li", "eva-li"}
    assert run.progress
    assert rows_in_force(world.event) == set()  # nothing is in force before it is published
    assert AuditEntry.objects.filter(action="meetings.start_run", actor=world.organiser).count() == 1


def test_one_run_at_a_time(world) -> None:
    wishes(world)
    started(world)
    with pytest.raises(Refused):
        started(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanRun.objects.create(event=world.event)
    assert PlanRun.objects.count() == 1


@pytest.mark.parametrize("lacking", ["requests", "slots", "tables"])
def test_a_run_needs_something_to_plan_with(world, lacking) -> None:
    wishes(world)
    if lacking == "requests":
        Request.objects.update(state=Request.State.PENDING)
    else:
        getattr(world.event, lacking).all().delete()
    with pytest.raises(Refused):
        started(world)


def bad_plans(world):
    clash = [meeting("otto-wang", 1, 1, world.interpreter), meeting("otto-li", 1, 2)]
    return {"clash": clash, "no interpreter": [meeting("otto-wang", 1, 1)], "unknown": [meeting("otto-wang", 9, 1)]}


@pytest.mark.parametrize("kind", ["clash", "no interpreter", "unknown"])
def test_a_plan_with_a_violation_is_never_stored(world, solver, caplog, kind) -> None:
    wishes(world)
    solver(lambda problem, **settings: bridge.plan_of(problem, bad_plans(world)[kind]))
    run = started(world)
    actions.calculate(run.pk, run.token)
    run.refresh_from_db()
    assert run.state == State.FAILED
    assert run.note.startswith("violations:")
    assert run.plan == {}


def test_a_fault_of_the_solver_fails_the_run_and_lets_the_next_one_start(world, solver, caplog) -> None:
    wishes(world)

    def broken(problem, **settings):
        raise ArithmeticError

    solver(broken)
    run = started(world)
    actions.calculate(run.pk, run.token)
    run.refresh_from_db()
    assert (run.state, run.note) == (State.FAILED, "error")
    assert started(world).state == State.QUEUED


def test_an_infeasible_answer_stores_no_talks_and_what_contradicts_itself(world, solver, monkeypatch) -> None:
    from dataclasses import replace

    from qiao.engine.scheduling.model import Violation

    wishes(world)
    problem = bridge.to_problem(world.event)
    required = tuple(replace(one, required=True) for one in problem.requests)
    monkeypatch.setattr(bridge, "to_problem", lambda event: replace(problem, requests=required))

    def infeasible(problem, **settings):
        plan = bridge.plan_of(problem, [])
        stated = replace(plan.certificate, status="infeasible")
        return replace(plan, certificate=stated, conflict=(Violation("required", "otto-wang"),), unmet=())

    solver(infeasible)
    run = started(world)
    actions.calculate(run.pk, run.token)
    run.refresh_from_db()
    assert (run.state, run.plan["meetings"]) == (State.INFEASIBLE, [])
    assert [one["request"] for one in run.plan["conflict"]] == ["otto-wang"]


def test_the_task_with_an_old_token_or_called_again_does_nothing(world, solver) -> None:
    wishes(world)
    calls = []
    solver(lambda problem, **settings: calls.append(1) or bridge.plan_of(problem, first_plan(world)))
    run = started(world)
    actions.calculate(run.pk, "another")
    actions.calculate(run.pk, "")
    assert calls == []
    actions.calculate(run.pk, run.token)
    actions.calculate(run.pk, run.token)
    assert calls == [1]
    run.refresh_from_db()
    assert run.state == State.DONE


def test_a_task_that_is_tried_again_because_its_worker_died_interrupts_the_run(world, solver) -> None:
    wishes(world)

    def killed(problem, **settings):
        raise KeyboardInterrupt

    solver(killed)
    run = started(world)
    with pytest.raises(KeyboardInterrupt):
        actions.calculate(run.pk, run.token)
    actions.calculate(run.pk, run.token)
    run.refresh_from_db()
    assert (run.state, run.token) == (State.INTERRUPTED, "")
    assert started(world).state == State.QUEUED


def test_a_run_without_signs_of_life_is_interrupted_and_can_be_started_again(world, solver) -> None:
    wishes(world)
    actions.publish(run=finished_run(world, first_plan(world)), by=world.organiser)
    before = rows_in_force(world.event)

    def killed(problem, **settings):
        raise KeyboardInterrupt  # not an Exception: as if the process were gone

    solver(killed)
    run = started(world)
    with pytest.raises(KeyboardInterrupt):
        actions.calculate(run.pk, run.token)
    run.refresh_from_db()
    assert run.state == State.RUNNING
    assert actions.mark_interrupted() == 0  # it was seen a moment ago
    PlanRun.objects.filter(pk=run.pk).update(seen_at=timezone.now() - timedelta(minutes=3))
    assert actions.mark_interrupted() == 1
    run.refresh_from_db()
    assert (run.state, run.token) == (State.INTERRUPTED, "")
    assert rows_in_force(world.event) == before
    assert started(world).state == State.QUEUED


def test_an_attempt_that_lost_its_run_stops_and_writes_nothing(world, solver) -> None:
    wishes(world)
    told_to_stop = []

    def slow(problem, *, stop, progress, **settings):
        PlanRun.objects.update(seen_at=timezone.now() - timedelta(minutes=3))
        actions.mark_interrupted()
        progress(Progress("weight", 3, 3, 3, 1.0))
        told_to_stop.append(stop())
        return bridge.plan_of(problem, first_plan(world))

    solver(slow)
    run = started(world)
    actions.calculate(run.pk, run.token)
    run.refresh_from_db()
    assert told_to_stop == [True]
    assert (run.state, run.plan) == (State.INTERRUPTED, {})


def test_stopping_keeps_the_best_plan_of_a_run_and_cancels_one_that_waits(world, solver, monkeypatch) -> None:
    wishes(world)
    run = started(world)
    assert actions.stop_run(run=run, by=world.organiser).state == State.CANCELLED
    actions.calculate(run.pk, run.token)
    run.refresh_from_db()
    assert run.state == State.CANCELLED
    monkeypatch.setattr(runs, "EVERY", 0.0)

    def patient(problem, *, stop, progress, **settings):
        assert not stop()
        actions.stop_run(run=PlanRun.objects.get(state=State.RUNNING), by=world.organiser)
        assert stop()
        return bridge.plan_of(problem, first_plan(world))

    solver(patient)
    run = started(world)
    actions.calculate(run.pk, run.token)
    run.refresh_from_db()
    assert run.state == State.DONE
    with pytest.raises(Refused):
        actions.stop_run(run=run, by=world.organiser)


def test_progress_is_written_once_a_second_at_most_and_never_grows_without_end(
    world, solver, django_assert_max_num_queries
) -> None:
    wishes(world)

    def chatty(problem, *, progress, stop, **settings):
        with django_assert_max_num_queries(2):  # within one second: one sign of life, which writes and looks
            for n in range(1000):
                progress(Progress("weight", n, 1000, n, n / 1000))
                stop()
        return bridge.plan_of(problem, first_plan(world))

    solver(chatty)
    run = started(world)
    actions.calculate(run.pk, run.token)
    run.refresh_from_db()
    assert len(run.progress) <= runs.KEPT + 1
    assert run.progress[-1] == {"phase": "weight", "value": 999, "bound": 1000, "placed": 999, "seconds": 1.0}


def test_the_plan_in_force_goes_into_the_next_run(world, solver) -> None:
    wishes(world)
    actions.publish(run=finished_run(world, first_plan(world)), by=world.organiser)
    seen = {}

    def curious(problem, **settings):
        seen.update(settings)
        return bridge.plan_of(problem, first_plan(world))

    solver(curious)
    run = started(world, seed=4, limit=60)
    actions.calculate(run.pk, run.token)
    assert set(seen["previous"].meetings) == set(first_plan(world))
    assert (seen["seed"], seen["limit"]) == (4, 60.0)
