"""The demo's sessions: in three languages, without clashes, speakers who agreed, and a workshop that people wait for."""

from datetime import timedelta

import pytest

from qiao.core.languages import localized
from qiao.demo import programme
from qiao.directory.models import Person
from qiao.events.session_models import EventSession
from qiao.meetings.clashes import clashes_of
from tests.world import World

pytestmark = pytest.mark.django_db


def test_sessions_of_the_demo(world: World, monkeypatch) -> None:
    world.event.ends = world.event.starts + timedelta(days=1)
    world.event.save()
    for who, address in ((world.german, "german@example.org"), (world.chinese, "chinese@example.org")):
        Person.objects.filter(pk=who.person_id).update(email=address)
    monkeypatch.setattr(programme, "WAITING", 1)
    programme.open_programme(world.event, world.organiser)
    rows = list(EventSession.objects.select_related("room").prefetch_related("speakers__person"))
    assert len(rows) == 6
    assert all(localized(one.names, code) for one in rows for code in ("de", "zh", "en"))
    assert not clashes_of(world.event, rows)
    named = {str(who) for one in rows for who in one.named_speakers if who.person}
    assert named == {"Otto Owner", "王立"}
    workshop = next(one for one in rows if one.takes_reservations)
    assert workshop.reservations.exclude(seat=None).count() == 4
