"""Texts and their translations: does a text find its own in another language, and does a mixed pool prefer one language?

Every text stands as an offer and as a seek; seeks ask, offers answer. Compared are the plain cosine, the centred space,
and the space with the correction of hubs, as matching uses it.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from qiao.engine.matching.embed import Embedder, Floats, encode_unique
from qiao.engine.matching.hubs import as_queries
from qiao.engine.matching.model import Profile, Role, Text, TextKey
from qiao.engine.matching.nearest import nearest
from qiao.engine.matching.space import Space, unit
from qiao.engine.matching.text import clean

LANGUAGES = ("de", "zh", "en")
DIRECTIONS = (("de", "zh"), ("zh", "de"), ("de", "en"), ("zh", "en"))
_TOP = 10

Sided = tuple[dict[str, Floats], dict[str, Floats]]  # asking and answering vectors by language, a row for each text


def translations(table: str, embedders: Mapping[str, Embedder]) -> dict[str, dict[str, float]]:
    """By method: the share of texts that find their translation first, for each direction and on the average; then the
    share of the asking text's own language among the ten best wrong answers, from a pool of two languages.

    `table`: columns id, de, zh, en, separated by tabs.
    """
    header, *rows = (line.split("\t") for line in table.splitlines() if line.strip())
    texts = {lang: [row[header.index(lang)] for row in rows] for lang in LANGUAGES}
    return {
        f"{method}, {name}": _first(sided) | _own_language(sided)
        for name, embedder in embedders.items()
        for method, sided in _methods(texts, embedder).items()
    }


def _methods(texts: Mapping[str, Sequence[str]], embedder: Embedder) -> dict[str, Sided]:
    plain = {lang: unit(encode_unique(embedder, [clean(text) for text in column])) for lang, column in texts.items()}
    space = Space.build(
        [
            Profile(f"{lang}{n}", offers=(Text("offers", 1, {lang: text}),), seeks=(Text("seeks", 1, {lang: text}),))
            for lang, column in texts.items()
            for n, text in enumerate(column)
        ],
        embedder,
    )

    def keys(lang: str, role: Role) -> list[TextKey]:
        return [TextKey(f"{lang}{n}", role, 1, lang) for n in range(len(texts[lang]))]

    centred = {lang: space.vectors(keys(lang, "offers")) for lang in texts}
    asking = {lang: as_queries(space.compared(keys(lang, "seeks")), space.dim) for lang in texts}
    answering = {lang: space.compared(keys(lang, "offers")) for lang in texts}
    return {"plain cosine": (plain, plain), "centred": (centred, centred), "qiao": (asking, answering)}


def _first(sided: Sided) -> dict[str, float]:
    asking, answering = sided
    found = {}
    for one, other in DIRECTIONS:
        _values, columns = nearest(asking[one], answering[other], 1)
        found[f"{one}-{other}"] = float(np.mean(columns[:, 0] == np.arange(len(columns))))
    return found | {"mean": sum(found.values()) / len(found)}


def _own_language(sided: Sided) -> dict[str, float]:
    asking, answering = sided
    found = {}
    for pair in combinations(LANGUAGES, 2):
        pool = np.vstack([answering[lang] for lang in pair])
        count = len(answering[pair[0]])
        for place, lang in enumerate(pair):
            _values, columns = nearest(asking[lang], pool, _TOP + 2)
            wrong = columns % count != np.arange(len(columns))[:, None]
            counted = wrong & (np.cumsum(wrong, axis=1) <= _TOP)
            found[f"own language, {lang} in {'+'.join(pair)}"] = float((columns // count == place)[counted].mean())
    return found
