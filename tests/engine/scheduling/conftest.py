"""OkSmall: four people, two days, seven requests, and a plan that passes. Every figure of it was counted by hand."""

from dataclasses import dataclass, replace
from typing import Any, TypeVar

import pytest

from qiao.engine.scheduling.goals import figures
from qiao.engine.scheduling.model import (
    Certificate,
    Interpreter,
    Meeting,
    Participant,
    Plan,
    Problem,
    Request,
    Slot,
    Table,
    Unmet,
    Violation,
)
from qiao.engine.scheduling.verify import verify

R = TypeVar("R", Participant, Request, Table, Interpreter)


def slot(number: int, day: int, hour: int) -> Slot:
    date = f"2027-11-{day:02}"
    return Slot(f"s{number}", f"{date}T{hour:02}:00+08:00", f"{date}T{hour:02}:20+08:00", date)


PROBLEM = Problem(
    name="OkSmall",
    slots=(slot(1, 3, 9), slot(2, 3, 10), slot(3, 3, 11), slot(4, 3, 14), slot(5, 4, 9), slot(6, 4, 10)),
    participants=(
        Participant("e1", side="eu", group="g", languages=("de", "en")),
        Participant("e2", side="eu", group="g", languages=("de-AT", "en")),
        Participant("c1", side="cn", languages=("zh-Hans",)),
        Participant("c2", side="cn", languages=("zh", "en-GB")),
    ),
    tables=(Table("t1"), Table("t2"), Table("t3")),
    interpreters=(Interpreter("i1", languages=("de", "zh")), Interpreter("i2", languages=("fr", "zh"))),
    requests=(
        Request("m1", ("e1", "c1"), weight=5),
        Request("m2", ("e2", "c2"), weight=3),
        Request("m3", ("e1", "c2"), weight=3),
        Request("m4", ("e2", "c1"), weight=1),
        Request("m5", ("e1", "e2", "c2"), weight=2, interpreter="helpful"),
        Request("m6", ("e2", "c1"), weight=1, interpreter="none", online=True),
        Request("m7", ("e1", "c2"), weight=1),
    ),
)

PLAN = Plan(
    problem="00",
    meetings=(
        Meeting("m1", "s1", "t1", "i1"),
        Meeting("m2", "s1", "t2"),
        Meeting("m3", "s2", "t1"),
        Meeting("m4", "s3", "t2", "i1"),
        Meeting("m5", "s5", "t1"),
        Meeting("m6", "s6"),
    ),
    unmet=(Unmet("m7", "lower-priority", ("e1", "c2")),),
    # Free between s1 and s3: e2 and c1. Table changes: c1 from t1 to t2, c2 from t2 to t1; both cannot be avoided.
    certificate=Certificate(
        status="feasible",
        weight=15,
        weight_best=15,
        weight_bound=16,
        shortfall=0,
        shortfall_bound=0,
        breaks=2,
        breaks_bound=0,
        table_changes=2,
        table_changes_bound=2,
        interpreter_changes=0,
        fairness_gap=1,
    ),
)


def _changed(records: tuple[R, ...], id_: str, changes: dict[str, Any]) -> tuple[R, ...]:
    assert any(one.id == id_ for one in records)
    return tuple(replace(one, **changes) if one.id == id_ else one for one in records)


@dataclass(frozen=True)
class Small:
    """A problem and a plan; each method returns both with one thing changed."""

    problem: Problem = PROBLEM
    plan: Plan = PLAN

    def person(self, id_: str, **changes: Any) -> "Small":
        return self.with_problem(participants=_changed(self.problem.participants, id_, changes))

    def request(self, id_: str, **changes: Any) -> "Small":
        return self.with_problem(requests=_changed(self.problem.requests, id_, changes))

    def table(self, id_: str, **changes: Any) -> "Small":
        return self.with_problem(tables=_changed(self.problem.tables, id_, changes))

    def interpreter(self, id_: str, **changes: Any) -> "Small":
        return self.with_problem(interpreters=_changed(self.problem.interpreters, id_, changes))

    def objective(self, **changes: Any) -> "Small":
        return self.with_problem(objective=replace(self.problem.objective, **changes))

    def with_problem(self, **changes: Any) -> "Small":
        return replace(self, problem=replace(self.problem, **changes))

    def meeting(self, request: str, **changes: Any) -> "Small":
        meetings = self.plan.meetings
        assert any(one.request == request for one in meetings)
        return self.with_plan(
            meetings=tuple(replace(one, **changes) if one.request == request else one for one in meetings)
        )

    def with_plan(self, **changes: Any) -> "Small":
        return replace(self, plan=replace(self.plan, **changes))

    def certificate(self, **changes: Any) -> "Small":
        return self.with_plan(certificate=replace(self.plan.certificate, **changes))

    def verify(self, *, fairness: int | None = None, digest: str | None = None) -> list[Violation]:
        return verify(self.problem, self.plan, fairness=fairness, digest=digest)

    def breaches(self, *, fairness: int | None = None) -> list[Violation]:
        """The violations once the certificate states what is true of the changed plan: only the rules are left."""
        found = figures(self.problem, self.plan.meetings)
        honest = self.certificate(
            weight=found.weight,
            weight_best=found.weight,
            weight_bound=None,
            shortfall=found.shortfall,
            shortfall_bound=None,
            breaks=found.breaks,
            breaks_bound=None,
            table_changes=found.table_changes,
            table_changes_bound=None,
            interpreter_changes=found.interpreter_changes,
            fairness_gap=found.fairness_gap,
        )
        return honest.verify(fairness=fairness)


@pytest.fixture
def ok_small() -> Small:
    return Small()
