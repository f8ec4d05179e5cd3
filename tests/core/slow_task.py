"""A task for the tests that kill workers: slow the first time, with one result however often it runs."""

import os
import time
from pathlib import Path

from django_tasks import task

from qiao.core.models import AuditEntry


@task()
def slow(folder: str, seconds: float) -> None:
    starts = Path(folder)
    first = not list(starts.iterdir())
    (starts / f"{time.time_ns()}-{os.getpid()}").touch()
    if AuditEntry.objects.filter(action="test.result").exists():
        return
    if first:
        time.sleep(seconds)
    AuditEntry.objects.create(action="test.result")


@task()
def count(number: int) -> None:
    """Does its part once, but slowly enough to be hit."""
    time.sleep(0.05)
    AuditEntry.objects.get_or_create(action="test.count", subject_id=number)
