"""Whom an announcement reaches: parts of an event's people, by what they have or have not done."""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from qiao.core.languages import pick_language, primary
from qiao.directory.models import OPPORTUNITIES_FROM, Entry, Person
from qiao.events.actions.mails import language_of
from qiao.events.models import Event, Participation
from qiao.matchmaking.models import Request, Wish
from qiao.meetings.models import Seat
from qiao.meetings.words import address_of

Rows = QuerySet[Participation]


def _admitted(event: Event) -> Rows:
    return event.participations.filter(state=Participation.State.APPROVED)


def _applied(event: Event) -> Rows:
    return event.participations.filter(state=Participation.State.APPLIED)


def _idle(event: Event) -> Rows:
    """Admitted, and has neither wished nor asked nor answered."""
    own = OuterRef("pk")
    answered = Request.objects.filter(recipient=own).exclude(state=Request.State.PENDING)
    did = (Wish.objects.filter(participation=own), Request.objects.filter(sender=own), answered)
    return _admitted(event).exclude(Q(*[Exists(rows) for rows in did], _connector=Q.OR))


def _no_profile(event: Event) -> Rows:
    """Admitted, and the organisation says either not what it offers or not what it seeks."""
    entries = Entry.objects.filter(organisation=OuterRef("organisation"), position__lt=OPPORTUNITIES_FROM)
    told = [Exists(entries.filter(kind=kind)) for kind in (Entry.Kind.OFFER, Entry.Kind.SEEK)]
    return _admitted(event).exclude(Q(*told))


def _silent(event: Event) -> Rows:
    """Has requests that wait for an answer."""
    pending = Request.objects.filter(recipient=OuterRef("pk"), state=Request.State.PENDING)
    return _admitted(event).filter(Exists(pending))


def _with_talks(event: Event) -> Rows:
    return _admitted(event).filter(Exists(Seat.objects.filter(participation=OuterRef("pk"))))


def _without_talks(event: Event) -> Rows:
    return _admitted(event).exclude(Exists(Seat.objects.filter(participation=OuterRef("pk"))))


SEGMENTS: dict[str, tuple[Any, Callable[[Event], Rows]]] = {
    "admitted": (_("everybody who takes part"), _admitted),
    "applied": (_("who waits to be admitted"), _applied),
    "no-profile": (_("who takes part without saying what they offer and seek"), _no_profile),
    "idle": (_("who takes part and has not yet chosen or asked anybody"), _idle),
    "silent": (_("who has requests without an answer"), _silent),
    "with-talks": (_("who has talks in the plan"), _with_talks),
    "without-talks": (_("who has no talk in the plan"), _without_talks),
}
INTERPRETERS = "interpreters"
CHOICES: list[tuple[str, Any]] = [
    *((code, label) for code, (label, _rows) in SEGMENTS.items()),
    (INTERPRETERS, _("the interpreters")),
]


def people_of(event: Event, segment: str) -> list[Person]:
    """The people of a segment, each once, with what a mail to them needs. One query."""
    related = Person.objects.select_related("user", "side")
    if segment == INTERPRETERS:
        rows = related.filter(interpreting__event=event)
    else:
        rows = related.filter(participations__in=SEGMENTS[segment][1](event))
    return list(rows.distinct().order_by("pk"))


@dataclass(frozen=True)
class Audience:
    """Whom an announcement would reach, by the language they read and the one they would get."""

    reached: int
    without_address: int
    languages: list[tuple[str, str, int]]  # (reads, gets, people)


def audience_of(event: Event, segment: str, written: Collection[str]) -> Audience:
    """`written`: primary subtags of the languages the announcement is written in."""
    people = people_of(event, segment)
    reached = [one for one in people if address_of(one)]
    reads = Counter(primary(language_of(one)) for one in reached)
    rows = [(code, pick_language(written, code) or "", count) for code, count in sorted(reads.items())]
    return Audience(len(reached), len(people) - len(reached), rows)
