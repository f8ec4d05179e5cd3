"""Webhooks: addresses of a person's own programs that are told when something happens."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from qiao.core.models import User, public_key

__all__ = ["Webhook", "WebhookMessage"]


def message_key() -> str:
    return f"msg_{public_key()}{public_key()}"


class Webhook(models.Model):
    """An address of a program of its owner, told of what the owner may see."""

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="webhooks")
    name = models.CharField(max_length=80)  # what the owner uses it for
    url = models.CharField(max_length=500)
    kinds = models.JSONField(default=list)  # codes of core.webhooks.KINDS
    sealed = models.TextField()  # {"secret", "former", "until"}, see core.sealing: former signs as well until then
    created = models.DateTimeField(auto_now_add=True)
    failing_since = models.DateTimeField(null=True, blank=True)  # nothing has arrived since
    rests_until = models.DateTimeField(
        null=True, blank=True
    )  # after a failure nothing is tried: slow hosts hold up others
    stopped = models.DateTimeField(null=True, blank=True)  # after a long failure; its owner starts it again

    class Meta:
        ordering: ClassVar = ["-created", "-pk"]

    def __str__(self) -> str:
        return self.name


class WebhookMessage(models.Model):
    """What one webhook is told. It is sent until its program has confirmed it, so that it may arrive twice: its key stays."""

    class State(models.TextChoices):
        QUEUED = "queued", "queued"
        SENT = "sent", "sent"
        FAILED = "failed", "failed"

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="messages")
    key = models.CharField(max_length=32, unique=True, default=message_key, editable=False)  # webhook-id
    kind = models.CharField(max_length=30)
    data = models.JSONField(default=dict)  # keys, codes and addresses of the API: no names
    state = models.CharField(max_length=6, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=12, blank=True)  # a code of adapters.hooks.HookError
    status = models.PositiveSmallIntegerField(default=0)  # of the last answer
    created = models.DateTimeField(default=timezone.now)
    sent = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created", "-pk"]
        indexes: ClassVar = [models.Index(fields=["state", "next_attempt"])]

    def __str__(self) -> str:
        return f"{self.kind} to webhook {self.webhook_id}"
