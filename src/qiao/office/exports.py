"""Tables of this stage for spreadsheet programs; who took one stands in the audit log."""

import io
from collections.abc import Iterable, Iterator

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from qiao.core.actions import record
from qiao.core.models import User
from qiao.core.tables import neutralise
from qiao.directory.market_queries import view_of
from qiao.office import case_queries
from qiao.office.introduction_models import Introduction
from qiao.office.introduction_queries import introductions_for
from qiao.office.models import Cooperation
from qiao.office.queries import Filter, narrowed
from qiao.office.seen import cooperations_for
from qiao.templatetags.qiao import plain_name

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def cooperations_xlsx(*, asked: Filter, by: User) -> bytes:
    """The cooperations of the list in the reader's language: organisations, no people."""
    rows = list(narrowed(cooperations_for(by), asked))
    record(by=by, action="office.export_cooperations", count=len(rows))
    return _book(_("Cooperations"), _cells(rows))


def _cells(rows: Iterable[Cooperation]) -> Iterator[list[object]]:
    yield [
        _("Organisation"), _("Region"), _("Partner"), _("Region of the partner"), pgettext("a cooperation", "What it is about"), _("Stage"), _("Event"),
        _("First contact on"), _("Latest step on"), _("Value"), _("Currency"), _("Jobs"), pgettext("of a record", "Code"),
    ]  # fmt: skip
    for row in rows:
        yield [
            plain_name(row.one), str(row.one.side), plain_name(row.other), str(row.other.side), row.topic,
            row.get_stage_display(), str(row.event or ""), row.opened, timezone.localdate(row.changed), row.value, row.currency,
            row.jobs, row.key,
        ]  # fmt: skip


def introductions_xlsx(*, state: str, by: User) -> bytes:
    """The introductions of the list for the office, with both names."""
    rows = introductions_for(by).prefetch_related("opportunity__texts")
    found = list(rows.filter(state=state) if state else rows)
    record(by=by, action="office.export_introductions", count=len(found))
    return _book(_("Introductions"), _introduction_cells(found))


def _introduction_cells(rows: Iterable[Introduction]) -> Iterator[list[object]]:
    yield [
        _("Kind"), _("Opportunity"), _("Interested"), _("Region"), _("Partner"), _("Region of the partner"), _("State"), _("Sent on"),
        _("Latest step on"), _("To be done by"), pgettext("of a record", "Code"),
    ]  # fmt: skip
    for row in rows:
        title = view_of(row.opportunity).title if row.opportunity else None
        yield [
            row.get_origin_display(), title.text if title else "", plain_name(row.one), str(row.one.side), plain_name(row.other),
            str(row.other.side), row.get_state_display(), timezone.localdate(row.created), timezone.localdate(row.changed), row.due, row.key,
        ]  # fmt: skip


def cases_xlsx(*, asked: case_queries.Filter, by: User) -> bytes:
    """The cases of the list with the time spent on each; nothing of what was said, and no people."""
    rows = list(case_queries.narrowed(by, asked))
    spent = case_queries.minutes_by_case([row.pk for row in rows])
    record(by=by, action="office.export_cases", count=len(rows))
    heading: list[object] = [
        _("Client"), _("Region"), _("Kind of advice"), pgettext("an advice case", "What it is about"), _("Contact office"), _("Opened"), _("Closed"),
        _("Minutes spent"), pgettext("of a record", "Code"),
    ]  # fmt: skip
    cells: Iterator[list[object]] = (
        [
            plain_name(row.organisation) if row.organisation else row.client,
            str(row.organisation.side) if row.organisation else "", row.get_kind_display(), row.topic, row.office.name,
            row.opened, row.closed, spent.get(row.pk, 0), row.key,
        ]
        for row in rows
    )  # fmt: skip
    return _book(_("Advice cases"), [heading, *cells])


def _book(title: str, rows: Iterable[list[object]]) -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for cells in rows:
        sheet.append([neutralise(cell) if isinstance(cell, str) else cell for cell in cells])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
