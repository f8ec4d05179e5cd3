"""Requests to colleagues, for those who keep the profile of their organisation."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from qiao.core.models import User
from qiao.directory.models import Person
from qiao.directory.queries import people_for
from qiao.events.models import Event, Participation
from qiao.matchmaking.models import Request
from qiao.matchmaking.rules import Window
from qiao.matchmaking.states import State
from qiao.matchmaking.teams import represented


def _waiting(user: User) -> QuerySet[Request]:
    admitted = Participation.State.APPROVED
    return Request.objects.filter(recipient__in=represented(user), state=State.PENDING, sender__state=admitted)


def team_waiting(user: User) -> list[Event]:
    """Events in which requests to colleagues wait, each with their number as `waiting`. One query."""
    rows = Event.objects.exclude(phase=Event.Phase.AFTER).filter(requests__in=_waiting(user))
    return list(
        rows.annotate(waiting=Count("requests", filter=Q(requests__in=_waiting(user)), distinct=True)).distinct()
    )


@dataclass(frozen=True)
class TeamRow:
    """A request to a colleague; `named`: the reader may know the name of the person who asks."""

    request: Request
    named: bool


@dataclass(frozen=True)
class TeamPage:
    event: Event
    waiting: list[TeamRow]
    answered: list[TeamRow]  # by the reader or another manager, the latest first
    colleagues: list[Participation]
    is_open: bool


def team_page(user: User, event: Event) -> TeamPage:
    """A fixed number of queries."""
    colleagues = list(represented(user).filter(event=event).select_related("person", "organisation"))
    names = [f"{who}__{what}" for who in ("sender", "recipient") for what in ("person", "organisation__side")]
    found = Request.objects.filter(recipient__in=colleagues).select_related(*names, "represented_by")
    answered = found.exclude(represented_by=None).order_by("-answered", "-pk")[:50]
    waiting = found.filter(state=State.PENDING, sender__state=Participation.State.APPROVED).order_by("expires", "pk")
    rows = [*waiting, *answered]
    visible = people_for(user, Person.objects.filter(pk__in={row.sender.person_id for row in rows}))
    named = set(visible.values_list("pk", flat=True))
    as_rows = [TeamRow(row, row.sender.person_id in named) for row in rows]
    return TeamPage(
        event,
        [row for row in as_rows if row.request.state == State.PENDING],
        [row for row in as_rows if row.request.state != State.PENDING],
        colleagues,
        Window(event.phase).sending,
    )
