"""Steps of loading the demo world that can be looked at alone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from qiao.demo.cast import STARS, build_cast
from qiao.demo.load import SEED, appoint_managers, date_back
from qiao.directory.access import may_edit
from qiao.matchmaking.models import Request
from qiao.meetings.models import PlanRun, PlanVersion
from qiao.site.demo_people import DEMO_EMAILS
from tests.world import organisation, person, user

pytestmark = pytest.mark.django_db


def test_the_standing_people_manage_their_organisations(world) -> None:
    players = [one for one in build_cast(SEED).people if one.organisation in STARS]
    firms = {code: organisation(world.jinan, code) for code in STARS}
    accounts = {one: user(one.id, email=one.email) for one in players}
    for one, account in accounts.items():
        person(firms[one.organisation], one.name, account=account, external_id=one.id)
    appoint_managers()
    managing = {one.email for one, account in accounts.items() if may_edit(account, firms[one.organisation])}
    assert managing == {DEMO_EMAILS[star] for star in STARS.values()}


def test_what_is_played_now_happened_before_the_event(world) -> None:
    world.event.starts = timezone.localdate() - timedelta(days=12)
    pair = {"pair_low": world.german.pk, "pair_high": world.chinese.pk}
    request = Request.objects.create(
        event=world.event, sender=world.german, recipient=world.chinese, answered=timezone.now(), **pair
    )
    run = PlanRun.objects.create(event=world.event, started=timezone.now(), finished=timezone.now())
    version = PlanVersion.objects.create(event=world.event, number=1, run=run, problem={}, plan={})
    date_back(world.event)
    for one in (request, run, version):
        one.refresh_from_db()
    assert request.created < request.answered < run.created <= version.published
    assert run.started < run.finished <= version.published
    assert version.published.date() == world.event.starts - timedelta(days=10)
