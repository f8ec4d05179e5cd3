"""Whatever stands in a file, it is read or refused with InvalidFile: with a code, a place and values that can be shown."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qiao.engine.files import CODES, KINDS, LIMIT, LONGEST, TYPES, FileProblem, InvalidFile
from qiao.engine.scheduling.files import read_plan, read_problem, write_plan, write_problem
from qiao.engine.scheduling.model import Plan, Problem
from qiao.engine.scheduling.verify import verify
from tests.engine.scheduling.conftest import PLAN, PROBLEM
from tests.engine.scheduling.test_plan_file import FULL as FULL_PLAN
from tests.engine.scheduling.test_problem_file import FULL as FULL_PROBLEM

Read = Callable[[bytes], Problem | Plan]
READERS: list[Read] = [read_problem, read_plan]


def refused(read: Read, data: bytes) -> list[tuple[str, str]]:
    with pytest.raises(InvalidFile) as caught:
        read(data)
    for one in caught.value.problems:
        assert_can_be_told(one)
    str(caught.value).encode()
    return [(one.place, one.code) for one in caught.value.problems]


def assert_can_be_told(problem: FileProblem) -> None:
    """Whoever words it needs all values, short and writable anywhere."""
    assert tuple(problem.values) == CODES[problem.code]
    assert len(problem.place) < 2000
    problem.place.encode()
    for value in problem.values.values():
        assert isinstance(value, int | str)
        assert len(str(value)) <= 500
        assert str(value).isprintable()
    assert problem.values.get("expected") in TYPES or problem.code != "wrong-type"
    assert problem.values.get("kind") in (*KINDS, None)


def bytes_of(document: object) -> bytes:
    return json.dumps(document).encode()


WHOLE_FILES = [
    (b"", "", "empty-file"),
    (b" \r\n\t", "", "empty-file"),
    (b"\xef\xbb\xbf", "", "empty-file"),
    (b"null", "", "wrong-type"),
    (b"[]", "", "wrong-type"),
    (b'"text"', "", "wrong-type"),
    (b"NaN", "", "wrong-type"),
    (b"1e999", "", "wrong-type"),
    (b"9" * 100_000, "", "wrong-type"),
    (b"{", "line 1", "not-json"),
    (b"{}x", "line 1", "not-json"),
    (b'{\n"format": "\n"}', "line 2", "not-json"),
    (b"{'format': 1}", "line 1", "not-json"),
    (b"\x00\x01\x02", "line 1", "not-json"),
    (b"PK\x03\x04 a spreadsheet", "line 1", "not-json"),
    ('{"format": "qiao"}'.encode("utf-16"), "line 1", "not-utf8"),
    (b'{\n"name": "\xfcber"}', "line 2", "not-utf8"),
    (b'{"name": "\xed\xa0\x80"}', "line 1", "not-utf8"),
    (b"[" * 100_000, "", "nested-too-deep"),
    (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "", "nested-too-deep"),
]


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(("data", "place", "code"), WHOLE_FILES)
def test_files_that_are_none(read: Read, data: bytes, place: str, code: str) -> None:
    assert refused(read, data) == [(place, code)]


@pytest.mark.parametrize("read", READERS)
def test_deep_nesting_inside_a_value(read: Read) -> None:
    format_ = FULL_PROBLEM["format"] if read is read_problem else FULL_PLAN["format"]
    for depth in (100, 200):
        found = refused(read, f'{{"format": "{format_}", "name": '.encode() + b"[" * depth + b"]" * depth + b"}")
        assert any(place == "name" for place, _ in found)


@pytest.mark.parametrize(
    ("text", "place", "code"),
    [
        ("\ud800", "name", "bad-text"),
        ("ok \udfff", "name", "bad-text"),
        ("x" * (LONGEST + 1), "name", "too-long"),
        ("汉" * 5_000_000, "name", "too-long"),
    ],
)
def test_texts_that_cannot_be_kept(text: str, place: str, code: str) -> None:
    assert refused(read_problem, bytes_of(FULL_PROBLEM | {"name": text})) == [(place, code)]
    assert ("requests[0].id", code) in refused(
        read_problem, bytes_of(FULL_PROBLEM | {"requests": [{"id": text, "participants": ["p1", "p2"]}]})
    )
    assert ("engine", code) in refused(read_plan, bytes_of(FULL_PLAN | {"engine": text}))


def test_the_longest_text_is_taken() -> None:
    assert read_problem(bytes_of(FULL_PROBLEM | {"name": "汉" * LONGEST})).name == "汉" * LONGEST


@pytest.mark.parametrize("key", ["\ud800", "", "a" * 100_000, "\u202e\n\x00", '"]', "汉字", "__class__"])
def test_strange_keys(key: str) -> None:
    for read, full in ((read_problem, FULL_PROBLEM), (read_plan, FULL_PLAN)):
        ((place, code),) = refused(read, bytes_of(full | {key: 1}))
        assert code == "unknown-key"
        assert place
    nested = {"unmet": [FULL_PLAN["unmet"][0] | {"change": {key: 1}}]}
    assert "wrong-type" in {code for _, code in refused(read_plan, bytes_of(FULL_PLAN | nested))}


def test_keys_that_stand_twice() -> None:
    twice = bytes_of(FULL_PROBLEM).replace(b'"weight": 7', b'"weight": 7, "weight": 8, "weight": 9')
    assert refused(read_problem, twice) == [("requests[0].weight", "duplicate-key")]
    at_top = bytes_of(FULL_PROBLEM)[:-1] + b', "slots": []}'
    assert ("slots", "duplicate-key") in refused(read_problem, at_top)


def test_many_problems_end_the_reading() -> None:
    found = refused(read_problem, bytes_of(FULL_PROBLEM | {"requests": [{}] * 100_000}))
    assert len(found) == LIMIT + 1
    assert found[-1] == ("", "too-many-problems")


@pytest.mark.parametrize(
    "changes",
    [
        {"requests": [{"id": "m", "participants": ["p1"] * 200_000}]},
        {"requests": [{"id": "m", "participants": ["nobody"] * 200_000}]},
        {"participants": [{"id": "p1"}] * 50_000},
        {"participants": [{"id": "p1", "languages": ["a" * LONGEST] * 1000}]},
        {"participants": [{"id": "p1", "languages": ["de" + "-aaaaaaaa" * 100] * 1000}]},
        {"slots": [{"id": "s01", "start": "2" * LONGEST}] * 1000},
        {"tables": [{"id": "t1", "features": ["x"] * 200_000}, 1]},
    ],
)
def test_large_files_are_refused_soon(changes: dict[str, Any]) -> None:
    data = bytes_of(FULL_PROBLEM | changes)
    start = time.process_time()
    refused(read_problem, data)
    assert time.process_time() - start < 6  # far below one second; quadratic work would take minutes


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(10**300, 10**301)
    | st.floats()
    | st.text(st.characters(exclude_categories=()), max_size=5)
    | st.sampled_from(
        ["p1", "s01", "t1", "m1", "de", "2027-11-03T09:00", "0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "slot"]) | st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=5,
)


@st.composite
def spoiled(draw: st.DrawFn, document: Any) -> bytes:
    """The document with a few values replaced, dropped or repeated."""
    document = json.loads(json.dumps(document))
    for _ in range(draw(st.integers(1, 3))):
        inner: Any = document
        while isinstance(inner, dict | list) and inner:
            keys = list(inner) if isinstance(inner, dict) else list(range(len(inner)))
            key = draw(st.sampled_from(keys))
            if not isinstance(inner[key], dict | list) or draw(st.integers(0, 3)) == 0:
                break
            inner = inner[key]
        if not inner:
            continue
        action = draw(st.sampled_from(["replace", "drop", "repeat"]))
        if action == "replace":
            inner[key] = draw(JSON)
        elif action == "drop":
            del inner[key]
        elif isinstance(inner, list):
            inner.append(inner[key])
        else:
            inner[str(draw(JSON))] = inner[key]
    return json.dumps(document).encode()


def read_or_refused(read: Read, data: bytes) -> Problem | Plan | None:
    try:
        return read(data)
    except InvalidFile as invalid:
        found = invalid.problems
    assert found
    for one in found:
        assert_can_be_told(one)
    return None


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(spoiled(FULL_PROBLEM) | spoiled(json.loads(write_problem(PROBLEM))) | JSON.map(bytes_of))
def test_a_spoiled_problem_is_read_or_refused(data: bytes) -> None:
    problem = read_or_refused(read_problem, data)
    if isinstance(problem, Problem):
        assert read_problem(write_problem(problem)) == problem
        verify(problem, PLAN)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(spoiled(FULL_PLAN) | spoiled(json.loads(write_plan(PLAN))) | JSON.map(bytes_of))
def test_a_spoiled_plan_is_read_or_refused(data: bytes) -> None:
    plan = read_or_refused(read_plan, data)
    if isinstance(plan, Plan):
        assert read_plan(write_plan(plan)) == plan
        verify(PROBLEM, plan)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=80), st.text("nBTables=[]{}|,.;0123456789% \n\\", max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes, text: str) -> None:
    for read in READERS:
        assert read_or_refused(read, data) is None  # too short for a whole file
    for content in (data, text.encode()):
        problem = read_or_refused(lambda given: read_problem(given, "x.dzn"), content)
        assert problem is None or read_problem(write_problem(problem)) == problem


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2000), st.binary(max_size=3), st.integers(0, 20))
def test_a_file_damaged_somewhere(at: int, instead: bytes, length: int) -> None:
    for read, write, thing in ((read_problem, write_problem, PROBLEM), (read_plan, write_plan, PLAN)):
        good = write(thing)
        damaged = read_or_refused(read, good[:at] + instead + good[at + length :])
        assert damaged is None or read(write(damaged)) == damaged
        assert read_or_refused(read, good[:at]) == (thing if at >= len(good.rstrip()) else None)


@pytest.mark.parametrize("start", ["0001-01-01T00:00+14:00", "0001-01-01T00:00+23:59", "9999-12-31T23:50-23:59"])
def test_times_at_the_ends_of_the_calendar(start: str) -> None:
    slots = [{"id": "s01", "start": start, "end": start.replace("00:00+", "00:05+").replace("23:50-", "23:59-")}]
    document = FULL_PROBLEM | {"slots": [*slots, {"id": "s02"}]}
    assert read_problem(bytes_of(document)).slots[0].start == start
    later = [*slots, {"id": "s02", "start": "2027-11-03T09:00Z", "end": "2027-11-03T09:20Z"}]
    read_or_refused(read_problem, bytes_of(FULL_PROBLEM | {"slots": later}))
