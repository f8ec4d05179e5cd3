"""Which terms of the vocabulary a text is about, whatever its language.

A term scores for each text: the cosine of text and term, in a part that of the clause which comes nearest to the term,
less a part of the term's hubness, plus what its words in the text weigh, plus a little for being close to a term whose words are there, plus a part of the best score of the terms
right below it: who is about welding is about joining. Vectors of texts and of words are centred by the
mean of all words of their language in the vocabulary, and a term's vector is the mean over the languages; so the score
of one text depends on no other text, and the same thing said in two languages scores alike. A term's hubness is its
mean cosine to the ten nearest other terms. How the constants were found: docs/explanation/keywords.md.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from qiao.engine.matching.embed import BuiltIn, Embedder, Floats, encode_unique, model_name
from qiao.engine.matching.lexicon import Lexicon
from qiao.engine.matching.model import Profile, TextKey
from qiao.engine.matching.space import Space, texts_to_embed, unit
from qiao.engine.matching.text import for_embedding, simplified
from qiao.engine.matching.vocabulary import Term, ancestors, shipped_vocabulary

VERSION = 5  # of the method; another one finds the keywords of all texts anew
MOST = 5  # terms of one text, and of one profile
HUBNESS = 0.3
CLAUSE = 0.3  # weight of the nearest clause beside the whole text
WORDS = 1.0
NEAR_WORDS = 0.2
NARROWER = 0.3
NEAREST = 10
FEWEST = 0.25  # a score below it is noise
_TEXTS_AT_ONCE = 500  # the vectors of all clauses of many texts would fill a memory
FIRST = 2.0  # weight of the shown term among its synonyms
SHORTEST_CLAUSE = 2  # characters
# Where a text passes on to something else: at signs, and at words that join things or say what something is for.
_JOINTS = {
    "de": re.compile(r"[,;:.()]| (?:und|oder|sowie|für|mit|zur|zum|aus|von) "),
    "zh": re.compile(r"[，、；：。,;（）()]|以及|用于|[和与及或的]"),
    "en": re.compile(r"[,;:.()]| (?:and|or|for|with|from|of|to|in) "),
}


@dataclass(frozen=True, slots=True)
class Tag:
    """A term found in a text; `score` in [0, 1]."""

    code: str
    score: float


class Tagger:
    """Finds terms. Building one embeds the whole vocabulary: some thousand words, once."""

    def __init__(self, terms: Iterable[Term], embedder: Embedder) -> None:
        self.terms = tuple(terms)
        self._embedder = embedder
        self._lexicon = Lexicon(self.terms)
        self._place = {term.code: place for place, term in enumerate(self.terms)}
        above = ancestors(self.terms)
        self._is_field = np.array([not above[term.code] for term in self.terms], bool)  # too wide to say anything
        self._broader = np.array([self._place[above[t.code][0]] for t in self.terms if above[t.code]], np.intp)
        self._means, self._vectors = self._embed()
        self._near = np.asarray(self._vectors @ self._vectors.T, np.float32)
        self._hubness = _hubness(self._near)

    def find(self, texts: Sequence[tuple[str, str]], vectors: Floats | None = None) -> list[tuple[Tag, ...]]:
        """The terms of each (language, text), best first, at most MOST; `vectors` are the texts' own, if at hand.

        Traditional characters are read as simplified ones, in which the vocabulary stands.
        """
        if not self.terms:
            return [() for _ in texts]
        read = [(lang, simplified(text)) for lang, text in texts]
        changed = [n for n, (before, after) in enumerate(zip(texts, read, strict=True)) if before != after]
        if vectors is not None and changed:
            vectors = vectors.copy()
            vectors[changed] = self._embedder.encode([for_embedding(read[n][1]) for n in changed])
        texts = read
        found: list[tuple[Tag, ...]] = []
        for start in range(0, len(texts), _TEXTS_AT_ONCE):
            some = slice(start, start + _TEXTS_AT_ONCE)
            nearness = self._nearness(texts[some], None if vectors is None else vectors[some])
            for (lang, text), near in zip(texts[some], nearness, strict=True):
                found.append(self._best(self._scores(lang, text, near)))
        return found

    def _nearness(self, texts: Sequence[tuple[str, str]], vectors: Floats | None) -> Iterator[Floats]:
        """Of each term to a text and to the clause nearest to it, less what it has for being near to everything.

        All texts are compared at once: for few vectors a product takes longer to begin than to do.
        """
        plain = [for_embedding(text) for _lang, text in texts]
        parts = [clauses(lang, text) for (lang, _text), text in zip(texts, plain, strict=True)]
        wholes = encode_unique(self._embedder, plain) if vectors is None else vectors
        every = np.vstack([wholes, encode_unique(self._embedder, [clause for some in parts for clause in some])])
        owner = np.array([*range(len(texts)), *(n for n, some in enumerate(parts) for _ in some)])
        means = np.stack([self._means.get(lang, np.zeros(every.shape[1], np.float32)) for lang, _text in texts])
        near = unit(unit(every) - means[owner]) @ self._vectors.T
        ends = len(texts) + np.cumsum([0, *map(len, parts)])
        for n, whole in enumerate(near[: len(texts)]):
            nearest = near[ends[n] : ends[n + 1]].max(axis=0) if parts[n] else whole
            yield np.asarray((1 - CLAUSE) * whole + CLAUSE * nearest - HUBNESS * self._hubness, np.float32)

    def _scores(self, lang: str, text: str, nearness: Floats) -> Floats:
        scores = nearness
        hits = self._lexicon.find(text, lang)
        if hits:
            places = [self._place[code] for code in hits]
            weights = np.fromiter(hits.values(), np.float32, len(hits))
            scores[places] += WORDS * weights
            scores += NEAR_WORDS * np.maximum((self._near[places] * weights[:, None]).max(axis=0), 0)
        below = np.zeros_like(scores)
        np.maximum.at(below, self._broader, scores[~self._is_field])
        scores += NARROWER * below
        scores[self._is_field] = -1
        return np.asarray(scores, np.float32)

    def _best(self, scores: Floats) -> tuple[Tag, ...]:
        order = np.argsort(-scores, kind="stable")[:MOST]
        return tuple(
            Tag(self.terms[place].code, round(min(1.0, float(scores[place])), 4))
            for place in order
            if scores[place] >= FEWEST
        )

    def _embed(self) -> tuple[Mapping[str, Floats], Floats]:
        """The mean of each language, and a unit vector of each term."""
        words: dict[str, dict[str, None]] = defaultdict(dict)
        for term in self.terms:
            for lang, labels in term.labels.items():
                words[lang].update(dict.fromkeys(labels))
        known, means = {}, {}
        for lang, unique in words.items():
            vectors = unit(encode_unique(self._embedder, list(unique)))
            known[lang] = dict(zip(unique, vectors, strict=True))
            means[lang] = np.asarray(vectors.mean(axis=0, dtype=np.float64), np.float32)
        rows = [_of_term(term, known, means, self._embedder.dim) for term in self.terms]
        return means, np.stack(rows) if rows else np.zeros((0, self._embedder.dim), np.float32)


def clauses(lang: str, text: str) -> list[str]:
    """The parts of a text that say one thing each; none where it is one itself."""
    parts = [part.strip() for part in _JOINTS.get(lang, _JOINTS["en"]).split(text)]
    long = [part for part in parts if len(part) >= SHORTEST_CLAUSE]
    return long if len(long) > 1 else []


def _of_term(term: Term, known: Mapping[str, Mapping[str, Floats]], means: Mapping[str, Floats], dim: int) -> Floats:
    languages = []
    for lang, labels in sorted(term.labels.items()):
        if labels:
            centred = unit(np.stack([known[lang][label] for label in labels]) - means[lang])
            centred[0] *= FIRST
            languages.append(unit(centred.sum(axis=0)))
    return unit(np.mean(languages, axis=0)) if languages else np.zeros(dim, np.float32)


def _hubness(near: Floats) -> Floats:
    """Of each term the mean cosine to the NEAREST other ones; 0 where there are no others."""
    if len(near) < 2:
        return np.zeros(len(near), np.float32)
    others = near.copy()
    np.fill_diagonal(others, -1)
    return np.asarray(np.sort(others, axis=1)[:, 1:][:, -NEAREST:].mean(axis=1), np.float32)


def of_profile(texts: Iterable[Iterable[Tag]], *, most: int = MOST) -> tuple[Tag, ...]:
    """The terms of a profile from those of its texts: the mean score, a text without the term counting 0; best first."""
    rows = [tuple(tags) for tags in texts]
    total: dict[str, float] = defaultdict(float)
    for tag in (tag for tags in rows for tag in tags):
        total[tag.code] += tag.score / len(rows)
    best = sorted(total.items(), key=lambda pair: (-pair[1], pair[0]))[:most]
    return tuple(Tag(code, round(score, 4)) for code, score in best)


def with_keywords(
    profiles: Sequence[Profile], tagger: Tagger, vectors: Mapping[TextKey, Floats] | None = None
) -> list[Profile]:
    """Profiles that name no keywords get those of their texts.

    `vectors`: of all texts as `texts_to_embed` names them, by the tagger's embedder, if they are at hand.
    """
    keys = list(texts_to_embed(one for one in profiles if not one.keywords))
    words = {(one.id, text.role, text.index): text.words for one in profiles for text in (*one.offers, *one.seeks)}
    texts = [(key.lang, words[key.profile, key.role, key.number][key.lang]) for key in keys]
    found: dict[str, list[tuple[Tag, ...]]] = defaultdict(list)
    for start in range(0, len(keys), _TEXTS_AT_ONCE):
        some = slice(start, start + _TEXTS_AT_ONCE)
        known = None if vectors is None else np.stack([vectors[key] for key in keys[some]])
        for key, tags in zip(keys[some], tagger.find(texts[some], known), strict=True):
            found[key.profile].append(tags)
    return [
        replace(one, keywords={tag.code: 1.0 for tag in of_profile(found[one.id])}) if one.id in found else one
        for one in profiles
    ]


def read_texts(profiles: Sequence[Profile], embedder: Embedder) -> tuple[list[Profile], Space]:
    """Everything that ranking needs to know of the texts: their space, and the keywords where a profile names none.

    Keywords are found with the built-in embedder: a slow one would take minutes for the vocabulary.
    """
    texts = texts_to_embed(profiles)
    vectors = dict(zip(texts, encode_unique(embedder, list(texts.values())), strict=True))
    space = Space.from_vectors(vectors, dim=embedder.dim, model=model_name(embedder))
    tagger = Tagger(shipped_vocabulary(), BuiltIn())
    return with_keywords(profiles, tagger, vectors if isinstance(embedder, BuiltIn) else None), space
