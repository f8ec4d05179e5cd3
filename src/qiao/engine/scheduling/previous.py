"""Goal 0: what a plan made earlier says, and how much of it can stay."""

from collections.abc import Iterable, Mapping

import numpy as np

from qiao.engine.scheduling.assemble import Wishes, assemble
from qiao.engine.scheduling.budget import WORK_PER_NODE, Budget
from qiao.engine.scheduling.compact import Compact, Pin, compact, pinned
from qiao.engine.scheduling.cpsat import run_cpsat
from qiao.engine.scheduling.exact import exact_model
from qiao.engine.scheduling.model import Meeting, Moved, Place, Plan, Problem
from qiao.engine.scheduling.neighbourhood import NODES, add_rules
from qiao.engine.scheduling.programme import programme
from qiao.engine.scheduling.timetable import Ints, empty_state

Moves = tuple[int, int, int]


def still_wanted(problem: Problem, previous: Plan | None) -> Mapping[str, Meeting]:
    """The meetings of the previous plan whose requests still exist, by request."""
    found = () if previous is None else previous.meetings
    return {one.request: one for one in found if one.request in problem.request_by_id}


def moves(before: Mapping[str, Meeting], meetings: Iterable[Meeting]) -> Moves:
    """How many meetings are dropped or change slot; keep it but change table; keep both but change interpreter."""
    now = {one.request: one for one in meetings}
    slots = tables = interpreters = 0
    for request, old in before.items():
        new = now.get(request)
        if new is None or new.slot != old.slot:
            slots += 1
        elif new.table != old.table:
            tables += 1
        elif new.interpreter != old.interpreter:
            interpreters += 1
    return slots, tables, interpreters


def moved(before: Mapping[str, Meeting], meetings: Iterable[Meeting]) -> tuple[Moved, ...]:
    """The meetings that lie elsewhere now, in the order of the previous plan."""
    now = {one.request: place(one) for one in meetings}
    return tuple(
        Moved(request, place(old), now.get(request))
        for request, old in before.items()
        if now.get(request) != place(old)
    )


def place(meeting: Meeting) -> Place:
    return Place(meeting.slot, meeting.table, meeting.interpreter)


def wishes(problem: Problem, before: Mapping[str, Meeting]) -> Wishes:
    """The previous tables and interpreters, by meeting."""
    table = {one.id: k for k, one in enumerate(problem.tables)}
    interpreter = {one.id: k for k, one in enumerate(problem.interpreters)}
    found = Wishes()
    for i, request in enumerate(problem.requests):
        old = before.get(request.id)
        if old is not None and old.table in table:
            found.table[i] = table[old.table]
        if old is not None and old.interpreter in interpreter:
            found.interpreter[i] = interpreter[old.interpreter]
    return found


def keep(free: Compact, before: Mapping[str, Meeting], budget: Budget, seed: int) -> dict[int, Pin]:
    """Pins for as many meetings as can keep their slot together, with the table and interpreter that can stay as well.

    `free` is the problem without pins.
    """
    problem = free.problem
    if not before or not problem.slots:
        return {}
    wanted = wishes(problem, before)
    old = old_slots(problem, before)
    slot = kept_at_once(free.without_planned_rests, old, wanted, budget)
    if slot is None:
        slot = largest_kept(compact(problem), old, budget, seed)
    pins = {int(i): Pin(int(slot[i]), None, None) for i in np.flatnonzero(slot >= 0)}
    fixed = pinned(free, pins).without_planned_rests  # interpreters may have rested otherwise
    draft = assemble(fixed, slot, wanted, seed, (slot >= 0).astype(np.int64))
    return {
        i: Pin(
            pin.slot,
            table=wanted.table[i] if draft.table[i] == wanted.table.get(i) else None,
            interpreter=wanted.interpreter[i] if draft.interpreter[i] == wanted.interpreter.get(i) else None,
        )
        for i, pin in pins.items()
        if draft.slot[i] >= 0
    }


def old_slots(problem: Problem, before: Mapping[str, Meeting]) -> Ints:
    """Where the meetings were, -1 for those that were not planned and those whose slot is no more."""
    found = np.full(len(problem.requests), -1, np.int64)
    for i, one in enumerate(problem.requests):
        if one.id in before and before[one.id].slot in problem.slot_index:
            found[i] = problem.slot_index[before[one.id].slot]
    return found


def kept_at_once(case: Compact, slot: Ints, wanted: Wishes, budget: Budget) -> Ints | None:
    """The largest set that keeps its slots, where breaks may differ and no required meeting must move; None otherwise.

    Most changes are of this kind: wishes come or go, somebody will be absent, a table or an interpreter is missing.
    Each meeting has one slot only, so that few rows bind: those of what has become too scarce.
    """
    kept = np.where((slot >= 0) & case.data.allowed[np.arange(len(slot)), slot], slot, -1)
    if case.problem.objective.fairness is not None or (case.required & (kept < 0)).any():
        return None
    pairs = [(i, int(kept[i])) for i in np.flatnonzero(kept >= 0).tolist()]
    size = len(pairs)
    value = np.array([size + 1.0 + ease(case, i, t, wanted) for i, t in pairs])
    must = np.array([float(case.required[i]) for i, _ in pairs])
    model = programme(-value, np.ones(size), must)
    add_rules(model, case.data, empty_state(case.data, seed=1), pairs)
    answer = model.solve(max(1.0, budget.solver_seconds(0.5, 20.0)), NODES)
    budget.charge(len(model.columns) / 100 + WORK_PER_NODE * answer.nodes)
    if answer.x is None:
        return None
    for (i, _), stays in zip(pairs, answer.x, strict=True):
        if stays < 0.5:
            kept[i] = -1
    return kept


def ease(case: Compact, i: int, t: int, wanted: Wishes) -> float:
    """From 0 to 1: of two meetings that compete, first the one stays that keeps table and interpreter, then the heavier."""
    table, interpreter = wanted.table.get(i), wanted.interpreter.get(i)
    seated = case.seats[i] is None or (table is not None and bool(case.table_open[table, t]))
    served = case.interpreters[i] is None or (interpreter is not None and bool(case.on_duty[interpreter, t]))
    heaviest = 1 + int(case.data.weight.max())
    return (int(seated) + int(served) + float(case.data.weight[i]) / heaviest) / 3


def largest_kept(case: Compact, slot: Ints, budget: Budget, seed: int) -> Ints:
    """Slots of the largest set of meetings that keep theirs, -1 for the others. Required meetings must remain possible."""
    old = {i: int(slot[i]) for i in np.flatnonzero(slot >= 0).tolist()}
    exact = exact_model(case, only={*old, *np.flatnonzero(case.required).tolist()})
    kept = {i: exact.at[i, t] for i, t in old.items() if (i, t) in exact.at}
    for one in kept.values():
        exact.model.add_hint(one, 1)
    exact.model.maximize(sum(kept.values()))
    verdict = run_cpsat(exact.model, budget, seed=seed, most=20.0)
    found = np.full(case.meetings, -1, np.int64)
    for i, one in kept.items():
        if verdict.found and verdict.solver.boolean_value(one):
            found[i] = old[i]
    return found
