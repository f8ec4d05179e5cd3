"""Problem files: qiao-problem/1."""

import re
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import cast, get_args

from qiao.engine.files import Log, Node, Object, check_format, load, shown, write_records
from qiao.engine.scheduling.model import (
    BreakMode,
    Fixed,
    Interpreter,
    InterpreterMode,
    Objective,
    Participant,
    Problem,
    Request,
    Seating,
    Slot,
    Table,
)

PROBLEM_FORMAT = "qiao-problem/1"
REQUIRED = ("format", "slots", "participants", "requests")
MILLION = 1_000_000

# RFC 5646, section 2.1, without the grandfathered tags: language, script, region, variants, extensions, private use.
_LANGUAGE = re.compile(
    r"(?:(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?"
    r"|x(?:-[a-z0-9]{1,8})+)",
    re.IGNORECASE | re.ASCII,
)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)?", re.ASCII)


def read_json_problem(data: bytes) -> Problem:
    """Read a qiao-problem/1 file.

    Raises:
        InvalidFile: with all problems found.
    """
    node = load(data)
    check_format(node, PROBLEM_FORMAT)
    root = node.keyed(REQUIRED, ("name", "tables", "interpreters", "seating", "objective"))
    problem = Problem(
        name=root.get("name", Node.text, ""),
        slots=root.list("slots", _slot),
        participants=root.list("participants", _participant),
        tables=root.list("tables", _table),
        interpreters=root.list("interpreters", _interpreter),
        requests=root.list("requests", _request),
        seating=root.get("seating", _seating, Seating()),
        objective=root.get("objective", _objective, Objective()),
    )
    _check_times(problem.slots, node.log)
    ids = {
        "slot": _ids(problem.slots, "slots", root),
        "participant": _ids(problem.participants, "participants", root),
        "table": _ids(problem.tables, "tables", root),
        "interpreter": _ids(problem.interpreters, "interpreters", root),
        "request": _ids(problem.requests, "requests", root),
    }
    node.log.finish(ids)
    return problem


def write_problem(problem: Problem) -> bytes:
    """The problem as a qiao-problem/1 file: all keys, one record per line, the same bytes for the same problem."""
    keys = ("name", "slots", "participants", "tables", "interpreters", "requests", "seating", "objective")
    records = asdict(problem)
    return write_records({"format": PROBLEM_FORMAT} | {key: records[key] for key in keys})


def _slot(node: Node) -> Slot:
    record = node.keyed(("id",), ("start", "end", "day"))
    start, end = record.maybe("start", _time), record.maybe("end", _time)
    if (start is None) != (end is None):
        node.log.add(node.place, "missing-key", key="start" if start is None else "end")
    day = record.maybe("day", Node.text)
    return Slot(record.get("id", Node.name, ""), start, end, day=(start or "")[:10] if day is None else day)


def _participant(node: Node) -> Participant:
    optional = ("side", "group", "languages", "unavailable", "max_meetings", "max_per_day", "table", "needs")
    record = node.keyed(("id",), optional)
    return Participant(
        id=record.get("id", Node.name, ""),
        side=record.maybe("side", Node.text),
        group=record.maybe("group", Node.text),
        languages=record.get("languages", _languages, ()),
        unavailable=record.get("unavailable", _slots, ()),
        max_meetings=record.maybe("max_meetings", _count),
        max_per_day=record.maybe("max_per_day", _count),
        table=record.maybe("table", _table_reference),
        needs=record.get("needs", Node.names, ()),
    )


def _table(node: Node) -> Table:
    record = node.keyed(("id",), ("unavailable", "features"))
    return Table(
        id=record.get("id", Node.name, ""),
        unavailable=record.get("unavailable", _slots, ()),
        features=record.get("features", Node.names, ()),
    )


def _interpreter(node: Node) -> Interpreter:
    record = node.keyed(("id",), ("languages", "unavailable", "max_consecutive", "table"))
    return Interpreter(
        id=record.get("id", Node.name, ""),
        languages=record.get("languages", _languages, ()),
        unavailable=record.get("unavailable", _slots, ()),
        max_consecutive=record.maybe("max_consecutive", _count),
        table=record.maybe("table", _table_reference),
    )


def _request(node: Node) -> Request:
    optional = ("weight", "required", "interpreter", "online", "slots", "fixed", "after")
    record = node.keyed(("id", "participants"), optional)
    request = Request(
        id=record.get("id", Node.name, ""),
        participants=record.get("participants", _members, ()),
        weight=record.get("weight", _count, 3),
        required=record.get("required", Node.truth, False),
        interpreter=record.get("interpreter", _interpreter_mode, "auto"),
        online=record.get("online", Node.truth, False),
        slots=record.maybe("slots", _slots),
        fixed=record.maybe("fixed", _fixed),
        after=record.get("after", lambda node: node.references("request"), ()),
    )
    if request.id in request.after:
        node.log.add(f"{node.place}.after", "after-itself", id=shown(request.id))
    if request.online and request.fixed is not None and request.fixed.table is not None:
        node.log.add(f"{node.place}.fixed.table", "online-with-table", id=shown(request.id))
    return request


def _members(node: Node) -> tuple[str, ...]:
    members = node.references("participant")
    if isinstance(node.value, list) and len(members) < 2:
        node.log.add(node.place, "too-few", least=2, found=len(members))
    seen: set[str] = set()
    for index, who in enumerate(members):
        if who and who in seen:
            node.log.add(f"{node.place}[{index}]", "repeated", id=shown(who))
        seen.add(who)
    return members


def _fixed(node: Node) -> Fixed:
    record = node.keyed((), ("slot", "table"))
    return Fixed(
        slot=record.maybe("slot", lambda node: node.reference("slot")), table=record.maybe("table", _table_reference)
    )


def _seating(node: Node) -> Seating:
    return Seating(stays=node.keyed((), ("stays",)).maybe("stays", Node.text))


def _objective(node: Node) -> Objective:
    record = node.keyed((), ("weight_share", "fair_minimum", "breaks", "fairness"))
    default = Objective()
    return Objective(
        weight_share=record.get("weight_share", lambda node: node.number(0, 1), default.weight_share),
        fair_minimum=record.get("fair_minimum", _count, default.fair_minimum),
        breaks=record.get("breaks", _break_mode, default.breaks),
        fairness=record.maybe("fairness", _count),
    )


def _count(node: Node) -> int:
    return node.whole(0, MILLION)


def _slots(node: Node) -> tuple[str, ...]:
    return node.references("slot")


def _table_reference(node: Node) -> str:
    return node.reference("table")


def _interpreter_mode(node: Node) -> InterpreterMode:
    return cast(InterpreterMode, node.choice(get_args(InterpreterMode)))


def _break_mode(node: Node) -> BreakMode:
    return cast(BreakMode, node.choice(get_args(BreakMode)))


def _languages(node: Node) -> tuple[str, ...]:
    return tuple(_language(entry) for entry in node.items())


def _language(node: Node) -> str:
    before, tag = len(node.log.problems), node.text()
    if len(node.log.problems) == before and not (len(tag) <= 100 and _LANGUAGE.fullmatch(tag)):
        node.log.add(node.place, "bad-language", found=shown(tag))
    return tag


def _time(node: Node) -> str:
    before, text = len(node.log.problems), node.text()
    if len(node.log.problems) == before:
        moment = _moment(text)
        if moment is None:
            node.log.add(node.place, "bad-time", found=shown(text))
        elif moment.tzinfo is None:  # two regions meet: without an offset nobody knows when that is
            node.log.add(node.place, "time-without-offset", found=shown(text))
    return text


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if _TIME.fullmatch(text) else None
    except ValueError:
        return None


def _check_times(slots: Sequence[Slot], log: Log) -> None:
    """Slots with times must lie in time order, without overlap."""
    before: tuple[Slot, datetime, datetime] | None = None
    for index, slot in enumerate(slots):
        start, end = _moment(slot.start or ""), _moment(slot.end or "")
        if start is None or end is None or start.tzinfo is None or end.tzinfo is None:
            continue
        place = f"slots[{index}]"
        if end <= start:
            log.add(place, "end-not-after-start", id=shown(slot.id))
        if before is not None and start < before[2]:
            code = "slots-out-of-order" if start < before[1] else "slots-overlap"
            log.add(place, code, id=shown(slot.id), previous=shown(before[0].id))
        before = (slot, start, end)


def _ids(
    records: Sequence[Slot | Participant | Table | Interpreter | Request], key: str, root: Object
) -> Collection[str] | None:
    """The ids of a list, None if not all can be read; one that comes again is noted."""
    found: dict[str, str] = {}
    for index, record in enumerate(records):
        place = f"{key}[{index}].id"
        first = found.setdefault(record.id, place)
        if record.id and first != place:
            root.log.add(place, "duplicate-id", id=shown(record.id), first=first)
    listed = root.get(key, lambda node: isinstance(node.value, list), key not in REQUIRED)
    return found if listed and "" not in found else None
