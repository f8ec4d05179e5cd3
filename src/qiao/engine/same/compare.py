"""How alike two records are, with the reasons for and against: rules that an adviser can follow, no weights."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from qiao.engine.same import words
from qiao.engine.same.names import Name, readings

Level = Literal["sure", "likely", "possible"]
LEVELS: tuple[Level, ...] = ("sure", "likely", "possible")
_SECOND = {"com", "co", "org", "net", "gov", "edu", "ac", "or"}  # second level under a country: tju.edu.cn
HEARD_ALIKE = 0.62  # grade of the same Latin names of firms whose Chinese ones differ
_HOST = re.compile(r"(?:[a-z]+://)?(?:[^/?#@]*@)?([\w.-]+)")
_REGISTER = re.compile(r"(HR[AB]|GNR|VR|PR)\s*\.?\s*(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reason:
    """`code` says what speaks for (or against) the two being one; `value` is the evidence."""

    code: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """An organisation as far as it can be known again. `city`: one form, the same for all names of the city."""

    id: int
    names: tuple[Name, ...]
    city: str = ""
    country: str = ""
    numbers: Mapping[str, str] = field(default_factory=dict)  # kind (uscc, vat_id, register, lei) -> number as compared
    sites: frozenset[str] = frozenset()  # own web domains
    mails: frozenset[str] = frozenset()  # domains of its people's addresses, free providers left out

    @property
    def domains(self) -> frozenset[str]:
        return self.sites | self.mails


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two records that may be one; `low` < `high`."""

    low: int
    high: int
    level: Level
    reasons: tuple[Reason, ...]
    against: tuple[Reason, ...] = ()


def record(
    id: int,
    names: tuple[str, ...],
    *,
    city: str = "",
    country: str = "",
    numbers: Mapping[str, str] | None = None,
    website: str = "",
    mails: tuple[str, ...] = (),
) -> Record:
    """A record from values as they are stored; `city` in a form that is the same in both scripts."""
    compared = {kind: number_key(kind, number) for kind, number in (numbers or {}).items() if number}
    site = domain(website)
    return Record(
        id, tuple(form for name in dict.fromkeys(names) if name.strip() for form in readings(name)), city, country,
        {kind: number for kind, number in compared.items() if number},
        frozenset([site] if site else []), frozenset(one for mail in mails if (one := mail_domain(mail))),
    )  # fmt: skip


def number_key(kind: str, number: str) -> str:
    """A number as it is compared: of the commercial register the section and the number, whatever the court's wording."""
    if kind == "register":
        found = _REGISTER.search(number)
        return f"{found[1].upper()}{int(found[2])}" if found else ""
    return re.sub(r"[\s.\-/]", "", number).upper()


def domain(website: str) -> str:
    """The registered domain of an own website; empty where many firms share the host."""
    host = _HOST.match(website.strip().lower())
    parts = (host[1] if host else "").rstrip(".").removeprefix("www.").split(".")
    if len(parts) < 2 or parts[-1].isdigit():
        return ""
    deep = len(parts) > 2 and len(parts[-1]) == 2 and parts[-2] in _SECOND
    own = ".".join(parts[-3 if deep else -2 :])
    return "" if own in words.SHARED_SITES or own in words.FREE_MAIL else own


def mail_domain(address: str) -> str:
    host = address.rpartition("@")[2].strip().lower()
    return "" if host in words.FREE_MAIL else domain(host)


def compare(one: Record, other: Record) -> Likeness | None:
    """The likeness of two records, or None when nothing worth a question speaks for it."""
    low, high = sorted((one, other), key=lambda row: row.id)
    equal = [kind for kind, number in low.numbers.items() if high.numbers.get(kind) == number]
    unequal = [kind for kind, number in low.numbers.items() if high.numbers.get(kind, number) != number]
    if "register" in equal and low.city != high.city and len(equal) == 1:
        equal = []  # each court counts for itself
    found = _best_names(low, high)
    reasons = [Reason("number", kind) for kind in equal]
    against = [Reason("other-number", kind) for kind in unequal]
    if equal:
        reasons += [found.reason] if found.grade >= 0.5 and found.reason else []
        return Likeness(low.id, high.id, "likely" if against else "sure", tuple(reasons), tuple(against))
    if unequal or (low.country and high.country and low.country != high.country):
        return None
    return _without_numbers(low, high, found)


def _without_numbers(low: Record, high: Record, found: "_Found") -> Likeness | None:
    shared = sorted(low.domains & high.domains)
    city = "same" if low.city and low.city == high.city else "other" if low.city and high.city else "unknown"
    level = _level(found, bool(shared), city)
    if level is None:
        return None
    reasons = [found.reason] if found.reason else []
    reasons += [Reason("domain", shared[0])] if shared else []
    reasons += [Reason("city")] if city == "same" else []
    reasons += [Reason("look-alike")] if any(name.deceives for row in (low, high) for name in row.names) else []
    against = [Reason(code) for code in found.against] + ([Reason("other-city")] if city == "other" else [])
    return Likeness(low.id, high.id, level, tuple(reasons), tuple(against))


def _level(found: "_Found", domain_shared: bool, city: str) -> Level | None:
    if found.grade >= 0.85:
        if city == "other":
            return "possible" if domain_shared else None
        return "sure" if domain_shared and city == "same" and not found.against else "likely"
    if found.grade >= 0.6:
        if city == "other":
            return None
        return "likely" if domain_shared else "possible" if city == "same" or found.grade >= 0.75 else None
    incomparable = found.grade > 0.2 or found.is_open
    return "possible" if domain_shared and incomparable and city != "other" else None


# --- names


@dataclass(frozen=True, slots=True)
class _Found:
    grade: float  # 0 … 1
    reason: Reason | None = None
    against: tuple[str, ...] = ()
    is_open: bool = False  # the names are of two scripts and say nothing about each other


def _best_names(low: Record, high: Record) -> _Found:
    pairs = [(a, b) for a in low.names for b in high.names]
    of_han = [compare_names(a, b) for a, b in pairs if a.is_han and b.is_han]
    if of_han and not any(found.grade for found in of_han):
        # Two names in Chinese decide: in Latin letters many names look alike, and what they do is in both.
        return max(map(_heard_alike, pairs), key=lambda one: one.grade)
    return max(
        (compare_names(a, b) for a, b in pairs),
        key=lambda one: (one.grade, one.is_open),
        default=_Found(0, is_open=True),
    )


def _heard_alike(pair: tuple[Name, Name]) -> _Found:
    """What is left of firms of different Chinese names: the same Latin ones may be a slip in one of the Chinese."""
    found = _Found(0) if pair[0].is_han or pair[1].is_han else compare_names(*pair)
    is_same = found.reason is not None and found.reason.code == "same-name"
    return replace(found, grade=min(found.grade, HEARD_ALIKE)) if is_same else _Found(0)


def compare_names(a: Name, b: Name) -> _Found:
    if not a.brand and not b.brand:
        return _compare_described(a, b)
    whole = _whole(a, b)
    parts = _compare_parts(a, b)
    return whole if whole and whole.grade > parts.grade else parts


def _compare_parts(a: Name, b: Name) -> _Found:
    grade, code = _brand(a, b)
    if not grade:
        return _Found(0, is_open=a.is_han != b.is_han and bool(a.brand and b.brand) and not _clash(a, b))
    if _clash(a, b):
        return _Found(0.1)
    against = []
    if a.trades != b.trades:
        grade -= 0.05 if a.is_han != b.is_han else 0.12
        against.append("other-trade")
    if a.is_han == b.is_han and a.legal and b.legal and not a.legal & b.legal:
        grade -= 0.12
        against.append("other-form")
    return _Found(grade, Reason(code), tuple(against))


def _clash(a: Name, b: Name) -> bool:
    """What tells two firms of one name apart: other places, other trades, or "Holding" in one of them."""
    if a.marks != b.marks:
        return True
    if a.places and b.places and not (a.places <= b.places or b.places <= a.places):
        return True
    if not a.trades or not b.trades or a.trades <= b.trades or b.trades <= a.trades:
        return False
    # Of two scripts, one shared trade is enough: names are translated freely.
    return a.is_han == b.is_han or not a.trades & b.trades


def _compare_described(a: Name, b: Name) -> _Found:
    """Names without a proper part ("Shandong University") are one only if they say the same."""
    if a.core and a.core == b.core and (a.trades or a.marks):
        alike = a.is_han == b.is_han
        return _Found(0.95 if alike else 0.9, Reason("same-name" if alike else "scripts"))
    return _Found(0, is_open=a.is_han != b.is_han and not _clash(a, b))


def _brand(a: Name, b: Name) -> tuple[float, str]:
    """(grade, code) of the names proper."""
    if a.han and b.han:
        if a.han == b.han and a.brand == b.brand:
            return 1.0, "same-name"
        alike_in_front = a.han[:2] == b.han[:2]  # the two signs that most firms are called by
        if a.joined == b.joined and len(a.han) >= 4 and alike_in_front:
            return 0.75, "homophone"
        slip = min(len(a.han), len(b.han)) >= 4 and distance(a.han, b.han) <= 1
        return (0.7, "typo") if slip and alike_in_front else (0, "")
    across = bool(a.han) != bool(b.han)
    x, y = a.joined, b.joined
    if not x or not y:
        return 0, ""
    if x == y:
        return (0.95, "scripts") if across else (1.0, "same-name")
    if sorted(a.brand) == sorted(b.brand):
        return 0.95, "word-order"
    shortest = min(len(x), len(y))
    if shortest >= 7 and x[0] == y[0] and distance(x, y) <= 1:
        return 0.84, "typo"
    if not across and (_abbreviates(a, b) or _abbreviates(b, a)):
        return 0.65, "abbreviation"
    if not across and shortest >= 5 and (_is_part(a, b) or _is_part(b, a)):
        return 0.62, "part-of-name"
    return 0, ""


def _whole(a: Name, b: Name) -> _Found | None:
    """Latin names as one word, for words written apart or with a slip. Numbers are no slips, nor are names of few letters."""
    if a.marks != b.marks or min(len(a.whole), len(b.whole)) < 10:
        return None
    steps = distance(a.whole, b.whole)
    if steps == 0:
        return _Found(0.95, Reason("same-name"))
    if a.brand and b.brand and max(len(a.joined), len(b.joined)) < 7 and a.trades == b.trades:
        return None
    return _Found(0.86, Reason("typo")) if steps == 1 and a.whole[0] == b.whole[0] else None


def _is_part(short: Name, long: Name) -> bool:
    """ "Saxonia" is what "Saxonia Weberei" is called; "Licheng Films", films from a place, is not what "Jiahe Films" is."""
    return set(short.brand) < set(long.brand) and (not short.places or short.brand[0] == long.brand[0])


def _abbreviates(short: Name, long: Name) -> bool:
    """ "EMT" stands for "Elbe Mess Technik"."""
    return len(short.brand) == 1 and 3 <= len(short.brand[0]) <= 6 and short.brand[0] == long.initials


def distance(a: str, b: str) -> int:
    """0, 1 or 2 (= two or more) of one letter more, less, other, or two neighbours swapped."""
    if a == b:
        return 0
    if abs(len(a) - len(b)) > 1:
        return 2
    head = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    rest_a, rest_b = a[head:], b[head:]
    if len(a) == len(b):
        swapped = rest_a[:2][::-1] == rest_b[:2] and rest_a[2:] == rest_b[2:]
        return 1 if swapped or rest_a[1:] == rest_b[1:] else 2
    return 1 if rest_a[1:] == rest_b or rest_a == rest_b[1:] else 2
