"""The independent judge of plans: knows the rules and nothing of the solver."""

from qiao.engine.scheduling.case import Case
from qiao.engine.scheduling.model import Plan, Problem, Violation
from qiao.engine.scheduling.rules import RULES


def verify(problem: Problem, plan: Plan, *, fairness: int | None = None, digest: str | None = None) -> list[Violation]:
    """All violations of `plan`, rule by rule in the order of RULES; an empty list means that the plan is good.

    `fairness` overrides the problem's own bound. `digest` is the SHA-256 of the problem file (see
    `files.problem_digest`); without it, whether the plan belongs to the problem is not checked.
    """
    bound = problem.objective.fairness if fairness is None else fairness
    case = Case(problem, plan, fairness=bound, digest=digest)
    return [violation for rule in RULES.values() for violation in rule(case)]
