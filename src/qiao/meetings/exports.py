"""Files that hold the data of many people; who took one stands in the audit log."""

from qiao.core.actions import record
from qiao.core.models import User
from qiao.events.models import Event
from qiao.meetings import print_pack
from qiao.meetings.pdf import paper


def print_pdf(*, event: Event, part: str, by: User | None = None) -> bytes:
    """One part of what is printed, or all of it ("pack"), see print_pack.PARTS."""
    record(by=by, action="meetings.print", subject=event, part=part)
    return paper(str(event), print_pack.sheets(event, part))
