"""Mixed integer programmes, built row by row and solved by HiGHS through scipy."""

import warnings
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_matrix, vstack

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Answer:
    """`x` is None when no solution was found; `bound` is a proven lower bound of the cost, or None."""

    x: Numbers | None
    cost: float
    bound: float | None
    infeasible: bool
    nodes: int


@dataclass(frozen=True, slots=True)
class Relaxation:
    """The optimum without whole numbers. `reduced` (columns,): what a unit more of each column costs at least, below
    zero for those at their upper end; a column that leaves its end by one unit raises the cost by no less than its amount.
    """

    cost: float
    reduced: Numbers


@dataclass
class Programme:
    """Minimise `cost` over whole numbers between 0 and `upper`, subject to rows that sum up chosen columns."""

    cost: Numbers
    upper: Numbers
    lower: Numbers
    columns: list[int] = field(default_factory=list)
    factors: list[float] = field(default_factory=list)
    starts: list[int] = field(default_factory=lambda: [0])
    least: list[float] = field(default_factory=list)
    most: list[float] = field(default_factory=list)

    def row(self, columns: "list[int]", least: float, most: float, factors: "list[float] | None" = None) -> None:
        self.columns.extend(columns)
        self.factors.extend(factors if factors is not None else [1.0] * len(columns))
        self.starts.append(len(self.columns))
        self.least.append(least)
        self.most.append(most)

    def solve(self, seconds: float, nodes: int) -> Answer:
        size = (len(self.least), len(self.cost))
        if not size[1]:  # scipy refuses a programme without columns; every row then sums up to nothing
            kept = all(least <= 0 <= most for least, most in zip(self.least, self.most, strict=True))
            return Answer(x=np.zeros(0) if kept else None, cost=0.0, bound=0.0, infeasible=not kept, nodes=0)
        matrix = self.matrix()
        options: Any = {"time_limit": seconds, "node_limit": nodes, "mip_rel_gap": 0.0}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = milp(
                self.cost,
                constraints=LinearConstraint(matrix, self.least, self.most) if size[0] else (),
                bounds=Bounds(self.lower, self.upper),
                integrality=np.ones(len(self.cost), np.int64),
                options=options,
            )
        bound = result.mip_dual_bound
        return Answer(
            x=result.x,
            cost=np.inf if result.fun is None else float(result.fun),
            bound=None if bound is None or not np.isfinite(bound) else float(bound),
            infeasible=result.status == 2,
            nodes=int(result.mip_node_count or 0),
        )

    def relax(self, seconds: float) -> Relaxation | None:
        """None when there is no solution, or none was found in time."""
        if not len(self.cost):
            return None
        matrix, least, most = self.matrix(), np.array(self.least), np.array(self.most)
        below, above = np.isfinite(most), np.isfinite(least)
        options: Any = {"time_limit": seconds}
        bounds: Any = np.column_stack([self.lower, self.upper])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = linprog(
                self.cost,
                A_ub=vstack([matrix[below], -matrix[above]]),
                b_ub=np.concatenate([most[below], -least[above]]),
                bounds=bounds,
                options=options,
            )
        if result.fun is None or result.status != 0:
            return None
        return Relaxation(float(result.fun), np.asarray(result.lower.marginals + result.upper.marginals, np.float64))

    def matrix(self) -> Any:
        return csr_matrix((self.factors, self.columns, self.starts), shape=(len(self.least), len(self.cost)))


def programme(cost: Numbers, upper: Numbers, lower: Numbers | None = None) -> Programme:
    return Programme(cost=cost, upper=upper, lower=np.zeros(len(cost)) if lower is None else lower)
