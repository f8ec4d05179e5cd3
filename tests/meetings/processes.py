"""Real processes on a database of their own, on the same kind of server as the tests run on."""

import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
START = "import django; django.setup()\n"
WORLD = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.world import build_world
from tests.meetings.plans import *
from qiao.meetings import actions
world = build_world()
wishes(world)
"""


@contextmanager
def own_database(folder: Path) -> Iterator[str]:
    """The URL of an empty database: a file for SQLite, a new database on the server for PostgreSQL."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{folder / 'own.sqlite3'}"
        return
    name = f"own_{uuid.uuid4().hex}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    given = connection.settings_dict
    host = given["OPTIONS"].get("host") or given["HOST"]
    where = f"?host={host}" if host.startswith("/") else ""
    server = "" if where else f"{host}:{given['PORT'] or 5432}"
    login = quote(given["USER"]) + (f":{quote(given['PASSWORD'])}" if given["PASSWORD"] else "")
    try:
        yield f"postgres://{login}@{server}/{name}{where}"
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def begin(url: str, code: str) -> subprocess.Popen:
    """Start Python code in a process of its own group that uses this database; it prints what it has to say."""
    environment = os.environ | {
        "DATABASE_URL": url,
        "QIAO_TEST": "1",
        "DJANGO_SETTINGS_MODULE": "qiao.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT), os.environ.get("PYTHONPATH", "")]),
    }
    return subprocess.Popen(
        [sys.executable, "-c", START + code],
        env=environment, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


def begin_and_wait(url: str, code: str) -> subprocess.Popen:
    """Start code that says "ready" and then waits for a line."""
    process = begin(url, code)
    assert process.stdout.readline().strip() == "ready"
    return process


def go(process: subprocess.Popen) -> None:
    process.stdin.write("go\n")
    process.stdin.flush()


def run(url: str, code: str) -> str:
    """Run code to its end; what it printed."""
    process = begin(url, code)
    out, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    return out.strip()


def kill(process: subprocess.Popen) -> None:
    """SIGKILL, as a power cut or the kernel's memory killer would."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
