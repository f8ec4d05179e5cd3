"""Who keeps the profile of an organisation reads and answers requests for colleagues, and both sides read that it was so."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiao.core.errors import Refused
from qiao.core.models import AuditEntry, Mail
from qiao.directory.models import Membership
from qiao.matchmaking import actions
from qiao.matchmaking.models import Request
from tests.world import join, participation, person, show_abroad

pytestmark = pytest.mark.db


@pytest.fixture
def asked(world) -> Request:
    """Karla, a colleague of Otto who keeps the profile, is asked by a Chinese firm."""
    karla = world.colleague.person
    karla.email = "karla@example.org"
    karla.save()
    own = participation(world.event, karla)
    return actions.send_request(
        sender=world.chinese, recipient=own, message="想了解贵公司的激光设备。", by=world.chinese_user
    )


def team(world) -> str:
    return reverse("team", args=[world.event.slug])


def answer(client, request: Request, *, accept: str = "1", text: str = ""):
    return client.post(reverse("team-answer", args=[request.key]), {"accept": accept, "answer": text})


@pytest.mark.parametrize(("accept", "state"), [("1", "accepted"), ("0", "declined")])
def test_a_manager_answers_for_a_colleague_and_both_sides_read_it(world, asked, sign_in, accept, state) -> None:
    client = sign_in(world.owner)
    page = client.get(team(world)).content.decode()
    assert "想了解贵公司的激光设备。" in page
    assert "Karla Colleague" in page
    assert team(world) in client.get("/").content.decode()
    assert team(world) in client.get(reverse("requests", args=[world.event.slug])).content.decode()
    assert answer(client, asked, accept=accept, text="Frau Colleague ist unterwegs.").status_code == 302
    asked.refresh_from_db()
    assert (asked.state, asked.represented_by, asked.changed_by) == (state, world.german.person, world.owner)
    assert asked.messages.get().text == "Frau Colleague ist unterwegs."
    assert "Otto Owner hat für Karla Colleague geantwortet." in client.get(team(world)).content.decode()
    theirs = sign_in(world.colleague).get(reverse("requests", args=[world.event.slug])).content.decode()
    assert "Otto Owner hat für Sie geantwortet." in theirs
    partner = sign_in(world.chinese_user).get(reverse("requests", args=[world.event.slug])).content.decode()
    assert "由对方单位的同事代为答复。" in partner
    assert "Otto" not in partner  # who has not agreed to be named abroad
    mails = {mail.kind: mail.body for mail in Mail.objects.exclude(kind="matchmaking.request_received")}
    assert "Otto Owner" in mails["matchmaking.answered_for_you"]
    assert "由对方单位的同事代为答复。" in mails[f"matchmaking.request_{state}"]
    verb = {"accepted": "accept", "declined": "decline"}[state]
    assert AuditEntry.objects.get(action=f"matchmaking.request_{verb}").actor == world.owner


@pytest.mark.parametrize("how", ["switched off", "no manager", "elsewhere", "left"])
def test_nobody_else_reads_or_answers(world, asked, sign_in, how) -> None:
    who = world.owner
    if how == "switched off":
        karla = world.colleague.person
        actions.set_reach(person=karla, requests=True, messages=True, digest=True, team=False, by=world.colleague)
    elif how == "no manager":
        Membership.objects.filter(person__user=world.owner).update(is_manager=False)
    elif how == "elsewhere":
        who = world.chinese_user
    else:
        asked.recipient.state = "cancelled"
        asked.recipient.save()
    client = sign_in(who)
    shown = client.get(team(world))
    assert shown.status_code == (404 if how == "no manager" else 200)
    assert "想了解贵公司的激光设备。" not in shown.content.decode()
    assert answer(client, asked).status_code == 404
    with pytest.raises(Refused):
        actions.answer_for_colleague(request=asked, accepts=True, answer="", manager=world.german.person, by=who)
    asked.refresh_from_db()
    assert asked.state == "pending"


def test_a_colleague_answers_as_always_and_the_manager_comes_too_late(world, asked, sign_in) -> None:
    actions.accept(request=asked, by=world.colleague)
    client = sign_in(world.owner)
    answer(client, asked, accept="0")
    asked.refresh_from_db()
    assert (asked.state, asked.represented_by) == ("accepted", None)


def test_everybody_switches_it_off_on_the_page_of_what_reaches_them(world, sign_in) -> None:
    client = sign_in(world.owner)
    assert "darf Anfragen an mich lesen" in client.get(reverse("reach")).content.decode()
    client.post(reverse("reach"), {"requests": "on", "messages": "on", "digest": "on"})
    assert world.german.person.reach.team is False


def test_the_page_reads_as_much_for_many_as_for_one(world, asked, sign_in) -> None:
    client = sign_in(world.owner)
    with CaptureQueriesContext(connection) as few:
        client.get(team(world))
    for number in range(3):
        more = participation(world.event, person(world.german.organisation, f"Kollege {number}"))
        for one in (world.chinese, world.chinese_en):
            actions.send_request(sender=one, recipient=more, by=world.chinese_user)
    show_abroad(world.chinese.person)
    with CaptureQueriesContext(connection) as many:
        page = client.get(team(world)).content.decode()
    assert page.count('name="accept" value="1"') == 7
    assert len(many) == len(few)


def test_a_manager_who_does_not_take_part_finds_the_way_on_the_start_page(world, asked, sign_in) -> None:
    world.german.delete()
    join(world.chinese.person)
    assert team(world) in sign_in(world.owner).get("/").content.decode()
