"""What every stage needs: people who sign in, what they may do, texts, the audit log, mail and workers."""

from datetime import time
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from qiao.core.languages import localized

__all__ = ["AccessLink", "AuditEntry", "Mail", "Office", "Role", "Text", "User", "Worker", "public_key"]

KEY_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def public_key() -> str:
    """A short name for URLs that neither counts nor can be guessed from its neighbour (12 characters, 59 bits)."""
    return get_random_string(12, KEY_ALPHABET)


class Office(models.Model):
    """A contact office that runs this installation; several are equals."""

    class Reviews(models.IntegerChoices):
        """How many of its people look at an opportunity before it is published."""

        NONE = 0, _("nobody: it is published at once")
        ONE = 1, _("one person of the office")
        TWO = 2, _("two people of the office, one after the other")

    slug = models.SlugField(unique=True)
    names = models.JSONField(default=dict)  # language -> name
    city = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=2)
    time_zone = models.CharField(max_length=50, default="Europe/Berlin")
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    is_lead = models.BooleanField(default=False)  # its name leads on screen, and its imprint and notice are the site's
    reviews = models.PositiveSmallIntegerField(choices=Reviews, default=Reviews.ONE)
    # Months after which managers are asked whether a profile is still right; 0: never.
    stale_months = models.PositiveSmallIntegerField(default=12)
    imprint = models.JSONField(default=dict, blank=True)  # language -> plain text
    privacy = models.JSONField(default=dict, blank=True)  # language -> what it adds to the page on privacy

    class Meta:
        ordering: ClassVar = ["-is_lead", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return localized(self.names)


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """Somebody who can sign in. Who this person is professionally stands in directory.Person."""

    class TimeZones(models.TextChoices):
        BERLIN = "Europe/Berlin", _("Germany (Berlin)")
        SHANGHAI = "Asia/Shanghai", _("China (Beijing)")

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    # No e-mail is needed to take part: then the person signs in by a link or QR code that the office issued.
    email = models.EmailField(_("e-mail"), unique=True, null=True, blank=True)
    name = models.CharField(_("name"), max_length=200)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="de")
    time_zone = models.CharField(_("time zone"), max_length=50, default="Europe/Berlin")
    # Between the two, where the person lives, mails that can wait do; both empty: no quiet hours.
    quiet_from = models.TimeField(null=True, blank=True, default=time(22))
    quiet_until = models.TimeField(null=True, blank=True, default=time(7))
    is_active = models.BooleanField(default=True)
    created = models.DateTimeField(auto_now_add=True)

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = []

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def has_usable_password(self) -> bool:
        """Nobody has a password until they set one; Django takes an empty column for a password."""
        return bool(self.password) and super().has_usable_password()


class Role(models.Model):
    """What a user may do, and where: in one office, one event or one delegation.

    `scope` holds the kind of place and `scope_id` its primary key; a foreign key would have to point to a later stage.
    """

    class Kind(models.TextChoices):
        ADMIN = "admin", _("administrator")  # of the whole installation
        ADVISER = "adviser", _("adviser")  # of one office
        ORGANISER = "organiser", _("organiser")  # of one event
        LEADER = "leader", _("head of delegation")  # of one delegation

    class Scope(models.TextChoices):
        INSTALLATION = "installation", _("installation")
        OFFICE = "office", _("contact office")
        EVENT = "event", _("event")
        DELEGATION = "delegation", _("delegation")

    user = models.ForeignKey(User, models.CASCADE, related_name="roles")
    kind = models.CharField(max_length=12, choices=Kind)
    scope = models.CharField(max_length=12, choices=Scope)
    scope_id = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "kind", "scope", "scope_id"], name="role_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.kind} of {self.scope} {self.scope_id}"


class AccessLink(models.Model):
    """A personal sign-in link or QR code issued by an office. Only the token's SHA-256 is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="access_links")
    token_hash = models.CharField(max_length=64, unique=True)
    issued_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    issued = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField()
    last_used = models.DateTimeField(null=True, blank=True)
    revoked = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"link of user {self.user_id}"


class Text(models.Model):
    """What somebody wrote, or what was translated from it, in one language: never confused with each other."""

    class Origin(models.TextChoices):
        HUMAN = "human", _("written by a person")
        MACHINE = "machine", _("machine translation")

    owner_type = models.ForeignKey(ContentType, models.CASCADE)
    owner_id = models.PositiveBigIntegerField()
    owner = GenericForeignKey("owner_type", "owner_id")
    field = models.CharField(max_length=30)
    language = models.CharField(max_length=10)  # primary subtag
    text = models.TextField()
    origin = models.CharField(max_length=8, choices=Origin, default=Origin.HUMAN)
    version = models.PositiveIntegerField(default=1)  # rises with each change of a human text
    source_language = models.CharField(
        max_length=10, blank=True
    )  # of what it was translated from; empty: it was written
    source_version = models.PositiveIntegerField(null=True, blank=True)  # of the text a translation was made from
    confirmed = models.DateTimeField(null=True, blank=True)  # when somebody checked it as it stands here
    confirmed_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner_type", "owner_id", "field", "language"], name="text_once")
        ]

    def __str__(self) -> str:
        return self.text[:60]


class AuditEntry(models.Model):
    """Who changed what and when. Field names and ids only, never personal values: erasure rewrites no history."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    actor = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    action = models.CharField(max_length=60)  # dotted: stage.action
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.PositiveBigIntegerField(null=True, blank=True)
    details = models.JSONField(default=dict, blank=True)  # changed fields' names, counts, ids

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["subject_kind", "subject_id"])]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_kind} {self.subject_id or ''}".strip()


class Mail(models.Model):
    """The outbox: written in the transaction that caused it, sent by a task, with one Message-ID for all attempts."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting to be sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("could not be sent")

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="mails")
    address = models.EmailField()
    kind = models.CharField(max_length=40)  # dotted name of the template: meetings.agenda
    language = models.CharField(max_length=10)
    subject = models.CharField(max_length=250)
    body = models.TextField()
    attachments = models.JSONField(default=list, blank=True)  # [{"name", "type", "base64"}]
    message_id = models.CharField(max_length=120, unique=True)
    stop_url = models.CharField(max_length=300, blank=True, default="")  # ends mails of this kind with one POST
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED, db_index=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    sent = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.kind} to {self.address}"

    @property
    def attached(self) -> list[str]:
        """The names of the files that go with it."""
        return [one["name"] for one in self.attachments]


class MailCitation(models.Model):
    """Whom a mail to somebody else names or cites, so that it can be forgotten with that person."""

    mail = models.ForeignKey(Mail, models.CASCADE, related_name="citations")
    person_key = models.CharField(max_length=12, db_index=True)  # Person.key: the outbox knows no directory

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["mail", "person_key"], name="qiao_mail_cites_once")]

    def __str__(self) -> str:
        return f"{self.mail} cites {self.person_key}"


class Worker(models.Model):
    """A background process and when it last said that it lives."""

    name = models.CharField(max_length=64, unique=True)
    queue = models.CharField(max_length=32)
    pid = models.PositiveIntegerField()
    started = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"<Worker {self.name} {self.queue}>"
