"""Visits: somebody wants to see a firm, a park or a whole zone; the office of the hosts' side answers."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qiao.core.languages import localized
from qiao.core.models import User, public_key
from qiao.directory.models import Organisation, Park, Side
from qiao.directory.values import detect_language
from qiao.events.models import Delegation, ProgrammeItem

__all__ = ["VisitRequest"]


class VisitRequest(models.Model):
    """Who wants to visit whom, roughly when, how many, what for; once agreed, from when to when."""

    class State(models.TextChoices):
        ASKED = "asked", _("waits for the office of the hosts")
        AGREED = "agreed", pgettext_lazy("a visit", "agreed")
        DECLINED = "declined", pgettext_lazy("a visit", "declined")
        WITHDRAWN = "withdrawn", pgettext_lazy("a visit", "withdrawn")

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    host = models.ForeignKey(Organisation, models.CASCADE, null=True, blank=True, related_name="+")
    park = models.ForeignKey(Park, models.CASCADE, null=True, blank=True, related_name="+")
    whole_zone = models.BooleanField(default=False)  # the zone in which the park lies
    guest = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    delegation = models.ForeignKey(Delegation, models.SET_NULL, null=True, blank=True, related_name="visits")
    first_day = models.DateField()  # somewhere between the two
    last_day = models.DateField()
    people = models.PositiveSmallIntegerField()
    purpose = models.TextField()
    state = models.CharField(max_length=9, choices=State, default=State.ASKED)
    answer = models.TextField(blank=True)  # of the hosts' office
    starts = models.DateTimeField(null=True)  # once agreed
    ends = models.DateTimeField(null=True)
    item = models.OneToOneField(ProgrammeItem, models.SET_NULL, null=True, related_name="visit")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-changed", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(host__isnull=False) ^ models.Q(park__isnull=False), name="visit_of_firm_or_park"
            ),
            models.CheckConstraint(condition=models.Q(last_day__gte=models.F("first_day")), name="visit_days_in_order"),
            models.CheckConstraint(
                condition=models.Q(starts=None, ends=None) | models.Q(ends__gt=models.F("starts")),
                name="visit_times_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"visit request {self.key}: {self.state}"

    @property
    def side(self) -> Side:
        """On which the hosts are."""
        place = self.host or self.park
        assert place is not None
        return place.side

    @property
    def names(self) -> dict[str, str]:
        """Of the park or zone, by language; of a firm its name in its own language and in Latin script."""
        if self.host:
            latin = self.host.name_latin or self.host.name
            return {"de": latin, "en": latin} | {self.host.name_language: self.host.name}
        assert self.park is not None
        names: dict[str, str] = self.park.zone if self.whole_zone and self.park.zone else self.park.names
        return names

    @property
    def title(self) -> str:
        return localized(self.names)

    @property
    def is_open(self) -> bool:
        return self.state == self.State.ASKED

    @property
    def is_agreed(self) -> bool:
        return self.state == self.State.AGREED

    @property
    def purpose_language(self) -> str:
        return detect_language(self.purpose)

    @property
    def answer_language(self) -> str:
        return detect_language(self.answer)
