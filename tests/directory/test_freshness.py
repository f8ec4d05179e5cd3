"""Profiles that nobody touched for long: asked about twice, answered with one tap, seen by the office."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from qiao.core.models import AuditEntry, Mail, Office
from qiao.directory import actions
from qiao.directory.actions.freshness import still_token
from qiao.directory.models import Organisation
from tests.world import World, organisation, person, user

pytestmark = pytest.mark.db
KIND = "directory.profile_stale"


@pytest.fixture
def firm(world: World) -> Organisation:
    """Untouched for 13 months; the other one that somebody keeps was touched today."""
    return grow_old(world.german.organisation)


def grow_old(firm: Organisation, days: int = 400) -> Organisation:
    Organisation.objects.filter(pk=firm.pk).update(changed=timezone.now() - timedelta(days=days))
    firm.refresh_from_db()
    return firm


def asked_long_ago(firm: Organisation, days: int = 31) -> None:
    Organisation.objects.filter(pk=firm.pk).update(nudged=timezone.now() - timedelta(days=days))


def words(response) -> str:
    return response.content.decode()


def test_its_managers_are_asked_twice_and_then_the_office_sees_it(world: World, firm: Organisation, sign_in) -> None:
    address = reverse("profiles-stale")
    assert (actions.nudge_stale(), actions.nudge_stale()) == (1, 0)
    assert Mail.objects.get(kind=KIND).user == world.owner
    asked_long_ago(firm)
    assert (actions.nudge_stale(), actions.nudge_stale()) == (1, 0)
    assert Mail.objects.filter(kind=KIND).count() == 2
    assert firm.name not in words(sign_in(world.adviser).get(address)), "there is still time to answer"
    asked_long_ago(firm)
    assert actions.nudge_stale() == 0
    page = words(sign_in(world.adviser).get(address))
    assert firm.name in page
    assert "owner@example.org" in page
    sign_in(world.adviser).post(reverse("profile-confirm", args=[firm.key]), {"next": address})
    assert firm.name not in words(sign_in(world.adviser).get(address))


def test_one_tap_in_the_mail_and_nothing_by_looking(world: World, firm: Organisation, client, sign_in) -> None:
    actions.nudge_stale()
    firm.refresh_from_db()
    found = re.search(r"/profile-still/\S+", Mail.objects.get(kind=KIND).body)
    assert found
    address = found[0]
    client.get(address)
    firm.refresh_from_db()
    assert firm.checked is None, "looking says nothing"
    for _again in range(2):
        assert client.post(address).status_code == 200
    firm.refresh_from_db()
    assert firm.is_checked
    assert AuditEntry.objects.filter(action="directory.confirm_profile").count() == 1
    assert actions.nudge_stale() == 0
    assert "已核对" in words(sign_in(world.chinese_user).get(reverse("organisation", args=[firm.key])))


def test_a_link_serves_for_one_mail_and_was_not_made_up(world: World, firm: Organisation, client) -> None:
    assert client.get(reverse("profile-still", args=["made-up"])).status_code == 404
    actions.nudge_stale()
    firm.refresh_from_db()
    old = reverse("profile-still", args=[still_token(firm)])
    asked_long_ago(firm)
    actions.nudge_stale()
    client.post(old)
    firm.refresh_from_db()
    assert firm.checked is None


def test_a_change_is_an_answer_and_starts_anew(world: World, firm: Organisation) -> None:
    for _time in range(2):
        actions.nudge_stale()
        asked_long_ago(firm)
    actions.save_organisation(organisation=firm, values={"size": "small"}, by=world.owner)
    assert actions.nudge_stale() == 0
    grow_old(firm, 390)
    asked_long_ago(firm, 395)
    assert actions.nudge_stale() == 1
    firm.refresh_from_db()
    assert firm.nudges == 1


@pytest.mark.parametrize("what", ["listed", "waiting", "switched off", "short ago"])
def test_who_is_not_asked(world: World, firm: Organisation, what: str) -> None:
    if what == "listed":  # nobody keeps it
        firm.memberships.update(is_manager=False)
    elif what == "waiting":
        Organisation.objects.filter(pk=firm.pk).update(is_published=False)
    elif what == "switched off":
        Office.objects.update(stale_months=0)
    else:
        grow_old(firm, 300)
    assert actions.nudge_stale() == 0


def test_only_those_who_keep_it_confirm(world: World, firm: Organisation, sign_in) -> None:
    address = reverse("profile-confirm", args=[firm.key])
    for who, status in ((world.chinese_user, 404), (world.colleague, 404), (world.owner, 302)):
        assert sign_in(who).post(address).status_code == status


def test_the_list_asks_the_same_for_many(world: World, firm: Organisation, sign_in, django_assert_num_queries) -> None:
    silent = {
        "changed": timezone.now() - timedelta(days=500),
        "nudged": timezone.now() - timedelta(days=40),
        "nudges": 2,
    }
    Organisation.objects.filter(pk=firm.pk).update(**silent)
    client, address = sign_in(world.adviser), reverse("profiles-stale")
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    count = len(few)
    for number in range(4):
        one = organisation(world.saxony, f"Firma {number} GmbH")
        person(one, f"Person {number}", account=user(f"Person{number}"), manager=True)
        Organisation.objects.filter(pk=one.pk).update(**silent)
    with django_assert_num_queries(count):
        assert "Firma 3" in words(client.get(address))
