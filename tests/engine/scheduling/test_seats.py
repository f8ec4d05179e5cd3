"""Tables are given out so that few people change them."""

from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, given, settings

from qiao.bench.conferences import random_conference
from qiao.engine.scheduling import goals
from qiao.engine.scheduling.assemble import Draft, meetings_of
from qiao.engine.scheduling.compact import compact
from qiao.engine.scheduling.model import Participant, Problem, Request, Slot, Table
from qiao.engine.scheduling.place import place_all
from qiao.engine.scheduling.seats import seat_all
from qiao.engine.scheduling.timetable import empty_state

from .small import problems


def seat(problem: Problem, slots: list[int], kept: dict[int, int] | None = None) -> tuple[list[int], int, int]:
    """Tables of meetings in the given slots; how often people change them, and the bound of that."""
    case = compact(problem)
    nobody = np.full(case.meetings, -1, np.int64)
    seating = seat_all(case, np.array(slots), nobody, kept or {})
    assert not seating.lacking()
    table = seating.settled()
    meetings = meetings_of(case, Draft(np.array(slots), table, nobody))
    return table.tolist(), goals.table_changes(problem, meetings), goals.table_changes_bound(problem, meetings)


def pairs(*requests: str, tables: int = 2) -> Problem:
    """Requests like "ab": a meets b."""
    return Problem(
        slots=tuple(Slot(f"s{n}", day="1") for n in range(4)),
        participants=tuple(Participant(one) for one in sorted(set("".join(requests)))),
        tables=tuple(Table(f"t{n}") for n in range(tables)),
        requests=tuple(Request(f"m{n}", (one[0], one[1])) for n, one in enumerate(requests)),
    )


def test_a_later_meeting_decides_where_an_earlier_one_sits() -> None:
    # b and c sit apart in slot 0; whoever met a in slot 0 meets on in slot 1 as well.
    problem = pairs("ab", "cd", "ac", "bd")
    _, changes, bound = seat(problem, [0, 0, 1, 1])
    assert changes == bound == 2


def test_what_was_seated_before_stays() -> None:
    problem = pairs("ab", "ac", tables=3)
    table, changes, _ = seat(problem, [0, 1], kept={0: 2})
    assert (table, changes) == ([2, 2], 0)


def test_exchanging_tables_saves_changes_that_seating_in_time_order_makes() -> None:
    problem = random_conference(120, 600, seed=3)
    case = compact(problem)
    nobody = np.full(case.meetings, -1, np.int64)
    state = empty_state(case.data, 1)
    place_all(case.data, state, np.arange(case.meetings))
    seating = seat_all(case, state.slot, nobody, {})
    assert not seating.lacking()
    first = goals.table_changes(problem, meetings_of(case, Draft(state.slot, seating.table.copy(), nobody)))
    settled = meetings_of(case, Draft(state.slot, seating.settled(), nobody))
    assert goals.table_changes(problem, settled) < first


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(problems(required=False))
def test_nobody_sits_where_the_rules_forbid_it(problem: Problem) -> None:
    case = compact(replace(problem, interpreters=()))
    slot = np.array([row.argmax() if row.any() else -1 for row in case.possible], np.int64)
    table = seat_all(case, slot, np.full(case.meetings, -1, np.int64), {}).settled()
    taken = [(int(slot[i]), int(table[i])) for i in np.flatnonzero(table >= 0)]
    assert len(taken) == len(set(taken))
    for i in np.flatnonzero(table >= 0).tolist():
        assert table[i] in (case.seats[i] or ())
        assert case.table_open[table[i], slot[i]]
