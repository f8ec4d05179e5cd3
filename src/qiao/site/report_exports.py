"""The report as a workbook with charts, and on paper; who took it stands in the audit log."""

import io
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from qiao.core.actions import record
from qiao.core.context import installation_name
from qiao.core.languages import reader_language
from qiao.core.models import User
from qiao.core.paper import draw
from qiao.core.tables import neutralise
from qiao.site.report import LEAST, WITHHELD, Report, Table, report
from qiao.site.report_rows import Scope
from qiao.templatetags.wording import days_text

TEMPLATE = Path(__file__).resolve().parents[1] / "templates" / "site" / "report.typ"
CHART_WIDTH, CHART_ROW = 18, 0.7  # centimetres


def title_of(scope: Scope) -> str:
    return _("Report of %(office)s") % {"office": scope.office.name if scope.office else installation_name()}


def days_of(scope: Scope) -> str:
    return days_text(scope.first, scope.last)


def notes() -> list[str]:
    return [
        _("No number names a person. %(mark)s: withheld, because fewer than %(least)s organisations or contacts stand behind it, or because it would let one work out such a number.") % {"mark": WITHHELD, "least": LEAST},
    ]  # fmt: skip


def _record(scope: Scope, by: User | None, kind: str) -> None:
    record(
        by=by,
        action="site.export_report",
        subject=scope.office,
        kind=kind,
        first=str(scope.first),
        last=str(scope.last),
    )


# --- workbook


def report_xlsx(scope: Scope, *, by: User | None) -> bytes:
    """A sheet with the sums, and one for each table with its chart. Numbers are numbers."""
    from openpyxl import Workbook

    _record(scope, by, "xlsx")
    found, book = report(scope), Workbook()
    first = book.active
    assert first is not None
    first.title = _sheet_name(_("Overview"), 0)
    sums: list[list[Any]] = [[label, cell.number] for label, cell in found.headline]
    sums.append([_("minutes of advice"), found.minutes])
    for line in [[title_of(scope)], [days_of(scope)], [], *sums, [], *([note] for note in notes())]:
        first.append([neutralise(one) if isinstance(one, str) else one for one in line])
    first.column_dimensions["A"].width = 48
    for number, table in enumerate(found.tables, 1):
        _sheet(book.create_sheet(_sheet_name(table.title, number)), table)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet_name(title: str, number: int) -> str:
    """At most 31 characters, without what a sheet's name may not hold."""
    plain = "".join(one for one in title if one not in r"[]:*?/\'")
    return f"{number} {plain}"[:31] if number else plain[:31]


def _cells(table: Table) -> list[list[Any]]:
    rows: list[list[Any]] = [[table.title, *table.columns, *([table.minutes] if table.minutes else [])]]
    rows += [
        [line.label, *(cell.shown for cell in line.cells), *([line.minutes] if table.minutes else [])]
        for line in table.lines
    ]
    return rows


def _sheet(sheet: Any, table: Table) -> None:
    from openpyxl.chart import BarChart, Reference

    rows = _cells(table)
    for row in rows:
        sheet.append([neutralise(one) if isinstance(one, str) and one != WITHHELD else one for one in row])
    sheet.column_dimensions["A"].width = 40
    sheet.freeze_panes = "B2"
    if table.note:
        sheet.append([])
        sheet.append([neutralise(table.note)])
    if table.charted is not None and table.lines:
        column = table.charted + 2
        chart = BarChart(type="bar", style=10)
        chart.title, chart.legend = f"{table.title}: {table.columns[table.charted]}", None
        chart.width, chart.height = CHART_WIDTH, 3 + CHART_ROW * len(table.lines)
        chart.add_data(Reference(sheet, min_col=column, min_row=1, max_row=len(rows)), titles_from_data=True)
        chart.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=len(rows)))
        chart.y_axis.delete = chart.x_axis.delete = False
        chart.x_axis.scaling.orientation = "maxMin"
        sheet.add_chart(chart, f"A{len(rows) + 5}")


# --- paper


def report_pdf(scope: Scope, *, by: User | None) -> bytes:
    """A4 pages in the language in force."""
    _record(scope, by, "pdf")
    return draw(TEMPLATE, _data(report(scope)))


def _data(found: Report) -> dict[str, Any]:
    language = reader_language()
    return {
        "language": language, "region": "cn" if language == "zh" else None, "title": title_of(found.scope),
        "office": installation_name(), "days": days_of(found.scope), "page": _("Page"),
        "stamp": _("made on %(day)s") % {"day": days_text(timezone.localdate(), timezone.localdate())},
        "headline": [[label, str(cell.number)] for label, cell in found.headline] + [[_("minutes of advice"), str(found.minutes)]],
        "tables": [_paper_table(table) for table in found.tables if table.lines],
        "notes": notes(),
    }  # fmt: skip


def _paper_table(table: Table) -> dict[str, Any]:
    head, *rows = _cells(table)
    chart = table.chart
    most = max((number for _label, number in chart.rows), default=1) if chart else 1
    bars = [[label, number, number / most] for label, number in chart.rows] if chart else []
    return {
        "title": table.title, "note": table.note, "head": [str(one) for one in head[1:]],
        "rows": [[str(one) for one in row] for row in rows], "chart": chart.title if chart else "", "bars": bars,
        "wide": len(head) > 6,
    }  # fmt: skip
