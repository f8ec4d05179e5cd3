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
    """Clauses of many texts, embedded at once: `nearest` then answers without the model."""

    def __init__(self, texts: Iterable[str], embedder: Embedder) -> None:
        split = {text: clauses(text) for text in set(texts)}
        self._clauses = {text: parts for text, parts in split.items() if len(parts) > 1}
        words = sorted({part for parts in self._clauses.values() for part in parts})
        vectors = unit(encode_unique(embedder, [clean(word) for word in words]))
        self._vectors: Mapping[str, Floats] = dict(zip(words, vectors, strict=True))

    def nearest(self, text: str, other: Floats) -> str | None:
        """The clause of `text` most like `other`, a vector of the same embedder; None for a text that has but one."""
        parts: Sequence[str] = self._clauses.get(text, ())
        return max(parts, key=lambda part: float(self._vectors[part] @ other), default=None)
