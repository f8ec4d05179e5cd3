"""A changed event: what is new is there when it should be, and nothing else has changed."""

from dataclasses import replace

import pytest

from qiao.engine.scheduling.changes import Change, as_json, changed, fits, slots_of_an_hour
from qiao.engine.scheduling.files import read_problem, write_problem
from qiao.engine.scheduling.model import Interpreter, Participant, Problem, Request, Slot, Table
from tests.engine.scheduling.conftest import PROBLEM, Small

DAY = PROBLEM.days and PROBLEM.slots[0].day
NEXT = PROBLEM.slots[-1].day


def after(problem: Problem, *changes: Change) -> Problem:
    """The changed problem, which a file can hold."""
    found = changed(problem, changes)
    assert read_problem(write_problem(found)) == found
    return found


def test_new_tables_and_interpreters_have_ids_of_their_own_and_are_there_on_their_day() -> None:
    taken = replace(PROBLEM, tables=(*PROBLEM.tables, Table("new-table-1")))
    found = after(taken, Change("table", 2, features=("step-free",)), Change("table", day=NEXT))
    assert found.tables[4:] == (
        Table("new-table-2", features=("step-free",)),
        Table("new-table-3", features=("step-free",)),
        Table("new-table-4", unavailable=("s1", "s2", "s3", "s4")),
    )
    resting = replace(
        PROBLEM,
        interpreters=(
            Interpreter("a", ("de", "zh"), (), 4),
            Interpreter("b", ("fr",), (), 2),
            Interpreter("c", max_consecutive=0),
        ),
    )
    found = after(resting, Change("interpreter", languages=("de", "zh"), day=DAY))
    assert found.interpreters[3] == Interpreter("new-interpreter-1", ("de", "zh"), ("s5", "s6"), 2)


def test_a_new_slot_follows_the_last_of_its_day_with_those_who_are_there_in_it(ok_small: Small) -> None:
    problem = ok_small.person("e1", unavailable=("s4",)).person("e2", unavailable=("s5",)).problem
    problem = replace(
        problem,
        tables=(Table("t1", unavailable=("s4",)), *problem.tables[1:]),
        requests=(
            replace(problem.requests[0], slots=("s1", "s4")),
            replace(problem.requests[1], slots=("s1", "s5")),
            *problem.requests[2:],
        ),
    )
    found = after(problem, Change("slot", 2, day=DAY))
    assert [one.id for one in found.slots] == ["s1", "s2", "s3", "s4", "new-slot-1", "new-slot-2", "s5", "s6"]
    first, second = found.slots[4:6]
    assert (first.start, first.end, first.day) == ("2027-11-03T15:00+08:00", "2027-11-03T15:20+08:00", DAY)
    assert second.start == "2027-11-03T16:00+08:00"
    assert found.participant_by_id["e1"].unavailable == ("s4", "new-slot-1", "new-slot-2")
    assert found.participant_by_id["e2"].unavailable == ("s5",)
    assert found.tables[0].unavailable == ("s4", "new-slot-1", "new-slot-2")
    assert found.requests[0].slots == ("s1", "s4", "new-slot-1", "new-slot-2")
    assert found.requests[1].slots == ("s1", "s5")


@pytest.mark.parametrize(
    ("length", "pause", "number"), [(20, 0, 3), (20, 10, 2), (25, 10, 2), (30, 0, 2), (60, 0, 1), (90, 0, 1)]
)
def test_an_hour_is_as_many_slots_as_fit_into_it(length: int, pause: int, number: int) -> None:
    step = length + pause
    times = [(9 * 60 + n * step, 9 * 60 + n * step + length) for n in range(3)]
    slots = tuple(
        Slot(f"s{n}", *(f"2027-11-03T{x // 60:02}:{x % 60:02}+08:00" for x in time), day="1")
        for n, time in enumerate(times)
    )
    assert slots_of_an_hour(Problem(slots, (), ()), "1") == number
    assert slots_of_an_hour(Problem((*slots, Slot("open", day="1")), (), ()), "1") is None


def test_a_day_ends_before_the_next_one_begins() -> None:
    late = Slot("late", "2027-11-03T23:30+08:00", "2027-11-03T23:50+08:00", "3")
    early = Slot("early", "2027-11-04T00:00+08:00", "2027-11-04T00:20+08:00", "4")
    problem = Problem((late, early), (), ())
    assert not fits(problem, Change("slot", day="3"))
    assert fits(problem, Change("slot", day="4"))
    with pytest.raises(ValueError, match="no time"):
        changed(problem, [Change("slot", day="3")])
    with pytest.raises(ValueError, match="no day"):
        changed(problem, [Change("table", day="5")])


def test_slots_without_times_get_none() -> None:
    found = after(Problem((Slot("a"),), (), ()), Change("slot", day=""))
    assert found.slots == (Slot("a"), Slot("new-slot-1"))


def test_a_maximum_is_raised_for_those_who_have_one() -> None:
    people = (Participant("a", max_meetings=1, max_per_day=2), Participant("b"))
    problem = Problem((Slot("s"),), people, (Request("m", ("a", "b")),))
    assert after(problem, Change("max_meetings")).participants == (replace(people[0], max_meetings=2), people[1])
    assert after(problem, Change("max_per_day", 2)).participants == (replace(people[0], max_per_day=4), people[1])


def test_a_change_in_a_file() -> None:
    assert as_json(Change("interpreter", languages=("de", "zh"), day="1")) == {
        "add": "interpreter",
        "count": 1,
        "day": "1",
        "languages": ["de", "zh"],
    }
    assert as_json(Change("max_per_day")) == {"raise": "max_per_day", "count": 1, "day": None}
