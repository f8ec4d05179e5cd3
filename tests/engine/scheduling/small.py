"""Small scheduling problems of every kind for the solver's tests, and the truth about the smallest by trying everything."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from hypothesis import strategies as st

from qiao.engine.scheduling import goals
from qiao.engine.scheduling.case import Case
from qiao.engine.scheduling.model import (
    Certificate,
    Fixed,
    Interpreter,
    Meeting,
    Objective,
    Participant,
    Plan,
    Problem,
    Request,
    Seating,
    Slot,
    Table,
    Unmet,
    may_have_interpreter,
)
from qiao.engine.scheduling.rules import RULES

TONGUES = ("de", "en", "zh-Hans")
SELDOM = st.sampled_from([False, False, False, True])


def certificate_of(found: goals.Figures) -> Certificate:
    """States what is true, without bounds."""
    return Certificate(
        "feasible",
        found.weight,
        found.weight,
        found.shortfall,
        found.breaks,
        found.table_changes,
        found.interpreter_changes,
        found.fairness_gap,
    )


def subsets(values: tuple[str, ...], most: int = 2) -> st.SearchStrategy[tuple[str, ...]]:
    """Few of the values, often none."""
    return st.lists(st.sampled_from(values), max_size=most, unique=True).map(tuple) if values else st.just(())


def seldom_none(least: int, most: int) -> st.SearchStrategy[int]:
    """How many: from `least` to `most`, and once in a while none at all."""
    return st.sampled_from([0, *(3 * list(range(least, most + 1)))])


def maybe(strategy: st.SearchStrategy) -> st.SearchStrategy:
    return st.one_of(st.none(), st.none(), strategy)


@st.composite
def problems(
    draw: st.DrawFn, people: int = 6, requests: int = 9, slots: int = 5, required: bool = True, eager: bool = False
) -> Problem:
    """Problems with every feature of the format; sizes at most as given. `eager`: most requests are required."""
    times = tuple(f"s{n}" for n in range(draw(seldom_none(1, slots))))
    split = draw(st.integers(0, len(times)))
    seats = tuple(f"t{n}" for n in range(draw(st.integers(0, 3))))
    persons = tuple(f"p{n}" for n in range(draw(seldom_none(2, people))))
    staff = tuple(f"i{n}" for n in range(draw(st.integers(0, 2))))
    ids = tuple(f"m{n}" for n in range(draw(seldom_none(1, requests)) if persons else 0))
    table = st.sampled_from(seats) if seats else st.none()
    return Problem(
        slots=tuple(Slot(id_, day="day 1" if n < split else "day 2") for n, id_ in enumerate(times)),
        participants=tuple(draw(_participant(id_, times, table)) for id_ in persons),
        requests=tuple(draw(_request(id_, ids, persons, times, table, required, eager)) for id_ in ids),
        tables=tuple(
            Table(id_, unavailable=draw(subsets(times)) if draw(SELDOM) else (), features=draw(subsets(("step-free",))))
            for id_ in seats
        ),
        interpreters=tuple(draw(_interpreter(id_, times, table)) for id_ in staff),
        seating=Seating(stays=draw(maybe(st.just("cn")))),
        objective=Objective(
            weight_share=draw(st.sampled_from([1.0, 1.0, 0.9, 0.5])),
            fair_minimum=draw(st.integers(0, 3)),
            breaks=draw(st.sampled_from(["day", "sequence"])),
            fairness=draw(maybe(st.integers(0, 2))),
        ),
    )


@st.composite
def _participant(draw: st.DrawFn, id_: str, times: tuple[str, ...], table: st.SearchStrategy) -> Participant:
    return Participant(
        id_,
        side=draw(st.sampled_from(["eu", "cn"])),
        group=draw(maybe(st.just("delegation"))),
        languages=draw(st.lists(st.sampled_from(TONGUES), max_size=2, unique=True).map(tuple)),
        unavailable=draw(subsets(times)),
        max_meetings=draw(maybe(st.integers(0, 3))),
        max_per_day=draw(maybe(st.integers(1, 2))),
        table=draw(table) if draw(SELDOM) else None,
        needs=("step-free",) if draw(SELDOM) else (),
    )


@st.composite
def _request(
    draw: st.DrawFn,
    id_: str,
    ids: tuple[str, ...],
    persons: tuple[str, ...],
    times: tuple[str, ...],
    table: st.SearchStrategy,
    required: bool,
    eager: bool,
) -> Request:
    most = min(3, len(persons)) if draw(SELDOM) else 2
    time = st.sampled_from(times) if times else st.none()
    fixed = Fixed(draw(maybe(time)), draw(table) if draw(SELDOM) else None) if draw(SELDOM) else None
    return Request(
        id_,
        draw(st.lists(st.sampled_from(persons), min_size=2, max_size=most, unique=True).map(tuple)),
        weight=draw(st.integers(0, 5)),
        required=required and (draw(st.booleans()) if eager else draw(SELDOM) and draw(SELDOM)),
        interpreter=draw(st.sampled_from(["auto", "auto", "auto", "none", "none", "helpful", "required"])),
        online=draw(SELDOM),
        slots=draw(maybe(subsets(times, 3))),
        fixed=fixed,
        after=tuple(other for other in draw(subsets(ids)) if other != id_) if draw(SELDOM) else (),
    )


@st.composite
def _interpreter(draw: st.DrawFn, id_: str, times: tuple[str, ...], table: st.SearchStrategy) -> Interpreter:
    return Interpreter(
        id_,
        languages=draw(st.lists(st.sampled_from(TONGUES), min_size=2, max_size=3, unique=True).map(tuple)),
        unavailable=draw(subsets(times)) if draw(SELDOM) else (),
        max_consecutive=draw(maybe(st.integers(1, 2))),
        table=draw(table) if draw(SELDOM) else None,
    )


def every_plan(problem: Problem) -> Iterator[tuple[Meeting, ...]]:
    """All plans that keep every rule but `required`: all choices of slot, table and interpreter for each request."""
    choices = [
        [
            None,
            *(Meeting(one.id, slot.id, table, who) for slot in problem.slots for table, who in _places(problem, one)),
        ]
        for one in problem.requests
    ]
    yield from (
        meetings
        for chosen in _lawful(problem, choices, ())
        if not _breaches(problem, meetings := tuple(one for one in chosen if one is not None), ("fairness",))
    )


def _places(problem: Problem, request: Request) -> list[tuple[str | None, str | None]]:
    tables = [None] if request.online else [one.id for one in problem.tables]
    staff = [one.id for one in problem.interpreters] if may_have_interpreter(problem, request) else []
    return list(product(tables, [None, *staff] if request.interpreter != "helpful" else [None]))


def _lawful(problem: Problem, choices: list, chosen: tuple) -> Iterator[tuple]:
    if len(chosen) == len(choices):
        yield chosen
        return
    for one in choices[len(chosen)]:
        meetings = tuple(x for x in (*chosen, one) if x is not None)
        if one is None or not _breaches(problem, meetings, _PARTIAL):
            yield from _lawful(problem, choices, (*chosen, one))


_PARTIAL = tuple(set(RULES) - {"not-listed", "required", "fairness", "certificate", "wrong-problem", "unknown-id"})


def _breaches(problem: Problem, meetings: tuple[Meeting, ...], rules: tuple[str, ...]) -> bool:
    plan = Plan("", meetings, Certificate("feasible", 0, 0, 0, 0, 0, 0, 0))
    case = Case(problem, plan, fairness=problem.objective.fairness)
    return any(True for rule in rules for _ in RULES[rule](case))


def best_by_trying(problem: Problem) -> tuple[int, int, int] | None:
    """Weight, shortfall and breaks of the best plan; None if the required meetings cannot all be planned."""
    required = {one.id for one in problem.requests if one.required}
    found = {
        (goals.weight(problem, one), goals.shortfall(problem, one), goals.breaks(problem, one))
        for one in every_plan(problem)
        if required <= {meeting.request for meeting in one}
    }
    if not found:
        return None
    best = max(weight for weight, _, _ in found)
    floor = goals.weight_floor(problem, best)
    shortfall, breaks, _ = min((lack, breaks, -weight) for weight, lack, breaks in found if weight >= floor)
    return best, shortfall, breaks


def with_change(problem: Problem, unmet: Unmet) -> Problem:
    """The problem after the one change that is said to let the request in."""
    change = dict(unmet.change or {})
    needs = frozenset(
        need for who in problem.request_by_id[unmet.request].participants for need in _person(problem, who).needs
    )
    if change.get("add") == "table":
        return replace(problem, tables=(*problem.tables, Table("new", features=tuple(sorted(needs)))))
    if change.get("add") == "interpreter":
        newcomer = Interpreter("new", languages=tuple(change["languages"].split(";")))
        return replace(problem, interpreters=(*problem.interpreters, newcomer))
    person = _person(problem, change["of"])
    if "open" in change:
        changed = replace(person, unavailable=tuple(one for one in person.unavailable if one != change["open"]))
    elif change["raise"] == "max_meetings":
        changed = replace(person, max_meetings=(person.max_meetings or 0) + 1)
    else:
        changed = replace(person, max_per_day=(person.max_per_day or 0) + 1)
    return replace(problem, participants=tuple(changed if one == person else one for one in problem.participants))


def _person(problem: Problem, who: str) -> Participant:
    return problem.participant_by_id[who]


def lets_in(problem: Problem, plan: Plan, request: Request) -> bool:
    """Does some meeting of this request keep every rule beside the meetings of the plan?"""
    rules = tuple(set(RULES) - {"not-listed", "required", "certificate", "wrong-problem", "unknown-id"})
    return any(
        not _breaches(problem, (*plan.meetings, Meeting(request.id, slot.id, table, who)), rules)
        for slot in problem.slots
        for table, who in _places(problem, request)
    )
