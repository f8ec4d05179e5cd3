"""Annealing saves breaks, and what it may not touch stays."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qiao.bench.conferences import random_conference
from qiao.engine.scheduling.anneal import anneal, prices
from qiao.engine.scheduling.budget import Budget
from qiao.engine.scheduling.compact import Compact, compact
from qiao.engine.scheduling.exchange import BREAK, LACKING, Terms
from qiao.engine.scheduling.model import Participant, Problem, Request, Slot, Table
from qiao.engine.scheduling.place import place_all
from qiao.engine.scheduling.solve import never, silent, timeless
from qiao.engine.scheduling.timetable import Ints, State, breaks_of, empty_state, put

NEVER = 1 << 40
MOVES = 20_000


def budget() -> Budget:
    return Budget(timeless, never, None, 10**9, silent)


def terms(case: Compact, *, floor: int, held: list[int] | None = None, share: int = 0) -> Terms:
    stays = np.zeros(case.meetings, np.bool_)
    stays[held or []] = True
    shares = np.full(len(case.data.most), share, np.int64)
    return Terms(held=stays, kept=stays, share=shares, price=prices(case.data), floor=floor, fairness=NEVER)


def started(case: Compact, slots: dict[int, int]) -> State:
    state = empty_state(case.data, 1)
    for i, t in slots.items():
        put(case.data, state, i, t)
    return state


def breaks(case: Compact, state: State) -> int:
    return sum(breaks_of(case.data, state, p) for p in range(len(case.data.most)))


def weight(case: Compact, slot: Ints) -> int:
    return int(case.data.weight[slot >= 0].sum())


def problem(*requests: Request, slots: int, tables: int = 9) -> Problem:
    names = sorted({who for one in requests for who in one.participants})
    return Problem(
        slots=tuple(Slot(f"s{n}", day="1") for n in range(slots)),
        participants=tuple(Participant(name, languages=("en",)) for name in names),
        tables=tuple(Table(f"t{n}") for n in range(tables)),
        requests=requests,
    )


def test_a_meeting_gives_way_to_one_of_the_same_weight_that_fills_a_break() -> None:
    case = compact(problem(
        Request("m0", ("a", "b"), slots=("s0",)), Request("m1", ("a", "c"), slots=("s2",)), Request("m2", ("a", "d"), slots=("s1",)),
        slots=3, tables=1,
    ))  # fmt: skip
    case.data.most[0] = 2
    state = started(case, {0: 0, 1: 2})
    anneal(case.data, state, terms(case, floor=6), MOVES, (0, 0), budget())
    assert (breaks(case, state), weight(case, state.slot)) == (0, 6)
    assert state.slot[2] == 1


def test_a_meeting_leaves_where_the_floor_allows_it() -> None:
    requests = [Request(f"m{n}", ("a", f"b{n}"), slots=(f"s{n}",), weight=n + 1) for n in (0, 1, 3)]
    case = compact(problem(*requests, slots=4))
    state = started(case, {0: 0, 1: 1, 2: 3})
    anneal(case.data, state, terms(case, floor=7), MOVES, (0, 0), budget())
    assert breaks(case, state) == 1
    anneal(case.data, state, terms(case, floor=3), MOVES, (0, 0), budget())
    assert (breaks(case, state), weight(case, state.slot)) == (0, 4)  # the two light ones leave, not the heavy one


@pytest.mark.parametrize("held", [[], [2]])
def test_two_meetings_change_slots_where_every_table_is_taken(held: list[int]) -> None:
    """Neither can go alone: in each slot there is one table."""
    case = compact(problem(
        Request("m0", ("a", "b"), slots=("s0",)), Request("m1", ("a", "c"), slots=("s1", "s2")), Request("m2", ("d", "e"), slots=("s1", "s2")),
        slots=3, tables=1,
    ))  # fmt: skip
    state = started(case, {0: 0, 1: 2, 2: 1})
    anneal(case.data, state, terms(case, floor=9, held=held), MOVES, (0, 0), budget())
    assert breaks(case, state) == len(held)


def test_people_get_their_share_first() -> None:
    requests = [Request(f"m{n}", ("a", f"b{n}"), slots=(f"s{n}",)) for n in (0, 2)]
    case = compact(problem(*requests, slots=3))
    state = started(case, {0: 0})
    anneal(case.data, state, terms(case, floor=3, share=1), MOVES, (0, 0), budget())
    assert (state.slot.tolist(), breaks(case, state)) == ([0, 2], 1)
    assert LACKING > BREAK


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(1, 50), share=st.sampled_from([1.0, 0.97]))
def test_nothing_is_broken_on_the_way(seed: int, share: float) -> None:
    made = random_conference(40, 160, seed=seed, slots=12)
    people = tuple(replace(one, max_per_day=5) for one in made.participants)
    case = compact(replace(made, participants=people))
    state = empty_state(case.data, seed)
    place_all(case.data, state, np.arange(case.meetings))
    before, count = breaks(case, state), weight(case, state.slot)
    held = np.flatnonzero(state.slot >= 0)[:20]
    was = state.slot[held].copy()
    asked = terms(case, floor=int(share * count), held=held.tolist())
    anneal(case.data, state, asked, MOVES, (0, 0), budget())
    anew = started(case, {int(i): int(state.slot[i]) for i in np.flatnonzero(state.slot >= 0)})
    for name in ("slot", "at", "used", "total", "per_day"):
        assert np.array_equal(getattr(anew, name), getattr(state, name)), name
    assert state.slot[held].tolist() == was.tolist()
    assert weight(case, state.slot) >= asked.floor
    assert case.data.allowed[np.flatnonzero(state.slot >= 0), state.slot[state.slot >= 0]].all()
    assert (state.used <= case.data.capacity).all()
    assert (state.per_day <= case.data.most_per_day[:, None]).all()
    assert breaks(case, state) < before


def test_what_saves_no_break_is_not_given_up() -> None:
    others = [Request(f"m{n}", (f"a{n}", f"b{n}"), weight=5) for n in range(6)]
    troubled = Request("x", ("a", "b"), slots=("s0",)), Request("y", ("a", "c"), slots=("s1", "s2"))
    case = compact(problem(*others, *troubled, slots=6))
    state = started(case, {n: n for n in range(6)} | {6: 0, 7: 2})
    anneal(case.data, state, terms(case, floor=0), MOVES, (0, -1), budget())
    assert (breaks(case, state), weight(case, state.slot)) == (0, 36)
