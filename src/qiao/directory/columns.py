"""The columns of the table of organisations: one list for import, export, template and documentation."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from qiao.core.models import Text
from qiao.core.tables import Row
from qiao.directory import values
from qiao.directory.models import Entry, Organisation, Park, Side, Theme
from qiao.directory.values import Bad

KINDS = {"offers": Entry.Kind.OFFER, "seeks": Entry.Kind.SEEK}
LANGUAGES = ("de", "zh", "en")
LONGEST_TEXT = 5_000
_ALL = ("de", "zh-hans", "en")


@dataclass(frozen=True)
class CellProblem:
    """One bad cell: where it stands, what is wrong, what to do; `column` is empty when it concerns the whole row."""

    row: int
    column: str
    value: str
    what: str
    remedy: str

    def __str__(self) -> str:
        if not self.column:
            return _("Row %(row)s: %(what)s %(remedy)s") % vars(self)
        return _("Row %(row)s, column %(column)s: %(what)s %(remedy)s") % vars(self)


@dataclass(frozen=True)
class Reference:
    """The installation's own lists that cells refer to, by code."""

    sides: Mapping[str, Side]
    themes: Mapping[str, Theme]
    parks: Mapping[str, Park]

    @classmethod
    def load(cls) -> "Reference":
        return cls(
            {side.code: side for side in Side.objects.order_by("pk")},
            {theme.code: theme for theme in Theme.objects.all()},
            {park.code: park for park in Park.objects.order_by("pk")},
        )


Read = Callable[[str, Reference], Any]


@dataclass(frozen=True)
class Column:
    """A column: how a filled cell is read into `field`, how an organisation fills it, what people are told about it."""

    name: str
    field: str
    read: Read
    show: Callable[[Organisation], str]
    meaning: Any


def _labels(rows: Mapping[str, Side] | Mapping[str, Theme]) -> dict[str, list[str]]:
    return {code: list(row.names.values()) for code, row in rows.items()}


@cache
def _choice_labels(choices: Any) -> dict[str, list[str]]:
    labels: dict[str, list[str]] = {value: [] for value in choices.values}
    for language in _ALL:
        with override(language):
            for value, label in choices.choices:
                labels[value].append(str(label))
    return labels


def _line(field: str) -> Read:
    most = getattr(Organisation._meta.get_field(field), "max_length", None)

    def read(cell: str, reference: Reference) -> str:
        text = values.tidy(cell)
        if most and len(text) > most:
            raise Bad(
                _("The text has %(count)s characters.") % {"count": len(text)},
                _("Shorten it to %(most)s.") % {"most": most},
            )
        return text

    return read


def _side(cell: str, reference: Reference) -> Side:
    return reference.sides[values.choice(cell, _labels(reference.sides))]


def _themes(cell: str, reference: Reference) -> list[Theme]:
    labels = _labels(reference.themes)
    return [reference.themes[values.choice(part, labels)] for part in values.several(cell)]


def _park(cell: str, reference: Reference) -> Park | str:
    """The park, or its name when it is a new one."""
    wanted = values.tidy(cell)
    for park in reference.parks.values():
        if wanted.casefold() in {park.code.casefold(), *(name.casefold() for name in park.names.values())}:
            return park
    if len(wanted) > 100:
        raise Bad(
            _("The text has %(count)s characters.") % {"count": len(wanted)},
            _("Shorten it to %(most)s.") % {"most": 100},
        )
    return wanted


def _texts(cell: str, reference: Reference) -> list[str]:
    found = values.texts(cell)
    for number, text in enumerate(found, 1):
        if len(text) > LONGEST_TEXT:
            raise Bad(
                _("Text %(number)s has %(count)s characters.") % {"number": number, "count": len(text)},
                _("Shorten it to %(most)s.") % {"most": LONGEST_TEXT},
            )
    return found


def _checked(function: Callable[[str], Any]) -> Read:
    return lambda cell, reference: function(cell)


def human_texts(organisation: Organisation, kind: str) -> list[dict[str, str]]:
    """The offers or seeks of the profile in order, each language -> what a person wrote. Reads the prefetched `entries__texts`."""
    entries = (entry for entry in entries_of(organisation, kind) if entry.in_profile)
    return [human_text(entry) for entry in entries]


def entries_of(organisation: Organisation, kind: str) -> list[Entry]:
    """All its offers or seeks in order, those that stand for opportunities last."""
    return sorted((e for e in organisation.entries.all() if e.kind == kind), key=lambda entry: entry.position)


def human_text(entry: Entry) -> dict[str, str]:
    return {text.language: text.text for text in entry.texts.all() if text.origin == Text.Origin.HUMAN}


def _text_columns() -> list[Column]:
    meanings = {
        "offers": gettext_lazy(
            "What the organisation offers in this language; several texts separated by a bar between blanks."
        ),
        "seeks": gettext_lazy(
            "What the organisation seeks in this language; several texts separated by a bar between blanks."
        ),
    }

    def show(kind: str, language: str) -> Callable[[Organisation], str]:
        def cell(organisation: Organisation) -> str:
            parts = [texts.get(language, "") for texts in human_texts(organisation, kind)]
            while parts and not parts[-1]:
                parts.pop()
            return " | ".join(parts)

        return cell

    return [
        Column(f"{group}_{language}", f"{group}_{language}", _texts, show(kind, language), meanings[group])
        for group, kind in KINDS.items()
        for language in LANGUAGES
    ]


def _id_of(organisation: Organisation) -> str:
    return organisation.external_id or organisation.key


def _plain(name: str, meaning: Any, read: Read | None = None, field: str = "") -> Column:
    field = field or name
    return Column(name, field, read or _line(field), lambda o: getattr(o, field), meaning)


def _coded(choices: Any) -> Read:
    return lambda cell, reference: values.choice(cell, _choice_labels(choices))


COLUMNS: tuple[Column, ...] = (
    Column("id", "external_id", _line("external_id"), _id_of, gettext_lazy("Your own short name for the row; it is known again by it.")),
    _plain("name", gettext_lazy("The name in its own script. Required.")),
    _plain("name_en", gettext_lazy("The name in Latin script: English, or pinyin."), field="name_latin"),
    Column("side", "side", _side, lambda o: o.side.code, gettext_lazy("The region: its code or its name. May be left out where the country tells.")),
    _plain("type", gettext_lazy("company, institute, university, agency, network, cultural or authority."), _coded(Organisation.Type)),
    _plain("size", gettext_lazy("micro, small, medium or large."), _coded(Organisation.Size)),
    _plain("country", gettext_lazy("Two letters as in ISO 3166."), _checked(values.country)),
    _plain("city", gettext_lazy("The city.")),
    _plain("zone", gettext_lazy("The high-tech zone.")),
    Column("park", "park", _park, lambda o: o.park.code if o.park else "", gettext_lazy("The industrial park: its code or its name; a new name makes a new park.")),
    _plain("uscc", gettext_lazy("Unified social credit code."), _checked(values.credit_code)),
    _plain("vat_id", gettext_lazy("VAT number."), _checked(values.vat_id)),
    _plain("register", gettext_lazy("Commercial register: court and number.")),
    _plain("lei", gettext_lazy("Legal entity identifier."), _checked(values.lei_code)),
    _plain("website", gettext_lazy("Address of the website."), _checked(values.website)),
    Column("languages", "languages", _checked(values.languages), lambda o: ";".join(o.languages), gettext_lazy("Languages as in BCP 47, with an optional level: de;en:B2.")),
    Column("themes", "themes", _themes, lambda o: ";".join(sorted(t.code for t in o.themes.all())), gettext_lazy("Themes: their codes or names.")),
    _plain("nace", gettext_lazy("Classification of the economic activity, for example C28.41."), _checked(values.nace)),
    *_text_columns(),
    Column("avoid", "avoid", _checked(values.several), lambda o: ";".join(sorted(_id_of(other) for other in o.avoid.all())), gettext_lazy("Ids of organisations that must never be suggested.")),
)  # fmt: skip
BY_NAME = {column.name: column for column in COLUMNS}
NAMES = tuple(BY_NAME)
# What an empty cell means, where it is not the empty text.
_EMPTY: dict[str, Any] = {
    "type": Organisation.Type.COMPANY,
    "park": None,
    "side": None,
    "languages": [],
    "themes": [],
    "avoid": [],
}
_EMPTY |= {column.field: [] for column in _text_columns()}


def read_row(row: Row, reference: Reference) -> tuple[dict[str, Any], list[CellProblem]]:
    """Field -> value for the columns that the table has (an empty cell empties its field), and the bad cells."""
    found: dict[str, Any] = {}
    problems = []
    for name, cell in row.cells.items():
        column = BY_NAME[name]
        try:
            found[column.field] = column.read(cell, reference) if cell else _EMPTY.get(column.field, "")
        except Bad as bad:
            problems.append(CellProblem(row.number, name, cell, bad.what, bad.remedy_in_a_table))
    if not row.cells.get("name"):
        problems.append(
            CellProblem(row.number, "name", "", _("The name is missing."), _("Write the name of the organisation."))
        )
    return found, problems


def cells_of(organisation: Organisation) -> list[str]:
    """The row of an organisation, in the order of COLUMNS."""
    return [column.show(organisation) for column in COLUMNS]
