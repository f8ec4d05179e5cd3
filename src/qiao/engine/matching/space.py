"""The common space of all languages: the texts' vectors, centred by language and role of this very corpus.

A multilingual model puts texts of one language, and offers apart from seeks, into corners of their own. Subtracting the
mean of each (language, role) and renormalising removes most of that. A mean of few texts would subtract their content
as well, therefore it is drawn towards the mean of the language, and that towards the mean of all texts.
`compared` adds what takes away the rest: see `hubs`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from qiao.engine.matching.embed import Embedder, Floats, encode_unique, model_name, parts_of
from qiao.engine.matching.hubs import Group, Hubs, Members, measured, owners
from qiao.engine.matching.model import ROLES, Profile, TextKey, primary
from qiao.engine.matching.text import chosen_language, for_embedding

FEWEST_TEXTS = 20
ENOUGH_TEXTS = 50
DRAWN = 5  # a group's own mean counts n / (n + DRAWN)


def mean_weight(count: int) -> float:
    """How much of its mean is subtracted from a corpus of `count` texts: 0 below 20, count / 50 from 20 to 49, 1 from 50 on."""
    if count < FEWEST_TEXTS:
        return 0.0
    return min(1.0, count / ENOUGH_TEXTS)


def unit(vectors: Floats) -> Floats:
    """Rows of length 1; rows of zeros stay zeros."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-9), np.float32)


@dataclass(frozen=True, slots=True)
class Statistics:
    """What was learned from a corpus: number of texts and mean direction of each (language, role)."""

    counts: Mapping[Group, int]
    means: Mapping[Group, Floats]

    def shift(self, group: Group) -> Floats | None:
        """What is subtracted from the vectors of a group, also of one that was not there; None if nothing is."""
        weight = mean_weight(sum(self.counts.values()))
        if not weight:
            return None
        level: Floats | None = None
        for near in (list(self.counts), [own for own in self.counts if own[0] == group[0]], [group]):
            counts = [self.counts.get(own, 0) for own in near]
            if sum(counts):
                mean = np.average([self.means[own] for own in near], axis=0, weights=counts)
                drawn = sum(counts) / (sum(counts) + DRAWN)
                level = mean if level is None else level + drawn * (mean - level)
        assert level is not None
        return np.asarray(weight * level, np.float32)


@dataclass
class Space:
    """Vectors by text, growing in place. Changing a profile uses the statistics of the last `refresh`."""

    dim: int
    model: str = ""
    parts: tuple[int, ...] = field(init=False)
    _rows: dict[TextKey, int] = field(default_factory=dict, repr=False)
    _of_profile: dict[str, list[TextKey]] = field(default_factory=dict, repr=False)
    _free: list[int] = field(default_factory=list, repr=False)
    _raw: Floats = field(init=False, repr=False)  # as they came, of length 1; centred when they are asked for
    _further: Floats = field(init=False, repr=False)
    statistics: Statistics = field(init=False, repr=False)
    hubs: Hubs = field(init=False, repr=False)
    _owners: dict[str, int] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.parts = parts_of(self.model, self.dim)
        self._raw = np.zeros((0, self.dim), np.float32)
        self._further = np.zeros((0, 0), np.float32)
        self.statistics, self.hubs = Statistics({}, {}), Hubs()

    @classmethod
    def build(cls, profiles: Iterable[Profile], embedder: Embedder) -> "Space":
        """Embed one text (its best native language) of each offer and seek; needs no stored vectors."""
        space = cls(embedder.dim, model_name(embedder))
        texts = texts_to_embed(profiles)
        vectors = encode_unique(embedder, list(texts.values()))
        space.fill(dict(zip(texts, vectors, strict=True)))
        return space

    @classmethod
    def from_vectors(cls, vectors: Mapping[TextKey, Floats], *, dim: int, model: str = "") -> "Space":
        """A space of stored vectors, all of one model (its `model_name`). Raises ValueError if one has another length than `dim`."""
        space = cls(dim, model)
        space.fill(vectors)
        return space

    def fill(self, vectors: Mapping[TextKey, Floats]) -> None:
        """Put many vectors in at once, as `replace` does for each profile they name, and refresh the statistics."""
        self._check(vectors)
        for profile in {key.profile for key in vectors}:
            self.remove(profile)
        self._store(vectors)
        self.refresh()

    def replace(self, profile: str, vectors: Mapping[TextKey, Floats]) -> None:
        """Make `vectors` the only texts of one profile. Raises ValueError for a foreign key or a wrong vector."""
        self._check(vectors)
        if any(key.profile != profile for key in vectors):
            raise ValueError(f"a text of another profile than {profile!r}")
        self.remove(profile)
        self._store(vectors)
        groups = _grouped(vectors)
        levels = self.hubs.levels({group: self._members(keys) for group, keys in groups.items()})
        for group, keys in groups.items():
            self._further[self._at(keys)] = self.hubs.coordinates(group, levels[group])

    def remove(self, profile: str) -> None:
        """Forget a profile's texts; an unknown profile has none."""
        for key in self._of_profile.pop(profile, []):
            self._free.append(self._rows.pop(key))

    def refresh(self) -> None:
        """Recompute the statistics from the texts now in the space; all are centred by them from now on."""
        counts: dict[Group, int] = {}
        means: dict[Group, Floats] = {}
        groups = {group: sorted(keys) for group, keys in sorted(_grouped(self._rows).items())}
        for group, keys in groups.items():  # sorted: the sum must not depend on the order of arrival
            counts[group] = len(keys)
            means[group] = np.asarray(self._raw[self._at(keys)].mean(axis=0, dtype=np.float64), np.float32)
        self.statistics = Statistics(counts, means)
        self.hubs, levels = measured({group: self._members(keys) for group, keys in groups.items()})
        self._further = np.zeros((len(self._raw), self.hubs.columns()), np.float32)
        for group, keys in groups.items():
            self._further[self._at(keys)] = self.hubs.coordinates(group, levels[group])

    def keys(self) -> list[TextKey]:
        return sorted(self._rows)

    def __contains__(self, key: object) -> bool:
        return key in self._rows

    def __len__(self) -> int:
        return len(self._rows)

    def vectors(self, keys: Sequence[TextKey]) -> Floats:
        """Centred unit vectors, float32 [len(keys), dim]."""
        found = self._raw[self._at(keys)]
        places: dict[Group, list[int]] = {}
        for n, key in enumerate(keys):
            places.setdefault(_group(key), []).append(n)
        for group, at in places.items():
            shift = self.statistics.shift(group)
            if shift is not None:
                found[at] = self._joined(found[at] - shift)
        return found

    def compared(self, keys: Sequence[TextKey]) -> Floats:
        """The vectors whose products, with one side turned by `hubs.as_queries`, are the corrected similarities."""
        return np.hstack([self.vectors(keys), self._further[self._at(keys)]])

    def _at(self, keys: Sequence[TextKey]) -> "np.ndarray[tuple[int], np.dtype[np.intp]]":
        return np.fromiter((self._rows[key] for key in keys), np.intp, len(keys))

    def _members(self, keys: Sequence[TextKey]) -> Members:
        return Members(self.vectors(keys), owners([key.profile for key in keys], self._owners))

    def _check(self, vectors: Mapping[TextKey, Floats]) -> None:
        for key, vector in vectors.items():
            if vector.shape != (self.dim,) or not np.isfinite(vector).all():
                raise ValueError(f"not a vector of {self.dim} finite numbers: {key}")

    def _store(self, vectors: Mapping[TextKey, Floats]) -> None:
        if not vectors:
            return
        self._reserve(len(vectors))
        rows = [self._free.pop() for _ in vectors]
        self._raw[rows] = self._joined(np.stack(list(vectors.values())))
        for key, row in zip(vectors, rows, strict=True):
            self._rows[key] = row
            self._of_profile.setdefault(key.profile, []).append(key)

    def _reserve(self, count: int) -> None:
        missing = count - len(self._free)
        if missing <= 0:
            return
        old = len(self._raw)
        more = np.zeros((max(missing, old // 4, 16), self.dim), np.float32)
        self._raw = np.vstack([self._raw, more])
        self._further = np.vstack([self._further, np.zeros((len(more), self._further.shape[1]), np.float32)])
        self._free = list(range(len(self._raw) - 1, old - 1, -1)) + self._free

    def _joined(self, vectors: Floats) -> Floats:
        """Each model's part brought to the same length, so that none outweighs another."""
        if len(self.parts) == 1:
            return unit(vectors)
        parts = np.split(vectors, np.cumsum(self.parts)[:-1], axis=1)
        return np.asarray(np.hstack([unit(part) for part in parts]) / np.sqrt(len(parts)), np.float32)


def _group(key: TextKey) -> Group:
    return primary(key.lang), key.role


def _grouped(keys: Iterable[TextKey]) -> dict[Group, list[TextKey]]:
    groups: dict[Group, list[TextKey]] = {}
    for key in keys:
        groups.setdefault(_group(key), []).append(key)
    return groups


def texts_to_embed(profiles: Iterable[Profile]) -> dict[TextKey, str]:
    """The text of each offer and seek that is embedded, cleaned and without role words; unreadable ones are left out."""
    found: dict[TextKey, str] = {}
    for profile in profiles:
        for role in ROLES:
            for text in profile.texts(role):
                lang = chosen_language(profile, text)
                if lang is not None:
                    found[TextKey(profile.id, role, text.index, lang)] = for_embedding(text.words[lang])
    return found
