"""From suggestions to agreed talks: suggestions, private wishes, meeting requests."""

from importlib.metadata import version
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qiao.core.models import User, public_key
from qiao.directory.models import Organisation, Person
from qiao.engine.matching.explain import FitWord, fit_word
from qiao.events.models import Event, Participation

__all__ = ["Evidence", "Request", "Rule", "Suggestion", "SuggestionRun", "Weighting", "Wish"]


class Suggestion(models.Model):
    """A partner that the matching engine found for a participant, with its reasons in neutral form."""

    participation = models.ForeignKey(Participation, models.CASCADE, related_name="suggestions")
    partner = models.ForeignKey(Participation, models.CASCADE, related_name="suggested_to")
    rank = models.PositiveSmallIntegerField()
    score = models.FloatField()  # percentile, see the matches format
    fit = models.JSONField(default=dict)
    reasons = models.JSONField(default=list)
    engine = models.CharField(max_length=80)  # engine and embedder versions
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["participation_id", "rank"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["participation", "partner"], name="suggestion_once"),
            models.UniqueConstraint(fields=["participation", "rank"], name="suggestion_rank_once"),
        ]

    def __str__(self) -> str:
        return f"{self.partner_id} for {self.participation_id}"

    @property
    def word(self) -> FitWord:
        return fit_word(self.score, self.fit.get("keyword", 0.0))


def engine_name(model: str, *, phrases: bool = True) -> str:
    """What made a suggestion: the program, the embedder's model, and whether phrases of the texts could be compared."""
    return f"qiao {version('qiao')}; {model}{'' if phrases else '; texts'}"


class SuggestionRun(models.Model):
    """From what the suggestions of an event were made last; see queries.exclusion.fingerprint."""

    event = models.OneToOneField(Event, models.CASCADE, related_name="suggestion_run")
    fingerprint = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"suggestions of event {self.event_id}"


class Rule(models.Model):
    """Set by the organiser: these and those are not suggested to each other. What is left empty means everybody."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="matching_rules")
    one_type = models.CharField(_("type"), max_length=12, choices=Organisation.Type, blank=True)
    one_size = models.CharField(_("size"), max_length=8, choices=Organisation.Size, blank=True)
    one_division = models.CharField(_("line of business"), max_length=2, blank=True)  # NACE and ISIC have the same
    one_role = models.CharField(_("taking part as"), max_length=20, blank=True)
    other_type = models.CharField(_("type"), max_length=12, choices=Organisation.Type, blank=True)
    other_size = models.CharField(_("size"), max_length=8, choices=Organisation.Size, blank=True)
    other_division = models.CharField(_("line of business"), max_length=2, blank=True)
    other_role = models.CharField(_("taking part as"), max_length=20, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"rule {self.pk} of event {self.event_id}"


class Wish(models.Model):
    """What a participant privately wants: seen by nobody but the participant and the planner."""

    class Kind(models.TextChoices):
        MUST = "must", _("must meet")
        GLADLY = "gladly", _("gladly")
        NO = "no", _("no, thanks")

    participation = models.ForeignKey(Participation, models.CASCADE, related_name="wishes")
    partner = models.ForeignKey(Participation, models.CASCADE, related_name="wished_by")
    kind = models.CharField(max_length=6, choices=Kind)
    rank = models.PositiveSmallIntegerField(null=True, blank=True)
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["participation", "partner"], name="wish_once"),
            models.CheckConstraint(
                condition=~models.Q(participation=models.F("partner")), name="wish_is_for_somebody_else"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participation_id} {self.kind} {self.partner_id}"


class Request(models.Model):
    """A meeting request: one participant asks, the other answers. Its key is the talk's UID in calendars."""

    class State(models.TextChoices):
        PENDING = "pending", _("pending")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", pgettext_lazy("a request", "withdrawn")
        EXPIRED = "expired", _("expired")

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="requests")
    sender = models.ForeignKey(Participation, models.CASCADE, related_name="sent_requests")
    recipient = models.ForeignKey(Participation, models.CASCADE, related_name="received_requests")
    # The pair in fixed order, so that the database itself allows one open request per pair, whoever asked.
    pair_low = models.PositiveBigIntegerField(editable=False)
    pair_high = models.PositiveBigIntegerField(editable=False)
    message = models.TextField(_("message"), max_length=1000, blank=True)
    message_language = models.CharField(max_length=10, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    created = models.DateTimeField(auto_now_add=True)
    answered = models.DateTimeField(null=True, blank=True)
    expires = models.DateTimeField(null=True, blank=True)
    left_open = models.BooleanField(default=False)  # declined, but the two may write to each other
    changed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    # Who keeps the organisation's profile and answered for the colleague who was asked.
    represented_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-created", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["event", "pair_low", "pair_high"],
                condition=models.Q(state__in=["pending", "accepted"]),
                name="request_open_once_per_pair",
            ),
            models.CheckConstraint(
                condition=models.Q(pair_low__lt=models.F("pair_high")), name="request_pair_in_order"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["event", "state"])]

    def __str__(self) -> str:
        return f"{self.sender_id} asks {self.recipient_id}: {self.state}"


class Evidence(models.Model):
    """A participant's newest word about a partner, from which the ranking learns. Never shown to anybody."""

    class Answer(models.TextChoices):
        MUST = "must", _("must meet")
        GLADLY = "gladly", _("gladly")
        NO = "no", _("no, thanks")
        ASKED = "asked", _("asked")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        WENT_ON = "went_on", _("wants to go on after the talk")
        NOTHING = "nothing", _("wants nothing further after the talk")

    participation = models.ForeignKey(Participation, models.CASCADE, related_name="evidence")
    partner = models.ForeignKey(Participation, models.CASCADE, related_name="evidence_about")
    answer = models.CharField(max_length=8, choices=Answer)
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["participation", "partner"], name="evidence_once"),
        ]

    def __str__(self) -> str:
        return f"{self.participation_id} {self.answer} {self.partner_id}"


class Weighting(models.Model):
    """How much each kind of evidence counts, as learned from answers; the newest row is in force."""

    values = models.JSONField()  # kind -> weight, as engine.matching.model.Weights
    answers = models.PositiveIntegerField()  # learned from so many
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"weights of {self.created:%Y-%m-%d}"
