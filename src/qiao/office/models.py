"""What comes of contacts over years: cooperations of two organisations, each step of them, and what is asked about them."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qiao.core.models import Office, User, public_key
from qiao.directory.models import Organisation
from qiao.directory.values import detect_language
from qiao.events.models import Event
from qiao.matchmaking.models import Request
from qiao.meetings.rating_models import Rating
from qiao.meetings.record_models import RecordSheet

__all__ = ["Cooperation", "CooperationStep", "FollowUp"]


class Cooperation(models.Model):
    """Two organisations that work towards something together. All of it is for the two of them and the offices alone."""

    class Stage(models.TextChoices):
        CONTACT = "contact", _("first contact")
        TALKS = "talks", pgettext_lazy("a stage", "talks")
        NDA = "nda", _("non-disclosure agreement")
        SAMPLE = "sample", pgettext_lazy("a stage", "sample")
        VISIT = "visit", pgettext_lazy("a stage", "visit")
        LOI = "loi", _("letter of intent")
        MOU = "mou", _("memorandum of understanding")
        CONTRACT = "contract", _("contract")
        BEYOND = "beyond", _("beyond the contract")
        ENDED = "ended", _("ended")

    class Currency(models.TextChoices):
        EUR = "EUR", _("euro")
        CNY = "CNY", _("renminbi")
        USD = "USD", _("US dollar")

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    one = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    other = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    topic = models.CharField(max_length=200, blank=True)  # in the words of whoever wrote it
    stage = models.CharField(max_length=8, choices=Stage, default=Stage.CONTACT)
    event = models.ForeignKey(Event, models.SET_NULL, null=True, blank=True, related_name="cooperations")
    value = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, choices=Currency, blank=True)
    jobs = models.PositiveIntegerField(null=True, blank=True)
    opened = models.DateField(default=timezone.localdate)
    changed = models.DateTimeField(default=timezone.now)  # its latest step

    class Meta:
        ordering: ClassVar = ["-changed", "-pk"]
        indexes: ClassVar = [models.Index(fields=["stage", "opened"])]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(one=models.F("other")), name="cooperation_of_two")
        ]

    def __str__(self) -> str:
        return f"cooperation {self.key}: {self.stage}"

    @property
    def sides(self) -> tuple[Organisation, Organisation]:
        return self.one, self.other

    @property
    def is_open(self) -> bool:
        return self.stage != self.Stage.ENDED

    @property
    def topic_language(self) -> str:
        return detect_language(self.topic)

    def partner_of(self, organisation: int) -> Organisation:
        """The other side of the one with this primary key."""
        return self.other if organisation == self.one_id else self.one


class CooperationStep(models.Model):
    """One line of a cooperation's history; whoever wrote it did so for one of the two organisations or for an office."""

    class Kind(models.TextChoices):
        OPENED = "opened", _("opened")
        STAGE = "stage", _("stage reached")
        NOTE = "note", pgettext_lazy("a record", "note")
        TALK = "talk", _("said after a talk")  # what it says stands in the rating
        RECORD = "record", _("noted in a talk")  # what it says stands in the record sheet
        ANSWER = "answer", _("answer to a reminder")

    cooperation = models.ForeignKey(Cooperation, models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=6, choices=Kind)
    stage = models.CharField(max_length=8, choices=Cooperation.Stage, blank=True)  # that was reached
    note = models.TextField(blank=True)
    day = models.DateField(default=timezone.localdate)
    organisation = models.ForeignKey(Organisation, models.SET_NULL, null=True, related_name="+")
    office = models.ForeignKey(Office, models.SET_NULL, null=True, related_name="+")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    request = models.ForeignKey(Request, models.SET_NULL, null=True, related_name="+")  # the talk that belongs to it
    rating = models.OneToOneField(Rating, models.SET_NULL, null=True, related_name="cooperation_step")
    sheet = models.OneToOneField(RecordSheet, models.SET_NULL, null=True, related_name="cooperation_step")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-day", "-pk"]

    def __str__(self) -> str:
        return f"{self.kind} of cooperation {self.cooperation_id}"

    @property
    def note_language(self) -> str:
        return detect_language(self.note)


class FollowUp(models.Model):
    """That one side was asked, so many months after the first contact, how the cooperation stands."""

    cooperation = models.ForeignKey(Cooperation, models.CASCADE, related_name="follow_ups")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    months = models.PositiveSmallIntegerField()
    asked = models.DateTimeField(null=True)  # empty: not needed, as there was news
    answered = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cooperation", "organisation", "months"], name="follow_up_once")
        ]

    def __str__(self) -> str:
        return f"after {self.months} months, cooperation {self.cooperation_id}"
