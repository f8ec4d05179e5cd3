"""What the catalogue reads from the database: plain tuples in eight queries, for it reads everything when a process starts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import starmap

from qiao.core.languages import primary
from qiao.directory.models import Entry, EntryKeyword, Keyword, Organisation, OrganisationKeyword, Vector
from qiao.directory.named_keywords import KeywordRow
from qiao.directory.search import fold
from qiao.directory.search_models import SearchDocument

FACETS = ("country", "region", "zone", "park", "type", "theme", "keyword", "language", "profile")
KINDS: tuple[str, ...] = (Entry.Kind.OFFER.value, Entry.Kind.SEEK.value)
FILLED, EMPTY = "filled", "empty"  # of the facet "profile": with or without an offer or a seek
_FIELDS = (
    "pk", "name", "name_latin", "country", "side__code", "zone", "park__code", "park__zone", "type", "languages", "changed",
)  # fmt: skip


@dataclass(frozen=True)
class Rows:
    """organisations: primary keys; names, changed (seconds): to sort by; facets: by facet the values of each organisation, in that order.

    entries: (primary key, organisation, kind); tagged: by entry the codes of its keywords; vectors: by entry (language, bytes);
    documents: (primary key, organisation, entry or None).
    """

    organisations: list[int]
    names: list[str]
    changed: list[float]
    facets: dict[str, list[list[str]]]
    entries: list[tuple[int, int, str]]
    tagged: dict[int, list[str]]
    vectors: dict[int, tuple[str, bytes]]
    documents: list[tuple[int, int, int | None]]


def read_rows(keys: Sequence[int], model: str) -> Rows:
    """These organisations, as far as they are there."""
    found = list(Organisation.objects.filter(pk__in=keys).order_by("pk").values_list(*_FIELDS))
    themes = defaultdict(list)
    for organisation, code in Organisation.themes.through.objects.filter(organisation__in=keys).values_list(
        "organisation_id", "theme__code"
    ):
        themes[organisation].append(code)
    keywords, tagged = _keywords(keys)
    entries = Entry.objects.filter(organisation__in=keys).order_by("organisation_id", "pk")
    said = list(entries.values_list("pk", "organisation_id", "kind"))
    speaking = {organisation for _pk, organisation, _kind in said}
    facets: dict[str, list[list[str]]] = {name: [] for name in FACETS}
    for pk, _name, _latin, country, region, zone, park, park_zone, kind, languages, _changed in found:
        zone = zone or zone_code(park_zone or {})
        values = {
            "country": [country], "region": [region], "zone": [zone] if zone else [], "park": [park] if park else [],
            "type": [kind], "theme": themes.get(pk, []), "keyword": keywords.get(pk, []),
            "language": sorted({primary(tag) for tag in languages}), "profile": [FILLED if pk in speaking else EMPTY],
        }  # fmt: skip
        for name in FACETS:
            facets[name].append(values[name])
    vectors = Vector.objects.filter(model=model, entry__organisation__in=keys).values_list(
        "entry_id", "language", "data"
    )
    documents = SearchDocument.objects.filter(organisation__in=keys)
    there = {row[0] for row in found}
    return Rows(
        organisations=[row[0] for row in found],
        names=[fold(row[2] or row[1]) for row in found],
        changed=[row[-1].timestamp() for row in found],
        facets=facets,
        entries=[row for row in said if row[1] in there],
        tagged=tagged,
        vectors={entry: (language, bytes(data)) for entry, language, data in vectors.iterator()},
        documents=[row for row in documents.values_list("pk", "organisation_id", "entry_id") if row[1] in there],
    )


def read_vocabulary() -> Iterable[KeywordRow]:
    rows = Keyword.objects.order_by("pk").values_list("pk", "code", "names", "synonyms", "broader_id", "is_retired")
    return starmap(KeywordRow, rows)


def _keywords(keys: Sequence[int]) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """The codes of terms by organisation (in its texts or said by its people, and not removed by them), and by entry."""
    terms: dict[int, set[str]] = defaultdict(set)
    tagged: dict[int, list[str]] = defaultdict(list)
    found = EntryKeyword.objects.filter(entry__organisation__in=keys)
    for organisation, entry, code in found.values_list("entry__organisation_id", "entry_id", "keyword__code"):
        terms[organisation].add(code)
        tagged[entry].append(code)
    said = OrganisationKeyword.objects.filter(organisation__in=keys)
    for organisation, code, origin in said.values_list("organisation_id", "keyword__code", "origin"):
        (terms[organisation].discard if origin == OrganisationKeyword.Origin.REMOVED else terms[organisation].add)(code)
    return {organisation: sorted(codes) for organisation, codes in terms.items()}, tagged


def zone_code(names: Mapping[str, str]) -> str:
    """What a zone is called in addresses: one of its names, the same whatever order a database gives them in."""
    return names[min(names)] if names else ""
