"""A plan published provisionally: people object, the organiser answers, then it becomes final and everybody hears it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from qiao.core.emails import render
from qiao.core.errors import Refused
from qiao.core.models import Mail
from qiao.core.notice_models import Notice
from qiao.meetings import actions
from qiao.meetings.letters import agenda_context
from qiao.meetings.models import AgendaNotice, Objection, PlanVersion
from qiao.meetings.pdf import frame
from qiao.meetings.plan_queries import objections_to, version_in_force
from qiao.meetings.queries import agenda_for
from tests.meetings.plans import finished_run, first_plan, rows_in_force, wishes
from tests.world import show_abroad

pytestmark = [pytest.mark.db, pytest.mark.usefixtures("in_english")]
SLUG = "konferenz-2027"


@pytest.fixture
def provisional(world):
    show_abroad(world.german.person, world.chinese.person, world.interpreter.person)
    world.requests = {one.key: one for one in wishes(world)}
    world.run = finished_run(world, first_plan(world))
    until = timezone.now() + timedelta(days=2)
    world.version = actions.publish(run=world.run, by=world.organiser, objections_until=until)
    return world


def say(world, who=None, request="otto-wang", text="Ich reise erst mittags an."):
    own = who or world.german
    about = world.requests[request] if request else None
    return actions.object_to(participation=own, request=about, text=text, by=world.owner)


def test_an_objection_waits_until_it_is_answered_and_the_answer_is_mailed(provisional) -> None:
    made = say(provisional)
    assert [one.settled for one in objections_to(provisional.event)] == [None]
    assert Notice.objects.get(kind="meetings.objected").user == provisional.organiser
    actions.settle_objection(objection=made, answer="Das Gespräch liegt nun um 15 Uhr.", by=provisional.organiser)
    mail = Mail.objects.get(kind="meetings.objection_settled")
    assert mail.user == provisional.owner
    assert Notice.objects.get(kind="meetings.objected").read, "nothing waits any more"
    assert "mittags" in mail.body
    assert "15 Uhr" in mail.body
    with pytest.raises(Refused, match="answered"):
        actions.settle_objection(objection=made, answer="Noch einmal", by=provisional.organiser)
    with pytest.raises(Refused, match="answered"):
        actions.withdraw_objection(objection=made, by=provisional.owner)
    assert Mail.objects.filter(kind="meetings.objection_settled").count() == 1


def test_one_open_objection_to_each_talk_and_one_to_the_whole(provisional) -> None:
    first = say(provisional)
    say(provisional, request="otto-li")
    say(provisional, request=None)
    for request in ("otto-wang", None):
        with pytest.raises(Refused, match="objected to this already"):
            say(provisional, request=request)
    actions.withdraw_objection(objection=first, by=provisional.owner)
    say(provisional)
    assert Objection.objects.count() == 3


def test_what_cannot_be_objected_to(provisional) -> None:
    with pytest.raises(Refused, match="not one of your talks"):
        say(provisional, request="eva-li")
    with pytest.raises(Refused, match="Say what does not fit"):
        say(provisional, request=None, text=" ")
    PlanVersion.objects.update(objections_until=timezone.now())
    with pytest.raises(Refused, match="no objections any more"):
        say(provisional)
    PlanVersion.objects.update(objections_until=None)
    with pytest.raises(Refused, match="no objections any more"):
        say(provisional)
    assert not Objection.objects.exists()


def test_the_same_plan_becomes_final_and_all_who_have_talks_are_told(provisional) -> None:
    before = rows_in_force(provisional.event)
    AgendaNotice.objects.all().delete()
    later = timezone.now() + timedelta(days=5)
    with pytest.raises(Refused, match="in force already"):
        actions.publish(run=provisional.run, by=provisional.organiser, objections_until=later)
    final = actions.publish(run=provisional.run, by=provisional.organiser)
    assert (final.number, final.is_provisional) == (2, False)
    assert rows_in_force(provisional.event) == before
    told = AgendaNotice.objects.filter(version=final)
    assert told.exclude(participation=None).count() == 4
    assert told.exclude(interpreter=None).count() == 1
    with pytest.raises(Refused, match="in force already"):
        actions.publish(run=provisional.run, by=provisional.organiser)


def test_a_day_that_has_passed_is_refused(provisional) -> None:
    other = finished_run(provisional, first_plan(provisional)[1:])
    with pytest.raises(Refused, match="has passed"):
        actions.publish(run=other, by=provisional.organiser, objections_until=timezone.now())
    assert version_in_force(provisional.event) == provisional.version


# Pages


def test_whoever_has_talks_objects_on_the_page_and_takes_it_back(provisional, sign_in) -> None:
    client, url = sign_in(provisional.owner), reverse("objecting", args=[SLUG])
    assert url in client.get(reverse("agenda", args=[SLUG])).content.decode()
    assert client.post(url, {"talk": "otto-wang", "text": "Zu früh"}).status_code == 302
    made = Objection.objects.get()
    assert (made.request.key, made.participation) == ("otto-wang", provisional.german)
    page = client.post(url, {"talk": "otto-wang", "text": "Zu früh!"}).content.decode()
    assert "Take that back first" in page or "Nehmen Sie das zuerst" in page
    assert client.post(url, {"talk": "eva-li", "text": "x"}).status_code == 200
    client.post(reverse("objection-withdraw", args=[SLUG, made.key]))
    assert not Objection.objects.exists()


def test_nobody_takes_back_anothers_and_only_organisers_answer(provisional, sign_in) -> None:
    made = say(provisional)
    withdraw = reverse("objection-withdraw", args=[SLUG, made.key])
    settle = reverse("objection-settle", args=[SLUG, made.key])
    assert sign_in(provisional.chinese_user).post(withdraw).status_code == 404
    assert sign_in(provisional.owner).post(settle, {"answer": "ja"}).status_code == 404
    client = sign_in(provisional.organiser)
    assert (
        reverse("run-talk", args=[SLUG, provisional.run.pk, "otto-wang"])
        in client.get(reverse("objections", args=[SLUG])).content.decode()
    )
    assert reverse("objections", args=[SLUG]) in client.get(reverse("desk", args=[SLUG])).content.decode()
    client.post(settle, {"answer": "Verlegt."})
    made.refresh_from_db()
    assert (made.answer, made.settled_by) == ("Verlegt.", provisional.organiser)


def test_the_organiser_publishes_provisionally_by_the_events_clock(world, sign_in) -> None:
    wishes(world)
    run = finished_run(world, first_plan(world))
    url = reverse("run-publish", args=[SLUG, run.pk])
    sign_in(world.organiser).post(url, {"over": "0", "objections_until": "2099-11-01T18:00"})
    version = version_in_force(world.event)
    assert version.objections_until.astimezone(world.event.zone).isoformat() == "2099-11-01T18:00:00+08:00"
    sign_in(world.organiser).post(url, {"over": str(version.number)})
    assert not version_in_force(world.event).is_provisional


def test_pages_of_objections_take_as_many_queries_with_more_of_them(provisional, sign_in) -> None:
    counts = []
    for request in ("otto-wang", "otto-li"):
        say(provisional, request=request)
        for who, page in ((provisional.owner, "objecting"), (provisional.organiser, "objections")):
            client = sign_in(who)
            with CaptureQueriesContext(connection) as caught:
                assert client.get(reverse(page, args=[SLUG])).status_code == 200
            counts.append(len(caught))
    assert counts[:2] == counts[2:]


def test_paper_and_mail_say_that_the_plan_is_provisional(provisional) -> None:
    def told() -> tuple[bool, bool]:
        agenda = agenda_for(provisional.german)
        paper = frame(provisional.event, agenda.version)["stamp"]
        return "provisional" in paper, "provisional" in render("meetings.agenda", "en", agenda_context(agenda))[1]

    assert told() == (True, True)
    actions.publish(run=provisional.run, by=provisional.organiser)
    assert told() == (False, False)
