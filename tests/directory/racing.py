"""Several things at the same moment, each over a connection of its own."""

import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.db import connection, connections


def at_once(folder: Path, jobs: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each job returned, or the exception it raised. For tests with `transaction=True`.

    On SQLite the test's database lies in memory, where connections share one cache and no locks: the jobs run on a
    copy in a file, as the product does. What they wrote there is seen through what they return.
    """
    copy = str(folder / "race.sqlite3") if connection.vendor == "sqlite" else None
    if copy:
        connection.ensure_connection()
        target = sqlite3.connect(copy)
        connection.connection.backup(target)
        target.execute("PRAGMA journal_mode=WAL")
        target.close()
    results: list[Any] = [None] * len(jobs)
    together = threading.Barrier(len(jobs))

    def run(place: int) -> None:
        own = connections["default"]
        if copy:
            own.close()
            own.settings_dict = {**own.settings_dict, "NAME": copy}
        together.wait()
        try:
            results[place] = jobs[place]()
        except Exception as error:
            results[place] = error
        finally:
            if own.connection is not None:
                own.connection.close()
                own.connection = None

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
