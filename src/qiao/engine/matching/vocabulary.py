"""The controlled vocabulary: what firms, institutes and cultural bodies speak of, in German, Chinese and English.

File: tab-separated, UTF-8, columns `code broader de zh en`. A cell of a language holds the term that is shown, then its
synonyms, separated by `|`. `broader` is the code of the term above, empty for the six fields at the top.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

LANGUAGES = ("de", "zh", "en")
COLUMNS = ("code", "broader", *LANGUAGES)
SEPARATOR = "|"


@dataclass(frozen=True, slots=True)
class Term:
    """One thing with its words: `labels` maps a language to the term that is shown and its synonyms, in this order."""

    code: str
    broader: str | None
    labels: Mapping[str, tuple[str, ...]]


def split_labels(cell: str) -> tuple[str, ...]:
    """The words of a cell, each once; an empty cell has none."""
    return tuple(dict.fromkeys(" ".join(word.split()) for word in cell.split(SEPARATOR) if word.strip()))


def read_vocabulary(text: str) -> tuple[Term, ...]:
    """Terms in the order of the file. Raises ValueError for a header or a row that is not as described above."""
    header, *lines = text.splitlines()
    if tuple(header.split("\t")) != COLUMNS:
        raise ValueError(f"the columns are not {' '.join(COLUMNS)}")
    terms = []
    for number, line in enumerate(lines, 2):
        cells = line.split("\t")
        if len(cells) != len(COLUMNS):
            raise ValueError(f"row {number} has {len(cells)} cells")
        labels = {lang: split_labels(cell) for lang, cell in zip(LANGUAGES, cells[2:], strict=True)}
        terms.append(Term(cells[0], cells[1] or None, labels))
    return tuple(terms)


@cache
def shipped_vocabulary() -> tuple[Term, ...]:
    """The vocabulary that comes with Qiao, written for it."""
    return read_vocabulary((files(__package__) / "data" / "vocabulary.tsv").read_text("utf-8"))


def ancestors(terms: Iterable[Term]) -> dict[str, tuple[str, ...]]:
    """For each code the codes above it, the nearest first. A broader term that is not among `terms` ends the way."""
    above = {term.code: term.broader for term in terms}

    def way(code: str) -> tuple[str, ...]:
        found: list[str] = []
        step = above[code]
        while step is not None and step in above and step not in found:
            found.append(step)
            step = above[step]
        return tuple(found)

    return {code: way(code) for code in above}


def fingerprint(terms: Iterable[Term]) -> str:
    """20 hexadecimal digits that change with every change of codes, order above each other or words."""
    digest = hashlib.sha256()
    for term in sorted(terms, key=lambda term: term.code):
        words = sorted((lang, *labels) for lang, labels in term.labels.items())
        digest.update(repr((term.code, term.broader, words)).encode())
    return digest.hexdigest()[:20]
