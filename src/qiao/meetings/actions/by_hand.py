"""A finished plan changed by hand: talks placed, moved, exchanged and taken out, each change undoable; and talks locked.

What results is judged by the verifier, like everything the planner finds; what breaks a rule is refused and named. A plan
that was published stays what it is: its first change makes a run of its own.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.engine.scheduling import by_hand
from qiao.engine.scheduling.by_hand import Outcome
from qiao.engine.scheduling.model import Meeting, Plan, Problem
from qiao.engine.scheduling.verify import verify
from qiao.matchmaking.models import Request
from qiao.meetings import bridge
from qiao.meetings.hindrances import in_words
from qiao.meetings.models import Lock, PlanEdit, PlanRun

Meetings = Iterable[Meeting]


@transaction.atomic
def place_talk(*, run: PlanRun, talk: str, slot: str, table: str | None = None, by: User) -> PlanRun:
    """Plan a talk there, or move it there; where the table is taken, the two change places. Hands back the changed run."""
    return _change(
        run, lambda problem, meetings: by_hand.put(problem, meetings, talk, slot, table), by=by, action="place_talk"
    )


@transaction.atomic
def take_out(*, run: PlanRun, talk: str, by: User) -> PlanRun:
    """Take a talk out of the plan; its wish is unmet then."""

    def without(problem: Problem, meetings: Meetings) -> Outcome:
        if problem.request_by_id[talk].required:
            raise Refused(gettext("This talk is locked. Release it first."))
        return Outcome(tuple(one for one in meetings if one.request != talk))

    return _change(run, without, by=by, action="take_out")


@transaction.atomic
def undo_edit(*, run: PlanRun, number: int, by: User) -> PlanRun:
    """Take back the last change by hand, which is that of this number."""
    run = PlanRun.objects.select_for_update().get(pk=run.pk)
    last = run.edits.filter(undone=None).first()
    if last is None or last.number != number or run.versions.exists():
        raise Refused(gettext("Only the last change can be taken back, and only until the plan is published."))
    gone, back = ({one["request"]: Meeting(**one) for one in side} for side in (last.after, last.before))
    problem, plan = bridge.as_locked(run)
    if any(problem.request_by_id[key].required for key in gone):
        raise Refused(gettext("This talk is locked. Release it first."))
    kept = [one for one in plan.meetings if one.request not in gone]
    _write(run, problem, plan, (*kept, *back.values()))
    last.undone = timezone.now()
    last.save(update_fields=["undone"])
    record(by=by, action="meetings.undo_edit", subject=run, number=number)
    return run


@transaction.atomic
def lock_talk(*, run: PlanRun, talk: str, by: User) -> Lock:
    """From now on every run plans this talk where it lies in this plan."""
    run = PlanRun.objects.select_for_update().select_related("event").get(pk=run.pk)
    try:
        talks = bridge.to_rows(run.event, bridge.unpack_plan(run.plan))
    except KeyError as error:
        raise Refused(gettext("The event has changed since this plan was calculated. Calculate again.")) from error
    found = next((one for one in talks if one.request.key == talk), None)
    if found is None:
        raise Refused(gettext("This talk has no place yet. Place it first, then lock it."))
    place = {"slot": found.slot, "table": found.table, "by": by}
    lock, _new = Lock.objects.update_or_create(request=found.request, defaults=place)
    record(by=by, action="meetings.lock_talk", subject=lock, talk=talk)
    return lock


@transaction.atomic
def release_talk(*, request: Request, by: User) -> None:
    lock = Lock.objects.select_for_update().filter(request=request).first()
    if lock is None:
        raise Refused(gettext("This talk is not locked."))
    record(by=by, action="meetings.release_talk", subject=lock, talk=request.key)
    lock.delete()


def _change(run: PlanRun, change: Callable[[Problem, Meetings], Outcome], *, by: User, action: str) -> PlanRun:
    run = PlanRun.objects.select_for_update().select_related("event").get(pk=run.pk)
    if run.state != PlanRun.State.DONE:
        raise Refused(gettext("This run has no finished plan that could be changed."))
    problem, plan = bridge.as_locked(run)
    try:
        outcome = change(problem, plan.meetings)
    except KeyError as error:
        raise Refused(gettext("This place is not on the board of this plan. Choose another one.")) from error
    if outcome.hindrances:
        raise Refused(" ".join(in_words(run.event, problem, outcome.hindrances)))
    if run.versions.exists():
        run = _copy(run, by)
    _write(run, problem, plan, outcome.meetings)
    _note(run, plan.meetings, outcome.meetings, by)
    record(by=by, action=f"meetings.{action}", subject=run)
    return run


def _copy(run: PlanRun, by: User) -> PlanRun:
    now = timezone.now()
    return PlanRun.objects.create(
        event=run.event,
        state=PlanRun.State.DONE,
        started_by=by,
        started=now,
        finished=now,
        seed=run.seed,
        limit=run.limit,
        problem=run.problem,
        plan=run.plan,
    )


def _write(run: PlanRun, problem: Problem, before: Plan, meetings: Meetings) -> None:
    """Store the changed plan. Of what the planner had proven, the bounds still hold: all else is counted anew."""
    made = bridge.plan_of(problem, meetings)
    proven = before.certificate
    stated = replace(made.certificate, weight_bound=proven.weight_bound if _as_narrow(run, problem) else None)
    plan = replace(made, certificate=stated, unmet=by_hand.why_unmet(problem, made), seed=before.seed)
    if verify(problem, plan, digest=bridge.digest(problem)):
        raise Refused(gettext("This would break a rule of the plan, so nothing was changed. Choose another place."))
    run.problem, run.plan = bridge.pack_problem(problem), bridge.pack_plan(plan)
    run.save(update_fields=["problem", "plan"])


def _as_narrow(run: PlanRun, problem: Problem) -> bool:
    """Whether what was proven for the run's problem holds for this one: nothing that was fixed has been released."""
    before = bridge.unpack_problem(run.problem)
    return all(one.fixed == problem.request_by_id[one.id].fixed for one in before.requests if one.fixed is not None)


def _note(run: PlanRun, before: Meetings, after: Meetings, by: User) -> None:
    old, new = set(before), set(after)
    last = run.edits.first()
    PlanEdit.objects.create(
        run=run,
        number=last.number + 1 if last else 1,
        before=_packed(old - new),
        after=_packed(new - old),
        by=by,
    )


def _packed(meetings: Iterable[Meeting]) -> list[Mapping[str, Any]]:
    return [asdict(one) for one in sorted(meetings, key=lambda one: one.request)]
