"""Webhooks: made by their owner, and told of what happens in the transaction in which it happens.

How messages reach them: core.webhook_calls.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from qiao.adapters import hooks
from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.core.queue import enqueue
from qiao.core.sealing import SealedError, seal, unseal
from qiao.core.webhook_models import Webhook, WebhookMessage
from qiao.core.webhooks import KINDS, new_secret

MOST = 5  # webhooks of one person
BOTH_SIGN = timedelta(days=1)  # so long the former secret signs as well
TASK = "qiao.core.webhook_tasks.call_webhook"
TEST = "webhook.test"


@transaction.atomic
def make_webhook(*, user: User, name: str, url: str, kinds: Collection[str], by: User) -> str:
    """A new webhook; its secret, which cannot be shown again."""
    if not kinds or not set(kinds) <= set(KINDS) or not hooks.is_acceptable(url):
        raise Refused(_("Choose what it is told of, and an address of a public host that begins with https."))
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # two at once are counted one after the other
    if user.webhooks.count() >= MOST:
        raise Refused(_("You have %(count)d webhooks already. Remove one first.") % {"count": MOST})
    secret = new_secret()
    made = Webhook.objects.create(user=user, name=name, url=url, kinds=sorted(kinds), sealed=seal({"secret": secret}))
    record(by=by, action="core.make_webhook", subject=made, kinds=made.kinds)
    return secret


@transaction.atomic
def rotate_secret(*, webhook: Webhook, by: User) -> str:
    """A new secret, shown once; for a day the former one signs as well."""
    found = Webhook.objects.select_for_update().get(pk=webhook.pk)
    secret, until = new_secret(), timezone.now() + BOTH_SIGN
    try:
        former = secrets_of(found)[:1]
    except SealedError:  # no key opens it any more: a new one is what helps
        former = []
    found.sealed = seal({"secret": secret, "former": former, "until": until.isoformat()})
    found.save(update_fields=["sealed"])
    record(by=by, action="core.rotate_secret", subject=found)
    return secret


@transaction.atomic
def remove_webhook(*, webhook: Webhook, by: User) -> None:
    record(by=by, action="core.remove_webhook", subject=webhook)
    Webhook.objects.filter(pk=webhook.pk).delete()


@transaction.atomic
def resume_webhook(*, webhook: Webhook, by: User) -> None:
    if (
        Webhook.objects.filter(pk=webhook.pk)
        .exclude(stopped=None)
        .update(stopped=None, failing_since=None, rests_until=None)
    ):
        record(by=by, action="core.resume_webhook", subject=webhook)


@transaction.atomic
def test_webhook(*, webhook: Webhook, by: User) -> WebhookMessage:
    if webhook.stopped:
        raise Refused(_("This webhook is stopped. Start it again first."))
    record(by=by, action="core.test_webhook", subject=webhook)
    return _queue(webhook, TEST, {})


@transaction.atomic
def tell_webhooks(*, kind: str, users: QuerySet[Any] | Iterable[int | None], data: Mapping[str, Any]) -> int:
    """Tell the webhooks of these users (ids) that want this kind; how many. One query where there is none."""
    rows = Webhook.objects.filter(user__in=users, user__is_active=True, stopped=None)
    return len([_queue(one, kind, data) for one in rows if kind in one.kinds])


def api_address(name: str, *args: str) -> str:
    """Of what a message is about, for programs. The API belongs to a later stage: its pages are named by word."""
    return settings.PUBLIC_URL + reverse(name, args=args)


def secrets_of(webhook: Webhook) -> list[str]:
    """The present one first. Raises SealedError."""
    found = unseal(webhook.sealed)
    until = found.get("until")
    both = until is not None and datetime.fromisoformat(until) > timezone.now()
    return [found["secret"], *(found["former"] if both else [])]


def _queue(webhook: Webhook, kind: str, data: Mapping[str, Any]) -> WebhookMessage:
    made = WebhookMessage.objects.create(webhook=webhook, kind=kind, data=dict(data))
    enqueue(TASK, made.pk)
    return made
