"""After warming, no plan waits for the compiler."""

import json
import subprocess
import sys

from qiao.engine.scheduling.compiled import COMPILED

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
