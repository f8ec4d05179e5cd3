"""Who could help whom: ranked lists of candidates with percentile scores and reasons."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from qiao.engine.matching.allot import allot, fair_limits, fair_shares
from qiao.engine.matching.embed import Floats
from qiao.engine.matching.evidence import TEXT_KINDS, Block, Evidence
from qiao.engine.matching.explain import explain
from qiao.engine.matching.learn import Judged
from qiao.engine.matching.lists import Lists, all_lists
from qiao.engine.matching.model import Across, Fit, Match, MatchList, Per, Profile, Weights
from qiao.engine.matching.pool import Booleans, Integers, Pool
from qiao.engine.matching.scale import EXACT_PAIRS, Doubles, LanguagePair, Scale
from qiao.engine.matching.space import Space

_KINDS = tuple(field.name for field in fields(Fit))


@dataclass(frozen=True, slots=True)
class _Short:
    """The candidates of one list, with their fits and the evidence to show: float32 [candidates, kinds]."""

    candidates: Integers
    totals: Floats
    evidence: Floats

    @classmethod
    def of(cls, block: Block, row: int, columns: Integers) -> "_Short":
        evidence = np.stack([block.evidence[kind][row, columns] for kind in _KINDS], axis=1)
        return cls(columns, block.total[row, columns], evidence)


class Ranker:
    """One pool of profiles made ready to be ranked. Results do not depend on the order of `profiles`.

    `across="side"` compares only profiles of different side. `per="seek"` makes a list for each seek, `"profile"` one list
    for each profile. Somebody in `avoid` is suggested in neither direction: whom one never wants to be shown should not be
    shown one either.
    """

    def __init__(
        self,
        profiles: Sequence[Profile],
        *,
        space: Space,
        across: Across = None,
        per: Per = "seek",
        weights: Weights | None = None,
    ) -> None:
        """Raises ValueError if an id occurs twice."""
        self.profiles = tuple(profiles)
        self.space = space
        self.pool = Pool.build(self.profiles, space, across)
        self.evidence = Evidence(self.pool, per, weights or Weights(), self.pool)
        self.lists = all_lists(self.pool, per)

    def measure(self, *, sample: int | None = None) -> Scale:
        """The distributions of fit and evidence over all admissible pairs, or over those of `sample` lists spread evenly."""
        lists = self.lists
        if sample is not None and sample < len(lists):
            lists = lists.pick(np.linspace(0, len(lists) - 1, sample).astype(np.int64))
        scale = self._new_scale(lists)
        for block in self.evidence.blocks(lists):
            self._measure(block, scale)
        scale.finish()
        return scale

    def match(self, *, top: int = 10, cap: float | None = None) -> list[MatchList]:
        """The lists of everybody in the order of the input, each with at most `top` matches.

        `cap`: nobody is shown more than that many times his fair share (see `allot`).
        Raises ValueError if `top` is below 1 or `cap` not above 0.
        """
        return list(self.stream(top=top, cap=cap))

    def stream(self, *, top: int = 10, cap: float | None = None) -> Iterator[MatchList]:
        """As `match`, but the lists are made one by one: all those of 30,000 profiles with their reasons fill a memory."""
        _check(top, cap)
        scale = self._new_scale(self.lists)
        short: list[_Short] = []
        for block in self.evidence.blocks(self.lists):
            self._measure(block, scale)
            short += self._shortlist(block, top)
        scale.finish()
        if cap is not None:
            short = self._allotted(short, scale, top, cap)
        for n in self._in_order():
            yield self._finished(self.evidence, self.lists, n, short[n], scale, top)

    def rank_for(self, profile: Profile, *, scale: Scale, top: int = 10) -> list[MatchList]:
        """The lists of one profile, new or changed or not, on the scale of `measure`.

        The space must hold its texts as they are now (`Space.replace`). Everybody else is seen as the pool was made, and
        sees this profile as it was then, so that nothing need be made anew for one change.
        """
        _check(top, None)
        asking = Pool.build([profile], self.space, self.pool.across, self.pool)
        evidence = replace(self.evidence, asking=asking)
        lists = all_lists(asking, evidence.per)
        short = [row for block in evidence.blocks(lists) for row in self._shortlist(block, top)]
        return [self._finished(evidence, lists, n, row, scale, top) for n, row in enumerate(short)]

    def judged(self, grades: Mapping[tuple[str, int], Mapping[str, int]], *, rest: int | None = None) -> list[Judged]:
        """The evidence of judged candidates, to learn from: (seeker, seek; 0 for a whole profile) -> candidate -> grade.

        `rest` is the grade of everybody else who may be suggested; None leaves them out.
        """
        keys = [(self.pool.profiles[o].id, int(s)) for o, s in zip(self.lists.owner, self.lists.seek, strict=True)]
        lists = self.lists.pick(np.array([n for n, key in enumerate(keys) if key in grades], np.intp))
        found = []
        for block in self.evidence.blocks(lists):
            kinds = np.stack(
                [np.where(np.isfinite(v), v, 0) for v in (block.evidence[kind] for kind in _KINDS)], axis=2
            )
            for n, owner in enumerate(block.lists.owner):
                seeker = self.pool.profiles[owner].id
                given = grades[seeker, int(block.lists.seek[n])]
                row = [given.get(profile.id, rest) for profile in self.pool.profiles]
                at = [c for c, grade in enumerate(row) if grade is not None and block.allowed[n, c]]
                marks = np.array([row[c] for c in at], np.int64)
                found.append(Judged(seeker, kinds[n, at].astype(np.float64), marks))
        return found

    def _new_scale(self, lists: Lists) -> Scale:
        return Scale(exact=len(lists) * len(self.pool) <= EXACT_PAIRS)

    def _measure(self, block: Block, scale: Scale) -> None:
        for lang, rows in block.language_rows():
            for name, columns in zip(self.pool.languages, self.pool.slices, strict=True):
                pair = LanguagePair(lang, name)
                allowed = block.allowed[rows, columns]
                scale.add("total", pair, block.total[rows, columns][allowed])
                for kind in TEXT_KINDS:
                    scale.add(kind, pair, block.evidence[kind][rows, columns][allowed])

    def _shortlist(self, block: Block, top: int) -> list[_Short]:
        """The best `top` of each language for each list: within a language the order by fit is the order by score."""
        values = np.where(block.allowed, block.total, -np.inf)
        best = np.hstack([_best_columns(values[:, columns], top) for columns in self.pool.slices])
        return [_Short.of(block, n, np.flatnonzero(row)) for n, row in enumerate(best)]

    def _scores(self, kind: str, scale: Scale, lang: str, candidates: Integers, values: Floats) -> Doubles:
        """The percentiles of some candidates of a list, each within its language pair."""
        scores = np.zeros(len(candidates))
        groups = self.pool.language[candidates]
        for group in np.unique(groups):
            at = groups == group
            scores[at] = scale.percentile(kind, LanguagePair(lang, self.pool.languages[group]), values[at])
        return scores

    def _best_first(self, row: _Short, scores: Doubles) -> list[int]:
        """Places in a short list by score; ties by fit, then by id."""
        ids = [self.pool.profiles[candidate].id for candidate in row.candidates]
        return sorted(range(len(ids)), key=lambda n: (-scores[n], -row.totals[n], ids[n]))

    def _allotted(self, short: list[_Short], scale: Scale, top: int, cap: float) -> list[_Short]:
        sides, across = self.pool.side, self.pool.across == "side"
        owners = sides[self.lists.owner]
        limits = fair_limits(owners, sides, top, cap, across=across)
        if (limits >= fair_limits(owners, sides, top, np.inf, across=across)).all():
            return short  # nobody could be shown too often
        shares = fair_shares(owners, sides, top, across=across)
        everybody = np.arange(len(self.pool))

        def scores(start: int, stop: int) -> Doubles:
            parts = [np.zeros((0, len(self.pool)))]
            for block in self.evidence.blocks(self.lists.pick(np.arange(start, stop))):
                rows = zip(block.lists.language, block.total, strict=True)
                found = np.stack([self._scores("total", scale, lang, everybody, total) for lang, total in rows])
                parts.append(np.where(block.allowed, found, -np.inf))
            return np.concatenate(parts)

        chosen = iter(allot(scores, len(self.lists), limits, shares, top))
        return [
            _Short.of(block, n, np.array(next(chosen), np.int64))
            for block in self.evidence.blocks(self.lists)
            for n in range(len(block.lists))
        ]

    def _finished(self, evidence: Evidence, lists: Lists, n: int, row: _Short, scale: Scale, top: int) -> MatchList:
        lang, owner = lists.language[n], int(lists.owner[n])
        scores = self._scores("total", scale, lang, row.candidates, row.totals)
        shown = {kind: row.evidence[:, place].astype(float) for place, kind in enumerate(_KINDS)}
        for kind in TEXT_KINDS:
            shown[kind] = self._scores(kind, scale, lang, row.candidates, row.evidence[:, _KINDS.index(kind)])
        matches = []
        for rank, at in enumerate(self._best_first(row, scores)[:top], 1):
            fit = Fit(**{kind: float(values[at]) for kind, values in shown.items()})
            candidate = int(row.candidates[at])
            reasons = explain(evidence, owner, int(lists.text[n]), candidate, fit)
            name = self.pool.profiles[candidate].id
            matches.append(Match(name, rank, float(scores[at]), float(row.totals[at]), fit, reasons))
        return MatchList(evidence.asking.profiles[owner].id, int(lists.seek[n]) or None, tuple(matches))

    def _in_order(self) -> list[int]:
        """The lists in the order of the input."""
        place = {profile.id: n for n, profile in enumerate(self.profiles)}
        owners = [place[self.pool.profiles[owner].id] for owner in self.lists.owner]
        return sorted(range(len(owners)), key=lambda n: (owners[n], self.lists.seek[n]))


def match(
    profiles: Sequence[Profile],
    *,
    space: Space,
    across: Across = None,
    per: Per = "seek",
    top: int = 10,
    cap: float | None = None,
    weights: Weights | None = None,
) -> list[MatchList]:
    """Ranked lists for everybody: see `Ranker` and `Ranker.match`."""
    return Ranker(profiles, space=space, across=across, per=per, weights=weights).match(top=top, cap=cap)


def _check(top: int, cap: float | None) -> None:
    if top < 1 or (cap is not None and not cap > 0):
        raise ValueError("top must be at least 1 and cap, if given, above 0")


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
