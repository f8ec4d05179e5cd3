"""Geometry of the desk's figures: the value against its bound while a run computes, and the board of a plan.

Coordinates only; words and colours belong to the templates.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from qiao.engine.scheduling.model import Meeting, Plan, Problem

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 640, 220, 48, 28, 12
CELL, GAP, HEAD, SIDE = 18, 3, 22, 40
SQUARE = f"m2 0h{CELL - 4}q2 0 2 2v{CELL - 4}q0 2-2 2h-{CELL - 4}q-2 0-2-2v-{CELL - 4}q0-2 2-2z"  # with round corners


@dataclass(frozen=True)
class Point:
    """A sign of life of a run; value and bound are sums of the wishes' points."""

    seconds: float
    value: int
    bound: int | None

    @property
    def whole_seconds(self) -> int:
        return round(self.seconds)


@dataclass(frozen=True)
class Chart:
    """Value and bound over time as the points of two SVG polylines; `rows` is the table behind them."""

    phase: str
    rows: list[Point]
    value_line: str
    bound_line: str
    ticks: list[tuple[str, str]]  # y and its number
    seconds: float
    placed: int | None = None  # talks in the plan of this moment
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    label: int = LEFT - 6
    base: int = HEIGHT - BOTTOM

    @property
    def last(self) -> Point | None:
        return self.rows[-1] if self.rows else None


def chart_of(progress: Sequence[Mapping[str, Any]], limit: int, result: Point | None = None) -> Chart:
    """`progress` as stored with the run: the weight's phase carries value and bound. `result`: what the run ended with."""
    rows = [
        Point(one["seconds"], one["value"] or 0, one["bound"])  # before anything is placed there is no value
        for one in progress
        if one["phase"] == "weight"
    ]
    rows += [result] if result else []
    seconds = max([one["seconds"] for one in progress] + [row.seconds for row in rows], default=0.0)
    phase = progress[-1]["phase"] if progress else ""
    placed = next((one["placed"] for one in reversed(progress) if one["placed"] is not None), None)
    numbers = [row.value for row in rows] + [row.bound for row in rows if row.bound is not None]
    if not numbers:
        return Chart(phase, [], "", "", [], seconds, placed)
    low, high = min(numbers), max(numbers)
    spread = max(1, high - low)
    end = max(seconds, min(float(limit), seconds * 1.2), 0.1)

    def at(when: float, number: int) -> str:
        return f"{_x(when, end):.1f},{_y(number, low, spread):.1f}"

    last = [Point(seconds, rows[-1].value, rows[-1].bound)]
    bounds = [(row.seconds, row.bound) for row in [*rows, *last] if row.bound is not None]
    return Chart(
        phase=phase,
        rows=rows,
        value_line=" ".join(_stairs([(row.seconds, row.value) for row in [*rows, *last]], at)),
        bound_line=" ".join(at(when, bound) for when, bound in bounds),
        ticks=[(f"{_y(number, low, spread):.1f}", str(number)) for number in sorted({low, high})],
        seconds=seconds,
        placed=placed,
    )


def _x(seconds: float, end: float) -> float:
    return LEFT + seconds / end * (WIDTH - LEFT - 8)


def _y(number: int, low: int, spread: int) -> float:
    return HEIGHT - BOTTOM - (number - low) / spread * (HEIGHT - BOTTOM - TOP)


def _stairs(steps: Iterable[tuple[float, int]], at: Callable[[float, int], str]) -> Iterator[str]:
    """A value holds until the next one is found."""
    before: int | None = None
    for when, number in steps:
        if before is not None:
            yield at(when, before)
        yield at(when, number)
        before = number


# The board


@dataclass(frozen=True)
class Cells:
    """All cells of a kind as one path: thousands of elements of their own would take seconds to write and to draw."""

    kind: str  # class in the style sheet
    path: str


@dataclass(frozen=True)
class Column:
    """A slot of the board, and what the table behind the picture says about it."""

    x: int
    start: datetime | None
    day: date | None
    new_day: bool
    talks: int
    interpreted: int
    free: int


@dataclass(frozen=True)
class BoardFigure:
    columns: list[Column]
    rows: list[tuple[int, str]]  # y and number of the table
    cells: list[Cells]
    width: int
    height: int

    @property
    def talks(self) -> int:
        return sum(column.talks for column in self.columns)


def board_of(problem: Problem, plan: Plan) -> BoardFigure:
    """A plan as cells, slots across and tables down, with a wider gap between days."""
    slots, tables = problem.slots, problem.tables
    at = {(one.table, one.slot): one for one in plan.meetings}
    talks = Counter(one.slot for one in plan.meetings)
    served = Counter(one.slot for one in plan.meetings if one.interpreter)
    xs = [SIDE + index * (CELL + GAP) + problem.day_of[index] * 3 * GAP for index in range(len(slots))]
    columns = [_column(problem, index, xs[index], talks[slot.id], served[slot.id]) for index, slot in enumerate(slots)]
    squares: defaultdict[str, list[str]] = defaultdict(list)
    for row, table in enumerate(tables):
        for index, slot in enumerate(slots):
            squares[_kind(at.get((table.id, slot.id)))].append(f"M{xs[index]} {HEAD + row * (CELL + GAP)}{SQUARE}")
    return BoardFigure(
        columns=columns,
        rows=[(HEAD + row * (CELL + GAP) + 13, table.id[1:]) for row, table in enumerate(tables)],
        cells=[Cells(kind, "".join(paths)) for kind, paths in sorted(squares.items())],
        width=max(WIDTH, (xs[-1] if xs else SIDE) + CELL + GAP),
        height=HEAD + len(tables) * (CELL + GAP),
    )


def _column(problem: Problem, index: int, x: int, talks: int, interpreted: int) -> Column:
    slot = problem.slots[index]
    start = datetime.fromisoformat(slot.start) if slot.start else None
    return Column(
        x=x,
        start=start,
        day=start.date() if start else None,
        new_day=index == 0 or problem.day_of[index] != problem.day_of[index - 1],
        talks=talks,
        interpreted=interpreted,
        free=len(problem.tables) - talks,
    )


def _kind(talk: Meeting | None) -> str:
    if talk is None:
        return "cell"
    return "cell cell-interpreted" if talk.interpreter else "cell cell-taken"
