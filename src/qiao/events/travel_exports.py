"""What participants told of their journey as a workbook that says on every sheet that it is confidential."""

import io

from django.utils import formats
from django.utils.translation import gettext as _

from qiao.core.models import User
from qiao.core.tables import neutralise
from qiao.events.actions import note_reading
from qiao.events.travel_fields import DETAILS, asked_groups, value_in_words
from qiao.events.travel_models import TravelCall
from qiao.events.travel_queries import all_told


def travel_xlsx(call: TravelCall, *, by: User) -> bytes:
    """One sheet for each group, in the reader's language; whose details were taken stands in the audit log."""
    from openpyxl import Workbook

    told = all_told(call)
    note_reading(event=call.owner, read=[one.pk for one, _values in told], by=by, how="table")
    book = Workbook(write_only=True)
    warning = _("CONFIDENTIAL. Personal details for the purpose named; delete this file by %(day)s at the latest.")
    for group, details in asked_groups(call.asked, allotted=True):
        sheet = book.create_sheet(str(group.title)[:31])
        sheet.append([warning % {"day": formats.date_format(call.delete_on)}])
        sheet.append([_("Name"), _("Organisation"), *(str(one.label) for one in details)])
        for who, values in told:
            cells = [
                value_in_words(DETAILS[one.code], values[one.code]) if values.get(one.code) else "" for one in details
            ]
            if any(cells):
                sheet.append([neutralise(cell) for cell in (who.person.name, who.organisation.name, *cells)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
