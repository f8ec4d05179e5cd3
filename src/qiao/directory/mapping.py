"""A table with headings of other people's own, column by column turned into one of ours.

How the columns of a table are assigned stands in `ImportRun.columns`, in their order:
[{"heading": "Firma", "samples": ["…"], "target": "name"}]; the target is empty where the column is left out.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from qiao.core.tables import Row, Table
from qiao.directory.headings import REQUIRED, TARGETS, Target, proposals
from qiao.templatetags.wording import is_han

SAMPLES = 3
_LONGEST_SAMPLE = 60
Columns = Sequence[Mapping[str, Any]]


def targets(kind: str) -> dict[str, Target]:
    return {target.name: target for target in TARGETS[kind]}


def is_ours(kind: str, header: Iterable[str]) -> bool:
    """Whether the table needs no assignment: it has our headings and no others."""
    names = {name.lower() for name in header}
    return names <= targets(kind).keys() - _PARTS and not missing(kind, names)


def propose(kind: str, table: Table, remembered: Mapping[str, str]) -> list[dict[str, Any]]:
    guessed = proposals(kind, table, remembered)
    return [
        {"heading": heading, "samples": _samples(table, heading), "target": target}
        for heading, target in zip(table.header, guessed, strict=True)
    ]


def _samples(table: Table, heading: str) -> list[str]:
    """The first different cells."""
    found: dict[str, None] = {}
    for row in table.rows:
        if cell := " ".join(row.cells[heading].split()):
            found[cell if len(cell) <= _LONGEST_SAMPLE else f"{cell[:_LONGEST_SAMPLE]}…"] = None
        if len(found) == SAMPLES:
            break
    return list(found)


def missing(kind: str, chosen: Iterable[str]) -> list[Target]:
    """What every table must have and this one has not."""
    names, known = set(chosen), targets(kind)
    return [known[group[0]] for group in REQUIRED[kind] if names.isdisjoint(group)]


def assigned(kind: str, table: Table, columns: Columns) -> Table:
    """The table under our headings, without what is left out; columns that mean the same are joined in their order."""
    theirs: dict[str, list[str]] = defaultdict(list)
    for column in columns:
        if column["target"]:
            theirs[column["target"]].append(column["heading"])
    joins = {name: target.joins for name, target in targets(kind).items()}
    rows = tuple(Row(row.number, _cells(row, theirs, joins)) for row in table.rows)
    return Table(tuple(dict.fromkeys("name" if name in _PARTS else name for name in theirs)), rows)


_PARTS = {"given_name", "family_name"}


def _cells(row: Row, theirs: Mapping[str, list[str]], joins: Mapping[str, str]) -> dict[str, str]:
    cells = {}
    for name, headings in theirs.items():
        parts = [row.cells[heading] for heading in headings]
        while parts and not parts[-1]:  # an empty one in between keeps its place: languages face each other by it
            parts.pop()
        cells[name] = (joins[name] or " ").join(parts)
    if cells.keys() & _PARTS:
        given, family = cells.pop("given_name", ""), cells.pop("family_name", "")
        cells["name"] = cells.get("name") or _full_name(given, family)
    return cells


def _full_name(given: str, family: str) -> str:
    return f"{family}{given}" if is_han(family) else f"{given} {family}".strip()


def headings_of(columns: Columns, target: str) -> str:
    """What the table itself calls one of our columns, for whoever has to mend a cell there."""
    names = {target, *_PARTS} if target == "name" else {target}
    return ", ".join(column["heading"] for column in columns if column["target"] in names) or target
