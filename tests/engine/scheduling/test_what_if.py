"""What a change is worth: what is promised can be had, and what is proven is never passed."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from qiao.adapters.spread import over
from qiao.bench.conferences import random_conference
from qiao.engine.scheduling import goals
from qiao.engine.scheduling.changes import Change, changed
from qiao.engine.scheduling.model import Interpreter, Meeting, Participant, Plan, Problem, Request, Slot, Table
from qiao.engine.scheduling.solve import solve
from qiao.engine.scheduling.verify import verify
from qiao.engine.scheduling.what_if import (
    Effort,
    Gain,
    gain,
    gains,
    gains_of_options,
    options,
    ranked,
    useful_languages,
)
from tests.engine.scheduling.small import best_by_trying, certificate_of, problems

TINY = problems(people=4, requests=3, slots=2)
SMALL = problems()
tried = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
WORK = 40_000


def with_added(problem: Problem, plan: Plan, found: Gain) -> tuple[Problem, Plan]:
    """The changed problem, and the plan with what is said to fit beside it."""
    after = problem if found.change is None else changed(problem, [found.change])
    meetings = (*plan.meetings, *found.added)
    new = {one.request for one in found.added}
    unmet = tuple(one for one in plan.unmet if one.request not in new)
    return after, replace(
        plan, meetings=meetings, unmet=unmet, certificate=certificate_of(goals.figures(after, meetings))
    )


def planned(problem: Problem) -> Plan:
    plan = solve(problem, work=WORK)
    assume(plan.certificate.status != "infeasible")
    return plan


@tried
@given(SMALL, st.data())
def test_what_is_said_to_fit_fits_beside_every_meeting_of_the_plan(problem: Problem, data: st.DataObject) -> None:
    plan = planned(problem)
    wanted = data.draw(st.sampled_from((None, *options(problem))))
    found = gain(problem, plan, wanted, Effort(work=WORK))
    assert verify(*with_added(problem, plan, found)) == []
    assert found.weight == sum(problem.request_by_id[one.request].weight for one in found.added)
    assert found.at_most is None or found.at_most >= found.weight


@tried
@given(TINY | st.integers(0, 1000).map(lambda seed: random_conference(5, 3, seed=seed, slots=3, tables=0.3)))
def test_no_plan_of_the_changed_problem_gains_more_than_is_proven(problem: Problem) -> None:
    plan = planned(problem)
    for found in gains(problem, plan, (None, *options(problem)), effort=Effort(work=WORK)):
        best = best_by_trying(changed(problem, [found.change] if found.change else []))
        assert best is not None
        assert found.at_most is not None
        assert found.at_most >= best[0] - plan.certificate.weight >= found.weight


def test_a_table_is_worth_the_wishes_that_wait_for_one() -> None:
    problem = random_conference(30, 90, seed=1, slots=8, tables=0.4, interpreters=3.0)
    plan = solve(problem, work=WORK)
    nothing, table = gains(problem, plan, (None, Change("table")), effort=Effort(work=WORK))
    assert nothing.added == ()
    assert len(table.added) == 8  # one in each slot
    assert verify(*with_added(problem, plan, table)) == []


def test_several_processes_say_the_same() -> None:
    problem = random_conference(20, 40, seed=2, slots=6, tables=0.5, interpreters=0.5)
    plan = solve(problem, work=WORK)
    wanted = options(problem)
    alone = list(gains(problem, plan, wanted, effort=Effort(work=WORK)))
    assert [one.change for one in alone] == list(wanted)
    assert list(gains(problem, plan, wanted, effort=Effort(work=WORK), spread=over(2))) == alone


def test_what_gains_nothing_at_all_is_not_asked_for_each_day() -> None:
    """And what is left out would have gained nothing."""
    problem = random_conference(20, 40, seed=2, slots=6, tables=0.5, interpreters=3.0)
    plan = solve(problem, work=WORK)
    without, *found = gains_of_options(problem, plan, effort=Effort(work=WORK))
    assert without == gain(problem, plan, None, Effort(work=WORK))
    asked = {one.change for one in found}
    left_out = [one for one in options(problem) if one not in asked]
    assert {one.more for one in left_out} == {"interpreter"}
    assert {one.day for one in left_out} == {"day 1", "day 2"}
    assert Change("table", day="day 1") in asked
    for one in gains(problem, plan, left_out, effort=Effort(work=WORK)):
        assert (one.added, one.at_most) == ((), without.at_most)


def test_what_brings_more_now_comes_first_then_what_may_bring_more() -> None:
    def gained(weight: int, at_most: int | None) -> Gain:
        return Gain(None, (), weight, at_most)

    assert ranked([gained(1, 9), gained(2, 2), gained(2, 5), gained(2, None)]) == [
        gained(2, 5),
        gained(2, 2),
        gained(2, None),
        gained(1, 9),
    ]


def wish(*languages: tuple[str, ...], number: int = 1) -> Problem:
    """So many wishes of people who speak these."""
    people = tuple(Participant(f"p{n}", languages=tongues) for n, tongues in enumerate(languages))
    ids = tuple(one.id for one in people)
    return Problem((Slot("s"),), people, tuple(Request(f"m{n}", ids) for n in range(number)))


def together(*parts: Problem) -> Problem:
    people, requests = [], []
    for n, one in enumerate(parts):
        people += [replace(who, id=f"{n}{who.id}") for who in one.participants]
        requests += [
            replace(wanted, id=f"{n}{wanted.id}", participants=tuple(f"{n}{who}" for who in wanted.participants))
            for wanted in one.requests
        ]
    return Problem((Slot("s"),), tuple(people), tuple(requests))


@pytest.mark.parametrize(
    ("problem", "pairs"),
    [
        (wish(("de-AT",), ("zh-Hans",)), [("de", "zh")]),
        (wish(("de",), ("de", "zh")), []),  # they understand each other
        (wish(("de", "en"), ("zh",)), [("de", "zh")]),  # en-zh would serve the same
        (together(wish(("de", "en"), ("zh",)), wish(("en",), ("zh",))), [("en", "zh"), ("de", "zh")]),
        (together(wish(("fr",), ("zh",), number=2), wish(("de",), ("zh",))), [("fr", "zh"), ("de", "zh")]),
        (wish(("de",), ("zh",), ("fr",)), [("de", "fr", "zh")]),
        (wish(("de",), ()), []),  # nobody can help
    ],
)
def test_pairs_of_languages_that_serve_somebody(problem: Problem, pairs: list[tuple[str, ...]]) -> None:
    assert useful_languages(problem) == pairs


def test_what_can_be_asked_for() -> None:
    def slot(number: int, day: int, hour: int) -> Slot:
        date = f"2027-11-{day:02}"
        return Slot(f"s{number}", f"{date}T{hour:02}:00+08:00", f"{date}T{hour:02}:30+08:00", date)

    people = (
        Participant("a", languages=("de",), needs=("step-free",), max_per_day=0),
        Participant("b", languages=("zh",)),
    )
    one_day = Problem((slot(1, 3, 9),), people, (Request("m", ("a", "b")),), (Table("t"),), (Interpreter("i"),))
    assert options(one_day) == (
        Change("table"),
        Change("table", features=("step-free",)),
        Change("interpreter", languages=("de", "zh")),
        Change("slot", day="2027-11-03"),
        Change("slot", count=2, day="2027-11-03"),
        Change("max_per_day"),
    )
    two_days = replace(one_day, slots=(slot(1, 3, 9), slot(2, 4, 9)))
    days = [(one.more, one.day) for one in options(two_days) if one.more == "interpreter"]
    assert days == [("interpreter", None), ("interpreter", "2027-11-03"), ("interpreter", "2027-11-04")]


def test_who_is_merely_helpful_somewhere_is_not_called_away() -> None:
    people = tuple(
        Participant(name, languages=(tongue,)) for name, tongue in (("a", "de"), ("b", "de"), ("c", "zh"), ("d", "de"))
    )
    problem = Problem(
        (Slot("s"),),
        people,
        (Request("helped", ("a", "b"), interpreter="helpful"), Request("m", ("c", "d"))),
        (Table("t"), Table("u")),
        (Interpreter("i", ("de", "zh")),),
    )
    helped = solve(replace(problem, requests=problem.requests[:1]))
    assert helped.meetings == (Meeting("helped", "s", "t", "i"),)
    assert gain(problem, helped, None, Effort()).added == ()
    another = gain(problem, helped, Change("interpreter", languages=("de", "zh")), Effort())
    assert another.added == (Meeting("m", "s", "u", "new-interpreter-1"),)
