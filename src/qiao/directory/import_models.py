"""Tables that were handed in, and what an office says the headings of such tables are."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from qiao.core.models import Office, User, public_key

__all__ = ["ImportRun", "KnownHeading"]


class ImportRun(models.Model):
    """A table that was handed in: checked in the background, written once somebody confirms the check."""

    class Kind(models.TextChoices):
        ORGANISATIONS = "organisations", _("organisations")
        PARTICIPANTS = "participants", _("participants")

    class State(models.TextChoices):
        MAPPING = "mapping", _("columns to be assigned")
        CHECKING = "checking", _("being checked")
        CHECKED = "checked", _("checked")
        WRITING = "writing", _("being imported")
        DONE = "done", _("imported")
        FAILED = "failed", _("could not be read")
        INTERRUPTED = "interrupted", _("interrupted")
        EXPIRED = "expired", _("deleted after a day")

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    kind = models.CharField(max_length=13, choices=Kind, default=Kind.ORGANISATIONS)
    event_number = models.PositiveBigIntegerField(null=True)  # primary key of the participants' event, a later stage's
    event_slug = models.CharField(max_length=50, blank=True, default="")
    by = models.ForeignKey(User, models.CASCADE, related_name="imports")
    office = models.ForeignKey(Office, models.CASCADE, null=True, related_name="+")  # which remembers the columns
    filename = models.CharField(max_length=200)
    language = models.CharField(max_length=10)  # in which the report is written
    data = models.BinaryField()  # the file; empty once the import is done
    columns = models.JSONField(default=list, blank=True)  # see directory.mapping; empty: the headings are ours
    state = models.CharField(max_length=11, choices=State, default=State.CHECKING)
    task = models.CharField(max_length=36, blank=True, default="")  # the background work it waits for
    shown = models.CharField(max_length=64, blank=True, default="")  # fingerprint of the check's result
    skip_bad = models.BooleanField(default=False)
    done = models.PositiveIntegerField(default=0)  # rows looked at
    total = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict, blank=True)  # see actions.import_runs
    created = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(auto_now_add=True)  # last sign of life of the task

    class Meta:
        ordering: ClassVar = ["-created", "-pk"]

    def __str__(self) -> str:
        return f"{self.filename}: {self.state}"

    @property
    def left_out(self) -> list[str]:
        """Headings of the columns that nobody wants."""
        return [column["heading"] for column in self.columns if not column["target"]]


class KnownHeading(models.Model):
    """What an office says a heading of other people's tables is; an empty target: to be left out."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=13, choices=ImportRun.Kind)
    heading = models.CharField(max_length=100)  # headings.key_of
    target = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["office", "kind", "heading"], name="qiao_heading_known_once")
        ]

    def __str__(self) -> str:
        return f"{self.heading}: {self.target}"
