"""Why two profiles were put together, as codes with the evidence that carried the score."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log1p
from typing import Literal

import numpy as np

from qiao.engine.matching import wanted
from qiao.engine.matching.classes import division_of
from qiao.engine.matching.embed import Floats
from qiao.engine.matching.evidence import TEXT_KINDS, Evidence
from qiao.engine.matching.export import groups_named
from qiao.engine.matching.model import Fit, Passage, Profile, Reason, Role, primary
from qiao.engine.matching.pool import Integers, Pool, Texts
from qiao.engine.matching.text import chosen_language

STRONG_ENOUGH = 0.6  # a text reason weaker than this is only given for a text that carries the score most

_CODES = {"seek_offer": "seek-meets-offer", "offer_seek": "offer-meets-seek", "shared_goal": "shared-goal"}
_ROLES: dict[str, tuple[Role, Role]] = {
    "seek_offer": ("seeks", "offers"),
    "offer_seek": ("offers", "seeks"),
    "shared_goal": ("seeks", "seeks"),
}
FitWord = Literal["very-good", "good", "possible"]
VERY_GOOD, GOOD = 0.98, 0.96  # percentiles


def fit_word(score: float, keyword: float) -> FitWord:
    """What a participant sees instead of a number, from the percentile and the keywords in common (`Fit.keyword`).

    A percentile alone is high for the best of any pool, even where nobody fits. So a pair with no term of the vocabulary
    in common is at most good, and that only among the best 2 %. How often people agree: docs/explanation/matching.md.
    """
    if keyword > 0:
        return "very-good" if score >= VERY_GOOD else "good" if score >= GOOD else "possible"
    return "good" if score >= VERY_GOOD else "possible"


@dataclass(frozen=True, slots=True)
class _Bond:
    """All pairs of texts of one kind of evidence, of which the best counts: values [mine, theirs].

    `theirs` is (None,) where the candidate itself is meant, not a text of it.
    """

    kind: str
    weight: float
    mine: Sequence[Passage]
    theirs: Sequence[Passage | None]
    values: Floats

    def best(self) -> tuple[Passage, Passage | None, float]:
        mine, theirs = divmod(int(np.argmax(self.values)), len(self.theirs))
        return self.mine[mine], self.theirs[theirs], float(self.values[mine, theirs])

    def losses(self, side: Literal["mine", "theirs"]) -> Iterator[tuple[Passage, float]]:
        """By how much the fit drops when a text of a side is left out: only that of the best pair can be missed."""
        texts = self.mine if side == "mine" else self.theirs
        values = self.values.max(axis=1 if side == "mine" else 0).tolist()
        at = values.index(max(values))
        rest = max(values[:at] + values[at + 1 :], default=0.0)
        text = texts[at]
        if text is not None:
            yield text, self.weight * (values[at] - rest)


def explain(evidence: Evidence, owner: int, seek: int, candidate: int, fit: Fit) -> tuple[Reason, ...]:
    """The reasons of one match, most important first, obstacles last.

    `owner` and `seek` are rows of the asking pool and of its seeks (-1: none), `candidate` is one of the pool; per profile
    all seeks of the owner count. Reasons cite the best pair of their kind. Of either side the text whose absence would
    lower the fit most is always cited, that of the candidate in the first reason, if possible that of the owner as well.
    """
    mine, theirs = evidence.asking.profiles[owner], evidence.pool.profiles[candidate]
    sought = _wanted_bonds(evidence, owner, seek, candidate)
    every = (*_text_bonds(evidence, owner, seek, candidate), *sought)
    bonds = [bond for bond in every if bond.values.size and bond.weight > 0]
    missed = (_most_missed(bonds, "mine"), _most_missed(bonds, "theirs"))
    texts = _text_reasons(bonds, fit, missed)
    return (
        *texts,
        *_wanted(evidence, owner, seek, candidate, sought),
        *_shared_themes(mine, theirs),
        *_shared_keywords(mine, theirs, evidence.pool),
        *_same_classification(mine, theirs),
        *_languages(mine, theirs),
        *_export_check(mine, theirs, texts),
        *_not_joined(mine, theirs),
    )


def _text_bonds(evidence: Evidence, owner: int, seek: int, candidate: int) -> Iterator[_Bond]:
    asking, pool, weights = evidence.asking, evidence.pool, evidence.weights
    for kind in TEXT_KINDS:
        my_role, their_role = _ROLES[kind]
        mine, theirs = asking.texts[my_role], pool.texts[their_role]
        my_rows = evidence.seeks_of(owner, seek) if my_role == "seeks" else mine.rows(owner)
        their_rows = theirs.rows(candidate)
        values = mine.queries(my_rows) @ theirs.vectors(their_rows).T
        cited = _passages(mine, my_rows), _passages(theirs, their_rows)
        yield _Bond(kind, float(getattr(weights, kind)), cited[0], cited[1], values)


def _passages(texts: Texts, rows: Integers) -> list[Passage]:
    return [Passage(*texts.keys[row][1:]) for row in rows]


def _wanted_bonds(evidence: Evidence, owner: int, seek: int, candidate: int) -> list[_Bond]:
    """Of the kinds that some seek asks for; most seeks ask for none."""
    rows = evidence.seeks_of(owner, seek)
    asked = [kind for kind in wanted.KINDS if evidence.asking.wanted[kind].asked[rows].any()]
    return [_wanted_bond(evidence, kind, rows, candidate) for kind in asked]


def _wanted_bond(evidence: Evidence, kind: str, rows: Integers, candidate: int) -> _Bond:
    """The seeks that ask for something of this kind, and who or what has it."""
    asking, given = evidence.asking.wanted[kind], evidence.pool.wanted[kind].given[candidate] > 0
    mine = _passages(evidence.asking.texts["seeks"], rows)
    theirs: list[Passage | None] = [None]
    has = given[None, :]
    if kind == "cooperation":
        profile = evidence.pool.profiles[candidate]
        spoken = [(text, wanted.named(kind, text)) for text in (*profile.offers, *profile.seeks)]
        theirs = [
            Passage(text.role, text.index, chosen_language(profile, text) or min(text.words)) for text, _ in spoken
        ]
        has = np.array([[label in own for label in asking.labels] for _, own in spoken], np.bool_).reshape(
            -1, len(asking.labels)
        )
    values = (asking.asked[rows].astype(np.float32) @ has.T.astype(np.float32) > 0).astype(np.float32)
    return _Bond(kind, float(getattr(evidence.weights, kind)), mine, theirs, values)


def _most_missed(
    bonds: Sequence[_Bond], side: Literal["mine", "theirs"]
) -> tuple[Passage | None, dict[Passage, float]]:
    """The text of a side whose absence lowers the fit most, and by how much that of each one does."""
    losses: dict[Passage, float] = {}
    for bond in bonds:
        for text, loss in bond.losses(side):
            losses[text] = losses.get(text, 0.0) + loss
    most = max(losses, key=lambda text: losses[text], default=None)
    return (most if most is not None and losses[most] > 0 else None), losses


def _text_reasons(
    bonds: Sequence[_Bond], fit: Fit, missed: tuple[tuple[Passage | None, dict[Passage, float]], ...]
) -> list[Reason]:
    (my_most, _), (their_most, losses) = missed
    found = []
    for bond in bonds:
        if bond.kind not in TEXT_KINDS:
            continue
        mine, theirs, value = bond.best()
        assert theirs is not None
        carries_mine = mine == my_most and dict(bond.losses("mine")).get(mine, 0) > 0
        carries_theirs = theirs == their_most and dict(bond.losses("theirs")).get(theirs, 0) > 0
        carries = carries_mine + carries_theirs
        if value > 0 or carries:
            reason = Reason(_CODES[bond.kind], mine=mine, theirs=theirs, strength=getattr(fit, bond.kind))
            order = (not carries_theirs, -carries, -losses.get(theirs, 0.0), -bond.weight * value)
            found.append((order, carries, reason))
    found.sort(key=lambda each: each[0])
    return [
        reason
        for n, (_, carries, reason) in enumerate(found)
        if n == 0 or carries or (reason.strength or 0) >= STRONG_ENOUGH
    ]


def _wanted(evidence: Evidence, owner: int, seek: int, candidate: int, bonds: Sequence[_Bond]) -> Iterator[Reason]:
    """The candidate is or has what a seek names, as exactly as it is named: a city rather than its country."""
    for bond in bonds:
        if bond.values.any():
            mine, theirs, _value = bond.best()
            asking = evidence.asking.wanted[bond.kind]
            row = evidence.seeks_of(owner, seek)[bond.mine.index(mine)]
            given = evidence.pool.wanted[bond.kind].given[candidate] > 0
            label = asking.labels[int(np.flatnonzero(asking.asked[row] & given)[-1])]
            yield Reason(f"{bond.kind}-sought", label, mine=mine, theirs=theirs)


def _shared_themes(mine: Profile, theirs: Profile) -> list[Reason]:
    return [Reason("shared-theme", theme) for theme in dict.fromkeys(mine.themes) if theme in theirs.themes]


def _shared_keywords(mine: Profile, theirs: Profile, pool: Pool) -> list[Reason]:
    """What says most first, that is, what weighs much for both and few others have; else in the order of the owner."""

    def weight(code: str) -> float:
        return mine.keywords[code] * theirs.keywords[code] * log1p(len(pool) / pool.keyword_counts[code])

    shared = [code for code in mine.keywords if code in theirs.keywords]
    return [Reason("shared-keyword", code) for code in sorted(shared, key=weight, reverse=True)]


def _same_classification(mine: Profile, theirs: Profile) -> list[Reason]:
    division = division_of(mine.nace)
    return [Reason("same-classification", division)] if division and division == division_of(theirs.nace) else []


def _languages(mine: Profile, theirs: Profile) -> list[Reason]:
    """The common languages; the need of an interpreter if both name languages and share none."""
    own, other = (dict.fromkeys(map(primary, one.languages)) for one in (mine, theirs))
    common = [Reason("common-language", lang) for lang in own if lang in other]
    return common or ([Reason("interpreter-needed")] if own and other else [])


def _export_check(mine: Profile, theirs: Profile, reasons: Sequence[Reason]) -> list[Reason]:
    """What the cited texts speak of is often under export control, and the two are in different countries."""
    if mine.country is None or theirs.country is None or mine.country == theirs.country:
        return []
    cited = [(mine, reason.mine) for reason in reasons] + [(theirs, reason.theirs) for reason in reasons]
    words = [profile.cited(passage) for profile, passage in cited if passage is not None]
    return [Reason("export-check", group) for group in groups_named(words)]


def _not_joined(mine: Profile, theirs: Profile) -> list[Reason]:
    """One of the two is only listed: nobody would answer."""
    return [Reason("not-joined")] if "not-joined" in (*mine.withheld, *theirs.withheld) else []
