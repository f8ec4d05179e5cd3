"""Rows become a problem with ids that can be read again, and a plan becomes rows."""

import pytest

from qiao.engine.scheduling.model import needs_interpreter
from qiao.engine.scheduling.verify import verify
from qiao.events.models import Interpreter, InterpreterAbsence, Participation, Unavailability
from qiao.matchmaking.models import Request, Wish
from qiao.meetings import bridge
from tests.meetings.plans import agreed, finished_run, first_plan, wishes
from tests.world import person

pytestmark = pytest.mark.db


def test_a_problem_holds_what_the_event_has(world) -> None:
    otto_wang, *_others = wishes(world)
    Wish.objects.create(participation=world.german, partner=world.chinese, kind=Wish.Kind.MUST, rank=1)
    Unavailability.objects.create(participation=world.chinese, slot=world.slots[3])
    InterpreterAbsence.objects.create(interpreter=world.interpreter, slot=world.slots[0])
    world.tables[1].features = ["wheelchair"]
    world.tables[1].save()
    world.interpreter.table = world.tables[0]
    world.interpreter.max_consecutive = 2
    world.interpreter.save()

    problem = bridge.to_problem(world.event)

    assert [one.id for one in problem.slots] == ["s1", "s2", "s3", "s4"]
    assert problem.slots[0].start == "2027-11-03T09:00:00+08:00"
    assert problem.slots[0].day == "2027-11-03"
    assert [(one.id, one.features) for one in problem.tables] == [("t1", ()), ("t2", ("wheelchair",))]
    wang = problem.participant_by_id[f"p{world.chinese.pk}"]
    assert (wang.side, wang.languages, wang.unavailable) == ("jinan", ("zh",), ("s4",))
    (interpreter,) = problem.interpreters
    assert (interpreter.unavailable, interpreter.table, interpreter.max_consecutive) == (("s1",), "t1", 2)
    assert problem.request_by_id[otto_wang.key].weight == 7  # must 5 + ranked 1 + accepted 1
    assert [needs_interpreter(problem, one) for one in problem.requests] == [True, False, False]
    assert problem.objective.fair_minimum == 1


def test_only_agreed_requests_of_people_who_take_part_are_planned(world) -> None:
    wishes(world)
    agreed(world.german_en, world.chinese, "pending", state=Request.State.PENDING)
    Participation.objects.filter(pk=world.chinese_en.pk).update(state=Participation.State.CANCELLED)
    assert [one.key for one in bridge.plannable_requests(world.event)] == ["otto-wang"]


def test_the_number_of_queries_does_not_grow(world, django_assert_max_num_queries, django_assert_num_queries) -> None:
    agreed(world.german, world.chinese, "first")
    with django_assert_max_num_queries(20) as counted:
        bridge.to_problem(world.event)
    agreed(world.german, world.chinese_en, "second")
    agreed(world.german_en, world.chinese_en, "third")
    Unavailability.objects.create(participation=world.chinese, slot=world.slots[3])
    Interpreter.objects.create(
        event=world.event, person=person(world.german.organisation, "Hans Hilfe"), languages=["de", "zh"]
    )
    with django_assert_num_queries(len(counted)):
        bridge.to_problem(world.event)


def test_a_plan_made_by_hand_passes_the_verifier_and_comes_back_as_rows(world) -> None:
    wishes(world)
    run = finished_run(world, first_plan(world))
    problem, plan = bridge.unpack_problem(run.problem), bridge.unpack_plan(run.plan)
    assert verify(problem, plan, digest=bridge.digest(problem)) == []
    talks = {one.request.key: one for one in bridge.to_rows(world.event, plan)}
    assert talks["otto-wang"].slot == world.slots[0]
    assert talks["otto-wang"].interpreter == world.interpreter
    assert talks["eva-li"].table == world.tables[1]
    assert bridge.held_in(world.event, plan) == {one.request.pk: one.held for one in talks.values()}


def test_what_people_placed_higher_stands_first_at_equal_weight(world) -> None:
    """The planner takes up what weighs the same in the order of the problem."""
    wishes(world)
    before = [one.id for one in bridge.to_problem(world.event).requests]
    last = Request.objects.get(key=before[-1])
    for pk in (last.sender_id, last.recipient_id):
        Wish.objects.filter(participation=pk).delete()
    Wish.objects.create(participation=last.sender, partner=last.recipient, kind="gladly", rank=11)
    found = bridge.to_problem(world.event)
    assert found.requests[0].id == last.key
    assert found.request_by_id[last.key].weight == 4  # a place after the tenth adds no point


def test_the_digest_survives_storage(world) -> None:
    wishes(world)
    run = finished_run(world, first_plan(world))
    run.refresh_from_db()
    assert bridge.digest(bridge.unpack_problem(run.problem)) == run.plan["problem"]


def test_a_plan_that_names_what_is_gone_has_no_rows(world) -> None:
    wishes(world)
    run = finished_run(world, first_plan(world))
    world.tables[1].delete()
    with pytest.raises(KeyError):
        bridge.to_rows(world.event, bridge.unpack_plan(run.plan))
    with pytest.raises(KeyError):
        bridge.held_in(world.event, bridge.unpack_plan(run.plan))
