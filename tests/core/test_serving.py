"""The real server and its background work, as `qiao serve --with-worker` runs them."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from qiao.cli.application import _require_port
from qiao.core.prepare import is_newer, prepare
from qiao.core.serving import BackgroundWork
from qiao.wording import Language


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def children(pid: int) -> list[int]:
    """All descendants of a process."""
    found = [int(line) for task in Path(f"/proc/{pid}/task").glob("*/children") for line in task.read_text().split()]
    return [*found, *(grand for child in found for grand in children(child))]


def start(home: Path, *arguments: object, **more: Any) -> subprocess.Popen[str]:
    """`qiao` with an installation in `home`."""
    environment = {
        **os.environ, "QIAO_HOME": str(home), "QIAO_DEMO": "1", "QIAO_SECRET_KEY": "x" * 60,
        "DATABASE_URL": f"sqlite:///{home / 'qiao.sqlite3'}", "QIAO_URL": "http://localhost:8000",
    }  # fmt: skip
    code = "import sys; sys.argv[0] = 'qiao'; from qiao.cli import main; main()"
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, env=environment, cwd=home, text=True, **more)


def refused(home: Path, *arguments: object) -> str:
    """What a command answers that must end with status 2 at once, in one line."""
    with start(home, *arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            out, told = process.communicate(timeout=60)
        finally:
            process.kill()
    assert (process.returncode, out, len(told.splitlines())) == (2, "", 1), told
    return told


@pytest.mark.parametrize(("language", "words"), [("de", "ist belegt"), ("zh", "已被占用"), ("en", "is in use")])
def test_a_port_that_another_server_shares_is_taken(tmp_path, language: str, words: str) -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as the web server does
        other.bind(("127.0.0.1", 0))
        other.listen()
        assert words in refused(tmp_path, "serve", "--port", other.getsockname()[1], "--lang", language)


def test_an_address_that_is_not_this_machine_s_is_named(tmp_path) -> None:
    told = refused(tmp_path, "serve", "--host", "192.0.2.1", "--port", free_port(), "--lang", "de")
    assert "192.0.2.1" in told
    assert "Prüfen Sie --host und --port" in told


@pytest.mark.parametrize(("language", "words"), [("de", "neuer als"), ("zh", "高于"), ("en", "newer than")])
def test_a_database_of_a_newer_version_is_left_alone(tmp_path, language: str, words: str) -> None:
    with closing(sqlite3.connect(tmp_path / "qiao.sqlite3")) as database:
        database.execute("CREATE TABLE django_migrations (id integer PRIMARY KEY, app text, name text, applied text)")
        database.execute("INSERT INTO django_migrations VALUES (1, 'qiao', '9999_future', '2030-01-01')")
        database.commit()
        for command in (("serve", "--port", free_port()), ("work",)):
            assert words in refused(tmp_path, *command, "--lang", language)
        assert len(database.execute("SELECT name FROM sqlite_master").fetchall()) == 1


def test_a_port_that_was_served_a_moment_ago_is_free() -> None:
    """The system keeps a connection that the server ended for a minute; a restart must not wait for that."""
    with socket.socket() as server, socket.socket() as client:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the web server does
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        client.connect(("127.0.0.1", port))
        server.accept()[0].close()
        client.recv(1)
    with socket.socket() as plain, pytest.raises(OSError, match="in use"):
        plain.bind(("127.0.0.1", port))  # the connection is still kept
    _require_port("127.0.0.1", port, Language.DE)  # raises where the port is taken


@pytest.mark.django_db
def test_only_steps_of_our_own_make_a_database_newer() -> None:
    steps = MigrationRecorder(connection)
    steps.record_applied("library", "9999_of_another_version")
    assert not is_newer()
    steps.record_applied("qiao", "9999_future")
    assert is_newer()


def test_serving_with_background_work_and_ending_cleanly(tmp_path) -> None:
    port = free_port()
    server = start(tmp_path, "serve", "--port", port, "--with-worker")
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
        web = next(pid for pid in processes if "django" not in Path(f"/proc/{pid}/cmdline").read_text())
        os.kill(web, signal.SIGSTOP)  # as one that does not hear
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=60)
        assert len(processes) >= 2
        assert not [pid for pid in processes if Path(f"/proc/{pid}").exists()]
    finally:
        server.kill()


def test_background_work_that_is_killed_is_begun_anew(caplog) -> None:
    """Otherwise the pages would go on, while nothing is mailed and a calculation seems to run for ever."""
    work = BackgroundWork((sys.executable, "-c", "import time; time.sleep(60)"), pause=0.01)
    first, deadline = work.process, time.monotonic() + 30
    first.kill()
    while work.process is first:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert "status -9" in caplog.text
    work.end()
    assert work.process.poll() == -signal.SIGTERM


def test_background_work_that_ended_is_not_begun_anew_at_the_end() -> None:
    work = BackgroundWork((sys.executable, "-c", ""), pause=60)
    work.process.wait()
    work.end()
    assert work.process.poll() == 0


@pytest.mark.django_db
def test_preparing_twice_changes_nothing(tmp_path, settings) -> None:
    settings.HOME, settings.STATIC_ROOT = tmp_path / "home", tmp_path / "home" / "static"
    prepare()
    prepare()
    assert settings.STATIC_ROOT.is_dir()
