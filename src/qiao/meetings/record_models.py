"""What the people at a table note together about their talk: one sheet for each talk, written by several hands."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qiao.core.models import User
from qiao.directory.values import detect_language
from qiao.events.models import Participation
from qiao.matchmaking.models import Request

__all__ = ["RecordSheet", "RecordStep"]


class Hand(models.TextChoices):
    """As what somebody writes: one of the two people of the talk, or its interpreter."""

    SENDER = "sender", pgettext_lazy("who wrote", "side of the request")
    RECIPIENT = "recipient", pgettext_lazy("who wrote", "side that was asked")
    INTERPRETER = "interpreter", _("interpreter")


class Interest(models.TextChoices):
    HIGH = "high", _("great interest")
    SOME = "some", _("some interest")
    NONE = "none", _("no interest for now")


LIVELY = (Interest.HIGH, Interest.SOME)


class RecordSheet(models.Model):
    """Topics, interest of both sides and open questions of one talk; no signatures. Its next steps are rows of their own."""

    # The request outlives the plan: a talk that a later version moves or drops keeps what was noted about it.
    request = models.OneToOneField(Request, models.CASCADE, related_name="record_sheet")
    people = models.ManyToManyField(
        Participation, related_name="record_sheets"
    )  # the two: each finds it in the own data
    topics = models.TextField(blank=True)
    interest_sender = models.CharField(max_length=4, choices=Interest, blank=True)
    interest_recipient = models.CharField(max_length=4, choices=Interest, blank=True)
    questions = models.TextField(blank=True)
    version = models.PositiveIntegerField(
        default=0
    )  # rises with each saving: whoever saves names the one that was read
    sent = models.JSONField(default=list)  # keys of the forms that were saved: the same sent twice is one
    hand = models.CharField(max_length=11, choices=Hand)  # who saved it last
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    changed = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"record sheet of request {self.request_id}"

    @property
    def topics_language(self) -> str:
        return detect_language(self.topics)

    @property
    def questions_language(self) -> str:
        return detect_language(self.questions)


class RecordStep(models.Model):
    """One thing that was agreed: what, who does it, by when."""

    class Who(models.TextChoices):
        SENDER = "sender", pgettext_lazy("who does it", "side of the request")
        RECIPIENT = "recipient", pgettext_lazy("who does it", "side that was asked")
        BOTH = "both", _("both sides")
        OFFICE = "office", _("contact office")

    sheet = models.ForeignKey(RecordSheet, models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)
    who = models.CharField(max_length=9, choices=Who, blank=True)
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["sheet", "position"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["sheet", "position"], name="record_step_once")]

    def __str__(self) -> str:
        return f"step {self.position} of record sheet {self.sheet_id}"

    @property
    def text_language(self) -> str:
        return detect_language(self.text)
