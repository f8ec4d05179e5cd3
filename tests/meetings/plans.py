"""Agreed requests and finished runs with plans made by hand, so that tests say exactly what is planned."""

from django.utils import timezone

from qiao.engine.scheduling import model as engine
from qiao.events.models import Participation
from qiao.matchmaking.models import Request
from qiao.meetings import bridge
from qiao.meetings.models import PlanRun


def agreed(one: Participation, other: Participation, key: str, **fields) -> Request:
    low, high = sorted((one.pk, other.pk))
    fields.setdefault("state", Request.State.ACCEPTED)
    return Request.objects.create(
        event=one.event, sender=one, recipient=other, pair_low=low, pair_high=high, key=key, **fields
    )


def wishes(world) -> list[Request]:
    """Three agreed requests: otto-wang needs an interpreter, the two others go in English."""
    return [
        agreed(world.german, world.chinese, "otto-wang"),
        agreed(world.german, world.chinese_en, "otto-li"),
        agreed(world.german_en, world.chinese_en, "eva-li"),
    ]


def meeting(request: str, slot: int, table: int, interpreter=None) -> engine.Meeting:
    served = bridge.interpreter_id(interpreter.pk) if interpreter else None
    return engine.Meeting(request, f"s{slot}", f"t{table}", served)


def first_plan(world) -> list[engine.Meeting]:
    return [
        meeting("otto-wang", 1, 1, world.interpreter),
        meeting("otto-li", 2, 1),
        meeting("eva-li", 3, 2),
    ]


def finished_run(world, meetings, **fields) -> PlanRun:
    """A run that has found exactly these meetings."""
    problem = bridge.to_problem(world.event)
    plan = bridge.plan_of(problem, meetings)
    fields.setdefault("state", PlanRun.State.DONE)
    return PlanRun.objects.create(
        event=world.event,
        started_by=world.organiser,
        started=timezone.now(),
        finished=timezone.now(),
        problem=bridge.pack_problem(problem),
        plan=bridge.pack_plan(plan),
        **fields,
    )


def rows_in_force(event) -> set[tuple]:
    from qiao.meetings.models import Meeting

    rows = Meeting.objects.filter(slot__event=event)
    return set(rows.values_list("request__key", "slot__position", "table__number", "interpreter", "sequence"))
