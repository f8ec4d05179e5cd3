"""The register of personal data: each field that says something about a person, why it is kept, who sees it, how long.

A test walks over all models: a field that stands neither here nor in NOT_PERSONAL fails. The page "My data" and the
record of processing read this table. Models of later stages are named by word only, so nothing is imported from there.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import models
from django.utils.translation import gettext_lazy as _

from qiao.core.models import User


class Purpose(models.TextChoices):
    ACCOUNT = "account", _("So that you can sign in and read everything in your language.")
    CONTACT = "contact", _("So that the contact office can reach and advise you.")
    PARTNERS = "partners", _("So that partners can find you and know whom they meet.")
    TALKS = "talks", _("So that your talks can be planned.")
    DELIVERY = "delivery", _("So that messages reach you, and the office sees when one did not.")
    PROOF = "proof", _("So that it can be proved what you agreed to.")
    SAFETY = "safety", _("So that it can be traced who changed what.")


class Visibility(models.TextChoices):
    SELF = "self", _("only you")
    OFFICE = "office", _("you, the contact office and the organisers of your events")
    PARTNERS = "partners", _("people at your events; in the other country only with your consent")
    PARTNER = "partner", _("you and the partner whom you write to")
    NOBODY = "nobody", _("nobody; it is used by the software only")


class Retention(models.TextChoices):
    ACCOUNT = "account", _("as long as you are registered here")
    DAYS_90 = "90 days", _("90 days")


@dataclass(frozen=True)
class Declaration:
    model: str
    field: str
    purpose: Purpose
    visibility: Visibility
    sensitive: bool
    retention: Retention


REGISTER: dict[tuple[str, str], Declaration] = {}


def declare(
    model: str,
    *fields: str,
    purpose: Purpose,
    visibility: Visibility,
    sensitive: bool = False,
    retention: Retention = Retention.ACCOUNT,
) -> None:
    """Enter personal fields of one model. Sensitive: what PIPL 28 and GDPR 9 protect especially (health, passports)."""
    for field in fields:
        REGISTER[model, field] = Declaration(model, field, purpose, visibility, sensitive, retention)


declare("User", "email", "name", purpose=Purpose.ACCOUNT, visibility=Visibility.OFFICE)
declare("User", "language", "time_zone", purpose=Purpose.ACCOUNT, visibility=Visibility.OFFICE)
declare("User", "password", purpose=Purpose.ACCOUNT, visibility=Visibility.NOBODY)
declare("User", "last_login", "created", purpose=Purpose.SAFETY, visibility=Visibility.OFFICE)
declare("EmailAddress", "email", purpose=Purpose.ACCOUNT, visibility=Visibility.OFFICE)
declare("AccessLink", "issued", "last_used", purpose=Purpose.SAFETY, visibility=Visibility.OFFICE)
declare("Role", "kind", "scope", "scope_id", purpose=Purpose.ACCOUNT, visibility=Visibility.OFFICE)
declare(
    "Mail", "address", "subject", "body", "attachments",
    purpose=Purpose.DELIVERY, visibility=Visibility.OFFICE, retention=Retention.DAYS_90,
)  # fmt: skip
declare("Person", "name", "name_latin", "languages", purpose=Purpose.PARTNERS, visibility=Visibility.PARTNERS)
declare("Person", "email", "phone", purpose=Purpose.CONTACT, visibility=Visibility.PARTNERS)
declare("Membership", "organisation", "role", purpose=Purpose.PARTNERS, visibility=Visibility.PARTNERS)
declare(
    "Consent", "purpose", "version", "language", "text_hash", "channel", "given", "withdrawn",
    purpose=Purpose.PROOF, visibility=Visibility.OFFICE,
)  # fmt: skip
declare("Participation", "event", "organisation", "type", purpose=Purpose.TALKS, visibility=Visibility.PARTNERS)
declare("Participation", "state", "max_meetings", "max_per_day", purpose=Purpose.TALKS, visibility=Visibility.OFFICE)
# What somebody needs at a table (a wheelchair's width, a loop) says something about health.
declare("Participation", "needs", purpose=Purpose.TALKS, visibility=Visibility.OFFICE, sensitive=True)
declare("Unavailability", "slot", purpose=Purpose.TALKS, visibility=Visibility.OFFICE)
declare("Interpreter", "event", "languages", "max_consecutive", purpose=Purpose.TALKS, visibility=Visibility.PARTNERS)
declare("InterpreterAbsence", "slot", purpose=Purpose.TALKS, visibility=Visibility.OFFICE)
declare("DelegationMember", "delegation", "position", purpose=Purpose.TALKS, visibility=Visibility.OFFICE)
declare("Wish", "partner", "kind", "rank", purpose=Purpose.TALKS, visibility=Visibility.SELF)
declare("Suggestion", "partner", "fit", "reasons", purpose=Purpose.TALKS, visibility=Visibility.SELF)
declare("Request", "recipient", "message", "state", purpose=Purpose.TALKS, visibility=Visibility.PARTNER)
declare("Seat", "meeting", "slot", purpose=Purpose.TALKS, visibility=Visibility.PARTNER)

# How a row of each personal model leads to the user it is about.
PATHS = {
    "User": "pk",
    "EmailAddress": "user",
    "AccessLink": "user",
    "Role": "user",
    "Mail": "user",
    "Person": "user",
    "Membership": "person__user",
    "Consent": "person__user",
    "Participation": "person__user",
    "Unavailability": "participation__person__user",
    "Interpreter": "person__user",
    "InterpreterAbsence": "interpreter__person__user",
    "DelegationMember": "participation__person__user",
    "Wish": "participation__person__user",
    "Suggestion": "participation__person__user",
    "Request": "sender__person__user",
    "Seat": "participation__person__user",
}

# Fields of these models that say nothing about a person: keys, states of the software, order, who wrote the row.
NOT_PERSONAL = {
    "User": "id key is_active",
    "EmailAddress": "id user verified primary",
    "AccessLink": "id user token_hash issued_by expires revoked",
    "Role": "id user",
    "Mail": "id user kind language message_id state attempts next_attempt problem created sent",
    "Person": "id key external_id user side created organisations",
    "Membership": "id person is_manager",
    "Consent": "id person given_by",
    "Participation": "id person fixed_table created",
    "Unavailability": "id participation source",
    "Interpreter": "id person table",
    "InterpreterAbsence": "id interpreter",
    "DelegationMember": "id participation",
    "Wish": "id participation changed",
    "Suggestion": "id participation rank score engine created",
    "Request": ("id key event sender pair_low pair_high message_language created answered expires changed_by"),
    "Seat": "id participation",
}

# Models without personal fields. What people write about their firm stands in Text and belongs to the organisation;
# plans name participations by their number only.
IMPERSONAL_MODELS = {
    "AgendaNotice", "AuditEntry", "CancelledMeeting", "Delegation", "Entry", "Event", "Feed", "Meeting", "Office",
    "Organisation", "Park", "PlanRun", "PlanVersion", "ProgrammeItem", "Series", "Side", "Slot", "Table", "Text",
    "Theme", "Vector", "Worker",
    # of packages
    "Authenticator", "ContentType", "DBTaskResult", "EmailConfirmation", "Group", "Permission", "Session",
}  # fmt: skip


@dataclass(frozen=True)
class Stored:
    """One value that is stored about somebody."""

    declaration: Declaration
    heading: str  # the model's name, for grouping
    label: str
    value: object


def model_named(name: str) -> type[models.Model]:
    return next(model for model in apps.get_models() if model.__name__ == name)


def stored_about(user: User) -> Iterator[Stored]:
    """Everything the register knows about a user, value by value; passwords only as "set" or not."""
    for name, path in PATHS.items():
        model = model_named(name)
        fields = [entry for entry in REGISTER.values() if entry.model == name]
        for row in model._default_manager.filter(**{path: user.pk}).order_by("pk"):
            for entry in fields:
                field = model._meta.get_field(entry.field)
                value = getattr(row, entry.field)
                yield Stored(entry, str(model._meta.verbose_name), str(getattr(field, "verbose_name", "")), value)
