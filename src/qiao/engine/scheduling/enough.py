"""What would make all wishes possible: who has too little time, and how many tables and interpreters are lacking.

The weight to reach is that of the heaviest selection for which only people's time and maxima count (see `selection`),
and tables and interpreters that no new one can stand in for. Then one programme finds the fewest new ones with which a
selection of this weight fits into every window: y of a kind add y times what one of it can serve there. As every plan
fits into all windows, fewer are never enough. Whether they are enough, a plan shows.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil, floor

import numpy as np

from qiao.engine.scheduling.board import Board
from qiao.engine.scheduling.bound import Bounds
from qiao.engine.scheduling.budget import Budget
from qiao.engine.scheduling.changes import Change, changed, suggested
from qiao.engine.scheduling.compact import Compact, allowed_flags, compact
from qiao.engine.scheduling.goals import weight as weight_of
from qiao.engine.scheduling.model import Meeting, Participant, Plan, Problem, Unmet, needed_features
from qiao.engine.scheduling.programme import Programme, programme
from qiao.engine.scheduling.resources import Resources, interpreter_resources, table_resources
from qiao.engine.scheduling.search import Search
from qiao.engine.scheduling.selection import (
    TOLERANCE,
    add_people,
    bound_to_windows,
    flags,
    heaviest,
    musts,
    rooms_of,
    run,
    users_of,
)
from qiao.engine.scheduling.stages import insist, place
from qiao.engine.scheduling.timetable import Flags
from qiao.engine.scheduling.unmet import explain
from qiao.engine.scheduling.what_if import Effort, added_meetings, asked_features, draft_of, useful_languages

TRIES = 5
PREFERENCE = 1e-3  # of kinds that do the same, the plainer one; small, so that it never outweighs one more


@dataclass(frozen=True, slots=True)
class Crowded:
    """Somebody who wants more meetings than he has room for: `time` are the slots he is there, `room` is at most that,
    and less where his own maxima are lower."""

    who: str
    wishes: int
    time: int
    room: int


@dataclass(frozen=True, slots=True)
class Tried:
    """What a plan reaches with these changes, shown by a plan that keeps every rule; None if none was found."""

    changes: tuple[Change, ...]
    weight: int | None


@dataclass(frozen=True, slots=True)
class Enough:
    """What all wishes would take.

    `wished` is the weight of all wishes, `weight` what people's time leaves of it; `nowhere` are wishes for which the people
    have no slot in common, `slots` how many more would give everybody time. With fewer than `at_least` new tables and
    interpreters together no plan weighs as much: that is proven (None: it is not known). `changes` are so many of which
    kinds; `tried` what plans reach with them, and with a few more where they do not suffice.
    """

    wished: int
    weight: int
    nowhere: tuple[str, ...]
    crowded: tuple[Crowded, ...]
    slots: int
    at_least: int | None
    changes: tuple[Change, ...]
    tried: tuple[Tried, ...]


def enough(problem: Problem, plan: Plan | None = None, *, effort: Effort | None = None, seed: int = 1) -> Enough:
    """What would make all wishes possible, as far as tables, interpreters and slots can.

    No plan that is tried is worse than a given one with what fits beside it.
    """
    budget = (effort or Effort()).budget()
    lacks = Lacks(problem)
    crowded = tuple(crowded_people(problem, lacks.people_only))
    with budget.phase("weight", 0.2):
        reach = lacks.reachable(budget)
    with budget.phase("needs", 0.3):
        at_least, changes = lacks.fewest(reach, budget)
    with budget.phase("plans"):
        tried = tuple(attempts(problem, changes, reach.weight, budget, seed, plan)) if at_least is not None else ()
    return Enough(
        wished=sum(one.weight for one in problem.requests),
        weight=reach.weight,
        nowhere=tuple(
            one.id for one, slots in zip(problem.requests, lacks.people_only, strict=True) if not slots.any()
        ),
        crowded=crowded,
        slots=max((one.wishes - one.time for one in crowded if one.wishes > one.time), default=0),
        at_least=at_least,
        changes=changes,
        tried=tried,
    )


def crowded_people(problem: Problem, possible: Flags) -> Iterator[Crowded]:
    """Who has more wishes than room, those who lack most first. `possible` (meetings, slots): where their people are there."""
    position = {one.id: i for i, one in enumerate(problem.requests)}
    found = []
    for one in problem.participants:
        wishes = sum(bool(possible[position[request.id]].any()) for request in problem.requests_of[one.id])
        time, room = time_and_room(problem, one)
        if wishes > room:
            found.append(Crowded(one.id, wishes, time, room))
    yield from sorted(found, key=lambda one: one.room - one.wishes)


@dataclass(frozen=True, slots=True)
class Reach:
    """A weight, and (meetings,) those that every selection of this weight holds: nothing hinders them, and none weighs more."""

    weight: int
    certain: Flags


def time_and_room(problem: Problem, one: Participant) -> tuple[int, int]:
    """In how many slots somebody is there, and how many meetings he can have at most."""
    days = Counter(problem.day_of[t] for t in problem.available[one.id])
    room = sum(count if one.max_per_day is None else min(count, one.max_per_day) for count in days.values())
    return sum(days.values()), room if one.max_meetings is None else min(room, one.max_meetings)


class Lacks:
    """A problem beside one new table or interpreter of each kind that could be useful.

    `base` and `new[k]` hold for each kind of resource what there is, and what one newcomer of kind k adds.
    """

    def __init__(self, problem: Problem) -> None:
        nothing = (None,) * len(problem.requests)
        self.kinds = kinds_of(problem)
        self.more = compact(changed(problem, self.kinds))
        self.people_only = allowed_flags(problem, nothing, nothing, self.more.table_open, self.more.on_duty)
        tables, staff = len(problem.tables), len(problem.interpreters)
        self.base = capacities(self.more, range(tables), range(staff))
        self.new: list[tuple[Resources, ...]] = []
        for kind in self.kinds:
            here = (tables, tables + 1) if kind.more == "table" else (staff, staff + 1)
            tables, staff = (tables + 1, staff) if kind.more == "table" else (tables, staff + 1)
            nobody = range(0)
            own = (range(*here), nobody) if kind.more == "table" else (nobody, range(*here))
            self.new.append(capacities(self.more, *own))

    def reachable(self, budget: Budget) -> Reach:
        """The heaviest selection when there are as many newcomers as one likes."""
        weight = self.more.data.weight
        model = self.programme(-weight.astype(float), np.zeros(0))
        self.add_rows(model, limited=False)
        answer = run(model, budget)
        chosen = flags(answer, self.more.meetings)
        found = 0 if chosen is None else int(weight[chosen].sum())
        proven = answer.bound is not None and floor(-answer.bound + TOLERANCE) == found
        unhindered = self.more.possible.any(axis=1) & (weight > 0)
        unhindered[model.columns] = False
        return Reach(found, np.asarray(unhindered & proven, np.bool_))

    def fewest(self, reach: Reach, budget: Budget) -> tuple[int | None, tuple[Change, ...]]:
        """How many newcomers are proven to be needed for this weight, and of which kinds a selection needs them."""
        size, count = self.more.meetings, len(self.kinds)
        cost = 1 + PREFERENCE * np.arange(count) / max(1, count)
        model = self.programme(np.zeros(size), cost)
        model.lower[:size][reach.certain] = 1
        self.add_rows(model, limited=True)
        model.row(list(range(size)), reach.weight - TOLERANCE, np.inf, self.more.data.weight.astype(float).tolist())
        answer = run(model, budget)
        if answer.bound is None or answer.x is None:
            return None, ()
        least = max(0, ceil(answer.bound / (1 + PREFERENCE) - TOLERANCE))
        wanted = zip(self.kinds, np.round(answer.x[size:]).astype(int).tolist(), strict=True)
        return least, tuple(replace(kind, count=number) for kind, number in wanted if number)

    def programme(
        self, of_meetings: "np.typing.NDArray[np.float64]", of_newcomers: "np.typing.NDArray[np.float64]"
    ) -> Programme:
        possible = self.more.possible.any(axis=1).astype(float)
        return programme(
            np.concatenate([of_meetings, of_newcomers]),
            np.concatenate([possible, np.full(len(of_newcomers), float(self.more.meetings))]),
            np.concatenate([musts(self.more, None) * possible, np.zeros(len(of_newcomers))]),
        )

    def add_rows(self, model: Programme, *, limited: bool) -> None:
        """What people and resources allow in every window. Not `limited`: where newcomers help there are enough of them."""
        size = self.more.meetings
        for window, inside in bound_to_windows(self.more):
            add_people(model, self.more, window, inside)
            for n, kind in enumerate(self.base):
                rooms = rooms_of(self.more, kind, window)
                added = [rooms_of(self.more, one[n], window) for one in self.new]
                for r, mine in enumerate(users_of(kind, inside)):
                    help_ = {size + k: -float(rate[r]) for k, rate in enumerate(added) if rate[r]}
                    if len(mine) > rooms[r] and (limited or not help_):
                        factors = [1.0] * len(mine) + list(help_.values())
                        model.row([*mine, *help_], -np.inf, rooms[r], factors)


def kinds_of(problem: Problem) -> tuple[Change, ...]:
    """The tables and interpreters that could be useful, plain ones first."""
    tables = dict.fromkeys(((), asked_features(problem)))
    return (
        *(Change("table", features=features) for features in tables),
        *(Change("interpreter", languages=languages) for languages in useful_languages(problem)),
    )


def capacities(one: Compact, tables: range, staff: range) -> tuple[Resources, ...]:
    """What only these tables and interpreters can serve, for the same resources as `Compact.shared`."""
    at_table = one.table_open & np.isin(np.arange(len(one.table_open)), tables)[:, None]
    present, working = (x & np.isin(np.arange(len(x)), staff)[:, None] for x in (one.on_duty, one.working))
    return (
        table_resources(one.tables, at_table),
        interpreter_resources(one.problem, one.interpreters, present, working),
    )


def attempts(
    problem: Problem, changes: tuple[Change, ...], weight: int, budget: Budget, seed: int, plan: Plan | None
) -> Iterator[Tried]:
    """Plan with these changes; where a plan falls short of the weight, again with what it lacks most: one more, then two more…"""
    for number in range(TRIES):
        with budget.phase(f"plan {number + 1}", 1 / (TRIES - number)):
            found = planned(changed(problem, changes), budget, seed, plan)
        yield Tried(changes, found.weight)
        more = most_wanted(problem, found.unmet)
        if found.weight is None or found.weight >= weight or more is None or budget.stopped_by is not None:
            return
        changes = added_to(changes, replace(more, count=2**number))
        plan = None if plan is None else replace(plan, meetings=found.meetings)


@dataclass(frozen=True, slots=True)
class Planned:
    """The weight of a plan that keeps every rule (None: none was found), its meetings, and what is unmet."""

    weight: int | None
    meetings: tuple[Meeting, ...]
    unmet: tuple[Unmet, ...]


def planned(problem: Problem, budget: Budget, seed: int, plan: Plan | None = None) -> Planned:
    """The heaviest plan that is found, whatever its breaks. It is no worse than a given plan with what fits beside it."""
    free, fairness = compact(problem), problem.objective.fairness
    bounds, search = Bounds(), Search(free, budget, seed, {}, {})
    selection = heaviest(free, budget)
    bounds.lower_weight(selection.bound)
    best = Planned(None, (), ())
    if plan is not None:
        meetings = (*plan.meetings, *added_meetings(free, plan, budget))
        draft = draft_of(problem, replace(plan, meetings=meetings))
        best = Planned(weight_of(problem, meetings), meetings, explain(Board(free, draft, fairness)))
    if best.weight is not None and best.weight == selection.bound:
        return best
    place(search, selection, bounds)
    possible, found = insist(search, workers=1), search.best
    if possible and found is not None and search.sound(found) and found.figures.weight > (best.weight or -1):
        return Planned(found.figures.weight, found.meetings, explain(Board(free, found.draft, fairness)))
    return best


def most_wanted(problem: Problem, unmet: tuple[Unmet, ...]) -> Change | None:
    """The table or interpreter that most of the weight that is left waits for."""
    waiting: Counter[Change] = Counter()
    for one in unmet:
        request = problem.request_by_id[one.request]
        change = suggested(one.change, needed_features(problem, request))
        if change is not None:
            waiting[change] += request.weight
    return max(waiting, key=lambda change: waiting[change], default=None)


def added_to(changes: tuple[Change, ...], more: Change) -> tuple[Change, ...]:
    """These changes and more, each kind named once."""
    for n, one in enumerate(changes):
        if replace(one, count=more.count) == more:
            return (*changes[:n], replace(one, count=one.count + more.count), *changes[n + 1 :])
    return (*changes, more)
