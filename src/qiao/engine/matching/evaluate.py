"""How good are the lists? Compared with pairs that people judged."""

from collections.abc import Iterable, Sequence
from math import log2

from qiao.engine.matching.model import MatchList

Gold = dict[tuple[str, int], dict[str, int]]  # (seeker, seek from 1) -> candidate -> grade 0, 1, 2


def _gain(grades: Iterable[int]) -> float:
    return sum(float(2**grade - 1) / log2(place + 2) for place, grade in enumerate(grades))


def ndcg(ranked: Sequence[str], judged: dict[str, int], k: int = 10) -> float:
    """nDCG@k of one list with gains 2^grade − 1; whoever is not judged counts 0. 0 if nobody was judged above 0."""
    ideal = _gain(sorted(judged.values(), reverse=True)[:k])
    return _gain(judged.get(candidate, 0) for candidate in ranked[:k]) / ideal if ideal else 0.0


def lists_by_seek(matches: Iterable[MatchList]) -> dict[tuple[str, int], list[str]]:
    """(seeker, seek) -> candidates in their order."""
    return {(each.seeker, each.seek): [m.candidate for m in each.matches] for each in matches if each.seek is not None}


def evaluate_ranking(ranked: dict[tuple[str, int], list[str]], gold: Gold, k: int = 10) -> float:
    """Mean nDCG@k over the judged seeks with a good or possible candidate; a seek without a list counts 0."""
    judged = {seek: grades for seek, grades in gold.items() if any(grades.values())}
    values = [ndcg(ranked.get(seek, []), grades, k) for seek, grades in judged.items()]
    return sum(values) / len(values) if values else 0.0


def evaluate(matches: Iterable[MatchList], gold: Gold, k: int = 10) -> float:
    """Mean nDCG@k of lists made with per="seek"."""
    return evaluate_ranking(lists_by_seek(matches), gold, k)


def recall(matches: Iterable[MatchList], gold: Gold, k: int = 10, grade: int = 2) -> float:
    """Mean over the judged seeks of the share of candidates of this grade that stand among the first k."""
    return recall_of_ranking(lists_by_seek(matches), gold, k, grade)


def recall_of_ranking(ranked: dict[tuple[str, int], list[str]], gold: Gold, k: int = 10, grade: int = 2) -> float:
    """As `recall`; a seek without a list counts 0."""
    shares = []
    for seek, judged in gold.items():
        good = {candidate for candidate, given in judged.items() if given == grade}
        if good:
            shares.append(len(good & set(ranked.get(seek, [])[:k])) / len(good))
    return sum(shares) / len(shares) if shares else 0.0
