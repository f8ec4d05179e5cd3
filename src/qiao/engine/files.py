"""Strict reading of the engines' files: every problem is collected, with its place, a code and values.

Engines speak in codes: the sentences for people are made elsewhere, from CODES.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeVar

T = TypeVar("T")

LIMIT = 100
"""How many problems are collected before reading stops."""

LONGEST = 1000
"""The most characters of a text, where its reader does not say otherwise."""

CODES: Mapping[str, tuple[str, ...]] = {
    # the file as a whole
    "empty-file": (),
    "not-utf8": ("byte",),
    "not-json": ("column",),
    "nested-too-deep": (),
    "wrong-format": ("expected", "found"),
    "too-many-problems": ("limit",),
    # keys and values
    "duplicate-key": ("key",),
    "unknown-key": ("key",),
    "missing-key": ("key",),
    "wrong-type": ("expected",),
    "not-one-of": ("allowed", "found"),
    "out-of-range": ("least", "most"),
    "empty": (),
    "bad-text": (),
    "too-long": ("most", "found"),
    "too-few": ("least", "found"),
    # ids
    "duplicate-id": ("id", "first"),
    "repeated": ("id",),
    "unknown-id": ("id", "kind"),
    # meaning
    "bad-language": ("found",),
    "bad-time": ("found",),
    "time-without-offset": ("found",),
    "end-not-after-start": ("id",),
    "slots-out-of-order": ("id", "previous"),
    "slots-overlap": ("id", "previous"),
    "after-itself": ("id",),
    "online-with-table": ("id",),
    # .dzn files only
    "dzn-syntax": (),
    "wrong-count": ("expected", "found"),
    "too-many": ("most",),
}
"""Every code with the names of its values; `expected` of wrong-type is one of TYPES, `kind` one of KINDS."""

TYPES = ("object", "list", "text", "whole-number", "number", "true-or-false")
KINDS = ("slot", "participant", "table", "interpreter", "request")

_HUGE = 10**20
_SURROGATE = re.compile("[\ud800-\udfff]")  # lone ones, possible through JSON escapes, cannot be written as UTF-8
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,79}")


@dataclass(frozen=True, slots=True)
class FileProblem:
    """One thing wrong with a file; `code` and `values` as in CODES.

    `place` is a path like requests[3].weight (counting from 0, as JSON tools do), a line like "line 7", both in JSON
    lines ("line 7.offers[1].de"), a row like requested[3] of a .dzn file (from 1), or empty for the whole file.
    """

    place: str
    code: str
    values: Mapping[str, object] = field(default_factory=dict)


class InvalidFile(Exception):  # noqa: N818 - named for what it says
    """A file that is refused, with all that is wrong with it (LIMIT problems at most, then too-many-problems)."""

    def __init__(self, problems: Iterable[FileProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{one.place or 'file'}: {one.code}" for one in self.problems[:5]))


class Log:
    """Collects problems and references to ids while a file is read."""

    def __init__(self) -> None:
        self.problems: list[FileProblem] = []
        self._references: list[tuple[str, str, str]] = []

    def add(self, place: str, code: str, **values: object) -> None:
        """Note a problem; beyond LIMIT reading stops.

        Raises:
            InvalidFile: when there are too many.
        """
        self.problems.append(FileProblem(place, code, values))
        if len(self.problems) >= LIMIT:
            self.problems.append(FileProblem("", "too-many-problems", {"limit": LIMIT}))
            raise InvalidFile(self.problems)

    def refer(self, place: str, kind: str, id_: str) -> None:
        """Remember that `place` names an id of that kind, to be looked up when all ids are known."""
        self._references.append((place, kind, id_))

    def finish(self, ids: Mapping[str, Collection[str] | None] | None = None) -> None:
        """Look up all references in `ids` (by kind), then refuse the file if anything was wrong.

        A kind with None could not be read itself: that its ids are not found would only hide what is wrong.

        Raises:
            InvalidFile: if there is at least one problem.
        """
        for place, kind, id_ in self._references:
            known = (ids or {})[kind]
            if known is not None and id_ not in known:
                self.add(place, "unknown-id", id=shown(id_), kind=kind)
        if self.problems:
            raise InvalidFile(self.problems)


class _Pairs(dict[str, object]):
    """A JSON object that remembers which keys came twice."""

    repeated: tuple[str, ...] = ()


class Node:
    """A value at a place of the file. Each method asks for a type; of another it notes a problem and returns a stand-in."""

    __slots__ = ("log", "place", "value")

    def __init__(self, value: object, place: str, log: Log) -> None:
        self.value, self.place, self.log = value, place, log

    def keyed(self, required: Collection[str], optional: Collection[str] = ()) -> "Object":
        """The object with exactly these keys; of something else an empty one."""
        if not isinstance(self.value, _Pairs):
            self._wrong("object")
            return Object({}, self.place, self.log)
        for key in self.value.repeated:
            self.log.add(_join(self.place, key), "duplicate-key", key=shown(key))
        for key in self.value:
            if key not in required and key not in optional:
                self.log.add(_join(self.place, key), "unknown-key", key=shown(key))
        for key in required:
            if key not in self.value:
                self.log.add(self.place, "missing-key", key=key)
        return Object(self.value, self.place, self.log)

    def entries(self) -> "Iterator[tuple[str, Node]]":
        """Keys and values of an object with free keys."""
        if not isinstance(self.value, _Pairs):
            self._wrong("object")
            return
        for key, value in self.value.items():
            place = _join(self.place, key)
            if key in self.value.repeated:
                self.log.add(place, "duplicate-key", key=shown(key))
            yield Node(key, place, self.log).text(), Node(value, place, self.log)

    def items(self) -> "list[Node]":
        if not isinstance(self.value, list):
            self._wrong("list")
            return []
        return [Node(value, f"{self.place}[{index}]", self.log) for index, value in enumerate(self.value)]

    def text(self, longest: int = LONGEST) -> str:
        if not isinstance(self.value, str):
            self._wrong("text")
            return ""
        if len(self.value) > longest:
            self.log.add(self.place, "too-long", most=longest, found=len(self.value))
            return ""
        if _SURROGATE.search(self.value):
            self.log.add(self.place, "bad-text")
            return ""
        return self.value

    def name(self) -> str:
        """A text that is not empty: an id."""
        found = self.text()
        if self.value == "":
            self.log.add(self.place, "empty")
        return found

    def whole(self, least: int, most: int) -> int:
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            self._wrong("whole-number")
            return least
        if not least <= self.value <= most:
            self.log.add(self.place, "out-of-range", least=least, most=most)
            return least
        return self.value

    def number(self, least: int, most: int) -> float:
        if not isinstance(self.value, int | float) or isinstance(self.value, bool):
            self._wrong("number")
            return least
        if not math.isfinite(self.value) or not least <= self.value <= most:
            self.log.add(self.place, "out-of-range", least=least, most=most)
            return least
        return float(self.value)

    def truth(self) -> bool:
        if not isinstance(self.value, bool):
            self._wrong("true-or-false")
            return False
        return self.value

    def choice(self, allowed: Collection[str]) -> str:
        before, found = len(self.log.problems), self.text()
        if len(self.log.problems) == before and found not in allowed:
            self.log.add(self.place, "not-one-of", allowed=", ".join(allowed), found=shown(found))
        return found

    def names(self) -> tuple[str, ...]:
        """A list of ids."""
        return tuple(node.name() for node in self.items())

    def references(self, kind: str) -> tuple[str, ...]:
        """A list of ids that must exist."""
        return tuple(node.reference(kind) for node in self.items())

    def reference(self, kind: str) -> str:
        """An id that must exist."""
        before, found = len(self.log.problems), self.name()
        if len(self.log.problems) == before:
            self.log.refer(self.place, kind, found)
        return found

    def _wrong(self, expected: str) -> None:
        self.log.add(self.place, "wrong-type", expected=expected)


class Object:
    """A JSON object whose keys have been checked."""

    __slots__ = ("_values", "log", "place")

    def __init__(self, values: Mapping[str, object], place: str, log: Log) -> None:
        self._values, self.place, self.log = values, place, log

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def get(self, key: str, read: Callable[[Node], T], default: T) -> T:
        """The value of `key` as `read` reads it; `default` where the key is absent."""
        return read(self.node(key)) if key in self else default

    def list(self, key: str, read: Callable[[Node], T]) -> tuple[T, ...]:
        """The list under `key`, each entry as `read` reads it; empty where the key is absent."""
        return self.get(key, lambda node: tuple(read(entry) for entry in node.items()), ())

    def maybe(self, key: str, read: Callable[[Node], T]) -> T | None:
        """The value of `key` as `read` reads it; None where the key is absent or null."""
        return None if self._values.get(key) is None else read(self.node(key))

    def node(self, key: str) -> Node:
        return Node(self._values[key], _join(self.place, key), self.log)


def decode(data: bytes) -> str:
    """The text of a file: UTF-8 with or without byte order mark.

    Raises:
        InvalidFile: not-utf8, or empty-file if there is nothing but white space.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        refuse("not-utf8", f"line {line}", byte=error.start)
    if not text.strip():
        refuse("empty-file")
    return text


def load(data: bytes) -> Node:
    """The root of a JSON document.

    Raises:
        InvalidFile: if the bytes are not JSON.
    """
    return Node(_parsed(decode(data), None), "", Log())


def load_lines(data: bytes) -> list[Node]:
    """The values of JSON lines, with one log; blank lines count as lines but have no value.

    Raises:
        InvalidFile: with all lines that are not JSON (LIMIT at most).
    """
    log, found = Log(), []
    for number, line in enumerate(decode(data).split("\n"), 1):
        if line.strip():
            try:
                found.append(Node(_parsed(line, number), f"line {number}", log))
            except InvalidFile as invalid:
                for one in invalid.problems:
                    log.add(one.place, one.code, **one.values)
    log.finish()
    return found


def _parsed(text: str, line: int | None) -> object:
    """The JSON value of a text, which is one line of the file or all of it. NaN and the infinities are no JSON, but are
    let through: no reader takes them, and says where they stand."""
    try:
        return json.loads(text, object_pairs_hook=_pairs, parse_int=_whole)
    except json.JSONDecodeError as error:
        refuse("not-json", f"line {line or error.lineno}", column=error.colno)
    except RecursionError:
        refuse("nested-too-deep", f"line {line}" if line else "")


def check_format(node: Node, expected: str) -> None:
    """A file of another format would only be misunderstood; a missing or strange value is reported with the rest."""
    found = node.value.get("format") if isinstance(node.value, dict) else None
    if isinstance(found, str) and found != expected:
        refuse("wrong-format", "format", expected=expected, found=shown(found))
    if isinstance(node.value, dict) and "format" in node.value and not isinstance(found, str):
        Node(found, "format", node.log).text()


def refuse(code: str, place: str = "", **values: object) -> NoReturn:
    """Refuse the file at once, where reading on makes no sense."""
    raise InvalidFile([FileProblem(place, code, values)]) from None


def shown(text: str) -> str:
    """A piece of the file as it may be shown: short, and safe to write anywhere."""
    short = text if len(text) <= 80 else text[:79] + "…"
    return "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in short)


def _pairs(pairs: list[tuple[str, object]]) -> _Pairs:
    found = _Pairs(pairs)
    if len(found) < len(pairs):
        found.repeated = tuple(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
    return found


def _whole(digits: str) -> int:
    """Whole numbers that no field allows need not be read digit by digit."""
    if len(digits) <= 20:
        return int(digits)
    return -_HUGE if digits.startswith("-") else _HUGE


def _join(place: str, key: str) -> str:
    if not _PLAIN_KEY.fullmatch(key):
        return f"{place}[{json.dumps(key[:80])}]"
    return f"{place}.{key}" if place else key


def write_records(document: Mapping[str, Any]) -> bytes:
    """JSON with one line per key, and one per record in lists."""
    lines = (f"{_json(key)}: {_block(value)}" for key, value in document.items())
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def _block(value: Any) -> str:
    if not isinstance(value, list | tuple) or not value:
        return _json(value)
    return "[\n  " + ",\n  ".join(_json(entry) for entry in value) + "\n]"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
