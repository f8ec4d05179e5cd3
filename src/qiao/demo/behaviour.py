"""How the demo's people behave: they ask whom they fit, more or less, and answer likewise. Seeded, so it repeats.

A participant's taste for a partner is the fit that the matching engine found, plus noise of the Gumbel kind: choosing the
best k of such values is drawing k partners without return with probabilities of a multinomial logit
(Gumbel-top-k; Kool, van Hoof and Welling 2019).
"""

import math
from collections.abc import Mapping
from random import Random

SHARPNESS = 5.0
"""How much more fit counts than chance: 5 makes a very good fit (0.98) three times as likely as a fair one (0.75)."""


def taste(random: Random, score: float) -> float:
    return SHARPNESS * score - math.log(-math.log(random.random() or 1e-12))


def chosen(random: Random, scores: Mapping[int, float], count: int) -> list[int]:
    """The partners somebody asks, the most wanted first: {partner: score} -> at most `count` partners."""
    tastes = {partner: taste(random, score) for partner, score in sorted(scores.items())}
    return sorted(tastes, key=lambda partner: (-tastes[partner], partner))[:count]


def accepted(random: Random, scores: Mapping[int, float], share: float) -> set[int]:
    """Which requests are accepted: {request: score seen from the one who is asked} -> the `share` liked most."""
    return set(chosen(random, scores, round(share * len(scores))))
