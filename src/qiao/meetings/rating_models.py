"""What the two people of a talk say about it afterwards."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qiao.events.models import Participation
from qiao.matchmaking.models import Request

__all__ = ["Rating"]


class Rating(models.Model):
    """One side's word about a talk: whether it took place, what is to come next, and how good it was."""

    class Next(models.TextChoices):
        AGAIN = "again", _("meet again")
        SAMPLE = "sample", _("send a sample")
        OFFER = "offer", _("make an offer")
        NDA = "nda", _("sign an NDA")
        NOTHING = "nothing", _("nothing for now")

    # The request outlives the plan: a talk that a later version moves or drops keeps what was said about it.
    request = models.ForeignKey(Request, models.CASCADE, related_name="ratings")
    participation = models.ForeignKey(Participation, models.CASCADE, related_name="ratings")
    held = models.BooleanField()
    next = models.CharField(max_length=7, choices=Next, blank=True)  # empty where it was not held
    score = models.PositiveSmallIntegerField(null=True, blank=True)  # 1 to 5
    changed = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "participation"], name="rating_once"),
            models.CheckConstraint(
                condition=models.Q(score=None) | models.Q(score__gte=1, score__lte=5), name="rating_score_1_to_5"
            ),
            models.CheckConstraint(
                condition=models.Q(held=True) | models.Q(next="", score=None), name="rating_of_a_held_talk"
            ),
        ]

    def __str__(self) -> str:
        return f"rating of request {self.request_id} by participation {self.participation_id}"

    @property
    def goes_on(self) -> bool:
        """Something is to come next."""
        return self.next not in ("", self.Next.NOTHING)
