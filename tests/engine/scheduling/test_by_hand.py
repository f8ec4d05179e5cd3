"""What is offered by hand keeps every rule, and where nothing is offered nothing would."""

from itertools import product

from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from qiao.engine.scheduling import by_hand, goals
from qiao.engine.scheduling.case import Case
from qiao.engine.scheduling.model import (
    Meeting,
    Plan,
    Problem,
)
from qiao.engine.scheduling.rules import RULES
from tests.engine.scheduling.small import certificate_of, problems

BEYOND = {"required", "after", "fairness", "certificate", "not-listed"}  # of the plan as a whole, not of one place


def breaches(problem: Problem, meetings: tuple[Meeting, ...]) -> list:
    plan = Plan("", meetings, certificate_of(goals.figures(problem, meetings)))
    case = Case(problem, plan, fairness=None, digest=None)
    return [one for code, rule in RULES.items() if code not in BEYOND for one in rule(case)]


@given(problem=problems(), data=st.data())
@settings(max_examples=100, deadline=None, phases=(Phase.generate,))
def test_what_is_offered_keeps_the_rules_and_nothing_else_would(problem: Problem, data: st.DataObject) -> None:
    assume(not any(one.online and one.fixed and one.fixed.table for one in problem.requests))  # files refuse it
    meetings: tuple[Meeting, ...] = ()
    for request in data.draw(st.permutations(problem.requests)) * 2:
        for option in by_hand.options(problem, meetings, request.id):
            others = tuple(one for one in meetings if one.request != request.id)
            if option.place is not None:
                place = Meeting(request.id, option.place.slot, option.place.table, option.place.interpreter)
                assert breaches(problem, (*others, place)) == []
                continue
            assert option.hindrances
            tables = [None, *(one.id for one in problem.tables)]
            interpreters = [None, *(one.id for one in problem.interpreters)]
            for table, interpreter in product(tables, interpreters):
                assert breaches(problem, (*others, Meeting(request.id, option.slot, table, interpreter)))
        if problem.slots:
            slot = data.draw(st.sampled_from([one.id for one in problem.slots]))
            table = data.draw(st.sampled_from([None, *(one.id for one in problem.tables)]))
            outcome = by_hand.put(problem, meetings, request.id, slot, None if request.online else table)
            if outcome.hindrances:
                assert set(outcome.meetings) == set(meetings)
            else:
                assert {one.request for one in outcome.meetings} == {one.request for one in meetings} | {request.id}
                assert table is None or request.online or place_of(outcome.meetings, request.id) == (slot, table)
            meetings = outcome.meetings
            assert breaches(problem, meetings) == []


def place_of(meetings: tuple[Meeting, ...], request: str) -> tuple[str, str | None]:
    found = next(one for one in meetings if one.request == request)
    return found.slot, found.table
