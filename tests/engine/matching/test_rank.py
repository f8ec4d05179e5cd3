"""Ranked lists, against a slow and plain reckoning of the same."""

from dataclasses import fields, replace

import numpy as np
import pytest

from qiao.engine.matching.classes import division_of
from qiao.engine.matching.exclude import exclusions
from qiao.engine.matching.model import Fit, MatchList, Per, Profile, TextKey, Weights, primary
from qiao.engine.matching.rank import Ranker, match
from qiao.engine.matching.regions import regions_of, regions_sought
from qiao.engine.matching.sought import cooperations, sizes_sought, types_sought
from qiao.engine.matching.space import Space, Statistics
from tests.engine.matching.small import DIM, at, axis, firm, names, random_world, space

WEIGHTS = Weights(theme=0.3, classification=0.2, type=0.1, language=0.05)


def texts_of(profile: Profile, role: str, space: Space) -> list[np.ndarray]:
    keys = [TextKey(profile.id, t.role, t.index, lang) for t in profile.texts(role) for lang in t.words]
    return list(space.vectors(keys))


def plain_total(mine: Profile, seek: int | None, theirs: Profile, space: Space, weights: Weights) -> float:
    """The fit by its definition."""
    my_seeks = texts_of(mine, "seeks", space)
    if seek is not None:
        my_seeks = [my_seeks[seek - 1]]

    def best(ones: list[np.ndarray], others: list[np.ndarray]) -> float:
        return max((float(a @ b) for a in ones for b in others), default=0.0)

    their_seeks, their_offers = texts_of(theirs, "seeks", space), texts_of(theirs, "offers", space)
    total = weights.seek_offer * best(my_seeks, their_offers) + weights.shared_goal * best(my_seeks, their_seeks)
    total += weights.offer_seek * best(texts_of(mine, "offers", space), their_seeks)
    shared = len(set(mine.themes) & set(theirs.themes))
    total += weights.theme * shared / max(1, (len(set(mine.themes)) * len(set(theirs.themes))) ** 0.5)
    shared = sum(weight * theirs.keywords.get(code, 0) for code, weight in mine.keywords.items())
    squares = [sum(weight**2 for weight in one.keywords.values()) for one in (mine, theirs)]
    total += weights.keyword * shared / (squares[0] * squares[1] or 1) ** 0.5
    total += weights.classification * (division_of(mine.nace) == division_of(theirs.nace))
    asked = [text for text in mine.seeks if seek in (None, text.index)]
    total += weights.type * any(theirs.type in types_sought(text.words.values()) for text in asked)
    total += weights.size * any(theirs.size in sizes_sought(text.words.values()) for text in asked)
    total += weights.region * any({*regions_sought(text.words.values())} & {*regions_of(theirs)} for text in asked)
    ways = {way for text in (*theirs.offers, *theirs.seeks) for way in cooperations(text.words.values())}
    total += weights.cooperation * any(ways & {*cooperations(text.words.values())} for text in asked)
    total += weights.language * bool(set(map(primary, mine.languages)) & set(map(primary, theirs.languages)))
    return total


def admissible(mine: Profile, theirs: Profile) -> bool:
    return not exclusions(mine, theirs, across="side")


def plain_lists(profiles: list[Profile], space: Space, per: Per) -> dict[tuple[str, int | None], dict[str, float]]:
    seeks = [(p, number) for p in profiles for number in range(1, len(p.seeks) + 1)]
    lists: list[tuple[Profile, int | None]] = [(p, None) for p in profiles] if per == "profile" else list(seeks)
    return {
        (p.id, seek): {o.id: plain_total(p, seek, o, space, WEIGHTS) for o in profiles if admissible(p, o)}
        for p, seek in lists
    }


@pytest.mark.parametrize("per", ["seek", "profile"])
@pytest.mark.parametrize("seed", range(5))
def test_fit_score_and_rank_are_those_of_the_definition(seed: int, per: Per) -> None:
    profiles, space = random_world(seed)
    plain = plain_lists(profiles, space, per)
    everything = np.array([value for row in plain.values() for value in row.values()])
    found = match(profiles, space=space, across="side", per=per, top=3, weights=WEIGHTS)
    assert [(one.seeker, one.seek) for one in found] == list(plain)
    for one in found:
        row = plain[one.seeker, one.seek]
        assert len(one.matches) == min(3, len(row))
        assert [m.rank for m in one.matches] == list(range(1, len(one.matches) + 1))
        best = sorted(row.values(), reverse=True)[: len(one.matches)]
        assert [m.total for m in one.matches] == pytest.approx(best, abs=1e-4)
        for m in one.matches:  # fewer than 200 pairs of a language pair: among all
            assert m.total == pytest.approx(row[m.candidate], abs=1e-4)
            assert (everything < m.total - 1e-4).mean() <= m.score <= (everything < m.total + 1e-4).mean()


def test_percentiles_are_of_the_language_pair_where_it_is_large_enough() -> None:
    """Chinese candidates are worse by nature; the best of them stands beside the best German one."""
    profiles, vectors = [firm("s", "eu", seeks=1)], {TextKey("s", "seeks", 1, "de"): axis(1)}
    for n in range(250):
        for lang, factor in (("de", 1.0), ("zh", 0.5)):
            profiles.append(firm(f"{lang}{n:03}", "cn", offers=1, lang=lang))
            vectors[TextKey(profiles[-1].id, "offers", 1, lang)] = at(factor * n / 250)
    plain = Space.from_vectors(vectors, dim=DIM)
    plain.statistics = Statistics({}, {})  # as if nothing had to be centred
    (found,) = match(profiles, space=plain, across="side", top=4, weights=Weights(theme=0))
    assert names(found.matches) == ["de249", "zh249", "de248", "zh248"]  # equal scores: the better fit first
    assert [m.score for m in found.matches] == pytest.approx([249 / 250] * 2 + [248 / 250] * 2)
    assert found.matches[1].fit.seek_offer == pytest.approx(249 / 250)


def test_equal_fits_are_ordered_by_id_and_share_a_score() -> None:
    profiles = [firm("s", seeks=1), *(firm(name, offers=1) for name in "cab")]
    vectors = space({("s", "seeks", 1): axis(1)} | {(name, "offers", 1): at(0.5) for name in "abc"})
    (found,) = match(profiles, space=vectors, top=2)
    assert names(found.matches) == ["a", "b"]
    assert {m.score for m in found.matches} == {0}


def test_fit_components() -> None:
    mine = firm(
        "m",
        "eu",
        offers=1,
        seeks=1,
        asks="Institut",
        themes=("x",),
        nace="30.1",
        type="company",
        languages=("de", "en"),
    )
    good = firm("g", "cn", offers=1, seeks=1, themes=("x", "y"), nace="C30", type="institute", languages=("en-GB",))
    vectors = space(
        {
            ("m", "offers", 1): axis(1),
            ("m", "seeks", 1): axis(0, 1),
            ("g", "offers", 1): axis(0, 1),
            ("g", "seeks", 1): axis(1),
        }
        | {("b", "offers", 1): axis(0, 0, 1)}
    )
    found = match([mine, good, firm("b", "cn", offers=1)], space=vectors, across="side")[0]
    first, second = found.matches
    assert first.candidate == "g"
    # three pairs compare a seek with an offer, one is lower; the two that compare my offers with their seeks are equal
    assert first.fit == Fit(pytest.approx(1 / 3), 0, 0, pytest.approx(0.5**0.5), 1, 1, 1)
    assert second.fit == Fit(0, 0, 0, 0, 0, 0, 0)


@pytest.mark.parametrize("kind", [field.name for field in fields(Weights)])
def test_each_kind_of_evidence_counts_by_its_weight(kind: str) -> None:
    profiles, space = random_world(3)
    none = Weights(**{field.name: 0.0 for field in fields(Weights)})
    assert {m.total for one in match(profiles, space=space, weights=none) for m in one.matches} == {0}
    found = match(profiles, space=space, weights=replace(none, **{kind: 0.5}), top=50)
    doubled = match(profiles, space=space, weights=replace(none, **{kind: 1.0}), top=50)
    totals = [m.total for one in found for m in one.matches]
    assert any(totals)
    assert [2 * total for total in totals] == pytest.approx([m.total for one in doubled for m in one.matches], abs=1e-4)


def test_the_order_of_the_input_decides_only_the_order_of_the_lists() -> None:
    profiles, space = random_world(7, 30)
    found = match(profiles, space=space, across="side")
    turned = match(profiles[::-1], space=space, across="side")
    assert sorted(turned, key=lambda one: (one.seeker, one.seek)) == found
    assert [one.seeker for one in turned] == sorted((one.seeker for one in found), reverse=True)
    assert match(profiles, space=space, across="side") == found


@pytest.mark.parametrize("per", ["seek", "profile"])
def test_one_profile_is_ranked_as_in_the_whole_run(per: Per) -> None:
    profiles, space = random_world(5, 30)
    ranker = Ranker(profiles, space=space, across="side", per=per)
    everything, scale = ranker.match(top=4), ranker.measure()
    for profile in profiles:
        mine = [one for one in everything if one.seeker == profile.id]
        found = ranker.rank_for(profile, space, scale=scale, top=4)
        assert [(one.seeker, one.seek, names(one.matches)) for one in found] == [
            (one.seeker, one.seek, names(one.matches)) for one in mine
        ]
        scores, expected = ([m.score for one in lists for m in one.matches] for lists in (found, mine))
        assert scores == pytest.approx(
            expected, abs=0.005
        )  # products of one row are rounded otherwise than those of many


@pytest.mark.parametrize("per", ["seek", "profile"])
def test_a_changed_profile_is_ranked_as_if_everything_were_made_anew(per: Per) -> None:
    profiles, space = random_world(5, 30)
    ranker = Ranker(profiles, space=space, across="side", per=per)
    scale = ranker.measure()
    changed = firm("p04", "eu", offers=2, seeks=2, lang="de", asks="Institut", themes=("t0", "unknown"), nace="11.2",
                   languages=("zh",), keywords={"k1": 1.0, "unknown": 1.0}, avoid=("p01",))  # fmt: skip
    random = np.random.default_rng(1)
    texts = [TextKey("p04", role, n, "de") for role in ("offers", "seeks") for n in (1, 2)]
    space.replace("p04", {key: random.normal(size=DIM).astype(np.float32) for key in texts})
    avoiding = replace(profiles[7], avoid=("p04",))
    ranker = Ranker([avoiding if one.id == "p07" else one for one in profiles], space=space, across="side", per=per)
    now = [changed if one.id == "p04" else avoiding if one.id == "p07" else one for one in profiles]
    expected = [one for one in Ranker(now, space=space, across="side", per=per).match() if one.seeker == "p04"]
    found = ranker.rank_for(changed, space, scale=scale)
    assert len(found) == (2 if per == "seek" else 1)
    for one, other in zip(found, expected, strict=True):
        assert sorted(names(one.matches)) == sorted(names(other.matches))
        assert {"p04", "p01", "p07"}.isdisjoint(names(one.matches))
        mine, anew = ({m.candidate: m for m in each.matches} for each in (one, other))
        for name, match_ in mine.items():
            assert match_.total == pytest.approx(anew[name].total, abs=1e-4)
            assert [(r.code, r.value) for r in match_.reasons if r.strength is None] == [
                (r.code, r.value) for r in anew[name].reasons if r.strength is None
            ]


def test_a_sample_stands_for_all_lists() -> None:
    profiles, space = random_world(5, 60)
    ranker = Ranker(profiles, space=space, per="profile")

    def scores(sample: int | None) -> dict[str, float]:
        (found,) = ranker.rank_for(profiles[0], space, scale=ranker.measure(sample=sample), top=60)
        return {m.candidate: m.score for m in found.matches}

    whole, part = scores(None), scores(20)
    assert part != whole
    assert part == pytest.approx(whole, abs=0.15)
    assert scores(60) == scores(1000) == whole


def test_blocks_and_bins_change_nothing_that_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    profiles, space = random_world(9, 40)
    profiles = [replace(one, withheld=(), organisation=None) for one in profiles]  # all pairs: a bin is a small share
    at_once = match(profiles, space=space, across="side")
    monkeypatch.setattr("qiao.engine.matching.evidence._PAIRS_PER_BLOCK", 100)
    monkeypatch.setattr("qiao.engine.matching.evidence._ROWS_AT_ONCE", 3)
    monkeypatch.setattr("qiao.engine.matching.listing.EXACT_PAIRS", 0)
    in_blocks = match(profiles, space=space, across="side")
    for one, other in zip(at_once, in_blocks, strict=True):
        assert names(one.matches) == names(other.matches)
        assert [m.score for m in one.matches] == pytest.approx([m.score for m in other.matches], abs=0.002)


@pytest.mark.parametrize("per", ["seek", "profile"])
@pytest.mark.parametrize("cap", [0.5, 1, 1.5])
def test_nobody_is_shown_more_often_than_the_cap_allows(cap: float, per: Per) -> None:
    profiles, space = random_world(11, 40)
    ranker = Ranker(profiles, space=space, across="side", per=per)
    found = ranker.match(top=5, cap=cap)
    side = {p.id: p.side for p in profiles}
    for own, other in (("eu", "cn"), ("cn", "eu")):
        lists = sum(side[one.seeker] == other for one in found)
        fair = lists * 5 / list(side.values()).count(own)
        shown = [name for one in found for name in names(one.matches) if side[name] == own]
        assert max(map(shown.count, set(shown))) <= max(1, int(cap * fair))
    for one in found:
        assert [m.rank for m in one.matches] == list(range(1, len(one.matches) + 1))
        assert [m.score for m in one.matches] == sorted((m.score for m in one.matches), reverse=True)
    uncapped = ranker.match(top=5)
    assert found != uncapped
    assert ranker.match(top=5, cap=100) == uncapped


def test_a_profile_without_text_is_ranked_by_what_else_is_known() -> None:
    profiles = [firm("a", seeks=1, themes=("x",)), firm("b", themes=("x",)), firm("c")]
    found: list[MatchList] = match(profiles, space=Space.from_vectors({}, dim=DIM))
    assert [(one.seeker, one.seek, names(one.matches)) for one in found] == [("a", 1, ["b", "c"])]
    assert found[0].matches[0].fit.seek_offer == 0


def test_nothing_in_nothing_out() -> None:
    empty = Space.from_vectors({}, dim=DIM)
    for per in ("seek", "profile"):
        assert match([], space=empty, per=per) == []
        assert match([], space=empty, per=per, cap=1) == []
    assert match([firm("a")], space=empty) == []
    (alone,) = match([firm("a")], space=empty, per="profile", cap=2)
    assert alone == MatchList("a", None, ())


@pytest.mark.parametrize(("top", "cap"), [(0, None), (-1, None), (1, 0), (1, -2), (1, float("nan"))])
def test_impossible_bounds_are_refused(top: int, cap: float | None) -> None:
    space = Space.from_vectors({}, dim=DIM)
    ranker = Ranker([firm("a")], space=space, per="profile")
    with pytest.raises(ValueError, match="above 0"):
        ranker.match(top=top, cap=cap)
    if cap is None:
        with pytest.raises(ValueError, match="above 0"):
            ranker.rank_for(firm("a"), space, scale=ranker.measure(), top=top)
