"""The programme of an event: what everybody, or one delegation, does together."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.events.models import Delegation, Event, ProgrammeItem

Names = Mapping[str, str]


@transaction.atomic
def add_programme_item(
    *,
    event: Event,
    starts: datetime,
    ends: datetime,
    names: Names,
    by: User | None,
    place: Names | None = None,
    delegation: Delegation | None = None,
    blocks: bool = True,
) -> ProgrammeItem:
    """An item of everybody's programme, or of one delegation's; while it lasts nobody concerned can be booked."""
    item = _write(ProgrammeItem(event=event), starts, ends, names, place, delegation, blocks)
    record(by=by, action="events.add_programme_item", subject=item, event=event.pk)
    return item


@transaction.atomic
def edit_programme_item(
    *,
    item: ProgrammeItem,
    starts: datetime,
    ends: datetime,
    names: Names,
    by: User | None,
    place: Names | None = None,
    delegation: Delegation | None = None,
    blocks: bool = True,
) -> ProgrammeItem:
    _write(item, starts, ends, names, place, delegation, blocks)
    record(by=by, action="events.edit_programme_item", subject=item, event=item.event_id)
    return item


@transaction.atomic
def remove_programme_item(*, item: ProgrammeItem, by: User) -> None:
    record(by=by, action="events.remove_programme_item", subject=item, event=item.event_id)
    item.delete()


def _write(
    item: ProgrammeItem,
    starts: datetime,
    ends: datetime,
    names: Names,
    place: Names | None,
    delegation: Delegation | None,
    blocks: bool,
) -> ProgrammeItem:
    if ends <= starts:
        raise Refused(gettext("An item of the programme ends before it starts."))
    item.starts, item.ends, item.names, item.place = starts, ends, dict(names), dict(place or {})
    item.delegation, item.blocks = delegation, blocks
    item.save()
    return item
