"""Telling group chats what concerns everybody of an event.

A message is claimed before it is posted, and nothing else posts it meanwhile. It is posted again by itself only where it
certainly did not arrive; where that is unclear the organiser decides.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext

from qiao.adapters import robots
from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.core.queue import enqueue
from qiao.core.sealing import SealedError, seal, unseal
from qiao.events.models import Event
from qiao.events.session_models import EventSession
from qiao.events.session_queries import shown_sessions
from qiao.meetings.group_models import ChatGroup, GroupPost
from qiao.meetings.group_words import text_for

MOST = 10  # groups of one event
LEASE = timedelta(minutes=2)  # a post that has not ended by then was cut off
LATE = timedelta(minutes=10)  # a post that was never tried by then has lost its task
KEPT = timedelta(days=90)
DELAYS = [timedelta(minutes=m) for m in (1, 5, 15, 60, 240)]  # between attempts; then it has failed
MORNING = 9  # o'clock at the event, from when on people are told that it begins tomorrow
TASK = "qiao.meetings.tasks.post_to_group"


@transaction.atomic
def connect_group(*, event: Event, name: str, robot: robots.Robot, languages: Sequence[str], by: User) -> ChatGroup:
    """Groups are told what happens from now on."""
    Event.objects.select_for_update(no_key=True).get(pk=event.pk)  # two at once are counted one after the other
    if event.chat_groups.count() >= MOST:
        raise Refused(gettext("This event has %(count)d groups already. Remove one first.") % {"count": MOST})
    now = programme_fingerprint(event)
    made = ChatGroup.objects.create(
        event=event, service=robot.service, name=name, languages=list(languages), ending=robot.token[-4:],
        sealed=seal({"token": robot.token, "secret": robot.secret}), programme_told=now, programme_seen=now,
    )  # fmt: skip
    record(by=by, action="meetings.connect_group", subject=made, event=event.pk, service=robot.service)
    return made


@transaction.atomic
def remove_group(*, group: ChatGroup, by: User) -> None:
    """The address is forgotten, and so is what was posted; the group itself keeps what it has read."""
    record(by=by, action="meetings.remove_group", subject=group, event=group.event_id)
    ChatGroup.objects.filter(pk=group.pk).delete()


@transaction.atomic
def test_group(*, group: ChatGroup, by: User) -> GroupPost:
    made = _queue(group, "test", f"test {get_random_string(12)}", {})
    assert made is not None  # no test has the name of another
    record(by=by, action="meetings.test_group", subject=group, event=group.event_id)
    return made


@transaction.atomic
def tell_groups(*, event: Event, kind: str, subject: str, said: Mapping[str, Any] | None = None) -> int:
    """Post to all groups of an event, in the background; a subject that a group was told is not told again. How many are."""
    groups = ChatGroup.objects.filter(event=event).select_related("event")
    return sum(_queue(group, kind, subject, said or {}) is not None for group in groups)


def _queue(group: ChatGroup, kind: str, subject: str, said: Mapping[str, Any]) -> GroupPost | None:
    text = text_for(group.languages, kind, group.event, said)
    made, is_new = GroupPost.objects.get_or_create(group=group, subject=subject, defaults={"kind": kind, "text": text})
    if not is_new:
        return None
    enqueue(TASK, made.pk)
    return made


def post(post_id: int) -> bool:
    """Try to post one message; whether it was posted. A second call meanwhile or afterwards does nothing."""
    now = timezone.now()
    due = GroupPost.objects.filter(Q(next_attempt=None) | Q(next_attempt__lte=now), pk=post_id, state="queued")
    if not due.update(state="sending", next_attempt=now + LEASE, attempts=F("attempts") + 1):
        return False
    row = GroupPost.objects.select_related("group").get(pk=post_id)
    try:
        robots.post(_robot_of(row.group), row.text)
    except SealedError:
        return _failed(row, robots.RobotError("lost"))
    except robots.RobotError as problem:
        return _failed(row, problem)
    _note(row, state="sent", sent=timezone.now(), next_attempt=None, problem="")
    return True


def _robot_of(group: ChatGroup) -> robots.Robot:
    """Raises SealedError."""
    return robots.Robot(group.service, **unseal(group.sealed))


def _failed(row: GroupPost, problem: robots.RobotError) -> bool:
    if problem.again and row.attempts <= len(DELAYS):
        later = timezone.now() + DELAYS[row.attempts - 1]
        _note(row, state="queued", next_attempt=later, problem=problem.code)
    else:
        _note(row, state="failed", next_attempt=None, problem=problem.code)
    return False


def _note(row: GroupPost, **fields: Any) -> None:
    GroupPost.objects.filter(pk=row.pk, state="sending").update(**fields)


def post_due() -> int:
    """Post what waits for another attempt or lost its task; what was cut off is unclear. How many were posted."""
    now = timezone.now()
    GroupPost.objects.filter(state="sending", next_attempt__lt=now).update(
        state="failed", next_attempt=None, problem="unclear"
    )
    GroupPost.objects.filter(state__in=["sent", "failed"], created__lt=now - KEPT).delete()
    late = Q(next_attempt=None, created__lt=now - LATE)
    due = GroupPost.objects.filter(Q(next_attempt__lte=now) | late, state="queued").order_by("pk")
    return sum(post(pk) for pk in list(due.values_list("pk", flat=True)))


@transaction.atomic
def post_again(*, post: GroupPost, by: User) -> None:
    """Put a message that was given up back into the queue."""
    given_up = GroupPost.objects.filter(pk=post.pk, state="failed")
    if not given_up.update(state="queued", attempts=0, next_attempt=None, problem="", created=timezone.now()):
        raise Refused(gettext("This message is on its way already."))
    record(by=by, action="meetings.post_again", subject=post)
    enqueue(TASK, post.pk)


def programme_fingerprint(event: Event) -> str:
    """Of what everybody who is registered sees of the programme: which sessions, when and where. No times: no programme."""
    shown = shown_sessions(event, [EventSession.Audience.MEMBERS, EventSession.Audience.PUBLIC])
    common = event.programme.filter(delegation=None)
    rows = [("session", one.pk, one.starts, one.ends, one.room_id, one.names) for one in shown]
    rows += [("item", one.pk, one.starts, one.ends, one.place, one.names) for one in common]
    written = [(kind, pk, starts.isoformat(), ends.isoformat(), repr(rest)) for kind, pk, starts, ends, *rest in rows]  # type: ignore[union-attr]
    return sha256(repr(written).encode()).hexdigest()


def look_at_programmes() -> int:
    """Tell groups of a programme that has changed, once nobody goes on changing it; how many groups."""
    events = Event.objects.filter(chat_groups__isnull=False, ends__gte=timezone.now().date()).distinct()
    return sum(_look(event) for event in events)


@transaction.atomic
def _look(event: Event) -> int:
    now, told = programme_fingerprint(event), 0
    for group in event.chat_groups.select_for_update():
        if now == group.programme_seen != group.programme_told:
            told += _queue(group, "programme", f"programme {get_random_string(12)}", {}) is not None
            group.programme_told = now
        group.programme_seen = now
        group.save(update_fields=["programme_told", "programme_seen"])
    return told


def tell_day_before() -> int:
    """Tell groups of events that begin tomorrow, from the morning on at the event; how many groups."""
    now = timezone.now()
    near = Event.objects.filter(
        chat_groups__isnull=False, starts__range=(now.date(), now.date() + timedelta(days=2))
    ).distinct()
    return sum(_day_before(event) for event in near)


def _day_before(event: Event) -> int:
    here = timezone.now().astimezone(event.zone)
    if here.hour < MORNING or event.starts != here.date() + timedelta(days=1):
        return 0
    return tell_groups(event=event, kind="day-before", subject=f"day-before {event.starts.isoformat()}")
