"""The .dzn files of the B2B meeting scheduling benchmark (Bofill et al., JAIR 2022), read as problems.

Every meeting is required, breaks are counted by "sequence", fairness is 2. Goal 2 is off by a fair minimum of 0;
goal 4 is off because nobody needs an interpreter and every slot is a day of its own, on which no table can change.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from qiao.engine.files import Log, decode, refuse, shown
from qiao.engine.scheduling.model import Fixed, Objective, Participant, Problem, Request, Slot, Table

FAIRNESS = 2
MOST = 10_000  # participants, meetings, tables or slots: far more than any such event has
MOST_NAMED = 1_000_000  # numbers in all sets of one list: a short file with long ranges must not fill the memory

_SIZES = ("nBusiness", "nMeetings", "nTables", "nTotalSlots", "nMorningSlots")
_LISTS = ("requested", "forbidden", "fixed", "precedences")
_DERIVED = ("meetingsxBusiness", "nMeetingsBusiness")  # these only repeat what `requested` says

_NUMBER = r"\d{1,9}"
_NUMBERS = rf"(?:{_NUMBER}(?:,{_NUMBER})*,?)?"
_SET = rf"\{{{_NUMBERS}\}}|\{{?{_NUMBER}\.\.{_NUMBER}\}}?"
_SPACES = re.compile(r"\s+")
_SIGN = re.compile(r" ?([\[\]{}|,=]|\.\.) ?")
_STATEMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=([^=]*)")
_SHAPES = {
    "size": re.compile(_NUMBER, re.ASCII),
    "fixed": re.compile(rf"\[{_NUMBERS}\]", re.ASCII),
    "requested": re.compile(rf"\[\|(?:{_NUMBER},{_NUMBER},{_NUMBER},?\|)*\]", re.ASCII),
    "sets": re.compile(rf"\[(?:(?:{_SET})(?:,(?:{_SET}))*,?)?\]", re.ASCII),
}


@dataclass(frozen=True)
class _Sizes:
    people: int
    meetings: int
    tables: int
    slots: int
    morning: int

    @cached_property
    def sessions(self) -> Mapping[int, tuple[str, ...] | None]:
        """Ids of the slots of each session; None for the one that is any time."""
        morning = tuple(f"s{number}" for number in range(1, self.morning + 1))
        return {1: morning, 2: tuple(f"s{number}" for number in range(self.morning + 1, self.slots + 1)), 3: None}


def read_dzn(data: bytes, name: str = "") -> Problem:
    """Read a benchmark instance; ids are p1…, m1…, s1…, t1… in file order.

    Raises:
        InvalidFile: places are names of the file, counted from 1, like requested[3].
    """
    log = Log()
    found = _statements(decode(data), log)
    sizes = _sizes(found, log)
    requested = _rows(found["requested"], sizes, log)
    fixed = _within("fixed", _whole_numbers(found["fixed"]), sizes.meetings, sizes.slots, log)
    forbidden = _sets("forbidden", found["forbidden"], sizes.people, sizes.slots, log)
    precedences = _sets("precedences", found["precedences"], sizes.meetings, sizes.meetings, log)
    for number, before in enumerate(precedences, 1):
        if number in before:
            log.add(f"precedences[{number}]", "after-itself", id=f"m{number}")
    log.finish()
    return Problem(
        name=name,
        slots=tuple(Slot(id=f"s{number}", day=f"s{number}") for number in range(1, sizes.slots + 1)),
        participants=tuple(
            Participant(id=f"p{number}", unavailable=_named("s", closed)) for number, closed in enumerate(forbidden, 1)
        ),
        tables=tuple(Table(id=f"t{number}") for number in range(1, sizes.tables + 1)),
        requests=tuple(
            _request(number, row, slot, before, sizes)
            for number, (row, slot, before) in enumerate(zip(requested, fixed, precedences, strict=True), 1)
        ),
        objective=Objective(fair_minimum=0, breaks="sequence", fairness=FAIRNESS),
    )


def _request(number: int, row: Sequence[int], slot: int, before: Sequence[int], sizes: _Sizes) -> Request:
    first, second, session = row
    return Request(
        id=f"m{number}",
        participants=(f"p{first}", f"p{second}"),
        weight=1,
        required=True,
        interpreter="none",
        slots=sizes.sessions[session],
        fixed=Fixed(slot=f"s{slot}") if slot else None,
        after=_named("m", before),
    )


def _named(letter: str, numbers: Sequence[int]) -> tuple[str, ...]:
    """Ids of numbers; 0 stands for none."""
    return tuple(f"{letter}{number}" for number in numbers if number)


def _statements(text: str, log: Log) -> dict[str, str]:
    """The value of each name, without spaces; refuses files that are not of this kind."""
    text = re.sub(r"%[^\n]*", "", text)
    found: dict[str, str] = {}
    line = 1
    *parts, rest = text.split(";")
    for part in parts:
        start = line + _lines_before(part)
        line += part.count("\n")
        match = _STATEMENT.fullmatch(_SIGN.sub(r"\1", _SPACES.sub(" ", part).strip()))
        if match is None or not _shape(match[1]).fullmatch(match[2]):
            refuse("dzn-syntax", f"line {start}")
        if match[1] in found:
            log.add(shown(match[1]), "duplicate-key", key=shown(match[1]))
        found[match[1]] = match[2]
    if rest.strip():
        refuse("dzn-syntax", f"line {line + _lines_before(rest)}")
    _check_names(found, log)
    return found


def _lines_before(part: str) -> int:
    return part[: len(part) - len(part.lstrip())].count("\n")


def _check_names(found: dict[str, str], log: Log) -> None:
    expected = (*_SIZES, *_LISTS)
    for name in expected:
        if name not in found:
            log.add("", "missing-key", key=name)
    for name in found:
        if name not in expected and name not in _DERIVED:
            log.add(shown(name), "unknown-key", key=shown(name))
    log.finish()


def _shape(name: str) -> re.Pattern[str]:
    if name in ("requested", "fixed"):
        return _SHAPES[name]
    if name == "nMeetingsBusiness":
        return _SHAPES["fixed"]
    if name in _SIZES:
        return _SHAPES["size"]
    return _SHAPES["sets"] if name in (*_LISTS, *_DERIVED) else re.compile(".*", re.DOTALL)


def _sizes(found: dict[str, str], log: Log) -> _Sizes:
    sizes = [int(found[name]) for name in _SIZES]
    for name, size in zip(_SIZES, sizes, strict=True):
        most = min(MOST, sizes[3]) if name == "nMorningSlots" else MOST
        if size > most:
            log.add(name, "out-of-range", least=0, most=most)
    log.finish()
    return _Sizes(*sizes)


def _whole_numbers(text: str) -> list[int]:
    return [int(digits) for digits in re.findall(_NUMBER, text)]


def _rows(text: str, sizes: _Sizes, log: Log) -> list[tuple[int, ...]]:
    """Rows of participant, other participant, session."""
    numbers = _whole_numbers(text)
    rows = [tuple(numbers[start : start + 3]) for start in range(0, len(numbers), 3)]
    _check_count("requested", rows, sizes.meetings, log)
    for number, row in enumerate(rows, 1):
        for value, most in zip(row, (sizes.people, sizes.people, 3), strict=True):
            if not 1 <= value <= most:
                log.add(f"requested[{number}]", "out-of-range", least=1, most=most)
        if row[0] == row[1]:
            log.add(f"requested[{number}]", "repeated", id=f"p{row[0]}")
    return rows


def _sets(name: str, text: str, count: int, most: int, log: Log) -> list[list[int]]:
    """Sets of numbers up to `most`, written {1,2} or 1..2; 0 may stand for none."""
    sets = re.findall(_SET, text)
    _check_count(name, sets, count, log)
    found, left = [], MOST_NAMED
    for number, one in enumerate(sets, 1):
        found.append(list(_members(f"{name}[{number}]", one, most, log)))
        left -= len(found[-1])
        if left < 0:
            refuse("too-many", name, most=MOST_NAMED)
    return found


def _members(place: str, text: str, most: int, log: Log) -> Iterator[int]:
    numbers = _within(place, _whole_numbers(text), None, most, log)
    if ".." in text and len(numbers) == 2:
        yield from range(numbers[0], numbers[1] + 1)
    else:
        yield from numbers


def _within(place: str, numbers: list[int], count: int | None, most: int, log: Log) -> list[int]:
    """The numbers, each from 0 to `most`; others are noted and left out."""
    if count is not None:
        _check_count(place, numbers, count, log)
    for index, number in enumerate(numbers, 1):
        if number > most:
            log.add(place if count is None else f"{place}[{index}]", "out-of-range", least=0, most=most)
    return [number for number in numbers if number <= most]


def _check_count(name: str, found: Sequence[object], expected: int, log: Log) -> None:
    if len(found) != expected:
        log.add(name, "wrong-count", expected=expected, found=len(found))
