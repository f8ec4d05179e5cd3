"""Reading the engines' JSON files strictly: every problem has a place and a code; the wording is left to the caller."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

DEEPEST = 32


@dataclass(frozen=True, slots=True)
class FileProblem:
    """One thing wrong with a file.

    `place` is a path such as `[3].offers[1].de` (counting from 0 as in JSON tools) or `line 7`, empty for the whole file;
    `code` names the problem, `values` fill the wording, for instance `{"key": "offer"}`.
    """

    place: str
    code: str
    values: dict[str, object] = field(default_factory=dict)


class InvalidFile(Exception):
    """The file cannot be used; `problems` lists everything found, not only the first."""

    def __init__(self, problems: Iterable[FileProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.place or 'file'}: {p.code}" for p in self.problems[:5]))


class _Refused(ValueError):
    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values


def _unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise _Refused("duplicate-key", key=key)
        found[key] = value
    return found


def _no_constant(name: str) -> float:
    raise _Refused("not-a-number", value=name)


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise _Refused("not-a-number", value=text)
    return number


def _depth(text: str) -> int:
    """The deepest nesting of brackets outside strings, found before parsing so that no parser can be exhausted."""
    depth = deepest = 0
    inside = escaped = False
    for character in text:
        if inside:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                inside = False
        elif character == '"':
            inside = True
        elif character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


def _parse(text: str, place: str) -> object:
    try:
        # Nesting can only be too deep where there are that many opening brackets: the slow count is rarely needed.
        if text.count("[") + text.count("{") > DEEPEST and _depth(text) > DEEPEST:
            raise _Refused("nested-too-deep", deepest=DEEPEST)
        return json.loads(text, object_pairs_hook=_unique_keys, parse_constant=_no_constant, parse_float=_finite)
    except _Refused as refused:
        raise InvalidFile([FileProblem(place, refused.code, refused.values)]) from None
    except json.JSONDecodeError as error:
        values: dict[str, object] = {"line": error.lineno, "column": error.colno}
        raise InvalidFile([FileProblem(place, "not-json", values)]) from None
    except ValueError:  # a whole number with more digits than Python converts
        raise InvalidFile([FileProblem(place, "not-a-number", {"value": "…"})]) from None


def decode(data: bytes) -> str:
    """UTF-8 with or without byte order mark -> text. Raises InvalidFile(`not-utf8`) naming the offending byte."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidFile([FileProblem("", "not-utf8", {"byte": error.start})]) from None


def load_json(data: bytes) -> object:
    """The one JSON value in `data`. Refuses invalid UTF-8, duplicate keys, NaN and infinities, and nesting over `DEEPEST`."""
    return _parse(decode(data), "")


def load_json_lines(data: bytes) -> list[tuple[int, object]]:
    """(line number from 1, value) of each line that is not blank; the problems of all lines are reported together."""
    found: list[tuple[int, object]] = []
    problems: list[FileProblem] = []
    for number, line in enumerate(decode(data).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            found.append((number, _parse(line, f"line {number}")))
        except InvalidFile as invalid:
            problems += invalid.problems
    if problems:
        raise InvalidFile(problems)
    return found
