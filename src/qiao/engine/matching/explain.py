"""Why two profiles were put together, as codes with the evidence that carried the score."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from qiao.engine.matching.embed import Floats
from qiao.engine.matching.evidence import TEXT_KINDS, Evidence
from qiao.engine.matching.model import TYPES, Fit, Passage, Profile, Reason, Role, TextKey, primary
from qiao.engine.matching.pool import Integers, Texts, nace_division

STRONG_ENOUGH = 0.6  # a text reason weaker than this is only given when it is the one that carries the score most

_CODES = {"seek_offer": "seek-meets-offer", "offer_seek": "offer-meets-seek", "shared_goal": "shared-goal"}
_ROLES: dict[str, tuple[Role, Role]] = {
    "seek_offer": ("seeks", "offers"),
    "offer_seek": ("offers", "seeks"),
    "shared_goal": ("seeks", "seeks"),
}
FitWord = Literal["very-good", "good", "possible"]
VERY_GOOD, GOOD = 0.98, 0.90  # percentiles


def fit_word(score: float) -> FitWord:
    """What a participant sees instead of a number: very good for the best 2 % of all pairs, good for the best 10 %."""
    return "very-good" if score >= VERY_GOOD else "good" if score >= GOOD else "possible"


@dataclass(frozen=True, slots=True)
class _Pairing:
    """All pairs of one kind of evidence: similarities [mine, theirs]."""

    kind: str
    weight: float
    mine: Sequence[TextKey]
    theirs: Sequence[TextKey]
    values: Floats

    def best(self) -> tuple[int, int]:
        mine, theirs = divmod(int(np.argmax(self.values)), len(self.theirs))
        return mine, theirs

    def losses(self) -> list[float]:
        """By how much the fit drops when each text of the other side is left out: only the best one can be missed."""
        columns = [max(column) for column in zip(*self.values.tolist(), strict=True)]
        at = columns.index(max(columns))
        best, rest = columns[at], max(columns[:at] + columns[at + 1 :], default=0.0)
        return [self.weight * (best - rest) if n == at else 0.0 for n in range(len(columns))]


def explain(evidence: Evidence, owner: int, seek: int, candidate: int, fit: Fit) -> tuple[Reason, ...]:
    """The reasons of one match, most important first, obstacles last.

    `owner` and `seek` are rows of the asking pool and of its seeks (-1: none), `candidate` is one of the pool; per profile
    all seeks of the owner count. Reasons from texts cite the pair with the highest similarity of their kind; first comes
    the one citing the text whose absence would lower the fit most.
    """
    mine, theirs = evidence.asking.profiles[owner], evidence.pool.profiles[candidate]
    pairings = [p for p in _pairings(evidence, owner, seek, candidate) if p.values.size]
    return (
        *_text_reasons(pairings, fit),
        *_type_sought(evidence, owner, seek, candidate),
        *_shared_themes(mine, theirs),
        *_shared_keywords(mine, theirs),
        *_same_classification(mine, theirs),
        *_languages(mine, theirs),
    )


def _pairings(evidence: Evidence, owner: int, seek: int, candidate: int) -> list[_Pairing]:
    found = []
    for kind in TEXT_KINDS:
        my_role, their_role = _ROLES[kind]
        mine, theirs = evidence.asking.texts[my_role], evidence.pool.texts[their_role]
        my_rows, their_rows = mine.rows(owner), theirs.rows(candidate)
        if my_role == "seeks" and evidence.per == "seek":
            my_rows = np.array([seek] if seek >= 0 else [], np.int64)
        values = mine.queries(my_rows) @ theirs.vectors(their_rows).T
        weight = float(getattr(evidence.weights, kind))
        found.append(_Pairing(kind, weight, _keys(mine, my_rows), _keys(theirs, their_rows), values))
    return found


def _keys(texts: Texts, rows: Integers) -> list[TextKey]:
    return [texts.keys[row] for row in rows]


def _text_reasons(pairings: Sequence[_Pairing], fit: Fit) -> list[Reason]:
    losses: dict[TextKey, float] = {}
    for pairing in pairings:
        for key, loss in zip(pairing.theirs, pairing.losses(), strict=True):
            losses[key] = losses.get(key, 0.0) + loss
    cited = []
    for pairing in pairings:
        mine, theirs = pairing.best()
        if pairing.weight > 0 and pairing.values[mine, theirs] > 0:
            reason = Reason(
                _CODES[pairing.kind],
                mine=_passage(pairing.mine[mine]),
                theirs=_passage(pairing.theirs[theirs]),
                strength=getattr(fit, pairing.kind),
            )
            cited.append((losses[pairing.theirs[theirs]], pairing.weight * float(pairing.values[mine, theirs]), reason))
    cited.sort(key=lambda each: (-each[0], -each[1]))
    return [reason for n, (_, _, reason) in enumerate(cited) if n == 0 or (reason.strength or 0) >= STRONG_ENOUGH]


def _passage(key: TextKey) -> Passage:
    return Passage(key.role, key.number, key.lang)


def _type_sought(evidence: Evidence, owner: int, seek: int, candidate: int) -> list[Reason]:
    """The candidate is of a kind that a seek names."""
    asking = evidence.asking
    rows = asking.texts["seeks"].rows(owner) if evidence.per == "profile" else np.arange(max(seek, 0), seek + 1)
    kind = evidence.pool.type[candidate]
    return [Reason("type-sought", TYPES[kind])] if kind >= 0 and asking.sought[rows, kind].any() else []


def _shared_themes(mine: Profile, theirs: Profile) -> list[Reason]:
    return [Reason("shared-theme", theme) for theme in dict.fromkeys(mine.themes) if theme in theirs.themes]


def _shared_keywords(mine: Profile, theirs: Profile) -> list[Reason]:
    """What adds most first; among equals in the order of the owner."""
    shared = [code for code in mine.keywords if code in theirs.keywords]
    return [
        Reason("shared-keyword", code)
        for code in sorted(shared, key=lambda code: -mine.keywords[code] * theirs.keywords[code])
    ]


def _same_classification(mine: Profile, theirs: Profile) -> list[Reason]:
    division = nace_division(mine.nace)
    return [Reason("same-classification", division)] if division and division == nace_division(theirs.nace) else []


def _languages(mine: Profile, theirs: Profile) -> list[Reason]:
    """The common languages; the need of an interpreter if both name languages and share none."""
    own, other = (dict.fromkeys(map(primary, one.languages)) for one in (mine, theirs))
    common = [Reason("common-language", lang) for lang in own if lang in other]
    return common or ([Reason("interpreter-needed")] if own and other else [])
