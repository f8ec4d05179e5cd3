"""A table handed in on the web: checked and written in the background, with progress and a report that stays for a day.

Each step is repeated as a whole when its process dies: a check writes nothing, and rows and report are written in one
transaction. What is written is what the check showed; if it would be something else by then, it is checked anew.
"""

from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.core.queue import enqueue
from qiao.directory.actions.importing import ImportReport, import_organisations
from qiao.directory.models import ImportRun
from qiao.directory.roles import works_for_office
from qiao.directory.uploads import read_organisations

State = ImportRun.State
KEPT = timedelta(days=1)  # tables and reports
LISTED = timedelta(days=30)  # that there was one, for who looks for it
MOST_SHOWN = 200  # problems and doubles that a report keeps
ACTIVE = (State.CHECKING, State.WRITING)


class DiscardedError(Exception):
    """Whoever handed the table in has discarded it, or another worker has done the work."""


@transaction.atomic
def start_import(*, data: bytes, filename: str, by: User) -> ImportRun:
    """Keep a table and queue its check."""
    run = ImportRun(by=by, data=data, filename=filename[-200:], language=get_language() or "de")
    run.save()
    record(by=by, action="directory.check_import", subject=run)
    _queue(run, State.CHECKING, "qiao.directory.tasks.check_import")
    return run


@transaction.atomic
def confirm_import(*, run: ImportRun, shown: str, skip_bad: bool, by: User) -> None:
    """Queue the writing of a checked table; asked twice it is written once. `shown`: fingerprint of the seen result."""
    row = _locked(run)
    if row.state in (State.WRITING, State.DONE) and row.shown == shown:
        return
    if row.state != State.CHECKED or row.shown != shown:
        raise Refused(_("The table has been checked anew meanwhile. Look at the new result first."))
    if row.report.get("problem_count") and not skip_bad:
        raise Refused(_("Some cells are bad. Mend them, or choose to leave their rows out."))
    row.skip_bad = skip_bad
    record(by=by, action="directory.confirm_import", subject=row)
    _queue(row, State.WRITING, "qiao.directory.tasks.write_import")


@transaction.atomic
def repeat_import(*, run: ImportRun, by: User) -> None:
    """Check an interrupted table once more."""
    row = _locked(run)
    if row.state in ACTIVE:
        return
    if row.state != State.INTERRUPTED:
        raise Refused(_("This table has been checked already."))
    record(by=by, action="directory.check_import", subject=row)
    _queue(row, State.CHECKING, "qiao.directory.tasks.check_import")


@transaction.atomic
def discard_import(*, run: ImportRun, by: User) -> None:
    """Forget a table with its report; an import that is running stops, and nothing of it is written."""
    row = _locked(run)
    if row.state == State.DONE:
        raise Refused(_("The table has been imported already. Its result is deleted after a day."))
    record(by=by, action="directory.discard_import", subject=row)
    row.delete()


def check_import(run_id: int) -> None:
    """The dry run. A second call finds nothing to do."""
    _work(run_id, State.CHECKING, _check)


def write_import(run_id: int) -> None:
    """Write a confirmed table: rows and report in one transaction, so that a kill leaves neither and it is done anew."""
    _work(run_id, State.WRITING, _write)


@transaction.atomic
def tend_imports() -> int:
    """Mark what nobody works on any more, and forget what is older than its time; how many."""
    runs = ImportRun.objects.select_for_update(no_key=True).filter(state__in=ACTIVE)
    active = list(runs.values_list("pk", "task"))
    waiting = DBTaskResult.objects.filter(status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING])
    alive = {str(pk) for pk in waiting.filter(task_path__endswith="_import").values_list("pk", flat=True)}
    lost = [pk for pk, task in active if task not in alive]
    count = ImportRun.objects.filter(pk__in=lost).update(state=State.INTERRUPTED)
    old = ImportRun.objects.filter(created__lt=timezone.now() - KEPT)
    count += old.exclude(state=State.EXPIRED).update(state=State.EXPIRED, data=b"", report={}, shown="")
    return count + old.filter(created__lt=timezone.now() - LISTED).delete()[0]


def _locked(run: ImportRun) -> ImportRun:
    rows = ImportRun.objects.select_for_update(no_key=True).defer("data", "report")
    row = rows.filter(pk=run.pk, created__gte=timezone.now() - KEPT).exclude(state=State.EXPIRED).first()
    if row is None:
        raise Refused(_("This table is no longer there: tables are kept for a day. Please choose it once more."))
    return row


def _queue(run: ImportRun, state: str, task: str) -> None:
    run.state, run.done, run.seen_at, run.task = state, 0, timezone.now(), enqueue(task, run.pk)
    run.save(update_fields=["state", "skip_bad", "done", "seen_at", "task"])


def _work(run_id: int, state: str, step: Callable[[ImportRun], None]) -> None:
    run = ImportRun.objects.filter(pk=run_id, state=state).select_related("by").first()
    if run is None:
        return
    with override(run.language):
        try:
            step(run)
        except DiscardedError:
            pass
        except Refused as refused:
            _end(run, State.FAILED, {"message": refused.message})


def _check(run: ImportRun) -> None:
    report = import_organisations(table=_table(run), by=run.by, dry_run=True, progress=_progress(run))
    _end(run, State.CHECKED, _as_json(report), shown=report.fingerprint)


def _write(run: ImportRun) -> None:
    if not (run.by.is_active and works_for_office(run.by)):
        raise Refused(_("Whoever confirmed this table no longer works for the contact office. Nothing was written."))
    import_organisations(
        table=_table(run), by=run.by, skip_bad=run.skip_bad, expected=run.shown, progress=_progress(run),
        afterwards=lambda report: _written(run, report),
    )  # fmt: skip


def _written(run: ImportRun, report: ImportReport) -> None:
    if report.fingerprint == run.shown:
        _end(run, State.DONE, _as_json(report), shown=run.shown)
    else:
        _end(run, State.CHECKED, _as_json(report) | {"renewed": True}, shown=report.fingerprint)


def _table(run: ImportRun) -> Any:
    table = read_organisations(bytes(run.data), run.filename)
    _progress(run)(0, len(table.rows))
    return table


def _progress(run: ImportRun) -> Callable[[int, int], None]:
    def note(done: int, total: int) -> None:
        _change(run, done=done, total=total)

    return note


def _end(run: ImportRun, state: str, report: dict[str, Any], *, shown: str = "") -> None:
    ended = {"data": b""} if state in (State.DONE, State.FAILED) else {}
    _change(run, state=state, report=report, shown=shown, **ended)


def _change(run: ImportRun, **values: Any) -> None:
    """What a worker notes. Raises DiscardedError when the run is no longer in the state in which the work began."""
    if not ImportRun.objects.filter(pk=run.pk, state=run.state).update(seen_at=timezone.now(), **values):
        raise DiscardedError


def _as_json(report: ImportReport) -> dict[str, Any]:
    return {
        **report.counts,
        "written": report.written,
        "problems": [asdict(problem) | {"value": ""} for problem in report.problems[:MOST_SHOWN]],
        "problem_count": len(report.problems),
        "doubles": [asdict(double) for double in report.doubles[:MOST_SHOWN]],
        "double_count": len(report.doubles),
        "new_parks": list(report.new_parks),
    }
