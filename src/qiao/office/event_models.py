"""What an office tells about an event besides its programme."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from qiao.events.models import Event
from qiao.matchmaking.models import Request

__all__ = ["EventPages", "TalkTag"]

LONGEST_TAG = 40


class EventPages(models.Model):
    """The page for first-timers and the page on what came of it: words of the organiser, and who may read them.

    `first_time` holds section -> language -> text where it differs from the words that come with Qiao; `outcome` language -> text.
    """

    event = models.OneToOneField(Event, models.CASCADE, related_name="pages")
    first_time = models.JSONField(default=dict, blank=True)
    first_time_shown = models.DateTimeField(null=True, blank=True)  # since then also to visitors
    outcome = models.JSONField(default=dict, blank=True)
    outcome_shown = models.DateTimeField(null=True, blank=True)  # since then to everybody
    changed = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"pages of event {self.event_id}"


class TalkTag(models.Model):
    """A word of the organiser's by which talks are counted afterwards; participants do not see it."""

    request = models.ForeignKey(Request, models.CASCADE, related_name="tags")
    name = models.CharField(max_length=LONGEST_TAG)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["request", "name"], name="talk_tag_once")]

    def __str__(self) -> str:
        return self.name
