"""qiao-plan/1: what is read and refused, and that what is written is read again as the same."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from qiao.engine.files import CODES, InvalidFile
from qiao.engine.scheduling.files import read_plan, write_plan
from qiao.engine.scheduling.model import REASONS, Certificate, Meeting, Moved, Place, Plan, Unmet, Violation
from tests.engine.scheduling.conftest import Small
from tests.engine.scheduling.strategies import plans

FULL: dict[str, Any] = {
    "format": "qiao-plan/1", "problem": "ab12", "seed": 1, "engine": "qiao 0.3.0",
    "meetings": [{"request": "m1", "slot": "s03", "table": "t1", "interpreter": None}],
    "unmet": [{"request": "m9", "reason": "participant-full", "who": ["p2"], "change": {"raise": "max_meetings", "of": "p2"}}],
    "moved": [{"request": "m4", "from": {"slot": "s02", "table": "t1", "interpreter": None}, "to": None}],
    "conflict": [{"rule": "required", "request": "m1", "slot": None, "who": []}],
    "certificate": {"status": "optimal", "weight": 21077, "weight_best": 21077, "weight_bound": 21077, "shortfall": 87,
                    "shortfall_bound": 87, "breaks": 31, "breaks_bound": 12, "table_changes": 4100,
                    "table_changes_bound": 4026, "interpreter_changes": 9, "fairness": None, "fairness_gap": 2,
                    "workers": 2, "work": 120000, "stopped_by": "limit", "seconds": {"bound": 1.9, "weight": 6.1}},
}  # fmt: skip


def read(document: object) -> Plan:
    return read_plan(json.dumps(document).encode())


def changed(path: str, value: object) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(json.dumps(FULL))
    *keys, last = [int(key) if key.isdigit() else key for key in path.split(".")]
    inner: Any = document
    for key in keys:
        inner = inner[key]
    inner[last] = value
    return document


def test_the_example_of_the_format() -> None:
    certificate = Certificate(
        status="optimal",
        weight=21077,
        weight_best=21077,
        weight_bound=21077,
        shortfall=87,
        shortfall_bound=87,
        breaks=31,
        breaks_bound=12,
        table_changes=4100,
        table_changes_bound=4026,
        interpreter_changes=9,
        fairness=None,
        fairness_gap=2,
        workers=2,
        work=120000,
        stopped_by="limit",
        seconds={"bound": 1.9, "weight": 6.1},
    )
    expected = Plan(
        problem="ab12",
        seed=1,
        engine="qiao 0.3.0",
        meetings=(Meeting("m1", "s03", "t1", None),),
        unmet=(Unmet("m9", "participant-full", ("p2",), {"raise": "max_meetings", "of": "p2"}),),
        moved=(Moved("m4", Place("s02", "t1", None), None),),
        conflict=(Violation("required", "m1", None, ()),),
        certificate=certificate,
    )
    assert read(FULL) == expected
    assert json.loads(write_plan(expected)) == FULL
    assert list(json.loads(write_plan(expected))["certificate"]) == list(FULL["certificate"])


def test_all_that_may_be_left_out() -> None:
    stated = dict.fromkeys(
        ["weight", "weight_best", "shortfall", "breaks", "table_changes", "interpreter_changes", "fairness_gap"], 0
    )
    least = {"format": "qiao-plan/1", "problem": "", "meetings": [{"request": "m", "slot": "s"}]}
    plan = read(least | {"certificate": {"status": "feasible"} | stated})
    assert plan == Plan("", (Meeting("m", "s"),), Certificate("feasible", 0, 0, 0, 0, 0, 0, 0))


@pytest.mark.parametrize("reason", REASONS)
def test_reasons(reason: str) -> None:
    assert read(changed("unmet.0.reason", reason)).unmet[0].reason == reason


@pytest.mark.parametrize(
    ("path", "value", "place", "code"),
    [
        ("format", "qiao-problem/1", "format", "wrong-format"),
        ("notes", "", "notes", "unknown-key"),
        ("problem", None, "problem", "wrong-type"),
        ("seed", "1", "seed", "wrong-type"),
        ("seed", 10**15 + 1, "seed", "out-of-range"),
        ("meetings.0.room", "t1", "meetings[0].room", "unknown-key"),
        ("meetings.0.slot", None, "meetings[0].slot", "wrong-type"),
        ("meetings.0.table", "", "meetings[0].table", "empty"),
        ("meetings.0.interpreter", 1, "meetings[0].interpreter", "wrong-type"),
        ("unmet.0.reason", "bad-luck", "unmet[0].reason", "not-one-of"),
        ("unmet.0.who", "p2", "unmet[0].who", "wrong-type"),
        ("unmet.0.change", [], "unmet[0].change", "wrong-type"),
        ("unmet.0.change.of", 2, "unmet[0].change.of", "wrong-type"),
        ("moved.0.from", None, "moved[0].from", "wrong-type"),
        ("moved.0.to", {"slot": "s", "at": 1}, "moved[0].to.at", "unknown-key"),
        ("conflict.0.rule", "no-rule", "conflict[0].rule", "not-one-of"),
        ("certificate.status", "best", "certificate.status", "not-one-of"),
        ("certificate.weight", 1.0, "certificate.weight", "wrong-type"),
        ("certificate.weight_bound", float("inf"), "certificate.weight_bound", "wrong-type"),
        ("certificate.breaks_bound", 10**16, "certificate.breaks_bound", "out-of-range"),
        ("certificate.workers", -1, "certificate.workers", "out-of-range"),
        ("certificate.work", -1, "certificate.work", "out-of-range"),
        ("certificate.seconds", [], "certificate.seconds", "wrong-type"),
        ("certificate.seconds.bound", float("nan"), "certificate.seconds.bound", "out-of-range"),
        ("certificate.seconds.bound", -1, "certificate.seconds.bound", "out-of-range"),
        ("certificate.luck", 1, "certificate.luck", "unknown-key"),
    ],
)
def test_refused_with_the_place(path: str, value: object, place: str, code: str) -> None:
    with pytest.raises(InvalidFile) as caught:
        read(changed(path, value))
    assert [(one.place, one.code) for one in caught.value.problems] == [(place, code)]
    assert tuple(caught.value.problems[0].values) == CODES[code]


@pytest.mark.parametrize("key", ["format", "problem", "meetings", "certificate"])
def test_keys_that_must_be_there(key: str) -> None:
    with pytest.raises(InvalidFile) as caught:
        read({name: value for name, value in FULL.items() if name != key})
    assert [(one.place, one.code) for one in caught.value.problems] == [("", "missing-key")]
    assert caught.value.problems[0].values == {"key": key}


def test_a_key_that_stands_twice() -> None:
    twice = json.dumps(FULL).replace('"of": "p2"', '"of": "p2", "of": "p3"').encode()
    with pytest.raises(InvalidFile) as caught:
        read_plan(twice)
    assert [(one.place, one.code) for one in caught.value.problems] == [("unmet[0].change.of", "duplicate-key")]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plans())
def test_what_is_written_is_read_again(plan: Plan) -> None:
    data = write_plan(plan)
    assert read_plan(data) == plan
    assert write_plan(read_plan(data)) == data


def test_ok_small(ok_small: Small) -> None:
    assert read_plan(write_plan(ok_small.plan)) == ok_small.plan
