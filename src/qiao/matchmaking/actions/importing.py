"""Writing a table of wishes."""

from django.db import transaction

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.core.tables import Table
from qiao.directory.actions import ImportReport
from qiao.directory.columns import CellProblem
from qiao.events.models import Event
from qiao.matchmaking.actions.requests import send_request
from qiao.matchmaking.actions.wishes import set_wish
from qiao.matchmaking.imports import Change, plan


@transaction.atomic
def import_wishes(
    *, event: Event, table: Table, by: User | None = None, dry_run: bool = False, skip_bad: bool = False
) -> ImportReport:
    """Wishes of participants, and with a message a request as well. Rules hold as on the web.

    With any refused row nothing is written unless `skip_bad`. A dry run does everything and takes it back, so that it
    knows every refusal. A second import of the same table changes nothing.
    """
    found = plan(event, table)
    changes = [change for change in found.changes if not change.is_empty]
    point = transaction.savepoint()
    problems = sorted([*found.problems, *_write(changes, by)], key=lambda problem: problem.row)
    bad = {problem.row for problem in problems}
    written = [change for change in changes if change.row not in bad]
    keep = not dry_run and (skip_bad or not problems)
    report = ImportReport(
        created=sum(not change.known for change in written),
        updated=sum(change.known for change in written),
        unchanged=len(found.changes) - len(changes),
        refused=len(bad),
        problems=tuple(problems),
        written=keep and bool(written),
    )
    if not keep:
        transaction.savepoint_rollback(point)
        return report
    transaction.savepoint_commit(point)
    if written:
        record(by=by, action="matchmaking.import_wishes", subject=event, created=report.created, updated=report.updated)
    return report


def _write(changes: list[Change], by: User | None) -> list[CellProblem]:
    """Write what the rules allow; the others' problems."""
    problems = []
    for change in changes:
        one, other = change.participation, change.partner
        try:
            with transaction.atomic():
                if not change.same:
                    set_wish(participation=one, target=other, kind=change.kind, rank=change.rank, by=by)
                if change.message:
                    send_request(sender=one, recipient=other, message=change.message, by=by)
        except Refused as refusal:
            problems.append(CellProblem(change.row, "", one.person.external_id or one.person.key, refusal.message, ""))
    return problems
