"""Places in sessions: taken, given back, moved up to. The database keeps each seat for one person."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.core.queue import enqueue_once
from qiao.events.actions.sessions import FILL, tell_of_place
from qiao.events.models import Participation
from qiao.events.session_models import EventSession, Reservation


@transaction.atomic
def reserve(*, session: EventSession, participation: Participation, by: User | None) -> Reservation:
    """A place, or one on the waiting list where all are taken or others wait; what somebody has already stays as it is."""
    row = _locked(session)
    if not is_open(row):
        raise Refused(gettext("No places can be reserved in this session."))
    found = row.reservations.filter(participation=participation).first()
    if found is not None and found.given_back is None:
        return found
    first = row.reservations.filter(seat=None, given_back=None).exists()
    made = found or Reservation(session=row, participation=participation)
    made.seat = None if first else free_seat(row)
    made.since, made.given_back = timezone.now(), None
    made.sequence += 1 if found else 0
    made.save()
    record(by=by, action="events.reserve", subject=row, participation=participation.pk, waits=made.seat is None)
    return made


def is_open(session: EventSession) -> bool:
    return (
        session.takes_reservations
        and session.cancelled is None
        and session.audience != EventSession.Audience.DRAFT
        and session.starts is not None
        and session.starts > timezone.now()
    )


def _locked(session: EventSession) -> EventSession:
    """Those who want its last place take turns; whatever they do, the seats' numbers are unique."""
    return EventSession.objects.select_for_update(of=("self",)).select_related("room").get(pk=session.pk)


def free_seat(session: EventSession) -> int | None:
    """The lowest number that nobody has, None where all places are taken."""
    taken = set(session.reservations.exclude(seat=None).values_list("seat", flat=True))
    if session.capacity is not None and len(taken) >= session.capacity:
        return None
    return next(number for number in range(1, len(taken) + 2) if number not in taken)


@transaction.atomic
def give_back(*, session: EventSession, participation: Participation, by: User | None) -> None:
    """Leave the session or its waiting list; who waits moves up."""
    row = _locked(session)
    found = row.reservations.filter(participation=participation, given_back=None).first()
    if found is None:
        return
    _free([found])
    record(by=by, action="events.give_back", subject=row, participation=participation.pk)


def give_back_all(participation: Participation) -> None:
    """Of somebody who no longer takes part."""
    _free(list(participation.reservations.filter(given_back=None)))


def _free(rows: list[Reservation]) -> None:
    now = timezone.now()
    for one in rows:
        one.seat, one.given_back, one.sequence = None, now, one.sequence + 1
        one.save(update_fields=["seat", "given_back", "sequence"])
    if rows:
        enqueue_once(FILL)


@transaction.atomic
def move_up_in(*, session: EventSession, passing_over: Collection[int] = ()) -> int:
    """Give free places to those who wait, who has waited longest first; how many. They are told by mail.

    `passing_over`: ids of participations that cannot come at the moment; they go on waiting.
    """
    row = _locked(session)
    if not is_open(row):
        return 0
    waiting = row.reservations.filter(seat=None, given_back=None).exclude(participation__in=passing_over)
    related = ("participation__person__user", "participation__person__side", "participation__event", "session")
    count = 0
    for one in waiting.select_related(*related).order_by("since", "pk"):
        one.seat = free_seat(row)
        if one.seat is None:
            break
        one.sequence += 1
        one.save(update_fields=["seat", "sequence"])
        record(by=None, action="events.move_up_in", subject=row, participation=one.participation_id)
        tell_of_place(reservation=one)
        count += 1
    return count
