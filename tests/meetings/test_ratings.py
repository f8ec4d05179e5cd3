"""Saying how a talk went: two taps for each side, and what the organiser makes of it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from qiao.core.errors import Refused
from qiao.matchmaking.models import Evidence, Request
from qiao.meetings import actions
from qiao.meetings.overviews import schedule_of
from qiao.meetings.rating_models import Rating
from qiao.meetings.ratings import HELD, NOT_HELD, UNKNOWN, outcome, unrated
from tests.meetings.plans import finished_run, first_plan, wishes
from tests.world import World


@pytest.fixture
def over(world: World) -> World:
    """Three talks in force; the first two have begun, Otto with Wang and Otto with Li."""
    wishes(world)
    actions.publish(run=finished_run(world, first_plan(world)), by=world.organiser)
    for slot in world.slots[:2]:
        slot.start, slot.end = (at - timedelta(days=800) for at in (slot.start, slot.end))
        slot.save()
    return world


def post(client, world: World, key: str, **data):
    return client.post(reverse("rate", args=[world.event.slug, key]), data)


@pytest.mark.db
def test_two_taps(over, sign_in) -> None:
    client = sign_in(over.owner)
    page = client.get(reverse("agenda", args=[over.event.slug])).content.decode()
    assert page.count('value="sample"') == 2, "of the two talks that have begun"
    answer = post(client, over, "otto-wang", next="sample")
    assert answer["Location"].endswith("#talk-otto-wang")
    post(client, over, "otto-wang", next="sample", score="4")
    one = Rating.objects.get()
    assert (one.held, one.next, one.score) == (True, "sample", 4)
    post(client, over, "otto-wang", next="offer")
    one.refresh_from_db()
    assert (one.next, one.score) == ("offer", 4), "a later word replaces the step and keeps the score"
    post(client, over, "otto-wang", next="not-held")
    one.refresh_from_db()
    assert (one.held, one.next, one.score) == (False, "", None)


def test_only_ones_own_talks_that_have_begun(over, sign_in) -> None:
    client = sign_in(over.owner)
    assert post(client, over, "eva-li", next="again").status_code == 404
    assert post(client, over, "otto-wang", next="?").status_code == 302
    assert not Rating.objects.exists()
    future = Request.objects.get(key="eva-li")
    with pytest.raises(Refused):
        actions.rate(participation=over.german_en, request=future, held=True, next="again", by=over.organiser)
    with pytest.raises(Refused):
        actions.rate(participation=over.german, request=future, held=True, next="again", by=over.organiser)


def test_what_comes_next_is_evidence_for_the_ranking(over) -> None:
    talk = Request.objects.get(key="otto-wang")
    for who, next, answer in ((over.german, "nda", "went_on"), (over.chinese, "nothing", "nothing")):
        actions.rate(participation=who, request=talk, held=True, next=next, by=over.owner)
        assert Evidence.objects.get(participation=who).answer == answer


@pytest.mark.parametrize(
    ("said", "found"), [((), UNKNOWN), ((True,), HELD), ((True, True), HELD), ((True, False), NOT_HELD)]
)
def test_who_says_that_nobody_came_is_believed(said, found) -> None:
    assert outcome(said) == found


def test_the_organiser_sees_what_was_held(over, sign_in, django_assert_num_queries) -> None:
    first, second = (Request.objects.get(key=key) for key in ("otto-wang", "otto-li"))
    actions.rate(participation=over.german, request=first, held=True, next="again", score=5, by=over.owner)
    actions.rate(participation=over.chinese, request=first, held=False, by=over.chinese_user)
    actions.rate(participation=over.chinese_en, request=second, held=True, next="again", score=2, by=over.owner)
    found = schedule_of(over.event).held
    assert (found.held, found.not_held, found.unknown, found.score) == (1, 1, 1, 3.5)
    page = sign_in(over.organiser).get(reverse("schedule", args=[over.event.slug])).content.decode()
    assert "nicht stattgefunden" in page
    assert "3,5" in page


@pytest.mark.db
def test_what_waits_for_a_word(over, sign_in) -> None:
    now = timezone.now()
    assert unrated(over.owner, now) == {over.event.pk: 2}
    talk = Request.objects.get(key="otto-wang")
    actions.rate(participation=over.chinese, request=talk, held=True, next="again", by=over.chinese_user)
    assert unrated(over.owner, now) == {over.event.pk: 2}, "the partner's word is not one's own"
    actions.rate(participation=over.german, request=talk, held=True, next="again", by=over.owner)
    assert unrated(over.owner, now) == {over.event.pk: 1}
    assert "Talk" not in sign_in(over.owner).get("/").content.decode()
