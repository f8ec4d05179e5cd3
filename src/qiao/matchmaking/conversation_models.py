"""What the two people of a request write to each other, whom it reaches, and misuse."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from qiao.core.languages import html_tag
from qiao.core.models import User
from qiao.directory.models import Person
from qiao.events.models import Participation
from qiao.matchmaking.models import Request

__all__ = ["Bar", "Block", "Message", "Reach", "Report"]


class Message(models.Model):
    """One message of a conversation. The conversation is the request; what was asked with it stands there."""

    request = models.ForeignKey(Request, models.CASCADE, related_name="messages")
    author = models.ForeignKey(Participation, models.CASCADE, related_name="messages_written")
    reader = models.ForeignKey(Participation, models.CASCADE, related_name="messages_received")
    text = models.TextField()
    language = models.CharField(max_length=10)  # primary subtag
    once = models.CharField(max_length=64)  # of the form and the text: the same sent twice is one message
    sent = models.DateTimeField(auto_now_add=True)
    is_read = models.BooleanField(default=False)
    is_told = models.BooleanField(default=False)  # a mail has spoken of it

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "author", "once"], name="message_once"),
            models.CheckConstraint(condition=~models.Q(author=models.F("reader")), name="message_is_for_somebody_else"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["reader"], condition=models.Q(is_read=False), name="message_unread"),
        ]

    def __str__(self) -> str:
        return f"message {self.pk} of request {self.request_id}"

    @property
    def lang(self) -> str:
        return html_tag(self.language)


class Reach(models.Model):
    """What somebody wants to be reached by; who has no row takes everything."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="reach")
    requests = models.BooleanField(default=True)
    messages = models.BooleanField(default=True)
    digest = models.BooleanField(default=True)  # mails about unread messages
    told = models.DateTimeField(null=True)  # the last such mail
    team = models.BooleanField(default=True)  # managers of the organisation may read and answer requests

    def __str__(self) -> str:
        return f"reach of person {self.person_id}"


class Block(models.Model):
    """Somebody wants neither requests nor messages of somebody else, at no event. The other one is not told."""

    by = models.ForeignKey(Person, models.CASCADE, related_name="blocks")
    partner = models.ForeignKey(Participation, models.CASCADE, related_name="blocked_by")  # as whom they met
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["by", "partner"], name="block_once")]

    def __str__(self) -> str:
        return f"{self.by_id} blocks {self.partner_id}"


class Report(models.Model):
    """Somebody reports what the other side of a request wrote; until then the organisers cannot read it."""

    class Reason(models.TextChoices):
        ADVERTISING = "advertising", _("advertising, nothing to do with the event")
        INSULT = "insult", _("insults or harasses")
        FRAUD = "fraud", _("looks like fraud")
        OTHER = "other", _("something else")

    class Decision(models.TextChoices):
        OPEN = "open", _("not decided")
        DISMISSED = "dismissed", _("dismissed")
        WARNED = "warned", _("warned")
        BARRED = "barred", _("barred")

    request = models.ForeignKey(Request, models.CASCADE, related_name="reports")
    by = models.ForeignKey(Participation, models.CASCADE, related_name="reports_made")
    about = models.ForeignKey(Participation, models.CASCADE, related_name="reports_about")
    reason = models.CharField(_("reason"), max_length=12, choices=Reason)
    note = models.TextField(blank=True)
    decision = models.CharField(max_length=10, choices=Decision, default=Decision.OPEN)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request", "by"], condition=models.Q(decision="open"), name="report_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"report {self.pk} about request {self.request_id}"


class Bar(models.Model):
    """An organiser lets somebody neither ask nor write at an event."""

    participation = models.OneToOneField(Participation, models.CASCADE, related_name="bar")
    report = models.ForeignKey(Report, models.SET_NULL, null=True, related_name="+")
    since = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"bar of participation {self.participation_id}"
