"""Texts and their translations: does a text find its own in another language, and does a mixed pool prefer one language?

Every text stands as an offer and as a seek; seeks ask, offers answer. Compared are the plain cosine, the centred space,
and what matching shows: the corrected similarity, ranked by its percentile in the pair of languages.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from qiao.engine.files import Log, decode
from qiao.engine.matching.embed import Embedder, Floats, encode_unique
from qiao.engine.matching.hubs import as_queries
from qiao.engine.matching.model import Profile, Role, Text, TextKey
from qiao.engine.matching.nearest import nearest
from qiao.engine.matching.rank import match
from qiao.engine.matching.space import Space, unit
from qiao.engine.matching.text import clean, for_embedding

LANGUAGES = ("de", "zh", "en")
DIRECTIONS = (("de", "zh"), ("zh", "de"), ("de", "en"), ("zh", "en"))
_TOP = 10

Sided = tuple[dict[str, Floats], dict[str, Floats]]  # asking and answering vectors by language, a row for each text
Texts = Mapping[str, Sequence[str]]  # by language; equal places are translations of each other


@dataclass(frozen=True, slots=True)
class Pairs:
    """Translations under their file's name."""

    name: str
    texts: Texts


def read_pairs(data: bytes, name: str) -> Pairs:
    """Translations from tab-separated lines whose header names the columns de, zh and en; further columns are ignored.

    Raises:
        InvalidFile: with everything that is wrong (at most LIMIT problems).
    """
    rows = [(n, line.split("\t")) for n, line in enumerate(decode(data).splitlines(), 1) if line.strip()]
    (_, header), *rows = rows
    log = Log()
    for lang in LANGUAGES:
        if lang not in header:
            log.add("line 1", "missing-key", key=lang)
    log.finish()
    at = {lang: header.index(lang) for lang in LANGUAGES}
    for n, cells in rows:
        if len(cells) <= max(at.values()):
            log.add(f"line {n}", "too-few", least=max(at.values()) + 1, found=len(cells))
        for lang, column in at.items():
            if column < len(cells) and not for_embedding(cells[column]):
                log.add(f"line {n}.{lang}", "empty")
    if not rows:
        log.add("", "too-few", least=1, found=0)
    log.finish()
    return Pairs(name, {lang: [cells[column] for _, cells in rows] for lang, column in at.items()})


def translations(pairs: Pairs, embedders: Mapping[str, Embedder]) -> dict[str, dict[str, float]]:
    """By method: the share of texts that find their translation first, for each direction and on the average; then the
    share of the asking text's own language among the ten best wrong answers, from a pool of two languages (`de/de+zh`).
    """
    texts = pairs.texts
    found = {}
    for name, embedder in embedders.items():
        plain = {lang: unit(encode_unique(embedder, [clean(text) for text in own])) for lang, own in texts.items()}
        found[f"plain cosine, {name}"] = _first((plain, plain)) | _nearest_wrong((plain, plain))
        space = Space.build(_profiles(texts), embedder)
        centred = {lang: space.vectors(_keys(texts, lang, "offers")) for lang in texts}
        found[f"centred, {name}"] = _first((centred, centred)) | _nearest_wrong((centred, centred))
        asking = {lang: as_queries(space.compared(_keys(texts, lang, "seeks")), space.dim) for lang in texts}
        answering = {lang: space.compared(_keys(texts, lang, "offers")) for lang in texts}
        found[f"qiao, {name}"] = _first((asking, answering)) | _shown_wrong(texts, space)
    return found


def _profiles(texts: Texts) -> list[Profile]:
    """For each text one profile that offers it, on one side, and one that seeks it, on the other."""
    made = []
    for lang, own in texts.items():
        for n, text in enumerate(own):
            words = {lang: text}
            made.append(Profile(_id("offers", lang, n), "offers", offers=(Text("offers", 1, words),)))
            made.append(Profile(_id("seeks", lang, n), "seeks", seeks=(Text("seeks", 1, words),)))
    return made


def _id(role: Role, lang: str, place: int) -> str:
    return f"{role} {lang} {place}"


def _keys(texts: Texts, lang: str, role: Role) -> list[TextKey]:
    return [TextKey(_id(role, lang, n), role, 1, lang) for n in range(len(texts[lang]))]


def _first(sided: Sided) -> dict[str, float]:
    asking, answering = sided
    found = {}
    for one, other in DIRECTIONS:
        _values, columns = nearest(asking[one], answering[other], 1)
        found[f"{one}-{other}"] = float(np.mean(columns[:, 0] == np.arange(len(columns))))
    return found | {"mean": sum(found.values()) / len(found)}


def _nearest_wrong(sided: Sided) -> dict[str, float]:
    """The share of the own language where answers are ranked by the product of vectors."""
    asking, answering = sided
    found = {}
    for pair in combinations(LANGUAGES, 2):
        pool = np.vstack([answering[lang] for lang in pair])
        for lang in pair:
            _values, columns = nearest(asking[lang], pool, _TOP + len(pair))
            ranked = [[divmod(int(column), len(answering[lang])) for column in row] for row in columns]
            found[_name(lang, pair)] = _own([[(pair[at], n) for at, n in row] for row in ranked], lang)
    return found


def _shown_wrong(texts: Texts, space: Space) -> dict[str, float]:
    """The share of the own language among those whom `match` shows."""
    found = {}
    for pair in combinations(LANGUAGES, 2):
        shown = match(_profiles({lang: texts[lang] for lang in pair}), space=space, across="side", top=_TOP + len(pair))
        for lang in pair:
            lists = {one.seeker: [each.candidate.split() for each in one.matches] for one in shown}
            ranked = [lists[_id("seeks", lang, n)] for n in range(len(texts[lang]))]
            found[_name(lang, pair)] = _own([[(named, int(n)) for _role, named, n in row] for row in ranked], lang)
    return found


def _name(lang: str, pair: tuple[str, ...]) -> str:
    return f"{lang}/{'+'.join(pair)}"


def _own(ranked: Sequence[Sequence[tuple[str, int]]], lang: str) -> float:
    """The share of `lang` among the ten best of each row that are not a translation of the row's own text."""
    wrong = [[named for named, n in row if n != place][:_TOP] for place, row in enumerate(ranked)]
    every = [named for row in wrong for named in row]
    return every.count(lang) / len(every)
