"""The common space of all languages: the texts' vectors, centred by language and role of this very corpus.

A multilingual model puts texts of one language, and offers apart from seeks, into corners of their own. Subtracting the
mean of each (language, role) and renormalising removes most of that. A mean of few texts would subtract their content
as well, therefore it counts with the weight of `mean_weight`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from qiao.engine.matching.embed import Embedder, Floats, encode_unique, model_name, parts_of
from qiao.engine.matching.model import ROLES, Profile, TextKey, primary
from qiao.engine.matching.text import chosen_language, for_embedding

Group = tuple[str, str]  # primary language subtag, role

FEWEST_TEXTS = 20
ENOUGH_TEXTS = 50


def mean_weight(count: int) -> float:
    """How much of the mean of `count` texts is subtracted: 0 below 20, count / 50 from 20 to 49, 1 from 50 on."""
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
        """What is subtracted from the vectors of a group; None if nothing is."""
        weight = mean_weight(self.counts.get(group, 0))
        return np.asarray(weight * self.means[group], np.float32) if weight else None


@dataclass
class Space:
    """Vectors by text, growing in place. Changing a profile uses the statistics of the last `refresh`."""

    dim: int
    model: str = ""
    parts: tuple[int, ...] = field(init=False)
    _rows: dict[TextKey, int] = field(default_factory=dict, repr=False)
    _of_profile: dict[str, list[TextKey]] = field(default_factory=dict, repr=False)
    _free: list[int] = field(default_factory=list, repr=False)
    _raw: Floats = field(init=False, repr=False)
    _centred: Floats = field(init=False, repr=False)
    statistics: Statistics = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.parts = parts_of(self.model, self.dim)
        self._raw = np.zeros((0, self.dim), np.float32)
        self._centred = self._raw.copy()
        self.statistics = Statistics({}, {})

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
        for key in vectors:
            self._centre([key])

    def remove(self, profile: str) -> None:
        """Forget a profile's texts; an unknown profile has none."""
        for key in self._of_profile.pop(profile, []):
            self._free.append(self._rows.pop(key))

    def refresh(self) -> None:
        """Recompute the statistics from the texts now in the space, and centre all of them anew."""
        counts: dict[Group, int] = {}
        means: dict[Group, Floats] = {}
        groups = self._groups()
        for group, keys in sorted(groups.items()):
            rows = [self._rows[key] for key in sorted(keys)]  # sorted: the sum must not depend on the order of arrival
            counts[group] = len(rows)
            means[group] = np.asarray(self._raw[rows].mean(axis=0, dtype=np.float64), np.float32)
        self.statistics = Statistics(counts, means)
        for keys in groups.values():
            self._centre(keys)

    def keys(self) -> list[TextKey]:
        return sorted(self._rows)

    def __contains__(self, key: object) -> bool:
        return key in self._rows

    def __len__(self) -> int:
        return len(self._rows)

    def vectors(self, keys: Sequence[TextKey]) -> Floats:
        """Centred unit vectors, float32 [len(keys), dim]; their products are the similarities."""
        rows = np.fromiter((self._rows[key] for key in keys), np.intp, len(keys))
        return np.asarray(self._centred[rows], np.float32)

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
        self._centred = np.vstack([self._centred, more])
        self._free = list(range(len(self._raw) - 1, old - 1, -1)) + self._free

    def _joined(self, vectors: Floats) -> Floats:
        """Each model's part brought to the same length, so that none outweighs another."""
        if len(self.parts) == 1:
            return unit(vectors)
        parts = np.split(vectors, np.cumsum(self.parts)[:-1], axis=1)
        return np.asarray(np.hstack([unit(part) for part in parts]) / np.sqrt(len(parts)), np.float32)

    def _centre(self, keys: Sequence[TextKey]) -> None:
        """Centre texts of one (language, role)."""
        rows = [self._rows[key] for key in keys]
        shift = self.statistics.shift((primary(keys[0].lang), keys[0].role))
        self._centred[rows] = self._raw[rows] if shift is None else self._joined(self._raw[rows] - shift)

    def _groups(self) -> dict[Group, list[TextKey]]:
        groups: dict[Group, list[TextKey]] = {}
        for key in self._rows:
            groups.setdefault((primary(key.lang), key.role), []).append(key)
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
