"""What admitted participants tell about their journey: sensitive, so apart from everything else, and encrypted."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from qiao.core.models import User
from qiao.events.models import Event, Participation

__all__ = ["TravelCall", "TravelDetails"]


class TravelCall(models.Model):
    """What an organiser asks, who of the organisers may read it, and until when it is kept."""

    event = models.OneToOneField(Event, models.CASCADE, related_name="travel_call")
    asked = models.JSONField(default=list)  # codes of travel_fields.DETAILS
    delete_on = models.DateField()
    readers = models.ManyToManyField(User, related_name="+")
    opened = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"travel call of event {self.event_id}"

    @property
    def is_open(self) -> bool:
        return bool(self.asked) and timezone.now().date() < self.delete_on


class TravelDetails(models.Model):
    """That one participant was asked, and what came back."""

    participation = models.OneToOneField(Participation, models.CASCADE, related_name="travel")
    asked = models.DateTimeField(auto_now_add=True)
    reminded = models.DateTimeField(null=True, blank=True)
    saved = models.DateTimeField(null=True, blank=True)  # last answer; with nothing sealed: "nothing to say"
    sealed = models.TextField(blank=True)  # core.sealing: {group: {detail: value}}, only groups that were agreed to

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"travel details of participation {self.participation_id}"

    def get_sealed_display(self) -> str:
        """For the page of what is stored about somebody."""
        from qiao.events.travel_fields import in_words, opened

        return in_words(opened(self.sealed))
