"""What is offered by hand keeps every rule, and where nothing is offered nothing would."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from qiao.engine.scheduling import by_hand, goals
from qiao.engine.scheduling.case import Case
from qiao.engine.scheduling.model import (
    Fixed,
    Interpreter,
    Meeting,
    Participant,
    Plan,
    Problem,
    Request,
    Seating,
    Slot,
    Table,
)
from qiao.engine.scheduling.rules import RULES
from tests.engine.scheduling.small import certificate_of, problems

BEYOND = {"required", "after", "fairness", "certificate", "not-listed"}  # of the plan as a whole, not of one place


def breaches(problem: Problem, meetings: tuple[Meeting, ...]) -> list:
    plan = Plan("", meetings, certificate_of(goals.figures(problem, meetings)))
    case = Case(problem, plan, fairness=None, digest=None)
    return [one for code, rule in RULES.items() if code not in BEYOND for one in rule(case)]


@given(problem=problems(), data=st.data())
@settings(max_examples=40, deadline=None, phases=(Phase.generate,))
def test_what_is_offered_keeps_the_rules_and_nothing_else_would(problem: Problem, data: st.DataObject) -> None:
    assume(not any(one.online and one.fixed and one.fixed.table for one in problem.requests))  # files refuse it
    meetings: tuple[Meeting, ...] = ()
    for request in data.draw(st.permutations(problem.requests)) * 2:
        for option in by_hand.options(problem, meetings, request.id):
            others = tuple(one for one in meetings if one.request != request.id)
            if option.place is not None:
                place = Meeting(request.id, option.place.slot, option.place.table, option.place.interpreter)
                assert breaches(problem, (*others, place)) == []
                continue
            assert option.hindrances
            tables = [None, *(one.id for one in problem.tables)]
            interpreters = [None, *(one.id for one in problem.interpreters)]
            for table, interpreter in product(tables, interpreters):
                assert breaches(problem, (*others, Meeting(request.id, option.slot, table, interpreter)))
        if problem.slots:
            slot = data.draw(st.sampled_from([one.id for one in problem.slots]))
            table = data.draw(st.sampled_from([None, *(one.id for one in problem.tables)]))
            outcome = by_hand.put(problem, meetings, request.id, slot, None if request.online else table)
            if outcome.hindrances:
                assert set(outcome.meetings) == set(meetings)
            else:
                assert {one.request for one in outcome.meetings} == {one.request for one in meetings} | {request.id}
                assert table is None or request.online or place_of(outcome.meetings, request.id) == (slot, table)
            meetings = outcome.meetings
            assert breaches(problem, meetings) == []


def place_of(meetings: tuple[Meeting, ...], request: str) -> tuple[str, str | None]:
    found = next(one for one in meetings if one.request == request)
    return found.slot, found.table


# Random problems meet each rule only now and then; here is every one of them, in a day whose plan can be read.

DAY = Problem(
    slots=tuple(Slot(one, day="day 1") for one in ("s0", "s1", "s2", "s3")),
    participants=(
        Participant("de1", side="eu", languages=("de",)),
        Participant("de2", side="eu", languages=("de",)),
        Participant("zh1", side="cn", languages=("zh",)),
        Participant("zh2", side="cn", languages=("zh",)),
    ),
    requests=(Request("a", ("de1", "zh1")), Request("b", ("de2", "zh2")), Request("c", ("de1", "zh2"))),
    tables=(Table("t0"), Table("t1")),
    interpreters=(Interpreter("i0", ("de", "zh")), Interpreter("i1", ("de", "zh"))),
)
AT = (Meeting("a", "s0", "t0", "i0"), Meeting("b", "s1", "t1", "i0"))


def with_person(problem: Problem, **changes: object) -> Problem:
    """The day with another first participant."""
    first, *rest = problem.participants
    return replace(problem, participants=(replace(first, **changes), *rest))


def found(problem: Problem, request: str = "c", meetings: tuple[Meeting, ...] = AT) -> list[list[str]]:
    """What stands in the way of a request in each slot."""
    return [
        [" ".join(filter(None, (one.code, one.who, one.request))) for one in option.hindrances]
        for option in by_hand.options(problem, meetings, request)
    ]


ONE_INTERPRETER = replace(DAY, interpreters=(replace(DAY.interpreters[0], max_consecutive=2),))
C = DAY.requests[2]


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        pytest.param(DAY, [["busy de1 a"], ["busy zh2 b"], [], []], id="busy"),
        pytest.param(
            with_person(DAY, unavailable=("s3",)), [["busy de1 a"], ["busy zh2 b"], [], ["away de1"]], id="away"
        ),
        pytest.param(
            with_person(DAY, max_meetings=1),
            [["busy de1 a"], ["full de1", "busy zh2 b"], ["full de1"], ["full de1"]],
            id="full",
        ),
        pytest.param(
            replace(with_person(DAY, max_per_day=1), slots=(*DAY.slots[:3], Slot("s3", day="day 2"))),
            [["busy de1 a"], ["day-full de1", "busy zh2 b"], ["day-full de1"], []],
            id="day-full",
        ),
        pytest.param(
            ONE_INTERPRETER,
            [["busy de1 a", "no-interpreter"], ["busy zh2 b", "no-interpreter"], ["no-interpreter"], []],
            id="rest",
        ),
        pytest.param(
            replace(DAY, interpreters=tuple(replace(one, unavailable=("s2",)) for one in DAY.interpreters)),
            [["busy de1 a"], ["busy zh2 b"], ["no-interpreter"], []],
            id="no-interpreter",
        ),
        pytest.param(
            replace(DAY, tables=(Table("t0", unavailable=("s2",)), Table("t1", unavailable=("s2",)))),
            [["busy de1 a"], ["busy zh2 b"], ["no-table"], []],
            id="no-table",
        ),
        pytest.param(
            replace(DAY, requests=(*DAY.requests[:2], replace(C, slots=("s2",)))),
            [["not-allowed", "busy de1 a"], ["not-allowed", "busy zh2 b"], [], ["not-allowed"]],
            id="not-allowed",
        ),
        pytest.param(
            replace(DAY, requests=(*DAY.requests[:2], replace(C, fixed=Fixed("s2")))),
            [["locked", "busy de1 a"], ["locked", "busy zh2 b"], [], ["locked"]],
            id="locked",
        ),
    ],
)
def test_each_hindrance_is_named(problem: Problem, expected: list[list[str]]) -> None:
    assert breaches(problem, AT) == []
    assert found(problem) == expected


def test_who_stays_is_offered_the_table_of_that_day_only() -> None:
    staying = replace(DAY, seating=Seating(stays="cn"))
    assert {one.place.table for one in by_hand.options(staying, AT, "c") if one.place} == {"t1"}
    refused = by_hand.put(staying, AT, "c", "s2", "t0")
    assert [(one.code, one.who) for one in refused.hindrances] == [("table-unfit", "t0")]
    assert refused.meetings == AT
    assert place_of(by_hand.put(DAY, AT, "c", "s2", "t0").meetings, "c") == ("s2", "t0")


def test_two_meetings_change_places_and_a_new_one_takes_nobodys() -> None:
    swapped = by_hand.put(DAY, AT, "a", "s1", "t1")
    assert swapped.hindrances == ()
    assert {one: place_of(swapped.meetings, one) for one in "ab"} == {"a": ("s1", "t1"), "b": ("s0", "t0")}
    taken = by_hand.put(DAY, (Meeting("a", "s0", "t0", "i0"), Meeting("b", "s2", "t1", "i0")), "c", "s0", "t0")
    assert [(one.code, one.who, one.request) for one in taken.hindrances] == [("table-busy", "t0", "a")]
