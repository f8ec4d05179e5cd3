"""The programme of an event or of a delegation: what everybody, all members, or some of them do together."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.events.actions.delegation_mails import tell_of_item
from qiao.events.models import Delegation, DelegationMember, Event, ProgrammeItem

Names = Mapping[str, str]


@transaction.atomic
def add_programme_item(
    *,
    event: Event | None,
    starts: datetime,
    ends: datetime,
    names: Names,
    by: User | None,
    place: Names | None = None,
    kind: str = ProgrammeItem.Kind.OTHER,
    delegation: Delegation | None = None,
    members: Iterable[DelegationMember] = (),
    blocks: bool = True,
) -> ProgrammeItem:
    """An item of everybody's programme, or of one delegation's; while it lasts nobody concerned can be booked.

    `members`: of the delegation, for whom alone it is; none: for all of them.
    """
    item = _write(ProgrammeItem(event=event), starts, ends, names, place, kind, delegation, blocks)
    _choose(item, list(members))
    record(by=by, action="events.add_programme_item", subject=item, event=item.event_id)
    if by is not None:
        tell_of_item(item)
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
    kind: str | None = None,
    delegation: Delegation | None = None,
    members: Iterable[DelegationMember] | None = None,
    blocks: bool = True,
) -> ProgrammeItem:
    """`members`: as above; None leaves them as they are, as long as it is the same delegation's."""
    same = item.delegation_id == (delegation.pk if delegation else None)
    _write(item, starts, ends, names, place, kind or item.kind, delegation, blocks)
    if members is not None or not same:
        _choose(item, list(members or ()))
    record(by=by, action="events.edit_programme_item", subject=item, event=item.event_id)
    if by is not None:
        tell_of_item(item)
    return item


@transaction.atomic
def remove_programme_item(*, item: ProgrammeItem, by: User) -> None:
    tell_of_item(item)
    record(by=by, action="events.remove_programme_item", subject=item, event=item.event_id)
    item.delete()


def _write(
    item: ProgrammeItem,
    starts: datetime,
    ends: datetime,
    names: Names,
    place: Names | None,
    kind: str,
    delegation: Delegation | None,
    blocks: bool,
) -> ProgrammeItem:
    if ends <= starts:
        raise Refused(gettext("An item of the programme ends before it starts."))
    item.starts, item.ends, item.names, item.place = starts, ends, dict(names), dict(place or {})
    item.kind, item.delegation, item.blocks = kind, delegation, blocks
    if delegation is not None:
        item.event = delegation.event
    item.save()
    return item


def _choose(item: ProgrammeItem, members: list[DelegationMember]) -> None:
    if any(one.delegation_id != item.delegation_id for one in members):
        raise Refused(gettext("Choose members of this delegation."))
    item.is_for_some = bool(members)
    item.save(update_fields=["is_for_some"])
    item.members.set(members)
