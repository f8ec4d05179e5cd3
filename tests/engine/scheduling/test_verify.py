"""The judge as a whole: never stopped by a damaged plan, the same whatever the order, quick enough for a great event."""

import random
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from hypothesis import given, settings
from hypothesis import strategies as st

from qiao.engine.scheduling.goals import figures
from qiao.engine.scheduling.model import (
    Certificate,
    Interpreter,
    Meeting,
    Participant,
    Plan,
    Problem,
    Request,
    Slot,
    Table,
    Violation,
)
from qiao.engine.scheduling.rules import RULES
from qiao.engine.scheduling.verify import verify
from tests.engine.scheduling.conftest import Small
from tests.engine.scheduling.small import certificate_of
from tests.engine.scheduling.strategies import plans, problems


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_plan_can_stop_it_and_every_violation_can_be_told(data: st.DataObject) -> None:
    problem = data.draw(problems())
    plan = data.draw(plans(problem))
    for one in verify(problem, plan, fairness=data.draw(st.none() | st.integers(0, 2)), digest="0"):
        assert one.rule in RULES
        assert all(isinstance(id_, str) for id_ in one.who)


def test_all_violations_are_listed_rule_by_rule(ok_small: Small) -> None:
    broken = ok_small.meeting("m6", slot="s5").meeting("m3", table=None).with_plan(unmet=())
    assert broken.breaches() == [
        Violation("not-listed", "m7"),
        Violation("participant-busy", "m6", "s5", ("e2",)),
        Violation("wrong-table", "m3", "s2"),
    ]


def test_the_order_of_meetings_does_not_matter(ok_small: Small) -> None:
    turned = ok_small.with_plan(meetings=ok_small.plan.meetings[::-1])
    assert turned.verify() == []
    bad = ok_small.meeting("m3", table="t3", slot="s4")
    assert bad.verify() == bad.with_plan(meetings=bad.plan.meetings[::-1]).verify() != []


def large(people: int, meetings: int, seed: int) -> tuple[Problem, Plan]:
    """A plan without violations: pairs of two sides, 40 slots on three days, every meeting at its own table."""
    chance = random.Random(seed)
    slots = tuple(Slot(f"s{n}", day=f"d{n // 14}") for n in range(40))
    eu, cn = [f"e{n}" for n in range(people // 2)], [f"c{n}" for n in range(people // 2)]
    busy: set[tuple[str, int]] = set()
    held: dict[int, int] = {}
    requests: list[Request] = []
    found: list[Meeting] = []
    while len(requests) < meetings:
        first, second, slot = chance.choice(eu), chance.choice(cn), chance.randrange(40)
        if (first, slot) in busy or (second, slot) in busy:
            continue
        busy |= {(first, slot), (second, slot)}
        held[slot] = table = held.get(slot, -1) + 1
        requests.append(Request(f"m{len(requests)}", (first, second), after=()))
        found.append(Meeting(requests[-1].id, f"s{slot}", f"t{table}", f"i{table}"))
    most = max(held.values()) + 1
    problem = Problem(
        slots=slots,
        participants=tuple(Participant(one, "eu", f"g{one[-1]}", ("de",), max_meetings=40) for one in eu)
        + tuple(Participant(one, "cn", f"g{one[-1]}", ("zh",), max_per_day=14) for one in cn),
        tables=tuple(Table(f"t{n}") for n in range(most)),
        interpreters=tuple(Interpreter(f"i{n}", ("de", "zh"), max_consecutive=14) for n in range(most)),
        requests=tuple(requests),
    )
    return problem, Plan("", tuple(found), honest(problem, found))


def honest(problem: Problem, meetings: list[Meeting]) -> Certificate:
    found = figures(problem, meetings)
    return replace(certificate_of(found), table_changes_bound=found.table_changes_bound, fairness=found.fairness_gap)


def calls_of(work: Callable[[], object]) -> int:
    """How many functions are called, those written in C included: a measure of work that no neighbour disturbs."""
    calls = 0

    def count(_frame: object, event: str, _what: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls


def test_the_work_of_judging_grows_with_the_meetings_and_not_with_their_square() -> None:
    calls = {}
    for people, meetings in ((500, 2_500), (2_000, 10_000)):
        problem, plan = large(people, meetings, seed=1)
        assert verify(replace(problem), plan) == []
        calls[people] = calls_of(partial(verify, replace(problem), plan))
    assert 3 * calls[500] < calls[2_000] < 5 * calls[500]
