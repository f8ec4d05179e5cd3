"""Writing an imported vocabulary: all of it in one transaction, or nothing."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.languages import running_text
from qiao.core.models import User
from qiao.core.tables import Row, Table
from qiao.directory.actions.tags import vocabulary_changed
from qiao.directory.actions.vocabulary_words import NAMED, check_words, words_of
from qiao.directory.models import Keyword
from qiao.engine.matching.vocabulary import LANGUAGES, split_labels

MOST_TERMS = 5_000
LONGEST_TERM = 120  # characters
DEEPEST = 8  # terms above each other


@dataclass(frozen=True)
class VocabularyReport:
    created: int
    updated: int
    unchanged: int


def lock_vocabulary() -> None:
    """Two changes of the vocabulary at once follow each other."""
    list(Keyword.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")[:1])


@transaction.atomic
def import_vocabulary(*, table: Table, by: User, takes_short: bool = False) -> VocabularyReport:
    """Add and change the terms of a table; those that it does not name stay. Refuses a table with any bad row.

    `takes_short`: short words are meant, as in `check_words`.
    """
    lock_vocabulary()
    rows = {row.code: row for row in Keyword.objects.all()}
    problems = _problems(table, set(rows))
    if problems:
        raise Refused(running_text(problems[:NAMED]))
    before = {code: _state(row) for code, row in rows.items()}
    words = {code: words_of(row) for code, row in rows.items() if not row.is_retired}
    for one in table.rows:
        rows.setdefault(one.cells["code"], Keyword(code=one.cells["code"]))
    new = [row for row in rows.values() if row.pk is None]
    Keyword.objects.bulk_create(new)
    for one in table.rows:
        _fill(rows[one.cells["code"]], one, rows)
    changed = [row for row in rows.values() if before.get(row.code) != _state(row)]
    check_tree({row.pk: row for row in rows.values()})
    check_words(rows.values(), words, takes_short=takes_short)
    for row in changed:
        row.is_edited = True
    fields = ["names", "synonyms", "broader", "is_retired", "merged_into", "is_edited"]
    Keyword.objects.bulk_update(changed, fields, batch_size=200)
    report = VocabularyReport(len(new), len(changed) - len(new), len(table.rows) - len(changed))
    if changed:
        record(by=by, action="directory.import_vocabulary", created=report.created, updated=report.updated)
        vocabulary_changed()
    return report


def _state(row: Keyword) -> tuple[object, ...]:
    synonyms = {lang: list(row.synonyms.get(lang, [])) for lang in LANGUAGES}
    return row.pk, dict(row.names), synonyms, row.broader_id, row.is_retired, row.merged_into_id


def _problems(table: Table, known: set[str]) -> list[str]:
    if len(known | {row.cells["code"] for row in table.rows}) > MOST_TERMS:
        return [_("A vocabulary has at most %(count)s terms.") % {"count": MOST_TERMS}]
    codes = Counter(row.cells["code"] for row in table.rows)
    there = known | set(codes)
    found = []
    for row in table.rows:
        code, values = row.cells["code"], {"row": row.number, "code": row.cells["code"][:60]}
        if not code or slugify(code) != code or len(code) > 60:
            found.append(_("Row %(row)s: the code must consist of small letters, digits and hyphens.") % values)
        elif codes[code] > 1:
            found.append(_("Row %(row)s: the code “%(code)s” occurs twice.") % values)
        elif not all(split_labels(row.cells[lang]) for lang in LANGUAGES):
            found.append(_("Row %(row)s: the term is missing in one of the three languages.") % values)
        elif any(len(word) > LONGEST_TERM for lang in LANGUAGES for word in split_labels(row.cells[lang])):
            found.append(
                _("Row %(row)s: a term is longer than %(count)s characters.") % (values | {"count": LONGEST_TERM})
            )
        elif code == row.cells.get("merged_into"):
            found.append(_("Row %(row)s: a term cannot be merged into itself.") % values)
        elif any(row.cells.get(column) and row.cells[column] not in there for column in ("broader", "merged_into")):
            found.append(_("Row %(row)s: it names a code that does not exist.") % values)
    return found


def _fill(row: Keyword, one: Row, rows: dict[str, Keyword]) -> None:
    """The cells into a term; columns that the table does not have change nothing."""
    words = {lang: split_labels(one.cells[lang]) for lang in LANGUAGES}
    row.names = {lang: some[0] for lang, some in words.items()}
    row.synonyms = {lang: list(some[1:]) for lang, some in words.items()}
    if "broader" in one.cells:
        row.broader = rows.get(one.cells["broader"])
    if "retired" in one.cells:
        row.is_retired = one.cells["retired"] not in ("", "0", "no")
    if "merged_into" in one.cells:
        row.merged_into = rows.get(one.cells["merged_into"])


def check_tree(rows: Mapping[int, Keyword], *, below: int | None = None) -> None:
    """Refuses a vocabulary, by primary key, in which a term stands below itself or below too many others.

    With `below` only the terms at and under this one are looked at.
    """
    for row in rows.values():
        step, seen = row.broader_id, {row.pk}
        while step is not None and step in rows:
            if step in seen:
                raise Refused(
                    _("The term “%(code)s” would stand below itself. Choose another broader term.") % {"code": row.code}
                )
            seen.add(step)
            step = rows[step].broader_id
        if len(seen) > DEEPEST and (below is None or below in seen):
            raise Refused(
                _("The term “%(code)s” would stand below more than %(count)s others. Choose another broader term.")
                % {"code": row.code, "count": DEEPEST - 1}
            )
