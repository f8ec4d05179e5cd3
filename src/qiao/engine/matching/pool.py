"""The profiles of one run as arrays: who is compared with whom, and the evidence for blocks of pairs.

Candidates stand in one fixed order (language, then id), whatever the order of the input, so that sums and ties come out
the same; each language's candidates are one slice of the columns.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from qiao.engine.matching.embed import Floats
from qiao.engine.matching.hubs import as_queries
from qiao.engine.matching.model import ROLES, TYPES, Across, Profile, Role, TextKey, primary
from qiao.engine.matching.sought import types_sought
from qiao.engine.matching.space import Space
from qiao.engine.matching.text import chosen_language

if TYPE_CHECKING:
    from scipy import sparse

Booleans = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]
Indices = npt.NDArray[np.intp]

MOST_LANGUAGES = 32  # the rest shares one group, so that memory does not grow with the square of the languages
_DIVISION = re.compile(r"^[A-Za-z]?\s*(\d{2})(?!\d)")


def nace_division(code: str | None) -> str | None:
    """`C30.30`, `30.3` and `30` all lie in division `30`; None if the code names no division."""
    found = _DIVISION.match(code.strip()) if code else None
    return found.group(1) if found else None


@dataclass(frozen=True, slots=True)
class Texts:
    """All embedded texts of one role, ordered by owner and index; row n belongs to profile `owner[n]`."""

    keys: tuple[TextKey, ...]
    owner: Integers
    vectors: Floats  # as `Space.compared` gives them
    dim: int  # of which so many are the text's own
    first: Integers  # rows first[p] : first[p + 1] are those of profile p

    def rows(self, profile: int) -> slice:
        return slice(int(self.first[profile]), int(self.first[profile + 1]))

    def queries(self, rows: "slice | Integers | Indices") -> Floats:
        """Texts as the asking side of a product with `vectors`."""
        return as_queries(self.vectors[rows], self.dim)


@dataclass(frozen=True, slots=True)
class BestPerProfile:
    """Finds each profile's best text for a query: slot k holds the k-th texts of those profiles that have so many."""

    slots: tuple[Floats, ...]
    inverse: Indices
    profiles: int

    @classmethod
    def of(cls, texts: Texts) -> "BestPerProfile":
        counts = np.diff(texts.first)
        order = np.argsort(-counts, kind="stable")  # most texts first: slot k belongs to the first profiles
        slots = []
        for k in range(int(counts.max(initial=0))):
            members = order[: int((counts > k).sum())]
            slots.append(texts.vectors[texts.first[members] + k])
        return cls(tuple(slots), np.argsort(order), len(counts))

    def __call__(self, queries: Floats) -> Floats:
        """float32 [queries, profiles]: the highest similarity to a text of the profile, -inf where it has none."""
        best = np.full((len(queries), self.profiles), -np.inf, np.float32)
        for documents in self.slots:
            part = best[:, : len(documents)]
            np.maximum(part, queries @ documents.T, out=part)
        return best[:, self.inverse]


@dataclass
class Pool:
    """Profiles and their texts in canonical order, with everything that the evidence is computed from."""

    profiles: tuple[Profile, ...]
    languages: tuple[str, ...]  # names of the language groups; "" for profiles without text, "*" for rare languages
    language: Integers  # group of each profile
    texts: dict[Role, Texts]
    across: Across

    @classmethod
    def build(cls, profiles: Sequence[Profile], space: Space, across: Across) -> "Pool":
        """Raises ValueError if an id occurs twice."""
        if len({profile.id for profile in profiles}) != len(profiles):
            raise ValueError("two profiles have the same id")
        keys = {profile.id: _keys_of(profile, space) for profile in profiles}
        main = {profile.id: _main_language(profile, keys[profile.id]) for profile in profiles}
        names = _group_names(main.values())
        code = {name: n for n, name in enumerate(names)}
        other = code.get("*", 0)
        ordered = tuple(sorted(profiles, key=lambda p: (code.get(main[p.id], other), p.id)))
        language = np.array([code.get(main[p.id], other) for p in ordered], np.int64)
        return cls(ordered, names, language, _gather([keys[p.id] for p in ordered], space), across)

    def __len__(self) -> int:
        return len(self.profiles)

    @cached_property
    def position(self) -> dict[str, int]:
        return {profile.id: n for n, profile in enumerate(self.profiles)}

    @cached_property
    def slices(self) -> tuple[slice, ...]:
        """The columns of each language group."""
        ends = np.searchsorted(self.language, np.arange(len(self.languages) + 1))
        return tuple(slice(int(a), int(b)) for a, b in pairwise(ends))

    @cached_property
    def side(self) -> Integers:
        names = {name: n for n, name in enumerate(sorted({p.side or "" for p in self.profiles}))}
        return np.array([names[p.side or ""] for p in self.profiles], np.int64)

    @cached_property
    def division(self) -> Integers:
        return np.array([int(nace_division(p.nace) or -1) for p in self.profiles], np.int64)

    @cached_property
    def type(self) -> Integers:
        """The place among TYPES, -1 if none is given."""
        known = {name: n for n, name in enumerate(TYPES)}
        return np.array([known.get(p.type or "", -1) for p in self.profiles], np.int64)

    @cached_property
    def sought(self) -> Booleans:
        """bool [seeks, TYPES]: the kinds of partner that each embedded seek names."""
        seeks = {(p.id, text.index): text.words.values() for p in self.profiles for text in p.seeks}
        asked = [types_sought(seeks[key.profile, key.number]) for key in self.texts["seeks"].keys]
        return np.array([[kind in own for kind in TYPES] for own in asked], np.bool_).reshape(-1, len(TYPES))

    @cached_property
    def themes(self) -> "sparse.csr_array[np.float64, tuple[int, int]]":
        return _marks([dict.fromkeys(p.themes, 1.0) for p in self.profiles], normalised=True)

    @cached_property
    def keywords(self) -> "sparse.csr_array[np.float64, tuple[int, int]]":
        return _marks([p.keywords for p in self.profiles], normalised=True)

    @cached_property
    def spoken(self) -> "sparse.csr_array[np.float64, tuple[int, int]]":
        return _marks([dict.fromkeys(map(primary, p.languages), 1.0) for p in self.profiles], normalised=False)

    @cached_property
    def avoided(self) -> tuple[Indices, ...]:
        """For each profile the positions never suggested: itself, whom it avoids, and who avoids it."""
        found: list[set[int]] = [{n} for n in range(len(self))]
        for n, profile in enumerate(self.profiles):
            for other in profile.avoid:
                at = self.position.get(other)
                if at is not None:
                    found[n].add(at)
                    found[at].add(n)
        return tuple(np.array(sorted(each), np.intp) for each in found)

    @cached_property
    def best(self) -> dict[Role, BestPerProfile]:
        return {role: BestPerProfile.of(self.texts[role]) for role in ROLES}

    def admissible(self, seekers: Integers) -> Booleans:
        """bool [seekers, profiles]: who may be suggested to whom."""
        if self.across == "side":
            allowed = self.side[seekers][:, None] != self.side[None, :]
        else:
            allowed = np.ones((len(seekers), len(self)), np.bool_)
        for row, seeker in enumerate(seekers):
            allowed[row, self.avoided[seeker]] = False
        return np.asarray(allowed, np.bool_)


def _keys_of(profile: Profile, space: Space) -> list[TextKey]:
    """The texts of a profile that are in the space: one language each, the chosen one if its vector is there."""
    found = []
    for role in ROLES:
        for text in profile.texts(role):
            chosen = chosen_language(profile, text)
            for lang in ([chosen] if chosen else []) + sorted(text.words):
                key = TextKey(profile.id, role, text.index, lang)
                if key in space:
                    found.append(key)
                    break
    return found


def _main_language(profile: Profile, keys: Sequence[TextKey]) -> str:
    """The language most texts are in; among equals the one its owner names first, then the alphabet."""
    counts = Counter(primary(key.lang) for key in keys)
    own = [primary(lang) for lang in profile.languages]
    return min(counts, key=lambda lang: (-counts[lang], own.index(lang) if lang in own else len(own), lang), default="")


def _group_names(languages: Iterable[str]) -> tuple[str, ...]:
    counts = Counter(languages)
    common = sorted(counts, key=lambda lang: (-counts[lang], lang))[:MOST_LANGUAGES]
    return tuple(sorted(common)) + (("*",) if len(counts) > MOST_LANGUAGES else ())


def _gather(keys: Sequence[Sequence[TextKey]], space: Space) -> dict[Role, Texts]:
    every = [key for own in keys for key in own]
    vectors = space.compared(every)
    owner = np.repeat(np.arange(len(keys)), [len(own) for own in keys])
    found: dict[Role, Texts] = {}
    for role in ROLES:
        rows = np.array([n for n, key in enumerate(every) if key.role == role], np.intp)
        first = np.searchsorted(owner[rows], np.arange(len(keys) + 1))
        found[role] = Texts(tuple(every[n] for n in rows), owner[rows], vectors[rows], space.dim, first)
    return found


def _marks(
    values: Sequence[Mapping[str, float]], *, normalised: bool
) -> "sparse.csr_array[np.float64, tuple[int, int]]":
    """One row per profile with the weight of each value; normalised rows have length 1, so that products are cosines."""
    from scipy import sparse

    names = {name: n for n, name in enumerate(sorted({value for own in values for value in own}))}
    columns = [names[value] for own in values for value in own]
    rows = np.repeat(np.arange(len(values)), [len(own) for own in values])
    lengths = [np.sqrt(sum(weight * weight for weight in own.values())) if normalised else 1.0 for own in values]
    weights = [weight / length for own, length in zip(values, lengths, strict=True) for weight in own.values()]
    shape = (len(values), max(1, len(names)))
    entries = sparse.coo_array((np.array(weights, np.float64), (rows, np.array(columns, np.int64))), shape=shape)
    return sparse.csr_array(entries)


def marks_in_common(marks: "sparse.csr_array[np.float64, tuple[int, int]]", rows: Integers) -> Floats:
    """float32 [rows, profiles]: products of the marked rows with everybody."""
    return np.asarray((marks[rows] @ marks.T).toarray(), np.float32)
