"""Group chats that an organiser connects, and what is posted to them."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qiao.core.models import public_key
from qiao.events.models import Event

__all__ = ["ChatGroup", "GroupPost"]


class ChatGroup(models.Model):
    """A group chat, reached through its robot. What is posted concerns everybody of the event and names nobody."""

    class Service(models.TextChoices):
        WECOM = "wecom", _("WeCom")
        DINGTALK = "dingtalk", _("DingTalk")
        FEISHU = "feishu", _("Feishu")
        LARK = "lark", "Lark"

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="chat_groups")
    service = models.CharField(max_length=8, choices=Service)
    name = models.CharField(max_length=80)  # what the organiser calls it
    languages = models.JSONField(default=list)  # codes of settings.LANGUAGES, in which it is written to
    sealed = models.TextField()  # {"token", "secret"} of its robot, see core.sealing
    ending = models.CharField(max_length=4)  # the token's last characters, to know it by
    programme_told = models.CharField(max_length=64, blank=True)  # fingerprint of the programme that the group knows
    programme_seen = models.CharField(max_length=64, blank=True)  # … of the one that was found last
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.name


class GroupPost(models.Model):
    """A message to a group. The same subject is posted once to each group."""

    class State(models.TextChoices):
        QUEUED = "queued", pgettext_lazy("a message", "waits")
        SENDING = "sending", pgettext_lazy("a message", "is being posted")
        SENT = "sent", pgettext_lazy("a message", "posted")
        FAILED = "failed", pgettext_lazy("a message", "not posted")

    group = models.ForeignKey(ChatGroup, models.CASCADE, related_name="posts")
    kind = models.CharField(max_length=12)  # plan, programme, announcement, day-before, test
    subject = models.CharField(max_length=60)  # "plan 12": what it is about
    text = models.TextField()
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt = models.DateTimeField(null=True, blank=True)  # while it is posted: when that must have ended
    problem = models.CharField(max_length=12, blank=True)  # a code of adapters.robots.RobotError
    created = models.DateTimeField(auto_now_add=True)
    sent = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created", "-pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["group", "subject"], name="group_told_once")]
        indexes: ClassVar = [models.Index(fields=["state", "next_attempt"])]

    def __str__(self) -> str:
        return f"{self.subject} to group {self.group_id}"
