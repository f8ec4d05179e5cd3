"""Plan files: qiao-plan/1."""

from dataclasses import asdict
from typing import cast, get_args

from qiao.engine.files import Node, check_format, load, write_records
from qiao.engine.scheduling.model import (
    REASONS,
    Certificate,
    Meeting,
    Moved,
    Place,
    Plan,
    Reason,
    Status,
    Unmet,
    Violation,
)
from qiao.engine.scheduling.rules import RULES

PLAN_FORMAT = "qiao-plan/1"
MILLION = 1_000_000
STATED = 10**15  # beyond every sum that a problem can have


def read_plan(data: bytes) -> Plan:
    """Read a qiao-plan/1 file. Whether its ids exist is for `verify` to say.

    Raises:
        InvalidFile: with all problems found.
    """
    node = load(data)
    check_format(node, PLAN_FORMAT)
    required = ("format", "problem", "meetings", "certificate")
    root = node.keyed(required, ("seed", "engine", "unmet", "moved", "conflict"))
    plan = Plan(
        problem=root.get("problem", Node.text, ""),
        seed=root.get("seed", _stated, 1),
        engine=root.get("engine", Node.text, ""),
        meetings=root.list("meetings", _meeting),
        unmet=root.list("unmet", _unmet),
        moved=root.list("moved", _moved),
        conflict=root.list("conflict", _clash),
        certificate=root.get("certificate", _certificate, _NOTHING),
    )
    node.log.finish()
    return plan


def write_plan(plan: Plan) -> bytes:
    """The plan as a qiao-plan/1 file: all keys, one record per line, the same bytes for the same plan."""
    records = asdict(plan)
    records["moved"] = [{"request": one["request"], "from": one["from_"], "to": one["to"]} for one in records["moved"]]
    records["certificate"] = {key: records["certificate"][key] for key in CERTIFICATE_KEYS}
    keys = ("problem", "seed", "engine", "meetings", "unmet", "moved", "conflict", "certificate")
    return write_records({"format": PLAN_FORMAT} | {key: records[key] for key in keys})


_STATED_KEYS = ("weight", "weight_best", "shortfall", "breaks", "table_changes", "interpreter_changes", "fairness_gap")
CERTIFICATE_KEYS = (
    "status", "weight", "weight_best", "weight_bound", "shortfall", "shortfall_bound", "breaks", "breaks_bound",
    "table_changes", "table_changes_bound", "interpreter_changes", "fairness", "fairness_gap", "workers", "work",
    "stopped_by", "seconds",
)  # fmt: skip
_NOTHING = Certificate("feasible", 0, 0, 0, 0, 0, 0, 0)


def _stated(node: Node) -> int:
    return node.whole(-STATED, STATED)


def _meeting(node: Node) -> Meeting:
    record = node.keyed(("request", "slot"), ("table", "interpreter"))
    return Meeting(
        request=record.get("request", Node.name, ""),
        slot=record.get("slot", Node.name, ""),
        table=record.maybe("table", Node.name),
        interpreter=record.maybe("interpreter", Node.name),
    )


def _unmet(node: Node) -> Unmet:
    record = node.keyed(("request", "reason"), ("who", "change"))
    return Unmet(
        request=record.get("request", Node.name, ""),
        reason=cast(Reason, record.get("reason", lambda node: node.choice(REASONS), "")),
        who=record.get("who", Node.names, ()),
        change=record.maybe("change", lambda node: {key: value.text() for key, value in node.entries()}),
    )


def _moved(node: Node) -> Moved:
    record = node.keyed(("request", "from"), ("to",))
    return Moved(
        request=record.get("request", Node.name, ""),
        from_=record.get("from", _place, Place("")),
        to=record.maybe("to", _place),
    )


def _place(node: Node) -> Place:
    record = node.keyed(("slot",), ("table", "interpreter"))
    return Place(
        slot=record.get("slot", Node.name, ""),
        table=record.maybe("table", Node.name),
        interpreter=record.maybe("interpreter", Node.name),
    )


def _clash(node: Node) -> Violation:
    record = node.keyed(("rule",), ("request", "slot", "who"))
    return Violation(
        rule=record.get("rule", lambda node: node.choice(RULES), ""),
        request=record.maybe("request", Node.name),
        slot=record.maybe("slot", Node.name),
        who=record.get("who", Node.names, ()),
    )


def _certificate(node: Node) -> Certificate:
    required = ("status", *_STATED_KEYS)
    record = node.keyed(required, [key for key in CERTIFICATE_KEYS if key not in required])
    return Certificate(
        status=cast(Status, record.get("status", lambda node: node.choice(get_args(Status)), "")),
        **{key: record.get(key, _stated, 0) for key in _STATED_KEYS},
        weight_bound=record.maybe("weight_bound", _stated),
        shortfall_bound=record.maybe("shortfall_bound", _stated),
        breaks_bound=record.maybe("breaks_bound", _stated),
        table_changes_bound=record.maybe("table_changes_bound", _stated),
        fairness=record.maybe("fairness", _natural),
        workers=record.get("workers", _natural, 1),
        work=record.maybe("work", lambda node: node.whole(0, STATED)),
        stopped_by=record.maybe("stopped_by", Node.text),
        seconds=record.get("seconds", _seconds, {}),
    )


def _seconds(node: Node) -> dict[str, float]:
    return {key: value.number(0, STATED) for key, value in node.entries()}


def _natural(node: Node) -> int:
    return node.whole(0, MILLION)
