"""The evidence for every pair of a list and a profile, and its weighted sum, block by block."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from qiao.engine.matching.embed import Floats
from qiao.engine.matching.lists import Lists
from qiao.engine.matching.model import Per, Weights
from qiao.engine.matching.pool import BestPerProfile, Booleans, Integers, Pool, Texts, marks_in_common

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
    """What speaks for a pair, and how much each kind counts. `per="profile"`: all seeks of a list's owner count."""

    pool: Pool
    per: Per
    weights: Weights

    def blocks(self, lists: Lists) -> Iterator[Block]:
        size = max(1, _PAIRS_PER_BLOCK // max(1, len(self.pool)))
        for start in range(0, len(lists), size):
            yield self.block(lists.pick(np.arange(start, min(start + size, len(lists)))))

    def block(self, lists: Lists) -> Block:
        """All evidence for these lists, and the fit: its weighted sum, in which missing texts count 0."""
        evidence = self._text_evidence(lists) | {
            "theme": marks_in_common(self.pool.themes, lists.owner),
            "keyword": marks_in_common(self.pool.keywords, lists.owner),
            "classification": _same(self.pool.division, lists.owner),
            "type": self._type_sought(lists),
            "language": np.minimum(marks_in_common(self.pool.spoken, lists.owner), 1),
        }
        total = np.zeros((len(lists), len(self.pool)), np.float32)
        for kind, values in evidence.items():
            weight = np.float32(getattr(self.weights, kind))
            if weight:
                total += weight * (np.where(np.isfinite(values), values, 0) if kind in TEXT_KINDS else values)
        total *= _STEPS_PER_UNIT
        np.rint(total, out=total)
        total /= _STEPS_PER_UNIT
        return Block(lists, evidence, total, self.pool.admissible(lists.owner))

    def _type_sought(self, lists: Lists) -> Floats:
        """1 where the candidate is of a type that the seek (per profile: one of the seeks) names."""
        sought, seeks = self.pool.sought, self.pool.texts["seeks"]
        asked = np.zeros((len(lists), sought.shape[1] + 1), np.float32)  # the last column: type not given
        for row, (owner, text) in enumerate(zip(lists.owner, lists.text, strict=True)):
            if self.per == "profile":
                asked[row, :-1] = sought[seeks.rows(int(owner))].any(axis=0)
            elif text >= 0:
                asked[row, :-1] = sought[text]
        return asked[:, self.pool.type]

    def _text_evidence(self, lists: Lists) -> dict[str, Floats]:
        offers, seeks, best = self.pool.texts["offers"], self.pool.texts["seeks"], self.pool.best
        owners, place = np.unique(lists.owner, return_inverse=True)
        offer_seek = _best_of_all(best["seeks"], offers, owners)[place]
        if self.per == "profile":
            seek_offer = _best_of_all(best["offers"], seeks, owners)[place]
            shared_goal = _best_of_all(best["seeks"], seeks, owners)[place]
        else:
            seek_offer = _best_of_rows(best["offers"], seeks, lists.text)
            shared_goal = _best_of_rows(best["seeks"], seeks, lists.text)
        return {"seek_offer": seek_offer, "offer_seek": offer_seek, "shared_goal": shared_goal}


def _same(codes: Integers, rows: Integers) -> Floats:
    """1 where both have the same code, 0 otherwise; -1 is no code."""
    return np.asarray((codes[rows][:, None] == codes[None, :]) & (codes >= 0)[None, :], np.float32)


def _best_of_rows(best: BestPerProfile, texts: Texts, rows: Integers) -> Floats:
    """float32 [rows, profiles] for single texts; row -1 has none."""
    found = np.full((len(rows), best.profiles), -np.inf, np.float32)
    present = np.flatnonzero(rows >= 0)
    if len(present):
        found[present] = best(texts.queries(rows[present]))
    return found


def _best_of_all(best: BestPerProfile, texts: Texts, owners: Integers) -> Floats:
    """float32 [owners, profiles]: the best over all the texts of each owner."""
    found = np.full((len(owners), best.profiles), -np.inf, np.float32)
    rows = np.concatenate([np.arange(len(texts.keys))[texts.rows(int(owner))] for owner in owners])
    places = np.repeat(np.arange(len(owners)), np.diff(texts.first)[owners])
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        some = slice(start, start + _ROWS_AT_ONCE)
        for place, values in zip(places[some], best(texts.queries(rows[some])), strict=True):
            np.maximum(found[place], values, out=found[place])
    return found
