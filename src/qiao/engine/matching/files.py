"""Profiles in, matches out, judged pairs in: the public file formats of the matching engine.

Problems have the codes of `qiao.engine.files.CODES`.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from qiao.engine.files import Log, Node, Object, decode, load, load_lines, shown
from qiao.engine.matching.classes import division_of
from qiao.engine.matching.evaluate import Gold
from qiao.engine.matching.model import ROLES, SIZES, TYPES, Fit, MatchList, Passage, Profile, Reason, Role, Text
from qiao.engine.matching.vocabulary import shipped_vocabulary

LONGEST_TEXT = 20_000
_WORDS = ("side", "name", "type", "city", "country", "nace", "size")
_LISTS = ("themes", "languages", "avoid", "keywords")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_ADDED = ("keyword", "size", "region", "cooperation")
_GOLD_COLUMNS = ("seeker_id", "seek_no", "candidate_id", "grade")


def read_profiles(data: bytes, filename: str = "") -> list[Profile]:
    """The profiles in a JSON array or in JSON lines, which a name ending in .jsonl or .ndjson makes certain.

    Raises:
        InvalidFile: with everything that is wrong (at most LIMIT problems).
    """
    lines = filename.lower().endswith((".jsonl", ".ndjson")) or not decode(data).lstrip().startswith("[")
    nodes = load_lines(data) if lines else load(data).items()
    first: dict[str, str] = {}
    found = [_profile(node, first) for node in nodes]
    if nodes:
        nodes[0].log.finish()
    return found


def not_understood(profiles: Sequence[Profile]) -> list[tuple[str, str, str]]:
    """(code, profile, value) of what is no error and yet counts for nothing, as where it is misspelt.

    `avoids-unknown`: nobody of that id is among the profiles (perhaps of another file); `unknown-keyword`: no term of the
    vocabulary has that code, and only one profile names it; `unknown-class`: neither NACE nor ISIC.
    """
    known = {profile.id for profile in profiles}
    terms = {term.code for term in shipped_vocabulary()}
    named = Counter(code for profile in profiles for code in profile.keywords)
    found: list[tuple[str, str, str]] = []
    for profile in profiles:
        found += [("avoids-unknown", profile.id, other) for other in profile.avoid if other not in known]
        lonely = (code for code in profile.keywords if code not in terms and named[code] == 1)
        found += [("unknown-keyword", profile.id, code) for code in lonely]
        if profile.nace and division_of(profile.nace) is None:
            found.append(("unknown-class", profile.id, profile.nace))
    return found


def sides(profiles: Sequence[Profile]) -> int:
    """How many sides there are; those who name none are one."""
    return len({profile.side or "" for profile in profiles})


def _profile(node: Node, first: dict[str, str]) -> Profile:
    """`first` remembers where each id stood first."""
    record = node.keyed(("id",), _WORDS + _LISTS + ROLES)
    own = record.get("id", _word, "")
    if own and own in first:
        node.log.add(f"{node.place}.id", "duplicate-id", id=shown(own), first=first[own])
    first.setdefault(own, node.place)
    return Profile(
        id=own,
        side=record.maybe("side", _word),
        name=record.maybe("name", _word),
        type=record.maybe("type", lambda one: one.choice(TYPES)),
        city=record.maybe("city", _word),
        country=record.maybe("country", _word),
        nace=record.maybe("nace", _word),
        themes=_list(record, "themes"),
        languages=record.maybe("languages", lambda one: tuple(_language(each) for each in one.items())) or (),
        offers=_texts(record, "offers"),
        seeks=_texts(record, "seeks"),
        avoid=_list(record, "avoid"),
        keywords=dict.fromkeys(_list(record, "keywords"), 1.0),
        size=record.maybe("size", lambda one: one.choice(SIZES)),
    )


def _word(node: Node) -> str:
    found = node.text()
    if isinstance(node.value, str) and not node.value.strip():
        node.log.add(node.place, "empty")
    return found


def _list(record: Object, key: str) -> tuple[str, ...]:
    return record.maybe(key, lambda node: tuple(_word(one) for one in node.items())) or ()


def _language(node: Node) -> str:
    found = node.text()
    if isinstance(node.value, str):
        _check_language(found, node.place, node.log)
    return found


def _check_language(tag: str, place: str, log: Log) -> None:
    if not _LANGUAGE.fullmatch(tag):
        log.add(place, "bad-language", found=shown(tag))


def _texts(record: Object, role: Role) -> tuple[Text, ...]:
    nodes = record.maybe(role, Node.items) or []
    return tuple(Text(role, number, _translations(node)) for number, node in enumerate(nodes, 1))


def _translations(node: Node) -> dict[str, str]:
    found = {}
    for lang, entry in node.entries():
        _check_language(lang, entry.place, node.log)
        found[lang] = _passage_text(entry)
    if node.value == {}:
        node.log.add(node.place, "empty")
    return found


def _passage_text(node: Node) -> str:
    """A text that is compared but never written again: what cannot be written, as half of a cut emoji, is cleaned later."""
    if not isinstance(node.value, str):
        node.log.add(node.place, "wrong-type", expected="text")
        return ""
    if not node.value.strip():
        node.log.add(node.place, "empty")
    elif len(node.value) > LONGEST_TEXT:
        node.log.add(node.place, "too-long", most=LONGEST_TEXT, found=len(node.value))
    return node.value


def match_lines(lists: Iterable[MatchList]) -> Iterator[str]:
    """One line of JSON per list, without line ends; `seek` is null for a whole profile. Scores have six decimals, everything else three."""
    for each in lists:
        matches = [
            {
                "candidate": m.candidate,
                "rank": m.rank,
                "score": round(m.score, 6),
                "fit": _fit(m.fit),
                "reasons": [_reason(reason) for reason in m.reasons],
            }
            for m in each.matches
        ]
        yield json.dumps({"seeker": each.seeker, "seek": each.seek, "matches": matches}, ensure_ascii=False)


def _fit(fit: Fit) -> dict[str, float | int]:
    """What was added to the format only where there is some: other files stay what they were."""
    kinds = {kind: _short(getattr(fit, kind)) for kind in type(fit).__dataclass_fields__}
    return {kind: value for kind, value in kinds.items() if value or kind not in _ADDED}


def _short(value: float) -> float | int:
    rounded = round(value, 3)
    return int(rounded) if rounded == int(rounded) else rounded


def _reason(reason: Reason) -> dict[str, object]:
    found: dict[str, object] = {"code": reason.code}
    if reason.value is not None:
        found["value"] = reason.value
    if reason.mine is not None:
        found["mine"] = _passage(reason.mine)
    if reason.theirs is not None:
        found["theirs"] = _passage(reason.theirs)
    if reason.strength is not None:
        found["strength"] = _short(reason.strength)
    return found


def _passage(passage: Passage) -> dict[str, object]:
    return {"field": passage.field, "index": passage.index, "lang": passage.lang}


def read_gold(data: bytes) -> Gold:
    """Judged pairs from tab-separated lines with a header; further columns are ignored.

    Raises:
        InvalidFile: with everything that is wrong (at most LIMIT problems).
    """
    lines = [line.rstrip("\r") for line in decode(data).split("\n")]
    header, log = lines[0].split("\t"), Log()
    for name in _GOLD_COLUMNS:
        if name not in header:
            log.add("line 1", "missing-key", key=name)
    log.finish()
    at = [header.index(name) for name in _GOLD_COLUMNS]
    gold: Gold = {}
    for number, line in enumerate(lines[1:], start=2):
        if line.strip():
            _judged(line.split("\t"), at, f"line {number}", gold, log)
    log.finish()
    if not gold:
        log.add("", "too-few", least=1, found=0)
    log.finish()
    return gold


def _judged(cells: list[str], at: list[int], place: str, gold: Gold, log: Log) -> None:
    if len(cells) <= max(at):
        log.add(place, "too-few", least=max(at) + 1, found=len(cells))
        return
    seeker, number, candidate, grade = (cells[n].strip() for n in at)
    if not (number.isascii() and number.isdigit() and len(number) < 5 and int(number) > 0):
        log.add(f"{place}.seek_no", "out-of-range", least=1, most=9999)
    elif grade not in ("0", "1", "2"):
        log.add(f"{place}.grade", "not-one-of", allowed="0, 1, 2", found=shown(grade))
    elif candidate in gold.setdefault((seeker, int(number)), {}):
        log.add(f"{place}.candidate_id", "repeated", id=shown(candidate))
    else:
        gold[seeker, int(number)][candidate] = int(grade)
