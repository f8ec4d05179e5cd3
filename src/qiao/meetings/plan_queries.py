"""Reads about plans as a whole: runs, versions and what is in force, announcements, objections."""

from django.core.paginator import Page
from django.db.models import F, QuerySet

from qiao.core.pages import Pages
from qiao.events.models import Event, Participation
from qiao.matchmaking.models import Request
from qiao.meetings.changes import Held
from qiao.meetings.models import EVERYBODY, Announcement, Meeting, Objection, PlanRun, PlanVersion

OBJECTIONS_A_PAGE = 20


# Runs and versions


def version_in_force(event: Event) -> PlanVersion | None:
    return PlanVersion.objects.filter(event=event).in_force()


def held_talks(event: Event) -> dict[int, Held]:
    """What is in force, by request id."""
    return _held(Meeting.objects.filter(slot__event=event))


def talks_taking_place(event: Event) -> dict[int, Held]:
    """What is in force, without the talks that their people have ended since (see `holds`)."""
    approved = Participation.State.APPROVED
    rows = Meeting.objects.filter(slot__event=event, request__state=Request.State.ACCEPTED)
    return _held(rows.filter(request__sender__state=approved, request__recipient__state=approved))


def _held(meetings: QuerySet[Meeting]) -> dict[int, Held]:
    rows = meetings.values_list(
        "request_id", "request__sender_id", "request__recipient_id", "slot_id", "table_id", "interpreter_id"
    )
    return {pk: Held((sender, recipient), *place) for pk, sender, recipient, *place in rows}


def runs_of(event: Event) -> QuerySet[PlanRun]:
    """Planning runs, the latest first, without their problems and plans."""
    return event.plan_runs.select_related("started_by").defer("problem", "plan", "progress")


def groups_reached(event: Event, segment: str) -> int:
    """To how many group chats an announcement is posted as well: to all, where it is for everybody who takes part."""
    return event.chat_groups.count() if segment == EVERYBODY else 0


def announcements_of(event: Event) -> list[Announcement]:
    """What has been sent, the latest first."""
    return list(event.announcements.select_related("by")[:50])


# Objections


def objections_of(participation: Participation) -> list[Objection]:
    """One's own, the newest first."""
    rows = participation.objections.select_related("request__sender__organisation", "request__recipient__organisation")
    return list(rows.order_by("-pk"))


def open_objections(event: Event) -> int:
    return Objection.objects.filter(participation__event=event, settled=None).count()


def objections_to(event: Event, page: str = "1") -> Page[Objection]:
    """Of all plans of the event: those that wait for an answer first, the oldest before; then the newest answered ones."""
    rows = Objection.objects.filter(participation__event=event).select_related(
        "version",
        "settled_by",
        "participation__person__side",
        "participation__organisation",
        "request__sender__organisation",
        "request__recipient__organisation",
    )
    return Pages(rows.order_by(F("settled").desc(nulls_first=True), "pk"), OBJECTIONS_A_PAGE).get_page(page)
