"""An office in operation for tests: the server and its workers as processes of their own, and its mails."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import TypeVar
from urllib.request import urlopen

from qiao.demo.home import environment

Found = TypeVar("Found")
SOURCES = str(Path(__file__).resolve().parents[2] / "src")
COMMAND = [sys.executable, "-c", "from qiao.cli import main; main()"]


def settings_of(home: Path, port: int = 8000) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("QIAO_TEST", "QIAO_SECRET_KEY")}
    paths = filter(None, [SOURCES, os.environ.get("PYTHONPATH", "")])
    return {**kept, **environment(home, port), "PYTHONPATH": os.pathsep.join(paths)}


def do_waiting_tasks(home: Path) -> None:
    """Deliver the mails that the demo's people have written, so that they do not get into a test's way."""
    subprocess.run(
        [*COMMAND, "manage", "db_worker", "--queue-name", "*", "--batch"],
        env=settings_of(home),
        check=True,
        capture_output=True,
    )


def wait_for(what: Callable[[], Found], seconds: float = 180, pause: float = 0.2) -> Found:
    """Ask until the answer is true; what it was then."""
    end = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < end, f"waited for {seconds} seconds"
        time.sleep(pause)
    return found


@dataclass
class Office:
    home: Path
    url: str
    server: subprocess.Popen
    seen: set[Path] = field(default_factory=set)

    def mails(self, address: str = "") -> list[EmailMessage]:
        """The mails since `forget_mails` was called last, to this address where one is named, the oldest first."""
        files = sorted(file for file in (self.home / "mail").glob("*.eml") if file not in self.seen)
        found = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
        return [mail for mail in found if address in ("", mail["To"])]

    def forget_mails(self) -> None:
        self.seen = set((self.home / "mail").glob("*.eml"))

    def kill_planner_at_work(self) -> None:
        """SIGKILL the worker that plans as soon as it plans, as the kernel's memory killer would."""
        with closing(sqlite3.connect(f"file:{self.home / 'qiao.sqlite3'}?mode=ro", uri=True)) as database:
            running = "SELECT count(*) FROM qiao_planrun WHERE state = 'running'"
            wait_for(lambda: database.execute(running).fetchone()[0], seconds=30, pause=0.005)
        os.kill(next(pid for pid, words in _processes() if "planning" in words and self._owns(pid)), signal.SIGKILL)

    def _owns(self, pid: int) -> bool:
        try:
            return f"QIAO_HOME={self.home}".encode() in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        except OSError:  # ended meanwhile
            return False


def _processes() -> Iterator[tuple[int, list[str]]]:
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            yield int(folder.name), (folder / "cmdline").read_text().split("\0")
        except OSError:  # ended meanwhile
            continue


@contextmanager
def opened(home: Path) -> Iterator[Office]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (home / "serve.log").open("w") as log:
        server = subprocess.Popen(
            [*COMMAND, "serve", "--with-worker", "--port", str(port)],
            env=settings_of(home, port), stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    office = Office(home, f"http://localhost:{port}", server)
    office.forget_mails()
    try:
        wait_for(lambda: _answers(office))
        yield office
    finally:
        server.terminate()
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)


def _answers(office: Office) -> bool:
    assert office.server.poll() is None, (office.home / "serve.log").read_text()[-2000:]
    try:
        with urlopen(office.url) as answer:
            return answer.status == 200
    except OSError:
        return False
