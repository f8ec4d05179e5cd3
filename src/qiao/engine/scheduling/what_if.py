"""What one more table, interpreter, slot or hour would be worth beside a plan that stands.

Two numbers frame it. What can be added with nobody's talk moved is shown meeting by meeting; what a new plan could reach
at most is proven (see `selection`). What lies between only planning anew can tell.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations

import numpy as np

from qiao.engine.jobs import Spread, in_turn
from qiao.engine.scheduling.assemble import Draft, meetings_of
from qiao.engine.scheduling.board import Board, squeeze_in
from qiao.engine.scheduling.budget import Budget, Clock
from qiao.engine.scheduling.changes import Change, changed, fits, slots_of_an_hour
from qiao.engine.scheduling.compact import Compact, Pin, compact, pinned
from qiao.engine.scheduling.model import (
    Meeting,
    Plan,
    Problem,
    needed_features,
    needs_interpreter,
)
from qiao.engine.scheduling.previous import old_slots, still_wanted, wishes
from qiao.engine.scheduling.search import Search
from qiao.engine.scheduling.selection import heaviest
from qiao.engine.scheduling.solve import never, silent, timeless
from qiao.engine.scheduling.stages import mend
from qiao.engine.scheduling.unmet import free as without_meeting

LANGUAGES_AT_MOST = 12

Company = frozenset[frozenset[str]]
"""The languages of those who meet: what each of them speaks."""


@dataclass(frozen=True, slots=True)
class Gain:
    """What a change is worth: the meetings that can be added to the plan as it stands, and their weight.

    `at_most` is proven: no plan of the changed problem weighs more than the plan and that; None where nothing is proven.
    Without a change it says what planning anew could gain by itself.
    """

    change: Change | None
    added: tuple[Meeting, ...]
    weight: int
    at_most: int | None


@dataclass(frozen=True, slots=True)
class Effort:
    """What each change may cost: seconds of `clock`, or units of work (see `Budget`); None: as much as it takes."""

    limit: float | None = None
    work: int | None = None
    clock: Clock = timeless

    def budget(self) -> Budget:
        return Budget(self.clock, never, self.limit, self.work, silent)


def gains(
    problem: Problem,
    plan: Plan,
    changes: Iterable[Change | None],
    *,
    effort: Effort | None = None,
    spread: Spread = in_turn,
) -> Iterator[Gain]:
    """The gain of each change by itself, in the order of the changes. `spread` decides where the work is done."""
    with spread((problem, plan)) as each:
        yield from each(partial(_gain_of, effort=effort or Effort()), list(changes))


def gains_of_options(
    problem: Problem, plan: Plan, *, effort: Effort | None = None, spread: Spread = in_turn
) -> Iterator[Gain]:
    """First what a new plan could gain without a change, then the gain of each option.

    A table or an interpreter that gains nothing for the whole event gains nothing on one day, which is not asked then.
    """
    wanted = options(problem)
    dated = {one for one in wanted if one.more != "slot" and one.day is not None}
    work, useful = partial(_gain_of, effort=effort or Effort()), set()
    with spread((problem, plan)) as each:
        without: Gain | None = None
        for one in each(work, [None, *(one for one in wanted if one not in dated)]):
            without = without or one
            if one.weight or one.at_most is None or one.at_most != without.at_most:
                useful.add(one.change)
            yield one
        yield from each(work, [one for one in wanted if one in dated and replace(one, day=None) in useful])


def ranked(found: Iterable[Gain]) -> list[Gain]:
    """What can be added at once counts first, what a new plan could reach second."""
    return sorted(found, key=lambda one: (-one.weight, -(one.at_most or 0)))


def _gain_of(case: tuple[Problem, Plan], change: Change | None, *, effort: Effort) -> Gain:
    return gain(*case, change, effort)


def gain(problem: Problem, plan: Plan, change: Change | None, effort: Effort) -> Gain:
    """What this change is worth beside the plan, whose meetings all stay where they are."""
    after = problem if change is None else changed(problem, (change,))
    before, budget = still_wanted(after, plan), effort.budget()
    weight = sum(after.request_by_id[request].weight for request in before)
    free = compact(after, tables_before=wishes(after, before).table)
    with budget.phase("bound", 0.5):
        bound = heaviest(free, budget).bound
    with budget.phase("change"):
        added = added_meetings(free, plan, budget)
    return Gain(
        change=change,
        added=added,
        weight=sum(after.request_by_id[one.request].weight for one in added),
        at_most=None if bound is None else max(0, bound - weight),
    )


def added_meetings(free: Compact, plan: Plan, budget: Budget) -> tuple[Meeting, ...]:
    """Meetings that the plan has room for. Each is judged by the board, whatever the search thought of it."""
    problem = free.problem
    before = still_wanted(problem, plan)
    there = draft_of(problem, plan)
    placed = np.flatnonzero(there.slot >= 0).tolist()
    pins = {i: Pin(int(there.slot[i]), _known(there.table[i]), _known(there.interpreter[i])) for i in placed}
    search = Search(pinned(free, pins), budget, plan.seed, before, pins)
    mend(search)
    board = Board(free, draft_of(problem, plan), problem.objective.fairness)
    if search.best is not None:
        add_as_in(board, search.best.draft)
    squeeze_in(board)
    return tuple(one for one in meetings_of(free, board.draft) if one.request not in before)


def _known(position: int) -> int | None:
    return int(position) if position >= 0 else None


def draft_of(problem: Problem, plan: Plan) -> Draft:
    """The plan in numbers, without what the problem does not know any more."""
    before = still_wanted(problem, plan)
    slot, wanted = old_slots(problem, before), wishes(problem, before)
    table, interpreter = (np.full(len(slot), -1, np.int64) for _ in range(2))
    for i in np.flatnonzero(slot >= 0).tolist():
        table[i], interpreter[i] = wanted.table.get(i, -1), wanted.interpreter.get(i, -1)
    return Draft(slot, table, interpreter)


def add_as_in(board: Board, draft: Draft) -> None:
    """Add the meetings of the draft that fit in their slots, heavy ones first, with its table and interpreter if these are free."""
    weight = board.compact.data.weight
    for i in sorted(
        np.flatnonzero((draft.slot >= 0) & (board.draft.slot < 0)), key=lambda i: (-int(weight[i]), int(i))
    ):
        t = int(draft.slot[i])
        if fits_people(board, int(i), t) and (spot := board.spot(int(i), [t])) is not None:
            own = (int(draft.table[i]), int(draft.interpreter[i]))
            board.add(int(i), (t, *own) if own in board.pairs(int(i), t) else spot)


def fits_people(board: Board, i: int, t: int) -> bool:
    """Are all people of meeting i there in slot t, without another meeting, and below their limits?"""
    full = any(board.full(p) for p in board.compact.people(i))
    return bool(board.compact.possible[i, t]) and not full and without_meeting(board, i, t)


def options(problem: Problem) -> tuple[Change, ...]:
    """What an organiser can ask for: a table, an interpreter, a slot, an hour, and that everybody takes one meeting more."""
    days = tuple(dict.fromkeys(one.day for one in problem.slots))
    when: tuple[str | None, ...] = (None, *days) if len(days) > 1 else (None,)
    needs = asked_features(problem)
    found = [Change("table", day=day, features=features) for features in dict.fromkeys(((), needs)) for day in when]
    found += [
        Change("interpreter", languages=pair, day=day)
        for pair in useful_languages(problem)[:LANGUAGES_AT_MOST]
        for day in when
    ]
    for day in days:
        lengths = dict.fromkeys((1, slots_of_an_hour(problem, day) or 1))
        found += [Change("slot", count=number, day=day) for number in lengths]
    return tuple(one for one in found if fits(problem, one)) + tuple(_binding_maxima(problem))


def asked_features(problem: Problem) -> tuple[str, ...]:
    """What the needs of people who are to meet ask of a table."""
    return tuple(sorted({need for one in problem.requests for need in needed_features(problem, one)}))


def useful_languages(problem: Problem) -> list[tuple[str, ...]]:
    """Pairs of languages with which an interpreter can serve meetings that need one, those that serve most first.

    Of pairs that serve the same meetings one is named. Where no pair serves a meeting, as many languages as it takes.
    """
    wishes_of = Counter(
        frozenset(problem.spoken[who] for who in one.participants)
        for one in problem.requests
        if needs_interpreter(problem, one)
    )
    candidates = sorted({languages for company in wishes_of for languages in serving(company)})
    found: dict[frozenset[Company], tuple[str, ...]] = {}
    for languages in sorted(candidates, key=len):
        found.setdefault(frozenset(one for one in wishes_of if serves(languages, one)), languages)
    count = {languages: sum(wishes_of[one] for one in served) for served, languages in found.items()}
    return sorted(count, key=lambda languages: (-count[languages], languages))


def serves(languages: Iterable[str], company: Company) -> bool:
    return all(not tongues.isdisjoint(languages) for tongues in company)


def serving(company: Company) -> list[tuple[str, ...]]:
    """The pairs of languages, or else the languages, with which one serves these people; none where somebody speaks none."""
    if not all(company):
        return []
    pairs: list[tuple[str, ...]] = [
        one for one in combinations(sorted(frozenset.union(*company)), 2) if serves(one, company)
    ]
    return pairs or [tuple(sorted({min(tongues) for tongues in company}))]


def _binding_maxima(problem: Problem) -> Iterator[Change]:
    """Maxima below what somebody wants and has time for."""

    def time(who: str) -> int:
        return min(len(problem.requests_of[who]), len(problem.available[who]))

    if any(one.max_meetings is not None and one.max_meetings < time(one.id) for one in problem.participants):
        yield Change("max_meetings")
    if any(one.max_per_day is not None and one.max_per_day < time(one.id) for one in problem.participants):
        yield Change("max_per_day")
