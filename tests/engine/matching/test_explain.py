"""Reasons: the two texts that carried the score, what else is shared, and what stands in the way."""

from dataclasses import replace

import pytest

from qiao.engine.matching.explain import fit_word
from qiao.engine.matching.model import Match, Passage, Profile, Reason, Text, Weights
from qiao.engine.matching.rank import match
from qiao.engine.matching.space import Space
from tests.engine.matching.small import DIM, at, axis, firm, space


@pytest.mark.parametrize(
    ("score", "with_keyword", "without"),
    [
        (1, "very-good", "good"),
        (0.98, "very-good", "good"),
        (0.9799, "good", "possible"),
        (0.96, "good", "possible"),
        (0.9599, "possible", "possible"),
    ],
)
def test_fit_word(score: float, with_keyword: str, without: str) -> None:
    assert (fit_word(score, 0.2), fit_word(score, 0.0)) == (with_keyword, without)


def only(mine: Profile, theirs: Profile, vectors: Space, **more: object) -> Match:
    found = match([mine, theirs, *crowd()], space=vectors, **more)
    return next(m for one in found if one.seeker == mine.id for m in one.matches if m.candidate == theirs.id)


def crowd() -> list[Profile]:
    """Others, whose texts meet nobody's: without them no percentile would be above 0."""
    return [firm(f"x{n}", offers=1, seeks=1) for n in range(4)]


VECTORS = {
    **{(one.id, "offers", 1): axis(0, 0, 0, 0, 0, 0, 1) for one in crowd()},
    **{(one.id, "seeks", 1): axis(0, 0, 0, 0, 0, 0, 0, 1) for one in crowd()},
    ("m", "offers", 1): axis(0, 0, 1),
    ("m", "offers", 2): axis(0, 0, 0, 1),
    ("m", "seeks", 1): axis(1),
    ("m", "seeks", 2): axis(0, 0, 0, 0, 1),
    ("t", "offers", 1): axis(0, 0, 0, 0, 1),
    ("t", "offers", 2): at(0.9),
    ("t", "seeks", 1): axis(0, 0, 0, 1),
}


def two() -> tuple[Profile, Profile]:
    return firm("m", offers=2, seeks=2), firm("t", offers=2, seeks=1)


def test_the_two_texts_are_cited() -> None:
    mine, theirs = two()
    first, second = only(mine, theirs, space(VECTORS)).reasons
    assert first.code == "seek-meets-offer"
    assert (first.mine, first.theirs) == (Passage("seeks", 1, "de"), Passage("offers", 2, "de"))
    assert second.code == "offer-meets-seek"
    assert (second.mine, second.theirs) == (Passage("offers", 2, "de"), Passage("seeks", 1, "de"))
    assert first.mine
    assert first.theirs
    assert mine.cited(first.mine) == "seeks 1"
    assert theirs.cited(first.theirs) == "offers 2"
    with pytest.raises(KeyError):
        theirs.cited(Passage("seeks", 2, "de"))


def test_each_seek_has_its_own_reasons() -> None:
    mine, theirs = two()
    found = match([mine, theirs], space=space(VECTORS))
    second = found[1].matches[0].reasons[0]
    assert (second.mine, second.theirs) == (Passage("seeks", 2, "de"), Passage("offers", 1, "de"))


def test_a_whole_profile_cites_its_best_text() -> None:
    mine, theirs = two()
    first, second = only(mine, theirs, space(VECTORS), per="profile").reasons
    assert first.code == "offer-meets-seek"  # nothing could take its place, while another seek meets another offer
    assert second.code == "seek-meets-offer"
    assert (second.mine, second.theirs) == (Passage("seeks", 2, "de"), Passage("offers", 1, "de"))


def test_the_text_that_would_be_missed_most_comes_first() -> None:
    vectors = VECTORS | {("t", "offers", 1): at(0.9), ("t", "offers", 2): at(0.9)}  # either offer could be missed
    mine, theirs = two()
    assert [r.code for r in only(mine, theirs, space(vectors)).reasons] == ["offer-meets-seek", "seek-meets-offer"]


def test_shared_goals() -> None:
    mine, theirs = firm("m", seeks=1), firm("t", seeks=1)
    vectors = space({("m", "seeks", 1): axis(1), ("t", "seeks", 1): at(0.8)})
    (reason,) = only(mine, theirs, vectors).reasons
    assert reason.code == "shared-goal"
    assert (reason.mine, reason.theirs) == (Passage("seeks", 1, "de"), Passage("seeks", 1, "de"))


def test_weak_and_weightless_evidence_is_no_reason() -> None:
    mine, theirs = two()
    against = VECTORS | {("t", "seeks", 1): axis(-1, 0, -1, -1)}
    assert [r.code for r in only(mine, theirs, space(against)).reasons] == ["seek-meets-offer"]
    weights = Weights(offer_seek=0, shared_goal=0)
    assert [r.code for r in only(mine, theirs, space(VECTORS), weights=weights).reasons] == ["seek-meets-offer"]


def test_strength_is_the_percentile_and_weak_seconds_are_left_out() -> None:
    mine, theirs = two()
    others = [firm(f"o{n}", seeks=1) for n in range(9)]
    near = {(one.id, "seeks", 1): axis(0, 0, 0, 1) for one in others}
    vectors = VECTORS | near | {("t", "seeks", 1): axis(0, 0, 0, 0.5, 0, 1)}  # nine others meet my offer better
    found = match([mine, theirs, *others], space=space(vectors), top=20)
    shown = next(m for m in found[0].matches if m.candidate == "t")
    assert [r.code for r in shown.reasons] == ["seek-meets-offer"]
    assert shown.reasons[0].strength == shown.fit.seek_offer > 0
    assert shown.fit.offer_seek < 0.6


def test_what_else_is_shared() -> None:
    mine = firm("m", seeks=1, themes=("b", "a", "b", "c"), languages=("en-GB", "de"), nace="C30.3")
    theirs = firm("t", themes=("a", "b"), languages=("zh", "de", "en"), nace="30")
    assert only(mine, theirs, Space.from_vectors({}, dim=DIM)).reasons == (
        Reason("shared-theme", "b"),
        Reason("shared-theme", "a"),
        Reason("same-classification", "30"),
        Reason("common-language", "en"),
        Reason("common-language", "de"),
    )


def test_shared_keywords_are_reasons_the_heaviest_first() -> None:
    mine = firm("m", seeks=1, keywords={"laser": 1.0, "welding": 2.0, "robots": 1.0, "music": 1.0})
    theirs = firm("t", keywords={"robots": 2.0, "laser": 1.0, "welding": 2.0})
    found = only(mine, theirs, Space.from_vectors({}, dim=DIM))
    assert [reason.value for reason in found.reasons] == ["welding", "robots", "laser"]
    assert {reason.code for reason in found.reasons} == {"shared-keyword"}
    assert found.fit.keyword == pytest.approx((1 + 4 + 2) / (7 * 9) ** 0.5)
    assert found.total == pytest.approx(Weights().keyword * found.fit.keyword, abs=1e-4)


def test_what_few_have_in_common_stands_before_what_many_have() -> None:
    mine = firm("m", seeks=1, keywords={"cooperation": 1.0, "lasers": 1.0})
    theirs = firm("t", keywords={"cooperation": 1.0, "lasers": 1.0})
    others = [firm(f"o{n}", keywords={"cooperation": 1.0}) for n in range(5)]
    lists = match([mine, theirs, *others], space=Space.from_vectors({}, dim=DIM), per="profile")
    shown = next(one for one in lists if one.seeker == "m").matches[0]
    assert shown.candidate == "t"
    assert [reason.value for reason in shown.reasons] == ["lasers", "cooperation"]


@pytest.mark.parametrize("per", ["seek", "profile"])
def test_the_kind_of_partner_that_was_asked_for(per: str) -> None:
    mine, theirs = firm("m", seeks=2, asks="Institut oder Hochschule"), firm("t", offers=1, type="institute")
    vectors = space({("m", "seeks", 1): axis(1), ("m", "seeks", 2): axis(0, 1), ("t", "offers", 1): axis(1)})
    found = Reason("type-sought", "institute", mine=Passage("seeks", 1, "de"))
    assert found in only(mine, theirs, vectors, per=per).reasons
    other = firm("t", offers=1, type="company")
    assert "type-sought" not in {reason.code for reason in only(mine, other, vectors, per=per).reasons}
    if per == "seek":
        second = next(one for one in match([mine, theirs], space=vectors) if one.seek == 2)
        assert "type-sought" not in {reason.code for reason in second.matches[0].reasons}


@pytest.mark.parametrize(
    ("mine", "theirs", "codes"),
    [
        (("de",), ("zh",), ["interpreter-needed"]),
        (("de",), (), []),
        ((), ("zh",), []),
        (("de",), ("de",), ["common-language"]),
    ],
)
def test_an_interpreter_is_needed_only_if_both_are_known_to_share_nothing(
    mine: tuple[str, ...], theirs: tuple[str, ...], codes: list[str]
) -> None:
    found = only(firm("m", seeks=1, languages=mine), firm("t", languages=theirs), Space.from_vectors({}, dim=DIM))
    assert [r.code for r in found.reasons] == codes


def test_goods_often_under_control_are_hinted_at_across_a_border_only() -> None:
    mine = firm("m", seeks=1, asks="Quantensensoren", country="DE")
    vectors = space({("m", "seeks", 1): axis(1), ("t", "offers", 1): axis(1)})
    abroad = only(mine, firm("t", offers=1, country="CN"), vectors)
    assert abroad.reasons[-1] == Reason("export-check", "quantum")
    for country in ("DE", None):
        found = only(mine, firm("t", offers=1, country=country), vectors)
        assert "export-check" not in {reason.code for reason in found.reasons}


def test_who_has_not_joined_is_told_apart() -> None:
    mine, theirs = firm("m", seeks=1, withheld=("not-joined",)), firm("t", offers=1)
    vectors = space({("m", "seeks", 1): axis(1), ("t", "offers", 1): axis(1)})
    assert only(mine, theirs, vectors).reasons[-1] == Reason("not-joined")


def test_size_region_and_cooperation_are_reasons_with_the_seek_that_asks() -> None:
    mine = firm("m", seeks=2, asks="Mittelständler in Jinan für den Vertrieb")
    theirs = firm("t", offers=1, size="small", city="济南")
    theirs = replace(theirs, offers=(Text("offers", 1, {"de": "Vertrieb von Anlagen"}),))
    vectors = space({("m", "seeks", 1): axis(1), ("m", "seeks", 2): axis(0, 1), ("t", "offers", 1): axis(1)})
    asks = Passage("seeks", 1, "de")
    assert only(mine, theirs, vectors, per="profile").reasons[1:] == (
        Reason("size-sought", "small", mine=asks),
        Reason("region-sought", "jinan", mine=asks),
        Reason("cooperation-sought", "distribution", mine=asks, theirs=Passage("offers", 1, "de")),
    )
