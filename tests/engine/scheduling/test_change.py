"""The day changes: everything that can stay stays, and the rest is planned anew."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import chain, count, repeat
from random import Random

import pytest

from qiao.bench.conferences import random_conference
from qiao.engine.scheduling.budget import Budget
from qiao.engine.scheduling.compact import compact
from qiao.engine.scheduling.model import Plan, Problem, Request
from qiao.engine.scheduling.previous import kept_at_once, largest_kept, old_slots, still_wanted, wishes
from qiao.engine.scheduling.solve import never, silent, solve, timeless
from qiao.engine.scheduling.verify import verify

Change = Callable[[Problem, Plan, Random], tuple[Problem, set[str]]]
"""The changed problem, and the meetings that cannot stay exactly as they are."""


def late_wishes(problem: Problem, plan: Plan, dice: Random) -> tuple[Problem, set[str]]:
    known = {frozenset(one.participants) for one in problem.requests}
    free = [("p1", one.id) for one in problem.participants[1:] if frozenset(("p1", one.id)) not in known]
    new = tuple(Request(f"late {n}", pair, weight=8) for n, pair in enumerate(dice.sample(free, 3)))
    return replace(problem, requests=problem.requests + new), set()


def cancelled_wishes(problem: Problem, plan: Plan, dice: Random) -> tuple[Problem, set[str]]:
    gone = set(dice.sample([one.request for one in plan.meetings], 5))
    return replace(problem, requests=tuple(one for one in problem.requests if one.id not in gone)), gone


def absent(problem: Problem, plan: Plan, dice: Random) -> tuple[Problem, set[str]]:
    """Half a day."""
    who, away = dice.choice(problem.participants).id, {one.id for one in problem.slots[:6]}
    return without_people(problem, who, away), {
        one.request
        for one in plan.meetings
        if one.slot in away and who in problem.request_by_id[one.request].participants
    }


def without_people(problem: Problem, who: str, away: set[str]) -> Problem:
    return replace(
        problem,
        participants=tuple(
            replace(one, unavailable=tuple({*one.unavailable, *away})) if one.id == who else one
            for one in problem.participants
        ),
    )


def interpreter_ill(problem: Problem, plan: Plan, dice: Random) -> tuple[Problem, set[str]]:
    ill = dice.choice(problem.interpreters).id
    hit = {one.request for one in plan.meetings if one.interpreter == ill}
    return replace(problem, interpreters=tuple(one for one in problem.interpreters if one.id != ill)), hit


def table_gone(problem: Problem, plan: Plan, dice: Random) -> tuple[Problem, set[str]]:
    gone = dice.choice(problem.tables).id
    hit = {one.request for one in plan.meetings if one.table == gone}
    return replace(problem, tables=tuple(one for one in problem.tables if one.id != gone)), hit


def slot_gone(problem: Problem, plan: Plan, dice: Random) -> tuple[Problem, set[str]]:
    gone = dice.choice(problem.slots).id

    def still(times: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(one for one in times if one != gone)

    changed = replace(
        problem,
        slots=tuple(one for one in problem.slots if one.id != gone),
        participants=tuple(replace(one, unavailable=still(one.unavailable)) for one in problem.participants),
        interpreters=tuple(replace(one, unavailable=still(one.unavailable)) for one in problem.interpreters),
    )
    return changed, {one.request for one in plan.meetings if one.slot == gone}


WORK = 2_000
CHANGES: list[Change] = [late_wishes, cancelled_wishes, absent, interpreter_ill, table_gone, slot_gone]


@cache
def published() -> tuple[Problem, Plan]:
    problem = random_conference(60, 240, seed=1, slots=12)
    return problem, solve(problem, work=WORK)


def budget() -> Budget:
    return Budget(timeless, never, None, None, silent)


@pytest.mark.parametrize("hurried", [False, True])
@pytest.mark.parametrize("change", CHANGES)
def test_a_change_moves_only_whom_it_concerns(change: Change, hurried: bool) -> None:
    problem, previous = published()
    changed, hit = change(problem, previous, Random(1))
    ticks = count()
    spent = {"limit": 3.0, "clock": lambda: float(next(ticks))} if hurried else {"work": WORK}
    plan = solve(changed, previous=previous, **spent)
    assert verify(changed, plan) == []
    assert {one.request for one in plan.moved} <= hit
    assert len(plan.meetings) > len(previous.meetings) / 2


def test_under_a_bound_on_work_no_clock_decides_how_a_change_is_planned() -> None:
    problem, previous = published()
    changed, _ = CHANGES[0](problem, previous, Random(1))
    ticks = chain([0.0], repeat(6.0))  # more is gone than is left, and the limit is never reached
    late = solve(changed, previous=previous, work=WORK, limit=10.0, clock=lambda: next(ticks))
    at_ease = solve(changed, previous=previous, work=WORK)
    assert late.meetings == at_ease.meetings
    assert late.certificate.weight_bound == at_ease.certificate.weight_bound is not None


@pytest.mark.parametrize("seed", range(6))
def test_as_many_meetings_keep_their_slot_as_can(seed: int) -> None:
    """Counted by CP-SAT on the whole problem."""
    dice = Random(seed)
    problem = random_conference(16, 50, seed=seed, slots=6)
    previous = solve(problem, work=WORK)
    changed = problem
    for change in (table_gone, interpreter_ill, absent, cancelled_wishes):
        changed, _ = change(changed, previous, dice)
    before = still_wanted(changed, previous)
    old = old_slots(changed, before)
    at_once = kept_at_once(compact(changed).without_planned_rests, old, wishes(changed, before), budget())
    most = largest_kept(compact(changed), old, budget(), seed=1)
    assert at_once is not None
    assert (at_once >= 0).sum() == (most >= 0).sum() < (old >= 0).sum()
    assert ((at_once == old) | (at_once < 0)).all()


def test_of_meetings_that_compete_those_stay_that_lose_nothing() -> None:
    """A table goes where all are taken: the meeting that lay there goes, whatever it weighs."""
    problem, previous = published()
    changed, hit = table_gone(problem, previous, Random(2))
    kept = {one.request for one in previous.meetings} - hit
    plan = solve(changed, previous=previous, work=WORK)
    assert kept <= {one.request for one in plan.meetings}
