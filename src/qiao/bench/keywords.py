"""How good the keywords are: precision against texts tagged by hand, and whether two languages give the same terms.

`python -m qiao.bench.keywords FOLDER` prints all figures; the folder holds keywords_tagged.tsv and keywords_unseen.tsv.
"""

import csv
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from statistics import fmean
from typing import Any

from qiao.engine.matching.embed import BuiltIn, Embedder
from qiao.engine.matching.keywords import MOST, Tag, Tagger, of_profile
from qiao.engine.matching.vocabulary import shipped_vocabulary

Texts = list[Mapping[str, str]]


def demo_profiles() -> list[Texts]:
    """All texts of each of the demo's organisations, language -> text."""
    data = json.loads((files("qiao.demo") / "data" / "organisations.json").read_text("utf-8"))
    return [[*one["offers"], *one["seeks"]] for one in data]


def unseen_profiles() -> list[Texts]:
    """The texts of the demo's further hosts, an offer and a seek each.

    The tagger's constants were chosen without them, and nobody looked at which terms they get: what is measured here is
    what an office has to expect. keywords_unseen.tsv holds the terms given by hand to their offers, in both languages.
    """
    data = json.loads((files("qiao.demo") / "data" / "hosts.json").read_text("utf-8"))
    return [[firm["offer"], firm["seek"]] for branch in data["specialities"] for firm in branch["firms"]]


def precision(tagger: Tagger, tagged: Path) -> dict[str, float]:
    """At five: of five places (an empty one counts as wrong), and of the terms that were given."""
    with tagged.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    found = tagger.find([(row["lang"], row["text"]) for row in rows])
    right = sum(
        len({tag.code for tag in tags} & set(row["terms"].split())) for tags, row in zip(found, rows, strict=True)
    )
    given = sum(map(len, found))
    return {"texts": len(rows), "precision at 5": right / (MOST * len(rows)), "precision of the given": right / given}


def agreement(tagger: Tagger, profiles: Sequence[Texts]) -> dict[str, float]:
    """Mean Jaccard of the top five from native and from English texts, in all and by native language, and the share of the
    most frequent term.
    """
    overlaps: dict[str, list[float]] = defaultdict(list)
    seen: Counter[str] = Counter()
    for lang, native, english in _both(tagger, profiles):
        overlaps[lang].append(len(native & english) / len(native | english))
        seen.update(native)
    every = [overlap for some in overlaps.values() for overlap in some]
    return {
        "profiles": len(every),
        "agreement": fmean(every),
        **{f"agreement {lang} en": fmean(some) for lang, some in sorted(overlaps.items())},
        "most frequent term": max(seen.values()) / len(every),
    }


def _both(tagger: Tagger, profiles: Sequence[Texts]) -> Iterator[tuple[str, set[str], set[str]]]:
    """Of each profile that has one: its (first text's) native language, and the terms from native and from English texts."""
    native = [
        [next((lang, text[lang]) for lang in text if lang != "en") for text in texts if set(text) - {"en"}]
        for texts in profiles
    ]
    english = [[("en", text["en"]) for text in texts if set(text) - {"en"}] for texts in profiles]
    flat = [one for texts in [*native, *english] for one in texts]
    found = dict(zip(flat, tagger.find(flat), strict=True))
    for mine, theirs in zip(native, english, strict=True):
        if mine:
            yield mine[0][0], _codes(found[one] for one in mine), _codes(found[one] for one in theirs)


def _codes(texts: Iterator[tuple[Tag, ...]]) -> set[str]:
    return {tag.code for tag in of_profile(texts)}


def figures(embedder: Embedder, folder: Path) -> dict[str, Any]:
    """All figures by the shipped vocabulary."""
    tagger = Tagger(shipped_vocabulary(), embedder)
    return {
        "terms": len(tagger.terms),
        "demo": precision(tagger, folder / "keywords_tagged.tsv") | agreement(tagger, demo_profiles()),
        "unseen": precision(tagger, folder / "keywords_unseen.tsv") | agreement(tagger, unseen_profiles()),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(figures(BuiltIn(), Path(sys.argv[1])), indent=1) + "\n")
