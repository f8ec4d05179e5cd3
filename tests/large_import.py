"""Measure the import of a large table: `python -m tests.large_import --rows 30000`; on PostgreSQL with DATABASE_URL set.

A table of made-up firms (always the same ones) is imported into an installation of its own, a second time, and with one
text changed in each row; then the index for searching is made. Each step runs in a process of its own. Prints one line of
JSON for each: seconds, the longest time for which another process could not write, and the peak of memory in MiB.
"""

import argparse
import csv
import json
import multiprocessing
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from multiprocessing.synchronize import Event
from pathlib import Path

SYLLABLES = [
    "bal",
    "ber",
    "dan",
    "del",
    "fal",
    "gor",
    "hal",
    "kar",
    "lin",
    "mer",
    "nov",
    "ost",
    "pel",
    "ran",
    "sel",
    "tor",
    "ul",
    "ver",
    "wes",
    "zan",
]
TRADES = [
    "Lasertechnik",
    "Optik",
    "Maschinenbau",
    "Werkzeuge",
    "Sensorik",
    "Medizintechnik",
    "Verpackung",
    "Antriebe",
    "Keramik",
    "Umwelttechnik",
]
HAN = "华兴瑞泰鼎新宏达金海天源恒信博远中科盛世东方安康明德启航"
TRADES_ZH = (
    "激光设备",
    "光学仪器",
    "机械制造",
    "精密工具",
    "传感技术",
    "医疗器械",
    "包装材料",
    "传动系统",
    "特种陶瓷",
    "环保科技",
)
WORDS = [
    "Anlagen",
    "Bauteile",
    "Beratung",
    "Fertigung",
    "Forschung",
    "Messgeräte",
    "Montage",
    "Prüfstände",
    "Software",
    "Wartung",
]
WORDS_ZH = ("设备", "零部件", "咨询", "加工", "研发", "测量仪器", "装配", "检测", "软件", "维修")
COLUMNS = (
    "id",
    "name",
    "country",
    "city",
    "type",
    "themes",
    "languages",
    "offers_de",
    "offers_zh",
    "seeks_de",
    "seeks_zh",
)
STEPS = ("first", "again", "changed", "index")


def firms(rows: int) -> Iterator[dict[str, str]]:
    """German and Chinese firms in turn."""
    dice = random.Random(4711)
    for number in range(rows):
        place = dice.randrange(len(TRADES))
        de = [f"{dice.choice(WORDS)} für {dice.choice(TRADES)} {dice.randrange(1000)}" for _ in range(3)]
        zh = [f"{dice.choice(TRADES_ZH)}{dice.choice(WORDS_ZH)}{dice.randrange(1000)}" for _ in range(3)]
        common = {
            "id": f"R{number}", "type": "company", "themes": "smart-manufacturing",
            "offers_de": " | ".join(de[:2]), "offers_zh": " | ".join(zh[:2]), "seeks_de": de[2], "seeks_zh": zh[2],
        }  # fmt: skip
        if number % 2:
            brand = "".join(dice.choices(HAN, k=4))
            yield common | {
                "name": f"济南{brand}{TRADES_ZH[place]}有限公司",
                "country": "CN",
                "city": "济南",
                "languages": "zh;en:B1",
            }
        else:
            brand = "".join(dice.choices(SYLLABLES, k=4)).title()
            yield common | {
                "name": f"{brand} {TRADES[place]} GmbH",
                "country": "DE",
                "city": "Dresden",
                "languages": "de;en:B2",
            }


def write_table(path: Path, rows: int, *, changed: bool) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for firm in firms(rows):
            writer.writerow(firm | {"seeks_de": firm["seeks_de"] + " neu"} if changed else firm)


def set_up() -> None:
    """Regions and the theme that the table names."""
    from qiao.core.models import Office
    from qiao.core.prepare import prepare
    from qiao.directory.models import Side, Theme

    prepare()
    office = Office.objects.create(slug="office", names={"de": "Kontaktbüro"}, email="office@example.org")
    for slug, country in (("saxony", "DE"), ("jinan", "CN")):
        Side.objects.create(code=slug, names={"de": slug}, country=country, office=office)
    Theme.objects.create(code="smart-manufacturing", names={"de": "Intelligente Fertigung"})


def write_all_the_time(ready: Event, over: Event, answer: "multiprocessing.Queue[float]") -> None:
    """Another user: writes every 20 ms, and answers with the longest time that one write took."""
    import django

    django.setup()
    from django.db import OperationalError
    from django.utils import timezone

    from qiao.core.models import Worker

    longest = 0.0
    while not over.is_set():
        begun = time.monotonic()
        while True:
            try:
                Worker.objects.filter(name="nobody").delete()
                Worker.objects.create(name="nobody", queue="default", pid=0, seen_at=timezone.now())
                break
            except OperationalError:  # waited for as long as the settings allow: goes on waiting
                continue
        longest = max(longest, time.monotonic() - begun)
        ready.set()
        time.sleep(0.02)
    answer.put(longest)


def one_step(step: str, table: Path) -> dict[str, object]:
    import django

    django.setup()
    if step == "index":
        from qiao.directory.actions import index_stale

        return {"indexed": index_stale()}
    from qiao.core.tables import read_table
    from qiao.directory.actions import import_organisations

    return dict(import_organisations(table=read_table(table)).counts)


def measure(step: str, table: Path) -> None:
    """In a process of its own: one step beside somebody who writes."""
    context = multiprocessing.get_context("spawn")
    ready, over, answer = context.Event(), context.Event(), context.Queue()
    other = context.Process(target=write_all_the_time, args=(ready, over, answer), daemon=True)
    other.start()
    if not ready.wait(60):
        raise SystemExit("the other process did not begin")
    begun = time.monotonic()
    result = one_step(step, table)
    seconds = time.monotonic() - begun
    over.set()
    figures = {
        "step": step, **result, "seconds": round(seconds, 1), "others_waited": round(answer.get(), 2),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }  # fmt: skip
    other.join()
    print(json.dumps(figures), flush=True)  # noqa: T201


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=30_000)
    parser.add_argument("--step", choices=[*STEPS, "set-up"], help=argparse.SUPPRESS)
    parser.add_argument("--table", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step == "set-up":
        import django

        django.setup()
        set_up()
        return 0
    if options.step:
        measure(options.step, options.table)
        return 0
    with tempfile.TemporaryDirectory() as name:
        return run_all(Path(name), options.rows)


def run_all(folder: Path, rows: int) -> int:
    environment = {**os.environ, "QIAO_HOME": str(folder), "QIAO_TEST": "1", "DJANGO_SETTINGS_MODULE": "qiao.settings"}
    for step in ("set-up", *STEPS):
        table = folder / ("changed.csv" if step == "changed" else "firms.csv")
        write_table(table, rows, changed=step == "changed")
        command = [sys.executable, "-m", "tests.large_import", "--step", step, "--table", str(table)]
        if code := subprocess.run(command, env=environment, check=False).returncode:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
