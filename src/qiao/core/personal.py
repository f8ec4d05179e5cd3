"""The register of personal data: each field that says something about a person, why it is kept, who sees it, how long.

A test walks over all models: a field that stands neither here nor in NOT_PERSONAL fails. The page "My data" and the
record of processing read this table. Models of later stages are named by word only, so nothing is imported from there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qiao.core.languages import listed
from qiao.core.models import Mail, Role, User

Label = Any  # a lazily translated word


class Purpose(models.TextChoices):
    ACCOUNT = "account", _("So that you can sign in and read everything in your language.")
    CONTACT = "contact", _("So that the contact office can reach and advise you.")
    PARTNERS = "partners", _("So that partners can find you and know whom they meet.")
    TALKS = "talks", _("So that your talks can be planned.")
    ALERTS = "alerts", _("So that you hear of what is new in the searches that you keep.")
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
    label: Label
    purpose: Purpose
    visibility: Visibility
    sensitive: bool
    retention: Retention


REGISTER: dict[tuple[str, str], Declaration] = {}


def declare(
    model: str,
    fields: dict[str, Label],
    *,
    purpose: Purpose,
    visibility: Visibility,
    sensitive: bool = False,
    retention: Retention = Retention.ACCOUNT,
) -> None:
    """Enter personal fields of one model. Sensitive: what PIPL 28 and GDPR 9 protect especially (health, passports)."""
    for field, label in fields.items():
        REGISTER[model, field] = Declaration(model, field, label, purpose, visibility, sensitive, retention)


declare(
    "User",
    {"email": _("e-mail"), "name": _("name"), "language": _("language"), "time_zone": _("time zone")},
    purpose=Purpose.ACCOUNT,
    visibility=Visibility.OFFICE,
)
declare("User", {"password": _("password")}, purpose=Purpose.ACCOUNT, visibility=Visibility.NOBODY)
declare(
    "User",
    {"last_login": _("last sign-in"), "created": _("registered since")},
    purpose=Purpose.SAFETY,
    visibility=Visibility.OFFICE,
)
declare("EmailAddress", {"email": _("e-mail")}, purpose=Purpose.ACCOUNT, visibility=Visibility.OFFICE)
declare(
    "AccessLink",
    {"issued": _("issued"), "last_used": _("last used")},
    purpose=Purpose.SAFETY,
    visibility=Visibility.OFFICE,
)
declare(
    "Role",
    {
        "kind": pgettext_lazy("what a user may do", "role"),
        "scope": _("where the role holds"),
        "scope_id": _("in which one"),
    },
    purpose=Purpose.ACCOUNT,
    visibility=Visibility.OFFICE,
)
declare(
    "Mail",
    {
        "address": _("address"),
        "subject": _("subject"),
        "body": _("text"),
        "attachments": _("attachments"),
        "problem": _("why it could not be sent"),
    },
    purpose=Purpose.DELIVERY,
    visibility=Visibility.OFFICE,
    retention=Retention.DAYS_90,
)
declare(
    "Person",
    {"name": _("name"), "name_latin": _("name in Latin script"), "languages": _("languages")},
    purpose=Purpose.PARTNERS,
    visibility=Visibility.PARTNERS,
)
declare(
    "Person",
    {"email": _("e-mail"), "phone": _("phone")},
    purpose=Purpose.CONTACT,
    visibility=Visibility.PARTNERS,
)
declare(
    "SearchDocument",
    {"names": _("name as you are found by it"), "words": _("spellings you are found by")},
    purpose=Purpose.PARTNERS,
    visibility=Visibility.PARTNERS,
)
declare(
    "SavedSearch",
    {"query": _("what you look for"), "mails": _("how often you are told by mail")},
    purpose=Purpose.ALERTS,
    visibility=Visibility.SELF,
)
declare(
    "Membership",
    {"organisation": _("organisation"), "role": _("role")},
    purpose=Purpose.PARTNERS,
    visibility=Visibility.PARTNERS,
)
declare(
    "Consent",
    {
        "purpose": _("purpose"),
        "version": _("version of the wording"),
        "language": _("language"),
        "text_hash": _("fingerprint of the wording"),
        "channel": _("how it was given"),
        "given": _("given"),
        "withdrawn": _("withdrawn"),
    },
    purpose=Purpose.PROOF,
    visibility=Visibility.OFFICE,
)
declare(
    "Participation",
    {"event": _("event"), "organisation": _("organisation"), "type": _("kind of participant")},
    purpose=Purpose.TALKS,
    visibility=Visibility.PARTNERS,
)
declare(
    "Participation",
    {"state": _("admission"), "max_meetings": _("most talks"), "max_per_day": _("most talks per day")},
    purpose=Purpose.TALKS,
    visibility=Visibility.OFFICE,
)
# What somebody needs at a table (a wheelchair's width, a loop) says something about health.
declare(
    "Participation",
    {"needs": _("what you need at a table")},
    purpose=Purpose.TALKS,
    visibility=Visibility.OFFICE,
    sensitive=True,
)
declare("Unavailability", {"slot": _("blocked time slot")}, purpose=Purpose.TALKS, visibility=Visibility.OFFICE)
declare(
    "Interpreter",
    {"event": _("event"), "languages": _("languages"), "max_consecutive": _("most talks without a rest")},
    purpose=Purpose.TALKS,
    visibility=Visibility.PARTNERS,
)
declare("InterpreterAbsence", {"slot": _("time slot off duty")}, purpose=Purpose.TALKS, visibility=Visibility.OFFICE)
declare(
    "DelegationMember",
    {"delegation": _("delegation"), "position": _("place in the delegation")},
    purpose=Purpose.TALKS,
    visibility=Visibility.OFFICE,
)
declare(
    "Wish",
    {"partner": _("partner"), "kind": _("wish"), "rank": _("rank")},
    purpose=Purpose.TALKS,
    visibility=Visibility.SELF,
)
declare(
    "Suggestion",
    {"partner": _("partner"), "fit": _("fit"), "reasons": _("reasons")},
    purpose=Purpose.TALKS,
    visibility=Visibility.SELF,
)
declare(
    "Evidence",
    {"partner": _("partner"), "answer": _("answer")},
    purpose=Purpose.PARTNERS,
    visibility=Visibility.NOBODY,
)
declare(
    "Request",
    {"recipient": _("partner"), "message": _("message"), "state": _("answer")},
    purpose=Purpose.TALKS,
    visibility=Visibility.PARTNER,
)
declare("Seat", {"slot": _("time slot of a talk")}, purpose=Purpose.TALKS, visibility=Visibility.PARTNER)

HEADINGS: dict[str, Label] = {
    "User": _("Account"),
    "EmailAddress": _("Confirmed e-mail addresses"),
    "AccessLink": _("Personal links"),
    "Role": _("Roles"),
    "Mail": _("Mails to you"),
    "Person": _("You as a person"),
    "SearchDocument": _("Index for searching"),
    "SavedSearch": _("Searches you keep"),
    "Membership": _("Your place in organisations"),
    "Consent": _("Consents"),
    "Participation": _("Participation in events"),
    "Unavailability": _("Availability"),
    "Interpreter": _("Interpreting"),
    "InterpreterAbsence": _("Interpreting, off duty"),
    "DelegationMember": _("Delegations"),
    "Wish": _("Wishes"),
    "Suggestion": _("Suggested partners"),
    "Evidence": _("What the ranking learns from"),
    "Request": _("Meeting requests sent"),
    "Seat": _("Talks"),
}

# How a row of each personal model leads to the user it is about.
PATHS = {
    "User": "pk",
    "EmailAddress": "user",
    "AccessLink": "user",
    "Role": "user",
    "Mail": "user",
    "Person": "user",
    "SearchDocument": "person__user",
    "SavedSearch": "user",
    "Membership": "person__user",
    "Consent": "person__user",
    "Participation": "person__user",
    "Unavailability": "participation__person__user",
    "Interpreter": "person__user",
    "InterpreterAbsence": "interpreter__person__user",
    "DelegationMember": "participation__person__user",
    "Wish": "participation__person__user",
    "Suggestion": "participation__person__user",
    "Evidence": "participation__person__user",
    "Request": "sender__person__user",
    "Seat": "participation__person__user",
}

# Fields of these models that say nothing about a person: keys, states of the software, order, who wrote the row.
NOT_PERSONAL = {
    "User": "id key is_active",
    "EmailAddress": "id user verified primary",
    "AccessLink": "id user token_hash issued_by expires revoked",
    "Role": "id user",
    "Mail": "id user kind language message_id state attempts next_attempt created sent",
    "Person": "id key external_id user side created organisations",
    "SearchDocument": "id organisation entry person changed folding version",
    "SavedSearch": "id key user created looked",
    "Membership": "id person is_manager",
    "Consent": "id person given_by",
    "Participation": "id person fixed_table created",
    "Unavailability": "id participation source",
    "Interpreter": "id person table",
    "InterpreterAbsence": "id interpreter",
    "DelegationMember": "id participation",
    "Wish": "id participation changed",
    "Suggestion": "id participation rank score engine created",
    "Evidence": "id participation changed",
    "Request": ("id key event sender pair_low pair_high message_language created answered expires changed_by"),
    "Seat": "id participation meeting",
}

# Models without personal fields. What people write about their firm stands in Text and belongs to the organisation;
# plans name participations by their number only.
IMPERSONAL_MODELS = {
    "AgendaNotice",
    "Announcement",
    "AuditEntry",
    "CancelledMeeting",
    "Delegation",
    "Double",
    "Entry",
    "EntryKeyword",
    "Event",
    "Feed",
    "ImportRun",
    "Keyword",
    "MailCitation",
    "Meeting",
    "MeetingBlock",
    "Merge",
    "Office",
    "Organisation",
    "OrganisationKeyword",
    "Park",
    "PlanRun",
    "PlanVersion",
    "ProgrammeItem",
    "SearchState",
    "Series",
    "Side",
    "Slot",
    "Table",
    "Text",
    "Theme",
    "Vector",
    "Weighting",
    "Worker",
    # of packages
    "Authenticator",
    "ContentType",
    "DBTaskResult",
    "EmailConfirmation",
    "Group",
    "Permission",
    "Session",
}


# What the values of these fields need to be read in words, so that a longer list costs no further query.
RELATED = {
    "Membership": ["organisation"],
    "Participation": ["event", "organisation"],
    "Unavailability": ["slot"],
    "Interpreter": ["event"],
    "InterpreterAbsence": ["slot"],
    "DelegationMember": ["delegation"],
    "Wish": ["partner__organisation"],
    "Suggestion": ["partner__organisation"],
    "Evidence": ["partner__organisation"],
    "Request": ["recipient__organisation"],
    "Seat": ["slot"],
}


# Codes become words: each field's function takes the stored value. Named by word only, as the models are.
IN_WORDS = {
    ("User", "time_zone"): "qiao.templatetags.wording.zone_city",
    ("Person", "languages"): "qiao.templatetags.wording.language_names",
    ("SearchDocument", "words"): "qiao.directory.search.shown_words",
    ("SavedSearch", "query"): "qiao.directory.asking.address_in_words",
    ("Consent", "purpose"): "qiao.directory.purposes.title_of",
    ("Consent", "channel"): "qiao.directory.purposes.channel_in_words",
    ("Consent", "language"): "qiao.templatetags.wording.language_name",
    ("Participation", "type"): "qiao.events.words.kind_in_words",
    ("Participation", "needs"): "qiao.events.words.features_in_words",
    ("Interpreter", "languages"): "qiao.templatetags.wording.language_names",
    ("Suggestion", "fit"): "qiao.matchmaking.words.fit_in_words",
    ("Suggestion", "reasons"): "qiao.matchmaking.words.reasons_in_words",
}
PLACES = {Role.Scope.OFFICE: "Office", Role.Scope.EVENT: "Event", Role.Scope.DELEGATION: "Delegation"}
PARTNERS = {"partner", "recipient"}  # fields that lead to somebody else's participation
LIMIT = 5  # values per field on the page


@dataclass(frozen=True)
class Stored:
    """What one field holds about somebody, over all rows."""

    declaration: Declaration
    heading: Label
    values: list[Any]

    @property
    def shown(self) -> list[Any]:
        """Enough to see what it is: the newest few, in words, flat and short."""
        name = IN_WORDS.get((self.declaration.model, self.declaration.field))
        words = import_string(name) if name else _flat
        return [_short(words(one)) for one in self.values[-LIMIT:]]

    @property
    def more(self) -> int:
        return max(0, len(self.values) - LIMIT)


def model_named(name: str) -> type[models.Model]:
    return next(model for model in apps.get_models() if model.__name__ == name)


def stored_about(user: User) -> Iterator[Stored]:
    """Everything that the register knows about a user, field by field; empty values are left out."""
    for name, path in PATHS.items():
        rows = model_named(name)._default_manager.filter(**{path: user.pk}).order_by("pk")
        rows = rows.select_related(*RELATED.get(name, ())) if name in RELATED else rows
        found = list(rows)
        for entry in REGISTER.values():
            values = [_in_words(row, entry.field) for row in found if entry.model == name]
            if any(values):
                yield Stored(entry, HEADINGS[name], [value for value in values if value not in ("", None, [], {})])


def _flat(value: Any) -> Any:
    return listed(value) if isinstance(value, list) else value


def _short(value: Any) -> Any:
    return f"{value[:200]} …" if isinstance(value, str) and len(value) > 200 else value


def _in_words(row: models.Model, field: str) -> Any:
    """The value as a person reads it: chosen words, times of slots, and of a password only that there is one."""
    if field == "password":
        return _("kept as a one-way fingerprint") if getattr(row, field) else ""
    value = getattr(row, f"get_{field}_display", lambda: getattr(row, field))()
    if isinstance(row, Mail) and field == "attachments":
        return row.attached
    if isinstance(row, Role) and field == "scope_id":
        return _place(row)
    if field in PARTNERS:  # the organisation: whether the person may be named is another question
        return value.organisation
    return getattr(value, "start", value)


def _place(role: Role) -> str:
    """The name of the office, event or delegation in which a role holds; a role in the whole installation needs none."""
    if role.scope not in PLACES:
        return ""
    return str(model_named(PLACES[Role.Scope(role.scope)])._default_manager.filter(pk=role.scope_id).first() or "")
