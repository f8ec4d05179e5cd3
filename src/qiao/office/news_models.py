"""News of an office: articles in up to three languages, each version with words of its own."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qiao.core.languages import localized
from qiao.core.models import Office, User, public_key
from qiao.events.models import Delegation, Event

__all__ = ["Article"]


class Article(models.Model):
    """What an office tells the public. It is shown from `publish_at` on while it is published; nothing has to run for that.

    `titles`, `leads` (one or two sentences), `bodies`, `captions` and `alternatives` (what the picture shows) are by language.
    """

    class Kind(models.TextChoices):
        NEWS = "news", pgettext_lazy("an article", "news")
        SHEET = "sheet", _("fact sheet or list of links")  # what stays true: stands apart, without archive and feed

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("an article", "draft")
        REVIEW = "review", pgettext_lazy("an article", "waits for approval")
        PUBLISHED = "published", pgettext_lazy("an article", "published")
        WITHDRAWN = "withdrawn", pgettext_lazy("an article", "withdrawn")

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    office = models.ForeignKey(Office, models.PROTECT, related_name="articles")
    kind = models.CharField(max_length=5, choices=Kind, default=Kind.NEWS)
    titles = models.JSONField(default=dict)
    leads = models.JSONField(default=dict, blank=True)
    bodies = models.JSONField(default=dict)
    picture = models.CharField(max_length=50, blank=True)  # of core.files
    picture_small = models.CharField(max_length=50, blank=True)
    picture_width = models.PositiveIntegerField(default=0)  # pixels of the larger one
    picture_height = models.PositiveIntegerField(default=0)
    captions = models.JSONField(default=dict, blank=True)
    alternatives = models.JSONField(default=dict, blank=True)
    contact = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")  # named while in office
    event = models.ForeignKey(Event, models.SET_NULL, null=True, blank=True, related_name="articles")
    delegation = models.ForeignKey(Delegation, models.SET_NULL, null=True, blank=True, related_name="articles")
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    reason = models.TextField(blank=True)  # why it was sent back
    publish_at = models.DateTimeField(null=True, blank=True)  # empty until it is published: at once
    written_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")  # the latest words
    approved_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    removed = models.DateTimeField(null=True, editable=False)  # can be put back for a while
    created = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering: ClassVar = [models.F("publish_at").desc(nulls_first=True), "-pk"]
        indexes: ClassVar = [models.Index(fields=["state", "publish_at"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(state="published") | models.Q(publish_at__isnull=False),
                name="published_from_a_moment",
            )
        ]

    def __str__(self) -> str:
        return localized(self.titles)

    @property
    def languages(self) -> list[str]:
        """In which there is a whole version, in the order of reading."""
        return [code for code in ("de", "zh", "en") if self.titles.get(code) and self.bodies.get(code)]

    @property
    def is_scheduled(self) -> bool:
        return self.state == self.State.PUBLISHED and self.is_later

    @property
    def is_later(self) -> bool:
        """Its moment lies ahead."""
        return self.publish_at is not None and self.publish_at > timezone.now()

    @property
    def status(self) -> str:
        """Its state in words."""
        return str(pgettext_lazy("an article", "scheduled") if self.is_scheduled else self.get_state_display())
