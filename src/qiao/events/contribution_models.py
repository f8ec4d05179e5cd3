"""What participants bring to an event: lectures, posters and exhibits, their decision, and the files that stay."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qiao.core.languages import localized
from qiao.core.models import User, public_key
from qiao.directory.models import Theme
from qiao.directory.values import detect_language
from qiao.events.models import Event, Participation
from qiao.events.session_models import EventSession

__all__ = ["Contribution", "ContributionCall", "EventFile"]


class ContributionCall(models.Model):
    """What an event asks its participants to bring, and until when they can say so."""

    event = models.OneToOneField(Event, models.CASCADE, related_name="contribution_call")
    texts = models.JSONField(default=dict)
    kinds = models.JSONField(default=list)  # codes of Contribution.Kind
    closes = models.DateTimeField()

    def __str__(self) -> str:
        return localized(self.texts)[:60]

    @property
    def is_open(self) -> bool:
        return timezone.now() < self.closes


class Contribution(models.Model):
    """A lecture, poster or exhibit as a participant offers it, and what the organiser says."""

    class Kind(models.TextChoices):
        LECTURE = "lecture", _("lecture")
        POSTER = "poster", _("poster")
        EXHIBIT = "exhibit", _("exhibit")

    class State(models.TextChoices):
        SUBMITTED = "submitted", _("submitted, not decided yet")
        ACCEPTED = "accepted", pgettext_lazy("a contribution", "accepted")
        DECLINED = "declined", pgettext_lazy("a contribution", "declined")
        WITHDRAWN = "withdrawn", pgettext_lazy("a contribution", "withdrawn")

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="contributions")
    participation = models.ForeignKey(Participation, models.CASCADE, related_name="contributions")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.LECTURE)
    names = models.JSONField(default=dict)  # language -> title
    abstracts = models.JSONField(default=dict)
    language = models.CharField(max_length=10, blank=True)  # primary subtag in which it is given or written
    themes = models.ManyToManyField(Theme, blank=True, related_name="contributions")
    state = models.CharField(max_length=9, choices=State, default=State.SUBMITTED)
    submitted = models.DateTimeField(auto_now_add=True)
    decided = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.TextField(blank=True)  # in the organiser's words
    stand = models.CharField(max_length=100, blank=True)  # where a poster or an exhibit is found
    # Made of an accepted lecture.
    session = models.OneToOneField(
        EventSession, models.SET_NULL, null=True, blank=True, related_name="contribution"
    )  # fmt: skip

    class Meta:
        ordering: ClassVar = ["submitted", "pk"]

    def __str__(self) -> str:
        return localized(self.names)

    @property
    def reason_language(self) -> str:
        return detect_language(self.reason)


class EventFile(models.Model):
    """Slides or a paper as PDF, of a session or of a contribution; its bytes lie in the folder of core.files."""

    class Kind(models.TextChoices):
        SLIDES = "slides", _("slides")
        PAPER = "paper", _("paper")

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    session = models.ForeignKey(EventSession, models.CASCADE, null=True, blank=True, related_name="files")
    contribution = models.ForeignKey(Contribution, models.CASCADE, null=True, blank=True, related_name="files")
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.SLIDES)
    title = models.CharField(max_length=120, blank=True)
    name = models.CharField(max_length=50)
    pages = models.PositiveSmallIntegerField(default=0)
    size = models.PositiveIntegerField()  # bytes
    added = models.DateTimeField(auto_now_add=True)
    removed = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["kind", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(session=None) ^ models.Q(contribution=None), name="event_file_of_one_thing"
            )
        ]

    def __str__(self) -> str:
        return self.title or str(self.get_kind_display())

    @property
    def owner(self) -> "EventSession | Contribution":
        owner = self.session or self.contribution
        assert owner is not None
        return owner
