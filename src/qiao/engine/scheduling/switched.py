"""Every rule of a problem behind a switch of its own, so that it can be seen which of them clash."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from ortools.sat.python import cp_model

from qiao.engine.scheduling.compact import contradictory
from qiao.engine.scheduling.exact import Literal, hold
from qiao.engine.scheduling.model import (
    Problem,
    Request,
    Violation,
    can_interpret,
    designated_table,
    needed_features,
    needs_interpreter,
    people,
)


@dataclass
class Switched:
    """`at[i, t]`: required request i lies in slot t; `table` and `server` as in `exact`; `switch` by rule."""

    problem: Problem
    model: cp_model.CpModel = field(default_factory=cp_model.CpModel)
    at: dict[tuple[int, int], Literal] = field(default_factory=dict)
    table: dict[tuple[int, int, int], Literal] = field(default_factory=dict)
    server: dict[tuple[int, int, int], Literal] = field(default_factory=dict)
    switch: dict[Violation, Literal] = field(default_factory=dict)

    def on(self, rule: str, request: str | None = None, *who: str) -> Literal:
        clash = Violation(rule, request, None, who)
        if clash not in self.switch:
            self.switch[clash] = self.model.new_bool_var("")
        return self.switch[clash]

    def forbid(self, literals: Iterable[Literal], switch: Literal) -> None:
        for one in literals:
            self.model.add_bool_or([one.negated(), switch.negated()])

    def at_most(self, literals: list[Literal], most: int, switch: Literal) -> None:
        if len(literals) > most:
            self.model.add(sum(literals) <= most).only_enforce_if(switch)


def switched_model(problem: Problem, clashing: Iterable[int], fair: bool, *, seated: bool = True) -> Switched:
    """The `clashing` must be planned; with `fair`, all others may be, for they may make breaks more even.

    Unless `seated`, these others need neither tables nor interpreters: far fewer variables, and what clashes then clashes.
    """
    switched, must = Switched(problem), set(clashing)
    requests = [(i, one) for i, one in enumerate(problem.requests) if fair or i in must]
    for i, request in requests:
        add_request(switched, i, request, i in must)
    add_people(switched, requests)
    add_order(switched, requests)
    placed = [(i, request) for i, request in requests if seated or i in must]
    for i, request in placed:
        if not request.online:
            add_table(switched, i, request)
        elif contradictory(request):
            everywhere = [switched.at[i, t] for t in range(len(problem.slots))]
            switched.forbid(everywhere, switched.on("fixed", request.id))
    add_tables(switched)
    for i, request in placed:
        if needs_interpreter(problem, request):
            add_interpreter(switched, i, request)
    add_interpreters(switched)
    if fair and problem.objective.fairness is not None:
        add_fairness(switched, requests, problem.objective.fairness)
    return switched


def add_request(switched: Switched, i: int, request: Request, must: bool) -> None:
    problem, slots = switched.problem, range(len(switched.problem.slots))
    for t in slots:
        switched.at[i, t] = switched.model.new_bool_var("")
    own = [switched.at[i, t] for t in slots]
    switched.model.add_at_most_one(own)
    if must:
        switched.model.add_bool_or([*own, switched.on("required", request.id).negated()])
    if request.slots is not None:
        allowed = {problem.slot_index[one] for one in request.slots}
        switched.forbid((own[t] for t in slots if t not in allowed), switched.on("slot-not-allowed", request.id))
    if request.fixed is not None and request.fixed.slot is not None:
        fixed = problem.slot_index[request.fixed.slot]
        switched.forbid((own[t] for t in slots if t != fixed), switched.on("fixed", request.id))


def add_people(switched: Switched, requests: list[tuple[int, Request]]) -> None:
    problem = switched.problem
    for one in problem.participants:
        mine = [i for i, request in requests if one.id in request.participants]
        if not mine:
            continue
        missed = set(range(len(problem.slots))).difference(problem.available[one.id])
        if missed:
            away = [switched.at[i, t] for i in mine for t in sorted(missed)]
            switched.forbid(away, switched.on("participant-unavailable", None, one.id))
        for t in range(len(problem.slots)):
            if len(mine) > 1:
                here = [switched.at[i, t] for i in mine]
                switched.at_most(here, 1, switched.on("participant-busy", None, one.id))
        if one.max_meetings is not None:
            everything = [switched.at[i, t] for i in mine for t in range(len(problem.slots))]
            switched.at_most(everything, one.max_meetings, switched.on("max-meetings", None, one.id))
        if one.max_per_day is not None:
            for day in problem.days:
                today = [switched.at[i, t] for i in mine for t in day]
                switched.at_most(today, one.max_per_day, switched.on("max-per-day", None, one.id))


def add_order(switched: Switched, requests: list[tuple[int, Request]]) -> None:
    position = {request.id: i for i, request in requests}
    slots = range(len(switched.problem.slots))
    for i, request in requests:
        for earlier in request.after:
            if earlier not in position:
                continue
            switch = switched.on("after", request.id, earlier)
            for t in slots:
                until = [switched.at[i, s] for s in slots if s <= t]
                since = [switched.at[position[earlier], s] for s in slots if s >= t]
                switched.model.add(sum(until) + sum(since) <= 1).only_enforce_if(switch)


def add_table(switched: Switched, i: int, request: Request) -> None:
    """The meeting takes a table: the right one, with what its people need."""
    problem = switched.problem
    only, needs = designated_table(problem, request), needed_features(problem, request)
    fixed = request.fixed is not None and request.fixed.table is not None
    for t in range(len(problem.slots)):
        own = [switched.model.new_bool_var("") for _ in problem.tables]
        for k, one in enumerate(own):
            switched.table[i, t, k] = one
            switched.model.add_implication(one, switched.at[i, t])
        switched.model.add_at_most_one(own)
        taken = switched.on("wrong-table", request.id)
        switched.model.add_bool_or([*own, switched.at[i, t].negated(), taken.negated()])
        if only is not None:
            elsewhere = [one for one, table in zip(own, problem.tables, strict=True) if table.id != only]
            switched.forbid(elsewhere, switched.on("fixed", request.id) if fixed else taken)
        poor = [one for one, table in zip(own, problem.tables, strict=True) if not needs.issubset(table.features)]
        if poor:
            switched.forbid(poor, switched.on("table-features", request.id))


def add_tables(switched: Switched) -> None:
    problem = switched.problem
    for k, table in enumerate(problem.tables):
        closed = {problem.slot_index[one] for one in table.unavailable}
        for t in range(len(problem.slots)):
            here = [one for (_, s, other), one in switched.table.items() if (s, other) == (t, k)]
            if t in closed:
                switched.forbid(here, switched.on("table-unavailable", None, table.id))
            elif len(here) > 1:
                switched.at_most(here, 1, switched.on("table-busy", None, table.id))
    if problem.seating.stays is not None:
        add_stays(switched, problem.seating.stays)


def add_stays(switched: Switched, side: str) -> None:
    problem = switched.problem
    seat: dict[tuple[str, int, int], Literal] = {}
    for (i, t, k), here in switched.table.items():
        for one in people(problem, problem.requests[i]):
            if one.side == side:
                key = (one.id, problem.day_of[t], k)
                if key not in seat:
                    seat[key] = switched.model.new_bool_var("")
                switched.model.add_implication(here, seat[key])
    for who, day in sorted({(who, day) for who, day, _ in seat}):
        own = [one for (other, d, _), one in seat.items() if (other, d) == (who, day)]
        switched.at_most(own, 1, switched.on("seating", None, who))


def add_interpreter(switched: Switched, i: int, request: Request) -> None:
    problem = switched.problem
    for t in range(len(problem.slots)):
        own = [switched.model.new_bool_var("") for _ in problem.interpreters]
        for k, (one, interpreter) in enumerate(zip(own, problem.interpreters, strict=True)):
            switched.server[i, t, k] = one
            switched.model.add_implication(one, switched.at[i, t])
            if not can_interpret(interpreter, people(problem, request)):
                switched.forbid([one], switched.on("interpreter-language", request.id))
        switched.model.add_at_most_one(own)
        missing = switched.on("interpreter-missing", request.id)
        switched.model.add_bool_or([*own, switched.at[i, t].negated(), missing.negated()])


def add_interpreters(switched: Switched) -> None:
    problem = switched.problem
    tables = {table.id: k for k, table in enumerate(problem.tables)}
    for k, interpreter in enumerate(problem.interpreters):
        closed = {problem.slot_index[one] for one in interpreter.unavailable}
        by_slot: list[list[Literal]] = [[] for _ in problem.slots]
        for (i, t, other), one in switched.server.items():
            if other != k:
                continue
            by_slot[t].append(one)
            if interpreter.table is not None:
                there = switched.table.get((i, t, tables[interpreter.table]))
                switch = switched.on("interpreter-table", None, interpreter.id)
                switched.model.add_bool_or([one.negated(), switch.negated()] + ([] if there is None else [there]))
        for t, here in enumerate(by_slot):
            if t in closed:
                switched.forbid(here, switched.on("interpreter-unavailable", None, interpreter.id))
            elif len(here) > 1:
                switched.at_most(here, 1, switched.on("interpreter-busy", None, interpreter.id))
        if interpreter.max_consecutive is not None:
            add_rest(switched, interpreter.id, interpreter.max_consecutive, by_slot)


def add_rest(switched: Switched, who: str, most: int, by_slot: list[list[Literal]]) -> None:
    """Whoever serves several meetings at a time is a matter of another rule: here a slot counts once."""
    serving = []
    for here in by_slot:
        serving.append(switched.model.new_bool_var(""))
        for one in here:
            switched.model.add_implication(one, serving[-1])
    for day in switched.problem.days:
        for first in range(len(day) - most):
            window = [serving[t] for t in day[first : first + most + 1]]
            switched.at_most(window, most, switched.on("interpreter-rest", None, who))


def add_fairness(switched: Switched, requests: list[tuple[int, Request]], bound: int) -> None:
    """The breaks of everybody with a meeting lie within `bound` of each other."""
    problem, model = switched.problem, switched.model
    least = model.new_int_var(0, len(problem.slots), "")
    switch = switched.on("fairness")
    for one in problem.participants:
        mine = [i for i, request in requests if one.id in request.participants]
        if not mine:
            continue
        busy = [model.new_bool_var("") for _ in problem.slots]
        for t, now in enumerate(busy):
            here = [switched.at[i, t] for i in mine]
            model.add_bool_or([*here, now.negated()])
            for one_here in here:
                model.add_implication(one_here, now)
        breaks = sum(gap_ends(model, [busy[t] for t in line]) for line in lines_of(problem, one.id))
        model.add(breaks <= least + bound).only_enforce_if(switch)
        for now in busy:
            model.add(breaks >= least).only_enforce_if(switch, now)


def lines_of(problem: Problem, who: str) -> list[list[int]]:
    if problem.objective.breaks == "sequence":
        return [list(range(len(problem.slots)))]
    return [[t for t in day if t in set(problem.available[who])] for day in problem.days]


def gap_ends(model: cp_model.CpModel, busy: list[Literal]) -> cp_model.LinearExprT:
    ends: list[Literal] = []
    held: Literal | None = None
    for here, then in pairwise(busy):
        held = hold(model, held, here)
        assert held is not None
        end = model.new_bool_var("")
        model.add_bool_or([held.negated(), here, then.negated(), end])
        model.add_implication(end, held)
        model.add_implication(end, here.negated())
        model.add_implication(end, then)
        ends.append(end)
    return sum(ends)
