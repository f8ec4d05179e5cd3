"""A delegation's members as a workbook in the reader's language; who took the file stands in the audit log."""

import io
from collections.abc import Iterator

from django.utils.translation import gettext as _

from qiao.core.actions import record
from qiao.core.models import User
from qiao.core.tables import neutralise
from qiao.directory.roles import works_for_office
from qiao.events.delegation_queries import function_of, leaders_of, members_of, participations_of
from qiao.events.models import Delegation
from qiao.templatetags.wording import language_names


def members_xlsx(delegation: Delegation, *, by: User) -> bytes:
    """One row for each member in protocol order; addresses and numbers for the office alone."""
    from openpyxl import Workbook

    record(by=by, action="events.export_members", subject=delegation)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Members")[:31])
    for cells in _rows(delegation, contacts=works_for_office(by)):
        sheet.append([neutralise(cell) if isinstance(cell, str) else cell for cell in cells])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _rows(delegation: Delegation, *, contacts: bool) -> Iterator[list[str | int]]:
    head: list[str | int] = [
        _("Place in the protocol order"), _("Name"), _("Name in Latin script"), _("Function"), _("Stands for"),
        _("Organisation"), _("Organisation in Latin script"), _("Languages"), _("Head of the delegation"), _("At the event"),
    ]  # fmt: skip
    yield head + ([_("E-mail"), _("Phone")] if contacts else [])
    there, leaders = participations_of(delegation), leaders_of(delegation)
    for place, one in enumerate(members_of(delegation), 1):
        person, own = one.person, there.get(one.person_id)
        leads = _("yes") if person.user_id and person.user_id in leaders else ""
        row: list[str | int] = [
            place, person.name, person.name_latin, function_of(one), one.get_field_display(), one.organisation.name,
            one.organisation.name_latin, language_names(person.languages), leads, own.get_state_display() if own else "",
        ]  # fmt: skip
        yield row + ([person.email, person.phone] if contacts else [])
