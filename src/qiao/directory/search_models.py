"""Tables of the search: its index, how new that is, and what people keep of it."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qiao.core.models import User, public_key
from qiao.directory.models import Entry, Organisation, Person

__all__ = ["Mark", "SavedSearch", "SearchDocument", "SearchState"]

LONGEST_SEARCH = 1000  # characters of a kept search as an address


class SearchDocument(models.Model):
    """The folded words under which one organisation, one offer or seek, or one person is found (directory.search).

    The databases' own full-text index (FTS5 or a generated tsvector) follows `words` by trigger or generation.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, related_name="documents")
    entry = models.OneToOneField(Entry, models.CASCADE, null=True, related_name="document")
    person = models.OneToOneField(Person, models.CASCADE, null=True, related_name="document")
    words = models.TextField()
    changed = models.DateTimeField(null=True)  # of the organisation, as the words were made
    names = models.TextField(blank=True)  # of the person, as the words were made
    folding = models.PositiveSmallIntegerField()  # the rules by which they were made, see directory.search
    version = models.BigIntegerField()  # of the index when this was written last, see SearchState

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation"], condition=models.Q(entry=None), name="document_of_organisation_once"
            ),
            models.CheckConstraint(
                condition=models.Q(person=None, organisation__isnull=False)
                | models.Q(organisation=None, entry=None, person__isnull=False),
                name="document_of_one_thing",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["version"])]

    def __str__(self) -> str:
        return f"words of {self.organisation_id or self.person_id}"


class SavedSearch(models.Model):
    """A search that somebody keeps, and hears of by mail when something new fits; see actions.alerts."""

    class Mails(models.TextChoices):
        DAILY = "daily", _("every day")
        WEEKLY = "weekly", _("every week")
        NONE = "none", _("no mails")

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="saved_searches")
    query = models.CharField(max_length=LONGEST_SEARCH)  # as it stands in the page's address, see directory.asking
    mails = models.CharField(max_length=6, choices=Mails, default=Mails.WEEKLY)
    created = models.DateTimeField(auto_now_add=True)
    looked = models.DateTimeField(default=timezone.now)  # what is new was looked for until then

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "query"], name="saved_search_once")]

    def __str__(self) -> str:
        return f"search {self.pk} of user {self.user_id}"


class Mark(models.Model):
    """What somebody notes about an organisation for himself; the suggestions go by it. Seen by nobody else."""

    class Kind(models.TextChoices):
        INTERESTED = "interested", _("interesting")
        KEPT = "kept", _("kept for later")
        SKIPPED = "skipped", _("not for me")

    user = models.ForeignKey(User, models.CASCADE, related_name="marks")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="marks")
    kind = models.CharField(max_length=10, choices=Kind)
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["-changed", "-pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "organisation"], name="mark_once")]

    def __str__(self) -> str:
        return f"{self.kind}: organisation {self.organisation_id} for user {self.user_id}"


class SearchState(models.Model):
    """One row that says how new the index is. Writers lock it, so that versions become visible in their order."""

    version = models.BigIntegerField(default=0)
    deletions = models.BigIntegerField(default=0)  # counted by a trigger, whatever deletes documents
    stamp = models.CharField(max_length=32, blank=True)  # drawn anew with each version

    def __str__(self) -> str:
        return f"version {self.version}"
