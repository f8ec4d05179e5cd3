"""The profiles of one run as arrays: who is compared with whom, and the evidence for blocks of pairs.

Candidates stand in one fixed order (language, then id), whatever the order of the input, so that sums and ties come out
the same; each language's candidates are one slice of the columns.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from qiao.engine.matching import wanted
from qiao.engine.matching.classes import division_of
from qiao.engine.matching.embed import Floats
from qiao.engine.matching.exclude import Bar, Shut
from qiao.engine.matching.hubs import as_queries
from qiao.engine.matching.model import ROLES, Across, Profile, Role, TextKey, primary
from qiao.engine.matching.space import Space
from qiao.engine.matching.text import chosen_language
from qiao.engine.matching.wanted import Wanted

if TYPE_CHECKING:
    from scipy import sparse

Booleans = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]
Indices = npt.NDArray[np.intp]

MOST_LANGUAGES = 32  # the rest shares one group, so that memory does not grow with the square of the languages


@dataclass(frozen=True, slots=True)
class Texts:
    """All embedded texts of one role, ordered by owner and index; row n belongs to profile `owner[n]`.

    Vectors are kept in the order in which `best` reads them, and only once: those of 30,000 profiles fill a memory.
    """

    keys: tuple[TextKey, ...]
    owner: Integers
    first: Integers  # rows first[p] : first[p + 1] are those of profile p
    dim: int  # of a vector's `width` numbers so many are the text's own
    width: int
    slots: tuple[Floats, ...]  # as `Space.compared` gives them: slot k holds the k-th texts of those that have so many
    place: Indices  # of each profile in the slots: those with most texts come first

    @classmethod
    def of(cls, keys: Sequence[Sequence[TextKey]], space: Space) -> "Texts":
        """`keys`: those of each profile."""
        counts = np.array([len(own) for own in keys], np.int64)
        order = np.argsort(-counts, kind="stable")
        having = [order[: int((counts > k).sum())] for k in range(int(counts.max(initial=0)))]
        return cls(
            tuple(key for own in keys for key in own),
            np.repeat(np.arange(len(keys)), counts),
            np.concatenate([[0], np.cumsum(counts)]),
            space.dim,
            space.dim + space.hubs.columns(),
            tuple(space.compared([keys[p][k] for p in members]) for k, members in enumerate(having)),
            np.argsort(order),
        )

    def rows(self, profile: int) -> Integers:
        return np.arange(self.first[profile], self.first[profile + 1])

    def vectors(self, rows: Integers) -> Floats:
        """Vectors of texts as the answering side of a product."""
        found = np.zeros((len(rows), self.width), np.float32)
        owner = self.owner[rows]
        slot = rows - self.first[owner]
        for k, vectors in enumerate(self.slots):
            at = np.flatnonzero(slot == k)
            found[at] = vectors[self.place[owner[at]]]
        return found

    def queries(self, rows: Integers) -> Floats:
        """Vectors of texts as the asking side."""
        return as_queries(self.vectors(rows), self.dim)

    def best(self, queries: Floats) -> Floats:
        """float32 [queries, profiles]: the highest similarity to a text of each profile, -inf where it has none."""
        found = np.full((len(queries), len(self.place)), -np.inf, np.float32)
        for documents in self.slots:
            part = found[:, : len(documents)]
            np.maximum(part, queries @ documents.T, out=part)
        return found[:, self.place]


@dataclass
class Pool:
    """Profiles and their texts in canonical order, with everything that the evidence is computed from."""

    profiles: tuple[Profile, ...]
    languages: tuple[str, ...]  # names of the language groups; "" for profiles without text, "*" for rare languages
    language: Integers  # group of each profile
    texts: dict[Role, Texts]
    across: Across
    others: "Pool | None" = None  # with whom these are compared; None: with each other
    bars: tuple[Bar, ...] = ()

    @classmethod
    def build(
        cls,
        profiles: Sequence[Profile],
        space: Space,
        across: Across,
        others: "Pool | None" = None,
        bars: Sequence[Bar] = (),
    ) -> "Pool":
        """`others`: a pool with which these profiles are compared; its groups, codes, columns and bars are used.

        Raises ValueError if an id occurs twice.
        """
        if len({profile.id for profile in profiles}) != len(profiles):
            raise ValueError("two profiles have the same id")
        keys = {profile.id: _keys_of(profile, space) for profile in profiles}
        main = {profile.id: _main_language(profile, keys[profile.id]) for profile in profiles}
        names = _group_names(main.values()) if others is None else tuple(dict.fromkeys((*others.languages, "*")))
        code = {name: n for n, name in enumerate(names)}
        other = code.get("*", 0)
        ordered = tuple(sorted(profiles, key=lambda p: (code.get(main[p.id], other), p.id)))
        language = np.array([code.get(main[p.id], other) for p in ordered], np.int64)
        texts = {
            role: Texts.of([[key for key in keys[p.id] if key.role == role] for p in ordered], space) for role in ROLES
        }
        bars = tuple(bars) if others is None else others.bars
        return cls(ordered, names, language, texts, across, others, bars)

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
    def sides(self) -> dict[str, int]:
        known = {} if self.others is None else self.others.sides
        new = sorted({p.side or "" for p in self.profiles} - known.keys())
        return known | {name: n for n, name in enumerate(new, len(known))}

    @cached_property
    def side(self) -> Integers:
        return np.array([self.sides[p.side or ""] for p in self.profiles], np.int64)

    @cached_property
    def division(self) -> Integers:
        return np.array([int(division_of(p.nace) or -1) for p in self.profiles], np.int64)

    @cached_property
    def wanted(self) -> dict[str, Wanted]:
        return {kind: Wanted.of(kind, self.profiles, self.texts["seeks"].keys) for kind in wanted.KINDS}

    @cached_property
    def themes(self) -> "Marks":
        values = [dict.fromkeys(p.themes, 1.0) for p in self.profiles]
        return Marks.of(values, self.others.themes if self.others is not None else None, normalised=True)

    @cached_property
    def keywords(self) -> "Marks":
        return Marks.of(
            [p.keywords for p in self.profiles],
            self.others.keywords if self.others is not None else None,
            normalised=True,
        )

    @cached_property
    def keyword_counts(self) -> Counter[str]:
        """How many have each."""
        return Counter(code for profile in self.profiles for code in profile.keywords)

    @cached_property
    def spoken(self) -> "Marks":
        values = [dict.fromkeys(map(primary, p.languages), 1.0) for p in self.profiles]
        return Marks.of(values, self.others.spoken if self.others is not None else None, normalised=False)

    @cached_property
    def avoiders(self) -> dict[str, set[int]]:
        """Id of anybody -> the positions of those who avoid it."""
        found: dict[str, set[int]] = {}
        for n, profile in enumerate(self.profiles):
            for other in profile.avoid:
                found.setdefault(other, set()).add(n)
        return found

    @cached_property
    def members(self) -> dict[str, set[int]]:
        """Organisation -> the positions of its profiles."""
        found: dict[str, set[int]] = {}
        for n, profile in enumerate(self.profiles):
            if profile.organisation is not None:
                found.setdefault(profile.organisation, set()).add(n)
        return found

    @cached_property
    def avoided(self) -> tuple[Indices, ...]:
        """For each profile the positions of those never suggested: its own, whom it avoids, and who avoids it."""
        others = self if self.others is None else self.others
        found = []
        for profile in self.profiles:
            known = {others.position[name] for name in (profile.id, *profile.avoid) if name in others.position}
            known |= others.avoiders.get(profile.id, set()) | others.members.get(profile.organisation or "", set())
            found.append(np.array(sorted(known), np.intp))
        return tuple(found)

    @cached_property
    def shut(self) -> Shut:
        return Shut.of(self.profiles, self.bars)

    def admissible(self, seekers: Integers) -> Booleans:
        """bool [seekers, profiles compared with]: who may be suggested to whom."""
        others = self if self.others is None else self.others
        if self.across == "side":
            allowed = self.side[seekers][:, None] != others.side[None, :]
        else:
            allowed = np.ones((len(seekers), len(others)), np.bool_)
        for row, seeker in enumerate(seekers):
            allowed[row, self.avoided[seeker]] = False
        self.shut.close(allowed, seekers, others.shut)
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


@dataclass(frozen=True, slots=True)
class Marks:
    """What profiles are marked with, and how much: one row per profile, one column per name."""

    columns: Mapping[str, int]
    weights: "sparse.csr_array[np.float64, tuple[int, int]]"

    @classmethod
    def of(cls, values: Sequence[Mapping[str, float]], others: "Marks | None", *, normalised: bool) -> "Marks":
        """Normalised rows have length 1, so that products are cosines. `others`: whose columns are used."""
        from scipy import sparse

        columns = others.columns if others else {name: n for n, name in enumerate(sorted(set().union(*values)))}
        known = [[name for name in own if name in columns] for own in values]
        lengths = [np.sqrt(sum(weight * weight for weight in own.values())) if normalised else 1.0 for own in values]
        weights = [
            own[name] / length for own, names, length in zip(values, known, lengths, strict=True) for name in names
        ]
        rows = np.repeat(np.arange(len(values)), [len(names) for names in known])
        at = np.array([columns[name] for names in known for name in names], np.int64)
        shape = (len(values), max(1, len(columns)))
        return cls(
            columns, sparse.csr_array(sparse.coo_array((np.array(weights, np.float64), (rows, at)), shape=shape))
        )

    def in_common(self, rows: Integers, others: "Marks") -> Floats:
        """float32 [rows, profiles of the others]: products of these rows with everybody's."""
        return np.asarray((self.weights[rows] @ others.weights.T).toarray(), np.float32)
