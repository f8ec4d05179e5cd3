"""What an organiser asks at registration: kinds of participants, questions, and the answers."""

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.utils import formats, timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qiao.core.languages import listed, localized
from qiao.core.models import public_key
from qiao.events.models import Event, Participation

__all__ = ["Answer", "Invitation", "ParticipantType", "Question"]


class ParticipantType(models.Model):
    """As what people take part in an event. Participation.type holds the code."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="types")
    code = models.SlugField(max_length=20)  # its name in tables; never changes
    names = models.JSONField(default=dict)
    places = models.PositiveSmallIntegerField(null=True, blank=True)  # admitted at most; none: no limit
    is_offered = models.BooleanField(default=True)  # people choose it themselves when they register
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "code"], name="participant_type_once")]

    def __str__(self) -> str:
        return localized(self.names)


class Question(models.Model):
    """One question of an event. One that was answered is not deleted but retired: its answers stay until their day."""

    class Kind(models.TextChoices):
        TEXT = "text", _("text")
        CHOICE = "choice", _("one of several")
        CHOICES = "choices", _("several of several")
        YES_NO = "yes-no", _("yes or no")
        NUMBER = "number", _("number")
        DATE = "date", _("day")

    class Visibility(models.TextChoices):
        ORGANISER = "organiser", _("the organiser and the contact office")
        PARTICIPANTS = "participants", _("also the other participants")

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="questions")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.TEXT)
    names = models.JSONField(default=dict)  # language -> wording
    helps = models.JSONField(default=dict, blank=True)
    options = models.JSONField(
        default=list, blank=True
    )  # [{"code", "names", "gone"}]; gone: chosen once, offered no more
    types = models.JSONField(default=list, blank=True)  # codes of those who are asked; empty: everybody
    is_required = models.BooleanField(default=False)
    visibility = models.CharField(max_length=12, choices=Visibility, default=Visibility.ORGANISER)
    purposes = models.JSONField(default=dict)  # language -> what the answers are for
    delete_on = models.DateField()  # the answers go on this day
    position = models.PositiveSmallIntegerField(default=0)
    retired = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["event_id", "position", "pk"]

    def __str__(self) -> str:
        return localized(self.names)

    @property
    def purpose(self) -> str:
        return localized(self.purposes)

    @property
    def has_options(self) -> bool:
        return self.kind in (self.Kind.CHOICE, self.Kind.CHOICES)

    def in_words(self, value: Any) -> str:
        """An answer as people read it, in the language in force."""
        if self.kind == self.Kind.YES_NO:
            return gettext("yes") if value else gettext("no")
        if self.kind == self.Kind.DATE:
            return formats.date_format(date.fromisoformat(value))
        if self.kind == self.Kind.NUMBER:
            return formats.number_format(Decimal(value))
        if self.has_options:
            names = {one["code"]: localized(one["names"]) for one in self.options}
            return listed(names.get(code, code) for code in ([value] if isinstance(value, str) else value))
        return str(value)


class Invitation(models.Model):
    """An open link to register for an event, as on a poster or in a group chat; everybody may pass it on."""

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="invitations")
    type = models.CharField(max_length=20, blank=True)  # code of the kind of participant
    label = models.CharField(max_length=100)  # where it is handed out, for the organiser
    expires = models.DateField()  # its last day
    revoked = models.DateTimeField(null=True, blank=True)
    used = models.PositiveIntegerField(default=0)  # registrations that came by it
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-created", "-pk"]

    def __str__(self) -> str:
        return self.label

    @property
    def is_open(self) -> bool:
        over = self.event.phase == Event.Phase.AFTER
        return self.revoked is None and not over and timezone.now().date() <= self.expires


class Answer(models.Model):
    """What one participant answered: a text, the code or codes of options, true or false, a number or a day as text."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="answers")
    participation = models.ForeignKey(Participation, models.CASCADE, related_name="answers")
    value = models.JSONField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["question", "participation"], name="answer_once")]

    def __str__(self) -> str:
        return f"answer of participation {self.participation_id} to question {self.question_id}"

    @property
    def in_words(self) -> str:
        return self.question.in_words(self.value)

    def get_value_display(self) -> str:
        """With the question, and what was said about it: for the page of what is stored about somebody."""
        return gettext("%(question)s: %(answer)s (%(purpose)s Deleted on %(day)s.)") % {
            "question": self.question, "answer": self.in_words, "purpose": self.question.purpose,
            "day": formats.date_format(self.question.delete_on),
        }  # fmt: skip
