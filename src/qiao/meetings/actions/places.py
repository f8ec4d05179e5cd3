"""Places in sessions of people who have talks: what the event rules, in both directions."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.events import actions as events
from qiao.events.models import Event, Participation
from qiao.events.session_models import EventSession, Reservation
from qiao.meetings.clashes import talks_during


@transaction.atomic
def take_place(*, session: EventSession, participation: Participation, by: User | None) -> Reservation:
    """Reserve a place in a session, or one on its waiting list.

    Where sessions and talks exclude each other, refused to who has a talk meanwhile. Publishers of plans wait: they find
    the place taken, and their plan is verified with it.
    """
    event = Event.objects.select_for_update().get(pk=session.event_id)
    if event.sessions_block and talks_during(session, [participation.pk]):
        raise Refused(gettext("You have a talk at this time. Whoever has a talk cannot take a place in the session."))
    made = events.reserve(session=session, participation=participation, by=by)
    if made.is_waiting:
        _fill(session, event)
        made.refresh_from_db()
    return made


@transaction.atomic
def leave_place(*, session: EventSession, participation: Participation, by: User) -> None:
    """Give the place back; who has waited longest and has no talk meanwhile moves up."""
    event = Event.objects.select_for_update().get(pk=session.event_id)
    events.give_back(session=session, participation=participation, by=by)
    _fill(session, event)


def _fill(session: EventSession, event: Event) -> int:
    busy = talks_during(session) if event.sessions_block else {}
    return events.move_up_in(session=session, passing_over=list(busy))


def fill_places() -> int:
    """Give free places in sessions ahead to those who wait for them; how many moved up."""
    ahead = {"session__cancelled": None, "session__starts__gt": timezone.now()}
    waiting = Reservation.objects.filter(seat=None, given_back=None, **ahead)
    sessions = EventSession.objects.filter(reservations__in=waiting).distinct().order_by("pk")
    return sum(_fill_one(one) for one in sessions)


@transaction.atomic
def _fill_one(session: EventSession) -> int:
    return _fill(session, Event.objects.select_for_update().get(pk=session.event_id))
