"""Problems and plans of every shape that the file formats allow, for property tests."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from qiao.engine.scheduling.model import (
    REASONS,
    Certificate,
    Fixed,
    Interpreter,
    Meeting,
    Moved,
    Objective,
    Participant,
    Place,
    Plan,
    Problem,
    Request,
    Seating,
    Slot,
    Table,
    Unmet,
    Violation,
)
from qiao.engine.scheduling.rules import RULES

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
COUNT = st.integers(0, 1_000_000)
BIG = st.integers(-(10**15), 10**15)
SMALL = st.integers(0, 4)
TONGUES = st.lists(st.sampled_from(["de", "de-AT", "en", "zh-Hans-CN", "ZH", "x-own"]), max_size=3).map(tuple)


def ids(least: int, most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from("abcdefg") | TEXT.filter(bool), min_size=least, max_size=most, unique=True)


def some(of: list[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(of), max_size=3).map(tuple) if of else st.just(())


def one_or_none(of: list[str]) -> st.SearchStrategy[str | None]:
    return st.none() | st.sampled_from(of) if of else st.none()


@st.composite
def slots(draw: st.DrawFn) -> tuple[Slot, ...]:
    now, found = datetime(2027, 11, 3, tzinfo=UTC), []
    for id_ in draw(ids(0, 5)):
        start = now + timedelta(minutes=draw(st.integers(0, 900)))
        now = start + timedelta(minutes=draw(st.integers(1, 60)))
        times = draw(st.sampled_from([(None, None), (start.isoformat(), now.isoformat())]))
        found.append(Slot(id_, *times, day=draw(st.sampled_from(["", "1", "2"]))))
    return tuple(found)


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Small numbers where they bind, so that the rules have something to say."""
    times = draw(slots())
    when = some([one.id for one in times])
    people, tables, interpreters, requests = draw(ids(2, 5)), draw(ids(0, 3)), draw(ids(0, 3)), draw(ids(0, 6))
    limit = st.none() | SMALL | COUNT
    features = st.lists(st.sampled_from("xy"), max_size=2).map(tuple)
    return Problem(
        name=draw(TEXT),
        slots=times,
        participants=tuple(
            Participant(
                id=id_,
                side=draw(st.none() | TEXT),
                group=draw(st.none() | st.sampled_from("gh")),
                languages=draw(TONGUES),
                unavailable=draw(when),
                max_meetings=draw(limit),
                max_per_day=draw(limit),
                table=draw(one_or_none(tables)),
                needs=draw(features),
            )
            for id_ in people
        ),
        tables=tuple(Table(id_, draw(when), draw(features)) for id_ in tables),
        interpreters=tuple(
            Interpreter(id_, draw(TONGUES), draw(when), draw(limit), draw(one_or_none(tables))) for id_ in interpreters
        ),
        requests=tuple(draw(a_request(id_, people, requests, times, tables)) for id_ in requests),
        seating=Seating(draw(st.none() | TEXT)),
        objective=Objective(
            weight_share=draw(st.floats(0, 1)),
            fair_minimum=draw(SMALL),
            breaks=draw(st.sampled_from(["day", "sequence"])),
            fairness=draw(st.none() | SMALL),
        ),
    )


@st.composite
def a_request(
    draw: st.DrawFn, id_: str, people: list[str], requests: list[str], times: tuple[Slot, ...], tables: list[str]
) -> Request:
    when, online = [one.id for one in times], draw(st.booleans())
    places = st.builds(Fixed, one_or_none(when), st.none() if online else one_or_none(tables))
    return Request(
        id=id_,
        participants=tuple(draw(st.lists(st.sampled_from(people), min_size=2, max_size=3, unique=True))),
        weight=draw(COUNT),
        required=draw(st.booleans()),
        interpreter=draw(st.sampled_from(["auto", "required", "helpful", "none"])),
        online=online,
        slots=draw(st.none() | some(when)),
        fixed=draw(st.none() | places),
        after=draw(some([one for one in requests if one != id_])),
    )


def certificates() -> st.SearchStrategy[Certificate]:
    known, bound = st.sampled_from([0, 1, 3]) | BIG, st.none() | BIG
    return st.builds(
        Certificate,
        status=st.sampled_from(["optimal", "feasible", "infeasible"]),
        weight=known,
        weight_best=known,
        shortfall=known,
        breaks=known,
        table_changes=known,
        interpreter_changes=known,
        fairness_gap=known,
        weight_bound=bound,
        shortfall_bound=bound,
        breaks_bound=bound,
        table_changes_bound=bound,
        fairness=st.none() | SMALL,
        workers=SMALL,
        work=st.none() | COUNT,
        stopped_by=st.none() | TEXT,
        seconds=st.dictionaries(TEXT, st.floats(0, 1e9), max_size=2),
    )


def plans(problem: Problem | None = None) -> st.SearchStrategy[Plan]:
    """Plans that name ids of the problem, and sometimes unknown ones."""
    stranger = TEXT.filter(bool)

    def known(records: tuple[Slot | Request | Table | Interpreter | Participant, ...]) -> st.SearchStrategy[str]:
        return st.sampled_from([one.id for one in records]) | stranger if records else stranger

    request, slot = known(problem.requests if problem else ()), known(problem.slots if problem else ())
    table = st.none() | known(problem.tables if problem else ())
    interpreter = st.none() | known(problem.interpreters if problem else ())
    who = st.lists(known(problem.participants if problem else ()), max_size=2).map(tuple)
    place = st.builds(Place, slot, table, interpreter)
    clash = st.builds(Violation, st.sampled_from(list(RULES)), st.none() | request, st.none() | slot, who)
    change = st.none() | st.dictionaries(TEXT, TEXT, max_size=2)
    return st.builds(
        Plan,
        problem=TEXT,
        meetings=st.lists(st.builds(Meeting, request, slot, table, interpreter), max_size=6).map(tuple),
        certificate=certificates(),
        unmet=st.lists(st.builds(Unmet, request, st.sampled_from(REASONS), who, change), max_size=3).map(tuple),
        moved=st.lists(st.builds(Moved, request, place, st.none() | place), max_size=3).map(tuple),
        conflict=st.lists(clash, max_size=2).map(tuple),
        seed=BIG,
        engine=TEXT,
    )
