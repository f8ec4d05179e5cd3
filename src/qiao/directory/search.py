"""Words of an organisation for searching, folded: umlauts, accents and case do not matter, Chinese is found by its
characters and by pinyin, a city by its names in both scripts."""

import re
from collections.abc import Iterable
from functools import lru_cache

from pypinyin import lazy_pinyin

from qiao.engine.matching.text import fold, tokens
from qiao.templatetags.wording import CITIES, CITIES_LATIN, HAN

LONGEST_QUERY = 200


def city_names(city: str) -> list[str]:
    return [city, CITIES.get(city, ""), CITIES_LATIN.get(city, "")]


@lru_cache(maxsize=4096)
def city_key(city: str) -> str:
    """Equal for all names of one city, whatever case, accents and script."""
    return min((fold(form) for form in city_names(city) if form), default="")


@lru_cache(maxsize=4096)
def pinyin(text: str) -> str:
    """The Chinese in a text as pinyin without tones, each run joined: 德累斯顿 -> deleisidun."""
    return " ".join("".join(lazy_pinyin(run)) for run in re.findall(r"[\u3400-\u9fff]+", text))


def search_words(names: Iterable[str], city: str, texts: Iterable[str]) -> str:
    """What `Organisation.search_words` holds: folded words, each once, between blanks."""
    places = city_names(city)
    sources = [*names, *places, *texts]
    spoken = [pinyin(text) for text in [*names, *places] if HAN.search(text)]
    spoken += [pinyin(place).replace("ei", "e") for place in places if HAN.search(place)]  # by ear: delesidun
    words: dict[str, None] = {}
    for source in [*sources, *spoken]:
        words.update(dict.fromkeys(tokens(source)))
    return f" {' '.join(words)} " if words else ""


def query_words(query: str) -> list[str]:
    """The folded words of a query, each to be found at the beginning of a word."""
    return list(dict.fromkeys(tokens(query[:LONGEST_QUERY])))[:12]


__all__ = ["city_key", "city_names", "fold", "pinyin", "query_words", "search_words"]
