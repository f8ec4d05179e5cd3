"""Profiles in, matches out, judged pairs in: the public file formats of the matching engine.

Codes of problems: those of `qiao.engine.files`, and not-a-list, not-an-object, unknown-key, missing-key, not-text, empty-text,
text-too-long, not-a-text-map, empty-map, bad-language, unknown-type, duplicate-id; for judged sets not-utf8, no-header, missing-column, bad-row, bad-number,
bad-grade, judged-twice.
"""

import json
import re
from collections.abc import Iterable, Iterator

from qiao.engine.files import FileProblem, InvalidFile, decode, load_json, load_json_lines
from qiao.engine.matching.evaluate import Gold
from qiao.engine.matching.model import TYPES, MatchList, Passage, Profile, Reason, Role, Text

LONGEST_TEXT = 20_000
_WORDS = ("id", "side", "name", "type", "city", "country", "nace")
_LISTS = ("themes", "languages", "avoid")
_ROLES: tuple[Role, ...] = ("offers", "seeks")
_LANGUAGE = re.compile(r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")
_GOLD_COLUMNS = ("seeker_id", "seek_no", "candidate_id", "grade")


def read_profiles(data: bytes) -> list[Profile]:
    """The profiles in a JSON array or in JSON lines. Raises InvalidFile with everything that is wrong."""
    text = decode(data)
    reader = _Reader()
    if text.lstrip().startswith("["):
        value = load_json(data)
        assert isinstance(value, list)
        found = [reader.profile(entry, f"[{n}]") for n, entry in enumerate(value)]
    else:
        found = [reader.profile(entry, f"line {number}") for number, entry in load_json_lines(data)]
    if reader.problems:
        raise InvalidFile(reader.problems)
    return [profile for profile in found if profile is not None]


class _Reader:
    """Turns JSON values into profiles and notes what is wrong on the way."""

    def __init__(self) -> None:
        self.problems: list[FileProblem] = []
        self._seen: dict[str, str] = {}

    def _problem(self, place: str, code: str, **values: object) -> None:
        self.problems.append(FileProblem(place, code, values))

    def profile(self, value: object, place: str) -> Profile | None:
        if not isinstance(value, dict):
            self._problem(place, "not-an-object")
            return None
        for key in value:
            if key not in _WORDS + _LISTS + _ROLES:
                self._problem(f"{place}.{key}", "unknown-key", key=key)
        if value.get("id") is None:
            self._problem(place, "missing-key", key="id")
        words = {key: self._word(value.get(key), f"{place}.{key}") for key in _WORDS}
        self._check_type(words["type"], f"{place}.type")
        self._check_id(words["id"], place)
        lists = {key: self._list(value.get(key), f"{place}.{key}") for key in _LISTS}
        for n, lang in enumerate(lists["languages"]):
            self._check_language(lang, f"{place}.languages[{n}]")
        texts = {role: self._texts(value.get(role), role, f"{place}.{role}") for role in _ROLES}
        return Profile(
            id=words.pop("id") or "",
            **words,
            **lists,
            **texts,  # type: ignore[arg-type]
        )

    def _word(self, value: object, place: str) -> str | None:
        if value is None:
            return None
        if not isinstance(value, str):
            self._problem(place, "not-text")
            return None
        if not value.strip():
            self._problem(place, "empty-text")
        elif _unwritable(value):
            self._problem(place, "not-text")
        return value

    def _list(self, value: object, place: str) -> tuple[str, ...]:
        if value is None:
            return ()
        if not isinstance(value, list):
            self._problem(place, "not-a-list")
            return ()
        for n, each in enumerate(value):
            if each is None:
                self._problem(f"{place}[{n}]", "not-text")
        return tuple(word for n, each in enumerate(value) if (word := self._word(each, f"{place}[{n}]")))

    def _texts(self, value: object, role: Role, place: str) -> tuple[Text, ...]:
        if value is None:
            return ()
        if not isinstance(value, list):
            self._problem(place, "not-a-list")
            return ()
        return tuple(Text(role, n + 1, self._text(each, f"{place}[{n}]")) for n, each in enumerate(value))

    def _text(self, value: object, place: str) -> dict[str, str]:
        if not isinstance(value, dict):
            self._problem(place, "not-a-text-map")
            return {}
        if not value:
            self._problem(place, "empty-map")
        words: dict[str, str] = {}
        for lang, text in value.items():
            self._check_language(lang, f"{place}.{lang}")
            if not isinstance(text, str):
                self._problem(f"{place}.{lang}", "not-text")
            elif not text.strip():
                self._problem(f"{place}.{lang}", "empty-text")
            elif len(text) > LONGEST_TEXT:
                self._problem(f"{place}.{lang}", "text-too-long", longest=LONGEST_TEXT, length=len(text))
            else:
                words[lang] = text
        return words

    def _check_type(self, value: str | None, place: str) -> None:
        if value is not None and value not in TYPES:
            self._problem(place, "unknown-type", value=value, known=", ".join(TYPES))

    def _check_language(self, value: str, place: str) -> None:
        if not _LANGUAGE.match(value):
            self._problem(place, "bad-language", value=value)

    def _check_id(self, value: str | None, place: str) -> None:
        if value is None:
            return
        if value in self._seen:
            self._problem(f"{place}.id", "duplicate-id", value=value, first=self._seen[value])
        self._seen.setdefault(value, place)


def _unwritable(text: str) -> bool:
    """Lone surrogates (possible through JSON escapes) cannot be written again as UTF-8."""
    return any("\ud800" <= c <= "\udfff" for c in text)


def match_lines(lists: Iterable[MatchList]) -> Iterator[str]:
    """One line of JSON per list, without line ends. Scores have six decimals, everything else three."""
    for each in lists:
        matches = [
            {
                "candidate": m.candidate,
                "rank": m.rank,
                "score": round(m.score, 6),
                "fit": {kind: _short(getattr(m.fit, kind)) for kind in type(m.fit).__dataclass_fields__},
                "reasons": [_reason(reason) for reason in m.reasons],
            }
            for m in each.matches
        ]
        yield json.dumps({"seeker": each.seeker, "seek": each.seek, "matches": matches}, ensure_ascii=False)


def _short(value: float) -> float | int:
    rounded = round(value, 3)
    return int(rounded) if rounded == int(rounded) else rounded


def _reason(reason: Reason) -> dict[str, object]:
    found: dict[str, object] = {"code": reason.code}
    if reason.value is not None:
        found["value"] = reason.value
    if reason.mine is not None and reason.theirs is not None:
        found |= {"mine": _passage(reason.mine), "theirs": _passage(reason.theirs)}
    if reason.strength is not None:
        found["strength"] = _short(reason.strength)
    return found


def _passage(passage: Passage) -> dict[str, object]:
    return {"field": passage.field, "index": passage.index, "lang": passage.lang}


def read_gold(data: bytes) -> Gold:
    """Judged pairs from tab-separated lines with a header; further columns are ignored. Raises InvalidFile."""
    lines = [line.rstrip("\r") for line in decode(data).split("\n")]
    if not lines or not lines[0].strip():
        raise InvalidFile([FileProblem("line 1", "no-header")])
    header = lines[0].split("\t")
    missing = [
        FileProblem("line 1", "missing-column", {"column": name}) for name in _GOLD_COLUMNS if name not in header
    ]
    if missing:
        raise InvalidFile(missing)
    at = [header.index(name) for name in _GOLD_COLUMNS]
    gold: Gold = {}
    problems: list[FileProblem] = []
    for number, line in enumerate(lines[1:], start=2):
        if line.strip():
            problems += _judged(line.split("\t"), at, f"line {number}", gold)
    if problems:
        raise InvalidFile(problems)
    return gold


def _judged(cells: list[str], at: list[int], place: str, gold: Gold) -> list[FileProblem]:
    if len(cells) <= max(at):
        return [FileProblem(place, "bad-row", {"cells": len(cells)})]
    seeker, number, candidate, grade = (cells[n].strip() for n in at)
    if not (number.isascii() and number.isdigit() and 0 < int(number) < 10_000):
        return [FileProblem(place, "bad-number", {"value": number})]
    if grade not in ("0", "1", "2"):
        return [FileProblem(place, "bad-grade", {"value": grade})]
    judged = gold.setdefault((seeker, int(number)), {})
    if candidate in judged:
        return [FileProblem(place, "judged-twice", {"candidate": candidate})]
    judged[candidate] = int(grade)
    return []
