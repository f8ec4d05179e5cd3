"""Several people acting at the same moment, each in a thread with a database connection of its own."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, connections


@contextmanager
def shared_database(folder: Path) -> Iterator[None]:
    """For SQLite the test's database as a file, as in production: one in memory knows no waiting for a lock."""
    if connection.vendor != "sqlite":
        yield
        return
    settings = connections.databases["default"]
    memory, file = settings["NAME"], folder / "race.sqlite3"
    with sqlite3.connect(file) as copy:
        connection.connection.backup(copy)
    settings["NAME"] = str(file)
    try:
        yield
    finally:
        settings["NAME"] = memory


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each call returned or raised; none starts before all are ready."""
    gate = threading.Barrier(len(calls))
    results: list[Any] = [None] * len(calls)

    def work(place: int) -> None:
        gate.wait()
        try:
            results[place] = calls[place]()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def look(read: Callable[[], Any]) -> Any:
    """Read from the database that the threads wrote to."""
    return at_once(read)[0]
