"""Members of the portfolio in processes of their own: they answer, and none is left over, however their parent ends."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict
from itertools import pairwise

import pytest

from qiao.adapters.processes import processes
from qiao.engine.scheduling import brokerage
from qiao.engine.scheduling.member import Answer, Task
from qiao.engine.scheduling.model import Objective, Participant, Problem, Request, Slot, Table
from qiao.engine.scheduling.problem_file import write_problem
from qiao.engine.scheduling.solve import solve
from qiao.engine.scheduling.verify import verify


def ring(people: int, slots: int, tables: int) -> Problem:
    """Everybody meets both neighbours; with few tables there must be breaks."""
    names = [f"p{n}" for n in range(people)]
    return Problem(
        slots=tuple(Slot(f"s{n}") for n in range(slots)),
        participants=tuple(Participant(one) for one in names),
        tables=tuple(Table(f"t{n}") for n in range(tables)),
        requests=tuple(
            Request(f"m{n}", pair, required=True, interpreter="none")
            for n, pair in enumerate([*pairwise(names), (names[-1], names[0])])
        ),
        objective=Objective(fair_minimum=0, breaks="sequence", fairness=2),
    )


def wait_for_answer(task: Task) -> Answer:
    with processes() as race:
        race.start(task)
        for _ in range(3_600):
            for answer in race.answers():
                if answer.slots is not None:
                    return answer
            time.sleep(0.05)
    raise AssertionError("no answer within three minutes")


@pytest.mark.parametrize("member", ["cores", "local", "maxsat", "runs"])
def test_a_member_answers_from_its_own_process(member: str) -> None:
    problem = ring(people=5, slots=5, tables=1)
    answer = wait_for_answer(Task(member, 1, write_problem(problem).decode()))
    assert answer.slots is not None
    assert sorted(answer.slots) == [0, 1, 2, 3, 4]
    if member != "local":
        assert (answer.complete, answer.bound) == (True, 1)  # four pairs of neighbours fit next to each other, not five


def test_the_race_gives_the_optimum_even_without_a_head_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brokerage, "HEAD_START", 0.0)
    problem = ring(people=5, slots=5, tables=1)
    plan = solve(problem, workers=3, limit=60, clock=time.monotonic, race=processes)
    assert (plan.certificate.status, plan.certificate.breaks) == ("optimal", 1)
    assert verify(problem, plan) == []


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{pid}/stat") as stat:
        return stat.read().rpartition(")")[2].split()[0] != "Z"


def gone(pids: list[int]) -> bool:
    for _ in range(100):
        if not any(alive(pid) for pid in pids):
            return True
        time.sleep(0.1)
    return False


def test_nobody_is_left_when_the_block_ends() -> None:
    with processes() as race:
        race.start(Task("cores", 1, write_problem(ring(40, 8, 10)).decode()))
        pids = [process.pid for process in race.processes]
        assert all(alive(pid) for pid in pids)
    assert all(process.poll() is not None for process in race.processes)


PARENT = """
import sys, time
from qiao.adapters.processes import processes
from qiao.engine.scheduling.member import Task
from qiao.engine.scheduling.problem_file import write_problem
from tests.adapters.test_processes import ring
with processes() as race:
    for member in ("cores", "maxsat"):
        race.start(Task(member, 1, write_problem(ring(41, 21, 2)).decode()))
    print(*[process.pid for process in race.processes], flush=True)
    time.sleep(600)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel of Linux")
def test_a_member_whose_parent_died_first_does_not_begin() -> None:
    task = json.dumps(asdict(Task("cores", 1, write_problem(ring(40, 8, 10)).decode())))
    another = [sys.executable, "-m", "qiao.adapters.member", str(os.getppid())]  # not the process that starts it
    done = subprocess.run(another, input=task + "\n", capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(("sign", "seconds"), [(signal.SIGKILL, 0), (signal.SIGKILL, 1), (signal.SIGTERM, 1)])
def test_members_die_with_their_parent(sign: signal.Signals, seconds: float) -> None:
    """While their interpreters start, and while they calculate."""
    with subprocess.Popen(
        [sys.executable, "-c", PARENT],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    ) as parent:
        assert parent.stdout is not None
        pids = [int(one) for one in parent.stdout.readline().split()]
        time.sleep(seconds)
        parent.send_signal(sign)
        parent.wait()
        assert len(pids) == 2
        assert gone(pids)
