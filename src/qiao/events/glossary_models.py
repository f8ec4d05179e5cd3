"""The glossary of an event: what things are called in its three languages."""

from typing import ClassVar

from django.db import models

from qiao.core.languages import localized
from qiao.core.models import public_key
from qiao.directory.models import Keyword
from qiao.events.models import Event

__all__ = ["GlossaryTerm"]


class GlossaryTerm(models.Model):
    """One thing by its names; used for drafts of translations and by interpreters."""

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)  # its name in tables
    event = models.ForeignKey(Event, models.CASCADE, related_name="glossary")
    names = models.JSONField(default=dict)  # language -> word
    note = models.CharField(max_length=200, blank=True)
    # The vocabulary's term that it was taken from: what is about that one is about this one.
    keyword = models.ForeignKey(Keyword, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "keyword"], name="glossary_keyword_once")]

    def __str__(self) -> str:
        return localized(self.names)
