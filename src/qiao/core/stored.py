"""What is stored about one person, field by field and in words: the page "What is stored about me"."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from qiao.core.languages import listed
from qiao.core.models import Mail, Role, User
from qiao.core.personal import HEADINGS, REGISTER, Declaration, Label
from qiao.core.personal_models import PATHS

# What the values of these fields need to be read in words, so that a longer list costs no further query.
RELATED = {
    "Membership": ["organisation"],
    "Mark": ["organisation"],
    "Participation": ["event", "organisation"],
    "Answer": ["question"],
    "Unavailability": ["slot"],
    "Interpreter": ["event"],
    "InterpreterAbsence": ["slot"],
    "DelegationMember": ["delegation", "organisation"],
    "DelegationApplication": ["organisation"],
    "Wish": ["partner__organisation"],
    "Suggestion": ["partner__organisation"],
    "Evidence": ["partner__organisation"],
    "Request": ["recipient__organisation"],
    "Message": ["reader__organisation"],
    "Block": ["partner__organisation"],
    "Seat": ["slot"],
    "Speaker": ["session"],
    "Reservation": ["session"],
}
# What their words need besides: one query more each.
PREFETCHED = {"Participation": ["event__types"]}

# Codes become words: each field's function takes the stored value. Named by word only, as the models are.
IN_WORDS = {
    ("User", "time_zone"): "qiao.templatetags.wording.zone_city",
    ("ApiToken", "scopes"): "qiao.core.tokens.scopes_in_words",
    ("Webhook", "kinds"): "qiao.core.webhooks.kinds_in_words",
    ("Notice", "kind"): "qiao.core.notices.label_of",
    ("NoticeChoice", "kind"): "qiao.core.notices.label_of",
    ("Person", "languages"): "qiao.templatetags.wording.language_names",
    ("SearchDocument", "words"): "qiao.directory.search.shown_words",
    ("SavedSearch", "query"): "qiao.directory.kept_searches.address_in_words",
    ("Consent", "purpose"): "qiao.directory.purposes.title_of",
    ("Consent", "channel"): "qiao.directory.purposes.channel_in_words",
    ("Consent", "language"): "qiao.templatetags.wording.language_name",
    ("Participation", "type"): "qiao.events.words.kind_in_words",
    ("Participation", "needs"): "qiao.events.words.features_in_words",
    ("Interpreter", "languages"): "qiao.templatetags.wording.language_names",
    ("Contribution", "names"): "qiao.core.languages.localized",
    ("Article", "titles"): "qiao.core.languages.localized",
    ("Contribution", "abstracts"): "qiao.core.languages.localized",
    ("Suggestion", "fit"): "qiao.matchmaking.words.fit_in_words",
    ("Suggestion", "reasons"): "qiao.matchmaking.words.reasons_in_words",
}
PLACES = {Role.Scope.OFFICE: "Office", Role.Scope.EVENT: "Event", Role.Scope.DELEGATION: "Delegation"}
PARTNERS = {"partner", "recipient", "reader"}  # fields that lead to somebody else's participation
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
        found = list(rows.prefetch_related(*PREFETCHED.get(name, ())))
        places = _places([row for row in found if isinstance(row, Role)])
        for entry in REGISTER.values():
            values = [_in_words(row, entry.field, places) for row in found if entry.model == name]
            if any(values):
                yield Stored(entry, HEADINGS[name], [value for value in values if value not in ("", None, [], {})])


def _flat(value: Any) -> Any:
    return listed(value) if isinstance(value, list) else value


def _short(value: Any) -> Any:
    return f"{value[:200]} …" if isinstance(value, str) and len(value) > 200 else value


def _in_words(row: models.Model, field: str, places: Mapping[int, str]) -> Any:
    """The value as a person reads it: chosen words, times of slots, and of a password only that there is one."""
    if field == "password":
        return _("kept as a one-way fingerprint") if getattr(row, field) else ""
    value = getattr(row, f"get_{field}_display", lambda: getattr(row, field))()
    if isinstance(row, Mail) and field == "attachments":
        return row.attached
    if isinstance(row, Role) and field == "scope_id":
        return places.get(row.pk, "")
    if field in PARTNERS:  # the organisation: whether the person may be named is another question
        return value.organisation
    return getattr(value, "start", value)


def _places(roles: Sequence[Role]) -> dict[int, str]:
    """By a role's key, the name of the office, event or delegation in which it holds; a query for each of the three."""
    found: dict[int, str] = {}
    for scope, model in PLACES.items():
        inside = [role for role in roles if role.scope == scope]
        rows = model_named(model)._default_manager.in_bulk([role.scope_id for role in inside]) if inside else {}
        found |= {role.pk: str(rows[role.scope_id]) for role in inside if role.scope_id in rows}
    return found
