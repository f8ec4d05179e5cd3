"""In which order readers look words up."""

import unicodedata
from functools import lru_cache

from qiao.engine.pinyin import syllables

Key = tuple[list[str], str]


def alphabetical(text: str) -> Key:
    """A key for sorting: word by word, ä as a, ß as ss, whatever case and accents; Chinese by its pinyin."""
    plain = unicodedata.normalize("NFKD", " ".join(syllables(text)).casefold())
    return "".join(char for char in plain if not unicodedata.combining(char)).split(), text


@lru_cache(maxsize=4096)
def alphabetical_label(label: str) -> Key:
    """The same for labels, which pages sort by the hundred; names of people are not kept in memory."""
    return alphabetical(label)
