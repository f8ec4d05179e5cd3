"""Partners for people who have become free: who may meet now, at a free table, with a free interpreter if they need one.

Wishes that found no place in the plan come first, by weight; then pairs of different sides, by what their meeting is
worth. The best set of such meetings is a matching with places for it, found exactly: tables that the same meetings may use
are alike, and so are interpreters, so that few numbers say how many meetings go where. Only where `fairness` is in
force, what the set would leave uneven is left out afterwards.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product
from typing import NamedTuple

import numpy as np

from qiao.engine.scheduling.board import Board
from qiao.engine.scheduling.changes import fresh_ids
from qiao.engine.scheduling.compact import compact
from qiao.engine.scheduling.model import Meeting, Participant, Plan, Problem, Request
from qiao.engine.scheduling.programme import Programme, programme
from qiao.engine.scheduling.selection import NODES, TOLERANCE
from qiao.engine.scheduling.what_if import Effort, draft_of, fits_people

MOST_PAIRS = 20_000
"""Beyond so many pairs only the best few partners of everybody are thought of, and a better set may exist."""

Worth = Callable[[str, str], float]
"""What a meeting of two people is worth; 0 or less: they are not brought together."""

Places = tuple[tuple[int, ...], tuple[int, ...]]
"""Tables and interpreters a meeting may have; -1: none."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A meeting that may take place. `new`: nobody has asked for it, the request is made for it."""

    request: Request
    meeting: Meeting
    new: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """`weight` of a wish; `worth` of a pair that has not asked for it (then `request` is None)."""

    people: tuple[str, ...]
    places: Places
    request: Request | None = None
    weight: int = 0
    worth: float = 0.0


class Flow(NamedTuple):
    """Meetings with these places that are to use these tables and interpreters, each of which is as good as the other."""

    places: Places
    tables: tuple[int, ...]
    staff: tuple[int, ...]


Given = tuple[Candidate, int, int]
"""A chosen candidate, its table and its interpreter; -1: none."""


def equally(_one: str, _other: str) -> float:
    """The `worth` of meetings of which nothing is known."""
    return 1.0


def as_it_is_now(problem: Problem, plan: Plan, slot: str, absent: Collection[str]) -> tuple[Problem, Plan]:
    """The problem without those who are absent in this slot, and the plan without their meetings in it.

    Raises:
        KeyError: there is no such slot or participant.
    """
    problem.slot_index[slot]
    gone = {problem.participant_by_id[who].id for who in absent}
    void = {
        one.request
        for one in plan.meetings
        if one.slot == slot and gone & set(problem.request_by_id[one.request].participants)
    }
    people = tuple(
        replace(one, unavailable=tuple(dict.fromkeys((*one.unavailable, slot)))) if one.id in gone else one
        for one in problem.participants
    )
    left = tuple(one for one in plan.meetings if one.request not in void)
    return replace(problem, participants=people), replace(plan, meetings=left)


def partners(
    problem: Problem,
    plan: Plan,
    slot: str,
    *,
    absent: Collection[str] = (),
    worth: Worth = equally,
    effort: Effort | None = None,
) -> tuple[Proposal, ...]:
    """Meetings for the people who are free in this slot; wishes first, heavy ones first, then what is worth most.

    Nobody who is absent is proposed; the people, the table and the interpreter of a meeting that lacks somebody are
    free. Pairs that meet in the plan or have asked to are not made up anew. Where nobody has a side, all pairs count.

    Raises:
        KeyError: there is no such slot or participant.
    """
    problem, plan = as_it_is_now(problem, plan, slot, absent)
    now = _Now(problem, plan, slot)
    wishes = now.wishes()
    enough = partners_enough(len(now.board.free_tables[now.t]), wishes)
    chosen = best_set([*wishes, *now.pairs(worth, enough)], now.board, effort or Effort())
    return tuple(now.proposals(chosen))


class _Now:
    """One slot of a plan as it hangs on the wall."""

    def __init__(self, problem: Problem, plan: Plan, slot: str) -> None:
        self.problem, self.plan, self.t = problem, plan, problem.slot_index[slot]
        self.board = self.board_with(())

    def board_with(self, more: tuple[Request, ...]) -> Board:
        """The plan on the wall, and requests without a meeting."""
        problem = replace(self.problem, requests=(*self.problem.requests, *more))
        return Board(compact(problem), draft_of(problem, self.plan), problem.objective.fairness)

    def requests_of(self, pairs: Sequence[tuple[str, ...]]) -> tuple[Request, ...]:
        ids = fresh_ids(self.problem, "request", len(pairs))
        slot = self.problem.slots[self.t].id
        return tuple(Request(id_, pair, slots=(slot,)) for id_, pair in zip(ids, pairs, strict=True))

    def free(self) -> list[Participant]:
        """Those who are there, have no meeting and take one more, in the order of the problem."""
        board, t = self.board, self.t
        busy = board.busy[:, t] | ~board.compact.data.available[:, t]
        return [
            one
            for p, one in enumerate(self.problem.participants)
            if not (busy[p] or board.full(p) or board.day_full(p, t))
        ]

    def wishes(self) -> list[Candidate]:
        """Requests without a meeting that could have one now."""
        board, t, found = self.board, self.t, []
        for i in np.flatnonzero((board.draft.slot < 0) & board.compact.possible[:, t]).tolist():
            places = places_of(board, i, t) if fits_people(board, i, t) and board.in_order(i, t) else None
            if places is not None:
                one = self.problem.requests[i]
                found.append(Candidate(one.participants, places, one, one.weight))
        return found

    def pairs(self, worth: Worth, enough: int) -> Iterator[Candidate]:
        """Pairs that have nothing to do with each other yet and could meet now.

        For nobody and no kind of place more than the best `enough` (see `partners_enough`).
        """
        free = self.free()
        enough = min(enough, max(4, MOST_PAIRS // max(1, len(free))))
        known = {frozenset(pair) for one in self.problem.requests for pair in combinations(one.participants, 2)}
        sides = any(one.side is not None for one in self.problem.participants)
        kinds = self.kinds(free)
        places = self.places_of_kinds(free, kinds)
        found: dict[Places, list[Candidate]] = defaultdict(list)
        for a, b in combinations(range(len(free)), 2):
            pair, here = (free[a].id, free[b].id), places.get((kinds[a], kinds[b]))
            if here is None or (sides and free[a].side == free[b].side) or frozenset(pair) in known:
                continue
            value = worth(*pair)
            if value > 0:
                found[here].append(Candidate(pair, here, worth=value))
        for alike in found.values():
            yield from best_of_each(alike, enough)

    def kinds(self, people: list[Participant]) -> list[Hashable]:
        """What decides where each of these may meet, and with whose help."""
        position = {one.id: p for p, one in enumerate(self.problem.participants)}
        day = self.problem.day_of[self.t]
        return [
            (one.needs, one.table, self.problem.spoken[one.id], self.board.seat.get((position[one.id], day)))
            for one in people
        ]

    def places_of_kinds(
        self, people: list[Participant], kinds: list[Hashable]
    ) -> Mapping[tuple[Hashable, Hashable], Places]:
        """Where two people of these kinds may meet, in this order; without an entry: nowhere."""
        some: dict[Hashable, list[str]] = defaultdict(list)
        for one, kind in zip(people, kinds, strict=True):
            some[kind].append(one.id)
        examples = {
            (one, other): (some[one][0], some[other][-1])
            for one, other in product(some, repeat=2)
            if one != other or len(some[one]) > 1
        }
        board = self.board_with(self.requests_of(list(examples.values())))
        first = len(self.problem.requests)
        found = {pair: places_of(board, first + n, self.t) for n, pair in enumerate(examples)}
        return {pair: places for pair, places in found.items() if places is not None}

    def proposals(self, chosen: Iterable[Given]) -> Iterator[Proposal]:
        """What was chosen as meetings, each judged by the board once more."""
        order = sorted(chosen, key=lambda one: (one[0].request is None, -one[0].weight, -one[0].worth, one[0].people))
        new = self.requests_of([one.people for one, _, _ in order if one.request is None])
        board, unused = self.board_with(new), iter(new)
        problem = board.compact.problem
        position = {one.id: i for i, one in enumerate(problem.requests)}
        for one, table, interpreter in order:
            request = one.request or next(unused)
            i = position[request.id]
            if (table, interpreter) in board.pairs(i, self.t) and board.fair(i, self.t):
                board.add(i, (self.t, table, interpreter))
                meeting = Meeting(
                    request.id,
                    problem.slots[self.t].id,
                    None if table < 0 else problem.tables[table].id,
                    None if interpreter < 0 else problem.interpreters[interpreter].id,
                )
                yield Proposal(request, meeting, new=one.request is None)


def places_of(board: Board, i: int, t: int) -> Places | None:
    """Tables and interpreters that meeting i could have in slot t; None if there are none."""
    if next(board.pairs(i, t), None) is None:
        return None
    return tuple(board.tables(i, t)), tuple(board.interpreters(i, t))


def partners_enough(tables: int, wishes: list[Candidate]) -> int:
    """Of pairs that may use the same places nobody need think of more than this many partners.

    Whoever meets a worse one could meet a better one instead, unless all better ones are in other meetings; these have
    two people each, at all tables but one, and wishes more where more than two meet or no table is needed.
    """
    return 2 * tables + sum(len(one.people) - (0 if one.places[0] == (-1,) else 2) for one in wishes)


def best_of_each(pairs: list[Candidate], enough: int) -> Iterator[Candidate]:
    """The pairs that are among the best `enough` of both people."""
    seen: Counter[str] = Counter()
    for one in sorted(pairs, key=lambda one: (-one.worth, one.people)):
        if all(seen[who] < enough for who in one.people):
            yield one
        seen.update(one.people)


def best_set(candidates: list[Candidate], board: Board, effort: Effort) -> list[Given]:
    """The set of greatest weight, of those the one of greatest worth, with a table and an interpreter for each.

    A wish counts as much as the best pair where its weight does not decide.
    """
    if not candidates:
        return []
    model, flows = rules_of(candidates, board)
    size, budget = len(candidates), effort.budget()
    weight = np.array([float(one.weight) for one in candidates])
    best = max((one.worth for one in candidates), default=0.0) or 1.0
    worth = np.array([1.0 if one.request else one.worth / best for one in candidates])
    if weight.any():
        model.cost[:size] = -weight
        answer = model.solve(budget.solver_seconds(0.5, 30.0), NODES)
        if answer.x is None:
            return []
        model.row(list(range(size)), float(weight @ np.round(answer.x[:size])) - TOLERANCE, np.inf, weight.tolist())
    model.cost[:size] = -worth
    answer = model.solve(budget.solver_seconds(1.0, 30.0), NODES)
    if answer.x is None:
        return []
    taken = np.round(answer.x).astype(int)
    return give_out([one for one, is_in in zip(candidates, taken, strict=False) if is_in], flows, taken[size:].tolist())


def rules_of(candidates: list[Candidate], board: Board) -> tuple[Programme, list[Flow]]:
    """One column for each candidate, and one for how many meetings of a kind use which tables and interpreters."""
    groups = list(dict.fromkeys(one.places for one in candidates))
    booths = {one.table for one in board.compact.problem.interpreters} - {None}
    tables = alike(groups, 0, lambda k: k if k >= 0 and board.compact.problem.tables[k].id in booths else None)
    staff = alike(groups, 1, lambda k: board.compact.problem.interpreters[k].table if k >= 0 else None)
    flows = [
        Flow(places, t, k)
        for places in groups
        for t in tables
        for k in staff
        if t[0] in places[0] and k[0] in places[1] and board.goes_with(k[0], t[0])
    ]
    size, most = len(candidates), float(len(candidates))
    model = programme(np.zeros(size + len(flows)), np.concatenate([np.ones(size), np.full(len(flows), most)]))
    rows: dict[Hashable, list[int]] = defaultdict(list)
    for n, one in enumerate(candidates):
        for key in (*one.people, one.places):
            rows[key].append(n)
    for places in groups:
        own = [size + f for f, flow in enumerate(flows) if flow.places == places]
        members = rows.pop(places)
        model.row([*members, *own], 0.0, 0.0, [1.0] * len(members) + [-1.0] * len(own))
    for columns in rows.values():
        model.row(columns, -np.inf, 1.0)
    for which, kinds in ((1, tables), (2, staff)):
        for kind in kinds:
            users = [size + f for f, flow in enumerate(flows) if flow[which] == kind]
            if kind[0] >= 0:
                model.row(users, -np.inf, float(len(kind)))
    position = {one.request.id: n for n, one in enumerate(candidates) if one.request}
    for n, one in enumerate(candidates):
        for earlier in one.request.after if one.request else ():
            if earlier in position:
                model.row([position[earlier], n], -np.inf, 1.0)
    return model, flows


def alike(groups: list[Places], which: int, mark: Callable[[int], Hashable]) -> list[tuple[int, ...]]:
    """Tables (0) or interpreters (1) that the same groups may use, together; those with different marks apart."""
    users: dict[int, set[int]] = defaultdict(set)
    for g, places in enumerate(groups):
        for k in places[which]:
            users[k].add(g)
    kinds: dict[Hashable, list[int]] = defaultdict(list)
    for k in sorted(users):
        kinds[frozenset(users[k]), mark(k)].append(k)
    return [tuple(kind) for kind in kinds.values()]


def give_out(chosen: list[Candidate], flows: list[Flow], numbers: list[int]) -> list[Given]:
    """A table and an interpreter for each meeting, out of those that are alike."""
    tables = {flow.tables: list(flow.tables) for flow in flows}
    staff = {flow.staff: list(flow.staff) for flow in flows}
    waiting: dict[Places, list[Candidate]] = defaultdict(list)
    for one in chosen:
        waiting[one.places].append(one)

    return [
        (waiting[flow.places].pop(0), one_of(tables[flow.tables]), one_of(staff[flow.staff]))
        for flow, number in zip(flows, numbers, strict=True)
        for _ in range(number)
    ]


def one_of(kind: list[int]) -> int:
    """The next one that is left; there is enough of nothing."""
    return -1 if kind[0] < 0 else kind.pop(0)
