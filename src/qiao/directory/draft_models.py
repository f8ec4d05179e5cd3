"""Drafts of abstracts that the translation server is to make."""

from typing import ClassVar

from django.db import models

from qiao.core.models import User
from qiao.directory.models import Organisation

__all__ = ["DraftOrder"]


class DraftOrder(models.Model):
    """One abstract that waits for the server, or that it did not make: then `problem` says why, and nobody asks it again by itself."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="draft_orders")
    language = models.CharField(max_length=10)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    problem = models.JSONField(default=dict, blank=True)  # code and values of TranslatorError; empty while it waits

    class Meta:
        ordering: ClassVar = ["created", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "language"], name="draft_ordered_once")
        ]

    def __str__(self) -> str:
        return f"{self.language} of organisation {self.organisation_id}"
