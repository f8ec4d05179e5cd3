"""The keywords of the vocabulary that a query names, in any of its languages."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from qiao.directory.search import MOST_TERMS, TONE_NUMBER, as_pinyin
from qiao.engine.matching.lexicon import stem
from qiao.engine.matching.text import clean, fold, mainland, simplified
from qiao.engine.pinyin import syllables

_HAN_SIGNS = "\u3400-\u9fff"
_UNIT = re.compile(rf"[{_HAN_SIGNS}]|[^\W_{_HAN_SIGNS}]+")  # a Chinese character, or a word

_HAN_WORD = re.compile(f"[{_HAN_SIGNS}]{{2,}}")
SHORTEST_STEMMED = 5  # letters: whoever writes "die" means no dies
PINYIN = "pinyin"  # beside the languages

Units = tuple[str, ...]


class KeywordRow(NamedTuple):
    """One keyword as it stands in the database."""

    pk: int
    code: str
    names: Mapping[str, str]
    synonyms: Mapping[str, Sequence[str]]
    broader: int | None
    is_retired: bool


@dataclass(frozen=True)
class NamedKeywords:
    """each: for every part of a query that names keywords their codes and those below them; rest: the query without these parts."""

    each: tuple[frozenset[str], ...]
    rest: str


class Vocabulary:
    """All words of the keywords in use, by language and as pinyin. The longest part of a query that is one of them counts."""

    def __init__(self, rows: Iterable[KeywordRow] = ()) -> None:
        self.rows = tuple(rows)
        self._codes: dict[str, dict[Units, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._longest: dict[tuple[str, str], int] = {}  # by language and first unit: units of the longest word
        for row in self.rows:
            for lang, name in row.names.items() if not row.is_retired else ():
                for label in (name, *row.synonyms.get(lang, ())):
                    self._add(lang, label, row.code)
        self._narrower: dict[int | None, list[KeywordRow]] = defaultdict(list)
        for row in self.rows:
            self._narrower[row.broader].append(row)
        self._by_code = {row.code: row for row in self.rows}

    def _add(self, lang: str, label: str, code: str) -> None:
        label = simplified(clean(label))
        forms = [(lang, _units(lang, _UNIT.findall(label)))]
        if lang == "zh" and _HAN_WORD.fullmatch(label):
            heard = syllables(label)
            for spelt in (heard, [one.replace("v", "u") for one in heard]):
                forms += [(PINYIN, tuple(spelt)), (PINYIN, ("".join(spelt),))]
        for language, units in forms:
            if units:
                self._codes[language][units].add(code)
                first = language, units[0]
                self._longest[first] = max(self._longest.get(first, 0), len(units))

    def named_in(self, words: str) -> NamedKeywords | None:
        """None where a query names no keyword, neither as it is nor in the mainland's words."""
        text = clean(words)
        return self._named_in(simplified(text)) or self._named_in(mainland(text))

    def _named_in(self, text: str) -> NamedKeywords | None:
        found = list(_UNIT.finditer(text))
        units = {lang: _units(lang, [unit[0] for unit in found]) for lang in self._codes}
        each, rest, end, place = list[frozenset[str]](), "", 0, 0
        while place < len(found):
            size, codes = self._longest_at(units, place)
            if codes:
                each.append(self._with_narrower(codes))
                rest += text[end : found[place].start()] + " "
                end = found[place + size - 1].end()
            place += size
        if not each or len(each) > MOST_TERMS:
            return None
        return NamedKeywords(tuple(dict.fromkeys(each)), rest + text[end:])

    def _longest_at(self, units: Mapping[str, Units], place: int) -> tuple[int, set[str]]:
        """How many units from there on name keywords, and which; one unit that names none."""
        rest = {lang: some[place:] for lang, some in units.items()}
        longest = max((self._longest.get((lang, some[0]), 0) for lang, some in rest.items()), default=0)
        for size in range(longest, 0, -1):
            parts = ((lang, some[:size]) for lang, some in rest.items() if size <= len(some))
            if codes := {code for lang, part in parts for code in self._codes[lang].get(part, ())}:
                return size, codes
        return 1, set()

    def _with_narrower(self, codes: Iterable[str]) -> frozenset[str]:
        found: set[str] = set()
        rest = [self._by_code[code] for code in codes]
        while rest:
            row = rest.pop()
            if row.code not in found:
                found.add(row.code)
                rest += self._narrower.get(row.pk, ())
        return frozenset(found)


def _units(lang: str, units: Iterable[str]) -> Units:
    """Folded, words without their endings; Chinese names may hold English words. Pinyin as it is typed."""
    if lang == PINYIN:
        return tuple(as_pinyin(TONE_NUMBER.sub("", unit.casefold())) or unit for unit in units)
    folded = map(fold, units)
    return tuple(
        stem(unit, "en" if lang == "zh" else lang) if len(unit) >= SHORTEST_STEMMED else unit for unit in folded
    )
