"""From slots to meetings: interpreters and tables are given out, and what they do not suffice for is moved or dropped."""

from dataclasses import dataclass, field

import numpy as np

from qiao.engine.scheduling.compact import Compact
from qiao.engine.scheduling.interpreters import assign_interpreters, serve_helpful
from qiao.engine.scheduling.model import Meeting
from qiao.engine.scheduling.place import place_all
from qiao.engine.scheduling.seats import seat_all
from qiao.engine.scheduling.timetable import Data, Ints, State, empty_state, restore, take

ROUNDS = 8


@dataclass(frozen=True)
class Draft:
    """A plan in numbers: for each meeting its slot, table and interpreter, -1 where it has none."""

    slot: Ints
    table: Ints
    interpreter: Ints


@dataclass(frozen=True)
class Wishes:
    """Tables and interpreters that meetings had before and should keep if that costs nothing else."""

    table: dict[int, int] = field(default_factory=dict)
    interpreter: dict[int, int] = field(default_factory=dict)


def assemble(compact: Compact, slot: Ints, wishes: Wishes, seed: int, pinned: Ints) -> Draft:
    """Give out interpreters and tables; a meeting left without is tried in other slots, at last it is dropped."""
    data = compact.data._replace(allowed=compact.data.allowed.copy())
    state = empty_state(data, seed)
    restore(data, state, slot)
    for attempt in range(ROUNDS):
        interpreter, missing = assign_interpreters(compact, state.slot, wishes.interpreter)
        seating = seat_all(compact, state.slot, interpreter, wishes.table)
        lacking = sorted({*missing, *seating.lacking()}, key=lambda i: (-int(data.weight[i]), i))
        if not lacking:
            break
        move_elsewhere(data, state, lacking, retry=attempt < ROUNDS - 2, pinned=pinned)
    else:
        interpreter, missing = assign_interpreters(compact, state.slot, wishes.interpreter)
        seating = seat_all(compact, state.slot, interpreter, wishes.table)
    table = seating.settled()
    serve_helpful(compact, state.slot, interpreter, table, wishes.interpreter)
    return Draft(state.slot.copy(), table, interpreter)


def move_elsewhere(data: Data, state: State, lacking: list[int], retry: bool, pinned: Ints) -> None:
    """Take the meetings out of their slots for good, and with `retry` look for others."""
    for i in lacking:
        data.allowed[i, state.slot[i]] = False
        take(data, state, i)
    if not retry:
        return
    still = data.allowed.copy()
    for i in np.flatnonzero((pinned == 1) & (state.slot >= 0)).tolist():
        data.allowed[i] = False
        data.allowed[i, state.slot[i]] = True
    place_all(data, state, np.array(lacking, np.int64))
    data.allowed[:] = still


def meetings_of(compact: Compact, draft: Draft) -> tuple[Meeting, ...]:
    """The meetings of a draft, in the order of the requests."""
    problem = compact.problem
    return tuple(
        Meeting(
            request=problem.requests[i].id,
            slot=problem.slots[draft.slot[i]].id,
            table=None if draft.table[i] < 0 else problem.tables[draft.table[i]].id,
            interpreter=None if draft.interpreter[i] < 0 else problem.interpreters[draft.interpreter[i]].id,
        )
        for i in np.flatnonzero(draft.slot >= 0).tolist()
    )
