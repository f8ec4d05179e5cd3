"""Somebody of a delegation takes a colleague's talk: a new plan that differs from the one in force in nothing else."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.engine.scheduling.model import Meeting as Planned
from qiao.engine.scheduling.verify import verify
from qiao.events.models import Event, Participation
from qiao.matchmaking.models import Request
from qiao.matchmaking.states import OPEN, State
from qiao.meetings import bridge
from qiao.meetings.actions.publishing import follow
from qiao.meetings.hindrances import in_words
from qiao.meetings.models import Lock, Meeting, PlanRun, PlanVersion
from qiao.meetings.plan_queries import version_in_force
from qiao.meetings.substitution import option_for, partner_of, why_apart


@transaction.atomic
def substitute(*, request: Request, member: Participation, by: User, instead: Participation) -> PlanVersion:
    """`instead` has the talk of `member` from now on, at its time, and as far as can be at its table with its interpreter.

    The talk of the one ends, that of the other is new: calendars and conversations of the two stay apart. Everybody concerned
    is told once.
    """
    event = Event.objects.select_for_update().get(pk=request.event_id)
    meeting = Meeting.objects.select_related("request", "slot", "table").filter(request=request).first()
    if meeting is None or meeting.slot.end <= timezone.now():
        raise Refused(gettext("This talk is over, or no longer planned."))
    partner = partner_of(request, member)
    if reason := why_apart(instead, partner):
        raise Refused(reason)
    new = _pass_on(request, instead, partner, by)
    run = _run(event, meeting, new, by)
    record(by=by, action="meetings.substitute", subject=new, instead_of=request.pk)
    return follow(run=run, by=by, action="meetings.publish")


def _pass_on(request: Request, instead: Participation, partner: Participation, by: User) -> Request:
    """End the one's request and agree on one for the other; what the two have open already counts as agreed."""
    now = timezone.now()
    ended = Request.objects.filter(pk=request.pk, state=State.ACCEPTED)
    if not ended.update(state=State.WITHDRAWN, answered=now, changed_by=by):
        raise Refused(gettext("This talk is over, or no longer planned."))
    low, high = sorted((instead.pk, partner.pk))
    present = Request.objects.filter(event=request.event_id, pair_low=low, pair_high=high, state__in=OPEN)
    if not present.update(state=State.ACCEPTED, answered=now, changed_by=by):
        try:
            with transaction.atomic():
                Request.objects.create(
                    event_id=request.event_id, sender=instead, recipient=partner, pair_low=low, pair_high=high,
                    state=State.ACCEPTED, answered=now, changed_by=by,
                )  # fmt: skip
        except IntegrityError:  # the two asked each other at the same moment
            raise Refused(gettext("Has an agreed talk with this partner already.")) from None
    new = present.get()
    Lock.objects.filter(request=request).update(request=new)
    return new


def _run(event: Event, meeting: Meeting, new: Request, by: User) -> PlanRun:
    """The plan in force with the talk passed on, verified against the event of this moment."""
    problem, plan = bridge.to_problem(event), bridge.plan_in_force(event)
    meetings = [one for one in (plan.meetings if plan else ()) if one.request in problem.request_by_id]
    found = option_for(problem, meetings, meeting, new.key)
    if found.place is None:
        raise Refused(" ".join(in_words(event, problem, found.hindrances)))
    place = found.place
    changed = bridge.plan_of(problem, [*meetings, Planned(new.key, place.slot, place.table, place.interpreter)])
    if verify(problem, changed, digest=changed.problem):
        raise Refused(
            gettext("Other talks of the plan no longer fit, so nothing was changed. Let the organiser calculate again.")
        )
    version, now = version_in_force(event), timezone.now()
    limit = version.run.limit if version and version.run else 0
    return PlanRun.objects.create(
        event=event, state=PlanRun.State.DONE, started_by=by, started=now, finished=now, seed=0, limit=limit,
        problem=bridge.pack_problem(problem), plan=bridge.pack_plan(changed),
    )  # fmt: skip
