"""Joining an event, being admitted, and when somebody can be booked."""

from datetime import timedelta

import pytest

from qiao.core.errors import Refused
from qiao.core.models import AuditEntry, Mail
from qiao.events import actions
from qiao.events.models import Event, Participation, Unavailability
from qiao.events.queries import availability, unavailable_slots
from tests.world import START, participation

pytestmark = [pytest.mark.db, pytest.mark.django_db]
State = Participation.State


@pytest.fixture
def applied(world) -> Participation:
    return actions.join(
        event=world.event, person=world.colleague.person, organisation=world.german.organisation, by=world.colleague
    )


def test_joining_waits_for_the_organiser(world, applied) -> None:
    assert applied.state == State.APPLIED
    assert applied.pk not in unavailable_slots(world.event)
    with pytest.raises(Refused, match="already registered"):
        actions.join(event=world.event, person=applied.person, organisation=applied.organisation, by=world.colleague)


def test_one_joins_only_for_an_own_organisation_and_not_afterwards(world) -> None:
    person = world.colleague.person
    with pytest.raises(Refused, match="belong"):
        actions.join(event=world.event, person=person, organisation=world.chinese.organisation, by=world.colleague)
    world.event.phase = Event.Phase.AFTER
    with pytest.raises(Refused, match="over"):
        actions.join(event=world.event, person=person, organisation=world.german.organisation, by=world.colleague)


def test_who_is_admitted_hears_of_it_in_his_language(world, applied) -> None:
    applied.person.email = "karla@example.org"
    actions.approve(participation=applied, by=world.organiser)
    assert applied.state == State.APPROVED
    mail = Mail.objects.get()
    assert (mail.kind, mail.language, mail.address) == ("events.approved", "de", "karla@example.org")
    assert mail.subject == "Sie nehmen teil: Konferenz 2027"
    assert "/events/konferenz-2027/" in mail.body


def test_decisions_can_be_undone_and_made_once_only(world, applied) -> None:
    actions.approve(participation=applied, by=world.organiser)
    with pytest.raises(Refused):
        actions.approve(participation=applied, by=world.organiser)
    actions.readmit(participation=applied, by=world.organiser)
    assert applied.state == State.APPLIED
    actions.reject(participation=applied, by=world.organiser)
    assert Participation.objects.get(pk=applied.pk).state == State.DECLINED
    entries = AuditEntry.objects.filter(subject_kind="participation", subject_id=applied.pk).order_by("pk")
    assert [entry.action for entry in entries] == ["events.join", "events.approve", "events.readmit", "events.reject"]


def test_who_cancelled_may_apply_again_and_is_decided_anew(world) -> None:
    actions.withdraw(participation=world.german, by=world.owner)
    assert world.german.pk not in unavailable_slots(world.event)
    again = actions.join(
        event=world.event, person=world.german.person, organisation=world.german.organisation, by=world.owner
    )
    assert (again.pk, again.state) == (world.german.pk, State.APPLIED)


def test_a_refused_person_does_not_come_in_by_withdrawing(world) -> None:
    actions.reject(participation=world.german, by=world.organiser)
    with pytest.raises(Refused):
        actions.withdraw(participation=world.german, by=world.owner)
    assert Participation.objects.get(pk=world.german.pk).state == State.DECLINED


def test_blocked_slots_are_exactly_those_chosen(world) -> None:
    first, second, third, _fourth = world.slots
    Unavailability.objects.create(participation=world.german, slot=third, source=Unavailability.Source.ORGANISER)
    actions.set_availability(participation=world.german, blocked=[first.pk, second.pk], by=world.owner)
    assert unavailable_slots(world.event)[world.german.pk] == {first.pk, second.pk, third.pk}
    actions.set_availability(participation=world.german, blocked=[second.pk, third.pk, 999_999], by=world.owner)
    assert unavailable_slots(world.event)[world.german.pk] == {second.pk, third.pk}
    actions.set_availability(participation=world.german, blocked=[], by=world.owner)
    assert unavailable_slots(world.event)[world.german.pk] == {third.pk}, "what the organiser blocks stays"


def test_the_programme_blocks_the_slots_of_exactly_its_members(world) -> None:
    delegation = actions.create_delegation(
        event=world.event, slug="dd", names={"de": "Delegation"}, office=world.office, members=[world.german], by=None
    )
    item = actions.add_programme_item(
        event=world.event, starts=START + timedelta(minutes=20), ends=START + timedelta(minutes=40),
        names={"de": "Empfang"}, delegation=delegation, by=None,
    )  # fmt: skip
    blocked = {world.slots[0].pk, world.slots[1].pk}
    assert unavailable_slots(world.event)[world.german.pk] == blocked
    assert unavailable_slots(world.event)[world.german_en.pk] == set()
    choices = [choice for day in availability(world.german) for choice in day.choices]
    assert [(choice.taken, choice.reason) for choice in choices] == [
        (True, item),
        (True, item),
        (False, None),
        (False, None),
    ]


def test_a_programme_that_only_touches_a_slot_blocks_nothing(world) -> None:
    end = world.slots[0].end
    actions.add_programme_item(event=world.event, starts=end, ends=world.slots[1].start, names={"de": "Pause"}, by=None)
    actions.add_programme_item(
        event=world.event,
        starts=START,
        ends=START + timedelta(hours=2),
        names={"de": "Ausstellung"},
        blocks=False,
        by=None,
    )
    assert unavailable_slots(world.event)[world.german.pk] == set()


def test_unavailable_slots_are_read_in_a_fixed_number_of_queries(world, django_assert_num_queries) -> None:
    participation(world.event, world.colleague.person)
    with django_assert_num_queries(7):
        unavailable_slots(world.event)
