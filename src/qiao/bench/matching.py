"""The matching engine beside what an office would take instead, on judged pairs; and how long it takes.

Peers get the same profiles: keyword search (BM25 over the offers, Chinese as overlapping pairs of characters), and the
plain cosine of the same embedder between a seek and the offers.
"""

import math
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from qiao.bench.keywords import with_keywords
from qiao.engine.matching.embed import BuiltIn, Floats, encode_unique
from qiao.engine.matching.evaluate import Gold, evaluate_ranking, lists_by_seek
from qiao.engine.matching.files import read_gold, read_profiles
from qiao.engine.matching.model import ROLES, Profile, Role, Text, TextKey
from qiao.engine.matching.rank import Ranker, match
from qiao.engine.matching.space import Space, unit
from qiao.engine.matching.text import chosen_language, clean, tokens

SIZES = (1_000, 10_000, 30_000)
ALL_LISTS_UP_TO = 1_000  # profiles; above, the time of all lists is not measured
_DIMENSIONS = 512
_SIDES = {"eu": "de", "cn": "zh"}
_LANGUAGES = ("de", "zh", "en")

T = TypeVar("T")
Ranked = dict[tuple[str, int], list[str]]
Scorer = Callable[[Profile, Text], Mapping[str, float]]


def run(gold: Path | None = None, pairs: Path | None = None, *, sizes: Sequence[int] = SIZES) -> dict[str, Any]:
    """Print and return all figures.

    `gold`: judged pairs, whose profiles lie beside them as `profiles_native.json`; `pairs`: translations as columns id, de,
    zh, en. Without them only the speed is measured.
    """
    figures: dict[str, Any] = {}
    if gold:
        profiles = read_profiles((gold.parent / "profiles_native.json").read_bytes())
        figures["ndcg_at_10"] = quality(profiles, read_gold(gold.read_bytes()))
        _table(f"nDCG@10 on {gold.name}", figures["ndcg_at_10"])
    if pairs:
        figures["translations_found"] = translations_found(pairs.read_text("utf-8"))
        _table(f"Translation ranked first, {pairs.name}", figures["translations_found"])
    figures["speed"] = {str(size): speed(size) for size in sizes}
    for size, values in figures["speed"].items():
        _table(f"Speed at {size} profiles (seconds)", values)
    return figures


def _table(title: str, values: Mapping[str, Any]) -> None:
    width = max(map(len, values))
    lines = [title, *(f"  {name:<{width}}  {value:.3f}" for name, value in values.items())]
    sys.stdout.write("\n".join(lines) + "\n\n")


def quality(profiles: Sequence[Profile], gold: Gold) -> dict[str, float]:
    """nDCG@10 of ours and of the peers over the judged seeks, candidates being those of the other side."""
    embedder = BuiltIn()
    ours = match(profiles, space=Space.build(profiles, embedder), across="side")
    found: dict[str, Ranked] = {
        "qiao": lists_by_seek(ours),
        "qiao, with keywords": lists_by_seek(
            match(with_keywords(profiles, embedder), space=Space.build(profiles, embedder), across="side")
        ),
        "plain cosine": _ranked(profiles, _cosine(profiles, embedder)),
        "keyword search": _ranked(profiles, _bm25(profiles)),
    }
    return {name: evaluate_ranking(ranked, gold) for name, ranked in found.items()}


def _ranked(profiles: Sequence[Profile], scorer: Scorer) -> Ranked:
    """Who scores above 0, best first; ties by id."""
    found: Ranked = {}
    for profile in profiles:
        others = {other.id for other in profiles if other.side != profile.side}
        for seek in profile.seeks:
            scores = {name: score for name, score in scorer(profile, seek).items() if name in others and score > 0}
            found[profile.id, seek.index] = sorted(scores, key=lambda name: (-scores[name], name))
    return found


def _words(profile: Profile, text: Text) -> str:
    lang = chosen_language(profile, text)
    return clean(text.words[lang]) if lang else ""


def _cosine(profiles: Sequence[Profile], embedder: BuiltIn) -> Scorer:
    offers = [(profile.id, _words(profile, text)) for profile in profiles for text in profile.offers]
    vectors = unit(encode_unique(embedder, [words for _, words in offers]))

    def score(profile: Profile, seek: Text) -> dict[str, float]:
        similar = vectors @ unit(encode_unique(embedder, [_words(profile, seek)]))[0]
        best: dict[str, float] = {}
        for (owner, _), value in zip(offers, similar, strict=True):
            best[owner] = max(best.get(owner, -1.0), float(value))
        return best

    return score


def _bm25(profiles: Sequence[Profile], k: float = 1.2, b: float = 0.75) -> Scorer:
    texts = {profile.id: Counter(tokens(" ".join(_words(profile, t) for t in profile.offers))) for profile in profiles}
    average = sum(counts.total() for counts in texts.values()) / max(1, len(texts))
    holding = Counter(word for counts in texts.values() for word in counts)

    def score(profile: Profile, seek: Text) -> dict[str, float]:
        scores: dict[str, float] = defaultdict(float)
        for word in set(tokens(_words(profile, seek))) & holding.keys():
            rarity = math.log(1 + (len(texts) - holding[word] + 0.5) / (holding[word] + 0.5))
            for name, counts in texts.items():
                if times := counts[word]:
                    length = 1 - b + b * counts.total() / average
                    scores[name] += rarity * times * (k + 1) / (times + k * length)
        return scores

    return score


def translations_found(table: str) -> dict[str, float]:
    """The share of texts whose translation is the nearest of all texts in the other language, plain and centred."""
    header, *lines = (line.split("\t") for line in table.splitlines() if line.strip())
    columns = {lang: [row[header.index(lang)] for row in lines] for lang in _LANGUAGES}
    profiles = [
        Profile(f"{lang}{number}", offers=(Text("offers", 1, {lang: words}),))
        for lang, column in columns.items()
        for number, words in enumerate(column)
    ]
    embedder = BuiltIn()
    space = Space.build(profiles, embedder)
    centred = {lang: _offer_vectors(space, lang, len(lines)) for lang in columns}
    plain = {
        lang: unit(encode_unique(embedder, [clean(words) for words in column])) for lang, column in columns.items()
    }
    found: dict[str, float] = {}
    for one, other in (("de", "zh"), ("zh", "de"), ("en", "zh"), ("de", "en")):
        found[f"{one}-{other} qiao"] = _nearest_is_same(centred[one], centred[other])
        found[f"{one}-{other} plain cosine"] = _nearest_is_same(plain[one], plain[other])
    return found


def _offer_vectors(space: Space, lang: str, count: int) -> Floats:
    return space.vectors([TextKey(f"{lang}{number}", "offers", 1, lang) for number in range(count)])


def _nearest_is_same(ones: Floats, others: Floats) -> float:
    return float(np.mean((ones @ others.T).argmax(axis=1) == np.arange(len(ones))))


def speed(size: int, *, seed: int = 1) -> dict[str, float]:
    """Seconds for `size` made-up profiles with two offers and two seeks each, half of them on either side."""
    profiles, vectors = synthetic(size, seed)
    seconds: dict[str, float] = {}
    space = _timed(seconds, "space", lambda: Space.from_vectors(vectors, dim=_DIMENSIONS))
    ranker = _timed(seconds, "pool", lambda: Ranker(profiles, space=space, across="side", per="profile"))
    scale = _timed(seconds, "scale of 500 lists", lambda: ranker.measure(sample=500))
    ranker.rank_for(profiles[0].id, scale=scale)
    one: list[float] = []
    for profile in profiles[:: max(1, size // 20)]:
        start = time.perf_counter()
        ranker.rank_for(profile.id, scale=scale)
        one.append(time.perf_counter() - start)
    seconds |= {"one profile, median": float(np.median(one)), "one profile, slowest": max(one)}
    if size <= ALL_LISTS_UP_TO:
        _timed(seconds, "all profiles", lambda: ranker.match())
        _timed(seconds, "all profiles, cap 3", lambda: ranker.match(cap=3))
    return seconds


def _timed(seconds: dict[str, float], name: str, work: Callable[[], T]) -> T:
    start = time.perf_counter()
    found = work()
    seconds[name] = time.perf_counter() - start
    return found


def synthetic(size: int, seed: int = 1) -> tuple[list[Profile], dict[TextKey, Floats]]:
    """Profiles without real words, and vectors that gather around a few hundred subjects, as those of real texts do."""
    random = np.random.default_rng(seed)
    subjects = random.normal(size=(300, _DIMENSIONS)).astype(np.float32)
    corners = {(lang, role): random.normal(size=_DIMENSIONS) for lang in _SIDES.values() for role in ROLES}
    profiles, vectors = [], {}
    for number in range(size):
        side = ("eu", "cn")[number % 2]
        lang, name = _SIDES[side], f"{side}{number}"
        texts: dict[Role, tuple[Text, ...]] = {
            role: tuple(Text(role, n, {lang: "…"}) for n in (1, 2)) for role in ROLES
        }
        themes = (f"theme{number % 7}",)
        profiles.append(
            Profile(
                name,
                side,
                themes=themes,
                languages=(lang, "en"),
                nace=f"{number % 88:02}",
                offers=texts["offers"],
                seeks=texts["seeks"],
            )
        )
        for role in ROLES:
            for n in (1, 2):
                noise = random.normal(size=_DIMENSIONS) + corners[lang, role]
                vectors[TextKey(name, role, n, lang)] = unit(
                    (subjects[random.integers(300)] + noise).astype(np.float32)
                )
    return profiles, vectors
