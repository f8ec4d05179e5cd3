"""The judged pairs (`tests/data/*.tsv`) as records, and how well the rules find them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from qiao.engine.same.compare import Likeness, Record, record
from qiao.engine.same.find import find

DATA = Path(__file__).parents[2] / "data"


@dataclass(frozen=True)
class Pair:
    same: bool
    one: Record
    other: Record
    why: str

    @property
    def found(self) -> Likeness | None:
        """Through the blocks, as in earnest: a pair without a shared key is not found."""
        return next(iter(find([self.one, self.other])), None)


def _record(number: int, name: str, latin: str, city: str, website: str, numbers: str) -> Record:
    kinds = dict(part.split("=", 1) for part in numbers.split(";") if part)
    return record(number, (name, latin), city=city, numbers=kinds, website=website)


def pairs(name: str) -> Iterator[Pair]:
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            same, *cells = line.split("\t")
            yield Pair(same == "1", _record(1, *cells[:5]), _record(2, *cells[5:10]), cells[10])


def quality(judged: list[Pair], levels: set[str]) -> tuple[float, float]:
    """(precision, recall) of suggesting what reaches one of these levels."""
    suggested = [pair for pair in judged if pair.found and pair.found.level in levels]
    right = sum(pair.same for pair in suggested)
    return right / len(suggested), right / sum(pair.same for pair in judged)
