"""A plan laid beside its problem: every id resolved once, so that each rule can be short."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from qiao.engine.scheduling import goals
from qiao.engine.scheduling.model import Interpreter, Meeting, Plan, Problem, Request, Table, Violation


@dataclass(frozen=True, slots=True)
class Placed:
    """A meeting with what its ids stand for; `slot` is a position, table and interpreter are None where unknown."""

    meeting: Meeting
    request: Request
    slot: int
    table: Table | None
    interpreter: Interpreter | None

    def breach(self, rule: str, *who: str) -> Violation:
        return Violation(rule, self.meeting.request, self.meeting.slot, who)


@dataclass(frozen=True)
class Case:
    """What the rules judge. `fairness` is the bound in force, `digest` the problem file's SHA-256 where known."""

    problem: Problem
    plan: Plan
    fairness: int | None = None
    digest: str | None = None

    @property
    def infeasible(self) -> bool:
        return self.plan.certificate.status == "infeasible"

    @cached_property
    def placed(self) -> tuple[Placed, ...]:
        """Meetings of known requests in known slots, in time order."""
        found = [
            Placed(
                meeting=one,
                request=self.problem.request_by_id[one.request],
                slot=self.problem.slot_index[one.slot],
                table=self.problem.table_by_id.get(one.table or ""),
                interpreter=self.problem.interpreter_by_id.get(one.interpreter or ""),
            )
            for one in goals.known(self.problem, self.plan.meetings)
        ]
        return tuple(sorted(found, key=lambda one: one.slot))

    @cached_property
    def by_person(self) -> Mapping[str, tuple[Placed, ...]]:
        """The meetings of each participant, in time order."""
        found: dict[str, list[Placed]] = {}
        for one in self.placed:
            for who in one.request.participants:
                found.setdefault(who, []).append(one)
        return {who: tuple(own) for who, own in found.items()}

    @cached_property
    def by_interpreter(self) -> Mapping[str, tuple[Placed, ...]]:
        """The meetings of each known interpreter, in time order."""
        found: dict[str, list[Placed]] = {}
        for one in self.placed:
            if one.interpreter is not None:
                found.setdefault(one.interpreter.id, []).append(one)
        return {who: tuple(own) for who, own in found.items()}

    def by_day(self, own: Iterable[Placed]) -> Iterable[list[Placed]]:
        """The given meetings, day by day."""
        days: dict[int, list[Placed]] = {}
        for one in own:
            days.setdefault(self.problem.day_of[one.slot], []).append(one)
        return days.values()
