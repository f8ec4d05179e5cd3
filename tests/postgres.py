"""Run pytest against a throw-away PostgreSQL: `python -m tests.postgres -m db`.

The server's programs run as an unprivileged account when this one is root (PostgreSQL refuses root);
the socket lies in a temporary folder which that account owns.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def find_programs() -> Path | None:
    """The folder that holds initdb and pg_ctl, newest version first; None when PostgreSQL is not installed."""
    candidates = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True
    )
    on_path = shutil.which("initdb")
    return next(
        (path for path in [*candidates, *([Path(on_path).parent] if on_path else [])] if (path / "initdb").exists()),
        None,
    )


def unprivileged() -> dict[str, object]:
    """Arguments for subprocess that drop root's rights; none when this account is not root."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    account = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


@contextmanager
def temporary_postgres(programs: Path) -> Iterator[str]:
    """A running server in a temporary folder; yields its DATABASE_URL."""
    folder = tempfile.mkdtemp(prefix="qiao-postgres-")
    rights = unprivileged()
    if rights:
        os.chown(folder, rights["user"], rights["group"])

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [programs / program, "-D", f"{folder}/data", *arguments],
            check=True, cwd=folder, stdout=subprocess.DEVNULL, **rights,
        )  # fmt: skip

    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    try:
        run("initdb", "-U", "qiao", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        run("pg_ctl", "-w", "-l", f"{folder}/log", "-o", options, "start")
        yield f"postgres://qiao@/postgres?host={folder}"
    finally:
        if (Path(folder) / "data" / "postmaster.pid").exists():
            run("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def main(arguments: list[str]) -> int:
    programs = find_programs()
    if programs is None:
        print("PostgreSQL is not installed: its tests are skipped.")  # noqa: T201
        return 1 if os.environ.get("QIAO_REQUIRE_ALL") == "1" else 0
    with temporary_postgres(programs) as url:
        environment = {**os.environ, "DATABASE_URL": url}
        return subprocess.run([sys.executable, "-m", "pytest", *arguments], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
