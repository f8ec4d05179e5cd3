"""Reminders while requests are possible: requests wait for an answer, or nobody was asked yet.

At most one in four days and three in all for each of the two, and none about what came in lately.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from qiao.core.notice_models import Notice
from qiao.core.telling import About, tell
from qiao.events.models import Event, Participation
from qiao.matchmaking.models import Request, Suggestion, Wish
from qiao.matchmaking.states import State

PENDING, IDLE = "matchmaking.pending", "matchmaking.idle"
PATIENCE = timedelta(days=2)  # for an answer, and for the first request
PAUSE = timedelta(days=4)  # between two reminders
MOST = 3


def remind() -> int:
    """How many people were reminded. The second time there is nothing left."""
    now = timezone.now()
    due = [*((one, PENDING) for one in _pending(now)), *((one, IDLE) for one in _idle(now))]
    return sum(_remind(one, kind, now) for one, kind in due)


def _people() -> QuerySet[Participation]:
    """Admitted, with an account, at events at which requests can be sent now."""
    rows = Participation.objects.filter(state=Participation.State.APPROVED, event__phase=Event.Phase.WISHES)
    return rows.filter(person__user__is_active=True).select_related("event", "person__user").order_by("pk")


def _pending(now: datetime) -> Iterable[Participation]:
    waiting = Request.objects.filter(
        recipient=OuterRef("pk"), state=State.PENDING, created__lte=now - PATIENCE, expires__gt=now,
        sender__state=Participation.State.APPROVED,
    )  # fmt: skip
    return _people().filter(Exists(waiting))


def _idle(now: datetime) -> Iterable[Participation]:
    """Partners were suggested for days, and neither was one asked or wished for nor a request answered."""
    own = OuterRef("pk")
    suggested = Suggestion.objects.filter(participation=own, created__lte=now - PATIENCE)
    asked, wished = Request.objects.filter(sender=own), Wish.objects.filter(participation=own)
    got = Request.objects.filter(recipient=own)
    return _people().filter(Exists(suggested), ~Exists(asked), ~Exists(wished), ~Exists(got))


@transaction.atomic
def _remind(one: Participation, kind: str, now: datetime) -> bool:
    Participation.objects.select_for_update(no_key=True, of=("self",)).get(pk=one.pk)  # two workers at once: one tells
    user, subject = one.person.user, subject_of(one)
    told = Notice.objects.filter(user=user, kind=kind, subject=subject)
    if told.filter(created__gt=now - PAUSE).exists() or sum(told.values_list("count", flat=True)) >= MOST:
        return False
    page = reverse("requests" if kind == PENDING else "partners", args=[one.event.slug])
    address = one.person.email or (user.email if user else None)
    return tell(user=user, address=address, kind=kind, about=About(page, {"event": one.event_id}, subject))


def subject_of(one: Participation) -> str:
    return f"participation {one.pk}"
