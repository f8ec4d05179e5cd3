"""Compile the planner's inner loops before somebody waits for a plan: `python -m qiao.engine.scheduling.warm`.

numba compiles at the first call and keeps the result on disk; on a new machine the first plan would wait for it.
"""

from pathlib import Path

from qiao.engine.scheduling.anneal import some_moves
from qiao.engine.scheduling.model import Interpreter, Objective, Participant, Problem, Request, Slot, Table
from qiao.engine.scheduling.solve import solve

__all__ = ["is_cold", "warm"]

HOSTS, GUESTS, SLOTS = 8, 4, 6
WORK = 10_000  # enough for every stage of the search


def is_cold() -> bool:
    """Would a plan have to wait for the compiler? It would where what that keeps of the largest loop is missing."""
    kept = getattr(some_moves, "stats", None)  # of a compiled function only
    return kept is not None and not any(Path(kept.cache_path).glob(f"*.{some_moves.__name__}-*.nbi"))


def warm() -> None:
    """Plan a small event in which everything is scarce, so that every inner loop is called once."""
    guests = [Participant(f"g{number}", languages=("de",)) for number in range(GUESTS)]
    hosts = [Participant(f"h{number}", languages=("zh",)) for number in range(HOSTS)]
    problem = Problem(
        slots=tuple(Slot(f"s{number}", day="1") for number in range(SLOTS)),
        participants=(*guests, *hosts),
        requests=tuple(Request(f"{guest.id}-{host.id}", (guest.id, host.id)) for guest in guests for host in hosts),
        tables=(Table("t1"), Table("t2"), Table("t3")),
        interpreters=(Interpreter("i1", ("de", "zh")), Interpreter("i2", ("de", "zh"))),
        objective=Objective(fairness=4),
    )
    solve(problem, work=WORK)


if __name__ == "__main__":
    warm()
