"""Notices: what somebody is told in the application, and which of it by mail as well."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from qiao.core.models import User, public_key

__all__ = ["Notice", "NoticeChoice"]


class Notice(models.Model):
    """One thing that somebody is told: its kind and what it is about. The sentence is made when it is read.

    While it is unread, the same kind about the same subject renews it (`count` rises) and makes no second one.
    """

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)  # a code of core.notices.KINDS
    variant = models.CharField(max_length=20, blank=True)  # which of the kind's sentences
    subject = models.CharField(max_length=60, blank=True)  # "request 12": what it is about, for settling and renewing
    arguments = models.JSONField(default=dict, blank=True)  # what the sentence names -> primary key
    path = models.CharField(max_length=300)  # of the page where it is seen or done
    count = models.PositiveIntegerField(default=1)
    waits = models.BooleanField(default=False)  # for the next bundled mail
    created = models.DateTimeField()
    read = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created", "-pk"]
        indexes: ClassVar = [models.Index(fields=["user", "read"])]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "kind", "subject"],
                condition=models.Q(read=None) & ~models.Q(subject=""),
                name="one_unread_notice_a_subject",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} for user {self.user_id}"


class NoticeChoice(models.Model):
    """How somebody wants to be told of a kind by mail, where that differs from what is usual."""

    class Way(models.TextChoices):
        AT_ONCE = "at-once", _("at once")
        DAILY = "daily", _("once a day, all in one mail")
        NEVER = "never", _("not by mail")

    user = models.ForeignKey(User, models.CASCADE, related_name="notice_choices")
    kind = models.CharField(max_length=40)
    way = models.CharField(max_length=8, choices=Way)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "kind"], name="notice_choice_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.way} for user {self.user_id}"
