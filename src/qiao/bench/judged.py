"""Matching on judged pairs: the engine beside what an office would take instead.

Peers get the same profiles: keyword search (BM25 over the offers, Chinese as overlapping pairs of characters), and the
plain cosine of the same embedder between a seek and the offers.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from qiao.engine.matching.embed import BuiltIn, Embedder, encode_unique
from qiao.engine.matching.evaluate import Gold, evaluate_ranking, lists_by_seek, recall_of_ranking
from qiao.engine.matching.keywords import Tagger, with_keywords
from qiao.engine.matching.model import Profile, Text
from qiao.engine.matching.rank import match
from qiao.engine.matching.space import Space, unit
from qiao.engine.matching.text import chosen_language, clean, tokens
from qiao.engine.matching.vocabulary import shipped_vocabulary

Ranked = dict[tuple[str, int], list[str]]
Scorer = Callable[[Profile, Text], Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Judged:
    """A judged set under its file's name, and the profiles that were judged."""

    name: str
    gold: Gold
    profiles: Sequence[Profile]

    def strangers(self) -> Iterator[str]:
        """What the set names and the profiles have not: ids, and seeks as "D04 3". All of it would count 0."""
        seeks = {profile.id: len(profile.seeks) for profile in self.profiles}
        named = {name: None for (seeker, _), judged in self.gold.items() for name in (seeker, *judged)}
        yield from (name for name in named if name not in seeks)
        yield from (f"{seeker} {number}" for seeker, number in self.gold if number > seeks.get(seeker, number))


def profiles_beside(gold: Path) -> Path:
    """Where the profiles of `gold_NAME.tsv` are looked for: `profiles_NAME.json`, else `profiles_native.json`, in its folder."""
    own = gold.with_name(f"profiles_{gold.stem.removeprefix('gold_')}.json")
    return own if own.exists() else gold.with_name("profiles_native.json")


def quality(judged: Judged, embedders: Mapping[str, Embedder]) -> dict[str, dict[str, float]]:
    """nDCG@10, and recall@10 of the good ones, of ours and of the peers; candidates are those of the other side."""
    profiles = judged.profiles
    found: dict[str, Ranked] = {"keyword search (BM25)": _ranked(profiles, _bm25(profiles))}
    tagged = with_keywords(profiles, Tagger(shipped_vocabulary(), BuiltIn()))
    for name, embedder in embedders.items():
        space = Space.build(profiles, embedder)
        found[f"plain cosine, {name}"] = _ranked(profiles, _cosine(profiles, embedder))
        found[f"qiao without keywords, {name}"] = lists_by_seek(match(profiles, space=space, across="side"))
        found[f"qiao, {name}"] = lists_by_seek(match(tagged, space=space, across="side"))
    return {
        name: {"nDCG@10": evaluate_ranking(ranked, judged.gold), "recall@10": recall_of_ranking(ranked, judged.gold)}
        for name, ranked in found.items()
    }


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


def _cosine(profiles: Sequence[Profile], embedder: Embedder) -> Scorer:
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
