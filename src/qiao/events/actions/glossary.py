"""Writing the glossary of an event."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.languages import running_text
from qiao.core.models import User
from qiao.core.tables import Row, Table
from qiao.core.texts import tidy
from qiao.directory.columns import LANGUAGES
from qiao.events.glossary import proposed
from qiao.events.glossary_models import GlossaryTerm
from qiao.events.models import Event

MOST_TERMS = 500
PREFILLED = 60  # at once
LONGEST_TERM, LONGEST_NOTE = 120, 200
NAMED = 10  # problems of a table that are told
Names = Mapping[str, str]


@dataclass(frozen=True)
class TermValues:
    """One row as a person wants it. key: empty for a new one; without any name it is removed."""

    key: str
    names: Names
    note: str = ""


@dataclass
class GlossaryReport:
    created: int = 0
    updated: int = 0
    removed: int = 0
    unchanged: int = 0


@transaction.atomic
def save_glossary(*, event: Event, terms: list[TermValues], by: User) -> GlossaryReport:
    """Write rows; terms that none of them names stay. Of a key that is no longer there a new term is made."""
    Event.objects.select_for_update(no_key=True).get(pk=event.pk)  # two people who write at once follow each other
    present = {term.key: term for term in event.glossary.all()}
    report = GlossaryReport()
    for one in terms:
        _write(event, present.get(one.key), one, report)
    if event.glossary.count() > MOST_TERMS:
        raise Refused(_("A glossary has at most %(count)s terms.") % {"count": MOST_TERMS})
    if report.created or report.updated or report.removed:
        counts = {"created": report.created, "updated": report.updated, "removed": report.removed}
        record(by=by, action="events.save_glossary", subject=event, **counts)
    return report


def _write(event: Event, row: GlossaryTerm | None, one: TermValues, report: GlossaryReport) -> None:
    names = {code: word for code in LANGUAGES if (word := one.names.get(code, ""))}
    if not names:
        if row is not None:
            row.delete()
            report.removed += 1
        return
    if row is None:
        GlossaryTerm.objects.create(event=event, names=names, note=one.note)
        report.created += 1
    elif (dict(row.names), row.note) != (names, one.note):
        row.names, row.note = names, one.note
        row.save(update_fields=["names", "note"])
        report.updated += 1
    else:
        report.unchanged += 1


@transaction.atomic
def prefill_glossary(*, event: Event, by: User) -> int:
    """Take over what most participants are about from the vocabulary; how many terms."""
    Event.objects.select_for_update(no_key=True).get(pk=event.pk)
    room = max(0, MOST_TERMS - event.glossary.count())
    keywords = proposed(event)[: min(PREFILLED, room)]
    for keyword in keywords:
        names = {code: keyword.names[code] for code in LANGUAGES}
        GlossaryTerm.objects.create(event=event, names=names, keyword=keyword)
    if keywords:
        record(by=by, action="events.prefill_glossary", subject=event, created=len(keywords))
    return len(keywords)


def import_glossary(*, event: Event, table: Table, by: User) -> GlossaryReport:
    """Add and change the terms of a table; those that it does not name stay. Refuses a table with any bad row, naming them."""
    keys = Counter(key for row in table.rows if (key := row.cells.get("key", "")))
    known = set(event.glossary.values_list("key", flat=True))
    problems = [words for row in table.rows for words in _problems(row, keys, known)]
    if problems:
        raise Refused(running_text(problems[:NAMED]))
    present = list(event.glossary.all())
    twins = {_folded(term.names): term.key for term in present}
    notes = {term.key: term.note for term in present}
    terms = []
    for row in table.rows:
        names = {code: tidy(row.cells.get(code, "")) for code in LANGUAGES}
        key = row.cells.get("key", "") or twins.get(_folded(names), "")
        terms.append(TermValues(key, names, tidy(row.cells.get("note", notes.get(key, "")))))
    return save_glossary(event=event, terms=terms, by=by)


def _folded(names: Names) -> tuple[str, ...]:
    return tuple(names.get(code, "").casefold() for code in LANGUAGES)


def _problems(row: Row, keys: Mapping[str, int], known: set[str]) -> Iterator[str]:
    values: dict[str, object] = {"row": row.number, "key": row.cells.get("key", "")[:20]}
    if values["key"] and row.cells["key"] not in known:
        yield (
            _(
                "Row %(row)s, column key: there is no term “%(key)s” in this glossary. Leave the cell empty for a new one."
            )
            % values
        )
    elif values["key"] and keys[row.cells["key"]] > 1:
        yield _("Row %(row)s, column key: the term “%(key)s” stands in the table twice.") % values
    if sum(bool(row.cells.get(code)) for code in LANGUAGES) < 2:
        yield _("Row %(row)s: a term needs its word in at least two of the three languages.") % values
    for name in (*LANGUAGES, "note"):
        most = LONGEST_NOTE if name == "note" else LONGEST_TERM
        if len(row.cells.get(name, "")) > most:
            words = _("Row %(row)s, column %(name)s: the text is longer than %(most)s characters.")
            yield words % {**values, "name": name, "most": most}
