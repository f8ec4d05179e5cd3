"""Words for searching: what is stored for a document, and what a query asks for.

Folded: case, accents and ß do not matter, ä = ae = a, traditional characters are simplified. Chinese stands as overlapping
pairs of characters; Chinese names also as pinyin and initials from each of their characters on (济南激光: jinanjiguang,
nanjiguang, …, jnjg, njg). Pinyin is not folded, for 薛 (xue) is not 徐 (xu); names in Latin script stand in both forms. Long words are found from the middle on as well (Lasertechnik: technik). A place is one token
whatever its name's language.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import chain

from qiao.directory.places import gazetteer, places_in, without_places
from qiao.engine.matching import text as words_of
from qiao.engine.pinyin import syllables
from qiao.templatetags.wording import CITIES, CITIES_LATIN, HAN

FOLDING = 2  # rises when the tokens of a document change: then all are stale
LONGEST_QUERY = 200
MOST_TERMS = 12
IN_NAME = "·"  # begins a token that stands in a name
LONG_WORD, SHORTEST_END = 8, 5  # of words from 8 letters on, ends of 5 letters and more are words of their own
LONGEST_RUN = 8  # characters of a name spelt in pinyin from one place on
SHORTEST_PREFIX = 3  # letters from which on a query's word is the beginning of a word
SHORTEST_TYPO = 5
MOST_TYPO_WORDS = 3  # a longer query is a sentence, and found by meaning
LONGEST_TYPO = 24  # letters: each means some 75 further words to look up
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
LONGEST_SYLLABLE = 6  # letters: zhuang
_LATIN_WORD = re.compile(r"[^\W_\u3400-\u9fff]+")
_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")
TONE_NUMBER = re.compile(r"(?<=[a-z])[1-5](?![0-9])")


def fold(text: str) -> str:
    """A key for comparing: the engine's folding on simplified characters."""
    return words_of.fold(words_of.mainland(text))


def city_names(city: str) -> list[str]:
    return [city, CITIES.get(city, ""), CITIES_LATIN.get(city, "")]


@lru_cache(maxsize=4096)
def city_key(city: str) -> str:
    """Equal for all names of one city, whatever case, accents and script."""
    return min((fold(form) for form in city_names(city) if form), default="")


@lru_cache(maxsize=4096)
def pinyin(text: str) -> str:
    """The Chinese in a text as pinyin without tones, each run joined: 德累斯顿 -> deleisidun."""
    return " ".join("".join(syllables(run)) for run in _HAN_RUN.findall(text))


# --- pinyin

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_Y_SOUND = re.compile("(?<=[jqxy])v")  # ü that is written u
SHORT_SYLLABLES = ("lv", "nv")  # no other word begins so: two letters are the beginning of one


def _unaccented(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))


@cache
def _syllables() -> frozenset[str]:
    """All syllables of pinyin as they are typed: ü as v or u."""
    from pypinyin.constants import PINYIN_DICT

    readings = (one for some in PINYIN_DICT.values() for one in some.split(","))
    typed = {_with_v(one) for one in readings}
    typed = {one for one in typed if one.isascii() and re.search("[aeiouv]", one)}
    return frozenset(typed | {one.replace("v", "u") for one in typed})


@cache
def _beginnings() -> frozenset[str]:
    return frozenset(one[:end] for one in _syllables() for end in range(1, len(one) + 1))


def _with_v(word: str) -> str:
    """Without tones, ü as it is typed: lǜsè -> lvse."""
    return _Y_SOUND.sub("u", _unaccented(unicodedata.normalize("NFKD", word).replace("u\u0308", "v")))


@lru_cache(maxsize=4096)
def as_pinyin(word: str) -> str:
    """A word in small letters as pinyin is typed; empty where it is none. Its last syllable may be begun only."""
    typed = _with_v(word)
    if not typed.isascii() or re.search("[ao]\u0308", unicodedata.normalize("NFKD", word)):
        return ""
    ends = {0}  # of whole syllables
    for end in range(1, len(typed) + 1):
        if any(typed[start:end] in _syllables() for start in ends if end - start <= LONGEST_SYLLABLE):
            ends.add(end)
    return typed if any(typed[start:] in _beginnings() or start == len(typed) for start in ends) else ""


# --- documents


def _plain(text: str) -> list[str]:
    """Words and pairs of characters, the last character of each Chinese run, and ends of long words."""
    folded = fold(text)
    found = words_of.tokens(folded)
    found += [run[-1] for run in _HAN_RUN.findall(folded)]
    return found + _ends(found)


def _ends(words: Iterable[str]) -> list[str]:
    long = (word for word in words if len(word) >= LONG_WORD and word.isascii())
    return [word[start:] for word in long for start in range(1, len(word) - SHORTEST_END + 1)]


def _unfolded(name: str) -> list[str]:
    """Words of a name in Latin script whose folded form could be another one's pinyin: Xue is not Xu."""
    found = []
    for word in _LATIN_WORD.findall(words_of.clean(name).casefold()):
        forms = (_unaccented(word.translate(_UMLAUTS)), as_pinyin(word))
        found += [form for form in forms if form.isascii() and form not in ("", words_of.fold(word))]
    return found + _ends(found)


@lru_cache(maxsize=8192)
def _spoken(name: str) -> tuple[str, ...]:
    """Pinyin and initials of a Chinese name, from each character on; ü as v and as u."""
    found: list[str] = []
    for run in _HAN_RUN.findall(words_of.mainland(name)):
        spoken = syllables(run)
        for start in range(len(spoken)):
            part = spoken[start : start + LONGEST_RUN]
            joined = "".join(part)
            found += [joined, joined.replace("v", "u")] if "v" in joined else [joined]
            if len(part) >= SHORTEST_PREFIX:
                found.append("".join(one[0] for one in part))
    return tuple(found)


def _initials(name: str) -> list[str]:
    """Of a name of two characters: 王立 is wl."""
    return ["".join(one[0] for one in syllables(name))] if len(name) == 2 and _HAN_RUN.fullmatch(name) else []


def name_words(names: Iterable[str]) -> list[str]:
    forms = ((*_plain(name), *_unfolded(name), *_spoken(name)) for name in names if name)
    return list(dict.fromkeys(chain.from_iterable(forms)))


def document_words(names: Iterable[str], named: Iterable[str] = (), texts: Iterable[str] = ()) -> str:
    """The tokens of one document between blanks, each once.

    names: of the thing itself; named: other names that find it, such as its place; texts: what it says.
    """
    names, named, texts = list(names), list(named), list(texts)
    own = [*name_words(names), *chain.from_iterable(map(_initials, names))]
    places = places_in(fold("\n".join([*names, *named, *texts])))
    everything = [*own, *name_words(named), *chain.from_iterable(_plain(text) for text in texts), *places]
    marked = [IN_NAME + word for word in [*own, *places_in(fold("\n".join(names)))]]
    return " ".join(dict.fromkeys([*everything, *marked]))


def shown_words(words: str) -> str:
    """The words of the index as somebody reads them who is found by them: without the marks."""
    return " ".join(word for word in words.split() if not word.startswith(IN_NAME))


# --- queries


@dataclass(frozen=True)
class Term:
    """One of `tokens` must stand in a document; with `prefix` a token that begins with it is enough."""

    tokens: tuple[str, ...]
    prefix: bool = False

    def in_name(self) -> "Term":
        return replace(self, tokens=tuple(IN_NAME + token for token in self.tokens))


Terms = tuple[Term, ...]


@dataclass(frozen=True)
class Query:
    """What was asked. A document fits when it has all terms of one of the alternatives; in_name: of these in its name."""

    alternatives: tuple[Terms, ...]
    only_places: bool = False
    in_name: tuple[Terms, ...] = ()

    def in_names(self) -> "Query":
        asked = self.in_name or self.alternatives
        return replace(self, alternatives=tuple(tuple(term.in_name() for term in terms) for terms in asked))

    def with_typos(self) -> "Query | None":
        """The same with one letter wrong, missing, too much or swapped in each longer word; None where there is none."""
        if any(len(terms) > MOST_TYPO_WORDS for terms in self.alternatives):
            return None
        forgiving = tuple(tuple(_forgiving(term) for term in terms) for terms in self.alternatives[:1])
        return None if forgiving == self.alternatives[:1] else Query(forgiving, self.only_places)

    def __bool__(self) -> bool:
        return bool(self.alternatives)


def _term(word: str) -> Term:
    if HAN.match(word):
        return Term((word,), prefix=len(word) == 1)
    return Term((word,), prefix=len(word) >= SHORTEST_PREFIX or word in SHORT_SYLLABLES)


def _heard(text: str) -> dict[str, str]:
    """Of the words that could be pinyin, and are something else when folded: the folded word, and the pinyin."""
    words = {fold(word): as_pinyin(word) for word in _LATIN_WORD.findall(text)}
    return {folded: typed for folded, typed in words.items() if typed and typed != folded}


def _syllables_joined(words: list[str]) -> list[str]:
    """Pinyin written syllable by syllable, looked up as one word as well; nothing for other words."""
    latin = [word for word in words if word.isascii()]
    if len(latin) < 2 or not _syllables().issuperset(latin):
        return []
    return ["".join(latin), *(word for word in words if not word.isascii())]


def parse(text: str) -> Query:
    """A query's words; empty when it holds no letter or figure."""
    text = TONE_NUMBER.sub("", text[:LONGEST_QUERY].casefold())
    folded = fold(text)
    joined = words_of.fold(re.sub(r"[\s'’-]", "", folded))
    if joined in gazetteer():  # one place, perhaps written syllable by syllable
        return Query(((Term((gazetteer()[joined],)),),), only_places=True)
    places = places_in(folded)
    rest = words_of.tokens(without_places(folded))
    rest = list(dict.fromkeys(rest))[:MOST_TERMS]
    heard = _heard(text)
    spoken = [heard.get(word, word) for word in rest]
    readings = [rest, spoken, _syllables_joined(spoken)]
    there = [Term((place,)) for place in places[:MOST_TERMS]]
    alternatives = [(*there, *map(_term, words)) for words in readings if words or not rest]
    alternatives = list(dict.fromkeys(alternatives))
    first = 1 if spoken != rest else 0
    if not any(alternatives):
        return Query(())
    return Query(tuple(alternatives), only_places=bool(places) and not rest, in_name=tuple(alternatives[first:]))


def _forgiving(term: Term) -> Term:
    word = term.tokens[0]
    if not SHORTEST_TYPO <= len(word) <= LONGEST_TYPO or not word.isascii():
        return term
    halves = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    found = [a + b[1:] for a, b in halves if b]
    found += [a + b[1] + b[0] + b[2:] for a, b in halves if len(b) > 1]
    found += [a + c + b[1:] for a, b in halves if b for c in LETTERS]
    found += [a + c + b for a, b in halves for c in LETTERS]
    return Term(tuple(sorted({word, *found})), prefix=True)
