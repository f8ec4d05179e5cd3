"""What all wishes would take: never more than is needed, judged by trying every plan; and enough, judged by a plan."""

from dataclasses import replace
from itertools import combinations_with_replacement

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qiao.bench.conferences import random_conference
from qiao.engine.scheduling.changes import Change, changed
from qiao.engine.scheduling.enough import Crowded, Effort, added_to, enough, kinds_of
from qiao.engine.scheduling.model import Interpreter, Participant, Problem, Request, Slot, Table
from qiao.engine.scheduling.solve import solve
from tests.engine.scheduling.small import best_by_trying, problems

TINY = problems(people=4, requests=3, slots=2) | st.integers(0, 1000).map(
    lambda seed: random_conference(5, 3, seed=seed, slots=3, tables=0.3)
)
tried = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))


def best(problem: Problem, changes: tuple[Change, ...]) -> int:
    """The weight of the best plan; below every weight where there is none."""
    found = best_by_trying(changed(problem, changes))
    return -1 if found is None else found[0]


@tried
@given(TINY)
def test_fewer_are_never_enough_and_nothing_reaches_more(problem: Problem) -> None:
    problem = replace(problem, tables=problem.tables[:1], interpreters=()) if fit_for_less(problem) else problem
    found = enough(problem)
    for number in range(3):
        for changes in combinations_with_replacement(kinds_of(problem), number):
            reached = best(problem, changes)
            assert reached <= found.weight or reached == -1
            if found.at_least is not None and number < found.at_least:
                assert reached < found.weight
    for one in found.tried:
        assert one.weight is None or one.weight <= found.weight


def fit_for_less(problem: Problem) -> bool:
    """Does nothing name a table or interpreter that is taken away?"""
    named = [one.table for one in problem.participants] + [one.fixed and one.fixed.table for one in problem.requests]
    return not any(named)


def test_a_plan_shows_what_is_enough() -> None:
    problem = random_conference(30, 60, seed=1, slots=16, tables=0.4, interpreters=0.3)
    found = enough(problem, effort=Effort(work=60_000))
    first, last = found.tried[0], found.tried[-1]
    assert first.changes == found.changes
    assert sum(one.count for one in found.changes) == found.at_least == 2
    assert last.weight == found.weight > (first.weight or 0)
    assert solve(changed(problem, last.changes), work=20_000).certificate.weight == found.weight


def test_no_plan_that_is_tried_weighs_less_than_the_one_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Though the search finds nothing, what fits beside the meetings of the plan is found all the same."""
    problem = random_conference(30, 60, seed=1, slots=16, tables=0.4, interpreters=0.3)
    plan = solve(problem, work=20_000)
    monkeypatch.setattr("qiao.engine.scheduling.enough.place", lambda *_: None)
    found = enough(problem, plan)
    assert len(found.tried) > 1
    assert all((one.weight or 0) > plan.certificate.weight for one in found.tried)


def test_what_no_new_table_helps_is_not_asked_of_one() -> None:
    """Two hosts share a table: of their meetings one takes place, whatever is bought."""
    people = (Participant("a"), Participant("b"), Participant("h", table="t"), Participant("i", table="t"))
    wishes = (Request("m", ("a", "h"), interpreter="none"), Request("n", ("b", "i"), interpreter="none"))
    found = enough(Problem((Slot("s"),), people, wishes, (Table("t"),)))
    assert (found.wished, found.weight, found.at_least, found.changes) == (6, 3, 0, ())


def test_rests_of_interpreters_count() -> None:
    """Nine slots in a row, a rest after every second one: six meetings for one interpreter, and seven wishes."""
    people = tuple(
        Participant(f"{side}{n}", languages=(tongue,)) for side, tongue in (("g", "de"), ("h", "zh")) for n in range(7)
    )
    problem = Problem(
        tuple(Slot(f"s{n}") for n in range(9)),
        people,
        tuple(Request(f"m{n}", (f"g{n}", f"h{n}")) for n in range(7)),
        (Table("t"), Table("u")),
        (Interpreter("i", ("de", "zh"), max_consecutive=2),),
    )
    found = enough(problem)
    assert found.changes == (Change("interpreter", languages=("de", "zh")),)
    assert found.tried[-1].weight == found.weight == found.wished


def test_people_with_more_wishes_than_time_are_named() -> None:
    people = (
        Participant("a"),
        Participant("b", unavailable=("s",)),
        Participant("c", max_meetings=1),
        Participant("d", unavailable=("s", "t")),
        *(Participant(f"x{n}") for n in range(4)),
    )
    wishes = [("a", f"x{n}") for n in range(4)] + [("b", "x0"), ("c", "x1"), ("c", "x2"), ("d", "x3")]
    problem = Problem(
        (Slot("s"), Slot("t")),
        people,
        tuple(Request(f"m{n}", pair, interpreter="none") for n, pair in enumerate(wishes)),
        tuple(Table(f"t{n}") for n in range(4)),
    )
    found = enough(problem)
    assert found.nowhere == ("m7",)
    assert found.crowded == (Crowded("a", 4, 2, 2), Crowded("c", 2, 2, 1))
    assert found.slots == 2
    assert found.at_least == 0


def test_a_plan_that_falls_short_is_given_one_more() -> None:
    assert added_to((Change("table", 2),), Change("table", 4)) == (Change("table", 6),)
    assert added_to((Change("table", 2),), Change("table", day="1")) == (Change("table", 2), Change("table", day="1"))


def test_nothing_is_needed_where_nobody_wishes_anything() -> None:
    found = enough(Problem((Slot("s"),), (Participant("a"),), ()), effort=Effort(work=100))
    assert (found.weight, found.at_least, found.changes, found.crowded) == (0, 0, (), ())
