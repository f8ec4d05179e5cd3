"""The evidence for every pair of a list and a profile, and its weighted sum, block by block."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from qiao.engine.matching import wanted
from qiao.engine.matching.embed import Floats
from qiao.engine.matching.lists import Lists
from qiao.engine.matching.model import Per, Weights
from qiao.engine.matching.pool import Booleans, Integers, Pool, Texts

TEXT_KINDS = ("seek_offer", "offer_seek", "shared_goal")  # the kinds that compare texts: corrected cosines
_PAIRS_PER_BLOCK = 2_000_000
_ROWS_AT_ONCE = 256
_STEPS_PER_UNIT = 65536  # fits are whole multiples of 2^-16: equal texts tie whatever the order of the additions


@dataclass(frozen=True, slots=True)
class Block:
    """Everything about some lists (rows) and all profiles (columns); evidence without a text on either side is -inf."""

    lists: Lists
    evidence: dict[str, Floats]
    total: Floats
    allowed: Booleans

    def language_rows(self) -> Iterator[tuple[str, Integers]]:
        for name in sorted(set(self.lists.language)):
            yield name, np.flatnonzero([lang == name for lang in self.lists.language])


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a pair, and how much each kind counts. `per="profile"`: all seeks of a list's owner count.

    Owners of lists and rows of seeks are those of `asking`: the pool itself, or a pool that is compared with it.
    """

    pool: Pool
    per: Per
    weights: Weights
    asking: Pool

    def blocks(self, lists: Lists) -> Iterator[Block]:
        size = max(1, _PAIRS_PER_BLOCK // max(1, len(self.pool)))
        for start in range(0, len(lists), size):
            yield self.block(lists.pick(np.arange(start, min(start + size, len(lists)))))

    def block(self, lists: Lists) -> Block:
        """All evidence for these lists, and the fit: its weighted sum, in which missing texts count 0."""
        asking, pool, owner = self.asking, self.pool, lists.owner
        evidence = self._text_evidence(lists) | {
            "theme": asking.themes.in_common(owner, pool.themes),
            "keyword": asking.keywords.in_common(owner, pool.keywords),
            "classification": _same(asking.division[owner], pool.division),
            "language": np.minimum(asking.spoken.in_common(owner, pool.spoken), 1),
        }
        evidence |= {kind: self._wanted(kind, lists) for kind in wanted.KINDS}
        total = np.zeros((len(lists), len(self.pool)), np.float32)
        for kind, values in evidence.items():
            weight = np.float32(getattr(self.weights, kind))
            if weight:
                total += weight * (np.where(np.isfinite(values), values, 0) if kind in TEXT_KINDS else values)
        total *= _STEPS_PER_UNIT
        np.rint(total, out=total)
        total /= _STEPS_PER_UNIT
        return Block(lists, evidence, total, asking.admissible(owner))

    def _wanted(self, kind: str, lists: Lists) -> Floats:
        """1 where the candidate has what the seek (per profile: one of the seeks) asks for."""
        own = self.asking.wanted[kind]
        asked = np.zeros((len(lists), len(own.labels)), np.bool_)
        for row, (owner, text) in enumerate(zip(lists.owner, lists.text, strict=True)):
            asked[row] = own.asked[self.seeks_of(int(owner), int(text))].any(axis=0)
        return own.met(asked, self.pool.wanted[kind])

    def seeks_of(self, owner: int, seek: int) -> Integers:
        """Which rows of the asking seeks a list is about; `seek` -1: none, unless the list is one of a whole profile."""
        if self.per == "profile":
            return self.asking.texts["seeks"].rows(owner)
        return np.array([seek] if seek >= 0 else [], np.int64)

    def _text_evidence(self, lists: Lists) -> dict[str, Floats]:
        texts, others = self.asking.texts, self.pool.texts
        owners, place = np.unique(lists.owner, return_inverse=True)
        offers, mine = _Queries.of_owners(texts["offers"], owners), place
        if self.per == "profile":
            seeks = _Queries.of_owners(texts["seeks"], owners)
        else:
            seeks, mine = _Queries.of_rows(texts["seeks"], lists.text), np.arange(len(lists))
        (seek_offer,) = _best_of(others["offers"], seeks)
        offer_seek, shared_goal = _best_of(others["seeks"], offers, seeks)
        return {"seek_offer": seek_offer[mine], "offer_seek": offer_seek[place], "shared_goal": shared_goal[mine]}


def _same(mine: Integers, theirs: Integers) -> Floats:
    """1 where both have the same code, 0 otherwise; -1 is no code."""
    return np.asarray((mine[:, None] == theirs[None, :]) & (theirs >= 0)[None, :], np.float32)


@dataclass(frozen=True, slots=True)
class _Queries:
    """Texts that ask: vectors [texts, dim], and which of `count` askers each belongs to [texts]."""

    vectors: Floats
    asker: Integers
    count: int

    @classmethod
    def of_owners(cls, texts: Texts, owners: Integers) -> "_Queries":
        """All the texts of each owner."""
        rows = np.concatenate([texts.rows(int(owner)) for owner in owners])
        asker = np.repeat(np.arange(len(owners)), np.diff(texts.first)[owners])
        return cls(texts.queries(rows), asker, len(owners))

    @classmethod
    def of_rows(cls, texts: Texts, rows: Integers) -> "_Queries":
        """Single texts; row -1 has none."""
        present = np.flatnonzero(rows >= 0)
        return cls(texts.queries(rows[present]), present, len(rows))


def _best_of(texts: Texts, *asked: _Queries) -> list[Floats]:
    """float32 [askers, profiles] for each: the best over all texts of an asker and of a profile, -inf without texts.

    All ask together: for a few texts, reading those of the profiles takes the time.
    """
    found = np.full((sum(one.count for one in asked), len(texts.place)), -np.inf, np.float32)
    starts = np.cumsum([0, *(one.count for one in asked)])
    vectors = np.concatenate([one.vectors for one in asked])
    places = np.concatenate([one.asker + start for one, start in zip(asked, starts[:-1], strict=True)])
    for start in range(0, len(vectors), _ROWS_AT_ONCE):
        some = slice(start, start + _ROWS_AT_ONCE)
        for place, values in zip(places[some], texts.best(vectors[some]), strict=True):
            np.maximum(found[place], values, out=found[place])
    return np.split(found, starts[1:-1])
