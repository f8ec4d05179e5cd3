"""Talks that took place are evidence for the organisations that had them."""

from datetime import date

from django.db.models import Max
from django.utils import timezone

from qiao.directory import actions as directory
from qiao.events.models import Event
from qiao.meetings.models import Seat


def note_talks() -> int:
    """Of all editions of whose plan in force a talk is over; how many organisations were noted. The second time none is."""
    now = timezone.now()
    past = Seat.objects.filter(slot__end__lt=now).values("slot__event")
    return sum(
        directory.note_talks(slug=event.slug, names=event.names, office=event.office, days=_last_talks(event))
        for event in Event.objects.filter(pk__in=past).select_related("office")
    )


def _last_talks(event: Event) -> list[tuple[int, date]]:
    seats = Seat.objects.filter(slot__event=event, slot__end__lt=timezone.now()).order_by()
    rows = seats.values_list("participation__organisation").annotate(last=Max("slot__start"))
    return [(pk, timezone.localdate(last, event.zone)) for pk, last in rows]
