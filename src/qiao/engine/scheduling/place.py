"""Give meetings a slot one after the other: where they fit at once, else by exchanging chains of meetings of two slots."""

import numpy as np

from qiao.engine.scheduling.compiled import compiled
from qiao.engine.scheduling.timetable import (
    Data,
    Ints,
    State,
    below,
    breaks_of,
    chain_can_flip,
    fits,
    flip_chain,
    in_order,
    put,
    resources_free,
    take,
    walk_chain,
)

RELIEF_TRIES = 60


@compiled
def place_directly(data: Data, state: State, i: int) -> bool:
    """Put meeting i into the fitting slot that makes the fewest breaks and is filled least."""
    best, best_cost = -1, 0
    for t in range(len(data.day)):
        if not fits(data, state, i, t):
            continue
        cost = 0
        for k in range(data.people_from[i], data.people_from[i + 1]):
            cost -= 300 * breaks_of(data, state, data.people[k])
        put(data, state, i, t)
        for k in range(data.people_from[i], data.people_from[i + 1]):
            cost += 300 * breaks_of(data, state, data.people[k])
        take(data, state, i)
        for k in range(data.resource_from[i], data.resource_from[i + 1]):
            r = data.resource[k]
            cost += 200 * state.used[r, t] // (data.capacity[r, t] + 1)
        if best < 0 or cost < best_cost:
            best, best_cost = t, cost
    if best >= 0:
        put(data, state, i, best)
    return best >= 0


@compiled
def below_limits(data: Data, state: State, i: int) -> bool:
    for k in range(data.people_from[i], data.people_from[i + 1]):
        p = data.people[k]
        if state.total[p] >= data.most[p]:
            return False
    return True


@compiled
def place_after_flip(data: Data, state: State, i: int, u: int, v: int, linked: int) -> bool:
    """Flip the chains of the first `linked` people and put meeting i into slot u; undo the flip if it does not fit then."""
    meetings, linked = walk_chain(data, state, linked, u, v)
    if meetings == 0 or state.meeting_mark[i] == state.walk[0]:
        return False
    if not chain_can_flip(data, state, meetings, linked, u, v):
        return False
    flip_chain(data, state, meetings, linked, u, v)
    if fits(data, state, i, u):
        put(data, state, i, u)
        return True
    flip_chain(data, state, meetings, linked, u, v)
    return False


@compiled
def free_people_by_chain(data: Data, state: State, i: int) -> bool:
    """Clear a slot u of the people of meeting i by exchanging chains of u with another slot."""
    slots = len(data.day)
    first = below(state.dice, slots)
    for step in range(slots):
        u = (first + step) % slots
        if not data.allowed[i, u] or not in_order(data, state, i, u):
            continue
        for v in range(slots):
            if v == u:
                continue
            linked = 0
            hopeless = False
            for k in range(data.people_from[i], data.people_from[i + 1]):
                p = data.people[k]
                if state.at[p, u] >= 0:
                    hopeless = hopeless or state.at[p, v] >= 0
                    state.linked[linked] = p
                    linked += 1
            if linked == 0:
                break
            if not hopeless and place_after_flip(data, state, i, u, v, linked):
                return True
    return False


@compiled
def free_resource_by_chain(data: Data, state: State, i: int) -> bool:
    """Where the people of meeting i are free but a resource is used up, move some other meeting out of that slot."""
    slots = len(data.day)
    people = len(data.most)
    for _ in range(RELIEF_TRIES):
        u = below(state.dice, slots)
        if not data.allowed[i, u] or resources_free(data, state, i, u):
            continue
        p = below(state.dice, people)
        v = below(state.dice, slots)
        if v == u or state.at[p, u] < 0:
            continue
        state.linked[0] = p
        if place_after_flip(data, state, i, u, v, 1):
            return True
    return False


@compiled
def place_all(data: Data, state: State, order: Ints) -> int:
    """Place the meetings of `order` that have no slot yet; how many still have none."""
    left = 0
    for j in range(len(order)):
        i = order[j]
        if state.slot[i] >= 0 or not below_limits(data, state, i):
            left += 1 if state.slot[i] < 0 else 0
            continue
        if place_directly(data, state, i) or free_people_by_chain(data, state, i):
            continue
        if not free_resource_by_chain(data, state, i):
            left += 1
    return left


def hardest_first(data: Data, wanted: Ints) -> Ints:
    """The wanted meetings in the order in which they are best placed: people with little room first, then few slots."""
    room = np.minimum(data.available.sum(axis=1), data.most)
    demand = np.zeros(len(data.most), np.int64)
    for i in wanted:
        demand[data.people[data.people_from[i] : data.people_from[i + 1]]] += 1
    slack = room - demand
    choices = data.allowed.sum(axis=1)

    def key(i: int) -> tuple[int, int, int, int]:
        mine = data.people[data.people_from[i] : data.people_from[i + 1]]
        chained = data.earlier_from[i + 1] - data.earlier_from[i] + data.later_from[i + 1] - data.later_from[i]
        return (-int(chained), int(min(slack[mine])), int(choices[i]), int(i))

    return np.array(sorted((int(i) for i in wanted), key=key), np.int64)
