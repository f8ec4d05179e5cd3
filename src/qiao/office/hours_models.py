"""Advice hours: when an adviser is there, in slots of equal length that members book, each for one organisation."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qiao.core.models import Office, User, public_key
from qiao.directory.models import Organisation, Person
from qiao.directory.values import detect_language
from qiao.office.case_models import AdviceCase
from qiao.templatetags.wording import zone_city

__all__ = ["AdviceBooking", "AdviceHours"]


class AdviceHours(models.Model):
    """Some time of one adviser, at a place or by video, by the clock of the office."""

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    office = models.ForeignKey(Office, models.PROTECT, related_name="advice_hours")
    adviser = models.ForeignKey(User, models.SET_NULL, null=True, related_name="advice_hours")
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()  # of one slot
    place = models.CharField(max_length=200, blank=True)
    link = models.URLField(max_length=500, blank=True)  # of a video call
    languages = models.JSONField(default=list)  # primary subtags
    cancel_hours = models.PositiveSmallIntegerField(default=24)  # until so long before it begins who booked may cancel
    cancelled = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["starts", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(ends__gt=models.F("starts")), name="advice_hours_in_order"),
            models.CheckConstraint(condition=models.Q(minutes__gt=0), name="advice_slots_of_some_length"),
        ]

    def __str__(self) -> str:
        return f"advice hours {self.key}"

    @property
    def time_zone(self) -> str:
        return self.office.time_zone

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.office.time_zone)

    @property
    def city(self) -> str:
        return self.office.city or zone_city(self.office.time_zone)

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.minutes)

    @property
    def place_language(self) -> str:
        return detect_language(self.place)

    def beginnings(self) -> Iterator[datetime]:
        """Of all slots; what is left at the end is too short for one."""
        start = self.starts
        while start + self.length <= self.ends:
            yield start
            start += self.length


class AdviceBooking(models.Model):
    """A slot that somebody took for an organisation. Cancelled ones stay, and leave the slot free."""

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    hours = models.ForeignKey(AdviceHours, models.CASCADE, related_name="bookings")
    start = models.DateTimeField(_("begins"))
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="advice_bookings")
    topic = models.CharField(max_length=200)
    kind = models.CharField(max_length=8, choices=AdviceCase.Kind)
    case = models.ForeignKey(AdviceCase, models.SET_NULL, null=True, related_name="bookings")
    created = models.DateTimeField(auto_now_add=True)
    cancelled = models.DateTimeField(null=True, blank=True)
    by_office = models.BooleanField(default=False)  # who cancelled
    reason = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["start", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["hours", "start"], condition=models.Q(cancelled=None), name="advice_slot_booked_once"
            ),
            models.UniqueConstraint(
                fields=["hours", "person"], condition=models.Q(cancelled=None), name="one_advice_slot_each"
            ),
        ]

    def __str__(self) -> str:
        return f"booking {self.key}"

    @property
    def end(self) -> datetime:
        return self.start + self.hours.length

    @property
    def cancel_until(self) -> datetime:
        return self.start - timedelta(hours=self.hours.cancel_hours)

    @property
    def may_cancel(self) -> bool:
        """Whoever booked it; the office may until it begins."""
        return self.cancelled is None and timezone.now() <= self.cancel_until

    @property
    def is_ahead(self) -> bool:
        return self.cancelled is None and self.end > timezone.now()

    @property
    def topic_language(self) -> str:
        return detect_language(self.topic)

    @property
    def reason_language(self) -> str:
        return detect_language(self.reason)
