"""The rows that an import writes: all made before its transaction, so that nobody waits for more than the writing itself."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from django.utils.text import slugify

from qiao.core.bulk import Statement, changing, insertion, reserve
from qiao.core.languages import reader_language
from qiao.core.models import Text
from qiao.directory.entry_changes import EntryChanges
from qiao.directory.imports import Change
from qiao.directory.models import Entry, Organisation, Park
from qiao.directory.search import pinyin

DERIVED = ("park", "same_keys", "changed")  # beside the fields that a row changes
_CHUNK = 1_000


@dataclass
class Writing:
    """What is to be done in one transaction, in this order."""

    deletions: list["QuerySet[Model]"] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)

    def run(self) -> None:
        for rows in self.deletions:
            rows.delete()
        for statement in self.statements:
            statement.run()

    def delete(self, rows: "QuerySet[Model]", column: str, values: list[int]) -> None:
        parts = (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))
        self.deletions += [rows.filter(**{f"{column}__in": part}) for part in parts]


def prepare(changes: list[Change]) -> Writing:
    """Gives new organisations and parks their primary keys, which are used up whether this is run or not."""
    writing = Writing()
    new = [change for change in changes if change.was_new]
    for change, pk in zip(new, reserve(Organisation, len(new)), strict=True):
        change.organisation.pk = pk
    writing.statements += [insertion(Park, _new_parks(changes), keyed=True)]
    writing.statements += [insertion(Organisation, (change.organisation for change in new), keyed=True)]
    writing.statements += _changed_organisations(changes)
    _write_entries(changes, writing)
    _write_links(changes, writing)
    return writing


def _changed_organisations(changes: Iterable[Change]) -> Iterator[Statement]:
    """One statement for all rows that change the same fields."""
    alike = defaultdict(list)
    for change in changes:
        if not change.was_new:
            said = ["texts_version"] if change.entries != EntryChanges() else []
            change.organisation.texts_version += len(said)
            alike[tuple(dict.fromkeys([*change.fields, *said, *DERIVED]))].append(change.organisation)
    for names, organisations in alike.items():
        yield changing(Organisation, organisations, names)


def _write_entries(changes: list[Change], writing: Writing) -> None:
    new = [(c.organisation, *entry) for c in changes for entry in _new_entries(c)]
    keys = reserve(Entry, len(new))
    owner = ContentType.objects.get_for_model(Entry)
    writing.delete(Entry.objects.all(), "pk", [pk for c in changes for pk in c.entries.gone])
    writing.delete(Text.objects.all(), "pk", [pk for c in changes for pk in c.entries.gone_texts])
    changed = (text for change in changes for text in change.entries.changed_texts)
    entries = (
        Entry(pk=pk, organisation=organisation, kind=kind, position=position)
        for pk, (organisation, kind, position, _texts) in zip(keys, new, strict=True)
    )
    texts = [text for change in changes for text in change.entries.new_texts]
    texts += [(pk, *one) for pk, (*_entry, wanted) in zip(keys, new, strict=True) for one in wanted.items()]
    wordings = (
        Text(owner_type=owner, owner_id=pk, field="text", language=language, text=words)
        for pk, language, words in texts
    )
    writing.statements += [
        changing(Text, changed, ("text", "origin", "version", "changed")),
        insertion(Entry, entries, keyed=True),
        insertion(Text, wordings),
    ]


def _new_entries(change: Change) -> Iterator[tuple[str, int, dict[str, str]]]:
    if not change.was_new:
        yield from change.entries.new
        return
    for kind, wordings in change.texts.items():
        for position, wanted in enumerate(wordings, 1):
            yield kind, position, wanted


def _write_links(changes: list[Change], writing: Writing) -> None:
    """Themes, and who must not be suggested."""
    themes, avoid = Organisation.themes.through, Organisation.avoid.through
    old = [change for change in changes if not change.was_new]
    writing.delete(themes.objects.all(), "organisation_id", [c.organisation.pk for c in old if c.themes is not None])
    writing.delete(avoid.objects.all(), "from_organisation_id", [c.organisation.pk for c in old if c.avoid is not None])
    pairs = ((c.organisation.pk, pk) for c in changes for pk in c.themes or ())
    avoided = _avoided(changes)
    writing.statements += [
        insertion(themes, (themes(organisation_id=one, theme_id=pk) for one, pk in pairs)),
        insertion(avoid, (avoid(from_organisation_id=one, to_organisation_id=pk) for one, pk in avoided)),
    ]


def _avoided(changes: list[Change]) -> Iterator[tuple[int, int]]:
    if not any(change.avoid for change in changes):
        return
    rows = Organisation.objects.values_list("pk", "key", "external_id")
    marks = [*rows, *((c.organisation.pk, c.organisation.key, c.organisation.external_id) for c in changes)]
    ids = {key: pk for pk, key, _external in marks} | {external: pk for pk, _key, external in marks if external}
    for change in changes:
        wanted = {ids[mark] for mark in change.avoid or ()} - {change.organisation.pk}
        yield from ((change.organisation.pk, pk) for pk in sorted(wanted))


def _new_parks(changes: Iterable[Change]) -> list[Park]:
    """The parks that the table names and nobody else has; the organisations get them."""
    made: dict[tuple[str, int], Park] = {}
    taken = set(Park.objects.values_list("code", flat=True))
    for change in changes:
        if not change.park:
            continue
        side = change.organisation.side
        key = (change.park.casefold(), side.pk)
        if key not in made:
            zone = {reader_language(): change.organisation.zone} if change.organisation.zone else {}
            language = "zh" if pinyin(change.park) else "de" if side.country == "DE" else "en"
            code = _park_code(change.park, taken)
            taken.add(code)
            (pk,) = reserve(Park, 1)
            made[key] = Park(pk=pk, code=code, names={language: change.park}, zone=zone, side=side)
        change.organisation.park = made[key]
    return list(made.values())


def _park_code(name: str, taken: set[str]) -> str:
    """A code from the name's letters or pinyin, with a number where it is taken."""
    base = slugify(f"{pinyin(name)} {name}")[:40] or "park"
    return next(code for n in range(1, len(taken) + 2) if (code := base if n == 1 else f"{base}-{n}") not in taken)
