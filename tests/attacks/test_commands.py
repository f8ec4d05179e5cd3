"""Commands in the hands of somebody in a hurry: one sentence, the right status, no traceback, nothing half-written."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROBLEM = (
    '{"format": "qiao-problem/1", "slots": [{"id": "s1"}], "participants": [{"id": "a"}, {"id": "b"}],'
    ' "requests": [{"id": "m", "participants": ["a", "b"]}]}'
)
WORDS = {"de": "Die Datenbank", "zh": "数据库", "en": "The database"}


def qiao(folder: Path, *words: str, out: int | None = subprocess.PIPE) -> subprocess.CompletedProcess:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("QIAO_", "DATABASE_"))}
    environment |= {"QIAO_HOME": str(folder / "home"), "PYTHONPATH": str(ROOT / "src")}
    code = "from qiao.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *words], env=environment, cwd=folder, stdout=out, stderr=subprocess.PIPE, text=True, timeout=120
    )  # fmt: skip


@pytest.mark.parametrize("language", WORDS)
def test_without_a_database(tmp_path, language) -> None:
    (tmp_path / "a.csv").write_text("name,country\nX,DE\n")
    for words in (("import", "organisations", "a.csv"), ("export", "problem.json", "--event", "x")):
        done = qiao(tmp_path, *words, "--lang", language)
        assert done.returncode == 2
        assert done.stderr.startswith(WORDS[language])
        assert len(done.stderr.splitlines()) == 1


@pytest.mark.long
def test_migrating_makes_the_home(tmp_path) -> None:
    assert qiao(tmp_path, "manage", "migrate", "--verbosity", "0").returncode == 0
    assert (tmp_path / "home" / "qiao.sqlite3").exists()


def test_a_full_disk_behind_standard_output(tmp_path) -> None:
    (tmp_path / "p.json").write_text(PROBLEM)
    with open("/dev/full", "w") as full:
        done = qiao(tmp_path, "plan", "p.json", "--limit", "1", "--lang", "en", out=full)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "The file cannot be written (No space left on device). Check the folder and the permissions."
    ]


@pytest.mark.parametrize("home", ["file", "/proc/nothing/here"])
def test_a_home_that_cannot_be(tmp_path, home) -> None:
    (tmp_path / "file").write_text("mine")
    done = qiao(tmp_path, "demo", "--no-serve", "--home", home, "--lang", "en")
    assert done.returncode == 2
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "file").read_text() == "mine"
