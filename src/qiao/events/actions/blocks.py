"""Meeting blocks: cut into slots, and cut anew without losing what hangs on the slots.

A slot whose times stay keeps its row. Of the others, what people and interpreters said about a time is carried to the new
slots that overlap it. A slot in which talks are in force cannot go: the database refuses (see meetings.models.Meeting).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext, ngettext

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.events.blocks import Times, cut, overlap
from qiao.events.models import Event, InterpreterAbsence, MeetingBlock, Slot, Unavailability

BEHIND_ALL = 20_000  # positions that are free while slots are numbered anew
MOST_SLOTS = 400  # of one event


@dataclass(frozen=True)
class BlockChange:
    """What a change does to the slots: how many stay as they are, come and go, and what is carried over."""

    kept: int
    new: int
    gone: int
    availabilities: int  # times that participants keep free, or the organiser blocks
    absences: int  # times in which interpreters are off duty

    @property
    def touches(self) -> bool:
        return bool(self.gone)


def preview_block(
    event: Event, block: MeetingBlock | None, *, starts: datetime, ends: datetime, minutes: int, pause: int
) -> BlockChange:
    """What `save_block` would do; changes nothing. Raises Refused as that would."""
    with transaction.atomic():
        _block, change = _save(event, block, (starts, ends), minutes, pause)
        transaction.set_rollback(True)
    return change


@transaction.atomic
def save_block(
    *,
    event: Event,
    block: MeetingBlock | None = None,
    starts: datetime,
    ends: datetime,
    minutes: int,
    pause: int,
    by: User | None,
) -> MeetingBlock:
    """Add a block to the event, or change it; its slots follow."""
    saved, change = _save(event, block, (starts, ends), minutes, pause)
    record(by=by, action="events.save_block", subject=saved, event=event.pk, new=change.new, gone=change.gone)
    return saved


@transaction.atomic
def remove_block(*, block: MeetingBlock, by: User | None) -> None:
    event = Event.objects.select_for_update().get(pk=block.event_id)
    record(by=by, action="events.remove_block", subject=block, event=event.pk)
    _recut(event, list(block.slots.all()), [], None)
    block.delete()


def _save(
    event: Event, block: MeetingBlock | None, times: Times, minutes: int, pause: int
) -> tuple[MeetingBlock, BlockChange]:
    event = Event.objects.select_for_update().get(pk=event.pk)
    block = MeetingBlock.objects.get(pk=block.pk) if block else MeetingBlock(event=event)
    wanted = cut(*times, minutes, pause)
    own = list(block.slots.all()) if block.pk else []
    _check(event, block, times, wanted, len(own))
    block.starts, block.ends = times
    block.minutes, block.pause = minutes, pause
    block.save()
    return block, _recut(event, own, wanted, block)


def _check(event: Event, block: MeetingBlock, times: Times, wanted: Sequence[Times], own: int) -> None:
    first, last = (time.astimezone(event.zone).date() for time in times)
    if not event.starts <= first <= last <= event.ends:
        raise Refused(gettext("The block lies outside the days of the event. Change the days first, or the block."))
    if not wanted:
        raise Refused(gettext("No time slot of this length fits into the block. Make it longer, or the slots shorter."))
    others = event.slots.exclude(block=block) if block.pk else event.slots.all()
    if any(overlap((slot.start, slot.end), times) for slot in others):
        raise Refused(gettext("There are other time slots within this block. Blocks must not overlap."))
    if event.slots.count() - own + len(wanted) > MOST_SLOTS:
        raise Refused(gettext("An event can have at most %(most)s time slots.") % {"most": MOST_SLOTS})


def _recut(event: Event, own: Sequence[Slot], wanted: Sequence[Times], block: MeetingBlock | None) -> BlockChange:
    """Make the block's slots exactly `wanted`, and number all slots of the event anew."""
    present = {(slot.start, slot.end): slot for slot in own}
    gone = [slot for times, slot in present.items() if times not in set(wanted)]
    new = [
        Slot(event=event, block=block, position=BEHIND_ALL + number, start=times[0], end=times[1])
        for number, times in enumerate(wanted)
        if times not in present
    ]
    blocked = list(Unavailability.objects.filter(slot__in=gone))
    absent = list(InterpreterAbsence.objects.filter(slot__in=gone))
    _delete(gone)
    fresh = Slot.objects.bulk_create(new)
    _carry(blocked, absent, gone, fresh)
    _number(event)
    return BlockChange(len(wanted) - len(new), len(new), len(gone), len(blocked), len(absent))


def _delete(gone: Iterable[Slot]) -> None:
    try:
        Slot.objects.filter(pk__in=[slot.pk for slot in gone]).delete()
    except models.ProtectedError as error:
        held = len({one for one in error.protected_objects if hasattr(one, "request_id")}) or len(
            error.protected_objects
        )
        raise Refused(
            ngettext(
                "%(count)s talk of the plan in force lies in a time slot that would go. Withdraw the plan first.",
                "%(count)s talks of the plan in force lie in time slots that would go. Withdraw the plan first.",
                held,
            )
            % {"count": held}
        ) from None


def _carry(
    blocked: Iterable[Unavailability], absent: Iterable[InterpreterAbsence], gone: Iterable[Slot], fresh: Sequence[Slot]
) -> None:
    """Who was not free in a slot that went is not free in those that overlap it."""
    heirs = {old.pk: [new.pk for new in fresh if overlap((old.start, old.end), (new.start, new.end))] for old in gone}
    Unavailability.objects.bulk_create(
        (
            Unavailability(participation_id=one.participation_id, slot_id=heir, source=one.source)
            for one in sorted(blocked, key=lambda one: one.source == Unavailability.Source.OWN)  # the organiser's first
            for heir in heirs[one.slot_id]
        ),
        ignore_conflicts=True,  # two old slots may overlap one new slot
    )
    InterpreterAbsence.objects.bulk_create(
        (
            InterpreterAbsence(interpreter_id=one.interpreter_id, slot_id=heir)
            for one in absent
            for heir in heirs[one.slot_id]
        ),
        ignore_conflicts=True,
    )


def _number(event: Event) -> None:
    """Positions 1 … n in time order, in two steps so that no two slots share one meanwhile."""
    slots = sorted(event.slots.all(), key=lambda slot: slot.start)
    if [slot.position for slot in slots] == list(range(1, len(slots) + 1)):
        return
    event.slots.filter(position__lt=BEHIND_ALL).update(position=F("position") + 2000)
    for number, slot in enumerate(slots, 1):
        slot.position = number
    Slot.objects.bulk_update(slots, ["position"])
