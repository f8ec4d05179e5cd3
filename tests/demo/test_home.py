"""A demo that is interrupted ends at once, and quietly; one that is started twice is loaded once."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep

from qiao.demo import home

# A test run in the background of a shell hands down that Ctrl+C is ignored.
CODE = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.argv[0] = "qiao"
from qiao.cli import main
main()
"""


def test_ctrl_c_while_it_loads_leaves_no_process_and_no_traceback(tmp_path: Path) -> None:
    command = [sys.executable, "-c", CODE, "demo", "--no-serve", "--home", str(tmp_path / "home")]
    demo = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
    assert demo.stderr
    assert demo.stderr.readline(), "it says the first step"
    children = Path(f"/proc/{demo.pid}/task/{demo.pid}/children").read_text().split()
    os.killpg(demo.pid, signal.SIGINT)
    said = demo.stderr.read()
    assert demo.wait(30) != 0
    assert "Traceback" not in said
    assert len(children) == 2
    assert not [pid for pid in children if Path(f"/proc/{pid}").exists()]
    assert not (tmp_path / "home").exists()


def test_two_that_start_at_once_load_once(tmp_path: Path, monkeypatch) -> None:
    loaded: list[Path] = []

    def load(folder: Path, phase: str, show: object) -> None:
        sleep(0.1)  # the other one has begun meanwhile
        loaded.append(folder)

    monkeypatch.setattr(home, "_load", load)
    with ThreadPoolExecutor() as both:
        list(both.map(lambda _: home.prepare(tmp_path / "demo", "wishes"), range(2)))
    assert len(loaded) == 1
    assert (tmp_path / "demo" / home.MARK).exists()
