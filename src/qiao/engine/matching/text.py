"""Words made comparable: cleaning, folding of German, Chinese and English, and what of a text reaches the embedder."""

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache

from qiao.engine.matching.model import Profile, Text, primary

LONGEST = 4000  # characters of one text that are looked at; the longest entry in the marketplace is far shorter
_PREFERRED = ("de", "zh", "en")

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_SPACE = re.compile(r"\s+")
_HAN_SIGNS = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_HAN = re.compile(f"[{_HAN_SIGNS}]")
_TOKEN = re.compile(rf"[{_HAN_SIGNS}]+|[^\W_{_HAN_SIGNS}]+")


def clean(text: str) -> str:
    """Text without NUL, control and invisible characters and lone surrogates, in NFKC, blanks collapsed, at most LONGEST long."""
    text = _SURROGATE.sub(" ", text[:LONGEST])
    text = _CONTROL.sub(" ", text)
    text = unicodedata.normalize("NFKC", text)
    return _SPACE.sub(" ", text).strip()[:LONGEST].rstrip()


@cache
def _converter(kind: str) -> Callable[[str], str]:
    from opencc import OpenCC  # its dictionaries are read for Chinese only

    convert = OpenCC(kind).convert
    return lambda text: str(convert(text))


def mainland(text: str) -> str:
    """Simplified characters, and the mainland's words for those of Taiwan (雷射 is 激光): for finding, not for reading.

    A word of the mainland may change as well (晶片, a wafer, is a chip in Taiwan).
    """
    return _converter("tw2sp")(text) if _HAN.search(text) else text


def simplified(text: str) -> str:
    """A text in traditional characters in simplified ones and with the mainland's words; any other as it is."""
    return mainland(text) if _HAN.search(text) and _converter("t2s")(text) != text else text


def fold(text: str) -> str:
    """A key for comparing words, never for showing: lower case, no accents, ß = ss, and ä = ae = a (likewise ö, ü)."""
    plain = unicodedata.normalize("NFKD", clean(text).casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"(?<=[aou])e", "", plain)


def tokens(text: str) -> list[str]:
    """Folded words in order; a run of Chinese characters becomes its overlapping pairs (a single one stays itself)."""
    found: list[str] = []
    for run in _TOKEN.findall(fold(text)):
        if _HAN.match(run) and len(run) > 1:
            found += [run[i : i + 2] for i in range(len(run) - 1)]
        else:
            found.append(run)
    return found


# Phrases that say which role a text has, not what it is about. With a subject they go wherever they stand …
_PHRASES = re.compile(
    r"""\b(?:
      (?:wir|ich|unser\ unternehmen|unsere\ firma)\ (?:(?:suchen|suche|sucht|bieten|biete|bietet|benötigen|brauchen|wünschen\ uns)\b
         (?:\ (?:derzeit|aktuell|momentan|zurzeit|ihnen|daher|deshalb|auch|außerdem|insbesondere|dringend))*)
      |(?:suchen|bieten)\ wir\b
      |(?:we|i|our\ company|our\ firm)(?:\ (?:are|am|is))?(?:\ (?:also|currently|now))*\ (?:looking\ for|seeking|searching\ for|in\ search\ of|
         interested\ in|offering|providing|offers?|provides?|seeks?|looks?\ for|needs?|require)\b
    )[ \t]*:?""",
    re.IGNORECASE | re.VERBOSE,
)
_PHRASES_ZH = re.compile(
    r"(?:我们|我方|我司|我公司|本公司|公司|我院|我校|我所|我园区)?(?:目前|现|正在|正|可以|可|能够|能|希望|愿意|愿|诚意|诚|欲|拟)*"
    r"(?:寻求|寻找|诚征|征集|招募|求购|寻)"
    r"|(?:我们|我方|我司|我公司|本公司|公司|我院|我校|我所|我园区)(?:目前|现|正在|正|可以|可|能够|能|希望|愿意|愿)*(?:提供|需要|需求|求)"
)
# … the bare words only where a clause begins.
_START = re.compile(
    r"""(^|[.;!?|]\s+)(?:
      (?:gesucht(?:\ (?:wird|werden))?|suchen|suche|bieten|biete|angebot|angeboten(?:\ (?:wird|werden))?|gesuch|bedarf|
         looking\ for|seeking|searching\ for|in\ search\ of|wanted|offering|offers?|seeks?|providing)\b\s*:?
      |(?:供应|提供|需求|需要|求)\s*:?)\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_START_ZH = re.compile(r"(^|[。;；!！?？,，、]\s*)(?:提供|需要|需求|供应|求)[:：]?\s*")
_OFFERING = re.compile(r"\bbieten\b|\bbietet\b|\bbiete\b", re.IGNORECASE)
_SEPARATED = re.compile(r"\s+an(?=\s*(?:[.;!?]|$))")  # the second half of "bieten … an"


def strip_role_words(text: str) -> str:
    """`text` without "we offer", "wir suchen", "寻求" and the like, so that offers and seeks of one thing look alike.

    A text that consists of nothing else is returned as it is.
    """
    separated = _OFFERING.search(text) is not None
    bare = _PHRASES_ZH.sub("", _PHRASES.sub("", text))
    bare = _START_ZH.sub(r"\1", _START.sub(r"\1", bare.lstrip(" :,;–-")))
    if separated:
        bare = _SEPARATED.sub("", bare)
    bare = _SPACE.sub(" ", bare).strip(" :,;–-，、：；")
    return bare or text


@lru_cache(maxsize=65536)
def for_embedding(text: str) -> str:
    """What the embedder sees of a text; empty when nothing readable is left."""
    bare = strip_role_words(clean(text))
    return bare if any(c.isalnum() for c in bare) else ""


def chosen_language(profile: Profile, text: Text) -> str | None:
    """The language in which a text is embedded: the one its owner most likely wrote it in.

    First the profile's own languages in their order (by primary subtag), then German, Chinese, English, then the
    alphabet. Languages whose text has nothing readable do not count; None if none is left.
    """
    readable = sorted(lang for lang, words in text.words.items() if for_embedding(words))
    order = [primary(lang) for lang in profile.languages] + list(_PREFERRED)
    rank = {lang: place for place, lang in reversed(list(enumerate(order)))}
    return min(readable, key=lambda lang: (rank.get(primary(lang), len(order)), lang), default=None)
