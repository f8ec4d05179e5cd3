"""Fewer breaks: simulated annealing with the moves of `exchange`.

The weight never falls below a floor. People without their fair share of meetings count as many breaks.
"""

import numpy as np

from qiao.engine.scheduling.budget import Budget
from qiao.engine.scheduling.compiled import COMPILED, compiled
from qiao.engine.scheduling.exchange import (
    BREAK,
    LACKING,
    RELIEF_TRIES,
    Account,
    Terms,
    count,
    drop,
    exchange_meetings,
    exchange_slots,
    look_around,
)
from qiao.engine.scheduling.timetable import Data, Ints, State, below, breaks_of, restore

HOT = 0.35 * BREAK
COLD = 0.03 * BREAK
MOVES_AT_ONCE = 50_000 if COMPILED else 2_000
MOVES_PER_REFRESH = 2_000
STEPS = 10 * BREAK


@compiled
def total_breaks(data: Data, state: State) -> int:
    total = 0
    for p in range(len(data.most)):
        total += breaks_of(data, state, p)
    return total


@compiled
def own_meeting(data: Data, state: State, p: int) -> int:
    return int(data.own[data.own_from[p] + below(state.dice, data.own_from[p + 1] - data.own_from[p])])


@compiled
def beside(data: Data, state: State, i: int) -> int:
    """The slot before or after meeting i; any slot half the time, or if there is none."""
    v = state.slot[i] + 2 * below(state.dice, 2) - 1
    if below(state.dice, 2) == 0 or state.slot[i] < 0 or v < 0 or v >= len(data.day):
        return below(state.dice, len(data.day))
    return int(v)


@compiled
def some_moves(
    data: Data, state: State, terms: Terms, account: Account, accept: Ints, best: Ints, now: int, low: int, moves: int
) -> tuple[int, int]:
    """Try `moves` moves, most of them for people who cost; cost now and best cost. `best` gets the best slots."""
    slots, people, meetings = len(data.day), len(data.most), len(data.weight)
    troubled = np.empty(people, np.int64)
    many = 0
    for move in range(moves):
        if move % MOVES_PER_REFRESH == 0:
            look_around(data, state, account)
            many = 0
            for p in range(people):
                if account.cost[p] > 0:
                    troubled[many] = p
                    many += 1
            if many == 0:
                break
        if many > 0 and below(state.dice, 10) < 6:
            p = troubled[below(state.dice, many)]
            i = own_meeting(data, state, p)
            v = beside(data, state, own_meeting(data, state, p))
        else:
            i, v = below(state.dice, meetings), below(state.dice, slots)
        u = state.slot[i]
        if u < 0:
            now += exchange_meetings(data, state, terms, account, accept, i, v)
        elif u == v:
            now += drop(data, state, terms, account, accept, i)
        elif not terms.held[i] and data.allowed[i, v]:
            now += exchange_slots(data, state, terms, account, accept, i, v)
        if now < low:
            low = now
            best[:] = state.slot
    return now, low


def prices(data: Data) -> Ints:
    """(meetings,): half a break for one of mean weight. Always less than a break, which comes first."""
    mean = max(float(data.weight.mean()), 1e-9) if len(data.weight) else 1.0
    found: Ints = np.minimum(BREAK - 1, BREAK / 2 * data.weight / mean).astype(np.int64)
    return found


def acceptance(temperature: float) -> Ints:
    """Out of 2**20, how often a worsening by 0, 1, 2 … is accepted."""
    return np.array([int((1 << 20) * np.exp(-d / temperature)) for d in range(STEPS)], np.int64)


def anneal(data: Data, state: State, terms: Terms, moves: int, goal: tuple[int, int], budget: Budget) -> None:
    """Leave in `state` the slots with the least cost found within `moves` tries and the budget.

    `goal` is a shortfall and a number of breaks that are good enough.

    Under a bound on work the temperature follows the number of moves alone, so that runs can be repeated.
    """
    room = 2 * int(np.diff(data.people_from).max(initial=0)) + RELIEF_TRIES
    sizes = (len(data.most), 1, room, room, len(data.day) + 1, len(data.weight))
    account = Account(*(np.zeros(size, np.int64) for size in sizes))
    now = low = count(data, state, terms, account)
    best, enough, breaks = state.slot.copy(), LACKING * goal[0] + BREAK * goal[1], total_breaks(data, state)
    seconds, begun, done = budget.left, budget.elapsed, 0
    while done < moves and not budget.over():
        used = done / moves
        if budget.work is None:
            used = max(used, (budget.elapsed - begun) / max(seconds, 1e-9))
        if used >= 1.0:
            break
        accept = acceptance(HOT * (COLD / HOT) ** used)
        some = min(MOVES_AT_ONCE, moves - done)
        now, low = some_moves(data, state, terms, account, accept, best, now, low, some)
        done += some
        budget.charge_moves(some)
        breaks = min(breaks, total_breaks(data, state))
        budget.tell("breaks", breaks, goal[1])
        if account.cost.sum() <= enough:
            return
    restore(data, state, best)
