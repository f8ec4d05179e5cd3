"""Which phrase of a cited text carries a match: the clause that lies nearest to the other side's text."""

import re
from collections.abc import Iterable, Mapping, Sequence

from qiao.engine.matching.embed import Embedder, Floats, encode_unique
from qiao.engine.matching.space import unit
from qiao.engine.matching.text import clean

_BORDER = re.compile(r"[,;:.!?](?=\s|$)|[，、；：。！？]|\s(?=(?:und|oder|sowie|and|or)\s)|(?=以及)")
_JOINT = re.compile(r"^(?:und|oder|sowie|and|or)\s+|^以及", re.IGNORECASE)
_SHORTEST = 2  # characters; less is no phrase that anybody would underline


def clauses(text: str) -> list[str]:
    """The parts of a text between commas and conjunctions, each as it stands in the text."""
    parts = (_JOINT.sub("", part.strip()) for part in _BORDER.split(text))
    return [part for part in parts if len(part) >= _SHORTEST]


class Phrases:
    """Clauses of many texts, embedded at once: `carrying` then answers without the model."""

    def __init__(self, texts: Iterable[str], embedder: Embedder) -> None:
        split = {text: clauses(text) for text in set(texts)}
        self._clauses = {text: parts for text, parts in split.items() if len(parts) > 1}
        words = sorted({part for parts in self._clauses.values() for part in parts})
        vectors = unit(encode_unique(embedder, [clean(word) for word in words]))
        self._vectors: Mapping[str, Floats] = dict(zip(words, vectors, strict=True))

    def carrying(self, words: Mapping[str, str], lang: str, other: Floats) -> dict[str, str]:
        """By language the clause that carries the match with `other`, a vector of the same embedder.

        It is looked for in the text that was compared, that of `lang`; its translations get the clause that says the same,
        or none where that is not clear: each by itself would often choose another one. Empty where that text has but one clause.
        """
        chosen = self._nearest(words[lang], other)
        if chosen is None:
            return {}
        found = {other_lang: self._same(text, words[lang], chosen) for other_lang, text in words.items()}
        return {other_lang: part for other_lang, part in found.items() if part} | {lang: chosen}

    def _same(self, text: str, original: str, chosen: str) -> str | None:
        """The clause nearest to `chosen`, if `chosen` is the one of the original nearest to it."""
        part = self._nearest(text, self._vectors[chosen])
        return part if part and self._nearest(original, self._vectors[part]) == chosen else None

    def _nearest(self, text: str, other: Floats) -> str | None:
        parts: Sequence[str] = self._clauses.get(text, ())
        return max(parts, key=lambda part: float(self._vectors[part] @ other), default=None)
