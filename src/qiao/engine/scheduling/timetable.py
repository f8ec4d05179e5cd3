"""The working state of a search: who sits where in which slot, and the moves that keep every rule.

All functions are compiled. `Data` never changes during a search, `State` does. A meeting without a slot has slot -1.
A *chain* of two slots u and v is the set of meetings in these slots that hang together by common people: exchanging u
and v for the whole chain never gives anybody two meetings at a time (Kempe chains of edge colouring).
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from qiao.engine.scheduling.compiled import compiled

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

DICE_MODULUS = 2147483647
DICE_FACTOR = 48271


class Data(NamedTuple):
    """A problem in arrays: M meetings, P people, T slots, R shared resources. `x_from` and `x` are lists of lists end to end."""

    people_from: Ints  # meeting -> its people
    people: Ints
    own_from: Ints  # person -> the meetings that name him
    own: Ints
    resource_from: Ints  # meeting -> the resources of which it takes one unit
    resource: Ints
    earlier_from: Ints  # meeting -> the meetings that must come before it
    earlier: Ints
    later_from: Ints  # meeting -> the meetings that must come after it
    later: Ints
    allowed: Flags  # (M, T)
    available: Flags  # (P, T)
    capacity: Ints  # (R, T)
    day: Ints  # (T,), from 0, rising
    most: Ints  # (P,)
    most_per_day: Ints  # (P,)
    weight: Ints  # (M,)
    by_day: bool  # breaks are counted per day, over available slots


class State(NamedTuple):
    slot: Ints  # (M,)
    at: Ints  # (P, T) the meeting of a person in a slot, or -1
    used: Ints  # (R, T)
    total: Ints  # (P,) meetings of each person
    per_day: Ints  # (P, days)
    chain: Ints  # (M,) scratch: the meetings of the chain last walked
    linked: Ints  # (P,) scratch: its people
    meeting_mark: Ints  # (M,) scratch: the walk that saw this meeting last
    person_mark: Ints  # (P,)
    shift: Ints  # (R,) scratch, all zero between calls
    walk: Ints  # (1,) number of the walk
    dice: Ints  # (1,)


def empty_state(data: Data, seed: int) -> State:
    meetings, slots = data.allowed.shape
    people, resources = len(data.most), len(data.capacity)
    days = int(data.day[-1]) + 1 if slots else 0

    def zeros(*shape: int) -> Ints:
        return np.zeros(shape, np.int64)

    return State(
        slot=np.full(meetings, -1, np.int64),
        at=np.full((people, slots), -1, np.int64),
        used=zeros(resources, slots),
        total=zeros(people),
        per_day=zeros(people, days),
        chain=zeros(meetings),
        linked=zeros(people),
        meeting_mark=zeros(meetings),
        person_mark=zeros(people),
        shift=zeros(resources),
        walk=zeros(1),
        dice=np.array([1 + (seed * 7919 + 104729) % (DICE_MODULUS - 1)], np.int64),
    )


@compiled
def below(dice: Ints, limit: int) -> int:
    """A pseudo-random whole number from 0 to limit - 1 (Lehmer's generator: the same with and without compilation)."""
    dice[0] = dice[0] * DICE_FACTOR % DICE_MODULUS
    return int(dice[0] * limit // DICE_MODULUS)


@compiled
def breaks_of(data: Data, state: State, person: int) -> int:
    """Breaks of one person as the problem counts them."""
    breaks = 0
    last_busy = -1  # position, among the slots that count, of the last meeting
    position = 0
    day = -1
    for t in range(len(data.day)):
        if data.by_day:
            if data.day[t] != day:
                day = data.day[t]
                last_busy = -1
            if not data.available[person, t]:
                continue
        position += 1
        if state.at[person, t] >= 0:
            if last_busy >= 0 and position - last_busy > 1:
                breaks += 1
            last_busy = position
    return breaks


@compiled
def put(data: Data, state: State, i: int, t: int) -> None:
    state.slot[i] = t
    for k in range(data.people_from[i], data.people_from[i + 1]):
        p = data.people[k]
        state.at[p, t] = i
        state.total[p] += 1
        state.per_day[p, data.day[t]] += 1
    for k in range(data.resource_from[i], data.resource_from[i + 1]):
        state.used[data.resource[k], t] += 1


@compiled
def take(data: Data, state: State, i: int) -> None:
    t = state.slot[i]
    state.slot[i] = -1
    for k in range(data.people_from[i], data.people_from[i + 1]):
        p = data.people[k]
        state.at[p, t] = -1
        state.total[p] -= 1
        state.per_day[p, data.day[t]] -= 1
    for k in range(data.resource_from[i], data.resource_from[i + 1]):
        state.used[data.resource[k], t] -= 1


@compiled
def in_order(data: Data, state: State, i: int, t: int) -> bool:
    """Would meeting i in slot t keep its order with the planned meetings before and after it?"""
    for k in range(data.earlier_from[i], data.earlier_from[i + 1]):
        if state.slot[data.earlier[k]] >= t:
            return False
    for k in range(data.later_from[i], data.later_from[i + 1]):
        other = state.slot[data.later[k]]
        if other >= 0 and other <= t:
            return False
    return True


@compiled
def people_free(data: Data, state: State, i: int, t: int) -> bool:
    """Are all people of meeting i without meeting in slot t and below their limits?"""
    for k in range(data.people_from[i], data.people_from[i + 1]):
        p = data.people[k]
        if state.at[p, t] >= 0 or state.total[p] >= data.most[p]:
            return False
        if state.per_day[p, data.day[t]] >= data.most_per_day[p]:
            return False
    return True


@compiled
def resources_free(data: Data, state: State, i: int, t: int) -> bool:
    for k in range(data.resource_from[i], data.resource_from[i + 1]):
        r = data.resource[k]
        if state.used[r, t] >= data.capacity[r, t]:
            return False
    return True


@compiled
def fits(data: Data, state: State, i: int, t: int) -> bool:
    if not data.allowed[i, t] or not people_free(data, state, i, t):
        return False
    return resources_free(data, state, i, t) and in_order(data, state, i, t)


@compiled
def fitting(data: Data, state: State, meetings: Ints, slots: Ints) -> Flags:
    """(meetings, slots): where each of these meetings without a slot could be as things stand."""
    found = np.zeros((len(meetings), len(slots)), np.bool_)
    for j in range(len(meetings)):
        for k in range(len(slots)):
            found[j, k] = fits(data, state, meetings[j], slots[k])
    return found


@compiled
def walk_chain(data: Data, state: State, linked: int, u: int, v: int) -> tuple[int, int]:
    """Walk the chains of slots u and v from the first `linked` people of `state.linked`; number of meetings and of people."""
    walk = state.walk[0] + 1
    state.walk[0] = walk
    for k in range(linked):
        state.person_mark[state.linked[k]] = walk
    meetings = 0
    head = 0
    while head < linked:
        p = state.linked[head]
        head += 1
        for side in range(2):
            i = state.at[p, u] if side == 0 else state.at[p, v]
            if i < 0 or state.meeting_mark[i] == walk:
                continue
            state.meeting_mark[i] = walk
            state.chain[meetings] = i
            meetings += 1
            for k in range(data.people_from[i], data.people_from[i + 1]):
                q = data.people[k]
                if state.person_mark[q] != walk:
                    state.person_mark[q] = walk
                    state.linked[linked] = q
                    linked += 1
    return meetings, linked


@compiled
def chain_in_order(data: Data, state: State, meetings: int, u: int, v: int) -> bool:
    walk = state.walk[0]
    for j in range(meetings):
        i = state.chain[j]
        t = v if state.slot[i] == u else u
        for k in range(data.earlier_from[i], data.earlier_from[i + 1]):
            q = data.earlier[k]
            s = state.slot[q]
            if s >= 0 and state.meeting_mark[q] == walk:
                s = v if s == u else u
            if s >= t:
                return False
        for k in range(data.later_from[i], data.later_from[i + 1]):
            q = data.later[k]
            s = state.slot[q]
            if s >= 0 and state.meeting_mark[q] == walk:
                s = v if s == u else u
            if s >= 0 and s <= t:
                return False
    return True


@compiled
def chain_within_capacity(data: Data, state: State, meetings: int, u: int, v: int) -> bool:
    shift = state.shift
    for j in range(meetings):
        i = state.chain[j]
        step = -1 if state.slot[i] == u else 1
        for k in range(data.resource_from[i], data.resource_from[i + 1]):
            shift[data.resource[k]] += step
    good = True
    for j in range(meetings):
        i = state.chain[j]
        for k in range(data.resource_from[i], data.resource_from[i + 1]):
            r = data.resource[k]
            if shift[r] > 0 and state.used[r, u] + shift[r] > data.capacity[r, u]:
                good = False
            if shift[r] < 0 and state.used[r, v] - shift[r] > data.capacity[r, v]:
                good = False
            shift[r] = 0
    return good


@compiled
def chain_can_flip(data: Data, state: State, meetings: int, linked: int, u: int, v: int) -> bool:
    """May the meetings of the chain last walked exchange slots u and v?"""
    return chain_is_allowed(data, state, meetings, linked, u, v) and chain_within_capacity(data, state, meetings, u, v)


@compiled
def chain_is_allowed(data: Data, state: State, meetings: int, linked: int, u: int, v: int) -> bool:
    """May they, but for tables and interpreters?"""
    for j in range(meetings):
        i = state.chain[j]
        if not data.allowed[i, v if state.slot[i] == u else u]:
            return False
    du, dv = data.day[u], data.day[v]
    if du != dv:
        for k in range(linked):
            p = state.linked[k]
            at_u, at_v = state.at[p, u] >= 0, state.at[p, v] >= 0
            if at_u and not at_v and state.per_day[p, dv] >= data.most_per_day[p]:
                return False
            if at_v and not at_u and state.per_day[p, du] >= data.most_per_day[p]:
                return False
    return chain_in_order(data, state, meetings, u, v)


@compiled
def flip_chain(data: Data, state: State, meetings: int, linked: int, u: int, v: int) -> None:
    """Exchange slots u and v for the chain last walked. Flipping twice changes nothing."""
    for j in range(meetings):
        i = state.chain[j]
        step = -1 if state.slot[i] == u else 1
        for k in range(data.resource_from[i], data.resource_from[i + 1]):
            r = data.resource[k]
            state.used[r, u] += step
            state.used[r, v] -= step
        state.slot[i] = v if step < 0 else u
    for k in range(linked):
        p = state.linked[k]
        at_u, at_v = state.at[p, u], state.at[p, v]
        state.at[p, u], state.at[p, v] = at_v, at_u
        step = (1 if at_v >= 0 else 0) - (1 if at_u >= 0 else 0)
        state.per_day[p, data.day[u]] += step
        state.per_day[p, data.day[v]] -= step


@compiled
def restore(data: Data, state: State, slots: Ints) -> None:
    """Put every meeting where `slots` says, whatever the state holds now."""
    for i in range(len(slots)):
        if state.slot[i] >= 0:
            take(data, state, i)
    for i in range(len(slots)):
        if slots[i] >= 0:
            put(data, state, i, slots[i])


def rows(lists: Any) -> tuple[Ints, Ints]:
    """Lists of whole numbers end to end: (where each begins, all of them)."""
    starts = np.zeros(len(lists) + 1, np.int64)
    np.cumsum([len(one) for one in lists], out=starts[1:])
    return starts, np.array([x for one in lists for x in one], np.int64)
