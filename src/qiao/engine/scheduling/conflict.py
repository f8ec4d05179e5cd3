"""Why there can be no plan: a smallest set of rules and required requests that clash.

First the requests become few: those that clash with all rules in force. Then each rule stands in a model of these
behind a switch of its own. Both times CP-SAT names parts that clash (the core of its assumptions), and each of them is left
out in turn, for good if the others clash without it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from ortools.sat.python import cp_model

from qiao.engine.scheduling.budget import Budget
from qiao.engine.scheduling.compact import Compact, compact
from qiao.engine.scheduling.cpsat import Verdict, run_cpsat
from qiao.engine.scheduling.exact import Exact, Literal, exact_model
from qiao.engine.scheduling.model import Problem, Violation
from qiao.engine.scheduling.switched import Switched, switched_model

MOST_SECONDS = 5.0  # for one question; what is not answered by then stays in the set
MOST_FOR_REQUESTS, MOST_FOR_RULES = 10.0, 10.0  # for all questions; then the set is given as small as it has become

Part = TypeVar("Part")


def clashes(problem: Problem, budget: Budget, seed: int) -> tuple[Violation, ...]:
    """A minimal set of rules and requests that cannot hold together; larger if the budget ends before it is minimal."""
    question = Question(compact(problem), budget, seed)
    with budget.phase("conflict", 0.5, most=MOST_FOR_REQUESTS):
        requests = clashing_requests(question)
    with budget.phase("conflict", most=MOST_FOR_RULES):
        return tuple(clashing_rules(question, requests))


@dataclass
class Question:
    """Can this be planned? `fair`: does it take the bound on fairness to see that it cannot?"""

    compact: Compact
    budget: Budget
    seed: int
    fair: bool = False

    def requests_clash(self, requests: Sequence[int]) -> bool:
        """Is it proven that these requests cannot all be planned, whatever fairness asks?"""
        return self.infeasible(exact_model(self.compact, requests, must=requests, fair=False).model) is not None

    def core(self, model: cp_model.CpModel, parts: Mapping[Part, Literal]) -> list[Part]:
        """Parts that clash when all their literals are true; all of them if no fewer are found in time."""
        model, by_index = model.clone(), {one.index: part for part, one in parts.items()}
        model.add_assumptions([model.get_bool_var_from_proto_index(index) for index in by_index])
        verdict = self.infeasible(model)
        if verdict is None:
            return list(parts)
        found = {by_index[index] for index in verdict.solver.sufficient_assumptions_for_infeasibility()}
        return [part for part in parts if part in found]

    def infeasible(self, model: cp_model.CpModel) -> Verdict | None:
        """The proof that there is no plan; None without one."""
        if self.budget.over():
            return None
        verdict = run_cpsat(model, self.budget, seed=self.seed, most=MOST_SECONDS)
        return verdict if verdict.infeasible else None


def clashing_requests(question: Question) -> list[int]:
    required = np.flatnonzero(question.compact.required).tolist()
    clashing = few_clashing(question, required)
    question.fair = clashing is None and question.compact.problem.objective.fairness is not None
    exact, wanted = wanted_model(question, clashing or required)

    def clash(some: list[int]) -> bool:
        model = exact.model.clone()
        for i in some:
            model.add(model.get_bool_var_from_proto_index(wanted[i].index) == 1)
        return question.infeasible(model) is not None

    return smallest(question.core(exact.model, wanted), clash, question.budget)


def wanted_model(question: Question, requests: Sequence[int]) -> tuple[Exact, dict[int, Literal]]:
    """A model of all rules in which each of the requests takes place if its literal is true."""
    exact = exact_model(question.compact, None if question.fair else requests, must=(), fair=question.fair)
    wanted = {i: exact.model.new_bool_var("") for i in requests}
    for i, one in wanted.items():
        exact.model.add_bool_or([*exact.planned(i), one.negated()])
    slots = range(question.compact.slots)
    for p in range(len(question.compact.data.most)):  # implied; without it the proof takes long
        mine = [wanted[i] for i in question.compact.own(p) if i in wanted]
        if mine:
            exact.model.add(sum(exact.busy[p, t] for t in slots if (p, t) in exact.busy) >= sum(mine))
    return exact, wanted


def clashing_rules(question: Question, requests: list[int]) -> list[Violation]:
    problem = question.compact.problem
    switched = switched_model(problem, requests, question.fair, seated=False)
    if question.fair and not rules_clash(question, switched, switched.switch):
        switched = switched_model(problem, requests, question.fair)
    rules = sorted(question.core(switched.model, switched.switch), key=lambda one: one.rule == "required")
    return smallest(rules, lambda some: rules_clash(question, switched, some), question.budget)


def rules_clash(question: Question, switched: Switched, rules: Iterable[Violation]) -> bool:
    model, on = switched.model.clone(), set(rules)
    for rule, switch in switched.switch.items():
        model.add(model.get_bool_var_from_proto_index(switch.index) == int(rule in on))
    return question.infeasible(model) is not None


def few_clashing(question: Question, required: list[int]) -> list[int] | None:
    """Requests that clash whatever fairness asks: those of one person if possible; None if there are none."""
    for p in range(len(question.compact.problem.participants)):
        mine = [i for i in question.compact.own(p) if question.compact.required[i]]
        if mine and question.requests_clash(mine):
            return mine
    return required if question.requests_clash(required) else None


def smallest(parts: Sequence[Part], clash: Callable[[list[Part]], bool], budget: Budget) -> list[Part]:
    """Leave out what is not needed for the clash, in pieces that become smaller; every single part is tried at last."""
    left, size = list(parts), max(1, len(parts) // 2)
    while not budget.over():
        start = 0
        while start < len(left) and not budget.over():
            rest = left[:start] + left[start + size :]
            if clash(rest):
                left = rest
            else:
                start += size
        if size == 1:
            break
        size = max(1, min(size, len(left)) // 2)
    return left
