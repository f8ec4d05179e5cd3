"""After warming, no plan waits for the compiler."""

import json
import os
import subprocess
import sys
from pathlib import Path

from qiao.engine.scheduling.compiled import COMPILED
from qiao.engine.scheduling.warm import is_cold, warm

COUNT = """
import json, time
from qiao.bench.conferences import random_conference
from qiao.engine.scheduling import anneal, exchange, place, reseat, timetable
from qiao.engine.scheduling.solve import solve
from qiao.engine.scheduling.warm import warm

def compiled():
    modules = (anneal, exchange, place, reseat, timetable)
    return sorted(
        f"{module.__name__}.{name} {signature}"
        for module in modules for name, function in vars(module).items()
        for signature in getattr(function, "signatures", ())
    )

warm()
before = compiled()
solve(random_conference(60, 300, seed=1, slots=16), limit=6, clock=time.monotonic, fairness=6)
print(json.dumps([before, compiled()]))
"""


def test_a_plan_calls_nothing_that_warming_left_uncompiled() -> None:
    ran = subprocess.run([sys.executable, "-c", COUNT], capture_output=True, text=True, check=True)
    before, after = json.loads(ran.stdout)
    assert bool(before) is COMPILED
    assert after == before


def test_a_machine_is_cold_until_the_planner_was_compiled_on_it(tmp_path: Path) -> None:
    """In a process that looks for what was compiled in another place."""
    code = "from qiao.engine.scheduling.warm import is_cold; print(is_cold())"
    elsewhere = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=elsewhere)
    assert ran.stdout.strip() == str(COMPILED)
    warm()
    assert not is_cold()
