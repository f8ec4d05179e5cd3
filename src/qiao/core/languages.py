"""The three languages, the text that fits a reader, and language codes as people write them."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import get_language

from qiao import wording

LOCALES = {"de": "de", "zh": "zh-hans", "en": "en"}
"""What Django calls the language of each primary subtag."""
READING_ORDER = {"de": ("de", "en", "zh"), "zh": ("zh", "en", "de"), "en": ("en", "de", "zh")}


def primary(tag: str) -> str:
    """The primary subtag of a BCP 47 tag, lower case: "zh-Hans" and "zh:B2" are both "zh"."""
    return tag.split(":")[0].replace("_", "-").split("-")[0].strip().lower()


def html_tag(language: str) -> str:
    """The value of a `lang` attribute: Chinese here is written in simplified characters."""
    return "zh-Hans" if language == "zh" else language


def reader_language() -> str:
    """The primary subtag of the language in force: de, zh or en."""
    return primary(get_language() or "en")


def pick_language(available: Iterable[str], language: str | None = None) -> str | None:
    """The best of the available primary subtags for a reader; None where there is none."""
    have = list(available)
    order = READING_ORDER.get(language or reader_language(), READING_ORDER["en"])
    return next((code for code in order if code in have), have[0] if have else None)


def listed(words: Iterable[Any], language: str | None = None) -> str:
    """ "Dresden, Jinan", or for readers of Chinese "德累斯顿、济南"."""
    return wording.listed(words, language or reader_language())


def running_text(sentences: Iterable[Any]) -> str:
    """Whole sentences behind each other; between Chinese ones stands no blank."""
    return ("" if reader_language() == "zh" else " ").join(map(str, sentences))


def bracketed(word: Any) -> str:
    """ " (optional)" behind other words; Chinese brackets bring their own room."""
    return f"（{word}）" if reader_language() == "zh" else f" ({word})"


def localized(names: Mapping[str, str], language: str | None = None) -> str:
    """One of an office's own labels (an event's name, a theme) in the reader's language, else in the next best."""
    filled = {code: text for code, text in names.items() if text}
    code = pick_language(filled, language)
    return filled[code] if code else ""
