"""Making an event."""

from datetime import timedelta

import pytest

from qiao.core.access import is_leader, is_organiser
from qiao.core.errors import Refused
from qiao.events import actions
from qiao.events.models import Event
from tests.world import START

pytestmark = [pytest.mark.db, pytest.mark.django_db]


def slot(minutes: int) -> tuple:
    return START + timedelta(minutes=minutes), START + timedelta(minutes=minutes + 20)


def make(world, **fields) -> Event:
    settings = {
        "series": world.event.series, "slug": "neu", "names": {"de": "Neu"}, "city": "Dresden", "country": "DE",
        "time_zone": "Europe/Berlin", "starts": START.date(), "ends": START.date(), "slots": [slot(30), slot(0)],
        "tables": 3, "by": world.organiser,
    }  # fmt: skip
    return actions.create_event(**(settings | fields))


def test_an_event_has_its_slots_in_order_and_its_tables(world) -> None:
    event = make(world, themes=world.themes, fair_minimum=2)
    assert [(one.position, one.start) for one in event.slots.all()] == [(1, slot(0)[0]), (2, slot(30)[0])]
    assert [table.number for table in event.tables.all()] == [1, 2, 3]
    assert (event.office, event.fair_minimum, list(event.themes.all())) == (world.office, 2, world.themes)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"slots": [slot(0), slot(10)]}, "overlap"),
        ({"slots": [slot(0)[::-1]]}, "slot ends before"),
        ({"ends": START.date() - timedelta(days=1)}, "event ends before"),
    ],
)
def test_impossible_events_are_refused(world, fields, words) -> None:
    with pytest.raises(Refused, match=words):
        make(world, **fields)
    assert not Event.objects.filter(slug="neu").exists()


def test_interpreters_bring_their_hours(world) -> None:
    person = world.german_en.person
    made = actions.add_interpreter(
        event=world.event, person=person, languages=["en", "zh"], max_consecutive=2, absent=world.slots[:1], by=None
    )
    assert [absence.slot for absence in made.absences.all()] == world.slots[:1]


def test_a_delegation_keeps_protocol_order_and_its_leader_leads_only_it(world) -> None:
    members = [world.german_en, world.german]
    made = actions.create_delegation(
        event=world.event, slug="dd", names={}, office=world.office, members=members, leader=world.owner, by=None
    )
    assert [row.person for row in made.members.all()] == [one.person for one in members]
    other = actions.create_delegation(event=world.event, slug="ms", names={}, office=world.office, members=[], by=None)
    assert is_leader(world.owner, made.pk)
    assert not is_leader(world.owner, other.pk)


def test_an_organiser_is_appointed_for_one_event(world) -> None:
    event = make(world)
    for _ in range(2):
        actions.appoint_organiser(event=event, user=world.stranger, by=None)
    assert is_organiser(world.stranger, event.pk)
    assert not is_organiser(world.stranger, world.event.pk)


def test_a_programme_item_takes_time(world) -> None:
    with pytest.raises(Refused):
        actions.add_programme_item(event=world.event, starts=START, ends=START, names={}, by=None)


def test_only_known_phases(world) -> None:
    actions.move_phase(event=world.event, phase="live", by=world.organiser)
    assert Event.objects.get().phase == "live"
    with pytest.raises(Refused):
        actions.move_phase(event=world.event, phase="never", by=world.organiser)
