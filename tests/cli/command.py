"""The command line `qiao` in a process of its own, born of one that has loaded the engines' libraries already: they take
seconds to load, and most tests of the commands take less than that."""

import multiprocessing
import os
import subprocess
import sys
import tempfile
from pathlib import Path

BORN = multiprocessing.get_context("forkserver")
BORN.set_forkserver_preload(
    ["qiao.cli", "qiao.engine.scheduling.solve", "qiao.engine.matching.listing", "qiao.adapters.embeddings"]
)


def run(arguments: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """As `subprocess.run` would: standard output and error as text, and the exit status."""
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        child = BORN.Process(target=_be, args=(arguments, environment, str(out), str(err)))
        child.start()
        child.join()
        return subprocess.CompletedProcess(
            arguments, child.exitcode or 0, out.read_text("utf-8"), err.read_text("utf-8")
        )


def _be(arguments: list[str], environment: dict[str, str], out: str, err: str) -> None:
    from qiao.cli import main

    for path, stream in ((out, sys.stdout), (err, sys.stderr)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), stream.fileno())
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["qiao", *arguments]
    main()
