"""A plan comes into force as a whole or not at all; its people are told once; calendars hear of every change."""

from datetime import timedelta
from types import SimpleNamespace
from unittest import mock

import pytest
from django.db import IntegrityError, transaction

from qiao.core.errors import Refused
from qiao.core.models import AuditEntry
from qiao.events.models import Event, Participation, Slot, Table, Unavailability
from qiao.matchmaking.models import Request
from qiao.matchmaking.queries import planned_count, requests_page
from qiao.meetings import actions, bridge
from qiao.meetings.actions import publishing
from qiao.meetings.models import AgendaNotice, CancelledMeeting, Meeting, PlanRun, PlanVersion, Seat
from qiao.meetings.plan_queries import version_in_force
from qiao.meetings.queries import agenda_for
from tests.meetings.plans import agreed, finished_run, first_plan, meeting, rows_in_force, wishes
from tests.world import participation

pytestmark = pytest.mark.db


@pytest.fixture
def published(world):
    """The world with version 1 in force and everybody told."""
    wishes(world)
    actions.publish(run=finished_run(world, first_plan(world)), by=world.organiser)
    AgendaNotice.objects.all().delete()
    return world


def second_plan(world):
    """otto-wang and otto-li swap places, eva-li stays."""
    return [meeting("otto-li", 1, 1), meeting("otto-wang", 2, 1, world.interpreter), meeting("eva-li", 3, 2)]


def told(version) -> set[int]:
    return set(version.notices.exclude(participation=None).values_list("participation", flat=True))


def test_publishing_writes_talks_seats_notices_and_one_audit_entry(world) -> None:
    wishes(world)
    version = actions.publish(run=finished_run(world, first_plan(world)), by=world.organiser)
    assert version.number == 1
    assert rows_in_force(world.event) == {
        ("otto-wang", 1, 1, world.interpreter.pk, 0),
        ("otto-li", 2, 1, None, 0),
        ("eva-li", 3, 2, None, 0),
    }
    assert Seat.objects.count() == 6
    assert told(version) == {world.german.pk, world.chinese.pk, world.german_en.pk, world.chinese_en.pk}
    assert list(version.notices.exclude(interpreter=None).values_list("interpreter", flat=True)) == [
        world.interpreter.pk
    ]
    (entry,) = AuditEntry.objects.filter(action="meetings.publish")
    assert entry.actor == world.organiser
    assert entry.details == {"new": 3, "moved": 0, "dropped": 0, "told": 5}
    world.event.refresh_from_db()
    assert world.event.phase == Event.Phase.PUBLISHED


def test_talks_that_stay_keep_their_row_and_their_people_hear_nothing(published) -> None:
    kept = Meeting.objects.get(request__key="eva-li").pk
    version = actions.publish(run=finished_run(published, second_plan(published)), by=published.organiser)
    assert rows_in_force(published.event) == {
        ("otto-li", 1, 1, None, 1),
        ("otto-wang", 2, 1, published.interpreter.pk, 1),
        ("eva-li", 3, 2, None, 0),
    }
    assert Meeting.objects.get(request__key="eva-li").pk == kept
    assert set(Meeting.objects.values_list("version__number", flat=True)) == {2}
    assert told(version) == {published.german.pk, published.chinese.pk, published.chinese_en.pk}


def test_a_change_of_interpreter_alone_is_told_to_the_old_and_the_new_one(published) -> None:
    from qiao.events.models import Interpreter
    from tests.world import person

    hans = Interpreter.objects.create(
        event=published.event, person=person(published.german.organisation, "Hans Hilfe"), languages=["de", "zh"]
    )
    plan = [meeting("otto-wang", 1, 1, hans), *first_plan(published)[1:]]
    version = actions.publish(run=finished_run(published, plan), by=published.organiser)
    interpreters = set(version.notices.exclude(interpreter=None).values_list("interpreter", flat=True))
    assert interpreters == {hans.pk, published.interpreter.pk}
    assert Meeting.objects.get(request__key="otto-wang").sequence == 1


def test_a_dropped_talk_is_remembered_and_goes_on_counting_when_it_returns(published) -> None:
    actions.publish(run=finished_run(published, first_plan(published)[1:]), by=published.organiser)
    gone = CancelledMeeting.objects.get()
    assert (gone.request.key, gone.sequence) == ("otto-wang", 1)
    actions.publish(run=finished_run(published, first_plan(published)), by=published.organiser)
    assert not CancelledMeeting.objects.exists()
    assert ("otto-wang", 1, 1, published.interpreter.pk, 2) in rows_in_force(published.event)


STEPS = [
    (PlanVersion.objects, "create"),
    (Meeting.objects, "bulk_create"),
    (Seat.objects, "bulk_create"),
    (CancelledMeeting.objects, "bulk_create"),
    (AgendaNotice.objects, "bulk_create"),
    (publishing, "record"),
    (publishing, "enqueue"),
]


@pytest.mark.parametrize(("where", "step"), STEPS, ids=lambda one: getattr(one, "__name__", str(one)))
@pytest.mark.parametrize("when", ["before", "after"])
def test_cut_off_at_any_step_the_old_plan_stays_whole(published, where, step, when) -> None:
    run = finished_run(published, [meeting("otto-li", 1, 1), meeting("otto-wang", 2, 1, published.interpreter)])
    before = rows_in_force(published.event)
    real = getattr(where, step)

    def cut(*args, **kwargs):
        if when == "after":
            real(*args, **kwargs)
        raise KeyboardInterrupt

    with mock.patch.object(where, step, cut), pytest.raises(KeyboardInterrupt):
        actions.publish(run=run, by=published.organiser)
    assert rows_in_force(published.event) == before
    assert version_in_force(published.event).number == 1
    assert Seat.objects.count() == 6
    assert not AgendaNotice.objects.exists()
    assert not CancelledMeeting.objects.exists()


def test_nothing_is_published_twice_or_over_what_the_publisher_did_not_see(published) -> None:
    first, second = finished_run(published, second_plan(published)), finished_run(published, first_plan(published)[1:])
    actions.publish(run=first, by=published.organiser, over=1)
    with pytest.raises(Refused):
        actions.publish(run=first, by=published.organiser)
    with pytest.raises(Refused, match=r"."):
        actions.publish(run=second, by=published.organiser, over=1)
    assert version_in_force(published.event).number == 2


@pytest.mark.parametrize("state", [one for one in PlanRun.State if one != PlanRun.State.DONE])
def test_only_a_finished_run_can_be_published(world, state) -> None:
    wishes(world)
    with pytest.raises(Refused):
        actions.publish(run=finished_run(world, first_plan(world), state=state), by=world.organiser)
    assert not PlanVersion.objects.exists()


def clash(world):
    return [meeting("otto-wang", 1, 1, world.interpreter), meeting("otto-li", 1, 2)]


def without_interpreter(world):
    return [meeting("otto-wang", 1, 1)]


def one_table_twice(world):
    return [meeting("otto-wang", 1, 1, world.interpreter), meeting("eva-li", 1, 1)]


@pytest.mark.parametrize("bad", [clash, without_interpreter, one_table_twice])
def test_no_plan_with_a_violation_is_published(world, bad) -> None:
    wishes(world)
    with pytest.raises(Refused):
        actions.publish(run=finished_run(world, bad(world)), by=world.organiser)
    assert not Meeting.objects.exists()
    assert not PlanVersion.objects.exists()


def test_a_plan_that_was_tampered_with_is_refused(world) -> None:
    wishes(world)
    run = finished_run(world, first_plan(world))
    run.plan["certificate"]["weight"] += 1
    run.save()
    with pytest.raises(Refused):
        actions.publish(run=run, by=world.organiser)


def test_a_plan_is_refused_when_the_event_has_moved_on(world) -> None:
    wishes(world)
    run = finished_run(world, first_plan(world))
    Unavailability.objects.create(participation=world.chinese, slot=world.slots[0])
    with pytest.raises(Refused):
        actions.publish(run=run, by=world.organiser)
    Unavailability.objects.all().delete()
    Request.objects.filter(key="otto-li").update(state=Request.State.WITHDRAWN)
    with pytest.raises(Refused):
        actions.publish(run=run, by=world.organiser)
    assert not Meeting.objects.exists()


def test_a_plan_for_other_times_is_refused(world) -> None:
    wishes(world)
    run = finished_run(world, first_plan(world))
    world.slots[3].end += timedelta(minutes=5)
    world.slots[3].save()
    with pytest.raises(Refused):
        actions.publish(run=run, by=world.organiser)


def test_on_the_day_a_new_plan_and_its_withdrawal_leave_the_event_under_way(published) -> None:
    Event.objects.update(phase=Event.Phase.LIVE)
    actions.publish(run=finished_run(published, second_plan(published)), by=published.organiser)
    for _ in range(2):
        actions.withdraw_version(version=version_in_force(published.event), by=published.organiser)
        assert Event.objects.get().phase == Event.Phase.LIVE


def test_another_events_plan_stays_as_it_is(published) -> None:
    before = rows_in_force(published.event)
    other = Event.objects.get()
    other.pk, other.slug = None, "other"
    other.save()
    start = published.slots[0].start
    Slot.objects.create(event=other, position=1, start=start, end=start + timedelta(minutes=25))
    Table.objects.create(event=other, number=1)
    agreed(*(participation(other, one.person) for one in (published.german, published.chinese_en)), "there")
    there = SimpleNamespace(event=other, organiser=published.organiser)
    version = actions.publish(run=finished_run(there, [meeting("there", 1, 1)]), by=published.organiser)
    assert version.number == 1
    assert rows_in_force(published.event) == before
    assert rows_in_force(other) == {("there", 1, 1, None, 0)}


def test_a_new_request_does_not_stop_a_plan_that_was_made_without_it(world) -> None:
    wishes(world)
    run = finished_run(world, first_plan(world))
    agreed(world.german_en, world.chinese, "late")
    assert actions.publish(run=run, by=world.organiser).number == 1


def double_table(talk, other):
    return Meeting(version=talk.version, request=other, slot=talk.slot, table=talk.table)


def double_interpreter(talk, other):
    return Meeting(version=talk.version, request=other, slot=talk.slot, interpreter=talk.interpreter)


@pytest.mark.parametrize("double", [double_table, double_interpreter])
def test_the_database_itself_refuses_a_double_booking(published, double) -> None:
    other = agreed(published.german_en, published.chinese, "other")
    with pytest.raises(IntegrityError), transaction.atomic():
        double(Meeting.objects.get(request__key="otto-wang"), other).save()


def test_the_database_itself_refuses_a_person_in_two_places(published) -> None:
    talk = Meeting.objects.get(request__key="eva-li")
    with pytest.raises(IntegrityError), transaction.atomic():
        Seat.objects.create(meeting=talk, participation=published.german, slot=published.slots[0])


def test_a_talk_stands_once_in_force(published) -> None:
    talk = Meeting.objects.get(request__key="eva-li")
    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.create(version=talk.version, request=talk.request, slot=published.slots[3])


def test_withdrawing_the_first_version_cancels_its_talks(published) -> None:
    version = version_in_force(published.event)
    assert actions.withdraw_version(version=version, by=published.organiser) is None
    assert rows_in_force(published.event) == set()
    assert set(CancelledMeeting.objects.values_list("request__key", "sequence")) == {
        ("otto-wang", 1),
        ("otto-li", 1),
        ("eva-li", 1),
    }
    assert version.notices.count() == 5
    published.event.refresh_from_db()
    assert published.event.phase == Event.Phase.PLANNING


def test_withdrawing_a_later_version_brings_the_earlier_one_back(published) -> None:
    second = actions.publish(run=finished_run(published, second_plan(published)), by=published.organiser)
    earlier = actions.withdraw_version(version=second, by=published.organiser)
    assert earlier.number == 1
    assert rows_in_force(published.event) == {
        ("otto-wang", 1, 1, published.interpreter.pk, 2),
        ("otto-li", 2, 1, None, 2),
        ("eva-li", 3, 2, None, 0),
    }
    with pytest.raises(Refused):
        actions.withdraw_version(version=second, by=published.organiser)


def test_withdrawing_leaves_out_what_is_no_longer_agreed_and_refuses_what_no_longer_fits(published) -> None:
    second = actions.publish(run=finished_run(published, second_plan(published)), by=published.organiser)
    block = Unavailability.objects.create(participation=published.chinese, slot=published.slots[0])
    with pytest.raises(Refused):
        actions.withdraw_version(version=second, by=published.organiser)
    block.delete()
    Request.objects.filter(key="otto-wang").update(state=Request.State.WITHDRAWN)
    actions.withdraw_version(version=second, by=published.organiser)
    assert {row[0] for row in rows_in_force(published.event)} == {"otto-li", "eva-li"}


def test_a_withdrawn_request_leaves_both_agendas_before_the_next_plan(published) -> None:
    Request.objects.filter(key="otto-wang").update(state=Request.State.WITHDRAWN)
    for who in (published.german, published.chinese):
        agenda = agenda_for(who)
        assert "otto-wang" not in {talk.key for talk in agenda.talks}
        assert [(talk.key, talk.sequence) for talk in agenda.cancelled] == [("otto-wang", 1)]
    actions.publish(run=finished_run(published, first_plan(published)[1:]), by=published.organiser)
    assert [(talk.key, talk.sequence) for talk in agenda_for(published.german).cancelled] == [("otto-wang", 1)]


def test_requests_say_whether_their_talk_is_in_the_plan(published) -> None:
    Request.objects.filter(key="otto-li").update(state=Request.State.WITHDRAWN)
    agreed(published.german, published.chinese_en, "late")
    page = requests_page(published.german)
    assert {row.request.key: row.planned for row in [*page.agreed, *page.closed]} == {
        "otto-wang": True, "otto-li": False, "late": False,
    }  # fmt: skip
    assert planned_count(published.event) == 2


def test_who_no_longer_takes_part_leaves_the_partners_agenda(published) -> None:
    Participation.objects.filter(pk=published.chinese.pk).update(state=Participation.State.CANCELLED)
    assert {talk.key for talk in agenda_for(published.german).talks} == {"otto-li"}
    Participation.objects.filter(pk=published.german.pk).update(state=Participation.State.CANCELLED)
    assert {talk.key for talk in agenda_for(published.chinese_en).talks} == {"eva-li"}


def test_the_plan_in_force_is_the_previous_one_of_the_next_run(published) -> None:
    previous = bridge.plan_in_force(published.event)
    assert set(previous.meetings) == set(first_plan(published))
