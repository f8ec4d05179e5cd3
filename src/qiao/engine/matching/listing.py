"""From the evidence to lists: independent parts, which may be done one after the other or in many processes.

First each part finds who comes into question for its lists and how all its pairs are distributed. The distributions of
all parts together make the scale; on it each part can score, order and explain its own lists.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

import numpy as np

from qiao.engine.matching.embed import Floats
from qiao.engine.matching.evidence import TEXT_KINDS, Block, Evidence
from qiao.engine.matching.explain import explain
from qiao.engine.matching.lists import Lists
from qiao.engine.matching.model import Fit, Match, MatchList
from qiao.engine.matching.pool import Booleans, Integers
from qiao.engine.matching.scale import EXACT_PAIRS, Doubles, LanguagePair, Scale

KINDS = tuple(field.name for field in fields(Fit))


@dataclass(frozen=True, slots=True)
class Short:
    """The candidates of one list, with their fits and the evidence to show: float32 [candidates, kinds]."""

    candidates: Integers
    totals: Floats
    evidence: Floats

    @classmethod
    def of(cls, block: Block, row: int, columns: Integers) -> "Short":
        evidence = np.stack([block.evidence[kind][row, columns] for kind in KINDS], axis=1)
        return cls(columns, block.total[row, columns], evidence)


@dataclass(frozen=True, slots=True)
class Listing:
    """Lists to be filled, and the evidence for it."""

    evidence: Evidence
    lists: Lists

    def new_scale(self) -> Scale:
        return Scale(exact=len(self.lists) * len(self.evidence.pool) <= EXACT_PAIRS)

    def blocks(self, rows: Sequence[int]) -> Iterator[Block]:
        return self.evidence.blocks(self.lists.pick(np.asarray(rows, np.intp)))

    def measured(self, rows: Sequence[int]) -> Scale:
        """The distributions of fit and evidence over all admissible pairs of some lists."""
        scale = self.new_scale()
        for block in self.blocks(rows):
            self._measure(block, scale)
        return scale

    def shortlisted(self, rows: Sequence[int], *, top: int) -> tuple[Scale, list[Short]]:
        """As `measured`, and the best `top` of each language for each of the lists."""
        scale, short = self.new_scale(), []
        for block in self.blocks(rows):
            self._measure(block, scale)
            short += self._shortlist(block, top)
        return scale, short

    def finished(self, rows: Sequence[tuple[int, Short]], *, scale: Scale, top: int) -> list[MatchList]:
        """The best `top` of the candidates of some lists, scored, in order and with reasons."""
        return [self._finished(n, short, scale, top) for n, short in rows]

    def scores(self, kind: str, scale: Scale, lang: str, candidates: Integers, values: Floats) -> Doubles:
        """The percentiles of some candidates of a list, each within its language pair."""
        pool = self.evidence.pool
        scores = np.zeros(len(candidates))
        groups = pool.language[candidates]
        for group in np.unique(groups):
            at = groups == group
            scores[at] = scale.percentile(kind, LanguagePair(lang, pool.languages[group]), values[at])
        return scores

    def _measure(self, block: Block, scale: Scale) -> None:
        pool = self.evidence.pool
        for lang, rows in block.language_rows():
            for name, columns in zip(pool.languages, pool.slices, strict=True):
                pair = LanguagePair(lang, name)
                allowed = block.allowed[rows, columns]
                scale.add("total", pair, block.total[rows, columns][allowed])
                for kind in TEXT_KINDS:
                    scale.add(kind, pair, block.evidence[kind][rows, columns][allowed])

    def _shortlist(self, block: Block, top: int) -> list[Short]:
        """The best `top` of each language for each list: within a language the order by fit is the order by score."""
        values = np.where(block.allowed, block.total, -np.inf)
        best = np.hstack([_best_columns(values[:, columns], top) for columns in self.evidence.pool.slices])
        return [Short.of(block, n, np.flatnonzero(row)) for n, row in enumerate(best)]

    def _best_first(self, row: Short, scores: Doubles) -> list[int]:
        """Places in a short list by score; ties by fit, then by id."""
        ids = [self.evidence.pool.profiles[candidate].id for candidate in row.candidates]
        return sorted(range(len(ids)), key=lambda n: (-scores[n], -row.totals[n], ids[n]))

    def _finished(self, n: int, row: Short, scale: Scale, top: int) -> MatchList:
        lang, owner = self.lists.language[n], int(self.lists.owner[n])
        scores = self.scores("total", scale, lang, row.candidates, row.totals)
        shown = {kind: row.evidence[:, place].astype(float) for place, kind in enumerate(KINDS)}
        for kind in TEXT_KINDS:
            shown[kind] = self.scores(kind, scale, lang, row.candidates, row.evidence[:, KINDS.index(kind)])
        matches = []
        for rank, at in enumerate(self._best_first(row, scores)[:top], 1):
            fit = Fit(**{kind: float(values[at]) for kind, values in shown.items()})
            candidate = int(row.candidates[at])
            reasons = explain(self.evidence, owner, int(self.lists.text[n]), candidate, fit)
            name = self.evidence.pool.profiles[candidate].id
            matches.append(Match(name, rank, float(scores[at]), float(row.totals[at]), fit, reasons))
        return MatchList(self.evidence.asking.profiles[owner].id, int(self.lists.seek[n]) or None, tuple(matches))


def _best_columns(values: Floats, top: int) -> Booleans:
    """Marks the `top` highest finite values of each row; among equals those further left."""
    if values.shape[1] <= top:
        return np.isfinite(values)
    least = np.partition(values, -top, axis=1)[:, -top, None]
    higher = values > least
    equal = (values == least) & np.isfinite(values)
    open_places = top - higher.sum(axis=1)
    for row in np.flatnonzero(equal.sum(axis=1) > open_places):
        equal[row, np.flatnonzero(equal[row])[open_places[row] :]] = False
    return np.asarray(higher | equal, np.bool_)
