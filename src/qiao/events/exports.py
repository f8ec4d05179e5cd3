"""The table of participants for spreadsheet programs; who took the file stands in the audit log."""

import io
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qiao.core.actions import record
from qiao.core.models import User
from qiao.core.tables import neutralise
from qiao.events.form_queries import answered_questions, answers_by_person, type_choices
from qiao.events.imports import COLUMNS
from qiao.events.models import Event, Participation
from qiao.events.queries import unavailable_slots

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cells = list[str]
MEANINGS = {
    "id": gettext_lazy("Your own short name for the person; it is known again by it."),
    "organisation": gettext_lazy("The organisation: its id or name. Required."),
    "name": gettext_lazy("The name in its own script. Required."),
    "name_latin": gettext_lazy("The name in Latin script."),
    "role": gettext_lazy("The position in the organisation."),
    "email": gettext_lazy("The e-mail address; may be left out, then a personal link signs in."),
    "type": gettext_lazy("A word of yours that tells kinds of participants apart, for example guest and host."),
    "languages": gettext_lazy("Languages as in BCP 47, with an optional level: de;en:B2."),
    "unavailable": gettext_lazy("Time slots at which the person cannot meet: s03;s04."),
}


def template_csv() -> bytes:
    """The header row of a table of participants."""
    return (",".join(COLUMNS) + "\r\n").encode("utf-8-sig")


def column_meanings() -> list[tuple[str, str]]:
    """(column, what it holds), for the import page and the documentation."""
    return [(name, str(MEANINGS[name])) for name in COLUMNS]


def participants_xlsx(event: Event, *, by: User | None = None) -> bytes:
    """Two sheets: those who take part, in the columns of the import (importing the file again changes nothing); and
    everybody who registered with state and answers, in the reader's language."""
    from openpyxl import Workbook

    record(by=by, action="events.export_participants", subject=event)
    book = Workbook(write_only=True)
    for title, rows in (("participants", _participants(event)), ("answers", _answers(event))):
        sheet = book.create_sheet(title)
        for cells in rows:
            sheet.append([neutralise(cell) for cell in cells])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _participants(event: Event) -> Iterator[Cells]:
    yield list(COLUMNS)
    blocked = unavailable_slots(event)
    names = {slot.pk: f"s{slot.position:02d}" for slot in event.slots.all()}
    rows = event.participations.filter(state=Participation.State.APPROVED)
    for row in rows.select_related("person", "organisation").prefetch_related("person__memberships").order_by("pk"):
        role = next((m.role for m in row.person.memberships.all() if m.organisation_id == row.organisation_id), "")
        yield [
            row.person.external_id or row.person.key, row.organisation.external_id or row.organisation.key,
            row.person.name, row.person.name_latin, role, row.person.email, row.type,
            ";".join(row.person.languages), ";".join(sorted(names[pk] for pk in blocked.get(row.pk, ()))),
        ]  # fmt: skip


def _answers(event: Event) -> Iterator[Cells]:
    questions = answered_questions(event)
    answers = answers_by_person(event, questions)
    yield ["id", _("Name"), _("Organisation"), _("Kind of participant"), _("State"), *map(str, questions)]
    rows = event.participations.exclude(state=Participation.State.CANCELLED).select_related("person", "organisation")
    types = dict(type_choices(event, *{row.type for row in rows}))
    for row in rows.order_by("pk"):
        own = answers.get(row.pk, {})
        yield [
            row.person.external_id or row.person.key, row.person.name, row.organisation.name, types.get(row.type, ""),
            row.get_state_display(), *(own.get(question.pk, "") for question in questions),
        ]  # fmt: skip
