"""The moves of the annealing: exchange two slots along a chain of people, put a meeting in the place of others, drop one.

All functions are compiled. None breaks a rule or takes the weight below the floor. What a state costs is the sum over people.
"""

from typing import NamedTuple

from qiao.engine.scheduling.compiled import compiled
from qiao.engine.scheduling.timetable import (
    Data,
    Flags,
    Ints,
    State,
    below,
    breaks_of,
    chain_can_flip,
    chain_is_allowed,
    chain_within_capacity,
    fits,
    flip_chain,
    in_order,
    put,
    resources_free,
    take,
    walk_chain,
)

BREAK = 64  # what a break costs
UNFAIR = 50 * BREAK  # what a break beyond the fairness limit costs
LACKING = 20 * BREAK  # what a meeting costs that somebody lacks of his fair share
RELIEF_TRIES = 8
PARTNER_TRIES = 40


class Terms(NamedTuple):
    """What must stay: meetings in their slots (`held`) or in the plan at all (`kept`), and a weight of at least `floor`."""

    held: Flags  # (M,)
    kept: Flags  # (M,)
    share: Ints  # (P,)
    price: Ints  # (M,) what a meeting is worth above the floor; less than a break
    floor: int
    fairness: int


class Account(NamedTuple):
    """What the working state costs."""

    cost: Ints  # (P,)
    weight: Ints  # (1,)
    removed: Ints  # scratch: the meetings that the exchange being tried takes out
    was: Ints  # scratch: their slots
    here_from: Ints  # (T + 1,) slot -> the meetings that were there lately, lists end to end
    here: Ints  # (M,)


@compiled
def look_around(data: Data, state: State, account: Account) -> None:
    """Note which meetings are in which slot."""
    account.here_from[:] = 0
    for i in range(len(state.slot)):
        if state.slot[i] >= 0:
            account.here_from[state.slot[i] + 1] += 1
    for t in range(len(data.day)):
        account.here_from[t + 1] += account.here_from[t]
    for i in range(len(state.slot)):
        if state.slot[i] >= 0:
            account.here[account.here_from[state.slot[i]]] = i
            account.here_from[state.slot[i]] += 1
    for t in range(len(data.day), 0, -1):
        account.here_from[t] = account.here_from[t - 1]
    account.here_from[0] = 0


@compiled
def lately_in(state: State, account: Account, t: int) -> int:
    """Some meeting of slot t, or -1."""
    many = account.here_from[t + 1] - account.here_from[t]
    if many == 0:
        return -1
    j = account.here[account.here_from[t] + below(state.dice, many)]
    return int(j) if state.slot[j] == t else -1


@compiled
def cost_of(data: Data, state: State, terms: Terms, p: int) -> int:
    breaks = breaks_of(data, state, p)
    unfair = max(0, breaks - terms.fairness)
    return int(BREAK * breaks + UNFAIR * unfair + LACKING * max(0, terms.share[p] - state.total[p]))


@compiled
def count(data: Data, state: State, terms: Terms, account: Account) -> int:
    account.weight[0] = 0
    for i in range(len(state.slot)):
        if state.slot[i] >= 0:
            account.weight[0] += data.weight[i]
    total = 0
    for p in range(len(account.cost)):
        account.cost[p] = cost_of(data, state, terms, p)
        total += account.cost[p]
    return int(total)


@compiled
def accepted(state: State, accept: Ints, change: int) -> bool:
    return change <= 0 or (change < len(accept) and below(state.dice, 1 << 20) < accept[change])


@compiled
def movable_chain(data: Data, state: State, terms: Terms, account: Account, i: int, v: int) -> tuple[int, int]:
    """Walk a chain from meeting i that may exchange its slot and v; its numbers of meetings and people, (0, 0) if there is none.

    Where slots are full a chain with more meetings in one than in the other goes together with one of the contrary kind.
    """
    u, first = state.slot[i], data.people[data.people_from[i]]
    state.linked[0] = first
    meetings, linked = walk_chain(data, state, 1, u, v)
    if holds(state, terms, meetings) or not chain_is_allowed(data, state, meetings, linked, u, v):
        return 0, 0
    if chain_within_capacity(data, state, meetings, u, v):
        return meetings, linked
    surplus = 0
    for j in range(meetings):
        surplus += 1 if state.slot[state.chain[j]] == u else -1
    if surplus == 0:
        return 0, 0
    crowded, other = (v, u) if surplus > 0 else (u, v)
    for _ in range(PARTNER_TRIES):
        j = lately_in(state, account, crowded)
        if j < 0 or data.people[data.people_from[j]] == first or not data.allowed[j, other] or not alike(data, i, j):
            continue
        state.linked[0], state.linked[1] = first, data.people[data.people_from[j]]
        meetings, linked = walk_chain(data, state, 2, u, v)
        if not holds(state, terms, meetings) and chain_can_flip(data, state, meetings, linked, u, v):
            return meetings, linked
    return 0, 0


@compiled
def alike(data: Data, i: int, j: int) -> bool:
    """Do the two meetings take the same resources?"""
    begin, other = data.resource_from[i], data.resource_from[j]
    if data.resource_from[i + 1] - begin != data.resource_from[j + 1] - other:
        return False
    for k in range(data.resource_from[i + 1] - begin):  # noqa: SIM110 numba compiles no generators
        if data.resource[begin + k] != data.resource[other + k]:
            return False
    return True


@compiled
def holds(state: State, terms: Terms, meetings: int) -> bool:
    """Is one of the meetings of the chain last walked held in its slot?"""
    for j in range(meetings):  # noqa: SIM110 numba compiles no generators
        if terms.held[state.chain[j]]:
            return True
    return False


@compiled
def exchange_slots(data: Data, state: State, terms: Terms, account: Account, accept: Ints, i: int, v: int) -> int:
    """Try to move meeting i into slot v with its chain; the change of the cost, or 0 if it stays."""
    u = state.slot[i]
    meetings, linked = movable_chain(data, state, terms, account, i, v)
    if meetings == 0:
        return 0
    flip_chain(data, state, meetings, linked, u, v)
    change = 0
    for k in range(linked):
        p = state.linked[k]
        if (state.at[p, u] >= 0) != (state.at[p, v] >= 0):
            change += cost_of(data, state, terms, p) - account.cost[p]
    if not accepted(state, accept, change):
        flip_chain(data, state, meetings, linked, u, v)
        return 0
    for k in range(linked):
        p = state.linked[k]
        if (state.at[p, u] >= 0) != (state.at[p, v] >= 0):
            account.cost[p] = cost_of(data, state, terms, p)
    return change


@compiled
def remove(data: Data, state: State, terms: Terms, account: Account, removed: int, j: int) -> bool:
    """Take meeting j out as the `removed`-th of this exchange, if it may leave the plan."""
    if terms.kept[j] or removed >= len(account.removed):
        return False
    account.removed[removed], account.was[removed] = j, state.slot[j]
    take(data, state, j)
    return True


@compiled
def make_room(data: Data, state: State, terms: Terms, account: Account, i: int, v: int) -> tuple[bool, int]:
    """Take out what is in the way of meeting i in slot v: is there room now, and how many meetings were taken out?"""
    removed = 0
    for k in range(data.people_from[i], data.people_from[i + 1]):
        j = state.at[data.people[k], v]
        if j >= 0:
            if not remove(data, state, terms, account, removed, j):
                return False, removed
            removed += 1
    for k in range(data.people_from[i], data.people_from[i + 1]):
        j = too_many(data, state, data.people[k], v)
        if j >= 0:
            if not remove(data, state, terms, account, removed, j):
                return False, removed
            removed += 1
    for _ in range(RELIEF_TRIES):
        if resources_free(data, state, i, v):
            break
        j = lately_in(state, account, v)
        if (
            j >= 0
            and data.weight[j] <= data.weight[i] + account.weight[0] - terms.floor
            and shares_scarce(data, state, i, j, v)
        ):
            if not remove(data, state, terms, account, removed, j):
                return False, removed
            removed += 1
    return fits(data, state, i, v), removed


@compiled
def too_many(data: Data, state: State, p: int, v: int) -> int:
    """Some meeting of a person who takes no more, on the day of slot v if that day is full; else -1."""
    day_full = state.per_day[p, data.day[v]] >= data.most_per_day[p]
    if not day_full and state.total[p] < data.most[p]:
        return -1
    slots = len(data.day)
    first = below(state.dice, slots)
    for step in range(slots):
        t = (first + step) % slots
        if state.at[p, t] >= 0 and (not day_full or data.day[t] == data.day[v]):
            return int(state.at[p, t])
    return -1


@compiled
def shares_scarce(data: Data, state: State, i: int, j: int, v: int) -> bool:
    """Do the meetings take a unit of the same resource that is used up in slot v?"""
    for k in range(data.resource_from[i], data.resource_from[i + 1]):
        r = data.resource[k]
        if state.used[r, v] < data.capacity[r, v]:
            continue
        for m in range(data.resource_from[j], data.resource_from[j + 1]):
            if data.resource[m] == r:
                return True
    return False


@compiled
def collect(data: Data, state: State, linked: int, i: int) -> int:
    """Add the people of meeting i to the `linked` people of `state.linked` that the current walk has marked."""
    for k in range(data.people_from[i], data.people_from[i + 1]):
        p = data.people[k]
        if state.person_mark[p] != state.walk[0]:
            state.person_mark[p] = state.walk[0]
            state.linked[linked] = p
            linked += 1
    return linked


@compiled
def exchange_meetings(data: Data, state: State, terms: Terms, account: Account, accept: Ints, i: int, v: int) -> int:
    """Try to put meeting i, which has no slot, into slot v in the place of what is in its way; the change of the cost."""
    if not data.allowed[i, v] or not in_order(data, state, i, v):
        return 0
    room, removed = make_room(data, state, terms, account, i, v)
    weight, price = data.weight[i], terms.price[i]
    for m in range(removed):
        weight -= data.weight[account.removed[m]]
        price -= terms.price[account.removed[m]]
    change = -price
    if room and account.weight[0] + weight >= terms.floor:
        put(data, state, i, v)
        state.walk[0] += 1
        linked = collect(data, state, 0, i)
        for m in range(removed):
            linked = collect(data, state, linked, account.removed[m])
        for k in range(linked):
            p = state.linked[k]
            change += cost_of(data, state, terms, p) - account.cost[p]
        if accepted(state, accept, change):
            account.weight[0] += weight
            for k in range(linked):
                p = state.linked[k]
                account.cost[p] = cost_of(data, state, terms, p)
            return int(change)
        take(data, state, i)
    for m in range(removed):
        put(data, state, account.removed[m], account.was[m])
    return 0


@compiled
def drop(data: Data, state: State, terms: Terms, account: Account, accept: Ints, i: int) -> int:
    """Try to take meeting i out of the plan; the change of the cost."""
    if terms.kept[i] or account.weight[0] - data.weight[i] < terms.floor:
        return 0
    t = state.slot[i]
    take(data, state, i)
    change = terms.price[i]
    for k in range(data.people_from[i], data.people_from[i + 1]):
        p = data.people[k]
        change += cost_of(data, state, terms, p) - account.cost[p]
    if not accepted(state, accept, change):
        put(data, state, i, t)
        return 0
    account.weight[0] -= data.weight[i]
    for k in range(data.people_from[i], data.people_from[i + 1]):
        p = data.people[k]
        account.cost[p] = cost_of(data, state, terms, p)
    return int(change)
