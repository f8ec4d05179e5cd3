"""The call for a delegation: announced, applied for by organisations, selected with reasons, told in each language."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from qiao.core.errors import Refused
from qiao.core.models import Mail
from qiao.core.notice_models import Notice
from qiao.events import actions
from qiao.events.delegation_models import DelegationApplication, DelegationCall
from tests.world import delegation

pytestmark = [pytest.mark.django_db, pytest.mark.db]
State = DelegationApplication.State


@pytest.fixture
def call(world):
    made = delegation(world.event, "messe", names={"de": "Messereise", "zh": "参展团"})
    return actions.save_delegation_call(
        delegation=made, texts={"de": "Kommen Sie mit"}, costs={"de": "900 Euro"}, funding={"de": "Flug"}, places=1,
        closes=timezone.now() + timedelta(days=9), is_published=True, by=world.adviser,
    )  # fmt: skip


def applied(call: DelegationCall, one, by) -> DelegationApplication:
    values = {"field": "science", "hopes": "Kunden in China", "contributes": ""}
    return actions.apply_for(call=call, person=one.person, organisation=one.organisation, values=values, by=by)


def test_a_draft_is_for_the_office_and_a_call_for_everybody(world, call, client, sign_in) -> None:
    url = reverse("call", args=["messe"])
    page = client.get(url).content.decode()
    for text in ("Kommen Sie mit", "900 Euro", "Flug", "Jinan"):
        assert text in page
    assert "Messereise" in client.get(reverse("calls")).content.decode()
    call.is_published = False
    call.save()
    assert "Messereise" not in client.get(reverse("calls")).content.decode()
    assert client.get(url).status_code == 404
    assert [sign_in(one).get(url).status_code for one in (world.owner, world.adviser)] == [404, 200]


def test_somebody_applies_on_one_page_changes_it_and_withdraws(world, call, sign_in) -> None:
    client = sign_in(world.owner)
    assert "Messereise" in client.get("/").content.decode()
    facts = {
        "organisation": world.german.organisation_id,
        "field": "business",
        "hopes": "Käufer",
        "contributes": "Muster",
    }
    url = reverse("call-apply", args=["messe"])
    assert client.post(url, facts | {"hopes": ""}).status_code == 400
    for hopes in ("Käufer", "Partner"):
        assert client.post(url, facts | {"hopes": hopes}).status_code == 302
    row = DelegationApplication.objects.get()
    assert (row.person, row.organisation, row.hopes) == (world.german.person, world.german.organisation, "Partner")
    assert Notice.objects.get(user=world.adviser).count == 1
    assert "Messereise" not in client.get("/").content.decode()
    client.post(reverse("call-withdraw", args=["messe"]))
    row.refresh_from_db()
    assert (row.state, row.hopes, row.contributes) == (State.WITHDRAWN, "", "")
    assert client.post(url, facts | {"organisation": world.chinese.organisation_id}).status_code == 400  # not one's own


def test_the_office_selects_with_reasons_and_each_is_told_in_the_own_language(world, call, sign_in) -> None:
    german, chinese = applied(call, world.german, world.owner), applied(call, world.chinese, world.chinese_user)
    client = sign_in(world.adviser)
    url = lambda row: reverse("delegation-application", args=["messe", row.key])  # noqa: E731
    client.post(url(german), {"decision": "selected", "reason": "Willkommen"})
    member = call.delegation.members.get()
    assert (member.person, member.field) == (world.german.person, "science")
    assert client.post(url(chinese), {"decision": "selected", "reason": ""}).status_code == 400  # one place
    assert client.post(url(chinese), {"decision": "declined", "reason": ""}).status_code == 400  # no reason
    client.post(url(chinese), {"decision": "waiting", "reason": "名额已满"})
    chinese.refresh_from_db()
    assert chinese.state == State.WAITING
    german_mail, chinese_mail = Mail.objects.order_by("pk")
    assert "Willkommen" in german_mail.body
    assert "Messereise" in german_mail.subject
    assert "参展团" in chinese_mail.subject
    assert "名额已满" in chinese_mail.body
    page = client.get(reverse("delegation-applications", args=["messe"])).context["page"]
    assert (page.free, [row.pk for row in page.rows]) == (0, [chinese.pk, german.pk])
    assert sign_in(world.owner).get(reverse("call", args=["messe"])).content.decode().count("Willkommen") == 1
    with pytest.raises(Refused):
        actions.withdraw_application(application=german, by=world.owner)
    for row, decision in ((german, "declined"), (chinese, "waiting")):  # a second click, a second adviser
        with pytest.raises(Refused, match="decided already"):
            actions.decide_application(application=row, decision=decision, reason="x", by=world.adviser)
    assert Mail.objects.count() == 2


def test_nobody_applies_after_the_deadline_or_once_it_is_decided(world, call) -> None:
    row = applied(call, world.german, world.owner)
    actions.decide_application(application=row, decision="declined", reason="Kein Bezug", by=world.adviser)
    with pytest.raises(Refused):
        applied(call, world.german, world.owner)
    call.closes = timezone.now()
    call.save()
    with pytest.raises(Refused):
        applied(call, world.chinese, world.chinese_user)


def test_who_writes_past_the_deadline_keeps_the_words_and_reads_why(world, call, sign_in) -> None:
    call.closes = timezone.now()
    call.save()
    client, page = sign_in(world.chinese_user), reverse("call-apply", args=[call.delegation.slug])
    assert client.get(page).url == reverse("call", args=[call.delegation.slug])
    said = {
        "organisation": world.chinese.organisation_id,
        "field": "business",
        "hopes": "寻找激光设备客户",
        "contributes": "",
    }
    shown = client.post(page, said).content.decode()
    assert "申请已截止" in shown
    assert "寻找激光设备客户" in shown


def test_an_office_edits_its_call(world, call, sign_in) -> None:
    client = sign_in(world.adviser)
    url = reverse("delegation-call", args=["messe"])
    assert client.get(url).context["form"].initial["places"] == 1
    client.post(url, {"texts_de": "Neu", "day": "2027-09-01", "clock": "12:00", "is_published": "on"})
    call.refresh_from_db()
    assert (call.texts, call.places, call.closes.isoformat()) == ({"de": "Neu"}, None, "2027-09-01T10:00:00+00:00")
