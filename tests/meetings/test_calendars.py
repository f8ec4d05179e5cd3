"""What other programs read in our calendar files: three libraries that share no code must say the same, also after a change."""

from datetime import UTC, datetime
from typing import NamedTuple

import ics
import pytest
import vobject
from icalendar import Calendar

from qiao.meetings import actions
from qiao.meetings.ics import agenda_calendar, rota_calendar
from qiao.meetings.queries import agenda_for, rota_for
from tests.events.sessions import room, session
from tests.meetings.plans import finished_run, first_plan, meeting, wishes
from tests.world import show_abroad

pytestmark = [pytest.mark.db, pytest.mark.django_db]
NOW = datetime(2027, 11, 1, 8, 0, tzinfo=UTC)


class Seen(NamedTuple):
    begins: datetime
    ends: datetime
    summary: str
    place: str
    status: str
    sequence: int


def by_icalendar(data: bytes) -> dict[str, Seen]:
    events = Calendar.from_ical(data).walk("VEVENT")
    return {
        str(one["uid"]): Seen(
            one.start,
            one.end,
            str(one["summary"]),
            str(one.get("location", "")),
            str(one["status"]),
            int(one["sequence"]),
        )
        for one in events
    }


def by_ics(data: bytes) -> dict[str, Seen]:
    def extra(one: ics.Event, name: str) -> str:
        return next(line.value for line in one.extra if line.name == name)

    return {
        one.uid: Seen(
            one.begin.datetime, one.end.datetime, one.name, one.location or "", one.status, int(extra(one, "SEQUENCE"))
        )
        for one in ics.Calendar(data.decode()).events
    }


def by_vobject(data: bytes) -> dict[str, Seen]:
    events = vobject.readOne(data.decode()).vevent_list
    return {
        one.uid.value: Seen(
            one.dtstart.value, one.dtend.value, one.summary.value,
            one.location.value if hasattr(one, "location") else "", one.status.value, int(one.sequence.value),
        )
        for one in events
    }  # fmt: skip


def read(data: bytes) -> dict[str, Seen]:
    """By identifier, as all three read it."""
    found = by_icalendar(data)
    assert by_ics(data) == found
    assert by_vobject(data) == found
    return found


def test_three_libraries_read_the_same_and_a_new_file_replaces_the_old_one(world) -> None:
    show_abroad(world.german.person, world.chinese.person, world.interpreter.person)
    wishes(world)
    actions.publish(run=finished_run(world, first_plan(world)), by=world.organiser)
    taken = session(world, "Laser; Bleche, 焊接\nund mehr", at=120, room=room(world))
    actions.take_place(session=taken, participation=world.german, by=world.owner)
    before = read(agenda_calendar(agenda_for(world.german), NOW))
    assert [one.status for one in before.values()] == ["CONFIRMED"] * 3
    actions.publish(
        run=finished_run(world, [meeting("otto-wang", 4, 2, world.interpreter), meeting("eva-li", 3, 2)]),
        by=world.organiser,
    )
    after = read(agenda_calendar(agenda_for(world.german), NOW))
    assert after.keys() == before.keys(), "no programme would show a talk twice"
    changed = {uid for uid in before if after[uid] != before[uid]}
    assert len(changed) == 2
    assert all(after[uid].sequence > before[uid].sequence for uid in changed)
    assert sorted(after[uid].status for uid in changed) == ["CANCELLED", "CONFIRMED"]
    moved = next(after[uid] for uid in changed if after[uid].status == "CONFIRMED")
    assert moved.begins == world.slots[3].start
    assert [one.begins for one in read(rota_calendar(rota_for(world.interpreter), NOW)).values()] == [
        world.slots[3].start
    ]
