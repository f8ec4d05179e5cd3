"""Networks: which organisations belong to a cluster or network, what two networks do together, and whom they want introduced."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qiao.core.languages import localized
from qiao.core.models import User, public_key
from qiao.directory.models import Organisation

__all__ = ["JointProject", "NetworkMember", "PairAsked"]


class NetworkMember(models.Model):
    """That an organisation belongs to a network (an organisation of that type), once both have said so."""

    class State(models.TextChoices):
        INVITED = "invited", _("invited by the network")
        ASKED = "asked", _("asks to join")
        JOINED = "joined", pgettext_lazy("of a network", "member")

    network = models.ForeignKey(Organisation, models.CASCADE, related_name="network_members")
    member = models.ForeignKey(Organisation, models.CASCADE, related_name="networks")
    state = models.CharField(max_length=7, choices=State)
    # The member alone says so: the network's managers see which partners and opportunities fit it.
    represented = models.BooleanField(default=False)
    since = models.DateTimeField(default=timezone.now)  # of the state

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["network", "member"], name="network_member_once"),
            models.CheckConstraint(condition=~models.Q(network=models.F("member")), name="network_of_others"),
        ]

    def __str__(self) -> str:
        return f"organisation {self.member_id} in network {self.network_id}: {self.state}"

    @property
    def has_joined(self) -> bool:
        return self.state == self.State.JOINED


class PairAsked(models.Model):
    """A network wants the office to introduce two organisations. Done once there is an introduction, or set aside."""

    network = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    one = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    other = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    asked = models.DateTimeField(default=timezone.now)
    settled = models.DateTimeField(null=True)  # the office proposed it, or set it aside

    class Meta:
        ordering: ClassVar = ["asked", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["one", "other"], condition=models.Q(settled=None), name="pair_asked_once"),
            models.CheckConstraint(condition=~models.Q(one=models.F("other")), name="pair_asked_of_two"),
        ]

    def __str__(self) -> str:
        return f"introduction of {self.one_id} and {self.other_id}, asked for by network {self.network_id}"


class JointProject(models.Model):
    """What a network does together with partners; everybody who is signed in reads it."""

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("a project", "planned")
        RUNNING = "running", pgettext_lazy("a project", "under way")
        DONE = "done", pgettext_lazy("a project", "completed")
        STOPPED = "stopped", pgettext_lazy("a project", "discontinued")

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    network = models.ForeignKey(Organisation, models.CASCADE, related_name="joint_projects")  # that entered it
    names = models.JSONField(default=dict)  # language -> title
    partners = models.ManyToManyField(Organisation, blank=True, related_name="partner_projects")
    state = models.CharField(max_length=7, choices=State, default=State.PLANNED)
    starts = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)
    changed = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-starts", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(starts=None) | models.Q(ends=None) | models.Q(ends__gte=models.F("starts")),
                name="joint_project_in_order",
            )
        ]

    def __str__(self) -> str:
        return localized(self.names)
