"""A demo world, loaded once for all tests of this folder, and an office that works on a copy of it."""

import fcntl
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.office import Office, do_waiting_tasks, opened


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory) -> Path:
    """The folder that `qiao demo --no-serve --phase wishes` makes; the first of several test processes makes it."""
    from qiao.demo import home

    shared = tmp_path_factory.getbasetemp()
    if shared.name.startswith("popen-"):  # a worker of pytest-xdist: the folder above belongs to all of them
        shared = shared.parent
    folder = shared / "demo"
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            home.prepare(folder, "wishes")
            do_waiting_tasks(folder)
    return folder


@pytest.fixture
def office(demo_home: Path, tmp_path: Path) -> Iterator[Office]:
    """An office in operation: web server, supervisor and workers, as `qiao serve --with-worker` starts them."""
    shutil.copytree(demo_home, tmp_path / "home")
    with opened(tmp_path / "home") as started:
        yield started
