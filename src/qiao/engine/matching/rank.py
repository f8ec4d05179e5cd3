"""Who could help whom: evidence for all pairs in blocks, admissibility, percentile scores, ranked lists with reasons."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from qiao.engine.matching.allot import allot, fair_limits
from qiao.engine.matching.embed import Floats
from qiao.engine.matching.explain import TEXT_KINDS, explain
from qiao.engine.matching.model import Across, Fit, Match, MatchList, Per, Profile, TextKey, Weights, primary
from qiao.engine.matching.pool import BestPerProfile, Booleans, Integers, Pool, Texts, marks_in_common, type_fit
from qiao.engine.matching.scale import EXACT_PAIRS, Doubles, LanguagePair, Scale
from qiao.engine.matching.space import Space

_PAIRS_PER_BLOCK = 2_000_000
_ROWS_AT_ONCE = 256
_KINDS = tuple(field.name for field in fields(Fit))
_STEPS_PER_UNIT = 65536  # fits are whole multiples of 2^-16: equal texts tie whatever the order of the additions


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists to be filled: owner, seek (0: the profile as a whole), row among the embedded seeks (-1: none), language."""

    owner: Integers
    seek: Integers
    text: Integers
    language: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.owner)

    def part(self, rows: slice) -> "Lists":
        return Lists(self.owner[rows], self.seek[rows], self.text[rows], self.language[rows])


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
class _Short:
    """One candidate on a short list, with the values needed to score and show it."""

    candidate: int
    total: float
    evidence: tuple[float, ...]


class Ranker:
    """One pool of profiles made ready to be ranked. Results do not depend on the order of `profiles`.

    `across="side"` compares only profiles of different side. `per="seek"` makes a list for each seek, `"profile"` one list for
    each profile. Somebody in `avoid` is suggested in neither direction: whom one never wants to be shown should not be
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
        self.profiles = tuple(profiles)
        self.per = per
        self.weights = weights or Weights()
        self.pool = Pool.build(self.profiles, space, across)
        self.lists = _all_lists(self.pool, per)

    def measure(self) -> Scale:
        """The distributions of fit and evidence over all admissible pairs."""
        scale = self._new_scale()
        for block in self._blocks(self.lists):
            self._measure(block, scale)
        scale.finish()
        return scale

    def match(self, *, top: int = 10, cap: float | None = None) -> list[MatchList]:
        """The lists of everybody in the order of the input, each with at most `top` matches.

        `cap`: nobody is shown more than that many times his fair share (see `allot`).
        """
        if top < 1 or (cap is not None and not cap > 0):
            raise ValueError("top must be at least 1 and cap, if given, above 0")
        scale = self._new_scale()
        short: list[list[_Short]] = []
        for block in self._blocks(self.lists):
            self._measure(block, scale)
            short += self._shortlist(block, top)
        scale.finish()
        if cap is not None:
            short = self._allotted(short, scale, top, cap)
        return self._in_order([self._finished(self.lists, n, row, scale, top) for n, row in enumerate(short)])

    def rank_for(self, profile_id: str, *, scale: Scale, top: int = 10) -> list[MatchList]:
        """The lists of one profile, scored on the scale of an earlier run. Raises KeyError for an unknown id."""
        rows = np.flatnonzero(self.lists.owner == self.pool.position[profile_id])
        lists = self.lists.part(slice(int(rows[0]), int(rows[-1]) + 1)) if len(rows) else self.lists.part(slice(0, 0))
        short = [row for block in self._blocks(lists) for row in self._shortlist(block, top)]
        return [self._finished(lists, n, row, scale, top) for n, row in enumerate(short)]

    def _new_scale(self) -> Scale:
        return Scale(exact=len(self.lists) * len(self.pool) <= EXACT_PAIRS)

    def _blocks(self, lists: Lists) -> Iterator[Block]:
        size = max(1, _PAIRS_PER_BLOCK // max(1, len(self.pool)))
        for start in range(0, len(lists), size):
            yield self._block(lists.part(slice(start, start + size)))

    def _block(self, lists: Lists) -> Block:
        evidence = self._text_evidence(lists) | {
            "theme": marks_in_common(self.pool.themes, lists.owner),
            "classification": _same(self.pool.division, lists.owner),
            "type": type_fit(self.pool.type, lists.owner),
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

    def _measure(self, block: Block, scale: Scale) -> None:
        for lang, rows in block.language_rows():
            for name, columns in zip(self.pool.languages, self.pool.slices, strict=True):
                pair = LanguagePair(lang, name)
                allowed = block.allowed[rows, columns]
                scale.add("total", pair, block.total[rows, columns][allowed])
                for kind in TEXT_KINDS:
                    scale.add(kind, pair, block.evidence[kind][rows, columns][allowed])

    def _shortlist(self, block: Block, top: int) -> list[list[_Short]]:
        """The best `top` of each language for each list: within a language the order by fit is the order by score."""
        values = np.where(block.allowed, block.total, -np.inf)
        found: list[list[_Short]] = [[] for _ in range(len(block.lists))]
        for columns in self.pool.slices:
            for row, column in np.argwhere(_best_columns(values[:, columns], top)):
                found[row].append(_short(block, int(row), int(column) + columns.start))
        return found

    def _scores(self, scale: Scale, lang: str, candidates: Integers, totals: Floats) -> Doubles:
        scores = np.zeros(len(candidates))
        groups = self.pool.language[candidates]
        for group in np.unique(groups):
            at = groups == group
            scores[at] = scale.percentile("total", LanguagePair(lang, self.pool.languages[group]), totals[at])
        return scores

    def _allotted(self, short: list[list[_Short]], scale: Scale, top: int, cap: float) -> list[list[_Short]]:
        limits = fair_limits(
            self.pool.side[self.lists.owner], self.pool.side, top, cap, across=self.pool.across == "side"
        )

        def scores(start: int, stop: int) -> Doubles:
            parts = []
            for block in self._blocks(self.lists.part(slice(start, stop))):
                columns = np.arange(len(self.pool))
                rows = [
                    self._scores(scale, lang, columns, total)
                    for lang, total in zip(block.lists.language, block.total, strict=True)
                ]
                parts.append(np.where(block.allowed, np.stack(rows), -np.inf))
            return np.concatenate(parts)

        first = [
            [one.candidate for one in _by_score(row, self._row_scores(row, scale, lang), self.pool)[:top]]
            for row, lang in zip(short, self.lists.language, strict=True)
        ]
        chosen = allot(scores, first, limits, top)
        return [
            [_short(block, n, int(column)) for column in chosen[start + n]]
            for start, block in self._numbered_blocks()
            for n in range(len(block.lists))
        ]

    def _numbered_blocks(self) -> Iterator[tuple[int, Block]]:
        start = 0
        for block in self._blocks(self.lists):
            yield start, block
            start += len(block.lists)

    def _row_scores(self, row: Sequence[_Short], scale: Scale, lang: str) -> Doubles:
        candidates = np.array([one.candidate for one in row], np.int64)
        return self._scores(scale, lang, candidates, np.array([one.total for one in row], np.float32))

    def _finished(self, lists: Lists, n: int, row: Sequence[_Short], scale: Scale, top: int) -> MatchList:
        lang, owner = lists.language[n], int(lists.owner[n])
        scores = dict(zip((one.candidate for one in row), self._row_scores(row, scale, lang), strict=True))
        matches: list[Match] = []
        for one in _by_score(row, list(scores.values()), self.pool)[:top]:
            pair = LanguagePair(lang, self.pool.languages[self.pool.language[one.candidate]])
            fit = _shown_fit(one, pair, scale)
            reasons = explain(
                self.pool, owner, int(lists.text[n]), one.candidate, fit, self.weights, whole=self.per == "profile"
            )
            match = Match(
                self.pool.profiles[one.candidate].id, len(matches) + 1, float(scores[one.candidate]), one.total, fit
            )
            matches.append(replace(match, reasons=reasons))
        return MatchList(self.pool.profiles[owner].id, int(lists.seek[n]) or None, tuple(matches))

    def _in_order(self, found: Sequence[MatchList]) -> list[MatchList]:
        place = {profile.id: n for n, profile in enumerate(self.profiles)}
        return sorted(found, key=lambda each: (place[each.seeker], each.seek or 0))


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


def _all_lists(pool: Pool, per: Per) -> Lists:
    names = set(pool.languages)

    def group(lang: str) -> str:
        return lang if lang in names else "*"

    if per == "profile":
        everyone = np.arange(len(pool))
        nothing = np.zeros(len(pool), np.int64)
        return Lists(everyone, nothing, nothing - 1, tuple(pool.languages[code] for code in pool.language))
    row_of: dict[tuple[str, int], int] = {
        (key.profile, key.number): n for n, key in enumerate(pool.texts["seeks"].keys)
    }
    keys: Sequence[TextKey] = pool.texts["seeks"].keys
    owner, seek, text, language = [], [], [], []
    for n, profile in enumerate(pool.profiles):
        for each in profile.seeks:
            row = row_of.get((profile.id, each.index), -1)
            owner.append(n)
            seek.append(each.index)
            text.append(row)
            language.append(group(primary(keys[row].lang)) if row >= 0 else pool.languages[pool.language[n]])
    return Lists(np.array(owner, np.int64), np.array(seek, np.int64), np.array(text, np.int64), tuple(language))


def _same(codes: Integers, rows: Integers) -> Floats:
    """1 where both have the same code, 0 otherwise; -1 is no code."""
    return np.asarray((codes[rows][:, None] == codes[None, :]) & (codes >= 0)[None, :], np.float32)


def _best_of_rows(best: BestPerProfile, texts: Texts, rows: Integers) -> Floats:
    """float32 [rows, profiles] for single texts; row -1 has none."""
    found = np.full((len(rows), best.profiles), -np.inf, np.float32)
    present = np.flatnonzero(rows >= 0)
    if len(present):
        found[present] = best(texts.vectors[rows[present]])
    return found


def _best_of_all(best: BestPerProfile, texts: Texts, owners: Integers) -> Floats:
    """float32 [owners, profiles]: the best over all the texts of each owner."""
    found = np.full((len(owners), best.profiles), -np.inf, np.float32)
    pairs = [(place, row) for place, owner in enumerate(owners) for row in texts.rows(int(owner))]
    for start in range(0, len(pairs), _ROWS_AT_ONCE):
        chunk = pairs[start : start + _ROWS_AT_ONCE]
        for (place, _), values in zip(chunk, best(texts.vectors[[row for _, row in chunk]]), strict=True):
            np.maximum(found[place], values, out=found[place])
    return found


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


def _short(block: Block, row: int, column: int) -> _Short:
    values = tuple(float(block.evidence[kind][row, column]) for kind in _KINDS)
    return _Short(column, float(block.total[row, column]), values)


def _by_score(row: Sequence[_Short], scores: Sequence[float] | Doubles, pool: Pool) -> list[_Short]:
    """Best score first; ties by fit, then by id."""
    ranked = sorted(zip(scores, row, strict=True), key=lambda x: (-x[0], -x[1].total, pool.profiles[x[1].candidate].id))
    return [one for _, one in ranked]


def _shown_fit(one: _Short, pair: LanguagePair, scale: Scale) -> Fit:
    values = dict(zip(_KINDS, one.evidence, strict=True))
    for kind in TEXT_KINDS:
        values[kind] = float(scale.percentile(kind, pair, np.array([values[kind]], np.float32))[0])
    return Fit(**values)
