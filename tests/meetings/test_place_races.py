"""Several want the last place at the same moment, or a place and a plan: one result, on both databases."""

from functools import partial

import pytest

from qiao.core.errors import Refused
from qiao.events.models import Participation
from qiao.events.session_models import EventSession, Reservation
from qiao.meetings import actions
from qiao.meetings.models import PlanRun, Seat
from tests.events.sessions import session
from tests.matchmaking.racing import at_once, look, shared_database
from tests.meetings.plans import agreed, finished_run, meeting

pytestmark = [pytest.mark.db, pytest.mark.django_db(transaction=True)]
PEOPLE = ("german", "chinese", "german_en", "chinese_en")


def take(session: int, participation: int):
    return actions.take_place(
        session=EventSession.objects.select_related("room", "event").get(pk=session),
        participation=Participation.objects.get(pk=participation), by=None,
    )  # fmt: skip


def test_the_last_place_goes_to_one_and_all_others_wait(world, tmp_path) -> None:
    made = session(world, places=1)
    with shared_database(tmp_path):
        found = at_once(*[partial(take, made.pk, getattr(world, who).pk) for who in PEOPLE])
        assert all(isinstance(one, Reservation) for one in found), found
        seats = look(lambda: list(Reservation.objects.order_by("seat").values_list("seat", flat=True)))
        assert sorted(seats, key=str) == [1, None, None, None]


def test_a_place_and_a_talk_at_the_same_time_are_not_both_given(world, tmp_path) -> None:
    agreed(world.german, world.chinese, "otto-wang")
    made, run = session(world), finished_run(world, [meeting("otto-wang", 1, 1, world.interpreter)])
    with shared_database(tmp_path):
        publish = lambda: actions.publish(run=PlanRun.objects.get(pk=run.pk), by=None)  # noqa: E731
        found = at_once(publish, partial(take, made.pk, world.german.pk))
        assert sum(isinstance(one, Refused) for one in found) == 1, found
        seats = look(lambda: Seat.objects.count() // 2 + Reservation.objects.exclude(seat=None).count())
        assert seats == 1
