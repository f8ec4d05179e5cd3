"""Delivering messages to webhooks: until they are confirmed, given up after days, the webhook stopped after a long failure.

This writes and yet stands beside `core.actions`, as `core.telling` does, by which it tells owners what does not work.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from qiao.adapters import hooks
from qiao.core.actions.webhooks import secrets_of
from qiao.core.sealing import SealedError
from qiao.core.telling import About, tell
from qiao.core.webhook_models import Webhook, WebhookMessage
from qiao.core.webhooks import body_of, headers_for

LEASE = timedelta(minutes=2)  # an attempt that has not ended by then was cut off
LATE = timedelta(minutes=10)  # a message that was never tried by then has lost its task
DELAYS = [timedelta(minutes=m) for m in (1, 5, 30, 120, 300, 600, 840, 1200, 1440)]  # three days; then it is given up
REST = timedelta(minutes=5)  # of a webhook that has failed again
STOPPED_AFTER = timedelta(days=5)
KEPT = timedelta(days=30)


def call(message_id: int) -> bool:
    """Try to deliver one message; whether it was confirmed. A second call meanwhile or afterwards does nothing."""
    now = timezone.now()
    if not WebhookMessage.objects.filter(_awake(now), pk=message_id).exists():
        return False
    # Without the webhook's own fields: a claim that joins tables would not be checked again once another had it.
    due = WebhookMessage.objects.filter(Q(next_attempt=None) | Q(next_attempt__lte=now), pk=message_id, state="queued")
    if not due.update(next_attempt=now + LEASE, attempts=F("attempts") + 1):
        return False
    message = WebhookMessage.objects.select_related("webhook__user").get(pk=message_id)
    try:
        status = _send(message)
    except hooks.HookError as problem:
        _failed(message, problem)
        return False
    _note(message, state="sent", sent=timezone.now(), next_attempt=None, problem="", status=status)
    well = {"failing_since": None, "rests_until": None}
    Webhook.objects.filter(pk=message.webhook_id).exclude(failing_since=None).update(**well)
    return True


def _awake(now: datetime) -> Q:
    """Messages of webhooks that are neither stopped nor resting, whose owner has an account in use."""
    return Q(webhook__stopped=None, webhook__user__is_active=True) & (
        Q(webhook__rests_until=None) | Q(webhook__rests_until__lte=now)
    )


def _send(message: WebhookMessage) -> int:
    body = body_of(message.kind, message.created, message.data)
    try:
        headers = headers_for(message.key, body, secrets_of(message.webhook), timezone.now())
    except SealedError:
        raise hooks.HookError("lost") from None
    return hooks.post(message.webhook.url, body, headers)


@transaction.atomic
def _failed(message: WebhookMessage, problem: hooks.HookError) -> None:
    now, gone = timezone.now(), problem.status == 410
    said = {"problem": problem.code, "status": problem.status}
    Webhook.objects.filter(pk=message.webhook_id, failing_since=None).update(failing_since=message.created)
    again = message.webhook.failing_since is not None
    Webhook.objects.filter(pk=message.webhook_id).update(rests_until=now + (REST if again else DELAYS[0]))
    if message.attempts <= len(DELAYS) and not gone:
        _note(message, next_attempt=now + DELAYS[message.attempts - 1], **said)
        return
    _note(message, state="failed", next_attempt=None, **said)
    since = Webhook.objects.values_list("failing_since", flat=True).get(pk=message.webhook_id)
    stops = gone or (since is not None and since < now - STOPPED_AFTER)
    if stops:
        _stop(message.webhook, now)
    _tell_owner(message.webhook, "stopped" if stops else "")


def _stop(webhook: Webhook, now: datetime) -> None:
    """Nothing more is sent; what waits is given up."""
    Webhook.objects.filter(pk=webhook.pk).update(stopped=now)
    webhook.messages.filter(state="queued").update(state="failed", next_attempt=None)


def _tell_owner(webhook: Webhook, variant: str) -> None:
    about = About(reverse("webhooks"), {"webhook": webhook.pk}, f"webhook {webhook.pk} {variant}".strip(), variant)
    tell(user=webhook.user, address=webhook.user.email, kind="core.webhook", about=about)


def _note(message: WebhookMessage, **fields: Any) -> None:
    WebhookMessage.objects.filter(pk=message.pk, state="queued").update(**fields)


def call_due() -> int:
    """Send what waits for another attempt or lost its task, and forget what is over; how many were confirmed."""
    now = timezone.now()
    WebhookMessage.objects.filter(created__lt=now - KEPT).exclude(state="queued").delete()
    late = Q(next_attempt=None, created__lt=now - LATE)
    due = WebhookMessage.objects.filter(_awake(now), Q(next_attempt__lte=now) | late, state="queued")
    return sum(call(pk) for pk in list(due.order_by("pk").values_list("pk", flat=True)))
