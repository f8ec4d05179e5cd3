"""Who must never be suggested to whom: each rule alone, and the same for single pairs as for whole blocks."""

from dataclasses import replace

import numpy as np
import pytest

from qiao.engine.matching.exclude import Bar, Exclusion, Group, exclusions
from qiao.engine.matching.model import Match, Profile
from qiao.engine.matching.pool import Pool
from qiao.engine.matching.rank import Ranker, match
from tests.engine.matching.small import axis, firm, random_world, space

SMALL_AND_LARGE = Bar("7", Group(types=("company",), sizes=("micro", "small")), Group(sizes=("large",)))
BARS = (
    SMALL_AND_LARGE,
    Bar("8", Group(divisions=("11",)), Group(divisions=("11", "12"))),
    Bar("9", Group(roles=("host",)), Group(roles=("host",))),
)


def two(**theirs: object) -> tuple[Profile, Profile]:
    mine = firm("m", "eu", seeks=1, country="DE", organisation="one", type="company", size="small", roles=("guest",))
    return mine, firm("t", "cn", offers=1, country="CN", organisation="two", **theirs)


def codes(mine: Profile, theirs: Profile, *bars: Bar) -> list[str]:
    return [one.code for one in exclusions(mine, theirs, across="side", bars=bars)]


def suggested(mine: Profile, theirs: Profile, *bars: Bar) -> list[Match]:
    vectors = space({("m", "seeks", 1): axis(1), ("t", "offers", 1): axis(1)})
    lists = match([mine, theirs], space=vectors, across="side", bars=bars)
    return [one for each in lists if each.seeker == "m" for one in each.matches]


@pytest.mark.parametrize(
    ("theirs", "expected"),
    [
        ({}, []),
        ({"avoid": ("m",)}, ["avoided"]),
        ({"side": "eu"}, ["own-side"]),
        ({"organisation": "one"}, ["same-organisation"]),
        ({"withheld": ("no-consent",)}, ["no-consent"]),
        ({"withheld": ("no-consent",), "country": "DE"}, []),  # asked for is the consent to be shown abroad
        ({"withheld": ("no-consent",), "country": None}, ["no-consent"]),  # nobody knows where that is
        ({"withheld": ("not-joined",)}, ["not-joined"]),
        ({"withheld": ("opted-out",)}, ["opted-out"]),
        ({"size": "large"}, ["bar"]),
        ({"size": "medium"}, []),
    ],
)
def test_each_rule_alone_keeps_a_perfect_partner_away(theirs: dict[str, object], expected: list[str]) -> None:
    mine, other = two()
    other = replace(other, **theirs)
    assert codes(mine, other, SMALL_AND_LARGE) == expected
    assert bool(suggested(mine, other, SMALL_AND_LARGE)) == (not expected)


def test_two_of_unknown_countries_are_abroad_to_each_other() -> None:
    mine, other = two(withheld=("no-consent",))
    mine, other = replace(mine, country=None), replace(other, country=None)
    assert codes(mine, other) == ["no-consent"]
    assert not suggested(mine, other)


@pytest.mark.parametrize(
    ("mine", "expected"),
    [
        ({"avoid": ("t",)}, ["avoids"]),
        ({"withheld": ("opted-out",)}, ["opted-out"]),
        ({"withheld": ("no-consent",)}, []),  # who is not shown may still look
        ({"withheld": ("not-joined",)}, []),
    ],
)
def test_what_the_seeker_is_decides_as_well(mine: dict[str, object], expected: list[str]) -> None:
    own, other = two()
    own = replace(own, **mine)
    assert codes(own, other) == expected
    assert bool(suggested(own, other)) == (not expected)


def test_a_rule_of_the_organiser_is_named_and_works_both_ways() -> None:
    mine, other = two(size="large")
    assert exclusions(mine, other, bars=BARS) == exclusions(other, mine, bars=BARS) == [Exclusion("bar", "7")]
    assert exclusions(mine, replace(other, size=None), bars=BARS) == []
    assert exclusions(replace(mine, type="institute"), other, bars=BARS) == []


def test_groups() -> None:
    one = firm("a", type="company", size="small", nace="C28.41", roles=("guest", "host"))
    assert one in Group()
    assert one in Group(divisions=("28", "30"), roles=("host",))
    assert one not in Group(types=("company",), divisions=("30",))
    assert one not in Group(roles=("speaker",))
    assert firm("b") not in Group(sizes=("small",))


@pytest.mark.parametrize("seed", range(4))
def test_blocks_and_pairs_agree(seed: int) -> None:
    profiles, vectors = random_world(seed, 24)
    profiles = [replace(p, roles=("host",) if n % 5 == 0 else ()) for n, p in enumerate(profiles)]
    pool = Pool.build(profiles, vectors, "side", bars=BARS)
    asking = Pool.build(profiles[:5], vectors, "side", pool)
    for one in (pool, asking):
        allowed = one.admissible(np.arange(len(one)))
        expected = [
            [not exclusions(p, other, across="side", bars=BARS) for other in pool.profiles] for p in one.profiles
        ]
        assert allowed.tolist() == expected
        assert 0 < allowed.sum() < allowed.size


def test_one_changed_profile_is_ranked_by_the_same_rules() -> None:
    mine, other = two(size="large")
    vectors = space({("m", "seeks", 1): axis(1), ("t", "offers", 1): axis(1)})
    ranker = Ranker([mine, other], space=vectors, across="side", bars=BARS)
    scale = ranker.measure()
    assert ranker.rank_for(mine, vectors, scale=scale)[0].matches == ()
    assert ranker.rank_for(replace(mine, size="medium"), vectors, scale=scale)[0].matches
