"""A table handed in on the web: checked and written in the background, with progress and a report that stays for a day.

Each step is repeated as a whole when its process dies: a check writes nothing, and rows and report are written in one
transaction. What is written is what the check showed; if it would be something else by then, it is checked anew.
"""

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import Office, User
from qiao.core.queue import enqueue
from qiao.core.tables import Table
from qiao.directory import mapping
from qiao.directory.actions.importing import ImportReport, import_organisations
from qiao.directory.columns import CellProblem
from qiao.directory.headings import key_of
from qiao.directory.import_models import ImportRun, KnownHeading
from qiao.directory.roles import works_for_office
from qiao.directory.uploads import handed_in, read_foreign, read_ours, taken

State = ImportRun.State
KEPT = timedelta(days=1)  # tables and reports
LISTED = timedelta(days=30)  # that there was one, for who looks for it
MOST_SHOWN = 200  # problems and doubles that a report keeps
ACTIVE = (State.CHECKING, State.WRITING)
TASKS = {"organisations": "qiao.directory.tasks", "participants": "qiao.events.tasks"}  # by name: one is a later stage


class DiscardedError(Exception):
    """Whoever handed the table in has discarded it, or another worker has done the work."""


def hand_in_table(*, file: "UploadedFile[bytes]", by: User, kind: str = "organisations", **where: Any) -> ImportRun:
    """Look at an uploaded table and keep it; raises Refused with what is wrong with it. `where` as of `start_import`."""
    data, name = taken(file), file.name or ""
    columns = handed_in(kind, data, name, where.get("office"))
    return start_import(data=data, filename=name, by=by, kind=kind, columns=columns, **where)


@transaction.atomic
def start_import(
    *,
    data: bytes,
    filename: str,
    by: User,
    kind: str = "organisations",
    event: tuple[int, str] | None = None,
    office: Office | None = None,
    columns: mapping.Columns = (),
) -> ImportRun:
    """Keep a table and queue its check; where its columns are to be assigned first (see directory.mapping), wait for that.

    `event`: primary key and slug, for participants. `office`: which remembers how columns were assigned.
    """
    number, slug = event or (None, "")
    run = ImportRun(
        by=by, data=data, filename=filename[-200:], language=get_language() or "de", kind=kind, event_number=number,
        event_slug=slug, office=office, columns=list(columns), state=State.MAPPING,
    )  # fmt: skip
    run.save()
    record(by=by, action="directory.check_import", subject=run)
    if not columns:
        _queue(run, State.CHECKING, "check_import")
    return run


@transaction.atomic
def assign_columns(*, run: ImportRun, targets: list[str], by: User) -> None:
    """Say what each column is ("" leaves it out), remember it for the office's next table, and queue the check."""
    row = _locked(run)
    if row.state not in (State.MAPPING, State.CHECKED, State.INTERRUPTED) or len(targets) != len(row.columns):
        raise Refused(_("The columns of this table can no longer be assigned anew. Choose the file once more."))
    row.columns = [column | {"target": target} for column, target in zip(row.columns, targets, strict=True)]
    row.report, row.shown, row.language = {}, "", get_language() or row.language
    row.save(update_fields=["columns", "report", "shown", "language"])
    if row.office:
        _remember(row, row.office)
    record(by=by, action="directory.assign_columns", subject=row)
    _queue(row, State.CHECKING, "check_import")


def _remember(run: ImportRun, office: Office) -> None:
    known = {key_of(column["heading"]): column["target"] for column in run.columns}
    KnownHeading.objects.bulk_create(
        (KnownHeading(office=office, kind=run.kind, heading=key[:100], target=known[key]) for key in known if key),
        update_conflicts=True, unique_fields=["office", "kind", "heading"], update_fields=["target"],
    )  # fmt: skip


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
    _queue(row, State.WRITING, "write_import")


@transaction.atomic
def repeat_import(*, run: ImportRun, by: User) -> None:
    """Check an interrupted table once more."""
    row = _locked(run)
    if row.state in ACTIVE:
        return
    if row.state != State.INTERRUPTED:
        raise Refused(_("This table has been checked already."))
    record(by=by, action="directory.check_import", subject=row)
    _queue(row, State.CHECKING, "check_import")


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
    work_on(run_id, State.CHECKING, _check)


def write_import(run_id: int) -> None:
    """Write a confirmed table: rows and report in one transaction, so that a kill leaves neither and it is done anew."""
    work_on(run_id, State.WRITING, _write)


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
    count += old.exclude(state=State.EXPIRED).update(state=State.EXPIRED, data=b"", report={}, shown="", columns=[])
    return count + old.filter(created__lt=timezone.now() - LISTED).delete()[0]


def _locked(run: ImportRun) -> ImportRun:
    rows = ImportRun.objects.select_for_update(no_key=True).defer("data", "report")
    row = rows.filter(pk=run.pk, created__gte=timezone.now() - KEPT).exclude(state=State.EXPIRED).first()
    if row is None:
        raise Refused(_("This table is no longer there: tables are kept for a day. Please choose it once more."))
    return row


def _queue(run: ImportRun, state: str, task: str) -> None:
    run.state, run.done, run.seen_at = state, 0, timezone.now()
    run.task = enqueue(f"{TASKS[run.kind]}.{task}", run.pk)
    run.save(update_fields=["state", "skip_bad", "done", "seen_at", "task"])


def work_on(run_id: int, state: str, step: Callable[[ImportRun], None]) -> None:
    """Do one step with a table, in the language of who handed it in; nothing if it is in another state by now."""
    run = ImportRun.objects.filter(pk=run_id, state=state).select_related("by").first()
    if run is None:
        return
    with override(run.language):
        try:
            step(run)
        except DiscardedError:
            pass
        except Refused as refused:
            end(run, State.FAILED, {"message": refused.message})


def _check(run: ImportRun) -> None:
    report = import_organisations(table=table_of(run), by=run.by, dry_run=True, progress=_progress(run))
    checked(run, report)


def checked(run: ImportRun, report: ImportReport) -> None:
    end(run, State.CHECKED, _as_json(run, report), shown=report.fingerprint)


def _write(run: ImportRun) -> None:
    if not (run.by.is_active and works_for_office(run.by)):
        raise Refused(_("Whoever confirmed this table no longer works for the contact office. Nothing was written."))
    import_organisations(
        table=table_of(run), by=run.by, skip_bad=run.skip_bad, expected=run.shown, progress=_progress(run),
        afterwards=lambda report: written(run, report),
    )  # fmt: skip


def written(run: ImportRun, report: ImportReport) -> None:
    """Within the transaction that wrote: done, or shown anew where it would have been something else by now."""
    if report.fingerprint == run.shown:
        end(run, State.DONE, _as_json(run, report), shown=run.shown)
    else:
        end(run, State.CHECKED, _as_json(run, report) | {"renewed": True}, shown=report.fingerprint)


def table_of(run: ImportRun) -> Table:
    """The table under our headings; raises Refused with what is wrong with the file."""
    data = bytes(run.data)
    if run.columns:
        table = mapping.assigned(run.kind, read_foreign(data, run.filename), run.columns)
    else:
        table = read_ours(run.kind, data, run.filename)
    _progress(run)(0, len(table.rows))
    return table


def _progress(run: ImportRun) -> Callable[[int, int], None]:
    def note(done: int, total: int) -> None:
        _change(run, done=done, total=total)

    return note


def end(run: ImportRun, state: str, report: dict[str, Any], *, shown: str = "") -> None:
    """Note the result of a step; what is over keeps neither file nor examples of its cells."""
    ended: dict[str, Any] = {}
    if state in (State.DONE, State.FAILED):
        ended = {"data": b"", "columns": [column | {"samples": []} for column in run.columns]}
    _change(run, state=state, report=report, shown=shown, **ended)


def _change(run: ImportRun, **values: Any) -> None:
    """What a worker notes. Raises DiscardedError when the run is no longer in the state in which the work began."""
    if not ImportRun.objects.filter(pk=run.pk, state=run.state).update(seen_at=timezone.now(), **values):
        raise DiscardedError


def _as_json(run: ImportRun, report: ImportReport) -> dict[str, Any]:
    def shown(problem: CellProblem) -> dict[str, Any]:
        return asdict(replace(problem, column=mapping.headings_of(run.columns, problem.column), value=""))

    return {
        **report.counts,
        "written": report.written,
        "problems": [shown(problem) for problem in report.problems[:MOST_SHOWN]],
        "problem_count": len(report.problems),
        "doubles": [asdict(double) for double in report.doubles[:MOST_SHOWN]],
        "double_count": len(report.doubles),
        "new_parks": list(report.new_parks),
    }
