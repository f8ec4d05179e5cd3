"""Reasons are faithful: on the judged profiles, no passage carries more of the score than those that are cited."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from qiao.engine.matching.embed import BuiltIn
from qiao.engine.matching.evidence import Evidence
from qiao.engine.matching.lists import all_lists
from qiao.engine.matching.model import ROLES, Match, Per, Profile, Role
from qiao.engine.matching.pool import Pool
from qiao.engine.matching.rank import Ranker
from qiao.engine.matching.space import Space
from tests.engine.matching.test_gold import profiles_of

Losses = dict[tuple[Role, int], float]
TOP = 3
STEP = 4  # every fourth list: the rest says the same and takes a minute
ROUNDING = 1e-4


class OpenRanker(Ranker):
    """A ranker whose space stays at hand, to try changed profiles in it."""

    def __init__(self, profiles: list[Profile], space: Space, per: Per) -> None:
        super().__init__(profiles, space=space, across="side", per=per)
        self.space = space


@cache
def ranker_of(name: str, per: Per) -> OpenRanker:
    profiles = profiles_of(name)
    return OpenRanker(profiles, Space.build(profiles, BuiltIn()), per)


def fit(ranker: OpenRanker, mine: Profile, seek: int | None, theirs: Profile) -> float:
    """The fit of one pair, from these very profiles: nothing but what they hold counts."""
    other = Pool.build([theirs], ranker.space, None)
    own = Pool.build([mine], ranker.space, None, other)
    evidence = Evidence(other, ranker.listing.evidence.per, ranker.listing.evidence.weights, own)
    lists = all_lists(own, evidence.per)
    row = next(n for n, number in enumerate(lists.seek) if int(number) == (seek or 0))
    return float(evidence.block(lists.pick(np.array([row]))).total[0, 0])


def shown(ranker: OpenRanker) -> Iterator[tuple[Profile, int | None, Profile, Match]]:
    by_id = {profile.id: profile for profile in ranker.profiles}
    for one in ranker.match(top=TOP)[::STEP]:
        for found in one.matches:
            yield by_id[one.seeker], one.seek, by_id[found.candidate], found


def without(profile: Profile) -> Iterator[tuple[tuple[Role, int], Profile]]:
    for role in ROLES:
        for text in profile.texts(role):
            yield (role, text.index), replace(profile, **{role: tuple(t for t in profile.texts(role) if t != text)})


def losses(ranker: OpenRanker, mine: Profile, seek: int | None, theirs: Profile) -> tuple[Losses, Losses]:
    """By how much the fit drops without each text of mine, except the seek the list is of, and of theirs."""
    whole = fit(ranker, mine, seek, theirs)
    own = {
        key: whole - fit(ranker, rest, seek, theirs) for key, rest in without(mine) if not (seek and key[0] == "seeks")
    }
    return own, {key: whole - fit(ranker, mine, seek, rest) for key, rest in without(theirs)}


@pytest.mark.parametrize("per", ["seek", "profile"])
@pytest.mark.parametrize("name", ["dev", "more"])
def test_leaving_out_a_cited_passage_costs_more_than_leaving_out_any_other(name: str, per: Per) -> None:
    """Of either side among all reasons; of the candidate's in the first one, which nearly always cites mine as well."""
    ranker = ranker_of(name, per)
    several, both = 0, []
    for mine, seek, theirs, found in shown(ranker):
        own, other = losses(ranker, mine, seek, theirs)
        my_cited = [(r.mine.field, r.mine.index) for r in found.reasons if r.mine]
        their_cited = [(r.theirs.field, r.theirs.index) for r in found.reasons if r.theirs]
        most_of_mine, most_of_theirs = max(own.values(), default=0.0), max(other.values())
        if most_of_theirs > ROUNDING:
            assert other[their_cited[0]] >= most_of_theirs - ROUNDING, (mine.id, seek, theirs.id)
            several += len(other) > 1
        if most_of_mine > ROUNDING and (seek is None or own.keys() & {*my_cited}):
            assert max(own[key] for key in my_cited if key in own) >= most_of_mine - ROUNDING
            both.append(own.get(my_cited[0], most_of_mine) >= most_of_mine - ROUNDING)
    assert several > 50
    assert np.mean(both) >= 0.9  # measured over all lists of ten: 0.96 to 0.97; elsewhere two pairs are needed
