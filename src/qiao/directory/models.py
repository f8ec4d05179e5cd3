"""Who there is: organisations, their people, what they offer and seek, and what they agreed to."""

from datetime import datetime
from typing import ClassVar

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qiao.core.languages import localized
from qiao.core.models import Office, Text, User, public_key

__all__ = [
    "OPPORTUNITIES_FROM", "ClaimLink", "Consent", "Double", "EmbedderState", "Entry", "EntryKeyword", "Keyword",
    "Membership", "Merge", "Organisation", "OrganisationKeyword", "Park", "Person", "Side", "Theme", "Vector",
]  # fmt: skip


class Side(models.Model):
    """One of the regions that are brought together; matching goes from side to side."""

    code = models.SlugField(unique=True)
    names = models.JSONField(default=dict)
    country = models.CharField(max_length=2)
    time_zone = models.CharField(max_length=50)
    office = models.ForeignKey(Office, models.SET_NULL, null=True, blank=True, related_name="sides")

    def __str__(self) -> str:
        return localized(self.names)


class Theme(models.Model):
    """A subject of the conferences; organisations name the ones they work on."""

    code = models.SlugField(unique=True)
    names = models.JSONField(default=dict)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "code"]

    def __str__(self) -> str:
        return localized(self.names)


class Park(models.Model):
    """An industrial park, within a high-tech zone."""

    code = models.SlugField(unique=True)
    names = models.JSONField(default=dict)
    zone = models.JSONField(default=dict, blank=True)  # the zone's name by language
    side = models.ForeignKey(Side, models.PROTECT, related_name="parks")

    def __str__(self) -> str:
        return localized(self.names)


class Organisation(models.Model):
    """A firm, institute, cultural body or authority: one record shared by its people."""

    class Type(models.TextChoices):
        COMPANY = "company", _("company")
        INSTITUTE = "institute", _("research institute")
        UNIVERSITY = "university", _("university")
        AGENCY = "agency", _("agency")
        NETWORK = "network", _("cluster or network")
        CULTURAL = "cultural", _("cultural institution")
        AUTHORITY = "authority", _("authority")

    class Size(models.TextChoices):
        MICRO = "micro", _("up to 9 people")
        SMALL = "small", _("10 to 49 people")
        MEDIUM = "medium", _("50 to 249 people")
        LARGE = "large", _("250 people or more")

    class SameAnswer(models.TextChoices):
        """What they answered when they were asked whether it is `same_as`."""

        JOIN = "join", _("we are this organisation")
        OTHER = "other", _("we are another one")

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    external_id = models.CharField(max_length=60, blank=True)  # `id` of the imported table
    side = models.ForeignKey(Side, models.PROTECT, related_name="organisations")
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=250)  # in its own script
    name_language = models.CharField(max_length=10, default="de")  # primary subtag
    name_latin = models.CharField(
        pgettext_lazy("of a thing", "name in Latin script"), max_length=250, blank=True
    )  # English name or pinyin
    type = models.CharField(_("type"), max_length=12, choices=Type, default=Type.COMPANY)
    size = models.CharField(_("size"), max_length=8, choices=Size, blank=True)
    country = models.CharField(_("country"), max_length=2)
    city = models.CharField(_("city"), max_length=100, blank=True)
    zone = models.CharField(_("zone"), max_length=100, blank=True)
    park = models.ForeignKey(
        Park, models.SET_NULL, null=True, blank=True, related_name="organisations", verbose_name=_("park")
    )
    uscc = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    vat_id = models.CharField(_("VAT number"), max_length=16, blank=True)
    register = models.CharField(_("commercial register no."), max_length=80, blank=True)
    lei = models.CharField(_("LEI"), max_length=20, blank=True)
    website = models.URLField(_("website"), blank=True)
    languages = models.JSONField(_("languages"), default=list, blank=True)  # BCP 47, optional level: "en:B2"
    nace = models.CharField(_("classification (NACE)"), max_length=10, blank=True)
    themes = models.ManyToManyField(Theme, blank=True, related_name="organisations", verbose_name=_("themes"))
    avoid = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="avoided_by")
    # Names of organisations of the other side that it works with already; seen by its managers and the office alone.
    known_partners = models.TextField(blank=True)
    # Its abstract, field "abstract", one text per language (directory.abstracts).
    abstracts = GenericRelation(Text, "owner_id", "owner_type", related_query_name="organisation")
    texts_version = models.PositiveIntegerField(default=1, editable=False)  # rises with what it offers and seeks
    opted_out = models.BooleanField(_("no suggestions"), default=False)  # neither suggested nor shown suggestions
    is_published = models.BooleanField(default=True)  # what registered itself waits for an adviser's approval
    # The contact office of this side itself, which publishes for those who stay unnamed (actions.market).
    stands_for = models.OneToOneField(
        Side, models.SET_NULL, null=True, blank=True, editable=False, related_name="stand_in"
    )
    # Somebody registered an organisation that seems to be this one: an adviser joins the two or keeps them apart.
    same_as = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="claims")
    same_answer = models.CharField(max_length=5, choices=SameAnswer, blank=True, editable=False)  # of who registered it
    same_keys = models.TextField(blank=True, editable=False)  # what doubles are found by, see directory.doubles
    created = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(auto_now=True)
    # When its people, or the office for them, last said that the profile is right, and how often they were asked in vain.
    checked = models.DateTimeField(null=True, blank=True, editable=False)
    nudges = models.PositiveSmallIntegerField(default=0, editable=False)
    nudged = models.DateTimeField(null=True, blank=True, editable=False)
    shown_since = models.DateTimeField(default=timezone.now, editable=False)  # entered or, where it waited, approved

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=[field], condition=~models.Q(**{field: ""}), name=f"organisation_{field}_once"
            )
            for field in ("external_id", "uscc", "vat_id", "lei")
        ]
        indexes: ClassVar = [
            models.Index(fields=["name", "city", "country"]),
            # Each search asks what waits, and it is next to nothing.
            models.Index(fields=["id"], condition=models.Q(is_published=False), name="organisation_waiting"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def touched(self) -> datetime:
        """When somebody last changed it, or said that it is right."""
        return max(self.changed, self.checked or self.changed)

    @property
    def is_checked(self) -> bool:
        """Somebody said after the last change that the profile is right."""
        return self.checked is not None and self.checked >= self.changed


class Double(models.Model):
    """Two organisations that may be one, with the reasons; kept apart once an adviser said that they are two."""

    class Level(models.TextChoices):
        SURE = "sure", _("almost certainly the same")
        LIKELY = "likely", _("probably the same")
        POSSIBLE = "possible", _("perhaps the same")

    low = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    high = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    level = models.CharField(max_length=8, choices=Level)
    reasons = models.JSONField(default=list)  # [{"code", "value"}], as engine.same says them
    against = models.JSONField(default=list)
    kept_apart = models.DateTimeField(null=True, blank=True)
    kept_apart_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["low", "high"], name="double_once"),
            models.CheckConstraint(condition=models.Q(low__lt=models.F("high")), name="double_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.low_id} and {self.high_id}: {self.level}"


class Merge(models.Model):
    """Two organisations became one. The old address leads to the one that stayed; the journal takes it all back."""

    kept = models.ForeignKey(Organisation, models.CASCADE, related_name="merges")
    gone_key = models.CharField(max_length=12)
    gone_name = models.CharField(max_length=250)
    aliases = models.JSONField(default=dict)  # by what an import knew the other one: field -> value
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    undone = models.DateTimeField(null=True, blank=True)
    journal = models.JSONField(default=dict)  # see site.actions.journal; empty once it can no longer be undone

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["gone_key"], condition=models.Q(undone=None), name="merged_away_once")
        ]

    def __str__(self) -> str:
        return f"{self.gone_key} into {self.kept_id}"


class Person(models.Model):
    """Somebody who represents organisations. Each personal field is declared in core.personal."""

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    external_id = models.CharField(max_length=60, blank=True)
    user = models.OneToOneField(User, models.SET_NULL, null=True, blank=True, related_name="person")
    side = models.ForeignKey(Side, models.PROTECT, related_name="people")
    name = models.CharField(_("name"), max_length=200)  # in its own script and order
    name_latin = models.CharField(_("name in Latin script"), max_length=200, blank=True)  # pinyin with tones or Western
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    languages = models.JSONField(_("languages"), default=list, blank=True)  # BCP 47, optional level: "en:B2"
    organisations = models.ManyToManyField(Organisation, through="Membership", related_name="people")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["external_id"], condition=~models.Q(external_id=""), name="person_external_id_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person's place in an organisation."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=120, blank=True)
    is_manager = models.BooleanField(default=False)  # may edit the organisation's profile

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "organisation"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.organisation_id}"


OPPORTUNITIES_FROM = 1001
"""Entries at this position and after it stand for an opportunity; those before are written in the profile."""


class Entry(models.Model):
    """One offer or one seek of an organisation; its wording stands in `texts`, field "text", one per language."""

    class Kind(models.TextChoices):
        OFFER = "offer", _("offer")
        SEEK = "seek", _("seek")

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=5, choices=Kind)
    position = models.PositiveSmallIntegerField()  # counts from 1 within organisation and kind
    texts = GenericRelation(Text, "owner_id", "owner_type", related_query_name="entry")
    # What its keywords were found from: "hash of the embedded text:version of the tagger"; empty: not yet.
    keywords_from = models.CharField(max_length=90, blank=True, editable=False)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["organisation_id", "kind", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "kind", "position"], name="entry_position_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.position} of organisation {self.organisation_id}"

    @property
    def in_profile(self) -> bool:
        """Written in the organisation's profile or table, and not worked out as an opportunity."""
        return self.position < OPPORTUNITIES_FROM


class Vector(models.Model):
    """The embedding of one entry, as float32 bytes; stale when text_hash differs from the text it was made from."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="vectors")
    language = models.CharField(max_length=10)
    model = models.CharField(max_length=60)  # embedder's name and version
    text_hash = models.CharField(max_length=64)
    read_from = models.CharField(
        max_length=32, blank=True
    )  # versions of the texts it was chosen from (actions.vectors)
    data = models.BinaryField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["entry", "model"], name="vector_once")]

    def __str__(self) -> str:
        return f"{self.model} of entry {self.entry_id}"


class EmbedderState(models.Model):
    """One row: whose vectors are in force, which are being made, and whether the embedder answers (actions.vectors)."""

    choice = models.CharField(max_length=500, blank=True)  # whose vectors are in force, as in QIAO_EMBEDDER
    model = models.CharField(max_length=60, blank=True)  # as in Vector; empty: no vectors yet
    dim = models.PositiveIntegerField(default=0)
    coming = models.CharField(max_length=60, blank=True)  # the model whose vectors are being made
    texts = models.PositiveIntegerField(default=0)  # that it has to read in all
    # Why the wanted embedder makes no vectors: code and values of EmbedderError, and the choice that was wanted.
    problem = models.JSONField(default=dict, blank=True)
    failing_since = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    again = models.DateTimeField(null=True)  # not asked before then

    def __str__(self) -> str:
        return self.model


class Keyword(models.Model):
    """A term of the controlled vocabulary: the same thing in three languages, under a broader term."""

    code = models.SlugField(unique=True, max_length=60)  # its name in tables; never changes
    names = models.JSONField(default=dict)  # language -> the term that is shown
    synonyms = models.JSONField(default=dict, blank=True)  # language -> list of further words for the same
    broader = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="narrower")
    is_retired = models.BooleanField(default=False)  # no longer given to texts; stays so that its code is not used anew
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="merged")
    is_edited = models.BooleanField(default=False)  # the office changed it: an update of the vocabulary leaves it alone

    def __str__(self) -> str:
        return localized(self.names)


class EntryKeyword(models.Model):
    """A term that the tagger found in one offer or seek; replaced whenever text or vocabulary change."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="keywords")
    keyword = models.ForeignKey(Keyword, models.CASCADE, related_name="entries")
    score = models.FloatField()  # in [0, 1]; orders the terms of one text

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["entry", "keyword"], name="entry_keyword_once")]

    def __str__(self) -> str:
        return f"keyword {self.keyword_id} of entry {self.entry_id}"


class OrganisationKeyword(models.Model):
    """What people of an organisation, or the office, said of a term: it fits the organisation, or it does not."""

    class Origin(models.TextChoices):
        CONFIRMED = "confirmed", _("confirmed")
        REMOVED = "removed", _("removed")  # not shown and not found again

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="keywords")
    keyword = models.ForeignKey(Keyword, models.CASCADE, related_name="organisations")
    origin = models.CharField(max_length=9, choices=Origin)
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "keyword"], name="organisation_keyword_once")
        ]

    def __str__(self) -> str:
        return f"keyword {self.keyword_id} of organisation {self.organisation_id}: {self.origin}"


class Consent(models.Model):
    """The ledger of what a person agreed to: purpose, wording (version, language, hash), when, how, withdrawn when."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    language = models.CharField(max_length=10)
    text_hash = models.CharField(max_length=64)
    channel = models.CharField(max_length=20)  # form, import, office
    given = models.DateTimeField(auto_now_add=True)
    given_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    withdrawn = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "purpose"], condition=models.Q(withdrawn=None), name="consent_in_force_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version} of person {self.person_id}"


class ClaimLink(models.Model):
    """By it somebody takes over an organisation that an office listed. Only the token's SHA-256 is kept; it serves once."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="claim_links")
    token_hash = models.CharField(max_length=64, unique=True)
    issued_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    issued = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField()
    used = models.DateTimeField(null=True, blank=True)
    revoked = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"claim of organisation {self.organisation_id}"
