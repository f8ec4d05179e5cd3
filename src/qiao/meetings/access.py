"""Plans and agendas as far as a user may see them; everything else does not exist (404)."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from qiao.core.actions import hash_token
from qiao.core.models import User
from qiao.events.access import load_event_as_organiser, load_event_for, load_participation_for
from qiao.events.delegation_access import load_delegation_at_event
from qiao.events.delegation_queries import participations_of
from qiao.events.models import Delegation, Event, Interpreter, Participation
from qiao.matchmaking.models import Request
from qiao.meetings.group_models import ChatGroup, GroupPost
from qiao.meetings.models import PARTNERS, Feed, Meeting, Objection, PlanRun, PlanVersion

__all__ = [
    "load_feed",
    "load_finished_run_for",
    "load_group_for",
    "load_group_post_for",
    "load_group_talk",
    "load_interpreted",
    "load_interpreter_for",
    "load_locked_for",
    "load_member_at_event",
    "load_objection_for",
    "load_own_meeting",
    "load_own_objection",
    "load_own_talk",
    "load_run_for",
    "load_talk_for",
    "load_version_for",
]
Visitor = User | AnonymousUser
SIDES = ("request__sender__person__side", "request__recipient__person__side")


def load_run_for(user: Visitor, slug: str, pk: int) -> PlanRun:
    """A planning run of an event, for its organisers."""
    event = load_event_as_organiser(user, slug)
    return get_object_or_404(PlanRun.objects.select_related("event__office", "started_by"), event=event, pk=pk)


def load_finished_run_for(user: Visitor, slug: str, pk: int) -> PlanRun:
    """A run that has a plan."""
    run = load_run_for(user, slug, pk)
    if run.state != PlanRun.State.DONE:
        raise Http404
    return run


def load_talk_for(user: Visitor, slug: str, pk: int, key: str) -> tuple[PlanRun, Request]:
    """A finished run and one of the wishes that it planned with, whether it has a place or not."""
    run = load_finished_run_for(user, slug, pk)
    return run, _load_request(run, key)


def load_locked_for(user: Visitor, slug: str, pk: int, key: str) -> Request:
    """A wish that a run, finished or not, was to plan with."""
    return _load_request(load_run_for(user, slug, pk), key)


def _load_request(run: PlanRun, key: str) -> Request:
    if not any(one["id"] == key for one in run.problem.get("requests", [])):
        raise Http404
    names = ("sender__person__side", "sender__organisation", "recipient__person__side", "recipient__organisation")
    return get_object_or_404(run.event.requests.select_related("event", "lock", *names), key=key)


def load_version_for(user: Visitor, slug: str) -> PlanVersion:
    """The version in force, for organisers of the event."""
    event = load_event_as_organiser(user, slug)
    version = PlanVersion.objects.filter(event=event).select_related("event").in_force()
    if version is None:
        raise Http404
    return version


def load_objection_for(user: Visitor, slug: str, key: str) -> Objection:
    """An objection against a plan of an event, for its organisers."""
    event = load_event_as_organiser(user, slug)
    rows = Objection.objects.select_related(
        "participation__person__user", "participation__person__side", "participation__event__office"
    )
    return get_object_or_404(rows, participation__event=event, key=key)


def load_own_objection(user: Visitor, slug: str, key: str) -> Objection:
    own = load_participation_for(user, slug)
    return get_object_or_404(own.objections, key=key)


def load_own_talk(own: Participation, key: str) -> Request:
    """The request of a talk in force that is one of this participant's."""
    rows = Request.objects.filter(Q(sender=own) | Q(recipient=own), meeting__isnull=False)
    return get_object_or_404(rows.select_related("sender", "recipient"), key=key)


def _meetings() -> QuerySet[Meeting]:
    return Meeting.objects.select_related("slot", "table", "request__event__office", *PARTNERS, *SIDES)


def load_own_meeting(own: Participation, key: str) -> Meeting:
    """A talk in force that is one of this participant's, with its place."""
    mine = Q(request__sender=own) | Q(request__recipient=own)
    return get_object_or_404(_meetings(), mine, request__key=key)


def load_interpreted(interpreter: Interpreter, key: str) -> Meeting:
    """A talk in force that this interpreter serves and that takes place."""
    approved = Participation.State.APPROVED
    holds = Q(
        request__state=Request.State.ACCEPTED, request__sender__state=approved, request__recipient__state=approved
    )
    return get_object_or_404(_meetings(), holds, interpreter=interpreter, request__key=key)


def load_interpreter_for(user: Visitor, slug: str) -> Interpreter:
    """The user's own place among the interpreters of this event."""
    event = load_event_for(user, slug)
    related = Interpreter.objects.select_related("event__office", "person__side", "person__user")
    return get_object_or_404(related, event=event, person__user=user)


def load_feed(token: str) -> Participation:
    """Whose calendar address this is; the token is all the reader has to show; it ends with the participation and with the account."""
    rows = Feed.objects.select_related(
        "participation__event__office", "participation__person__user", "participation__person__side",
        "participation__organisation__side",
    )  # fmt: skip
    return get_object_or_404(
        rows,
        ~Q(participation__person__user__is_active=False),
        token_hash=hash_token(token),
        participation__state=Participation.State.APPROVED,
    ).participation


def load_group_talk(user: Visitor, slug: str, key: str) -> tuple[Delegation, Event, Meeting, Participation]:
    """A talk in force of a delegation's member: (delegation, event, talk, the member's participation)."""
    delegation, event = load_delegation_at_event(user, slug)
    there = participations_of(delegation)
    own = {one.pk: one for one in there.values()}
    names = [
        f"request__{who}__{what}" for who in ("sender", "recipient") for what in ("person__user", "organisation__side")
    ]
    related = ("request__event__office", "slot", "table", "interpreter__person", *names)
    rows = Meeting.objects.select_related(*related).filter(slot__event=event)
    found = get_object_or_404(rows.filter(Q(request__sender__in=own) | Q(request__recipient__in=own)), request__key=key)
    sender, recipient = found.request.sender_id, found.request.recipient_id
    return delegation, event, found, own[sender if sender in own else recipient]


def load_member_at_event(user: Visitor, slug: str, key: str) -> Participation:
    """A member's participation in the delegation's event, by the person's key."""
    delegation, _event = load_delegation_at_event(user, slug)
    found = next((one for one in participations_of(delegation).values() if one.person.key == key), None)
    if found is None:
        raise Http404
    return found


def load_group_for(user: Visitor, slug: str, key: str) -> ChatGroup:
    """A group chat of an event, for its organisers."""
    event = load_event_as_organiser(user, slug)
    return get_object_or_404(ChatGroup.objects.select_related("event"), event=event, key=key)


def load_group_post_for(user: Visitor, slug: str, key: str, pk: int) -> GroupPost:
    return get_object_or_404(GroupPost.objects.select_related("group"), group=load_group_for(user, slug, key), pk=pk)
