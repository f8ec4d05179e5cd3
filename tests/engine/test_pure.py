"""The engines are pure: data, seed, stop and clock come as arguments. No Django, no stage of ours, no clock, no network."""

import ast
import json
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import qiao.engine

ROOT = Path(qiao.engine.__path__[0])
FILES = sorted(ROOT.rglob("*.py"))
MODULES = [one.name for one in pkgutil.walk_packages(qiao.engine.__path__, "qiao.engine.")]

NETWORK = {"socket", "ssl", "http", "urllib", "ftplib", "smtplib", "imaplib", "asyncio", "socketserver", "xmlrpc"}
NETWORK |= {"requests", "httpx", "aiohttp", "selectors", "webbrowser"}
CLOCKS = {"time", "timeit", "sched"}
NOW = {"now", "utcnow", "today", "perf_counter", "monotonic", "process_time", "sleep"}
WORLD = {"django", "subprocess", "multiprocessing", "sqlite3", "tempfile", "shutil"}


def test_there_is_something_to_look_at() -> None:
    assert {"qiao.engine.files", "qiao.engine.scheduling.verify", "qiao.engine.matching.rank"} <= set(MODULES)
    assert len(FILES) >= len(MODULES)


def test_a_fresh_interpreter_loads_no_django_and_nothing_else_of_ours() -> None:
    code = (
        "import importlib, json, sys\n"
        "sys.modules['django'] = None\n"  # whoever imports it fails
        "for name in json.loads(sys.argv[1]): importlib.import_module(name)\n"
        "print(json.dumps([name for name in sys.modules if name.partition('.')[0] in ('qiao', 'django')]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps(MODULES)],
        check=True,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT.parents[1])},
    )
    ours = {name for name in json.loads(done.stdout) if not name.startswith("qiao.engine.")}
    assert ours == {"qiao", "qiao.engine", "django"}  # the last one is the trap itself


def test_the_judge_needs_no_solver_and_no_array_library() -> None:
    code = (
        "import sys\n"
        "for name in ('numpy', 'scipy', 'ortools', 'numba', 'pysat'): sys.modules[name] = None\n"
        "import qiao.engine.scheduling.verify, qiao.engine.scheduling.files\n"
        "print([name for name in sys.modules if name.startswith('qiao.engine.scheduling.solve')])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT.parents[1])},
    )
    assert done.stdout.strip() == "[]"


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            yield node.module or ""


@pytest.mark.parametrize("file", FILES, ids=[str(file.relative_to(ROOT)) for file in FILES])
def test_no_clock_no_network_no_files(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    packages = {name.partition(".")[0] for name in imported(tree)}
    assert not packages & (NETWORK | CLOCKS | WORLD)
    assert not [name for name in imported(tree) if name.startswith("qiao.") and not name.startswith("qiao.engine.")]
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not attributes & NOW
    calls = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert not calls & {"open", "print", "input", "exec", "eval", "__import__"}
