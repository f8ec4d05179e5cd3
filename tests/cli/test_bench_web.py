"""`qiao bench web` from an empty home to its figures."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.long  # most of a minute


def test_pages_and_paper_are_measured(tmp_path: Path) -> None:
    out = tmp_path / "figures.json"
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    done = subprocess.run(
        [Path(sys.executable).parent / "qiao", "bench", "web", "--people", "20", "--out", out, "--lang", "en"],
        env=environment | {"QIAO_HOME": str(tmp_path / "home")}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    figures = json.loads(out.read_text())
    assert (figures["participants"], figures["organisations"]) == (20, 40)
    assert figures["talks"] > 10
    assert {"agenda", "board", "directory"} <= figures["pages, milliseconds"].keys()
    assert all(page["queries"] > 0 for page in figures["pages, milliseconds"].values())
    assert figures["print pack, seconds"].keys() == {"agendas", "cards", "rounds", "names", "badges", "rotas"}
