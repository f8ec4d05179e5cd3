"""Who blocks a time in which a talk lies, or the last one, is asked once more."""

import re

import pytest
from django.urls import reverse

from qiao.events.models import Unavailability
from qiao.meetings import actions
from qiao.meetings.availability import availability_page
from qiao.meetings.queries import agenda_for
from tests.meetings.plans import finished_run, first_plan, wishes
from tests.world import show_abroad

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture
def published(world):
    show_abroad(world.chinese.person)
    wishes(world)
    actions.publish(run=finished_run(world, first_plan(world)), by=world.organiser)
    return world


def page_of(world) -> str:
    return reverse("availability", args=[world.event.slug])


def confirmed(page: str) -> str:
    return re.search(r'name="confirmed" value="(\w+)"', page)[1]


def blocked() -> set[int]:
    return set(Unavailability.objects.values_list("slot", flat=True))


def test_a_time_with_a_talk_is_asked_about_and_the_talk_stays_in_force(published, sign_in) -> None:
    client, slot = sign_in(published.owner), published.slots[0]
    page = client.post(page_of(published), {"blocked": [slot.pk]}).content.decode()
    assert blocked() == set()
    assert "Wáng Lì" in page.split('<form class="form"')[0]
    assert "office@example.org" in page
    assert f'value="{slot.pk}" checked' in page, "the tick stays"
    client.post(page_of(published), {"blocked": [slot.pk], "confirmed": confirmed(page)})
    assert blocked() == {slot.pk}
    assert [talk.slot for talk in agenda_for(published.german).talks] == published.slots[:2]


def test_who_confirmed_one_talk_is_asked_about_another(published, sign_in) -> None:
    client = sign_in(published.owner)
    first = client.post(page_of(published), {"blocked": [published.slots[0].pk]}).content.decode()
    both = [slot.pk for slot in published.slots[:2]]
    client.post(page_of(published), {"blocked": both, "confirmed": confirmed(first)})
    assert blocked() == set()


def test_a_time_blocked_before_is_not_asked_about_again(published) -> None:
    slot = published.slots[0]
    Unavailability.objects.create(participation=published.german, slot=slot)
    assert not availability_page(published.german, [slot.pk]).is_doubtful
    assert not availability_page(published.german, [published.slots[2].pk]).is_doubtful, "a time without a talk"


def test_blocking_all_times_is_asked_about(world, sign_in) -> None:
    Unavailability.objects.create(participation=world.german, slot=world.slots[3], source="organiser")
    client, slots = sign_in(world.owner), [slot.pk for slot in world.slots[:3]]
    page = client.post(page_of(world), {"blocked": slots}).content.decode()
    assert "alle Zeiten" in page
    assert blocked() == {world.slots[3].pk}
    client.post(page_of(world), {"blocked": slots, "confirmed": confirmed(page)})
    assert len(blocked()) == 4
    assert not availability_page(world.german, slots).is_doubtful
