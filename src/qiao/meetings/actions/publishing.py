"""Putting a plan in force: version, talks, seats, cancellations, notices and audit entry, in one transaction.

Talks that stay as they are keep their row. All others are removed before the new ones are written, so that two talks
may swap places under the UNIQUE constraints, which are what rules out a double booking.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from qiao.core.actions import record
from qiao.core.actions.webhooks import api_address, tell_webhooks
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.core.queue import enqueue
from qiao.engine.scheduling.verify import verify
from qiao.events.actions.mails import organiser_ids
from qiao.events.models import Event, Participation
from qiao.meetings import bridge
from qiao.meetings.actions.groups import tell_groups
from qiao.meetings.bridge import PlannedTalk
from qiao.meetings.changes import Changes, compare, concerning_all
from qiao.meetings.models import AgendaNotice, CancelledMeeting, Meeting, PlanRun, PlanVersion, Seat
from qiao.meetings.plan_queries import held_talks, version_in_force

BEFORE = (Event.Phase.REGISTRATION, Event.Phase.WISHES, Event.Phase.PLANNING)


@transaction.atomic
def publish(
    *, run: PlanRun, by: User | None, over: int | None = None, objections_until: datetime | None = None
) -> PlanVersion:
    """Put a run's plan in force as the event's next version; its people are told once.

    `objections_until`: provisionally, people may object until then. What is provisional becomes final when the same plan is
    published once more without it; then everybody who has a talk is told.

    `over`: the number of the version in force that the publisher saw (0: none); another one in force means that
    somebody else was faster, and nothing is done. None asks nothing.
    """
    event = Event.objects.select_for_update().get(pk=run.event_id)  # two publishers take turns
    in_force = version_in_force(event)
    if run.state != PlanRun.State.DONE:
        raise Refused(gettext("This run has no finished plan that could be published."))
    becomes_final = in_force is not None and in_force.is_provisional and objections_until is None
    if in_force is not None and in_force.run_id == run.pk and not becomes_final:
        raise Refused(gettext("This plan is in force already."))
    if over is not None and over != (in_force.number if in_force else 0):
        raise Refused(gettext("Somebody else published a plan in the meantime. Compare again before you publish."))
    if objections_until is not None and objections_until <= timezone.now():
        raise Refused(gettext("The day until which people may object has passed. Choose a later one."))
    talks = _talks_that_hold(event, run)
    version = _new_version(event, run, by, objections_until)
    changes = _put_in_force(event, version, talks)
    if becomes_final:
        changes = concerning_all(changes, (one.held for one in talks))
    if event.phase in BEFORE:
        _enter(event, Event.Phase.PUBLISHED)
    _announce(version, changes, by=by, action="meetings.publish")
    said = {"provisional": version.is_provisional}
    data = {"event": event.slug, "version": version.number, "url": api_address("api-agenda", event.slug), **said}
    tell_webhooks(kind="plan.published", users=_everybody(event), data=data)
    tell_groups(event=event, kind="plan", subject=f"plan {version.pk}", said=said)
    return version


@transaction.atomic
def follow(*, run: PlanRun, by: User, action: str) -> PlanVersion:
    """Put a plan in force that differs from the one in force in a small matter: as provisional as that one, and only
    those are told whom it concerns. `action`: for the audit log."""
    event = Event.objects.select_for_update().get(pk=run.event_id)
    in_force = version_in_force(event)
    if in_force is None:
        raise Refused(gettext("No plan is in force any more."))
    talks = _talks_that_hold(event, run)
    version = _new_version(event, run, by, in_force.objections_until)
    _announce(version, _put_in_force(event, version, talks), by=by, action=action)
    return version


def _new_version(event: Event, run: PlanRun, by: User | None, objections_until: datetime | None) -> PlanVersion:
    last = event.plan_versions.first()
    return PlanVersion.objects.create(
        event=event,
        number=last.number + 1 if last else 1,
        run=run,
        problem=run.problem,
        plan=run.plan,
        published_by=by,
        objections_until=objections_until,
    )


@transaction.atomic
def withdraw_version(*, version: PlanVersion, by: User) -> PlanVersion | None:
    """Take the version in force back: the one before it is in force again, or none; hands back which.

    Talks of the earlier version whose request is gone are left out.
    """
    event = Event.objects.select_for_update().get(pk=version.event_id)
    in_force = version_in_force(event)
    if in_force is None or in_force.pk != version.pk:
        raise Refused(gettext("Only the version in force can be withdrawn."))
    in_force.withdrawn = timezone.now()
    in_force.save(update_fields=["withdrawn"])
    earlier = version_in_force(event)
    changes = _put_in_force(event, earlier, _still_possible(event, earlier) if earlier else [])
    if earlier is None and event.phase == Event.Phase.PUBLISHED:
        _enter(event, Event.Phase.PLANNING)
    _announce(in_force, changes, by=by, action="meetings.withdraw_version")
    return earlier


def _enter(event: Event, phase: Event.Phase) -> None:
    event.phase = phase
    event.save(update_fields=["phase"])


def _talks_that_hold(event: Event, run: PlanRun) -> list[PlannedTalk]:
    """The run's talks, verified as they were planned and against the event of this moment."""
    planned, plan = bridge.unpack_problem(run.problem), bridge.unpack_plan(run.plan)
    now = bridge.to_problem(event)
    if planned.slots != now.slots:
        raise Refused(
            gettext("The time slots have changed since this plan was calculated. Calculate again, then publish.")
        )
    if verify(planned, plan, digest=bridge.digest(planned)) or verify(now, bridge.plan_of(now, plan.meetings)):
        raise Refused(
            gettext(
                "Something has changed since this plan was calculated, and it no longer fits: a request was withdrawn, "
                "or somebody is no longer free. Calculate again, then publish."
            )
        )
    return bridge.to_rows(event, plan)


def _still_possible(event: Event, version: PlanVersion) -> list[PlannedTalk]:
    plan, now = bridge.unpack_plan(version.plan), bridge.to_problem(event)
    kept = bridge.plan_of(now, [one for one in plan.meetings if one.request in now.request_by_id])
    if verify(now, kept):
        raise Refused(gettext("The earlier plan no longer fits. Calculate a new one and publish it instead."))
    return bridge.to_rows(event, kept)


def _put_in_force(event: Event, version: PlanVersion | None, talks: Iterable[PlannedTalk]) -> Changes:
    """Make the rows in force exactly these talks."""
    planned = {one.request.pk: one for one in talks}
    changes = compare(held_talks(event), {pk: one.held for pk, one in planned.items()})
    gone = list(Meeting.objects.filter(request__in=changes.moved | changes.dropped))
    ended = dict(CancelledMeeting.objects.filter(request__in=planned).values_list("request_id", "sequence"))
    Meeting.objects.filter(pk__in=[row.pk for row in gone]).delete()
    if version is not None:
        Meeting.objects.filter(request__in=changes.kept).update(version=version)
        sequences = {row.request_id: row.sequence + 1 for row in gone} | {pk: last + 1 for pk, last in ended.items()}
        _write(version, [planned[pk] for pk in sorted(changes.new | changes.moved)], sequences)
    CancelledMeeting.objects.filter(request__in=ended).delete()
    CancelledMeeting.objects.bulk_create(
        CancelledMeeting(request_id=row.request_id, slot_id=row.slot_id, sequence=row.sequence + 1)
        for row in gone
        if row.request_id in changes.dropped
    )
    return changes


def _write(version: PlanVersion, talks: list[PlannedTalk], sequences: dict[int, int]) -> None:
    """Talks and seats; a talk that calendars know already goes on counting its SEQUENCE."""
    rows = Meeting.objects.bulk_create(
        Meeting(
            version=version,
            request=one.request,
            slot=one.slot,
            table=one.table,
            interpreter=one.interpreter,
            sequence=sequences.get(one.request.pk, 0),
        )
        for one in talks
    )
    Seat.objects.bulk_create(
        Seat(meeting=row, participation_id=who, slot_id=row.slot_id)
        for row in rows
        for who in (row.request.sender_id, row.request.recipient_id)
    )


def _everybody(event: Event) -> QuerySet[User]:
    """Who takes part in the event or organises it."""
    admitted = event.participations.filter(state=Participation.State.APPROVED).values("person__user")
    return User.objects.filter(Q(pk__in=admitted) | Q(pk__in=organiser_ids(event)))


def _announce(version: PlanVersion, changes: Changes, *, by: User | None, action: str) -> None:
    """Note who is to be told, once each, and queue the telling."""
    version.notices.all().delete()  # of a version that is withdrawn: its people are told of that instead
    AgendaNotice.objects.bulk_create(
        [AgendaNotice(version=version, participation_id=pk) for pk in sorted(changes.participations)]
        + [AgendaNotice(version=version, interpreter_id=pk) for pk in sorted(changes.interpreters)]
    )
    record(
        by=by,
        action=action,
        subject=version,
        new=len(changes.new),
        moved=len(changes.moved),
        dropped=len(changes.dropped),
        told=changes.told,
    )
    enqueue("qiao.meetings.tasks.tell", version.pk)
    slug = version.event.slug
    people = Participation.objects.filter(pk__in=changes.participations).values("person__user")
    data = {"event": slug, "url": api_address("api-agenda", slug)}
    tell_webhooks(kind="agenda.changed", users=people, data=data)
