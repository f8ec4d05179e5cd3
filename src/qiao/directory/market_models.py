"""The marketplace: offers and seeks with a page of their own, from the first draft to the day they are over."""

from datetime import date
from typing import ClassVar

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qiao.core.models import Text, User, public_key
from qiao.directory.models import Entry, Organisation

__all__ = ["Opportunity"]


class Area(models.TextChoices):
    """What a cooperation is about."""

    BUSINESS = "business", _("business")
    TECHNOLOGY = "technology", _("technology")
    RESEARCH = "research", _("research")
    TALENT = "talent", _("talent")
    CULTURE = "culture", _("culture")


class Stage(models.TextChoices):
    IDEA = "idea", _("idea or concept")
    LABORATORY = "laboratory", _("tested in the laboratory")
    PROTOTYPE = "prototype", _("prototype or demonstrator")
    FIELD = "field", _("tested in use")
    MARKET = "market", _("on the market")


class Rights(models.TextChoices):
    """The state of the intellectual property."""

    NONE = "none", _("no rights")
    KNOW_HOW = "know_how", _("secret know-how")
    APPLIED = "applied", _("patent applied for")
    GRANTED = "granted", _("patent granted")
    COPYRIGHT = "copyright", _("copyright")


class Cooperation(models.TextChoices):
    """Forms of cooperation. The matching engine knows most of them by their words in offers and seeks."""

    DISTRIBUTION = "distribution", _("distribution")
    SUPPLY = "supply", _("supply")
    PRODUCTION = "production", _("joint production")
    LICENCE = "licence", _("licence")
    RESEARCH = "research", _("joint research and development")
    INVESTMENT = "investment", _("investment")
    JOINT_VENTURE = "joint_venture", _("joint venture")
    TRIAL = "trial", _("trial with users")
    TRAINING = "training", _("training")
    EXCHANGE = "exchange", _("exchange")


class Opportunity(models.Model):
    """An offer or seek that an organisation works out for the marketplace.

    While it is published an Entry stands for it in directory, search and matching: what is no entry is found nowhere. One
    published anonymously is an entry of the side's contact office (`Organisation.stands_for`), so that nothing that reads
    entries can know whose it is. Wordings stand in `texts`, fields "title", "text", "advantages" and "partner".
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        REVIEW = "review", _("in review")
        PUBLISHED = "published", _("published")
        REFUSED = "refused", _("sent back")
        EXPIRED = "expired", _("expired")
        CLOSED = "closed", _("closed")

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)  # known to its owner only
    # Of its page, and of its entry; drawn anew when it becomes anonymous, so that no earlier address tells whose it is.
    public_key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    external_id = models.CharField(max_length=60, blank=True, editable=False)  # under which another network sent it
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="opportunities")
    entry = models.OneToOneField(Entry, models.SET_NULL, null=True, editable=False, related_name="opportunity")
    kind = models.CharField(max_length=5, choices=Entry.Kind)
    area = models.CharField(max_length=10, choices=Area)
    texts = GenericRelation(Text, "owner_id", "owner_type", related_query_name="opportunity")
    stage = models.CharField(max_length=10, choices=Stage, blank=True)
    rights = models.CharField(max_length=10, choices=Rights, blank=True)
    partner_types = models.JSONField(default=list, blank=True)  # of Organisation.Type
    cooperation = models.JSONField(default=list, blank=True)  # of Cooperation
    countries = models.JSONField(default=list, blank=True)  # ISO 3166: where the partner is to be
    is_anonymous = models.BooleanField(default=False)
    is_public = models.BooleanField(default=False)  # a teaser is shown to people who have not signed in
    expires = models.DateField()  # the last day on which it is shown
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    reason = models.TextField(blank=True)  # why it was sent back, in the reviewer's words
    first_approved_by = models.ForeignKey(User, models.SET_NULL, null=True, editable=False, related_name="+")
    reminded = models.DateField(null=True, editable=False)  # that it is about to expire
    published = models.DateTimeField(null=True, editable=False)
    created = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(default=timezone.now, editable=False)  # what it says

    class Meta:
        ordering: ClassVar = ["-changed", "-pk"]
        indexes: ClassVar = [models.Index(fields=["state", "expires"])]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["external_id"], condition=~models.Q(external_id=""), name="opportunity_external_id_once"
            )
        ]

    def __str__(self) -> str:
        return f"opportunity {self.pk}: {self.state}"

    @property
    def is_open(self) -> bool:
        """What everybody may know of its state: partners are sought, or no longer."""
        return self.state == self.State.PUBLISHED

    @property
    def was_shown(self) -> bool:
        return self.published is not None and self.state in {
            self.State.PUBLISHED,
            self.State.EXPIRED,
            self.State.CLOSED,
        }

    def days_left(self, today: date) -> int:
        return (self.expires - today).days
