"""Plan a few slots anew, exactly: everything that lies in them and everything without a slot competes for them."""

from dataclasses import dataclass

import numpy as np

from qiao.engine.scheduling.budget import WORK_PER_NODE, Budget
from qiao.engine.scheduling.programme import Programme, programme
from qiao.engine.scheduling.timetable import Data, Ints, State, below, fitting, put, take

SLOTS_AT_ONCE = 4
STALE = 30  # rounds without success that are enough
NODES = 200
SIZE_AT_ONCE = 20_000

Pair = tuple[int, int]


@dataclass(frozen=True)
class Aim:
    """What meetings are worth (`gain`), and how many each person should have (`share`), which counts second."""

    gain: Ints
    share: Ints

    def gained(self, state: State) -> int:
        return int(self.gain[state.slot >= 0].sum())

    def lacking(self, state: State) -> int:
        return int(np.maximum(self.share - state.total, 0).sum())

    def score(self, state: State) -> tuple[int, int]:
        """The smaller the better."""
        return (-self.gained(state), self.lacking(state))


def improve(
    data: Data, state: State, aim: Aim, goal: tuple[int, int], rounds: int, budget: Budget, pinned: Ints
) -> None:
    """Bring the score down towards `goal` by at most `rounds` exactly replanned neighbourhoods. Pinned meetings stay."""
    stale = 0
    for _ in range(rounds):
        before = aim.score(state)
        if before <= goal or stale >= STALE or budget.over():
            return
        slots = choose_slots(data, state, aim, SLOTS_AT_ONCE + min(2, stale // 10))
        if not slots:
            return
        replan(data, state, slots, aim, budget, pinned)
        stale = 0 if aim.score(state) < before else stale + 1
        tell(budget, aim, state, goal)


def tell(budget: Budget, aim: Aim, state: State, goal: tuple[int, int]) -> None:
    placed = int((state.slot >= 0).sum())
    budget.tell("weight", aim.gained(state), -goal[0], placed)


def choose_slots(data: Data, state: State, aim: Aim, count: int) -> list[int]:
    """Slots around some meeting without a slot that is worth much, or that somebody lacks."""
    waiting = waiting_meetings(data, state, aim)
    if len(waiting) == 0:
        return []
    focus = int(waiting[below(state.dice, max(1, min(len(waiting), max(20, len(waiting) // 4))))])
    own = np.flatnonzero(data.allowed[focus]).tolist()
    others = [t for t in range(len(data.day)) if t not in own]
    slots: list[int] = []
    while len(slots) < min(count, len(data.day)):
        pool = own or others
        slots.append(pool.pop(below(state.dice, len(pool))))
    return sorted(slots)


def waiting_meetings(data: Data, state: State, aim: Aim) -> Ints:
    """Meetings to think of, the most urgent ones first."""
    lack = aim.share - state.total
    lacked = np.zeros(len(data.weight), np.bool_)
    for p in np.flatnonzero(lack > 0):
        lacked[data.own[data.own_from[p] : data.own_from[p + 1]]] = True
    full = aim.gained(state) < int(aim.gain.sum())
    useful = lacked | (aim.gain > 0) if full else lacked
    waiting = np.flatnonzero((state.slot < 0) & useful & data.allowed.any(axis=1))
    return waiting[np.argsort(-aim.gain[waiting], kind="stable")] if full else waiting


def replan(data: Data, state: State, slots: list[int], aim: Aim, budget: Budget, pinned: Ints) -> None:
    here = np.isin(state.slot, slots) & (pinned == 0)
    waiting = (state.slot < 0) & data.allowed[:, slots].any(axis=1)
    inside = np.flatnonzero(here | waiting).tolist()
    was = {i: int(state.slot[i]) for i in inside}
    before = aim.score(state)
    for i in inside:
        if was[i] >= 0:
            take(data, state, i)
    open_to = fitting(data, state, np.array(inside, np.int64), np.array(slots, np.int64))
    pairs = [(inside[j], slots[k]) for j, k in np.argwhere(open_to).tolist()][:SIZE_AT_ONCE]
    found = best_choice(data, state, pairs, was, aim, budget)
    for i, t in found or ():
        put(data, state, i, t)
    if found is None or aim.score(state) > before:
        for i, _ in found or ():
            take(data, state, i)
        for i in inside:
            if was[i] >= 0:
                put(data, state, i, was[i])


def best_choice(
    data: Data, state: State, pairs: list[Pair], was: dict[int, int], aim: Aim, budget: Budget
) -> list[Pair] | None:
    """Of the pairs those to be planned. One column for each pair, and one for what each person would still lack."""
    if not pairs:
        return None
    people = [p for p in people_of(data, pairs) if aim.share[p] > state.total[p]]
    lack = [float(aim.share[p] - state.total[p]) for p in people]
    factor = 1.0 + sum(lack)
    small = 0.4 / (len(was) + 1)  # keeps what lies well where it is, and never outweighs a gain of one
    noise = small / 4
    cost = [
        -factor * aim.gain[i] - (small if was[i] == t else 0.0) - noise * below(state.dice, 1000) / 1000
        for i, t in pairs
    ]
    size = len(pairs)
    model = programme(np.array(cost + [1.0] * len(people), float), np.array([1.0] * size + lack))
    add_rules(model, data, state, pairs)
    add_lacks(model, data, state, pairs, people, aim)
    left = budget.work_left
    nodes = NODES if left is None else max(1, min(NODES, left // WORK_PER_NODE))
    answer = model.solve(budget.solver_seconds(0.2, 8.0), nodes)
    budget.charge(len(model.columns) / 20 + WORK_PER_NODE * answer.nodes)
    if answer.x is None:
        return None
    return [pair for pair, value in zip(pairs, answer.x[:size], strict=True) if value > 0.5]


def people_of(data: Data, pairs: list[Pair]) -> list[int]:
    meetings = sorted({i for i, _ in pairs})
    return sorted({int(p) for i in meetings for p in data.people[data.people_from[i] : data.people_from[i + 1]]})


def add_lacks(model: Programme, data: Data, state: State, pairs: list[Pair], people: list[int], aim: Aim) -> None:
    columns: dict[int, list[int]] = {p: [] for p in people}
    for k, (i, _) in enumerate(pairs):
        for p in data.people[data.people_from[i] : data.people_from[i + 1]].tolist():
            if p in columns:
                columns[p].append(k)
    for q, p in enumerate(people):
        model.row([*columns[p], len(pairs) + q], float(aim.share[p] - state.total[p]), np.inf)


def add_rules(model: Programme, data: Data, state: State, pairs: list[Pair]) -> None:
    """The rows of the slots being planned: what is planned elsewhere counts as it stands."""
    rows: dict[tuple[str, int, int], list[int]] = {}
    for k, (i, t) in enumerate(pairs):
        rows.setdefault(("meeting", i, 0), []).append(k)
        for p in data.people[data.people_from[i] : data.people_from[i + 1]].tolist():
            rows.setdefault(("busy", p, t), []).append(k)
            rows.setdefault(("most", p, 0), []).append(k)
            rows.setdefault(("day", p, int(data.day[t])), []).append(k)
        for r in data.resource[data.resource_from[i] : data.resource_from[i + 1]].tolist():
            rows.setdefault(("resource", r, t), []).append(k)
    for (kind, x, y), columns in rows.items():
        room = room_for(data, state, kind, x, y)
        if len(columns) > room:
            model.row(columns, -np.inf, room)
    add_order(model, data, pairs)


def room_for(data: Data, state: State, kind: str, x: int, y: int) -> int:
    if kind == "resource":
        return int(data.capacity[x, y] - state.used[x, y])
    if kind == "most":
        return int(data.most[x] - state.total[x])
    if kind == "day":
        return int(data.most_per_day[x] - state.per_day[x, y])
    return 1


def add_order(model: Programme, data: Data, pairs: list[Pair]) -> None:
    places: dict[int, list[tuple[int, int]]] = {}
    for k, (i, t) in enumerate(pairs):
        places.setdefault(i, []).append((k, t))
    for i, mine in places.items():
        for j in data.earlier[data.earlier_from[i] : data.earlier_from[i + 1]].tolist():
            for k, t in mine:
                late = [other for other, s in places.get(j, ()) if s >= t]
                if late:
                    model.row([k, *late], -np.inf, 1)
