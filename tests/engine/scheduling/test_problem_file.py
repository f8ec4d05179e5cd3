"""qiao-problem/1: what is read, with which defaults, and that what is written is read again as the same."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from qiao.engine.files import CODES, InvalidFile
from qiao.engine.scheduling.files import problem_digest, read_problem, write_problem
from qiao.engine.scheduling.model import (
    Fixed,
    Interpreter,
    Objective,
    Participant,
    Problem,
    Request,
    Seating,
    Slot,
    Table,
)
from tests.engine.scheduling.conftest import Small
from tests.engine.scheduling.strategies import problems

FULL: dict[str, Any] = {
    "format": "qiao-problem/1",
    "name": "Forum 融通",
    "slots": [
        {"id": "s01", "start": "2027-11-03T09:00+08:00", "end": "2027-11-03T09:20+08:00", "day": "2027-11-03"},
        {"id": "s02", "start": "2027-11-03T01:20Z", "end": "2027-11-03T09:40:00.5+08:00"},
    ],
    "participants": [
        {"id": "p1", "side": "eu", "group": None, "languages": ["de", "en"], "unavailable": ["s01"],
         "max_meetings": None, "max_per_day": None, "table": None, "needs": []},
        {"id": "p2", "side": "cn", "group": "g", "languages": ["zh-Hans-CN"], "max_meetings": 8, "max_per_day": 4,
         "table": "t1", "needs": ["ramp"]},
    ],
    "tables": [{"id": "t1", "unavailable": ["s02"], "features": ["ramp"]}],
    "interpreters": [{"id": "i1", "languages": ["de", "zh"], "unavailable": [], "max_consecutive": 3, "table": "t1"}],
    "requests": [
        {"id": "m1", "participants": ["p1", "p2"], "weight": 7, "required": True, "interpreter": "required",
         "online": False, "slots": ["s02"], "fixed": {"slot": "s02", "table": "t1"}, "after": ["m2"]},
        {"id": "m2", "participants": ["p2", "p1"], "online": True, "fixed": {"slot": None}},
    ],
    "seating": {"stays": "cn"},
    "objective": {"weight_share": 0.99, "fair_minimum": 2, "breaks": "sequence", "fairness": 2},
}  # fmt: skip


def read(document: object) -> Problem:
    return read_problem(json.dumps(document).encode(), "problem.json")


def problems_of(document: object) -> list[tuple[str, str]]:
    with pytest.raises(InvalidFile) as caught:
        read(document)
    for one in caught.value.problems:
        assert tuple(one.values) == CODES[one.code], one
        one.place.encode()
    return [(one.place, one.code) for one in caught.value.problems]


def changed(path: str, value: object) -> dict[str, Any]:
    """The full file with another value at a path like requests.0.weight."""
    document: dict[str, Any] = json.loads(json.dumps(FULL))
    *keys, last = [int(key) if key.isdigit() else key for key in path.split(".")]
    inner: Any = document
    for key in keys:
        inner = inner[key]
    inner[last] = value
    return document


def test_everything_that_may_be_given() -> None:
    assert read(FULL) == Problem(
        name="Forum 融通",
        slots=(
            Slot("s01", "2027-11-03T09:00+08:00", "2027-11-03T09:20+08:00", "2027-11-03"),
            Slot("s02", "2027-11-03T01:20Z", "2027-11-03T09:40:00.5+08:00", "2027-11-03"),
        ),
        participants=(
            Participant("p1", "eu", None, ("de", "en"), ("s01",)),
            Participant("p2", "cn", "g", ("zh-Hans-CN",), (), 8, 4, "t1", ("ramp",)),
        ),
        tables=(Table("t1", ("s02",), ("ramp",)),),
        interpreters=(Interpreter("i1", ("de", "zh"), (), 3, "t1"),),
        requests=(
            Request("m1", ("p1", "p2"), 7, True, "required", False, ("s02",), Fixed("s02", "t1"), ("m2",)),
            Request("m2", ("p2", "p1"), online=True, fixed=Fixed()),
        ),
        seating=Seating("cn"),
        objective=Objective(0.99, 2, "sequence", 2),
    )


def test_all_that_may_be_left_out() -> None:
    least = {
        "format": "qiao-problem/1",
        "slots": [{"id": "s"}],
        "participants": [{"id": "a"}, {"id": "b"}],
        "requests": [{"id": "m", "participants": ["a", "b"]}],
    }
    assert read(least) == Problem(
        name="",
        slots=(Slot("s", None, None, ""),),
        participants=(
            Participant("a", None, None, (), (), None, None, None, ()),
            Participant("b", None, None, (), (), None, None, None, ()),
        ),
        tables=(),
        interpreters=(),
        requests=(Request("m", ("a", "b"), 3, False, "auto", False, None, None, ()),),
        seating=Seating(None),
        objective=Objective(1.0, 3, "day", None),
    )


def test_a_problem_may_be_empty() -> None:
    document = {"format": "qiao-problem/1", "slots": [], "participants": [], "requests": []}
    assert read(document) == Problem((), (), ())
    assert read_problem(b"\xef\xbb\xbf" + json.dumps(document).encode()) == Problem((), (), ())


def test_the_day_is_that_of_the_start_where_it_stands() -> None:
    assert read(changed("slots.1.day", None)).slots[1].day == "2027-11-03"
    assert read(changed("slots.1.day", "later")).slots[1].day == "later"
    assert read(changed("slots.1.day", "")).slots[1].day == ""


@pytest.mark.parametrize("weight", [0, 1_000_000])
def test_weights_at_the_ends(weight: int) -> None:
    assert read(changed("requests.0.weight", weight)).requests[0].weight == weight


@pytest.mark.parametrize("key", ["side", "group", "max_meetings", "max_per_day", "table"])
def test_null_where_the_format_shows_it(key: str) -> None:
    assert getattr(read(changed(f"participants.1.{key}", None)).participants[1], key) is None


@pytest.mark.parametrize(
    ("path", "value", "place", "code"),
    [
        ("requests.0.wieght", 5, "requests[0].wieght", "unknown-key"),
        ("requests.0.fixed.room", "t1", "requests[0].fixed.room", "unknown-key"),
        ("participants.0.Languages", [], "participants[0].Languages", "unknown-key"),
        ("objective.fair", 1, "objective.fair", "unknown-key"),
        ("seating.stay", "cn", "seating.stay", "unknown-key"),
        ("comment", "", "comment", "unknown-key"),
        ("two words", "", '["two words"]', "unknown-key"),
        ("format", "qiao-problem/2", "format", "wrong-format"),
        ("format", "qiao-plan/1", "format", "wrong-format"),
        ("format", 1, "format", "wrong-type"),
        ("format", None, "format", "wrong-type"),
        ("slots", {}, "slots", "wrong-type"),
        ("slots", None, "slots", "wrong-type"),
        ("slots.0", "s01", "slots[0]", "wrong-type"),
        ("slots.0.end", "2027-11-03T09:00+08:00", "slots[0]", "end-not-after-start"),
        ("slots.0.end", "2027-11-03T08:00+08:00", "slots[0]", "end-not-after-start"),
        ("slots.0.end", None, "slots[0]", "missing-key"),
        ("slots.0.start", None, "slots[0]", "missing-key"),
        ("slots.0.start", "2027-11-03T09:00", "slots[0].start", "time-without-offset"),
        ("slots.0.end", "2027-11-03T09:20:00", "slots[0].end", "time-without-offset"),
        ("slots.0.start", "2027-02-30T09:00+08:00", "slots[0].start", "bad-time"),
        ("slots.0.start", "2027-11-03 09:00+08:00", "slots[0].start", "bad-time"),
        ("slots.0.start", "20271103T0900+0800", "slots[0].start", "bad-time"),
        ("slots.0.start", "2027-W44-3", "slots[0].start", "bad-time"),
        ("slots.0.start", "2027-11-03T09:00+99:00", "slots[0].start", "bad-time"),
        ("slots.0.start", "２０２７-11-03T09:00+08:00", "slots[0].start", "bad-time"),
        ("slots.0.start", "", "slots[0].start", "bad-time"),
        ("slots.0.start", 5, "slots[0].start", "wrong-type"),
        ("slots.1.start", "2027-11-03T09:10+08:00", "slots[1]", "slots-overlap"),
        ("slots.1.start", "2027-11-03T03:00+02:00", "slots[1]", "slots-overlap"),  # the same in another zone
        ("slots.1.start", "2027-11-03T08:00+08:00", "slots[1]", "slots-out-of-order"),
        ("participants.0.languages", ["d"], "participants[0].languages[0]", "bad-language"),
        ("participants.0.languages", ["de_DE"], "participants[0].languages[0]", "bad-language"),
        ("participants.0.languages", [""], "participants[0].languages[0]", "bad-language"),
        ("participants.0.languages", ["de-"], "participants[0].languages[0]", "bad-language"),
        ("participants.0.languages", "de", "participants[0].languages", "wrong-type"),
        ("participants.0.languages", None, "participants[0].languages", "wrong-type"),
        ("participants.0.unavailable", ["s99"], "participants[0].unavailable[0]", "unknown-id"),
        ("participants.0.table", "t9", "participants[0].table", "unknown-id"),
        ("participants.0.max_meetings", -1, "participants[0].max_meetings", "out-of-range"),
        ("participants.0.max_meetings", True, "participants[0].max_meetings", "wrong-type"),
        ("participants.0.needs", [""], "participants[0].needs[0]", "empty"),
        ("tables.0.unavailable", ["x"], "tables[0].unavailable[0]", "unknown-id"),
        ("interpreters.0.max_consecutive", 1.5, "interpreters[0].max_consecutive", "wrong-type"),
        ("interpreters.0.table", "t2", "interpreters[0].table", "unknown-id"),
        ("requests.0.participants", ["p1"], "requests[0].participants", "too-few"),
        ("requests.0.participants", [], "requests[0].participants", "too-few"),
        ("requests.0.participants", ["p1", "p1"], "requests[0].participants[1]", "repeated"),
        ("requests.0.participants", ["p1", "p3"], "requests[0].participants[1]", "unknown-id"),
        ("requests.0.participants", "p1", "requests[0].participants", "wrong-type"),
        ("requests.0.weight", -1, "requests[0].weight", "out-of-range"),
        ("requests.0.weight", 1_000_001, "requests[0].weight", "out-of-range"),
        ("requests.0.weight", 10**400, "requests[0].weight", "out-of-range"),
        ("requests.0.weight", -(10**400), "requests[0].weight", "out-of-range"),
        ("requests.0.weight", 3.0, "requests[0].weight", "wrong-type"),
        ("requests.0.weight", "3", "requests[0].weight", "wrong-type"),
        ("requests.0.weight", None, "requests[0].weight", "wrong-type"),
        ("requests.0.required", 1, "requests[0].required", "wrong-type"),
        ("requests.0.interpreter", "maybe", "requests[0].interpreter", "not-one-of"),
        ("requests.0.interpreter", True, "requests[0].interpreter", "wrong-type"),
        ("requests.0.slots", ["s01", "s99"], "requests[0].slots[1]", "unknown-id"),
        ("requests.0.fixed", "s01", "requests[0].fixed", "wrong-type"),
        ("requests.0.fixed.slot", "s99", "requests[0].fixed.slot", "unknown-id"),
        ("requests.0.after", ["m1"], "requests[0].after", "after-itself"),
        ("requests.0.after", ["m9"], "requests[0].after[0]", "unknown-id"),
        ("requests.0.online", True, "requests[0].fixed.table", "online-with-table"),
        ("objective.weight_share", 1.01, "objective.weight_share", "out-of-range"),
        ("objective.weight_share", -0.01, "objective.weight_share", "out-of-range"),
        ("objective.weight_share", float("nan"), "objective.weight_share", "out-of-range"),
        ("objective.weight_share", float("inf"), "objective.weight_share", "out-of-range"),
        ("objective.weight_share", "1", "objective.weight_share", "wrong-type"),
        ("objective.breaks", "hour", "objective.breaks", "not-one-of"),
        ("objective.fairness", float("-inf"), "objective.fairness", "wrong-type"),
        ("objective", None, "objective", "wrong-type"),
        ("name", ["x"], "name", "wrong-type"),
    ],
)  # fmt: skip
def test_refused_with_the_place(path: str, value: object, place: str, code: str) -> None:
    assert problems_of(changed(path, value)) == [(place, code)]


@pytest.mark.parametrize("key", ["format", "slots", "participants", "requests"])
def test_keys_that_must_be_there(key: str) -> None:
    document = {name: value for name, value in FULL.items() if name != key}
    assert ("", "missing-key") in problems_of(document)


@pytest.mark.parametrize("key", ["slots", "participants", "tables", "interpreters", "requests"])
def test_every_id_must_be_there_and_be_its_own(key: str) -> None:
    without = [{name: value for name, value in FULL[key][0].items() if name != "id"}]
    assert (f"{key}[0]", "missing-key") in problems_of(FULL | {key: without})
    assert (f"{key}[0].id", "empty") in problems_of(FULL | {key: [FULL[key][0] | {"id": ""}]})
    twice = [
        {"id": FULL[key][0]["id"], "participants": ["p1", "p2"]} if key == "requests" else {"id": FULL[key][0]["id"]}
    ]
    with pytest.raises(InvalidFile) as caught:
        read(FULL | {key: [*FULL[key], *twice]})
    (problem,) = caught.value.problems
    assert (problem.place, problem.code) == (f"{key}[{len(FULL[key])}].id", "duplicate-id")
    assert problem.values == {"id": FULL[key][0]["id"], "first": f"{key}[0].id"}


def test_a_request_must_name_its_participants() -> None:
    assert problems_of(FULL | {"requests": [{"id": "m1"}]}) == [("requests[0]", "missing-key")]


def test_ids_of_different_kinds_may_be_equal() -> None:
    same = {"format": "qiao-problem/1", "slots": [{"id": "1"}], "participants": [{"id": "1"}, {"id": "2"}]}
    same |= {
        "tables": [{"id": "1"}],
        "interpreters": [{"id": "1"}],
        "requests": [{"id": "1", "participants": ["1", "2"]}],
    }
    assert read(same).requests[0].participants == ("1", "2")


def test_ids_of_a_list_that_cannot_be_read_are_not_missed_elsewhere() -> None:
    for slots, found in (({}, ("slots", "wrong-type")), ([{"id": 5}], ("slots[0].id", "wrong-type"))):
        assert problems_of(FULL | {"slots": slots}) == [found]
    without = {key: value for key, value in FULL.items() if key != "slots"}
    assert problems_of(without) == [("", "missing-key")]
    assert problems_of(FULL | {"slots": []})[0] == ("participants[0].unavailable[0]", "unknown-id")
    without = {key: value for key, value in FULL.items() if key != "tables"}
    assert {code for _, code in problems_of(without)} == {"unknown-id"}


def test_all_problems_are_found_at_once() -> None:
    document = changed("requests.0.weight", "3") | {"extra": 1}
    document["participants"][0]["unavailable"] = ["s99"]
    assert problems_of(document) == [
        ("extra", "unknown-key"),
        ("requests[0].weight", "wrong-type"),
        ("participants[0].unavailable[0]", "unknown-id"),
    ]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(problems())
def test_what_is_written_is_read_again(problem: Problem) -> None:
    data = write_problem(problem)
    again = read_problem(data)
    # A slot without a day of its own has that of its start: "" is a day of its own in files.
    assert again == problem
    assert write_problem(again) == data


def test_ok_small_is_written_with_one_record_a_line(ok_small: Small) -> None:
    data = write_problem(ok_small.problem)
    assert read_problem(data) == ok_small.problem
    assert len(data.decode().splitlines()) > len(ok_small.problem.requests) + len(ok_small.problem.slots)
    assert write_problem(replace(ok_small.problem)) == data


def test_the_digest_is_that_of_the_bytes() -> None:
    assert problem_digest(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
