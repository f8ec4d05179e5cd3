"""What shows that a partner is real: what an office saw itself, and editions in which somebody was met."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from qiao.core.models import Office, User, public_key
from qiao.directory.models import Organisation

__all__ = ["OrganisationEvidence"]


class OrganisationEvidence(models.Model):
    """One piece of evidence, with its day. What was taken back stays, so that it can be put back.

    An edition is named and not pointed to: events belong to a later stage, which notes the talks (meetings.actions).
    """

    class Kind(models.TextChoices):
        REGISTER = "register", _("register extract seen")
        VISITED = "visited", _("visited")
        MET = "met", _("met in person")
        TALKS = "talks", _("talks at an event")  # noted from published plans, by nobody

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="evidence")
    kind = models.CharField(max_length=8, choices=Kind)
    day = models.DateField()
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    edition = models.JSONField(default=dict, blank=True)  # language -> name of the event
    edition_slug = models.CharField(max_length=50, blank=True)
    recorded = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    removed = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-day", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "day", "office"],
                condition=models.Q(edition_slug="", removed=None),
                name="organisation_evidence_once",
            ),
            # Also what was taken back: it is not noted again.
            models.UniqueConstraint(
                fields=["organisation", "edition_slug"],
                condition=~models.Q(edition_slug=""),
                name="organisation_evidence_once_an_edition",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of organisation {self.organisation_id}"

    def years(self, today: date) -> int:
        """How many whole years ago it was."""
        return today.year - self.day.year - ((today.month, today.day) < (self.day.month, self.day.day))
