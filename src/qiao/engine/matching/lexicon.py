"""Which terms of a vocabulary a text names in so many words: whole words, German compounds, the longest Chinese words.

What lies wholly inside a longer word of the vocabulary does not count, what only overlaps with it does: 光纤激光切割 is a fibre
laser and laser cutting, 新能源汽车 is no energy technology.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from qiao.engine.matching.text import fold, simplified
from qiao.engine.matching.vocabulary import Term

SHORTEST_PART = 5  # letters of a word that may be looked for inside a German compound
WHOLE, PART = 1.0, 0.6  # weight of a word of its own, and of a part of a compound
_LATIN = re.compile(r"[a-z0-9]+")
_LONGEST_PHRASE = 6  # words
_SHORTEST_OVERLAP = 3  # characters of a Chinese word that overlaps; shorter ones are often no word there
_WORD = re.compile(r"-?[^\W_]+-?")
_GERMAN_ENDINGS = ("ern", "em", "en", "er", "es", "e", "n", "s")

Words = tuple[str, ...]


def german_stem(word: str) -> str:
    """Without one inflectional ending, at least four letters long: anlagen, anlage -> anlag."""
    for ending in _GERMAN_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def english_stem(word: str) -> str:
    """Without the plural: batteries -> battery, buses -> bus, lasers -> laser."""
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "buses", "xes", "ches", "shes", "zes")) and len(word) > 4:
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3 else word


_STEMS = {"de": german_stem, "en": english_stem}


def stem(word: str, lang: str) -> str:
    return _STEMS[lang](word) if lang in _STEMS else word


def word_key(label: str, lang: str) -> Words:
    """What is alike of words of a language that no text tells apart; a Chinese word is one piece."""
    if lang == "zh":
        word = fold(simplified(label)).replace(" ", "")
        if not word.isascii():
            return (word,)
        lang = "en"
    return tuple(stem(word.strip("-"), lang) for word in _WORD.findall(fold(label)))


class _Reach:
    """How far the words found so far reach, from left to right. One that overlaps takes nothing from those behind it."""

    def __init__(self) -> None:
        self._end = self._overlap_end = 0

    def covering(self, place: int) -> int:
        """So many pieces from here on lie inside a word already; 0 where a new one begins."""
        return max(self._end, self._overlap_end) - place if place < self._end else 0

    def take(self, place: int, length: int) -> None:
        if place < self._end:
            self._overlap_end = place + length
        else:
            self._end = place + length


@dataclass
class _Words:
    """The index of one language that is written with blanks."""

    lang: str
    phrases: dict[Words, set[str]] = field(default_factory=lambda: defaultdict(set))
    beginnings: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    endings: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, label: str, code: str) -> None:
        words = word_key(label, self.lang)
        if not words or len(words) > _LONGEST_PHRASE:
            return
        if len(words) == 1 and words not in self.phrases and self.lang == "de" and len(words[0]) >= SHORTEST_PART:
            self.beginnings[words[0][:SHORTEST_PART]].append(words[0])
            self.endings[words[0][-SHORTEST_PART:]].append(words[0])
        self.phrases[words].add(code)

    def hits(self, text: str) -> Iterator[tuple[set[str], float]]:
        raw = _WORD.findall(fold(text))
        words = [stem(word.strip("-"), self.lang) for word in raw]
        reach = _Reach()
        for place in range(len(words)):
            sizes = range(min(_LONGEST_PHRASE, len(words) - place), reach.covering(place), -1)
            length = next((n for n in sizes if tuple(words[place : place + n]) in self.phrases), 0)
            if length:
                yield self.phrases[tuple(words[place : place + length])], WHOLE + 0.1 * (length - 1)
                reach.take(place, length)
            elif self.lang == "de" and not reach.covering(place):
                yield from self._german(raw, words, place)

    def _german(self, raw: list[str], words: list[str], place: int) -> Iterator[tuple[set[str], float]]:
        restored = next(self._restored(raw, words, place), None)
        if restored:
            yield self.phrases[restored,], WHOLE
            return
        word = words[place]
        first = self._longest(self.beginnings[word[:SHORTEST_PART]], word, at_end=False)
        last = self._longest(self.endings[word[-SHORTEST_PART:]], word, at_end=True)
        for part in dict.fromkeys(part for part in (first, last) if part):
            yield self.phrases[part,], PART

    def _restored(self, raw: list[str], words: list[str], place: int) -> Iterator[str]:
        """Words that share a part with a neighbour: "Laserschneiden, -schweißen", "Leistungs- und Sensorchips"."""
        if raw[place].startswith("-"):
            for before in (word for word in words[:place][::-1] if len(word) > SHORTEST_PART):
                yield from (
                    w for n in range(4, len(before) - 2) if (w := before[:n] + words[place]) and (w,) in self.phrases
                )
        elif raw[place].endswith("-"):
            part = raw[place].strip("-")
            for after in words[place + 1 : place + 4]:
                yield from (w for n in range(3, len(after) - 2) if (w := part + after[n:]) and (w,) in self.phrases)

    @staticmethod
    def _longest(parts: Iterable[str], word: str, *, at_end: bool) -> str | None:
        fits = str.endswith if at_end else str.startswith
        return max((part for part in parts if fits(word, part)), key=len, default=None)


@dataclass
class _Signs:
    """The index of Chinese, which is written without blanks."""

    words: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    latin: _Words = field(default_factory=lambda: _Words("en"))
    longest: int = 0

    def add(self, label: str, code: str) -> None:
        word = fold(simplified(label)).replace(" ", "")
        if word.isascii():
            self.latin.add(label, code)
        elif word:
            self.words[word].add(code)
            self.longest = max(self.longest, len(word))

    def hits(self, text: str) -> Iterator[tuple[set[str], float]]:
        plain = fold(text).replace(" ", "")
        reach = _Reach()
        for place in range(len(plain)):
            inside = reach.covering(place)
            too_short = max(inside, _SHORTEST_OVERLAP - 1) if inside else 0
            sizes = range(min(self.longest, len(plain) - place), too_short, -1)
            size = next((n for n in sizes if plain[place : place + n] in self.words), 0)
            if size:
                yield self.words[plain[place : place + size]], WHOLE + 0.05 * max(0, size - 3)
                reach.take(place, size)
        yield from self.latin.hits(" ".join(_LATIN.findall(fold(text))))


class Lexicon:
    """Finds terms by their words, in the language of the text; Chinese in simplified characters."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._index: dict[str, _Words | _Signs] = {}
        for term in terms:
            for lang, labels in term.labels.items():
                index = self._index.setdefault(lang, _Signs() if lang == "zh" else _Words(lang))
                for label in labels:
                    index.add(label, term.code)

    def find(self, text: str, lang: str) -> Mapping[str, float]:
        """Code -> weight of its best hit: 1 for a word, a little more for several words, PART for a part of a compound."""
        found: dict[str, float] = {}
        index = self._index.get(lang)
        for codes, weight in index.hits(text) if index else ():
            for code in codes:
                found[code] = max(found.get(code, 0.0), weight)
        return found
