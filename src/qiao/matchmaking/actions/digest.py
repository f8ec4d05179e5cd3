"""Mails about unread messages: one for all of somebody's conversations, at most one a day, each message told once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from qiao.core.actions import queue_mail
from qiao.core.emails import render
from qiao.core.models import User
from qiao.events.models import Event, Participation
from qiao.matchmaking.actions.reach import stop_token
from qiao.matchmaking.conversation_models import Message, Reach

KIND = "matchmaking.digest"
HOUR = 7  # of the day where the person lives, from which on mails are sent
LAG = timedelta(minutes=30)  # what is newer may be read before a mail could be
LONGEST_QUOTE = 200


@dataclass(frozen=True)
class Letter:
    """What is unread in one conversation, as the mail tells it."""

    partner: Participation
    event: Event
    count: int
    quote: str  # of the newest
    url: str


def send_digests() -> int:
    """Tell everybody whose time has come what they have not read; how many mails were queued."""
    now = timezone.now()
    waiting = Message.objects.filter(is_read=False, is_told=False, sent__lte=now - LAG)
    users = User.objects.filter(
        is_active=True, pk__in=waiting.exclude(reader__person__reach__digest=False).values("reader__person__user")
    ).exclude(email=None)
    return sum(_tell(user, now) for user in users.order_by("pk"))


@transaction.atomic
def _tell(user: User, now: datetime) -> bool:
    reach, _created = Reach.objects.get_or_create(person=user.person)
    if not reach.digest or not _is_due(reach.told, user, now):
        return False
    if not Reach.objects.filter(pk=reach.pk, told=reach.told, digest=True).update(told=now):
        return False  # another worker has told the same meanwhile
    rows = Message.objects.filter(reader__person__user=user, is_read=False, is_told=False, sent__lte=now - LAG)
    names = ("request__event", "author__organisation", "author__person")
    found = list(rows.select_related(*names).order_by("request_id", "pk"))
    Message.objects.filter(pk__in=[one.pk for one in found]).update(is_told=True)
    return bool(found) and _mail(user, list(_letters(found)), found)


def _is_due(told: datetime | None, user: User, now: datetime) -> bool:
    """From seven in the morning where the person lives, once a day."""
    zone = ZoneInfo(user.time_zone)
    here = now.astimezone(zone)
    return here.hour >= HOUR and (told is None or told.astimezone(zone).date() < here.date())


def _letters(found: Sequence[Message]) -> Iterator[Letter]:
    for _request, group in groupby(found, lambda one: one.request_id):
        rows = list(group)
        last = rows[-1]
        text = " ".join(last.text.split())
        quote = text[:LONGEST_QUOTE] + "…" * (len(text) > LONGEST_QUOTE)
        url = settings.PUBLIC_URL + reverse("conversation", args=[last.request.key])
        yield Letter(last.author, last.request.event, len(rows), quote, url)


def _mail(user: User, letters: Sequence[Letter], found: Sequence[Message]) -> bool:
    context: dict[str, Any] = {
        "letters": letters, "name": user.name, "count": len(found),
        "settings_url": settings.PUBLIC_URL + reverse("reach"),
        "stop_url": settings.PUBLIC_URL + reverse("digest-stop", args=[stop_token(user)]),
    }  # fmt: skip
    subject, body = render(KIND, user.language, context)
    cites = [user.person.key, *(one.author.person.key for one in found)]
    mail = queue_mail(
        user=user,
        address=user.email,
        kind=KIND,
        subject=subject,
        body=body,
        language=user.language,
        cites=cites,
        stop_url=context["stop_url"],
    )
    return mail is not None
