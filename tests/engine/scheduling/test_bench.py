"""The made-up conferences and the peers that `qiao bench planning` measures with: a comparison must be fair to both."""

import json
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner

from qiao.bench import brokerage
from qiao.bench.conferences import FAMILIES, MANY_LANGUAGES, conference, random_conference
from qiao.bench.peers import alphabetical, booked, first_come, plain_solver
from qiao.bench.pictures import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, diagram
from qiao.bench.planning import LIMITS, NEAR, PEERS, cases, exponent, measure, pictures, seconds_to
from qiao.cli import app
from qiao.engine.scheduling import goals
from qiao.engine.scheduling.dzn import read_dzn
from qiao.engine.scheduling.model import Interpreter, Meeting, Participant, Plan, Problem, Request, Slot, Table
from qiao.engine.scheduling.verify import verify
from tests.engine.scheduling.conftest import PLAN
from tests.engine.scheduling.damages import restated


def test_a_family_is_the_same_for_the_same_seed_and_another_for_another() -> None:
    for family in FAMILIES:
        assert conference(family, 60, seed=3) == conference(family, 60, seed=3) != conference(family, 60, seed=4)


def test_families_differ_in_what_their_names_say() -> None:
    tight, loose, short, many = (conference(family, 200, seed=1) for family in FAMILIES)
    assert tight == random_conference(200, 1_000, seed=1)
    assert 32 * len(tight.tables) < 1_000 < 32 * len(loose.tables)
    assert len(loose.interpreters) > len(tight.interpreters)
    assert [len(day) for day in short.days] == [8]
    assert not any(one.unavailable for one in short.interpreters)
    assert {tongue for one in many.participants for tongue in one.languages} == {"de", "en", "es", "fr", "it", "zh"}
    staff = conference("many languages", 1_000, seed=1).interpreters
    assert {one.languages for one in staff} == set(MANY_LANGUAGES.kinds)
    assert len(MANY_LANGUAGES.kinds) == 8
    assert {one.max_consecutive for one in many.interpreters} == {6}


@pytest.mark.parametrize("family", FAMILIES)
def test_booking_keeps_the_rules(family: str) -> None:
    problem = conference(family, 60, seed=1)
    for meetings in (first_come(problem), alphabetical(problem)):
        plan = restated(problem, Plan("", meetings, PLAN.certificate))
        assert Counter(one.rule for one in verify(problem, plan)).keys() <= {"not-listed"}
        assert len(meetings) > 40


def small() -> Problem:
    """Four people who understand each other only through one interpreter, who rests after two meetings; one table."""
    slots = tuple(Slot(f"s{n}", day="1") for n in range(4))
    people = tuple(Participant(id_, languages=("de" if id_ < "c" else "zh",)) for id_ in ("a", "b", "x", "y"))
    requests = tuple(Request(f"m{n}", pair) for n, pair in enumerate([("b", "y"), ("b", "x"), ("a", "y"), ("a", "x")]))
    return Problem(slots, people, requests, (Table("t"),), (Interpreter("i", ("de", "zh"), max_consecutive=2),))


def test_booking_takes_the_first_slot_that_is_left_and_lets_interpreters_rest() -> None:
    problem = small()
    assert booked(problem, problem.requests) == (
        Meeting("m0", "s0", "t", "i"),
        Meeting("m1", "s1", "t", "i"),
        Meeting("m2", "s3", "t", "i"),
    )
    assert [one.request for one in alphabetical(problem)] == ["m3", "m2", "m1"]


def test_first_come_is_neither_the_order_of_the_file_nor_the_alphabet() -> None:
    problem = conference("tight", 60, seed=1)
    order = [one.request for one in first_come(problem)]
    assert order != [one.request for one in booked(problem, problem.requests)]
    assert order != [one.request for one in alphabetical(problem)]


def test_the_plain_solver_finds_the_best_of_a_small_event() -> None:
    problem = small()
    found = plain_solver(problem, limit=60)
    assert goals.weight(problem, found) == 9
    assert len({one.slot for one in found}) == 3


def test_all_are_measured_against_the_same_bound() -> None:
    row = measure(small(), limit=60)
    assert row["violations"] == 0
    assert row["bound"] == 9
    for name in ("planner", *PEERS):
        assert row[name]["weight"] == 9
        assert row[name]["share"] == 1.0
    assert all(row[peer]["ratio"] == 1.0 for peer in PEERS)


def test_cases_can_be_kept_small() -> None:
    assert len(cases(0)) == 2
    assert len(cases(500)) == 2 + 2 * len(FAMILIES)
    assert len(cases(max(LIMITS))) == 2 + len(LIMITS) * len(FAMILIES)


EVENT = """nBusiness = 3; nMeetings = 3; nTables = 2; nTotalSlots = {slots}; nMorningSlots = 0;
requested = [| 1, 2, 3, | 1, 3, 3, | 2, 3, 3, |]; forbidden = [{{2}}, {{0}}, {{0}}]; fixed = [0, 0, 0];
precedences = [{{}}, {{}}, {{}}];
"""


@pytest.mark.parametrize(("slots", "status", "breaks"), [(4, "optimal", 1), (2, "infeasible", None)])
def test_all_ways_agree_about_a_brokerage_event(slots: int, status: str, breaks: int | None) -> None:
    """The first person misses the second slot; all three meet each other, which takes three slots."""
    problem = read_dzn(EVENT.format(slots=slots).encode())
    figures = brokerage.run({"event": problem}, limit=60)["instances"]["event"]
    for name in ("planner", "plain CP-SAT", "RC2"):
        assert (name, figures[name]["status"], figures[name]["breaks"]) == (name, status, breaks)
    assert figures["planner"]["ratio"] == 1.0


def test_the_command_reads_a_folder_of_instances(tmp_path: Path) -> None:
    (tmp_path / "event.dzn").write_text(EVENT.format(slots=4))
    out = tmp_path / "figures.json"
    bench = ["bench", "planning", "--instances", str(tmp_path), "--lang", "en"]
    assert CliRunner().invoke(app, [*bench, "--out", str(out)]).exit_code == 0
    assert json.loads(out.read_text())["instances"]["event"]["RC2"]["breaks"] == 1
    (tmp_path / "odd.dzn").write_text("nBusiness = ?;")
    refused = CliRunner().invoke(app, bench)
    assert refused.exit_code == 2
    assert "odd.dzn" in refused.output


def test_growth_is_measured_up_to_nearly_the_bound_and_its_exponent_is_the_slope() -> None:
    assert 0 < seconds_to(conference("loose", 60, seed=1), NEAR) < LIMITS[200]
    assert exponent({250: 1.0, 500: 4.0, 1_000: 16.0}) == pytest.approx(2.0)


@pytest.mark.parametrize("logarithmic", [False, True])
def test_a_diagram_shows_every_line_within_its_frame(logarithmic: bool) -> None:
    lines = {"a < b": [(1.0, 3.0), (7.0, 0.5)], "c": [(2.0, 1.0), (30.0, 12.0)]}
    drawing = ElementTree.fromstring(diagram("Tables & people", "seconds", lines, logarithmic=logarithmic))
    texts = [one.text for one in drawing.iter("{http://www.w3.org/2000/svg}text")]
    assert {"Tables & people", "seconds", "a < b", "c"} <= set(texts)
    tracks = [one.attrib["points"].split() for one in drawing.iter("{http://www.w3.org/2000/svg}polyline")]
    rising, falling = ([tuple(map(float, point.split(","))) for point in track] for track in tracks)
    assert all(LEFT <= x <= WIDTH - RIGHT and TOP <= y <= HEIGHT - BOTTOM for x, y in (*rising, *falling))
    assert rising[0][1] > rising[1][1]  # y runs downwards
    assert falling[0][1] < falling[1][1]


def test_pictures_are_made_of_the_largest_events() -> None:
    course = [(1.0, 400), (2.0, 100)]
    cases = {
        "tight, 2,000 people": {"course": course},
        "tight, 500 people": {"course": course},
        "scenario A": {"course": course},
    }
    assert list(pictures({"cases": cases, "growth": {250: 1.0, 500: 2.0}})) == [
        "planning-course.svg",
        "planning-growth.svg",
    ]
    assert pictures({"cases": {}, "growth": {250: 1.0}}) == {}
