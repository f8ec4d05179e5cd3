"""Introductions: somebody's interest in an opportunity, or a proposal of an office, until both sides agree to know each other."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qiao.core.models import Office, User, public_key
from qiao.directory.market_models import Opportunity
from qiao.directory.models import Organisation
from qiao.directory.values import detect_language
from qiao.office.models import Cooperation

__all__ = ["Introduction", "IntroductionStep"]


class Introduction(models.Model):
    """Two organisations that may get to know each other through their offices.

    `one` wrote the expression of interest, `other` has the opportunity; of a proposal they are the two that the office chose.
    Names are exchanged in the state `agreed` and not before, except for what is `named`.
    """

    class Origin(models.TextChoices):
        INTEREST = "interest", _("expression of interest")
        PROPOSAL = "proposal", _("proposal of the office")

    class State(models.TextChoices):
        CHECK = "check", _("to be checked by the office of the interested side")
        FORWARD = "forward", _("to be forwarded by the office of the other side")
        RETURNED = "returned", _("returned to who wrote it")
        ANSWER = "answer", _("waits for the answer of the other side")
        ASKED = "asked", _("both sides are asked")
        AGREED = "agreed", _("agreed: names exchanged")
        DECLINED = "declined", pgettext_lazy("an introduction", "declined")
        REJECTED = "rejected", _("rejected by an office")
        WITHDRAWN = "withdrawn", pgettext_lazy("an introduction", "withdrawn")

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    origin = models.CharField(max_length=8, choices=Origin)
    state = models.CharField(max_length=9, choices=State)
    one = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    other = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    opportunity = models.ForeignKey(Opportunity, models.SET_NULL, null=True, blank=True, related_name="introductions")
    message = models.TextField(blank=True)  # of the interested side; of a proposal the office's words to both
    reasons = models.JSONField(default=list, blank=True)  # of a proposal, seen from `one`, as in Suggestion
    one_named = models.BooleanField(default=False)  # the other side may read at once who is interested
    other_named = models.BooleanField(default=False)  # the market names the other side
    forwarded = models.DateTimeField(null=True)  # from then on the other side knows of it
    one_agreed = models.DateTimeField(null=True)
    other_agreed = models.DateTimeField(null=True)
    one_office = models.ForeignKey(Office, models.SET_NULL, null=True, related_name="+")
    other_office = models.ForeignKey(Office, models.SET_NULL, null=True, related_name="+")
    due = models.DateField(null=True)  # the last day for whoever has to act; None when it is over
    cooperation = models.ForeignKey(Cooperation, models.SET_NULL, null=True, related_name="introductions")
    created = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-changed", "-pk"]
        indexes: ClassVar = [models.Index(fields=["state", "due"])]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(one=models.F("other")), name="introduction_of_two"),
            models.UniqueConstraint(
                fields=["one", "opportunity"],
                condition=models.Q(state__in=["check", "forward", "returned", "answer", "agreed"]),
                name="interest_once_per_opportunity",
            ),
        ]

    def __str__(self) -> str:
        return f"introduction {self.key}: {self.state}"

    @property
    def is_open(self) -> bool:
        return self.due is not None

    @property
    def is_agreed(self) -> bool:
        return self.state == self.State.AGREED

    @property
    def names_one(self) -> bool:
        """The other side may read who is interested."""
        return self.one_named or self.is_agreed

    @property
    def names_other(self) -> bool:
        return self.other_named or self.is_agreed

    @property
    def message_language(self) -> str:
        return detect_language(self.message)

    def is_overdue(self, today: date) -> bool:
        return self.due is not None and self.due < today


class IntroductionStep(models.Model):
    """One line of the history. Everybody concerned reads what happened; who reads `note` is said by TOLD in office.told."""

    class Kind(models.TextChoices):
        SENT = "sent", _("interest expressed")
        PROPOSED = "proposed", _("proposed by the office")
        PASSED = "passed", _("checked and passed on to the other office")
        FORWARDED = "forwarded", _("forwarded to the other side")
        RETURNED = "returned", _("returned to be changed")
        BACK = "back", _("given back to the other office")
        REJECTED = "rejected", _("rejected by the office")
        AGREED = "agreed", pgettext_lazy("an introduction", "agreed")
        DECLINED = "declined", pgettext_lazy("an introduction", "declined")
        WITHDRAWN = "withdrawn", pgettext_lazy("an introduction", "withdrawn")
        NOTE = "note", _("note of the office")

    introduction = models.ForeignKey(Introduction, models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=9, choices=Kind)
    reason = models.CharField(
        max_length=12, blank=True
    )  # a code of office.told.REASONS: said in each reader's language
    note = models.TextField(blank=True)
    organisation = models.ForeignKey(Organisation, models.SET_NULL, null=True, related_name="+")  # that acted
    office = models.ForeignKey(Office, models.SET_NULL, null=True, related_name="+")  # that acted
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.kind} of introduction {self.introduction_id}"

    @property
    def note_language(self) -> str:
        return detect_language(self.note)
