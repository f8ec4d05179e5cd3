"""Fewer breaks at the same set of meetings: simulated annealing whose moves exchange two slots along a chain of people."""

import numpy as np

from qiao.engine.scheduling.budget import Budget
from qiao.engine.scheduling.compiled import COMPILED, compiled
from qiao.engine.scheduling.timetable import (
    Data,
    Ints,
    State,
    below,
    breaks_of,
    chain_can_flip,
    flip_chain,
    restore,
    walk_chain,
)

UNFAIR = 50  # what a break beyond the fairness limit costs; a plain break costs 1
HOT = 1.5
COLD = 0.05
MOVES_AT_ONCE = 50_000 if COMPILED else 2_000
MOVES_PER_REFRESH = 2_000
STEPS = 64


@compiled
def penalty(breaks: int, fairness: int) -> int:
    return breaks + UNFAIR * (breaks - fairness) if breaks > fairness else breaks


@compiled
def count_breaks(data: Data, state: State, breaks: Ints, fairness: int) -> int:
    total = 0
    for p in range(len(breaks)):
        breaks[p] = breaks_of(data, state, p)
        total += penalty(breaks[p], fairness)
    return total


@compiled
def exchange(data: Data, state: State, breaks: Ints, fairness: int, pinned: Ints, accept: Ints, i: int, v: int) -> int:
    """Try to move meeting i into slot v with its chain; the change of the cost, or 0 if it stays."""
    u = state.slot[i]
    state.linked[0] = data.people[data.people_from[i]]
    meetings, linked = walk_chain(data, state, 1, u, v)
    for j in range(meetings):
        if pinned[state.chain[j]] == 1:
            return 0
    if not chain_can_flip(data, state, meetings, linked, u, v):
        return 0
    flip_chain(data, state, meetings, linked, u, v)
    change = 0
    for k in range(linked):
        p = state.linked[k]
        if (state.at[p, u] >= 0) != (state.at[p, v] >= 0):
            change += penalty(breaks_of(data, state, p), fairness) - penalty(breaks[p], fairness)
    if change > 0 and (change >= len(accept) or below(state.dice, 1 << 20) >= accept[change]):
        flip_chain(data, state, meetings, linked, u, v)
        return 0
    for k in range(linked):
        p = state.linked[k]
        if (state.at[p, u] >= 0) != (state.at[p, v] >= 0):
            breaks[p] = breaks_of(data, state, p)
    return change


@compiled
def some_meetings(
    data: Data,
    state: State,
    breaks: Ints,
    fairness: int,
    pinned: Ints,
    accept: Ints,
    best: Ints,
    now: int,
    low: int,
    moves: int,
) -> tuple[int, int]:
    """Try `moves` exchanges, half of them for people with breaks; cost now and best cost. `best` gets the best slots."""
    slots, people, meetings = len(data.day), len(data.most), len(data.weight)
    troubled = np.empty(people, np.int64)
    many = 0
    for move in range(moves):
        if move % MOVES_PER_REFRESH == 0:
            many = 0
            for p in range(people):
                if breaks[p] > 0:
                    troubled[many] = p
                    many += 1
            if now == 0:
                break
        if many > 0 and below(state.dice, 10) < 6:
            p = troubled[below(state.dice, many)]
            i = data.own[data.own_from[p] + below(state.dice, data.own_from[p + 1] - data.own_from[p])]
        else:
            i = below(state.dice, meetings)
        v = below(state.dice, slots)
        if state.slot[i] < 0 or state.slot[i] == v or pinned[i] == 1 or not data.allowed[i, v]:
            continue
        now += exchange(data, state, breaks, fairness, pinned, accept, i, v)
        if now < low:
            low = now
            best[:] = state.slot
    return now, low


def acceptance(temperature: float) -> Ints:
    """Out of 2**20, how often a worsening by 0, 1, 2 … is accepted."""
    return np.array([int((1 << 20) * np.exp(-d / temperature)) for d in range(STEPS)], np.int64)


def anneal(data: Data, state: State, pinned: Ints, fairness: int | None, moves: int, goal: int, budget: Budget) -> None:
    """Leave in `state` the slots with the least cost found within `moves` tries and the budget. Pinned meetings stay.

    Under a bound on work the temperature follows the number of moves alone, so that runs can be repeated.
    """
    limit = fairness if fairness is not None else 1 << 30
    breaks = np.zeros(len(data.most), np.int64)
    now = low = count_breaks(data, state, breaks, limit)
    best = state.slot.copy()
    seconds, begun, done = budget.left, budget.elapsed, 0
    while done < moves and low > goal and not budget.over():
        used = done / moves
        if budget.work is None:
            used = max(used, (budget.elapsed - begun) / max(seconds, 1e-9))
        if used >= 1.0:
            break
        accept = acceptance(HOT * (COLD / HOT) ** used)
        some = min(MOVES_AT_ONCE, moves - done)
        now, low = some_meetings(data, state, breaks, limit, pinned, accept, best, now, low, some)
        done += some
        budget.charge_moves(some)
        budget.tell("breaks", low, goal)
    restore(data, state, best)
