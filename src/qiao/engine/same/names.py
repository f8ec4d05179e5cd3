"""A name taken apart: what it is called, what it does, where it says it is, and its legal form."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from qiao.engine.matching.text import clean, fold
from qiao.engine.pinyin import syllables
from qiao.engine.same import words

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_DOTTED = re.compile(r"\b\w\.(?:\s?\w\.)+")  # e. V. -> eV, G.m.b.H. -> GmbH
_WORD = re.compile(r"\w+")
_APOSTROPHES = re.compile(r"['’`´]")
_BRACKETS = re.compile(r"[()（）【】\[\]]")
_FOREIGN = re.compile(r"[\u0370-\u03ff\u0400-\u052f]")
_LATIN_RUN = re.compile(r"[A-Za-z0-9]+")
_PINYIN = re.compile(
    "(?:(?:[zcs]h?|[bpmfdtnlgkhjqxryw])?(?:i?a(?:ng?|o|i)?|ei?|i?eng?|ie|i(?:ng?|u)?|i?ong|ou?|ua(?:i|ng?)?|u[eino]?)|er)+"
)
_NUMBER_HAN = re.compile(r"第[一二三四五六七八九十\d]+")
LONGEST = 250
MOST_SYLLABLES = 6  # of a word such as gufen youxian gongsi


@dataclass(frozen=True, slots=True)
class Name:
    """One form of a name. `han`: the name proper in simplified Chinese, empty for a name in Latin script."""

    han: str
    brand: tuple[str, ...]  # the name proper: folded words, or pinyin
    trades: frozenset[str]
    places: frozenset[str]
    marks: frozenset[str]  # what tells firms of one family apart, numbers among them
    legal: frozenset[str]  # kinds of legal forms
    whole: str  # all of it in one word, without the legal form
    initials: str
    is_han: bool
    deceives: bool  # letters of another script that look like Latin ones

    @property
    def joined(self) -> str:
        return "".join(self.brand)

    @property
    def core(self) -> frozenset[str]:
        """All that is said beside the name proper."""
        return self.trades | self.places | self.marks


@cache
def _simplifier() -> "object":
    from opencc import OpenCC

    return OpenCC("t2s")


def simplified(text: str) -> str:
    """Traditional characters as simplified ones."""
    return str(_simplifier().convert(text))  # type: ignore[attr-defined]


@lru_cache(maxsize=65536)
def pinyin(text: str) -> str:
    return fold("".join(syllables(text)))


def _undeceived(word: str) -> str:
    """A word in Latin letters, where letters of another script only look like them."""
    if not _FOREIGN.search(word):
        return word
    latin = unicodedata.normalize("NFKC", word).translate(words.LOOK_ALIKES)
    return word if _FOREIGN.search(latin) else latin


def parse(text: str) -> Name:
    """Take a name apart; letters that deceive are read as what they look like."""
    plain = _BRACKETS.sub(" ", _APOSTROPHES.sub("", clean(text[:LONGEST])))
    read = " ".join(_undeceived(word) for word in plain.split())
    deceives = read != " ".join(plain.split())
    return _parse_han(simplified(read), deceives) if _HAN.search(read) else _parse_latin(read, deceives)


def readings(text: str) -> tuple[Name, ...]:
    """A name taken apart; one in Latin letters also as pinyin ("Huatai Zhiye Youxian Gongsi": Huatai Paper Limited)."""
    plain = parse(text)
    if plain.is_han:
        return (plain,)
    said = _WORD.findall(fold(clean(text[:LONGEST])))
    meant = list(_translated(said))
    if meant == said:
        return (plain,)
    read = parse(" ".join(meant))
    # "Jiguang Chips" is not what a laser firm is called in pinyin: what is left as its name would be the English word.
    return (plain, read) if all(_PINYIN.fullmatch(word) for word in read.brand) else (plain,)


def _translated(said: list[str]) -> Iterator[str]:
    """Words with pinyin, written together or by syllables, replaced by what it means; the name proper stays as it is."""
    place = 0
    while place < len(said):
        sizes = range(min(MOST_SYLLABLES, len(said) - place), 0, -1)
        size = next((n for n in sizes if "".join(said[place : place + n]) in words.spoken()), 0)
        word = "".join(said[place : place + max(size, 1)])
        yield words.spoken()[word] if size else word
        place += max(size, 1)


def _parse_latin(text: str, deceives: bool) -> Name:
    text = _DOTTED.sub(lambda found: re.sub(r"[.\s]", "", found.group()) + " ", text)
    found = [word for word in _WORD.findall(fold(text)) if word not in words.SMALL]
    found = [full for word in _with_joined_places(found) for full in words.ABBREVIATED.get(word, (word,))]
    brand: list[str] = []
    trades, places, marks, legal = set[str](), set[str](), set[str](), set[str]()
    spoken = [word for word in found if word not in words.LEGAL]
    for word in found:
        if word in words.LEGAL:
            legal.add(words.LEGAL[word])
        elif word in words.places():
            places.add(words.places()[word])
        elif word in words.MARKS:
            marks.add(words.MARKS[word])
        elif word.isdigit():
            marks.add(f"#{int(word) if len(word) < 9 else word}")
        elif parts := compound(word):
            trades |= {words.TRADES[part] for part in parts if part in words.TRADES}
            marks |= {words.MARKS[part] for part in parts if part not in words.TRADES}
        elif word not in words.PLACE_WORDS:
            brand.append(word)
    return Name(
        "", tuple(brand), frozenset(trades), frozenset(places), frozenset(marks), frozenset(legal) - {""},
        "".join(spoken), "".join(word[0] for word in spoken), False, deceives,
    )  # fmt: skip


def _with_joined_places(found: list[str]) -> list[str]:
    """ "qing dao" is one place."""
    joined: list[str] = []
    for word in found:
        if joined and joined[-1] not in words.places() and joined[-1] + word in words.places():
            joined[-1] += word
        else:
            joined.append(word)
    return joined


def _is_known(word: str) -> bool:
    return word in words.TRADES or (word in words.MARKS and len(word) > 4)


@lru_cache(maxsize=65536)
def compound(word: str) -> tuple[str, ...]:
    """The trade words that a word is made of ("lasertechnik": laser, technik), or () when anything else is in it."""
    if _is_known(word):
        return (word,)
    for cut in range(len(word) - 3, 2, -1):
        head, tail = word[:cut], word[cut:]
        if _is_known(head) and (rest := compound(tail.removeprefix("s")) or compound(tail)):
            return (head, *rest)
    return ()


_TABLE: dict[str, tuple[str, str]] = {}
_TABLE |= {word: ("legal", kind) for word, kind in words.LEGAL_HAN.items()}
_TABLE |= {word: ("trades", code) for word, code in words.TRADES_HAN.items()}
_TABLE |= {word: ("marks", code) for word, code in words.MARKS_HAN.items()}
_TABLE |= {word: ("places", place) for word, place in words.PLACES_HAN.items()}
_MOST = max(map(len, _TABLE))


def _parse_han(text: str, deceives: bool) -> Name:
    sets: dict[str, set[str]] = {"legal": set(), "trades": set(), "marks": set(), "places": set()}
    brand: list[str] = []
    run = ""
    place = 0
    text = _NUMBER_HAN.sub(lambda found: _numbered(found.group(), sets["marks"]), text)
    while place < len(text):
        known = next((text[place : place + n] for n in range(_MOST, 1, -1) if text[place : place + n] in _TABLE), "")
        if known:
            kind, code = _TABLE[known]
            sets[kind].add(code)
            place += len(known)
            if kind == "places" and text[place : place + 1] in tuple(words.PLACE_ENDS):
                place += 1
        elif _HAN.match(text[place]):
            run += text[place]
            place += 1
            continue
        else:
            latin = _LATIN_RUN.match(text, place)
            if latin:
                _place_latin(fold(latin.group()), sets, brand)
            place = latin.end() if latin else place + 1
        brand += [run] if run else []
        run = ""
    brand += [run] if run else []
    han = "".join(part for part in brand if _HAN.match(part))
    return Name(
        han, tuple(pinyin(part) if _HAN.match(part) else part for part in brand), frozenset(sets["trades"]),
        frozenset(sets["places"]), frozenset(sets["marks"]), frozenset(sets["legal"]) - {""}, "", "", True, deceives,
    )  # fmt: skip


def _numbered(found: str, marks: set[str]) -> str:
    digits = "一二三四五六七八九"
    rest = found[1:]
    marks.add(f"#{digits.index(rest) + 1 if rest in digits else rest}")
    return ""


def _place_latin(word: str, sets: dict[str, set[str]], brand: list[str]) -> None:
    """A Latin word within a Chinese name."""
    if word in words.LEGAL:
        sets["legal"].add(words.LEGAL[word])
    elif word.isdigit():
        sets["marks"].add(f"#{int(word) if len(word) < 9 else word}")
    elif word in words.TRADES:
        sets["trades"].add(words.TRADES[word])
    else:
        brand.append(word)
