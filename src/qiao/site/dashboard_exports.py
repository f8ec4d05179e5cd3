"""The dashboard for spreadsheet programs: its numbers, and each participant with the steps taken."""

import io
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from qiao.core.actions import record
from qiao.core.models import User
from qiao.core.tables import neutralise
from qiao.events.form_queries import type_choices
from qiao.events.models import Event
from qiao.site.dashboard import STEPS, Judged, breakdowns, exchanges, funnel, judged

Cells = list[Any]  # text or numbers


def dashboard_xlsx(event: Event, *, by: User) -> bytes:
    """Three sheets: funnel, requests, people. Who took the file stands in the audit log."""
    from openpyxl import Workbook

    record(by=by, action="site.export_dashboard", subject=event)
    rows = judged(event)
    book = Workbook(write_only=True)
    for title, lines in (
        (_("Funnel"), _numbers(event, rows)), (_("Requests"), _requests(event)), (_("People"), _people(event, rows)),
    ):  # fmt: skip
        sheet = book.create_sheet(title)
        for cells in lines:
            sheet.append([neutralise(cell) if isinstance(cell, str) else cell for cell in cells])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _numbers(event: Event, rows: list[Judged]) -> Iterator[Cells]:
    yield [_("By what"), _("Group"), *map(str, STEPS.values())]
    whole = funnel(_("Everybody"), rows)
    yield ["", whole.title, *whole.row]
    for part in breakdowns(event, rows):
        for one in part.funnels:
            yield [part.title, one.title, *one.row]


def _requests(event: Event) -> Iterator[Cells]:
    yield [_("Asking"), _("Asked"), _("sent"), _("accepted"), _("declined"), _("without an answer")]
    for one in exchanges(event):
        yield [one.sender, one.recipient, one.sent, one.accepted, one.declined, one.pending]


def _people(event: Event, rows: list[Judged]) -> Iterator[Cells]:
    yield [_("Name"), _("Organisation"), _("Region"), _("Kind of participant"), *map(str, STEPS.values())]
    found = event.participations.select_related("person", "organisation__side").in_bulk([row.pk for row in rows])
    types = dict(type_choices(event, *{row.type for row in rows}))
    for row in rows:
        who = found[row.pk]
        taken = [int(code in row.steps) for code in STEPS]
        yield [who.person.name, who.organisation.name, str(who.organisation.side), types.get(row.type, ""), *taken]
