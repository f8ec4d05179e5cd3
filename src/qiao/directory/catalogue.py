"""What one process keeps in memory for searching: every organisation's facets, and the vectors of all offers and seeks.

Rows are only added: a changed organisation gets new rows, its old ones die. `current()` asks the database for the
index's version (one query) and reads what is newer. Nothing here decides what a reader may see.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import RLock

import numpy as np
import numpy.typing as npt

from qiao.core.languages import primary
from qiao.directory import embedders
from qiao.directory.catalogue_rows import FACETS, KINDS, Rows, read_rows, read_vocabulary, zone_code
from qiao.directory.models import Organisation
from qiao.directory.named_keywords import Vocabulary
from qiao.directory.search_models import SearchDocument, SearchState
from qiao.engine.matching.embed import BuiltIn, Floats, vector_from_bytes
from qiao.engine.matching.space import mean_weight, unit

Ints = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]

LANGUAGES = ("de", "zh", "en")
OTHER = len(LANGUAGES)
MOST_DEAD = 0.2  # share of dead rows from which on everything is read anew
MOST_GROWN = 1.25  # times the organisations that the means were taken of: then they are taken anew
_CHUNK = 5_000
_lock = RLock()
_current: "Catalogue | None" = None


@dataclass
class Facet:
    """Which organisation (row) has which value (number); a row may have several values or none."""

    names: dict[str, int] = field(default_factory=dict)
    rows: Ints = field(default_factory=lambda: np.zeros(0, np.int32))
    values: Ints = field(default_factory=lambda: np.zeros(0, np.int32))

    def add(self, first: int, each: Sequence[Iterable[str]]) -> None:
        pairs = [
            (first + n, self.names.setdefault(name, len(self.names))) for n, names in enumerate(each) for name in names
        ]
        new = np.array(pairs, np.int32).reshape(-1, 2)
        self.rows, self.values = np.concatenate([self.rows, new[:, 0]]), np.concatenate([self.values, new[:, 1]])

    def mask(self, names: Iterable[str], size: int) -> Flags:
        """The rows that have one of the values."""
        found, wanted = np.zeros(size, bool), np.zeros(len(self.names), bool)
        wanted[[self.names[name] for name in names if name in self.names]] = True
        found[self.rows[wanted[self.values]]] = True
        return found

    def counts(self, weights: npt.NDArray[np.float64]) -> dict[str, int]:
        """Value -> sum of the rows' weights; values that nobody has are left out."""
        totals = np.bincount(self.values, weights=weights[self.rows], minlength=len(self.names))
        names, numbers = list(self.names), np.flatnonzero(totals)
        return {names[number]: int(total) for number, total in zip(numbers, totals[numbers], strict=True)}


def _empty() -> Ints:
    return np.zeros(0, np.int32)


@dataclass
class Catalogue:
    """Arrays over organisations (rows 0…n) and over entries (rows 0…m)."""

    model: str
    dim: int
    version: int = 0
    stamp: str = ""
    deletions: int = 0
    organisations: Ints = field(default_factory=_empty)  # primary keys
    alive: Flags = field(default_factory=lambda: np.zeros(0, bool))
    names: list[str] = field(default_factory=list)  # to sort by
    changed: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))  # the same; seconds
    facets: dict[str, Facet] = field(default_factory=lambda: {name: Facet() for name in FACETS})
    entries: Ints = field(default_factory=_empty)  # primary keys
    entry_row: Ints = field(default_factory=_empty)  # row of the organisation
    entry_kind: Ints = field(default_factory=_empty)  # place in KINDS
    entry_keywords: Facet = field(default_factory=Facet)
    entry_group: Ints = field(default_factory=_empty)  # language * 2 + kind; -1 without a vector
    of_document: Ints = field(default_factory=_empty)  # document's primary key -> row of the organisation, else -1
    entry_of_document: Ints = field(default_factory=_empty)  # … -> row of the entry, else -1
    _row_of: dict[int, int] = field(default_factory=dict, repr=False)
    _vectors: Floats = field(init=False, repr=False)
    _means: dict[int, Floats] = field(default_factory=dict, repr=False)
    _order: Ints | None = field(default=None, repr=False)
    vocabulary: Vocabulary = field(default_factory=Vocabulary, repr=False)
    settled: int = 0  # organisations of whose texts the means were taken

    def __post_init__(self) -> None:
        self._vectors = np.zeros((0, self.dim), np.float32)

    @property
    def vectors(self) -> Floats:
        """Centred unit vectors of the entries; zeros for those not embedded yet."""
        return self._vectors[: len(self.entries)]

    @property
    def name_order(self) -> Ints:
        """Each row's place in the alphabet."""
        if self._order is None or len(self._order) != len(self.names):
            places = np.empty(len(self.names), np.int32)
            places[sorted(range(len(self.names)), key=lambda row: (self.names[row], self.organisations[row]))] = (
                np.arange(len(self.names), dtype=np.int32)
            )
            self._order = places
        return self._order

    def rows_of(self, organisations: Iterable[int]) -> list[int]:
        return [self._row_of[pk] for pk in organisations if pk in self._row_of]

    def query_shift(self, *, is_chinese: bool) -> Floats | None:
        """What is subtracted from a query's vector: the mean of the Chinese texts, over offers and seeks, or of all languages.

        A few words in Latin script may be German or English: the mean of all finds as well as that of the right one
        (docs/reference/search.md). Of all also where Chinese has too few texts: what the query is compared with is centred.
        """
        number = LANGUAGES.index("zh")
        chinese = [self._means[group] for group in (2 * number, 2 * number + 1) if is_chinese and group in self._means]
        means = chinese or list(self._means.values())
        return np.asarray(np.mean(means, axis=0), np.float32) if means else None

    @property
    def is_builtin(self) -> bool:
        """With the built-in embedder texts that have nothing to do with each other lie at right angles, also uncentred."""
        return self.model.startswith(f"{BuiltIn.name}/")

    # --- growing

    def read(self, organisations: Sequence[int]) -> None:
        """Read these organisations from the database; their earlier rows die."""
        for start in range(0, len(organisations), _CHUNK):
            self._add(read_rows(organisations[start : start + _CHUNK], self.model))

    def read_words(self) -> None:
        """Read the vocabulary; its words are only gone through where they are others."""
        rows = tuple(read_vocabulary())
        if rows != self.vocabulary.rows:
            self.vocabulary = Vocabulary(rows)

    def kill(self, organisations: Iterable[int]) -> None:
        for pk in organisations:
            row = self._row_of.pop(pk, None)
            if row is not None:
                self.alive[row] = False

    def _add(self, rows: Rows) -> None:
        self.kill(rows.organisations)
        first = len(self.organisations)
        self._row_of |= {pk: first + n for n, pk in enumerate(rows.organisations)}
        self.organisations = np.concatenate([self.organisations, np.array(rows.organisations, np.int32)])
        self.alive = np.concatenate([self.alive, np.ones(len(rows.organisations), bool)])
        self.names += rows.names
        self.changed = np.concatenate([self.changed, rows.changed])
        for name, facet in self.facets.items():
            facet.add(first, rows.facets[name])
        self._add_documents(rows, self._add_entries(rows))

    def _add_entries(self, rows: Rows) -> dict[int, int]:
        """By primary key the row of each new entry."""
        start, found = len(self.entries), rows.entries
        self._reserve(start + len(found))
        groups = np.full(len(found), -1, np.int32)
        for n, (pk, _organisation, kind) in enumerate(found):
            if vector := rows.vectors.get(pk):
                code = primary(vector[0])
                number = LANGUAGES.index(code) if code in LANGUAGES else OTHER
                groups[n] = 2 * number + KINDS.index(kind)
                self._vectors[start + n] = vector_from_bytes(vector[1])
        owners = np.array([self._row_of[organisation] for _pk, organisation, _kind in found], np.int32)
        kinds = np.array([KINDS.index(kind) for _pk, _organisation, kind in found], np.int32)
        keys = np.array([pk for pk, _organisation, _kind in found], np.int32)
        self.entries = np.concatenate([self.entries, keys])
        self.entry_row = np.concatenate([self.entry_row, owners])
        self.entry_kind = np.concatenate([self.entry_kind, kinds])
        self.entry_group = np.concatenate([self.entry_group, groups])
        self.entry_keywords.add(start, [rows.tagged.get(pk, ()) for pk in keys.tolist()])
        self._vectors[start : start + len(found)] = unit(self._vectors[start : start + len(found)])
        if self._means:
            self._centre(start)
        return {int(pk): start + n for n, pk in enumerate(keys.tolist())}

    def _reserve(self, count: int) -> None:
        if count > len(self._vectors):
            grown = np.zeros((count + count // 8 + 64, self.dim), np.float32)
            grown[: len(self._vectors)] = self._vectors
            self._vectors = grown

    def _add_documents(self, rows: Rows, entry_rows: Mapping[int, int]) -> None:
        highest = max((pk for pk, _organisation, _entry in rows.documents), default=0)
        missing = highest + 1 - len(self.of_document)
        if missing > 0:
            filler = np.full(missing + 1024, -1, np.int32)
            self.of_document = np.concatenate([self.of_document, filler])
            self.entry_of_document = np.concatenate([self.entry_of_document, filler])
        for pk, organisation, entry in rows.documents:
            if entry is None:
                self.of_document[pk] = self._row_of[organisation]
            else:
                self.entry_of_document[pk] = entry_rows.get(entry, -1)

    # --- centring

    def settle(self, hidden: Iterable[int]) -> None:
        """Take the means of each language and role, of what everybody may read, from all vectors; centre them."""
        shown = self.alive.copy()
        shown[self.rows_of(hidden)] = False
        raw, groups = self.vectors, np.where(shown[self.entry_row], self.entry_group, -1)
        for group in range(2 * (OTHER + 1)):
            mine = np.flatnonzero(groups == group)
            if weight := mean_weight(len(mine)):
                weight = weight if self.is_builtin else 1.0
                self._means[group] = np.asarray(weight * raw[mine].mean(axis=0, dtype=np.float64), np.float32)
        self._centre(0)
        self.settled = len(self.organisations)

    def _centre(self, start: int) -> None:
        for group, mean in self._means.items():
            mine = start + np.flatnonzero(self.entry_group[start:] == group)
            self._vectors[mine] = unit(self._vectors[mine] - mean)


def _load(state: SearchState) -> Catalogue:
    embedder = embedders.state()
    made = Catalogue(embedder.model, embedder.dim, state.version, state.stamp, state.deletions)
    made.read(list(Organisation.objects.order_by("pk").values_list("pk", flat=True)))
    made.read_words()
    made.settle(Organisation.objects.filter(is_published=False).values_list("pk", flat=True))
    return made


def _refresh(known: Catalogue, state: SearchState) -> Catalogue:
    newer = SearchDocument.objects.filter(version__gt=known.version).exclude(organisation=None)
    changed = sorted(set(newer.values_list("organisation_id", flat=True)))
    dead = 1 - known.alive.mean() if len(known.alive) else 1.0
    many = len(known.alive) + len(changed) > MOST_GROWN * known.settled
    moved = embedders.state().model != known.model
    if state.version <= known.version or many or dead > MOST_DEAD or moved:
        return _load(state)
    if state.deletions != known.deletions:
        _after_deletions(known, state)
    known.read(changed)
    known.read_words()
    known.version, known.stamp, known.deletions = state.version, state.stamp, state.deletions
    return known


@contextmanager
def reading() -> Iterator[Catalogue]:
    """The catalogue as new as the database (one query when nothing has changed); nobody changes it meanwhile."""
    global _current
    state = SearchState.objects.filter(pk=1).first() or SearchState(pk=1)
    with _lock:
        if _current is None:
            _current = _load(state)
        elif _current.stamp != state.stamp:
            _current = _refresh(_current, state)
        elif _current.deletions != state.deletions:
            _after_deletions(_current, state)
        yield _current


def _after_deletions(known: Catalogue, state: SearchState) -> None:
    there = set(Organisation.objects.values_list("pk", flat=True))
    known.kill([pk for pk in known.organisations[known.alive].tolist() if pk not in there])
    known.deletions = state.deletions


def forget() -> None:
    """Read everything anew at the next search."""
    global _current
    with _lock:
        _current = None


__all__ = ["FACETS", "KINDS", "Catalogue", "Facet", "forget", "reading", "zone_code"]
