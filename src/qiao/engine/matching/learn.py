"""How much each kind of evidence counts, learned from pairs that were judged: by hand, or by what participants answered.

Within each list, whoever was judged better should have the higher fit. This is logistic regression on the differences of
evidence between two candidates of one list, each list counting the same, regularised towards the weights in force: few
answers change little. Weights are never negative; the result is scaled so that `seek_offer` counts 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from qiao.engine.matching.model import Weights

Doubles = npt.NDArray[np.float64]

KINDS = tuple(field.name for field in fields(Weights))
STEEPNESS = 10.0  # a difference in fit of 0.1 makes "better" a matter of 73 to 27
STRENGTH = 20.0  # lists: so many judged lists weigh as much as the weights in force
_UNITS = {
    "seek_offer": 0.5,
    "offer_seek": 0.5,
    "shared_goal": 0.5,
}  # how far a weight may be expected to lie from the one in force
_SMALL = 0.1


@dataclass(frozen=True, slots=True)
class Judged:
    """One list: the evidence of its candidates [candidates, KINDS], 0 where a text is missing, and their grades."""

    seeker: str
    evidence: Doubles
    grades: npt.NDArray[np.int64]

    def differences(self) -> Doubles:
        """The better one's evidence less the other's, for all pairs of different grade."""
        better, worse = np.nonzero(self.grades[:, None] > self.grades[None, :])
        return np.asarray(self.evidence[better] - self.evidence[worse], np.float64)


def learn(lists: Sequence[Judged], start: Weights, *, strength: float = STRENGTH) -> Weights:
    """The weights that order the lists best without straying far from `start`; `start` itself if nothing was judged."""
    from scipy.optimize import minimize  # half a second: who only ranks does without
    from scipy.special import expit

    pairs = [differences for one in lists if len(differences := one.differences())]
    if not pairs:
        return start
    x = np.vstack(pairs)
    share = np.concatenate([np.full(len(each), 1 / len(each)) for each in pairs])
    centre = np.array([getattr(start, kind) for kind in KINDS])
    unit = np.array([_UNITS.get(kind, _SMALL) for kind in KINDS])

    def loss(weights: Doubles) -> tuple[float, Doubles]:
        margin = STEEPNESS * (x @ weights)
        away = (weights - centre) / unit
        gradient = -STEEPNESS * ((share * expit(-margin)) @ x) + strength * away / unit
        return float(share @ np.logaddexp(0, -margin) + strength / 2 * away @ away), gradient

    found = minimize(loss, centre, jac=True, method="L-BFGS-B", bounds=[(0.0, None)] * len(KINDS)).x
    scale = found[0] if found[0] > 0 else 1.0
    return Weights(**{kind: round(float(value / scale), 4) for kind, value in zip(KINDS, found, strict=True)})
