"""What people tell about their journey, to an event or with a delegation: sensitive, so apart from everything else, and encrypted."""

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from qiao.core.models import User
from qiao.events.models import Delegation, DelegationMember, Event, Participation

__all__ = ["MemberTravel", "TravelCall", "TravelDetails"]


class TravelCall(models.Model):
    """What is asked of the participants of an event or the members of a delegation, who may read it, until when it is kept."""

    event = models.OneToOneField(Event, models.CASCADE, null=True, blank=True, related_name="travel_call")
    delegation = models.OneToOneField(Delegation, models.CASCADE, null=True, blank=True, related_name="travel_call")
    asked = models.JSONField(default=list)  # codes of travel_fields.DETAILS
    delete_on = models.DateField()
    readers = models.ManyToManyField(User, related_name="+")
    opened = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(event=None, delegation__isnull=False)
                | models.Q(event__isnull=False, delegation=None),
                name="travel_call_of_one",
            )
        ]

    def __str__(self) -> str:
        return f"travel call of {self.owner}"

    @property
    def owner(self) -> Event | Delegation:
        """Whose people are asked."""
        owner = self.event or self.delegation
        assert owner is not None
        return owner

    @property
    def is_open(self) -> bool:
        return bool(self.asked) and timezone.now().date() < self.delete_on

    @property
    def rows(self) -> "models.QuerySet[Any]":
        """What came back, each with `who`."""
        if self.delegation_id is not None:
            return MemberTravel.objects.filter(member__delegation=self.delegation_id)
        return TravelDetails.objects.filter(participation__event=self.event_id)


class Sealed(models.Model):
    """That one person was asked, and what came back."""

    asked = models.DateTimeField(auto_now_add=True)
    reminded = models.DateTimeField(null=True, blank=True)
    saved = models.DateTimeField(null=True, blank=True)  # last answer; with nothing sealed: "nothing to say"
    sealed = models.TextField(blank=True)  # core.sealing: {group: {detail: value}}, only groups that were agreed to

    class Meta:
        abstract = True
        ordering: ClassVar = ["pk"]

    def get_sealed_display(self) -> str:
        """For the page of what is stored about somebody."""
        from qiao.events.travel_fields import in_words, opened

        return in_words(opened(self.sealed))


class TravelDetails(Sealed):
    participation = models.OneToOneField(Participation, models.CASCADE, related_name="travel")

    class Meta(Sealed.Meta):
        pass

    def __str__(self) -> str:
        return f"travel details of participation {self.participation_id}"

    @property
    def who(self) -> Participation:
        return self.participation


class MemberTravel(Sealed):
    member = models.OneToOneField(DelegationMember, models.CASCADE, related_name="travel")

    class Meta(Sealed.Meta):
        pass

    def __str__(self) -> str:
        return f"travel details of member {self.member_id}"

    @property
    def who(self) -> DelegationMember:
        return self.member
