"""Opening an edition, taking over the one before, facts, phases, organisers."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from qiao.core.errors import Refused
from qiao.core.models import AuditEntry, Role
from qiao.directory.models import Theme
from qiao.events import actions
from qiao.events.actions.editions import free_slug
from qiao.events.models import Event
from qiao.events.queries import phases_of
from tests.world import START, user

pytestmark = [pytest.mark.db, pytest.mark.django_db]
BERLIN = ZoneInfo("Europe/Berlin")


def edition(world, **more) -> Event:
    facts = {
        "names": {"de": "Konferenz 2028", "en": "Conference 2028"}, "office": world.office, "city": "Dresden",
        "country": "DE", "time_zone": "Europe/Berlin", "starts": date(2028, 10, 28), "ends": date(2028, 10, 29),
    }  # fmt: skip
    return actions.open_edition(**facts | {"by": world.adviser} | more)


def organisers(event: Event) -> set[int]:
    return set(Role.objects.filter(kind="organiser", scope="event", scope_id=event.pk).values_list("user", flat=True))


def test_who_opens_an_event_organises_it(world) -> None:
    made = edition(world)
    assert made.slug == "conference-2028"
    assert made.series.slug == "conference-2028", "without a series the event begins one"
    assert organisers(made) == {world.adviser.pk}
    assert edition(world).slug == "conference-2028-2"
    assert free_slug(Event, {"zh": "2028年大会"}) == "2028-nian-da-hui"
    assert free_slug(Event, {"en": "New"}) == "new-2", "an address of its own"


def test_an_edition_takes_over_the_one_before_at_the_same_times_of_day(world) -> None:
    """Even though the clocks change in Dresden on the second day, and the event before was in Jinan."""
    actions.save_block(
        event=world.event, starts=START + timedelta(hours=5), ends=START + timedelta(hours=7), minutes=20, pause=10, by=None
    )  # fmt: skip
    world.event.tables.filter(number=2).update(features=["quiet"])
    world.event.themes.set(world.themes)
    actions.add_programme_item(
        event=world.event, starts=START, ends=START + timedelta(hours=1), names={"de": "Empfang"}, by=None
    )
    made = edition(world, series=world.event.series, like=world.event)
    block = made.blocks.get()
    assert block.starts == datetime(2028, 10, 28, 14, 0, tzinfo=BERLIN)  # 14:00 in Jinan then
    assert [slot.start.astimezone(BERLIN).strftime("%H:%M") for slot in made.slots.all()] == [
        "14:00",
        "14:30",
        "15:00",
        "15:30",
    ]
    assert made.programme.get().starts == datetime(2028, 10, 28, 9, 0, tzinfo=BERLIN)
    assert list(made.tables.values_list("number", "features")) == [(1, []), (2, ["quiet"])]
    assert list(made.themes.all()) == world.themes
    assert organisers(made) == {world.adviser.pk, world.organiser.pk}
    assert not made.participations.exists()


def test_themes_that_are_named_are_not_replaced(world) -> None:
    named = Theme.objects.create(code="ports", names={"de": "Hafenwirtschaft"})
    world.event.themes.set(world.themes)
    assert list(edition(world, like=world.event, themes=[named]).themes.all()) == [named]


def test_days_that_a_shorter_edition_does_not_have_are_left_out(world) -> None:
    Event.objects.filter(pk=world.event.pk).update(ends=world.event.ends + timedelta(days=1))
    world.event.refresh_from_db()
    later = START + timedelta(days=1)
    actions.save_block(event=world.event, starts=later, ends=later + timedelta(hours=1), minutes=20, pause=0, by=None)
    assert not edition(world, like=world.event, ends=date(2028, 10, 28)).blocks.exists()


def test_facts_may_change_as_long_as_the_slots_stay_within(world) -> None:
    keep = {"event": world.event, "themes": world.themes, "by": world.organiser}
    changed = actions.edit_event(**keep, names={"de": "Umbenannt"}, ends=world.event.ends + timedelta(days=2))
    assert str(changed) == "Umbenannt"
    assert AuditEntry.objects.latest("pk").details == {"fields": ["names", "ends"]}
    assert list(changed.themes.all()) == world.themes
    with pytest.raises(Refused, match="time slots outside"):
        actions.edit_event(**keep, starts=world.event.starts + timedelta(days=1))
    with pytest.raises(Refused, match="time zone"):
        actions.edit_event(**keep, time_zone="Europe/Berlin")
    with pytest.raises(Refused, match="ends before"):
        actions.edit_event(**keep, ends=world.event.starts - timedelta(days=1))
    world.event.refresh_from_db()
    assert (world.event.time_zone, world.event.starts) == ("Asia/Shanghai", START.date())


def test_phases_are_announced_in_order(world) -> None:
    days = {
        "registration": date(2027, 5, 1),
        "wishes": date(2027, 9, 1),
        "planning": None,
        "published": date(2027, 10, 20),
    }
    actions.announce_phases(event=world.event, opens=days, by=world.organiser)
    world.event.refresh_from_db()
    shown = {row.code: (row.opens, row.state) for row in phases_of(world.event)}
    assert shown["registration"] == (date(2027, 5, 1), "past")
    assert shown["wishes"] == (date(2027, 9, 1), "present")
    assert shown["planning"] == (None, "coming")
    with pytest.raises(Refused, match="before the one"):
        actions.announce_phases(event=world.event, opens=days | {"wishes": date(2027, 4, 1)}, by=world.organiser)


def test_one_organiser_always_stays(world) -> None:
    keep = {"event": world.event, "by": world.organiser}
    with pytest.raises(Refused, match="needs an organiser"):
        actions.dismiss_organiser(**keep, user=world.organiser)
    with pytest.raises(Refused, match="address"):
        actions.appoint_by_email(**keep, email="nobody@example.org")
    with pytest.raises(Refused, match="address"):
        actions.appoint_by_email(**keep, email="")
    second = user("Zweite Zoe")
    actions.appoint_by_email(**keep, email=second.email.upper())
    actions.dismiss_organiser(**keep, user=world.organiser)
    assert organisers(world.event) == {second.pk}
