"""Abstracts as a table for a spreadsheet program: written out, and read back cell by cell."""

import io
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.languages import html_tag, primary
from qiao.core.models import User
from qiao.core.tables import Row, Table, column_letters, neutralise
from qiao.core.texts import native, tidy_lines
from qiao.directory.abstract_forms import wrong_script
from qiao.directory.abstract_queries import abstracts_for
from qiao.directory.abstracts import LONGEST, Abstracts
from qiao.directory.columns import LANGUAGES, CellProblem
from qiao.directory.models import Organisation
from qiao.site.translation_desk import Wanted, next_met, rows_of, wanted_in_order

COLUMNS = (
    "key", "organisation", "met", "offers", "seeks",
    *(f"{language}{part}" for language in LANGUAGES for part in ("", "_state", "_version")), "confirm",
)  # fmt: skip
REQUIRED = ("key", *LANGUAGES, *(f"{language}_version" for language in LANGUAGES))
MOST_ROWS = 2_000
MOST_CHANGES = 600


def abstracts_xlsx(wanted: Wanted, *, by: User) -> bytes:
    """The organisations of the list in its order, with what their abstracts sum up. Leaves an entry in the audit log."""
    from openpyxl import Workbook

    met = next_met()
    keys = wanted_in_order(wanted, met)[:MOST_ROWS]
    book = Workbook(write_only=True)
    sheet = book.create_sheet("abstracts")
    for place, name in enumerate(COLUMNS, 1):
        sheet.column_dimensions[column_letters(place)].width = 60 if name in ("offers", "seeks", *LANGUAGES) else 14
    sheet.freeze_panes = "C2"
    sheet.append(COLUMNS)
    said = _said(keys)
    for row in rows_of(keys, met):
        cells = _cells(row.organisation, row.abstracts, row.met.isoformat() if row.met else "", said)
        sheet.append([neutralise(cells[name]) for name in COLUMNS])
    out = io.BytesIO()
    book.save(out)
    record(by=by, action="site.export_abstracts", organisations=len(keys))
    return out.getvalue()


def _said(keys: Iterable[int]) -> dict[int, dict[str, str]]:
    """What the organisations offer and seek, as they wrote it: one a line."""
    found: dict[int, dict[str, str]] = {}
    rows = Organisation.objects.filter(pk__in=list(keys)).prefetch_related("entries__texts")
    for one in rows:
        lines: dict[str, list[str]] = {"offer": [], "seek": []}
        for entry in one.entries.all():
            if text := native(entry.texts.all()):
                lines[entry.kind].append(text.text)
        found[one.pk] = {kind: "\n".join(some) for kind, some in lines.items()}
    return found


def _cells(
    organisation: Organisation, abstracts: Abstracts, met: str, said: dict[int, dict[str, str]]
) -> dict[str, str]:
    cells = {
        "key": organisation.key, "organisation": organisation.name, "met": met, "confirm": "",
        "offers": said[organisation.pk]["offer"], "seeks": said[organisation.pk]["seek"],
    }  # fmt: skip
    for language in LANGUAGES:
        row = abstracts.texts.get(language)
        cells[language] = row.text if row else ""
        cells[f"{language}_version"] = str(row.version if row else 0)
        cells[f"{language}_state"] = str(abstracts.state(language).label)
    return cells


def meanings() -> list[tuple[str, str]]:
    """What stands in the columns, for who fills them in."""
    return [
        ("key", _("By it the organisation is found again. Leave it as it is.")),
        ("de, zh, en", _("The abstract in German, Chinese and English. An empty cell changes nothing.")),
        ("de_version, …", _("By it Qiao sees whether somebody has changed the abstract meanwhile. Leave it as it is.")),
        (
            "confirm",
            _("The languages that you vouch for with your name, for example: de zh. The others become drafts."),
        ),
    ]


# --- back again


@dataclass(frozen=True)
class Change:
    """One cell that differs from what there is, or that is to be confirmed as it stands."""

    organisation: Organisation
    language: str
    text: str
    before: str
    seen: int  # the version in the table
    confirm: bool

    @property
    def lang(self) -> str:
        return html_tag(self.language)

    @property
    def is_new_text(self) -> bool:
        return self.text != self.before


@dataclass
class Preview:
    """What a table would do. unchanged: rows."""

    changes: list[Change] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)
    unchanged: int = 0


def preview(table: Table) -> Preview:
    """Compares a table with what there is; writes nothing. Raises Refused where it is too much at once."""
    keys = {row.cells["key"] for row in table.rows}
    known = {one.key: one for one in Organisation.objects.filter(key__in=keys, stands_for=None)}
    abstracts = abstracts_for(known.values())
    found, met = Preview(), set[str]()
    for row in table.rows:
        organisation = known.get(row.cells["key"])
        if problem := _bad_row(row, organisation, met):
            found.problems.append(problem)
            continue
        assert organisation is not None
        met.add(organisation.key)
        _compare(row, organisation, abstracts[organisation.pk], found)
    if len(found.changes) > MOST_CHANGES:
        raise Refused(
            _("The table changes more than %(most)s abstracts. Import it in several parts.") % {"most": MOST_CHANGES}
        )
    return found


def _bad_row(row: Row, organisation: Organisation | None, met: set[str]) -> CellProblem | None:
    key = row.cells["key"]
    if organisation is None:
        what, remedy = _("There is no organisation with this key."), _("Leave the column as it was exported.")
    elif key in met:
        what, remedy = _("This organisation stands in the table twice."), _("Delete one of the two rows.")
    elif unknown := _unknown(row):
        what = _("“%(code)s” is none of the three languages.") % {"code": unknown}
        return CellProblem(row.number, "confirm", unknown, what, _("Write de, zh and en with blanks between them."))
    else:
        return None
    return CellProblem(row.number, "key", key[:60], what, remedy)


def _confirmed(row: Row) -> list[str]:
    return [primary(code) for code in row.cells.get("confirm", "").replace(",", " ").replace(";", " ").split()]


def _unknown(row: Row) -> str:
    return next((code[:20] for code in _confirmed(row) if code not in LANGUAGES), "")


def _compare(row: Row, organisation: Organisation, abstracts: Abstracts, found: Preview) -> None:
    made = len(found.changes) + len(found.problems)
    for language in LANGUAGES:
        now = abstracts.texts.get(language)
        text, before = tidy_lines(row.cells[language]), now.text if now else ""
        confirm = language in _confirmed(row)
        if confirm and now and now.confirmed and text == before and abstracts.is_current(language):
            continue
        if (not text and not confirm) or (text == before and not confirm):
            continue  # an empty cell changes nothing: abstracts are removed on their page
        if problem := _bad_cell(row, language, text, now.version if now else 0):
            found.problems.append(problem)
            continue
        seen = int(row.cells[f"{language}_version"])
        found.changes.append(Change(organisation, language, text, before, seen, confirm))
    found.unchanged += made == len(found.changes) + len(found.problems)


def _bad_cell(row: Row, language: str, text: str, version: int) -> CellProblem | None:
    seen = row.cells[f"{language}_version"]
    if not seen.isascii() or not seen.isdigit():
        what = _("“%(value)s” is no version.") % {"value": seen[:20]}
        return CellProblem(
            row.number, f"{language}_version", seen[:20], what, _("Leave the column as it was exported.")
        )
    if seen.lstrip("0") != str(version or ""):
        what = _("The abstract was changed meanwhile.")
        remedy = _("Export the list once more and compare the two.")
    elif not text:
        what, remedy = _("There is nothing to confirm."), _("Write the abstract or empty the cell “confirm”.")
    elif len(text) > LONGEST:
        what = _("The text has %(length)s characters; at most %(most)s are allowed.") % {
            "length": len(text),
            "most": LONGEST,
        }
        remedy = _("Shorten it.")
    elif what := wrong_script(language, text):
        remedy = _("Look whether the text stands in the right column.")
    else:
        return None
    return CellProblem(row.number, language, text[:60], what, remedy)
