"""How long a search may go on: seconds, abstract work, or until somebody says stop."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Clock = Callable[[], float]
Stop = Callable[[], bool]

MOVES_PER_WORK = 100
WORK_PER_SOLVER_SECOND = 20_000  # one second of CP-SAT's deterministic time
WORK_PER_NODE = 20
ENDLESS = 86_400.0


@dataclass(frozen=True, slots=True)
class Progress:
    """A sign of life. `value` and `bound` belong to the goal named by `phase`: weight, shortfall, breaks or tables.

    `placed` counts meetings, `seconds` since the start; a bound is proven or None.
    """

    phase: str
    value: int | None = None
    bound: int | None = None
    placed: int | None = None
    seconds: float = 0.0


Listener = Callable[[Progress], None]


@dataclass
class Budget:
    """`limit` in seconds of `clock` from now, `work` in units; None: unlimited.

    Under a bound on work no decision but the last (the limit itself) looks at the clock, so that runs can be repeated.
    """

    clock: Clock
    stop: Stop
    limit: float | None
    work: int | None
    progress: Listener
    spent: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    stopped_by: str | None = None
    began: float = 0.0
    part_ends: float = ENDLESS
    part_work: int | None = None

    def __post_init__(self) -> None:
        self.began = self.clock()

    @property
    def elapsed(self) -> float:
        return self.clock() - self.began

    @property
    def left(self) -> float:
        """Seconds left for the present part; a day if there is no limit."""
        ends = self.part_ends if self.limit is None else min(self.limit, self.part_ends)
        return max(0.0, ends - self.elapsed)

    @property
    def work_left(self) -> int | None:
        if self.work is None:
            return None
        ends = self.work if self.part_work is None else min(self.work, self.part_work)
        return max(0, ends - self.spent)

    def over(self) -> bool:
        """Is it time to end the search or its present part? What ended the search is remembered."""
        if self.stopped_by is None:
            if self.work is not None and self.spent >= self.work:
                self.stopped_by = "work"
            elif self.limit is not None and self.elapsed >= self.limit:
                self.stopped_by = "limit"
            elif self.stop():
                self.stopped_by = "stop"
        return self.stopped_by is not None or self.left == 0.0 or self.work_left == 0

    def charge(self, work: float) -> None:
        self.spent += max(1, int(work))

    def charge_moves(self, moves: int) -> None:
        self.charge(moves / MOVES_PER_WORK)

    def solver_seconds(self, share: float, most: float) -> float:
        """Wall seconds for one call of a solver: a share of what is left, at most `most`; under `work` only the limit."""
        if self.work is not None:
            return max(0.05, self.left)
        return max(0.05, min(most, self.left * share))

    def deterministic_seconds(self, most: float) -> float:
        """CP-SAT's deterministic seconds for one call."""
        left = self.work_left
        return most if left is None else min(most, max(0.01, left / WORK_PER_SOLVER_SECOND))

    def tell(self, phase: str, value: int | None = None, bound: int | None = None, placed: int | None = None) -> None:
        self.progress(Progress(phase, value, bound, placed, round(self.elapsed, 3)))

    @contextmanager
    def phase(self, name: str, share: float = 1.0, most: float = ENDLESS) -> Iterator[None]:
        """A part of the search, by name, which may use the given share of what is left, and not more than `most` seconds."""
        begin, outer = self.clock(), (self.part_ends, self.part_work)
        if self.work is None:
            self.part_ends = self.elapsed + min(share * self.left, most)
        else:
            self.part_work = self.spent + int(share * (self.work_left or 0))
        try:
            yield
        finally:
            self.part_ends, self.part_work = outer
            self.seconds[name] = round(self.seconds.get(name, 0.0) + self.clock() - begin, 3)
