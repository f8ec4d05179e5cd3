"""Why a request is not planned, and the one change that would let it in. Both are read off the finished plan."""

from collections.abc import Callable, Mapping

import numpy as np

from qiao.engine.scheduling.board import Board
from qiao.engine.scheduling.compact import contradictory
from qiao.engine.scheduling.model import Request, Unmet, allowed_slots, designated_table, people, spoken

Change = Mapping[str, str]


def explain(board: Board) -> tuple[Unmet, ...]:
    """An entry for every request without a meeting, in the order of the requests."""
    return tuple(why(board, i) for i in np.flatnonzero(board.draft.slot < 0).tolist())


def why(board: Board, i: int) -> Unmet:
    request = board.compact.problem.requests[i]
    slots = list(allowed_slots(board.compact.problem, request))
    if contradictory(request):
        return Unmet(request.id, "excluded")
    if not slots:
        return no_common_slot(board, i, request)
    if board.compact.interpreters[i] == frozenset():
        return Unmet(request.id, "no-interpreter", change=add_interpreter(board, i, slots))
    if board.compact.tables[i] == frozenset():
        return Unmet(request.id, "tables-full", change=add_table(board, i, slots))
    return participant_full(board, i, request, slots) or resource_full(board, i, request, slots)


def no_common_slot(board: Board, i: int, request: Request) -> Unmet:
    """Change: somebody opens one slot."""
    problem, data = board.compact.problem, board.compact.data
    members = board.compact.people(i)
    allowed = [problem.slot_index[one] for one in request.slots] if request.slots is not None else range(len(data.day))
    if request.fixed is not None and request.fixed.slot is not None:
        allowed = [t for t in allowed if t == problem.slot_index[request.fixed.slot]]
    # With fairness in force an opened slot may change how breaks are counted: no promise then.
    if board.fairness is None and not any(board.full(p) for p in members):
        for t in allowed:
            missing = [p for p in members if not data.available[p, t]]
            if len(missing) == 1 and free(board, i, t) and board.spot(i, [t]) is not None:
                change = {"open": problem.slots[t].id, "of": problem.participants[missing[0]].id}
                return Unmet(request.id, "no-common-slot", request.participants, change)
    return Unmet(request.id, "no-common-slot", request.participants)


def free(board: Board, i: int, t: int) -> bool:
    """Have the people of meeting i no meeting in slot t, and room on its day?"""
    return not any(board.busy[p, t] or board.day_full(p, t) for p in board.compact.people(i))


def participant_full(board: Board, i: int, request: Request, slots: list[int]) -> Unmet | None:
    """Somebody has all the meetings he takes, or is occupied in every slot that is open to this meeting."""
    members = board.compact.people(i)
    participants = board.compact.problem.participants
    full = [p for p in members if board.full(p)]
    if full:
        change = None
        if len(full) == 1 and board.spot(i, (t for t in slots if free(board, i, t))) is not None:
            change = {"raise": "max_meetings", "of": participants[full[0]].id}
        return Unmet(request.id, "participant-full", tuple(participants[p].id for p in full), change)
    taken = [p for p in members if all(board.busy[p, t] or board.day_full(p, t) for t in slots)]
    if not taken:
        return None
    return Unmet(
        request.id, "participant-full", tuple(participants[p].id for p in taken), longer_day(board, i, taken, slots)
    )


def longer_day(board: Board, i: int, taken: list[int], slots: list[int]) -> Change | None:
    """One person takes one more meeting a day."""
    for p in taken:
        open_slots = [
            t
            for t in slots
            if board.day_full(p, t)
            and not any(board.busy[q, t] or (q != p and board.day_full(q, t)) for q in board.compact.people(i))
        ]
        if board.spot(i, open_slots) is not None:
            return {"raise": "max_per_day", "of": board.compact.problem.participants[p].id}
    return None


def resource_full(board: Board, i: int, request: Request, slots: list[int]) -> Unmet:
    open_slots = [t for t in slots if free(board, i, t)]
    if not open_slots:
        return Unmet(request.id, "lower-priority", request.participants)
    ordered = [t for t in open_slots if board.in_order(i, t)]
    if not ordered:
        data = board.compact.data
        later = data.later[data.later_from[i] : data.later_from[i + 1]].tolist()
        others = {j for j in (*board.compact.earlier(i), *later) if board.draft.slot[j] >= 0}
        who = tuple(board.compact.problem.requests[j].id for j in sorted(others))
        return Unmet(request.id, "excluded", who)
    if all(next(board.pairs(i, t), None) is None for t in ordered):
        if not any(board.tables(i, t) for t in ordered):
            return Unmet(request.id, "tables-full", change=add_table(board, i, ordered))
        if not any(board.tables(i, t) and board.interpreters(i, t) for t in ordered):
            return Unmet(request.id, "no-interpreter", change=add_interpreter(board, i, ordered))
        return Unmet(request.id, "no-interpreter")
    if not any(board.fair(i, t) for t in ordered):
        return Unmet(request.id, "excluded", request.participants)
    return Unmet(request.id, "lower-priority", request.participants)


def add_table(board: Board, i: int, slots: list[int]) -> Change | None:
    """One more table, with the features this meeting needs."""
    problem = board.compact.problem
    request = problem.requests[i]
    if designated_table(problem, request) is not None:
        return None

    def suits(t: int) -> bool:
        strangers = not any((p, int(board.compact.data.day[t])) in board.seat for p in board.compact.people(i))
        return strangers and any(k < 0 or problem.interpreters[k].table is None for k in board.interpreters(i, t))

    return {"add": "table"} if allows(board, i, slots, suits) else None


def add_interpreter(board: Board, i: int, slots: list[int]) -> Change | None:
    """One more interpreter, who speaks one language of each participant."""
    problem = board.compact.problem
    tongues = {min(spoken(one), default="") for one in people(problem, problem.requests[i])}
    if "" in tongues or not allows(board, i, slots, lambda t: bool(board.tables(i, t))):
        return None
    return {"add": "interpreter", "languages": ";".join(sorted(tongues))}


def allows(board: Board, i: int, slots: list[int], suits: Callable[[int], bool]) -> bool:
    if any(board.full(p) for p in board.compact.people(i)):
        return False
    good = (t for t in slots if free(board, i, t) and board.in_order(i, t) and board.fair(i, t))
    return any(suits(t) for t in good)
