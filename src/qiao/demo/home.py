"""The folder of a demo: made whole or not at all, used again when it fits."""

import fcntl
import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

MARK = "demo.json"
FORMAT = 1
"""Rises when a demo made by an older version cannot be served by this one."""

Show = Callable[[str], None]
"""Is told the code of each step that begins (`qiao.demo.load.say`)."""


class NotADemo(Exception):  # noqa: N818 - named for what it says
    """The folder holds something else; nothing in it is touched."""


def environment(home: Path, port: int = 8000) -> dict[str, str]:
    """Settings of a demo: embedded database, mails as files, one-click sign-in."""
    url = f"http://localhost:{port}"
    fixed = {
        "QIAO_HOME": str(home),
        "QIAO_DEMO": "1",
        "QIAO_URL": url,
        "DATABASE_URL": f"sqlite:///{home / 'qiao.sqlite3'}",
    }
    return {**fixed, "EMAIL_URL": "", "QIAO_DEBUG": "0"}


def prepare(home: Path, phase: str, show: Show | None = None) -> None:
    """Make `home` a demo at this phase. One that already is and was made today stays as its visitors left it.

    Raises:
        NotADemo: the folder exists, is not empty and was not made by this function.
    """
    home.parent.mkdir(parents=True, exist_ok=True)
    with home.with_name(f".{home.name}.lock").open("w") as lock:  # one loads, others wait and find it done
        fcntl.flock(lock, fcntl.LOCK_EX)
        _prepare(home, phase, show)


def _prepare(home: Path, phase: str, show: Show | None) -> None:
    if home.exists() and any(home.iterdir()):
        mark = _mark(home)
        if mark is None:
            raise NotADemo
        if mark == _wanted(phase):
            return
    fresh = home.with_name(f"{home.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    (fresh / "secret_key").write_text(secrets.token_urlsafe(60))
    (fresh / "secret_key").chmod(0o600)
    _load(fresh, phase, show)
    (fresh / MARK).write_text(json.dumps(_wanted(phase)))
    shutil.rmtree(home, ignore_errors=True)
    os.replace(fresh, home)


def _wanted(phase: str) -> dict[str, object]:
    return {"format": FORMAT, "phase": phase, "day": datetime.now(UTC).date().isoformat()}


def _mark(home: Path) -> dict[str, object] | None:
    try:
        found = json.loads((home / MARK).read_text())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _load(home: Path, phase: str, show: Show | None) -> None:
    """In a process of its own, because settings are read once and the database's name is one of them."""
    command = [sys.executable, "-m", "qiao.demo.load", phase]
    told = {**os.environ, **environment(home), "DJANGO_SETTINGS_MODULE": "qiao.settings"}
    # On the other core, so that the first plan need not wait for it. In sessions of their own, so that Ctrl+C ends them
    # here, without a traceback from each.
    warming = subprocess.Popen([sys.executable, "-m", "qiao.engine.scheduling.warm"], env=told, start_new_session=True)
    loading = subprocess.Popen(command, env=told, stdout=subprocess.PIPE, text=True, start_new_session=True)  # noqa: S603
    with warming, loading:
        try:
            for line in loading.stdout or ():
                if show:
                    show(line.rstrip())
        except BaseException:
            warming.terminate()
            loading.terminate()
            raise
    if loading.returncode:
        raise subprocess.CalledProcessError(loading.returncode, command)
