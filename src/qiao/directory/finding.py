"""One search over organisations, people, offers and seeks: words and meaning, merged, with facets.

The rule of the order (docs/reference/search.md). First stand hits by words, then those by keywords that the query names,
then those by meaning alone. Hits by words stand in two tiers: all words in the name, or anywhere. Hits by meaning are the
200 nearest texts that are near enough. Score = 2 / (60 + rank by words) + 1 / (60 + rank by meaning); hits of one tier
share its middle rank. Equal scores stand in the order of meaning, then of the alphabet.
What a reader may not see is taken out before anything is ranked or counted.
"""

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from django.db import DatabaseError
from django.db.backends.utils import CursorWrapper
from django.db.models import Exists, OuterRef

from qiao.core.models import User
from qiao.directory import embedders
from qiao.directory.access import organisations_for
from qiao.directory.catalogue import FACETS, KINDS, Catalogue, Flags, Ints, reading
from qiao.directory.fulltext import by_index, document_ids
from qiao.directory.hits import LISTS, Ask, Carriers, Found, Hits
from qiao.directory.models import Membership, Organisation, Person
from qiao.directory.named_keywords import NamedKeywords
from qiao.directory.queries import PERSON_NAMES, people_for
from qiao.directory.roles import works_for_office
from qiao.directory.search import Query, parse
from qiao.engine.matching.embed import EmbedderError, Floats
from qiao.engine.matching.space import unit
from qiao.engine.matching.text import for_embedding, mainland
from qiao.templatetags.wording import HAN

log = logging.getLogger(__name__)

WORDS_WEIGHT, MEANING_WEIGHT, SMOOTHING = 2.0, 1.0, 60.0
NEAREST = 200  # texts that can be hits by meaning
NEAR_ENOUGH, NEAR_ENOUGH_RAW = 0.25, 0.4  # cosine of centred vectors; of raw ones, while there are few texts
MOST_PEOPLE = 200
MOST_NAMED = 5_000  # people whose names fit, of whom those are chosen that the reader may see
SHORTEST_MEANING = 3  # letters of a query that can mean something; Chinese: two
_QUOTES = re.compile(r'["“”„‘’‚«»‹›「」『』《》·^]')  # say nothing about what is meant

NAMED, ANYWHERE, TAGGED = 3, 2, 1  # tiers: all words in the name, all words somewhere, the query's keywords

Scores = npt.NDArray[np.float64]


@dataclass(frozen=True)
class _Meaning:
    """What a query means: a vector of the model in force; None where the embedder does not answer."""

    is_chinese: bool
    model: str
    vector: Floats | None
    is_missing: bool = False


@dataclass(frozen=True)
class _Evidence:
    """Per organisation and per entry: its tier (0: none) and similarity (-1: not near)."""

    tier: Ints
    entry_tier: Ints
    near: Floats
    entry_near: Floats
    named: list[int]  # documents with all words in the name that belong to no organisation: those of people
    spelt_alike: list[int]  # the same with typing errors, where nothing has the words as they are
    similar: bool = False


def find(viewer: User | None, ask: Ask) -> Found:
    """Everything that fits, as far as `viewer` may see it; None is the command line, which may see everything."""
    query = parse(ask.words)
    if ask.impossible or (ask.words.strip() and not query):
        return Found(Hits(), {name: {} for name in FACETS}, dict.fromkeys(LISTS, 0))
    meaning = _meaning(ask.words) if query and not query.only_places else None  # before the catalogue: it may take long
    with reading() as catalogue:
        chosen, hidden = _chosen(viewer, ask)  # after the catalogue: it may hold what was registered a moment ago
        shown = catalogue.alive.copy()
        if chosen is not None:
            shown = np.zeros(len(shown), bool)
            shown[catalogue.rows_of(chosen)] = True
        shown[catalogue.rows_of(hidden)] = False
        evidence = _evidence(catalogue, shown, ask.words, query, meaning) if query else None
        found = _organisations(catalogue, shown, evidence, ask)
    found = replace(found, words_only=bool(meaning and meaning.is_missing))
    return _with_people(viewer, evidence, ask, found)


def warm_up() -> None:
    """Read now what every search needs (at 30,000 organisations five seconds of work), so that nobody who searches waits."""
    try:
        find(None, Ask("激光 laser"))
    except DatabaseError:
        log.warning("nothing could be read for searching yet", exc_info=True)


def _chosen(viewer: User | None, ask: Ask) -> tuple[list[int] | None, list[int]]:
    """(only these organisations, or None for all; not these). Hidden ones are few, for they wait for the office."""
    waiting = Organisation.objects.filter(is_published=False)
    if viewer is None or works_for_office(viewer):
        return (list(waiting.values_list("pk", flat=True)) if ask.waiting else None), []
    return None, list(waiting.exclude(people__user=viewer).values_list("pk", flat=True))


# --- words and meaning


def _evidence(catalogue: Catalogue, shown: Flags, words: str, query: Query, meaning: _Meaning | None) -> _Evidence:
    similar, spelt_alike = False, list[int]()
    with by_index() as cursor:
        tier, entry_tier, named = _tiers(cursor, catalogue, shown, query)
        if not query.only_places and (keywords := catalogue.vocabulary.named_in(words)):
            _add_tagged(cursor, catalogue, shown, keywords, (tier, entry_tier))
        if not tier.any() and (forgiving := query.with_typos()):
            tier, entry_tier, spelt_alike = _tiers(cursor, catalogue, shown, forgiving)
            similar = bool(tier.any())
    near = np.full(len(shown), -1.0, np.float32)
    entry_near = np.full(len(catalogue.entries), -1.0, np.float32)
    if meaning:
        for entry, nearness in _nearest(catalogue, shown, meaning):
            entry_near[entry] = nearness
            near[catalogue.entry_row[entry]] = max(near[catalogue.entry_row[entry]], nearness)
    return _Evidence(tier, entry_tier, near, entry_near, named, spelt_alike, similar)


def _tiers(cursor: CursorWrapper, catalogue: Catalogue, shown: Flags, query: Query) -> tuple[Ints, Ints, list[int]]:
    """Of each organisation and each entry its tier by words; people's documents."""
    tier, entry_tier = np.zeros(len(shown), np.int32), np.zeros(len(catalogue.entries), np.int32)
    people: list[int] = []
    for level, asked in ((ANYWHERE, query), (NAMED, query.in_names())):
        ids = np.array(document_ids(cursor, asked), np.int64)
        known = ids < len(catalogue.of_document)
        if level == NAMED:
            others = (catalogue.of_document[ids[known]] < 0) & (catalogue.entry_of_document[ids[known]] < 0)
            people = [*ids[known][others].tolist(), *ids[~known].tolist()]
        elif not len(ids):  # what stands in a name stands somewhere
            break
        for target, rows in zip((tier, entry_tier), _rows(catalogue, ids), strict=True):
            target[rows] = level
    tier[~shown] = 0
    entry_tier[~shown[catalogue.entry_row]] = 0
    return tier, entry_tier, people


def _rows(catalogue: Catalogue, documents: npt.NDArray[np.int64]) -> tuple[Ints, Ints]:
    """The rows of the organisations and of the entries to which these documents belong."""
    known = documents[documents < len(catalogue.of_document)]
    firms, entries = catalogue.of_document[known], catalogue.entry_of_document[known]
    return firms[firms >= 0], entries[entries >= 0]


def _add_tagged(
    cursor: CursorWrapper, catalogue: Catalogue, shown: Flags, keywords: NamedKeywords, tiers: tuple[Ints, Ints]
) -> None:
    """Into the lowest tier what has all keywords of a query, and all its other words."""
    facets, visible = (catalogue.facets["keyword"], catalogue.entry_keywords), (shown, shown[catalogue.entry_row])
    fitting = [
        _all_of((facet.mask(codes, len(rows)) for codes in keywords.each), len(rows)) & rows
        for facet, rows in zip(facets, visible, strict=True)
    ]
    if others := parse(keywords.rest):
        found = _rows(catalogue, np.array(document_ids(cursor, others), np.int64))
        for fits, rows in zip(fitting, found, strict=True):
            said = np.zeros(len(fits), bool)
            said[rows] = True
            fits &= said
    for tier, fits in zip(tiers, fitting, strict=True):
        tier[fits & (tier == 0)] = TAGGED


def _meaning(words: str) -> _Meaning | None:
    """None for words that are too short to mean something."""
    text = for_embedding(mainland(_QUOTES.sub(" ", words)))
    is_chinese = bool(HAN.search(text))
    if len(text) < (2 if is_chinese else SHORTEST_MEANING):
        return None
    now = embedders.state()
    try:
        vector = _vector(now.choice, now.model, text) if now.model else None
    except EmbedderError:
        vector = None
    return _Meaning(is_chinese, now.model, vector, is_missing=vector is None and bool(now.model or now.problem))


@lru_cache(maxsize=256)
def _vector(choice: str, model: str, text: str) -> Floats:
    """Of a query; who turns pages or chooses facets asks for the same one again. Raises EmbedderError."""
    return np.asarray(unit(embedders.at_once(choice, model).encode([text])[0]), np.float32)


def _nearest(catalogue: Catalogue, shown: Flags, meaning: _Meaning) -> Iterator[tuple[int, float]]:
    """(entry, cosine) of the nearest texts that the reader may see."""
    vector = meaning.vector
    if vector is None or not len(catalogue.entries):
        return
    if catalogue.model != meaning.model:  # another embedder came into force this moment
        return
    shift = catalogue.query_shift(is_chinese=meaning.is_chinese)
    if shift is None and not catalogue.is_builtin:  # everything would be near
        return
    vector = vector if shift is None else unit(vector - shift)
    cosines = catalogue.vectors @ vector
    cosines[~shown[catalogue.entry_row]] = -1
    best = np.argpartition(-cosines, min(NEAREST, len(cosines)) - 1)[:NEAREST]
    least = NEAR_ENOUGH_RAW if shift is None else NEAR_ENOUGH
    for entry in best[cosines[best] >= least].tolist():
        yield entry, float(cosines[entry])


def _scores(tier: Ints, near: Floats) -> Scores:
    """The fusion, with whole numbers for what stands above all others; 0 for what is no hit."""
    scores = np.zeros(len(tier))
    above = 0
    for level in (NAMED, ANYWHERE):
        mine = tier == level
        count = int(mine.sum())
        scores[mine] += WORDS_WEIGHT / (SMOOTHING + above + (count + 1) / 2)
        above += count
    by_meaning = np.flatnonzero(near > 0)
    ranks = np.empty(len(by_meaning))
    ranks[np.argsort(-near[by_meaning], kind="stable")] = np.arange(1, len(by_meaning) + 1)
    scores[by_meaning] += MEANING_WEIGHT / (SMOOTHING + ranks)
    scores[tier == TAGGED] += 1
    scores[tier > TAGGED] += 2
    return scores


# --- lists and facets


@dataclass(frozen=True)
class _List:
    """One kind of list: its rows (of organisations, or of entries), the organisation of each, and each one's score."""

    kind: str
    rows: Ints
    owners: Ints
    scores: Scores
    near: Floats


def _lists(catalogue: Catalogue, shown: Flags, evidence: _Evidence | None, ask: Ask) -> Iterator[_List]:
    everything = np.arange(len(shown), dtype=np.int32)
    kinds = [np.flatnonzero(catalogue.entry_kind == number).astype(np.int32) for number in range(len(KINDS))]
    for kind, rows in zip(("", *KINDS), (everything, *kinds), strict=True):
        owners = catalogue.entry_row[rows] if kind else rows
        near = np.zeros(len(rows), np.float32)
        scores = np.ones(len(rows))
        if evidence:
            near = (evidence.entry_near if kind else evidence.near)[rows]
            scores = _scores((evidence.entry_tier if kind else evidence.tier)[rows], near)
        if kind and ask.entries is not None:
            scores = scores * np.isin(catalogue.entries[rows], list(ask.entries))
        yield _List(kind, rows, owners, scores * shown[owners], near)


def _organisations(catalogue: Catalogue, shown: Flags, evidence: _Evidence | None, ask: Ask) -> Found:
    """The list that was asked for; the numbers of all lists."""
    chosen = {name: values for name, values in ask.facets.items() if name in FACETS and values}
    masks = {name: catalogue.facets[name].mask(values, len(shown)) for name, values in chosen.items()}
    fitting = _all_of(masks.values(), len(shown))
    kinds: dict[str, int] = {}
    hits, counts = Hits(), {}
    for one in _lists(catalogue, shown, evidence, ask):
        kept = np.flatnonzero(fitting[one.owners] & (one.scores > 0))
        kinds[one.kind] = len(kept)
        if one.kind == (ask.kind if ask.kind in KINDS else ""):
            counts = _counts(catalogue, one.owners[one.scores > 0], masks)
            owners = one.owners[kept]
            first = catalogue.changed[owners] if ask.newest else one.scores[kept]
            rows = one.rows[kept[_order(catalogue, owners, first, one.near[kept])]]
            hits = _hits(catalogue, one.kind, rows, evidence)
    return Found(hits, counts, kinds, bool(evidence and evidence.similar))


def _all_of(masks: Iterable[Flags], size: int) -> Flags:
    return np.asarray(np.logical_and.reduce([np.ones(size, bool), *masks]), bool)


def _counts(catalogue: Catalogue, owners: Ints, masks: Mapping[str, Flags]) -> dict[str, dict[str, int]]:
    size = len(catalogue.organisations)
    per_row = np.bincount(owners, minlength=size).astype(float)
    return {
        name: facet.counts(per_row * _all_of((m for other, m in masks.items() if other != name), size))
        for name, facet in catalogue.facets.items()
    }


def _order(catalogue: Catalogue, owners: Ints, scores: Scores, near: Floats) -> npt.NDArray[np.intp]:
    return np.lexsort((catalogue.name_order[owners], -near, -scores))


def _hits(catalogue: Catalogue, kind: str, rows: Ints, evidence: _Evidence | None) -> Hits:
    if kind:
        return Hits(kind, catalogue.entries[rows])
    return Hits("organisation", catalogue.organisations[rows], rows, _carriers(catalogue, evidence))


def _carriers(catalogue: Catalogue, evidence: _Evidence | None) -> Carriers | None:
    """The offers and seeks with the words or near in meaning: the nearest first, then those with the words."""
    if evidence is None:
        return None
    carrying = np.flatnonzero((evidence.entry_tier > 0) | (evidence.entry_near > 0))
    order = carrying[np.lexsort((carrying, -evidence.entry_tier[carrying], -evidence.entry_near[carrying]))]
    return Carriers(catalogue.entries[order], catalogue.entry_row[order])


# --- people


def _with_people(viewer: User | None, evidence: _Evidence | None, ask: Ask, found: Found) -> Found:
    """People found by name. Facets speak of organisations, so that with one chosen nobody is listed."""
    people: list[int] = []
    if evidence and not ask.waiting and not any(ask.facets.values()):
        people = _people(viewer, evidence.named)
        if not people and not found.hits:
            people = _people(viewer, evidence.spelt_alike)
    firms = found.kinds[""]
    kinds = {**found.kinds, "": firms + len(people), "organisation": firms, "person": len(people)}
    if ask.kind == "person":
        return Found(Hits().after(people), {name: {} for name in FACETS}, kinds, found.similar)
    hits = found.hits.after(people) if ask.kind == "" else found.hits
    return replace(found, hits=hits, kinds=kinds)


def _people(viewer: User | None, documents: list[int]) -> list[int]:
    """Those behind these documents whose name the reader may see, by name; the first MOST_NAMED documents are looked at."""
    if not documents:
        return []
    rows = Person.objects.filter(document__in=sorted(documents)[:MOST_NAMED])
    if viewer is not None:
        seen = organisations_for(viewer).filter(pk=OuterRef("organisation_id"))
        places = Membership.objects.filter(Exists(seen), person=OuterRef("pk"))
        rows = people_for(viewer, rows).filter(Exists(places))
    # What the index was made of must still be there: an erased name finds nobody, whatever the index says.
    rows = rows.annotate(names=PERSON_NAMES).filter(document__names=PERSON_NAMES)
    return [pk for _name, pk in sorted(rows.order_by("pk").values_list("name", "pk")[:MOST_PEOPLE])]
