from qiao.engine.scheduling.model import Problem, Violation
from qiao.engine.scheduling.budget import Budget


def clashes(problem: Problem, budget: Budget, seed: int) -> tuple[Violation, ...]:
    return ()
