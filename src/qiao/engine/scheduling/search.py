"""The search's memory: the working state, and the best plan found so far in the strict order of the goals."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from ortools.sat.python.cp_model import CpSolver

from qiao.engine.scheduling import goals
from qiao.engine.scheduling.assemble import Draft, assemble, meetings_of
from qiao.engine.scheduling.board import Board, squeeze_in
from qiao.engine.scheduling.budget import Budget
from qiao.engine.scheduling.compact import Compact, Pin
from qiao.engine.scheduling.exact import Exact, draft_of
from qiao.engine.scheduling.goals import Figures
from qiao.engine.scheduling.model import Meeting
from qiao.engine.scheduling.previous import moves, wishes
from qiao.engine.scheduling.spread import spread_breaks
from qiao.engine.scheduling.timetable import Ints, State, empty_state, restore

Key = tuple[int, ...]


@dataclass(frozen=True)
class Found:
    """A plan that keeps all rules but these: it may lack required meetings, and breaks may differ more than they may."""

    draft: Draft
    meetings: tuple[Meeting, ...]
    figures: Figures


class Search:
    """`before` is the previous plan; `pinned` (meetings,) marks what keeps its slot of then."""

    def __init__(
        self, compact: Compact, budget: Budget, seed: int, before: Mapping[str, Meeting], pins: Mapping[int, Pin]
    ) -> None:
        self.compact, self.budget, self.seed, self.before = compact, budget, seed, before
        self.wishes = wishes(compact.problem, before)
        self.state: State = empty_state(compact.data, seed)
        self.pinned: Ints = np.zeros(compact.meetings, np.int64)
        self.pinned[list(pins)] = 1
        self.best: Found | None = None
        self.weight_best = 0

    @property
    def fairness(self) -> int | None:
        return self.compact.problem.objective.fairness

    @property
    def floor(self) -> int:
        """What later goals must leave of the best weight."""
        return goals.weight_floor(self.compact.problem, self.weight_best)

    def offer(self, slot: Ints) -> bool:
        """Make these slots a whole plan, and keep it if none before was better."""
        draft = assemble(self.compact, slot, self.wishes, self.seed, self.pinned)
        return self.offer_draft(draft)

    def offer_draft(self, draft: Draft) -> bool:
        board = Board(self.compact, draft, self.fairness)
        spread_breaks(board)
        squeeze_in(board)
        meetings = meetings_of(self.compact, draft)
        found = Found(draft, meetings, goals.figures(self.compact.problem, meetings))
        if self.best is not None and self.first_goals(found) > self.first_goals(self.best):
            return False
        if self.best is None or self.first_goals(found) < self.first_goals(self.best):
            self.weight_best = 0
        self.weight_best = max(self.weight_best, found.figures.weight)
        if self.best is not None and self.key(found) >= self.key(self.best):
            return False
        self.best = found
        return True

    def offer_exact(self, exact: Exact, solver: CpSolver) -> None:
        """Keep what the exact model found, with its own tables and interpreters or with steadier ones."""
        draft = draft_of(exact, solver)
        if exact.explicit:
            self.offer_draft(draft)
        self.offer(draft.slot)

    def lacking(self, found: Found) -> int:
        """Required meetings that the plan does not have."""
        return int((self.compact.required & (found.draft.slot < 0)).sum())

    def unfairness(self, found: Found) -> int:
        """By how much breaks differ more than they may."""
        return max(0, found.figures.fairness_gap - self.fairness) if self.fairness is not None else 0

    def sound(self, found: Found) -> bool:
        """Does the plan keep all rules?"""
        return not self.lacking(found) and not self.unfairness(found)

    def first_goals(self, found: Found) -> Key:
        """What comes before weight: required meetings, fairness, and the previous plan."""
        return (self.lacking(found), self.unfairness(found), *moves(self.before, found.meetings))

    def key(self, found: Found) -> Key:
        """The smaller the better. Above the floor, weight counts last."""
        one = found.figures
        return (
            *self.first_goals(found),
            -min(one.weight, self.floor),
            one.shortfall,
            one.breaks,
            -one.helpful,
            one.table_changes,
            one.interpreter_changes,
            -one.weight,
        )

    def resume(self) -> State:
        """The working state, set to the best plan so far."""
        if self.best is not None:
            restore(self.compact.data, self.state, self.best.draft.slot)
        return self.state
