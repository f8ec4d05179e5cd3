"""The members of a planner's portfolio, each in a process of its own on this machine."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from queue import Empty, Queue
from threading import Thread

from qiao.engine.scheduling.member import Answer, Task, answer_of


@dataclass
class Processes:
    """Running members, and the answers that nobody has taken yet."""

    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    heard: "Queue[Answer]" = field(default_factory=Queue)

    def start(self, task: Task) -> None:
        process = subprocess.Popen(  # noqa: S603  this program and a number
            [sys.executable, "-m", "qiao.adapters.member", str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(one for one in sys.path if one)},
        )
        self.processes.append(process)
        Thread(target=listen, args=(process, task, self.heard), daemon=True).start()

    def answers(self) -> Iterator[Answer]:
        """What the members have said since somebody asked last."""
        while True:
            try:
                yield self.heard.get_nowait()
            except Empty:
                return


@contextmanager
def processes() -> Iterator[Processes]:
    """A race without members yet; whatever happens, none of them outlives the block."""
    found = Processes()
    try:
        yield found
    finally:
        for process in found.processes:
            process.kill()
        for process in found.processes:
            process.wait()
            with suppress(BrokenPipeError):
                if process.stdin is not None:
                    process.stdin.close()


def listen(process: "subprocess.Popen[bytes]", task: Task, heard: "Queue[Answer]") -> None:
    """Hand over the task and all answers, in a thread of its own."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(json.dumps(asdict(task)).encode() + b"\n")
        process.stdin.flush()
        for line in process.stdout:
            heard.put(answer_of(line))
    except (BrokenPipeError, ValueError):  # killed in the middle of a word
        pass
    finally:
        process.stdout.close()
