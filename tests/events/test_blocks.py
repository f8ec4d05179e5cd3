"""Meeting blocks: cut, cut anew, and what hangs on the slots."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiao.core.errors import Refused
from qiao.events import actions
from qiao.events.blocks import cut, overlap
from qiao.events.models import InterpreterAbsence, MeetingBlock, Slot, Unavailability
from qiao.meetings import actions as meetings
from tests.meetings.plans import agreed, finished_run, meeting
from tests.world import START

TEN = datetime(2027, 11, 3, 10, 0, tzinfo=UTC)


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("minutes", "pause", "expected"),
    [(20, 10, 4), (30, 0, 4), (25, 5, 4), (120, 0, 1), (121, 0, 0), (50, 30, 1), (50, 20, 2)],
)
def test_a_block_holds_as_many_slots_as_fit(minutes: int, pause: int, expected: int) -> None:
    assert len(cut(TEN, TEN + timedelta(hours=2), minutes, pause)) == expected


@given(st.integers(1, 600), st.integers(1, 120), st.integers(0, 60))
def test_slots_lie_within_the_block_one_after_the_other(length: int, minutes: int, pause: int) -> None:
    ends = TEN + timedelta(minutes=length)
    slots = cut(TEN, ends, minutes, pause)
    assert all(TEN <= a < b <= ends and b - a == timedelta(minutes=minutes) for a, b in slots)
    gaps = {later[0] - earlier[1] for earlier, later in pairwise(slots)}
    assert gaps <= {timedelta(minutes=pause)}
    last = slots[-1][1] if slots else TEN - timedelta(minutes=pause)
    assert last + timedelta(minutes=pause + minutes) > ends, "no further one fits"


def save(world, block: MeetingBlock | None = None, **more) -> MeetingBlock:
    values = {"starts": at(3), "ends": at(5), "minutes": 20, "pause": 10} | more
    return actions.save_block(event=world.event, block=block, by=world.organiser, **values)


def starts(world) -> list[tuple[int, float]]:
    return [(slot.position, (slot.start - START) / timedelta(hours=1)) for slot in world.event.slots.all()]


@pytest.mark.db
@pytest.mark.django_db
class TestBlocks:
    def test_slots_are_numbered_in_time_order_over_all_blocks(self, world) -> None:
        later = save(world)
        save(world, starts=at(2), ends=at(2.5))
        assert starts(world) == [
            (1, 0), (2, 0.5), (3, 1), (4, 1.5), (5, 2), (6, 3), (7, 3.5), (8, 4), (9, 4.5),
        ]  # fmt: skip
        actions.remove_block(block=later, by=world.organiser)
        assert starts(world)[-1] == (5, 2)
        assert world.event.blocks.count() == 1

    @pytest.mark.parametrize(
        ("values", "why"),
        [
            ({"starts": at(1), "ends": at(4)}, "overlap"),
            ({"minutes": 121}, "fits"),
            ({"starts": at(24), "ends": at(25)}, "days of the event"),
            ({"starts": at(2), "ends": at(14), "minutes": 1, "pause": 0}, "at most"),
        ],
    )
    def test_a_block_that_cannot_be_is_refused_and_nothing_changes(self, world, values, why) -> None:
        before = starts(world)
        with pytest.raises(Refused, match=why):
            save(world, **values)
        assert starts(world) == before
        assert not world.event.blocks.exists()

    def test_slots_whose_times_stay_keep_their_row(self, world) -> None:
        block = save(world)
        rows = {slot.start: slot.pk for slot in block.slots.all()}
        save(world, block, ends=at(5.5))
        again = {slot.start: slot.pk for slot in block.slots.all()}
        assert len(again) == 5
        assert rows.items() <= again.items()

    def test_what_people_said_about_a_time_is_carried_to_the_new_slots(self, world) -> None:
        block = save(world)  # 3:00, 3:30, 4:00, 4:30
        slots = list(block.slots.all())
        Unavailability.objects.create(participation=world.german, slot=slots[1])
        Unavailability.objects.create(participation=world.german, slot=slots[2], source="organiser")
        InterpreterAbsence.objects.create(interpreter=world.interpreter, slot=slots[3])
        change = actions.preview_block(
            world.event, block, starts=at(3), ends=at(5), minutes=30, pause=15
        )  # 3:00, 3:45, 4:30
        assert (change.kept, change.new, change.gone, change.availabilities, change.absences) == (0, 3, 4, 2, 1)
        assert [slot.pk for slot in block.slots.all()] == [slot.pk for slot in slots], "a preview writes nothing"
        save(world, block, minutes=30, pause=15)
        said = {(one.slot.start, one.source) for one in Unavailability.objects.filter(participation=world.german)}
        assert said == {(at(3.75), "organiser")}, "3:45 overlaps both; what the organiser blocks weighs more"
        assert InterpreterAbsence.objects.get().slot.start == at(4.5)

    def test_a_slot_with_a_talk_in_force_cannot_go(self, world) -> None:
        block = save(world)
        agreed(world.german, world.chinese_en, "otto-li")
        run = finished_run(world, [meeting("otto-li", 5, 1)])
        meetings.publish(run=run, by=world.organiser)
        before = starts(world)
        with pytest.raises(Refused, match="1 talk of the plan in force"):
            save(world, block, minutes=30)
        with pytest.raises(Refused, match="1 talk of the plan in force"):
            actions.remove_block(block=block, by=world.organiser)
        assert starts(world) == before
        save(world, block, ends=at(4))  # the slot of the talk stays
        version = world.event.plan_versions.get()
        meetings.withdraw_version(version=version, by=world.organiser)
        save(world, block, minutes=30)
        assert not Slot.objects.filter(block=block, end=at(3) + timedelta(minutes=20)).exists()

    def test_a_plan_for_other_times_can_no_longer_be_published(self, world) -> None:
        block = save(world)
        agreed(world.german, world.chinese_en, "otto-li")
        run = finished_run(world, [meeting("otto-li", 5, 1)])
        save(world, block, minutes=30)
        with pytest.raises(Refused, match="time slots have changed"):
            meetings.publish(run=run, by=world.organiser)


def test_touching_is_not_overlapping() -> None:
    assert overlap((at(0), at(1)), (at(0.5), at(2)))
    assert not overlap((at(0), at(1)), (at(1), at(2)))
