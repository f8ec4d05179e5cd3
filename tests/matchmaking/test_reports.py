"""Misuse: reported by one of the two, read and decided on by the organisers, and taken back."""

import pytest
from django.urls import reverse

from qiao.core.errors import Refused
from qiao.core.models import AuditEntry, Mail
from qiao.events.models import Participation
from qiao.matchmaking import actions
from qiao.matchmaking.conversation_models import Bar, Report
from qiao.matchmaking.models import Request
from qiao.matchmaking.queries import partner_page
from qiao.site.actions import erase

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture
def talk(world) -> Request:
    for who in (world.german, world.chinese):
        who.person.email = f"{who.pk}@example.org"
        who.person.save()
    request = actions.send_request(
        sender=world.german, recipient=world.chinese, by=world.owner, message="Kaufen Sie bei mir!"
    )
    actions.accept(request=request, by=world.chinese_user)
    write(request, world.german, "Letzte Chance!")
    return request


def write(request: Request, author: Participation, text: str = "x") -> None:
    found = Request.objects.get(pk=request.pk)
    actions.send_message(request=found, author=author, text=text, form=text, by=author.person.user)


def reported(world, talk: Request) -> Report:
    return actions.report(request=talk, own=world.chinese, reason="advertising", note="三次了", by=world.chinese_user)


def page_of(report: Report) -> str:
    return reverse("report", args=[report.request.event.slug, report.pk])


def test_organisers_read_a_conversation_only_once_it_is_reported_and_that_is_noted(world, talk, sign_in) -> None:
    assert sign_in(world.organiser).get(reverse("conversation", args=[talk.key])).status_code == 404
    client = sign_in(world.chinese_user)
    page = reverse("conversation-report", args=[talk.key])
    assert client.get(page).status_code == 200
    assert client.post(page, {"note": "x"}).status_code == 400
    assert client.post(page, {"reason": "advertising", "note": "三次了"}).status_code == 302
    report = Report.objects.get()
    assert (report.by, report.about, report.note) == (world.chinese, world.german, "三次了")
    mail = Mail.objects.get(kind="matchmaking.report")
    assert mail.user == world.organiser
    assert page_of(report) in mail.body
    assert "Letzte Chance!" not in mail.body
    text = sign_in(world.organiser).get(page_of(report)).content.decode()
    assert text.index("Kaufen Sie bei mir!") < text.index("Letzte Chance!")
    assert "三次了" in text
    assert AuditEntry.objects.get(action="matchmaking.report_read").actor == world.organiser
    for user in (world.owner, world.chinese_user, world.adviser, world.admin, world.stranger):
        client = sign_in(user)
        assert client.get(page_of(report)).status_code == 404
        assert client.post(page_of(report), {"decision": "dismissed"}).status_code == 404
    listed = sign_in(world.organiser).get(reverse("reports", args=[world.event.slug])).content.decode()
    assert page_of(report) in listed
    assert "Letzte Chance!" not in listed
    assert "1 gemeldete Unterhaltung wartet" in sign_in(world.organiser).get("/").content.decode()


def test_one_report_waits_per_side(world, talk) -> None:
    reported(world, talk)
    with pytest.raises(Refused, match="already"):
        reported(world, talk)
    actions.report(request=talk, own=world.german, reason="other", note="", by=world.owner)


def test_who_is_barred_neither_asks_nor_writes_until_it_is_taken_back(world, talk, sign_in) -> None:
    report = reported(world, talk)
    client = sign_in(world.organiser)
    assert client.post(page_of(report), {"decision": "shot"}).status_code == 400
    assert client.post(page_of(report), {"decision": "barred", "words": "Keine Werbung."}).status_code == 302
    assert Bar.objects.get().participation == world.german
    mail = Mail.objects.get(kind="matchmaking.measure", user=world.owner)
    assert "Keine Werbung." in mail.body
    assert "王立" not in mail.body + mail.subject
    assert Mail.objects.filter(kind="matchmaking.measure", user=world.chinese_user).count() == 1
    with pytest.raises(Refused, match="neither ask nor write"):
        write(talk, world.german)
    with pytest.raises(Refused, match="neither ask nor write"):
        actions.send_request(sender=world.german, recipient=world.chinese_en, by=world.owner)
    assert "neither ask nor write" in partner_page(world.german, world.chinese_en).card.why_not
    write(talk, world.chinese)
    with pytest.raises(Refused, match="decided on this report already"):
        actions.decide(report=report, decision="dismissed", by=world.organiser)
    assert client.get(page_of(report)).status_code == 200
    assert client.post(page_of(report), {"undo": "1"}).status_code == 302
    assert not Bar.objects.exists()
    write(talk, world.german, "Verzeihung")
    report.refresh_from_db()
    assert (report.decision, report.decided_by) == (Report.Decision.OPEN, None)
    audited = AuditEntry.objects.filter(action__startswith="matchmaking.report_").values_list("action", flat=True)
    assert {"matchmaking.report_barred", "matchmaking.report_undone"} <= set(audited)
    with pytest.raises(Refused, match="nothing to take back"):
        actions.undo_decision(report=report, by=world.organiser)


@pytest.mark.parametrize(("decision", "told"), [("warned", 1), ("dismissed", 0)])
def test_a_warning_is_told_and_a_dismissal_is_not(world, talk, decision, told) -> None:
    actions.decide(report=reported(world, talk), decision=decision, by=world.organiser)
    assert Mail.objects.filter(kind="matchmaking.measure", user=world.owner).count() == told
    assert Mail.objects.filter(kind="matchmaking.measure", user=world.chinese_user).count() == 1
    assert not Bar.objects.exists()
    write(talk, world.german)


def test_an_erased_reporter_lifts_no_bar_and_an_erased_person_leaves_no_report(world, talk) -> None:
    actions.decide(report=reported(world, talk), decision="barred", by=world.organiser)
    erase(person=world.chinese.person, by=None)
    assert Bar.objects.exists()
    assert Report.objects.get().note == ""
    erase(person=world.german.person, by=None)
    assert not Report.objects.exists()
    assert not Bar.objects.exists()
