"""Numbers as bars, for templates/components/bars.html."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

WIDTH, ROW, LABEL, NUMBER = 340, 26, 150, 42  # of a chart, in units of its own
GAP = 8  # between the words and their bar


@dataclass(frozen=True)
class Bar:
    """One line of a chart: where it stands and how long it is."""

    label: str
    number: int
    y: int
    width: float


@dataclass(frozen=True)
class BarChart:
    """`rows` are words and numbers, drawn from top to bottom; the longest bar fills the room unless `most` is larger."""

    title: str
    rows: Sequence[tuple[str, int]]
    number: int = 0  # of the chart on its page
    label_width: int = LABEL
    most: int = 0

    @property
    def width(self) -> int:
        return WIDTH + self.label_width - LABEL

    @property
    def height(self) -> int:
        return ROW * len(self.rows)

    @property
    def left(self) -> int:
        return self.label_width

    @property
    def label(self) -> int:
        return self.label_width - GAP

    @property
    def bars(self) -> Iterator[Bar]:
        most = max(self.most, *(number for _words, number in self.rows), 1)
        for place, (words, number) in enumerate(self.rows):
            yield Bar(words, number, place * ROW, round(number / most * (WIDTH - LABEL - NUMBER), 1))
