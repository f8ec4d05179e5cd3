"""Writing an imported table: all of it in one transaction, or nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Max
from django.utils.translation import gettext as _

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import Text, User
from qiao.core.tables import Table
from qiao.directory.actions.import_writing import Writing, prepare
from qiao.directory.actions.indexing import index_now_or_later
from qiao.directory.actions.writing import embed_later, look_for_doubles_later, set_same_keys
from qiao.directory.columns import CellProblem
from qiao.directory.doubles import RowDouble
from qiao.directory.imports import Plan, Progress, plan
from qiao.directory.models import Entry, Organisation, Park, Side, Theme


@dataclass(frozen=True)
class ImportReport:
    """What an import did, or would do: numbers of rows, the bad cells, and names of parks that are new."""

    created: int
    updated: int
    unchanged: int
    refused: int
    problems: tuple[CellProblem, ...] = ()
    new_parks: tuple[str, ...] = ()
    doubles: tuple[RowDouble, ...] = ()  # new rows that may be there already
    written: bool = False
    fingerprint: str = ""  # of what is done: a later import may ask for exactly this

    @property
    def counts(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in ("created", "updated", "unchanged", "refused")}


def import_organisations(
    *,
    table: Table,
    by: User | None = None,
    dry_run: bool = False,
    skip_bad: bool = False,
    expected: str | None = None,
    progress: Progress | None = None,
    afterwards: Callable[[ImportReport], None] | None = None,
) -> ImportReport:
    """Create and update organisations; a second import of the same table changes nothing.

    With any refused row nothing is written, unless `skip_bad`; nor when something else would be done than a dry run said
    whose report has the fingerprint `expected`. Then the report says what would have been done. Planned before the
    transaction, so that a long table keeps nobody from writing meanwhile; `afterwards` is called within it.
    """
    allowed = partial(_may_write, skip_bad=skip_bad, expected=expected)
    _check_set_up(table)
    for last in (False, False, True):
        seen = _state_of_directory()
        planned = _plan(table, progress)
        if dry_run:
            return _report(planned, written=False)
        writing = prepare(planned.changes) if allowed(planned) else None
        with transaction.atomic():
            _wait_for_other_imports()
            if _state_of_directory() != seen:
                if not last:
                    continue  # somebody changed the directory meanwhile: planned anew, without holding anybody up
                planned = _plan(table, None)
                writing = prepare(planned.changes) if allowed(planned) else None
            report = _report(planned, written=writing is not None)
            if writing:
                _write(writing, planned, report, by)
            if afterwards:
                afterwards(report)
            return report
    raise AssertionError  # the last attempt returns


def _may_write(planned: Plan, *, skip_bad: bool, expected: str | None) -> bool:
    return expected in (None, planned.fingerprint) and (skip_bad or not planned.refused) and bool(planned.changes)


def _check_set_up(table: Table) -> None:
    """What every row would stumble over is said once."""
    if table.rows and not Side.objects.exists():
        raise Refused(
            _("No regions are set up yet. Set up regions and themes on the page “Installation” first, then import.")
        )
    if any(row.cells.get("themes") for row in table.rows) and not Theme.objects.exists():
        raise Refused(
            _("No themes are set up yet. Set them up on the page “Installation” first, or empty the column “themes”.")
        )


def _wait_for_other_imports() -> None:
    """Two imports at once follow each other, so that both find what the other wrote."""
    list(Side.objects.select_for_update(no_key=True).order_by("pk"))


def _write(writing: Writing, planned: Plan, report: ImportReport, by: User | None) -> None:
    """Within a transaction."""
    try:
        with transaction.atomic():
            writing.run()
    except IntegrityError:  # somebody registered one of them between reading and writing
        raise Refused(_("Somebody changed the directory at the same moment. Import the file once more.")) from None
    index_now_or_later([change.organisation.pk for change in planned.changes])
    record(by=by, action="directory.import_organisations", created=report.created, updated=report.updated)
    embed_later()
    look_for_doubles_later()


def _state_of_directory() -> tuple[Any, ...]:
    """Different whenever something changed that a plan was made from."""
    firms = Organisation.objects.aggregate(Count("pk"), Max("pk"), Max("changed"))
    counts = [model.objects.aggregate(Count("pk"), Max("pk")) for model in (Park, Theme, Side, Entry, Text)]
    return (*firms.values(), *(value for count in counts for value in count.values()))


def _plan(table: Table, progress: Progress | None) -> Plan:
    """With all that can be calculated beforehand."""
    planned = plan(table, progress)
    for change in planned.changes:
        if not change.was_new:  # new ones have them since the plan looked for doubles
            set_same_keys(change.organisation)
    return planned


def _report(planned: Plan, *, written: bool) -> ImportReport:
    created = sum(change.was_new for change in planned.changes)
    return ImportReport(
        created=created,
        updated=len(planned.changes) - created,
        unchanged=planned.unchanged,
        refused=planned.refused,
        problems=tuple(planned.problems),
        new_parks=tuple(planned.new_parks),
        doubles=tuple(planned.doubles),
        written=written,
        fingerprint=planned.fingerprint,
    )
