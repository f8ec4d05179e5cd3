"""Goals as numbers of the exact model; breaks stand in `exact`, for fairness is a rule about them."""

from collections.abc import Mapping

from ortools.sat.python import cp_model

from qiao.engine.scheduling import goals
from qiao.engine.scheduling.exact import Exact, Literal, Sum
from qiao.engine.scheduling.model import Meeting


def add_shortfall(exact: Exact) -> Sum:
    """The sum of what people lack of their fair share."""
    compact, total = exact.compact, []
    for p, one in enumerate(compact.problem.participants):
        share = goals.fair_share(compact.problem, one)
        own = [exact.busy[p, t] for t in range(compact.slots) if (p, t) in exact.busy]
        if share > 0:
            lack = exact.model.new_int_var(0, share, "")
            exact.model.add(lack + sum(own) >= share)
            total.append(lack)
    return sum(total)


def add_moves(exact: Exact, before: Mapping[str, Meeting]) -> Sum:
    """Goal 0 as one number: moved to another slot, then another table, then another interpreter (see `previous.moves`).

    Tables and interpreters count only where the model has them one by one. Interpreters who merely help do not count.
    """
    problem, factor = exact.compact.problem, len(before) + 1
    total: Sum = factor * factor * len(before)
    for i, request in enumerate(problem.requests):
        if request.id in before:
            old = before[request.id]
            slot = exact.at.get((i, problem.slot_index.get(old.slot, -1)))
            if slot is not None:
                table = keeps(exact.model, slot, own_table(exact, i, old))
                interpreter = keeps(exact.model, table, own_interpreter(exact, i, old))
                total = total + factor * (slot - table) + (table - interpreter) - factor * factor * slot  # type: ignore[operator]  # numpy's overloads of the union
    return total


def keeps(model: cp_model.CpModel, before: Literal, also: Literal | bool) -> Literal:
    """True only if both are."""
    if also is True:
        return before
    kept = model.new_bool_var("")
    model.add_implication(kept, before)
    model.add_bool_or([kept.negated()] + ([] if also is False else [also]))
    return kept


def own_table(exact: Exact, i: int, old: Meeting) -> Literal | bool:
    """Is the table of then that of now?"""
    problem = exact.compact.problem
    if not exact.explicit or exact.compact.tables[i] is None:
        return not exact.explicit or old.table is None
    position = {table.id: k for k, table in enumerate(problem.tables)}
    return exact.table.get((i, problem.slot_index[old.slot], position.get(old.table or "", -1)), False)


def own_interpreter(exact: Exact, i: int, old: Meeting) -> Literal | bool:
    problem = exact.compact.problem
    if not exact.explicit or problem.requests[i].interpreter == "helpful":
        return True
    if exact.compact.interpreters[i] is None:
        return old.interpreter is None
    position = {one.id: k for k, one in enumerate(problem.interpreters)}
    return exact.server.get((i, problem.slot_index[old.slot], position.get(old.interpreter or "", -1)), False)
