"""From a table of organisations to a list of changes. Reads only; what is to be written stands in the plan."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _

from qiao.core.languages import listed, primary
from qiao.core.models import Text
from qiao.core.tables import Row, Table
from qiao.directory.columns import KINDS, LANGUAGES, CellProblem, Reference, human_texts, read_row
from qiao.directory.doubles import RowDouble, row_doubles
from qiao.directory.entry_changes import EntryChanges, entry_changes
from qiao.directory.models import Entry, Merge, Organisation, Park
from qiao.directory.search import city_key, fold
from qiao.templatetags.wording import is_han

IDENTIFIERS = ("uscc", "vat_id", "lei")
SIMPLE = (
    "external_id", "name", "name_latin", "side", "type", "size", "country", "city", "zone", "register", *IDENTIFIERS,
    "website", "languages", "nace",
)  # fmt: skip
_GERMAN = {"DE", "AT", "LI", "CH"}
_CHUNK = 1_000  # rows whose organisations are in memory at a time


@dataclass
class Change:
    """What one row does: `organisation` is as it shall be (not saved), `fields` those that differ."""

    row: int
    organisation: Organisation
    fields: list[str]
    texts: dict[str, list[dict[str, str]]]  # kind -> all its texts, only for kinds that change
    entries: EntryChanges = field(default_factory=EntryChanges)  # what `texts` means for the rows that exist
    themes: list[int] | None = None
    avoid: list[str] | None = None
    park: str | None = None  # name of a park that does not exist yet
    was_new: bool = False

    @property
    def values(self) -> tuple[Any, ...]:
        """What would be written, for comparing two plans."""
        fields = [(name, str(getattr(self.organisation, name))) for name in self.fields]
        return (*fields, self.texts, self.themes, self.avoid, self.park)

    @property
    def is_empty(self) -> bool:
        return (
            not (self.was_new or self.fields or self.texts or self.park) and self.themes is None and self.avoid is None
        )


@dataclass
class Plan:
    changes: list[Change]  # of the rows that change something
    unchanged: int = 0
    problems: list[CellProblem] = field(default_factory=list)
    refused: int = 0
    doubles: list[RowDouble] = field(default_factory=list)  # new rows that may be there already
    fingerprint: str = ""  # equal for plans that do the same to the same directory

    @property
    def new_parks(self) -> list[str]:
        return sorted({change.park for change in self.changes if change.park})


Progress = Callable[[int, int], None]  # rows looked at, rows in all
_STEP = 500  # rows between two signs of progress


def plan(table: Table, progress: Progress | None = None) -> Plan:
    """Every row is either a change or refused with its problems; new ones say whom they resemble."""
    reference = Reference.load()
    good: list[tuple[Row, dict[str, Any]]] = []
    problems: list[CellProblem] = []
    for place, row in enumerate(table.rows, 1):
        if progress and place % _STEP == 0:
            progress(place, len(table.rows))
        values, bad = read_row(row, reference)
        bad = bad or list(_fill_place(row, values, reference))
        problems += bad
        if not bad:
            good.append((row, values))
    known = Known.load()
    targets, bad = known.identify(good)
    problems += bad
    rows = _without_unknown_avoid([pair for pair in good if pair[0].number in targets], known, problems)
    changes = _changes(rows, targets)
    doubles = row_doubles((change.row, change.organisation) for change in changes if change.was_new)
    problems.sort(key=lambda problem: problem.row)
    refused = len(table.rows) - len(rows)
    unchanged = len(rows) - len(changes)
    return Plan(changes, unchanged, problems, refused, doubles, _fingerprint(changes, problems, doubles))


def _changes(rows: list[tuple[Row, dict[str, Any]]], targets: dict[int, int | None]) -> list[Change]:
    """What the rows change, without those that change nothing. The directory is read in chunks and not kept."""
    found = []
    for start in range(0, len(rows), _CHUNK):
        part = rows[start : start + _CHUNK]
        originals = _load({targets[row.number] for row, _values in part} - {None})
        changes = [_change(row, values, originals.get(targets[row.number])) for row, values in part]
        found += [change for change in changes if not change.is_empty]
        for original in originals.values():
            original._prefetched_objects_cache = {}  # type: ignore[attr-defined]
    return found


def _fingerprint(changes: list[Change], problems: list[CellProblem], doubles: list[RowDouble]) -> str:
    """Of the rows that change the directory and whom they meet there, of what is refused and what is named."""
    digest = sha256()
    for change in changes:
        was = None if change.was_new else (change.organisation.pk, change.organisation.changed.timestamp())
        digest.update(repr((change.row, was, change.values)).encode())
    digest.update(repr([(double.row, double.key, double.other_row) for double in doubles]).encode())
    digest.update(repr([(problem.row, problem.column) for problem in problems]).encode())
    return digest.hexdigest()


def _fill_place(row: Row, values: dict[str, Any], reference: Reference) -> Iterator[CellProblem]:
    """Side and country tell each other where only one is given; a row with neither cannot be placed."""
    if values.get("side") and not values.get("country"):
        values["country"] = values["side"].country
    elif values.get("country") and not values.get("side"):
        sides = [side for side in reference.sides.values() if side.country == values["country"]]
        if len(sides) == 1:
            values["side"] = sides[0]
    if not values.get("side"):
        what = _("The side is missing.")
        remedy = _("Write one of: %(choices)s.") % {"choices": listed(reference.sides)}
        yield CellProblem(row.number, "side", row.cells.get("side", ""), what, remedy)


def name_key(name: str, city: str, country: str) -> tuple[str, str, str]:
    """Equal for the same name in the same city, whatever case, accents and script of the city."""
    return fold(name), city_key(city), country


class Known:
    """The organisations that exist, by everything a row can be known again by."""

    def __init__(self) -> None:
        self.by_id: dict[str, int] = {}
        self.by_identifier: dict[tuple[str, str], int] = {}
        self.by_name: dict[tuple[str, str, str], list[int]] = defaultdict(list)
        self.external_ids: dict[int, str] = {}

    @classmethod
    def load(cls) -> "Known":
        known = cls()
        columns = ("pk", "key", "external_id", "name", "city", "country", *IDENTIFIERS)
        for pk, key, external_id, name, city, country, *numbers in Organisation.objects.values_list(*columns):
            known.by_id[key] = pk
            if external_id:
                known.by_id[external_id] = known.by_id.get(external_id, pk)
                known.external_ids[pk] = external_id
            known.by_identifier |= {(kind, n): pk for kind, n in zip(IDENTIFIERS, numbers, strict=True) if n}
            known.by_name[name_key(name, city, country)].append(pk)
        known._load_merged()
        return known

    def _load_merged(self) -> None:
        """What was merged away is known again as the organisation that stayed."""
        for pk, key, old in Merge.objects.filter(undone=None).values_list("kept_id", "gone_key", "aliases"):
            for mark in (key, old.get("external_id")):
                if mark:
                    self.by_id.setdefault(mark, pk)
            for kind in IDENTIFIERS:
                if old.get(kind):
                    self.by_identifier.setdefault((kind, old[kind]), pk)
            if old.get("name"):
                place = self.by_name[name_key(old["name"], old["city"], old["country"])]
                place += [] if place else [pk]

    def identify(self, rows: Iterable[tuple[Row, dict[str, Any]]]) -> tuple[dict[int, int | None], list[CellProblem]]:
        """Row number -> primary key of its organisation, or None for a new one; and the ambiguous rows."""
        targets: dict[int, int | None] = {}
        problems: list[CellProblem] = []
        taken: dict[Any, int] = {}
        for row, values in rows:
            pk, problem = self._find(row, values)
            marks = [("pk", pk)] if pk else []
            marks += [(kind, values[kind]) for kind in ("external_id", *IDENTIFIERS) if values.get(kind)]
            if not values.get("external_id"):
                marks.append(name_key(values["name"], values.get("city", ""), values["country"]))  # type: ignore[arg-type]
            earlier = next((taken[mark] for mark in marks if mark in taken), None)
            if problem is None and earlier is not None:
                what = _("This is the same organisation as in row %(row)s.") % {"row": earlier}
                problem = CellProblem(
                    row.number, "", values["name"], what, _("Delete one of the rows or correct its id.")
                )
            if problem:
                problems.append(problem)
                continue
            targets[row.number] = pk
            taken |= dict.fromkeys(
                [*marks, name_key(values["name"], values.get("city", ""), values["country"])], row.number
            )
        return targets, problems

    def _find(self, row: Row, values: dict[str, Any]) -> tuple[int | None, CellProblem | None]:
        own_id = values.get("external_id") or ""
        by_id = self.by_id.get(own_id)
        numbers = {
            self.by_identifier[kind, values[kind]]
            for kind in IDENTIFIERS
            if (kind, values.get(kind)) in self.by_identifier
        }
        found = ({by_id} if by_id else set()) | numbers
        column = "id" if by_id else ""
        if not found:
            found = set(self.by_name.get(name_key(values["name"], values.get("city", ""), values["country"]), ()))
        if not found:
            return None, None
        pk = min(found)
        other_id = self.external_ids.get(pk, "")
        if len(found) > 1:
            what = _("The row fits several organisations.")
            remedy = _("Write the id of the one you mean into the column “id”.")
        elif own_id and not by_id and other_id:
            what = _("This organisation is already there with the id “%(id)s”.") % {"id": other_id}
            remedy = _("Use this id, or change name or city if it is another organisation.")
        else:
            return pk, None
        return None, CellProblem(row.number, column, values["name"], what, remedy)


def _without_unknown_avoid(
    rows: list[tuple[Row, dict[str, Any]]], known: Known, problems: list[CellProblem]
) -> list[tuple[Row, dict[str, Any]]]:
    """Rows whose `avoid` names only organisations that exist or stand in rows that remain."""
    while True:
        ids = {values.get("external_id") for _row, values in rows} | known.by_id.keys()
        bad = {row.number: [i for i in values.get("avoid", ()) if i not in ids] for row, values in rows}
        bad = {number: missing for number, missing in bad.items() if missing}
        if not bad:
            return rows
        for number, missing in bad.items():
            what = _("There is no organisation with the id “%(id)s”.") % {"id": missing[0]}
            remedy = _("Correct the id, or add a row for this organisation.")
            problems.append(CellProblem(number, "avoid", ";".join(missing), what, remedy))
        rows = [pair for pair in rows if pair[0].number not in bad]


def _load(keys: Iterable[int | None]) -> dict[int | None, Organisation]:
    """The organisations with everything a row can change."""
    rows = Organisation.objects.select_related("side", "park").prefetch_related("themes", "avoid", "entries")
    found: dict[int | None, Organisation] = {
        row.pk: row for row in rows.filter(pk__in=[pk for pk in keys if pk is not None])
    }
    entries = {entry.pk: entry for row in found.values() for entry in row.entries.all()}
    texts: dict[int, list[Text]] = defaultdict(list)
    for text in Text.objects.filter(owner_type=ContentType.objects.get_for_model(Entry), owner_id__in=entries):
        texts[text.owner_id].append(text)
    for (
        pk,
        entry,
    ) in entries.items():  # Django's own prefetching makes a query set for each entry: twice the time in all
        entry._prefetched_objects_cache = {"texts": texts[pk]}  # type: ignore[attr-defined]
    return found


def native_language(name: str, country: str) -> str:
    """Primary subtag of the language a name is in: by its script, else by the country."""
    if is_han(name):
        return "zh"
    return "de" if country in _GERMAN else "en"


def _change(row: Row, values: dict[str, Any], original: Organisation | None) -> Change:
    organisation = original or Organisation()
    if original and (original.external_id or values.get("external_id", "") in ("", original.key)):
        # No id erases none; an export names those without one by their key; of two that were merged one id stays.
        values.pop("external_id", None)
    if original is None or ("name" in values and values["name"] != original.name):
        values["name_language"] = native_language(values["name"], values["country"])
    fields = []
    for name in (*SIMPLE, "name_language"):
        if name in values and (original is None or getattr(original, name) != values[name]):
            setattr(organisation, name, values[name])
            fields.append(name)
    change = Change(row.number, organisation, fields, _changed_texts(values, original), was_new=original is None)
    if original:
        change.entries = entry_changes(original, change.texts)
    _plan_park(change, values)
    themes = sorted(theme.pk for theme in values.get("themes", ()))
    if "themes" in values and themes != (sorted(t.pk for t in original.themes.all()) if original else []):
        change.themes = themes
    if "avoid" in values and not _same_avoid(values["avoid"], original):
        change.avoid = values["avoid"]
    return change


def _plan_park(change: Change, values: dict[str, Any]) -> None:
    park = values.get("park", change.organisation.park)
    if isinstance(park, Park) or park is None:
        if (park.pk if park else None) != change.organisation.park_id:
            change.organisation.park = park
            change.fields.append("park")
    else:
        change.park = park


def _same_avoid(wanted: list[str], original: Organisation | None) -> bool:
    """Each avoided organisation may be named by its id or its key."""
    present = list(original.avoid.all()) if original else []
    known = {mark for other in present for mark in (other.external_id, other.key) if mark}
    return len(present) == len(set(wanted)) and set(wanted) <= known


def _changed_texts(values: dict[str, Any], original: Organisation | None) -> dict[str, list[dict[str, str]]]:
    changed = {}
    for group, kind in KINDS.items():
        present = human_texts(original, kind) if original else []
        wanted = merge_texts(
            present, {lang: values[f"{group}_{lang}"] for lang in LANGUAGES if f"{group}_{lang}" in values}
        )
        if wanted != present:
            changed[str(kind)] = wanted
    return changed


def merge_texts(present: list[dict[str, str]], columns: dict[str, list[str]]) -> list[dict[str, str]]:
    """Texts by position: the n-th of each language belong together; languages without a column keep theirs."""
    kept = [{lang: text for lang, text in texts.items() if primary(lang) not in columns} for texts in present]
    count = max([len(kept), *(len(column) for column in columns.values())])
    merged: list[dict[str, str]] = []
    for place in range(count):
        texts = dict(kept[place]) if place < len(kept) else {}
        texts |= {lang: column[place] for lang, column in columns.items() if place < len(column) and column[place]}
        if texts:
            merged.append(texts)
    return merged
