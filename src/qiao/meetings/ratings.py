"""Reads of what was said about talks: one's own on the agenda, and for the organiser whether they were held."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Avg, Count, Q

from qiao.core.models import User
from qiao.events.models import Event, Participation
from qiao.meetings.models import Seat
from qiao.meetings.queries import Agenda
from qiao.meetings.rating_models import Rating

HELD, NOT_HELD, UNKNOWN = "held", "not-held", ""


def with_ratings(agenda: Agenda, now: datetime) -> Agenda:
    """Each talk with what its owner said about it, and whether there is something to say yet. One query."""
    own = {one.request_id: one for one in agenda.participation.ratings.all()}
    talks = (
        replace(talk, rating=own.get(talk.request.pk) if talk.request else None, is_ratable=talk.start <= now)
        for talk in agenda.talks
    )
    return replace(agenda, talks=tuple(talks))


def outcome(said: Iterable[bool]) -> str:
    """HELD, NOT_HELD or UNKNOWN from what each side said: one who says that nobody came is believed."""
    words = set(said)
    return NOT_HELD if False in words else HELD if True in words else UNKNOWN


def outcomes(event: Event) -> dict[int, str]:
    """By request, of all talks about which something was said. One query."""
    said: dict[int, list[bool]] = defaultdict(list)
    for request, held in Rating.objects.filter(request__event=event).values_list("request", "held"):
        said[request].append(held)
    return {request: outcome(words) for request, words in said.items()}


@dataclass(frozen=True)
class Held:
    """How many of the talks in force were held, as far as their people have said; score: the mean of 1 to 5, or None."""

    held: int
    not_held: int
    unknown: int
    score: float | None
    scores: int

    @property
    def said(self) -> int:
        return self.held + self.not_held


def held_of(event: Event, in_force: Iterable[int], found: dict[int, str]) -> Held:
    """`in_force`: requests of the talks in force; `found`: from `outcomes`. One query."""
    words = [found.get(request, UNKNOWN) for request in in_force]
    mean = Rating.objects.filter(request__event=event).aggregate(mean=Avg("score"), count=Count("score"))
    return Held(words.count(HELD), words.count(NOT_HELD), words.count(UNKNOWN), mean["mean"], mean["count"])


def unrated(user: User, now: datetime) -> dict[int, int]:
    """By event, how many talks of this user are over about which nothing was said. One query."""
    own = Q(participation__person__user=user, participation__state=Participation.State.APPROVED)
    seats = Seat.objects.filter(own, slot__end__lte=now, meeting__request__state="accepted").exclude(
        meeting__request__ratings__participation__person__user=user
    )
    rows = seats.order_by().values_list("slot__event").annotate(count=Count("pk", distinct=True))
    return dict(rows)
