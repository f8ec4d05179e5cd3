"""The real server and its background work, as `qiao serve --with-worker` runs them."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from urllib.error import URLError

import pytest

from qiao.core.prepare import prepare


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def children(pid: int) -> list[int]:
    """All descendants of a process."""
    found = [int(line) for task in Path(f"/proc/{pid}/task").glob("*/children") for line in task.read_text().split()]
    return [*found, *(grand for child in found for grand in children(child))]


def test_serving_with_background_work_and_ending_cleanly(tmp_path) -> None:
    port = free_port()
    environment = {
        **os.environ, "QIAO_HOME": str(tmp_path), "QIAO_DEMO": "1", "QIAO_SECRET_KEY": "x" * 60,
        "DATABASE_URL": f"sqlite:///{tmp_path / 'qiao.sqlite3'}", "QIAO_URL": f"http://localhost:{port}",
    }  # fmt: skip
    command = "import sys; sys.argv = ['qiao', 'serve', '--port', sys.argv[1], '--with-worker']; from qiao.cli import main; main()"
    server = subprocess.Popen([sys.executable, "-c", command, str(port)], env=environment, cwd=tmp_path)
    try:
        page = ""
        deadline = time.monotonic() + 180
        while not page:
            assert time.monotonic() < deadline
            assert server.poll() is None
            with (
                suppress(URLError, ConnectionError),
                urllib.request.urlopen(f"http://127.0.0.1:{port}/account/login/") as answer,
            ):
                page = answer.read().decode()
                assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            time.sleep(0.2)
        assert "<html" in page
        processes = children(server.pid)
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=60)
        assert len(processes) >= 2
        assert not [pid for pid in processes if Path(f"/proc/{pid}").exists()]
    finally:
        server.kill()


@pytest.mark.django_db
def test_preparing_twice_changes_nothing(tmp_path, settings) -> None:
    settings.HOME, settings.STATIC_ROOT = tmp_path / "home", tmp_path / "home" / "static"
    prepare()
    prepare()
    assert settings.STATIC_ROOT.is_dir()
