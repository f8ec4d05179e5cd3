"""Advice before anyone has wished: with what is advised, whatever people then wish takes place as far as they have time."""

from dataclasses import replace

import pytest

from qiao.bench.conferences import FAMILIES, conference
from qiao.engine.scheduling.advice import advice
from qiao.engine.scheduling.changes import Change, changed
from qiao.engine.scheduling.enough import Crowded, Effort, planned
from qiao.engine.scheduling.model import Interpreter, Participant, Problem, Slot, Table


def reached(problem: Problem, changes: tuple[Change, ...], share: float, rest: int | None) -> int:
    """The weight of a plan with such a share of these tables and interpreters."""
    some = tuple(replace(one, count=int(share * one.count)) for one in changes)
    event = changed(replace(problem, tables=(), interpreters=()), some)
    event = replace(event, interpreters=tuple(replace(one, max_consecutive=rest) for one in event.interpreters))
    weight = planned(event, Effort(work=8_000).budget(), 1).weight
    assert weight is not None
    return weight


def across(problem: Problem) -> Problem:
    """Only wishes across the sides: those within a side are not foreseen."""
    side = {one.id: one.side for one in problem.participants}
    return replace(
        problem, requests=tuple(one for one in problem.requests if len({side[who] for who in one.participants}) == 2)
    )


@pytest.mark.parametrize(("people", "seed"), [(40, 4), (120, 5)])
@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_advised_is_enough_for_what_is_wished_later(family: str, people: int, seed: int) -> None:
    """And two fifths of it are not: more than a tenth of what people have time for has no place."""
    problem, rest = across(conference(family, people, seed=seed)), FAMILIES[family].speech.rest
    changes = advice(problem, 2 * FAMILIES[family].wishes).changes
    people_have_time_for = reached(problem, changes, 3, rest)
    assert reached(problem, changes, 1, rest) >= 0.99 * people_have_time_for
    assert reached(problem, changes, 0.4, rest) < 0.9 * people_have_time_for


def event(hours: int = 10, guests: int = 10, hosts: int = 20) -> Problem:
    """Germans visit Chinese firms: without interpreter nothing can be said."""
    return Problem(
        tuple(Slot(f"s{n}") for n in range(hours)),
        (
            *(Participant(f"g{n}", side="eu", languages=("de",)) for n in range(guests)),
            *(Participant(f"h{n}", side="cn", languages=("zh",)) for n in range(hosts)),
        ),
        (),
    )


def test_talks_tables_and_interpreters_of_a_simple_event() -> None:
    found = advice(event(), 4)
    assert found.talks == 60  # 30 people, four each; six for each guest, three for each host
    assert found.changes == (
        Change("table", 7),  # six at a time, and a reserve
        Change("interpreter", 7, languages=("de", "zh")),  # at no more than all tables
    )
    assert found.served == ((("de", "zh"), 60),)
    assert found.crowded == ()
    assert advice(event(), 4, reserve=0).changes[0] == Change("table", 6)


def test_interpreters_rest() -> None:
    resting = replace(event(), interpreters=(Interpreter("i", max_consecutive=1),))
    assert advice(resting, 4).changes[1] == Change("interpreter", 14, languages=("de", "zh"))


def test_time_is_the_limit() -> None:
    found = advice(event(hours=5), 4)
    assert found.talks == 50  # ten guests in five slots
    assert found.crowded == tuple(Crowded(f"g{n}", 6, 5, 5) for n in range(10))
    busy = event()
    late = replace(
        busy,
        participants=tuple(
            replace(one, unavailable=tuple(f"s{n}" for n in range(6))) if one.side == "eu" and one.id != "g0" else one
            for one in busy.participants
        ),
    )
    found = advice(late, 2)
    assert found.talks == 30
    assert found.changes[0] == Change("table", 7)  # most of it in the last four slots


def test_tables_for_needs_and_no_interpreters_where_a_language_is_shared() -> None:
    people = tuple(
        replace(one, languages=("en",), needs=("step-free",) if one.id in ("g0", "h0") else ())
        for one in event().participants
    )
    found = advice(replace(event(), participants=people, tables=(Table("t"),)), 4)
    assert found.changes == (Change("table", 5), Change("table", 2, features=("step-free",)))


def test_without_sides_everybody_meets_everybody() -> None:
    people = tuple(Participant(f"p{n}", languages=("de",) if n % 2 else ("zh",)) for n in range(20))
    found = advice(Problem(tuple(Slot(f"s{n}") for n in range(10)), people, ()), 5)
    assert found.talks == 50
    assert found.served == ((("de", "zh"), 27),)  # 100 of 190 pairs


@pytest.mark.parametrize("problem", [event(hours=0), event(guests=0), event(guests=0, hosts=0), Problem((), (), ())])
def test_where_nobody_can_meet_nothing_is_needed(problem: Problem) -> None:
    found = advice(problem, 4)
    assert (found.talks, found.changes, found.served) == (0, (), ())


def test_talks_cannot_be_negative() -> None:
    with pytest.raises(ValueError, match="negative"):
        advice(event(), -1)


def test_who_is_never_there_counts_as_nobody() -> None:
    known = event()
    slots = tuple(one.id for one in known.slots)
    absent = (
        Participant("g98", side="eu", languages=("fr",), unavailable=slots, needs=("ramp",)),
        Participant("h99", side="cn", languages=("zh",), max_meetings=0),
        Participant("x1", side="us", languages=("en",), unavailable=slots),
    )
    assert advice(replace(known, participants=known.participants + absent), 4) == advice(known, 4)
