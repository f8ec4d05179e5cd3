"""Fewer changes of tables at the same slots: simulated annealing whose moves exchange two tables for some slots of a day."""

from typing import NamedTuple

import numpy as np

from qiao.engine.scheduling.compiled import COMPILED, compiled
from qiao.engine.scheduling.timetable import Flags, Ints, below

HOT = 0.3
COLD = 0.05
ROUNDS = 80
TRIES_PER_LINK = 4 if COMPILED else 0.05  # in one round
MOST_CHANGE = 64


class Hall(NamedTuple):
    """Who sits where: M meetings, L tables, T slots, E links between meetings that follow each other for somebody."""

    table: Ints  # (M,) or -1
    seated: Ints  # (L, T) the meeting at a table in a slot, or -1
    slot: Ints  # (M,)
    may: Flags  # (M, L) may a meeting sit there, if it may be moved at all
    usable: Flags  # (L, T)
    links: Ints  # (E, 2)
    beside_from: Ints  # meeting -> the meetings linked with it, lists end to end
    beside: Ints
    first: Ints  # (T,) first slot of its day
    last: Ints  # (T,) last slot of its day
    dice: Ints  # (1,)


@compiled
def changes_at(hall: Hall, i: int) -> int:
    """How many people of meeting i sit elsewhere before or after."""
    found = 0
    for k in range(hall.beside_from[i], hall.beside_from[i + 1]):
        other = hall.table[hall.beside[k]]
        if other >= 0 and other != hall.table[i]:
            found += 1
    return found


@compiled
def can_exchange(hall: Hall, a: int, b: int, begin: int, end: int) -> bool:
    for t in range(begin, end + 1):
        one, two = hall.seated[a, t], hall.seated[b, t]
        if one >= 0 and not (hall.may[one, b] and hall.usable[b, t]):
            return False
        if two >= 0 and not (hall.may[two, a] and hall.usable[a, t]):
            return False
    return True


@compiled
def exchange(hall: Hall, a: int, b: int, begin: int, end: int) -> int:
    """Exchange tables a and b from slot `begin` to slot `end`; by how much the changes at these meetings rise."""
    change = 0
    for t in range(begin, end + 1):
        for i in (hall.seated[a, t], hall.seated[b, t]):
            if i >= 0:
                change -= changes_at(hall, i)
    for t in range(begin, end + 1):
        one, two = hall.seated[a, t], hall.seated[b, t]
        hall.seated[a, t], hall.seated[b, t] = two, one
        if one >= 0:
            hall.table[one] = b
        if two >= 0:
            hall.table[two] = a
    for t in range(begin, end + 1):
        for i in (hall.seated[a, t], hall.seated[b, t]):
            if i >= 0:
                change += changes_at(hall, i)
    return change


@compiled
def some_exchanges(hall: Hall, accept: Ints, tries: int) -> int:
    """Try `tries` times to seat two linked meetings at one table; by how much the changes rise."""
    total = 0
    for _ in range(tries):
        link = below(hall.dice, len(hall.links))
        side = below(hall.dice, 2)
        i, j = hall.links[link, side], hall.links[link, 1 - side]
        a, b, t = hall.table[i], hall.table[j], hall.slot[i]
        if a < 0 or b < 0 or a == b:
            continue
        begin = end = t
        reach = below(hall.dice, 4)
        if reach == 1:
            end = hall.last[t]
        elif reach == 2:
            begin = hall.first[t]
        elif reach == 3:
            end = t + below(hall.dice, hall.last[t] - t + 1)
        if not can_exchange(hall, a, b, begin, end):
            continue
        change = exchange(hall, a, b, begin, end)
        if change > 0 and (change >= len(accept) or below(hall.dice, 1 << 20) >= accept[change]):
            exchange(hall, a, b, begin, end)
        else:
            total += change
    return total


def reseat(hall: Hall) -> None:
    """Leave in `hall` the seats with the fewest changes that were found."""
    if len(hall.links) == 0:
        return
    best, now, low = hall.table.copy(), 0, 0
    for k in range(ROUNDS):
        temperature = HOT * (COLD / HOT) ** (k / (ROUNDS - 1))
        accept = np.array([int((1 << 20) * np.exp(-d / temperature)) for d in range(MOST_CHANGE)], np.int64)
        now += some_exchanges(hall, accept, int(TRIES_PER_LINK * len(hall.links)))
        if now < low:
            low, best = now, hall.table.copy()
    hall.table[:] = best
