"""What an organisation shows of itself besides texts: pictures, one brochure, certificates."""

from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qiao.core.models import public_key
from qiao.directory.models import Organisation

__all__ = ["Certificate", "ProfileFile"]

REMIND_BEFORE = timedelta(days=60)  # its managers are told that it ends
HIDDEN_AFTER = timedelta(days=90)  # an expired certificate is shown to its own people and the office only from then on


class ProfileFile(models.Model):
    """A picture, or the brochure; its bytes lie in the folder of core.files. What was removed can be put back for a while."""

    class Kind(models.TextChoices):
        PICTURE = "picture", _("picture")
        BROCHURE = "brochure", _("brochure")

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="files")
    kind = models.CharField(max_length=8, choices=Kind)
    position = models.PositiveSmallIntegerField(default=0)  # of pictures; two may have the same after a merge
    words = models.JSONField(default=dict, blank=True)  # language -> what the picture shows
    name = models.CharField(max_length=50)
    small_name = models.CharField(max_length=50, blank=True)
    width = models.PositiveIntegerField(default=0)  # pixels of the larger one
    height = models.PositiveIntegerField(default=0)
    pages = models.PositiveSmallIntegerField(default=0)
    size = models.PositiveIntegerField()  # bytes of the larger one
    added = models.DateTimeField(auto_now_add=True)
    removed = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.kind} of organisation {self.organisation_id}"

    @property
    def names(self) -> list[str]:
        """Of its files."""
        return [name for name in (self.name, self.small_name) if name]


class Certificate(models.Model):
    """What somebody else attests to an organisation, in the words of its people."""

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="certificates")
    name = models.CharField(max_length=120)  # ISO 9001
    issuer = models.CharField(max_length=120, blank=True)
    number = models.CharField(max_length=80, blank=True)
    expires = models.DateField(null=True, blank=True)  # the last day; none: for good
    reminded = models.DateField(null=True, editable=False)  # that it ends soon
    added = models.DateTimeField(auto_now_add=True)
    removed = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        indexes: ClassVar = [models.Index(fields=["expires"])]

    def __str__(self) -> str:
        return f"certificate {self.pk} of organisation {self.organisation_id}"

    def has_expired(self, today: date | None = None) -> bool:
        return self.expires is not None and self.expires < (today or timezone.localdate())

    @property
    def is_over(self) -> bool:
        return self.has_expired()

    @property
    def is_hidden(self) -> bool:
        """From others, because it expired long ago."""
        return self.has_expired(timezone.localdate() - HIDDEN_AFTER)
