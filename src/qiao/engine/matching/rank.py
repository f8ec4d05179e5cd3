"""Who could help whom: ranked lists of candidates with percentile scores and reasons."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

import numpy as np

from qiao.engine.jobs import Spread, in_turn
from qiao.engine.matching.allot import allot, fair_limits, fair_shares
from qiao.engine.matching.evidence import Evidence
from qiao.engine.matching.exclude import Bar
from qiao.engine.matching.learn import Judged
from qiao.engine.matching.listing import KINDS, Listing, Short
from qiao.engine.matching.lists import all_lists
from qiao.engine.matching.model import Across, MatchList, Per, Profile, Weights
from qiao.engine.matching.pool import Pool
from qiao.engine.matching.scale import Doubles, Scale
from qiao.engine.matching.space import Space

_JOBS = 64  # parts of the work: many enough for as many processes, few enough to be put together quickly

T = TypeVar("T")


class Ranker:
    """One pool of profiles made ready to be ranked. Results do not depend on the order of `profiles`.

    `across="side"` compares only profiles of different side. `per="seek"` makes a list for each seek, `"profile"` one list
    for each profile. Somebody in `avoid` is suggested in neither direction: whom one never wants to be shown should not be
    shown one either. `bars` are further rules of who is not suggested to whom (see `exclude`).
    """

    def __init__(
        self,
        profiles: Sequence[Profile],
        *,
        space: Space,
        across: Across = None,
        per: Per = "seek",
        weights: Weights | None = None,
        bars: Sequence[Bar] = (),
    ) -> None:
        """Raises ValueError if an id occurs twice."""
        self.profiles = tuple(profiles)
        self.pool = Pool.build(self.profiles, space, across, bars=bars)
        self.listing = Listing(Evidence(self.pool, per, weights or Weights(), self.pool), all_lists(self.pool, per))

    def measure(self, *, sample: int | None = None) -> Scale:
        """The distributions of fit and evidence over all admissible pairs, or over those of `sample` lists spread evenly."""
        count = len(self.listing.lists)
        some = np.linspace(0, count - 1, min(count, sample or count)).astype(int)
        scale = self.listing.measured(some.tolist())
        scale.finish()
        return scale

    def match(self, *, top: int = 10, cap: float | None = None) -> list[MatchList]:
        """The lists of everybody in the order of the input, each with at most `top` matches.

        `cap`: nobody is shown more than that many times his fair share (see `allot`).
        Raises ValueError if `top` is below 1 or `cap` not above 0.
        """
        return list(self.stream(top=top, cap=cap))

    def stream(self, *, top: int = 10, cap: float | None = None, spread: Spread = in_turn) -> Iterator[MatchList]:
        """As `match`, but the lists are made one by one: all those of 30,000 profiles with their reasons fill a memory.

        `spread` decides where the work is done; the result does not depend on it.
        """
        _check(top, cap)
        count = len(self.listing.lists)
        scale = self.listing.new_scale()
        short: list[Short] = []
        with spread(self.listing) as each:
            for measured, part in each(partial(Listing.shortlisted, top=top), _parts(range(count))):
                scale.merge(measured)
                short += part
            scale.finish()
            if cap is not None:
                short = self._allotted(short, scale, top, cap)
            jobs = _parts([(n, short[n]) for n in self._in_order()])
            for lists in each(partial(Listing.finished, scale=scale, top=top), jobs):
                yield from lists

    def rank_for(self, profile: Profile, space: Space, *, scale: Scale, top: int = 10) -> list[MatchList]:
        """The lists of one profile, new or changed or not, on the scale of `measure`.

        `space`: that of the pool, holding the profile's texts as they are now (`Space.replace`). Everybody else is seen as the pool was made, and
        sees this profile as it was then, so that nothing need be made anew for one change.
        """
        _check(top, None)
        asking = Pool.build([profile], space, self.pool.across, self.pool)
        evidence = replace(self.listing.evidence, asking=asking)
        listing = Listing(evidence, all_lists(asking, evidence.per))
        _measured, short = listing.shortlisted(range(len(listing.lists)), top=top)
        return listing.finished(list(enumerate(short)), scale=scale, top=top)

    def judged(self, grades: Mapping[tuple[str, int], Mapping[str, int]], *, rest: int | None = None) -> list[Judged]:
        """The evidence of judged candidates, to learn from: (seeker, seek; 0 for a whole profile) -> candidate -> grade.

        `rest` is the grade of everybody else who may be suggested; None leaves them out.
        """
        lists = self.listing.lists
        keys = [(self.pool.profiles[o].id, int(s)) for o, s in zip(lists.owner, lists.seek, strict=True)]
        found = []
        for block in self.listing.blocks([n for n, key in enumerate(keys) if key in grades]):
            kinds = np.stack([np.where(np.isfinite(v), v, 0) for v in (block.evidence[kind] for kind in KINDS)], axis=2)
            for n, owner in enumerate(block.lists.owner):
                seeker = self.pool.profiles[owner].id
                given = grades[seeker, int(block.lists.seek[n])]
                row = [given.get(profile.id, rest) for profile in self.pool.profiles]
                at = [c for c, grade in enumerate(row) if grade is not None and block.allowed[n, c]]
                marks = np.array([row[c] for c in at], np.int64)
                found.append(Judged(seeker, kinds[n, at].astype(np.float64), marks))
        return found

    def _allotted(self, short: list[Short], scale: Scale, top: int, cap: float) -> list[Short]:
        sides, across = self.pool.side, self.pool.across == "side"
        owners = sides[self.listing.lists.owner]
        limits = fair_limits(owners, sides, top, cap, across=across)
        if (limits >= fair_limits(owners, sides, top, np.inf, across=across)).all():
            return short  # nobody could be shown too often
        shares = fair_shares(owners, sides, top, across=across)
        everybody = np.arange(len(self.pool))

        def scores(start: int, stop: int) -> Doubles:
            parts = [np.zeros((0, len(self.pool)))]
            for block in self.listing.blocks(range(start, stop)):
                rows = zip(block.lists.language, block.total, strict=True)
                found = np.stack([self.listing.scores("total", scale, lang, everybody, total) for lang, total in rows])
                parts.append(np.where(block.allowed, found, -np.inf))
            return np.concatenate(parts)

        chosen = iter(allot(scores, len(self.listing.lists), limits, shares, top))
        return [
            Short.of(block, n, np.array(next(chosen), np.int64))
            for block in self.listing.blocks(range(len(self.listing.lists)))
            for n in range(len(block.lists))
        ]

    def _in_order(self) -> list[int]:
        """The lists in the order of the input."""
        place = {profile.id: n for n, profile in enumerate(self.profiles)}
        owners = [place[self.pool.profiles[owner].id] for owner in self.listing.lists.owner]
        return sorted(range(len(owners)), key=lambda n: (owners[n], self.listing.lists.seek[n]))


def match(
    profiles: Sequence[Profile],
    *,
    space: Space,
    across: Across = None,
    per: Per = "seek",
    top: int = 10,
    cap: float | None = None,
    weights: Weights | None = None,
    bars: Sequence[Bar] = (),
) -> list[MatchList]:
    """Ranked lists for everybody: see `Ranker` and `Ranker.match`."""
    return Ranker(profiles, space=space, across=across, per=per, weights=weights, bars=bars).match(top=top, cap=cap)


def _parts(rows: Sequence[T]) -> list[Sequence[T]]:
    size = max(1, -(-len(rows) // _JOBS))
    return [rows[start : start + size] for start in range(0, len(rows), size)]


def _check(top: int, cap: float | None) -> None:
    if top < 1 or (cap is not None and not cap > 0):
        raise ValueError("top must be at least 1 and cap, if given, above 0")
