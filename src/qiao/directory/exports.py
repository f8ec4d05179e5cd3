"""The table of organisations for spreadsheet programs, its empty form, and the columns' description."""

import csv
import io
from collections.abc import Iterable, Iterator

from qiao.core.actions import record
from qiao.core.models import User
from qiao.core.tables import neutralise
from qiao.directory.columns import COLUMNS, NAMES, cells_of
from qiao.directory.models import Organisation
from qiao.directory.queries import complete


def _csv(rows: Iterable[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([neutralise(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")  # without the mark Excel takes it for a Western encoding


def organisations_csv(*, by: User | None = None) -> bytes:
    """All organisations; importing the file again changes nothing. Who took the file stands in the audit log."""
    record(by=by, action="directory.export_organisations")
    rows = sorted(complete(Organisation.objects.all()), key=lambda o: (o.side.code, o.external_id, o.name, o.pk))
    return _csv([list(NAMES), *(cells_of(organisation) for organisation in rows)])


def template_csv() -> bytes:
    """The header row."""
    return _csv([list(NAMES)])


def column_meanings() -> Iterator[tuple[str, str]]:
    """(column, what it holds), for the import page and the documentation."""
    return ((column.name, str(column.meaning)) for column in COLUMNS)
