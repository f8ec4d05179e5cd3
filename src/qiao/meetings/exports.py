"""Files that hold the data of many people; who took one stands in the audit log."""

from django.utils.translation import gettext as _

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.events.models import Event
from qiao.meetings import print_pack
from qiao.meetings.pdf import paper
from qiao.meetings.plan_queries import version_in_force
from qiao.meetings.printed import PRINTED, Changed, last_printings, not_on_paper


def print_pdf(*, event: Event, part: str, only_changed: bool = False, by: User | None = None) -> bytes:
    """One part of what is printed, or all of it ("pack"), see print_pack.PARTS; or what has changed since the last time.

    Raises:
        Refused: nothing has changed, or it cannot be told what has.
    """
    only = _changed(event, part) if only_changed else None
    version = version_in_force(event)
    shown = {"version": version.number, "off": not_on_paper(event)} if version else {}
    record(by=by, action=PRINTED, subject=event, part=part, **shown)
    return paper(str(event), print_pack.sheets(event, part, only))


def _changed(event: Event, part: str) -> Changed:
    printing = last_printings(event, [part]).get(part)
    if printing is None or printing.changed is None:
        raise Refused(_("What has changed cannot be told. Print all of it."))
    if not printing.changed:
        raise Refused(_("Nothing has changed since this was printed last."))
    return printing.changed
