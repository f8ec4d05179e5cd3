"""Reads of this stage."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from qiao.core.models import AccessLink, Mail, User
from qiao.core.notice_models import Notice, NoticeChoice
from qiao.core.notices import KINDS
from qiao.core.stored import Stored, stored_about
from qiao.core.token_models import ApiToken
from qiao.core.webhook_models import Webhook, WebhookMessage
from qiao.core.webhooks import kinds_in_words, reason_of


def open_links(user: User) -> QuerySet[AccessLink]:
    """The personal links of a user that would still sign in, newest first."""
    return AccessLink.objects.filter(user=user, revoked=None, expires__gt=timezone.now()).order_by("-issued")


def find_link(token_hash: str) -> AccessLink | None:
    return (
        AccessLink.objects.select_related("user")
        .filter(token_hash=token_hash, revoked=None, expires__gt=timezone.now(), user__is_active=True)
        .first()
    )


def my_data(user: User) -> list[tuple[str, list[Stored]]]:
    """What is stored about a user, grouped under headings, in the register's order."""
    return [(str(heading), list(group)) for heading, group in groupby(stored_about(user), lambda one: one.heading)]


def unread_notices(user: User) -> int:
    return Notice.objects.filter(user=user, read=None).count()


def notices(user: User, *, unread: bool = False) -> QuerySet[Notice]:
    """What somebody was told, the newest first; `unread`: only what was not read."""
    rows = Notice.objects.filter(user=user)
    return rows.filter(read=None) if unread else rows


def notice_ways(user: User) -> dict[str, str]:
    """By kind that concerns this person and may be chosen about, how it comes by mail. Two queries."""
    held = set(user.roles.values_list("kind", flat=True))
    chosen = dict(NoticeChoice.objects.filter(user=user).values_list("kind", "way"))
    return {
        code: chosen.get(code, str(kind.usual))
        for code, kind in KINDS.items()
        if not kind.required and (not kind.roles or held & set(kind.roles))
    }


def valid_tokens(user: User) -> QuerySet[ApiToken]:
    return ApiToken.objects.filter(user=user, revoked=None, expires__gt=timezone.now())


def undelivered() -> QuerySet[Mail]:
    """Mails that were given up, the newest first."""
    return Mail.objects.filter(state=Mail.State.FAILED).select_related("user__person").order_by("-created", "-pk")


def mails(words: str = "") -> QuerySet[Mail]:
    """The mails of the outbox with these words in address, subject or text, newest first."""
    found = Q(address__icontains=words) | Q(subject__icontains=words) | Q(body__icontains=words)
    return Mail.objects.filter(found if words else Q()).order_by("-created", "-pk")


@dataclass(frozen=True)
class WebhookRow:
    """A webhook as its owner sees it. `reason`: why the last message that was tried did not arrive."""

    webhook: Webhook
    kinds: str
    last: datetime | None
    waiting: int
    reason: str


def webhooks_page(user: User) -> list[WebhookRow]:
    """Two queries."""
    waiting = Count("messages", filter=Q(messages__state="queued"))
    rows = list(Webhook.objects.filter(user=user).annotate(last=Max("messages__sent"), waiting=waiting))
    tried = WebhookMessage.objects.filter(webhook__in=[row.pk for row in rows if row.failing_since]).exclude(problem="")
    reasons = {one.webhook_id: reason_of(one.problem, one.status) for one in tried.order_by("pk")[:500]}
    return [WebhookRow(row, kinds_in_words(row.kinds), row.last, row.waiting, reasons.get(row.pk, "")) for row in rows]
