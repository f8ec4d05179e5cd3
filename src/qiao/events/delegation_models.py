"""The call for a delegation, and what came in."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from qiao.core.languages import localized
from qiao.core.models import User, public_key
from qiao.directory.models import Organisation, Person
from qiao.directory.values import detect_language
from qiao.events.models import Delegation, DelegationMember

__all__ = ["DelegationApplication", "DelegationCall"]


class DelegationCall(models.Model):
    """What an office says about a journey on which organisations can come along, in up to three languages."""

    delegation = models.OneToOneField(Delegation, models.CASCADE, related_name="call")
    texts = models.JSONField(default=dict)
    costs = models.JSONField(default=dict, blank=True)  # what one pays oneself
    funding = models.JSONField(default=dict, blank=True)  # what is paid for one
    places = models.PositiveSmallIntegerField(null=True, blank=True)
    closes = models.DateTimeField()
    is_published = models.BooleanField(default=False)

    def __str__(self) -> str:
        return localized(self.texts)[:60]

    @property
    def is_open(self) -> bool:
        return self.is_published and timezone.now() < self.closes


class DelegationApplication(models.Model):
    """Somebody who would like to come along for an organisation, and what the office decided."""

    class State(models.TextChoices):
        APPLIED = "applied", pgettext_lazy("an application", "not decided yet")
        SELECTED = "selected", pgettext_lazy("an application", "selected")
        WAITING = "waiting", pgettext_lazy("an application", "on the waiting list")
        DECLINED = "declined", pgettext_lazy("an application", "not selected")
        WITHDRAWN = "withdrawn", pgettext_lazy("an application", "withdrawn")

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    call = models.ForeignKey(DelegationCall, models.CASCADE, related_name="applications")
    person = models.ForeignKey(Person, models.CASCADE, related_name="delegation_applications")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="delegation_applications")
    field = models.CharField(max_length=8, choices=DelegationMember.Field, default=DelegationMember.Field.BUSINESS)
    hopes = models.TextField(blank=True)  # whom to meet and what for
    contributes = models.TextField(blank=True)  # what one brings: a lecture, an exhibit, a share of the costs
    state = models.CharField(max_length=9, choices=State, default=State.APPLIED)
    submitted = models.DateTimeField(default=timezone.now)
    reason = models.TextField(blank=True)  # in the office's words, for who applied
    decided = models.DateTimeField(null=True, blank=True)  # also the order of the waiting list
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["submitted", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["call", "person"], name="application_once")]

    def __str__(self) -> str:
        return f"application {self.key}"

    @property
    def hopes_language(self) -> str:
        return detect_language(self.hopes)

    @property
    def contributes_language(self) -> str:
        return detect_language(self.contributes)

    @property
    def reason_language(self) -> str:
        return detect_language(self.reason)
