"""Reads about advice hours: which slots are free, what somebody has booked, an adviser's day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page
from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from qiao.core.models import User
from qiao.core.pages import Pages
from qiao.directory.evidence_queries import offices_of
from qiao.office.case_models import AdviceCase
from qiao.office.client_queries import client_cases
from qiao.office.hours_models import AdviceBooking, AdviceHours

PER_PAGE = 20
NEXT_FREE = 3


@dataclass(frozen=True)
class Slot:
    start: datetime
    end: datetime
    booking: AdviceBooking | None  # in force
    is_free: bool  # not booked, and still ahead


def hours_rows() -> QuerySet[AdviceHours]:
    """With their bookings in force, so that `slots_of` reads nothing more."""
    held = AdviceBooking.objects.filter(cancelled=None).select_related("organisation__side", "person__side", "case")
    return AdviceHours.objects.select_related("office", "adviser").prefetch_related(
        Prefetch("bookings", queryset=held, to_attr="held")
    )


def slots_of(hours: AdviceHours) -> list[Slot]:
    """Of one from `hours_rows`."""
    held: Iterable[AdviceBooking] = hours.held  # type: ignore[attr-defined]
    taken = {one.start: one for one in held}
    now = timezone.now()
    return [
        Slot(
            start,
            start + hours.length,
            taken.get(start),
            hours.cancelled is None and start > now and start not in taken,
        )
        for start in hours.beginnings()
    ]


def free_slots(hours: AdviceHours) -> list[Slot]:
    """As they are now."""
    return [one for one in slots_of(hours_rows().get(pk=hours.pk)) if one.is_free]


@dataclass(frozen=True)
class Row:
    hours: AdviceHours
    free: int
    booked: int
    is_own: bool  # the reader's own office gives them


@dataclass(frozen=True)
class HoursList:
    page: Page[AdviceHours]
    rows: list[Row]
    bookings: list[AdviceBooking]  # of the reader, ahead
    cases: list[AdviceCase]  # opened to the reader


def hours_list(user: User, page: str) -> HoursList:
    """What is ahead; what was cancelled only for the office that gave it."""
    own = set(offices_of(user).values_list("pk", flat=True))
    ahead = hours_rows().filter(ends__gt=timezone.now()).filter(Q(cancelled=None) | Q(office__in=own))
    shown = Pages(ahead, PER_PAGE).get_page(page)
    rows = []
    for one in shown:
        slots = slots_of(one)
        rows.append(
            Row(
                one,
                sum(slot.is_free for slot in slots),
                sum(bool(slot.booking) for slot in slots),
                one.office_id in own,
            )
        )
    return HoursList(shown, rows, [one for one in bookings_of(user) if one.is_ahead], list(client_cases(user)))


def bookings_of(user: User) -> QuerySet[AdviceBooking]:
    rows = AdviceBooking.objects.filter(person__user=user)
    return rows.select_related("hours__office", "hours__adviser", "organisation__side", "person")


@dataclass(frozen=True)
class HoursPage:
    hours: AdviceHours
    slots: list[Slot]
    free: list[Slot]
    own: AdviceBooking | None  # the reader's, in force
    is_own: bool  # for the office that gives them: who comes, and about what

    @property
    def booked(self) -> int:
        return sum(one.booking is not None for one in self.slots)


def hours_page(hours: AdviceHours, user: User) -> HoursPage:
    found = hours_rows().get(pk=hours.pk)
    slots = slots_of(found)
    mine = [one.booking for one in slots if one.booking and one.booking.person.user_id == user.pk]
    own = offices_of(user).filter(pk=found.office_id).exists()
    return HoursPage(found, slots, [one for one in slots if one.is_free], mine[0] if mine else None, own)
