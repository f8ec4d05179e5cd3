"""Goal 0: what a plan made earlier says, and how much of it can stay."""

from collections.abc import Iterable, Mapping

import numpy as np

from qiao.engine.scheduling.assemble import Wishes, assemble
from qiao.engine.scheduling.budget import Budget
from qiao.engine.scheduling.compact import Compact, Pin, compact
from qiao.engine.scheduling.cpsat import run_cpsat
from qiao.engine.scheduling.exact import exact_model
from qiao.engine.scheduling.model import Meeting, Moved, Place, Plan, Problem

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


def keep(problem: Problem, before: Mapping[str, Meeting], budget: Budget, seed: int) -> dict[int, Pin]:
    """Pins for as many meetings as can keep their slot together, with the table and interpreter that can stay as well."""
    if not before:
        return {}
    case = compact(problem)
    slot = largest_kept(case, before, budget, seed)
    pins = {int(i): Pin(int(slot[i]), None, None) for i in np.flatnonzero(slot >= 0)}
    wanted = wishes(problem, before)
    fixed = compact(problem, pins, wanted.table)
    draft = assemble(fixed, slot, wanted, seed, (slot >= 0).astype(np.int64))
    return {
        i: Pin(
            pin.slot,
            table=wanted.table[i] if draft.slot[i] >= 0 and draft.table[i] == wanted.table.get(i) else None,
            interpreter=wanted.interpreter[i]
            if draft.slot[i] >= 0 and draft.interpreter[i] == wanted.interpreter.get(i)
            else None,
        )
        for i, pin in pins.items()
    }


def largest_kept(
    case: Compact, before: Mapping[str, Meeting], budget: Budget, seed: int
) -> "np.typing.NDArray[np.int64]":
    """Slots of the largest set of meetings that keep theirs, -1 for the others. Required meetings must remain possible."""
    problem = case.problem
    old = {
        i: problem.slot_index[before[one.id].slot]
        for i, one in enumerate(problem.requests)
        if one.id in before and before[one.id].slot in problem.slot_index
    }
    exact = exact_model(case, only={*old, *np.flatnonzero(case.required).tolist()})
    kept = {i: exact.at[i, t] for i, t in old.items() if (i, t) in exact.at}
    for one in kept.values():
        exact.model.add_hint(one, 1)
    exact.model.maximize(sum(kept.values()))
    verdict = run_cpsat(exact.model, budget, seed=seed, most=20.0)
    slot = np.full(case.meetings, -1, np.int64)
    for i, one in kept.items():
        if verdict.found and verdict.solver.boolean_value(one):
            slot[i] = old[i]
    return slot
