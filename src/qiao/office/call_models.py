"""Targeted calls: what an office asks a hand-picked list of organisations, and what each of them answers with one tap."""

from datetime import date
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qiao.core.languages import localized
from qiao.core.models import Office, User, public_key
from qiao.directory.market_models import Opportunity
from qiao.directory.models import Organisation, Person
from qiao.events.models import Event
from qiao.office.case_models import AdviceCase
from qiao.office.introduction_models import Introduction

__all__ = ["CallRecipient", "TargetedCall"]


class TargetedCall(models.Model):
    """One question to many. It can be changed until it is sent; organisations may be added until it ends."""

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    office = models.ForeignKey(Office, models.PROTECT, related_name="targeted_calls")
    adviser = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    titles = models.JSONField(default=dict)  # language -> text
    bodies = models.JSONField(default=dict)
    until = models.DateField(null=True, blank=True)  # the last day for answers, by the clock of the office
    opportunity = models.ForeignKey(Opportunity, models.SET_NULL, null=True, blank=True, related_name="+")
    event = models.ForeignKey(Event, models.SET_NULL, null=True, blank=True, related_name="+")
    organisations = models.ManyToManyField(Organisation, blank=True, related_name="+")  # that were picked
    created = models.DateTimeField(auto_now_add=True)
    sent = models.DateTimeField(null=True, blank=True)
    reminded = models.DateTimeField(null=True, blank=True)  # once at most
    closed = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created", "-pk"]

    def __str__(self) -> str:
        return localized(self.titles)

    @property
    def today(self) -> date:
        """Where the office is."""
        return timezone.localdate(timezone=ZoneInfo(self.office.time_zone))

    @property
    def is_over(self) -> bool:
        return self.closed is not None or (self.until is not None and self.until < self.today)

    @property
    def written_in(self) -> list[str]:
        return [code for code, text in self.titles.items() if text]

    @property
    def takes_answers(self) -> bool:
        return self.sent is not None and not self.is_over


class CallRecipient(models.Model):
    """Somebody who was asked for an organisation. What is answered last counts."""

    class Answer(models.TextChoices):
        INTERESTED = "interested", pgettext_lazy("answer to a call", "interested")
        LATER = "later", pgettext_lazy("answer to a call", "not now")
        NEVER = "never", pgettext_lazy("answer to a call", "do not ask again")

    call = models.ForeignKey(TargetedCall, models.CASCADE, related_name="recipients")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="calls")
    asked = models.DateTimeField(default=timezone.now)
    answer = models.CharField(_("answer"), max_length=10, choices=Answer, blank=True)
    answered = models.DateTimeField(null=True, blank=True)
    introduction = models.ForeignKey(Introduction, models.SET_NULL, null=True, blank=True, related_name="+")
    case = models.ForeignKey(AdviceCase, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["call", "person"], name="asked_once_per_call")]

    def __str__(self) -> str:
        return f"recipient {self.pk} of call {self.call_id}"
