"""Targeted calls: a hand-picked list is asked once, answers with one tap, and is left alone when it asks for that."""

import re
from datetime import timedelta

import pytest
from django.core import signing
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from qiao.core.errors import Refused
from qiao.core.models import Mail
from qiao.directory.actions import give_consent
from qiao.directory.models import Membership, Person
from qiao.matchmaking.models import Suggestion
from qiao.office import actions
from qiao.office.access import CALL_LINK_LIVES
from qiao.office.actions.calls import call_token
from qiao.office.call_models import CallRecipient, TargetedCall
from qiao.office.call_queries import candidates, reach_of
from qiao.office.introduction_models import Introduction
from qiao.site.actions import erase
from tests.directory.opportunities import shown_opportunity
from tests.world import World, join, organisation, person

TITLES = {"de": "Wer liefert Laserköpfe?", "zh": "谁能供应激光头？"}
BODIES = {"de": "Ein Werk in Jinan sucht zwei Lieferanten.", "zh": "济南一家工厂正在寻找两家供应商。"}


@pytest.fixture
def made(world: World) -> TargetedCall:
    """Picked are the firms of Otto and Wang; both agreed to be advised."""
    for one, address in ((world.german.person, "owner@example.org"), (world.chinese.person, "wang@example.org")):
        join(one)
        Person.objects.filter(pk=one.pk).update(email=address)
    call = actions.save_call(office=world.office, titles=TITLES, bodies=BODIES, by=world.adviser)
    picked = [world.german.organisation, world.chinese.organisation]
    actions.pick_for_call(call=call, organisations=picked, by=world.adviser)
    return call


@pytest.fixture
def sent(made: TargetedCall, world: World) -> TargetedCall:
    actions.send_call(call=made, by=world.adviser)
    made.refresh_from_db()
    return made


def of(call: TargetedCall, who: Person) -> CallRecipient:
    return call.recipients.select_related("call", "person").get(person=who)


def link(call: TargetedCall, who: Person) -> str:
    return reverse("call-answer", args=[call_token(of(call, who))])


def tap(client, address: str, answer: str):
    return client.post(address, {"answer": answer})


@pytest.mark.db
def test_from_a_question_to_an_answer_without_an_account(world, made, client) -> None:
    client.force_login(world.adviser, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = reverse("targeted-call", args=[made.key])
    assert "2 Personen per E-Mail fragen" in client.get(page).content.decode()
    for _click in range(2):
        client.post(reverse("call-step", args=[made.key, "send"]))
    assert sorted(Mail.objects.filter(kind="office.call").values_list("address", "subject")) == [
        ("owner@example.org", TITLES["de"]), ("wang@example.org", TITLES["zh"]),
    ]  # fmt: skip
    made.refresh_from_db()
    found = re.search(r"/call-answer/\S+", Mail.objects.get(address="wang@example.org").body)
    assert found is not None
    address = found[0]
    client.logout()
    asked = client.get(address, headers={"accept-language": "zh-hans"})
    assert asked["Cache-Control"] == "private, no-store"
    assert BODIES["zh"] in asked.content.decode()
    assert of(made, world.chinese.person).answer == "", "programs that read mails open links"
    for answer in ("later", "interested"):
        tap(client, address, answer)
        assert of(made, world.chinese.person).answer == answer
    client.force_login(world.adviser, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(page).content.decode().count("interessiert") >= 2


def test_it_is_written_and_picked_on_pages(world, sign_in) -> None:
    join(world.chinese.person)
    client = sign_in(world.adviser)
    said = {"titles_de": TITLES["de"], "bodies_de": BODIES["de"], "office": world.office.pk}
    for _click in range(2):
        answer = client.post(reverse("call-new"), said)
        assert answer.status_code == 302, answer.context["form"].errors
    made = TargetedCall.objects.get()
    assert answer["Location"] == reverse("call-pick", args=[made.key])
    Suggestion.objects.create(
        participation=world.german, partner=world.chinese, rank=1, score=1, engine="x", reasons=[]
    )
    page = client.get(f"{answer['Location']}?like={world.german.organisation.key}").content.decode()
    assert world.chinese.organisation.key in page
    client.post(answer["Location"], {"pick": [world.german.organisation.key]})
    assert list(made.organisations.all()) == [world.german.organisation]
    assert client.post(answer["Location"]).status_code == 400
    said |= {"bodies_de": "", "bodies_zh": BODIES["zh"]}
    assert client.post(reverse("call-edit", args=[made.key]), said).status_code == 400
    gone = {"organisation": world.german.organisation.key}
    client.post(reverse("call-step", args=[made.key, "drop"]), gone)
    assert not made.organisations.exists()


def test_only_who_agreed_to_be_advised_is_asked(world, made) -> None:
    """An organisation that was only listed is asked once somebody of it agreed, be it through the office."""
    listed = organisation(world.jinan, "待认领有限公司", city="Jinan")
    assert reach_of([listed])[listed.pk].why == "address"
    chen = person(listed, "陈伟", email="chen@example.org")
    assert reach_of([listed])[listed.pk].why == "consent"
    given = give_consent(person=chen, purpose="profile", by=world.adviser, channel="office")
    assert reach_of([listed])[listed.pk].people == (chen,)
    given.withdrawn = timezone.now()
    given.save()
    assert reach_of([listed])[listed.pk].why == "consent"
    actions.pick_for_call(call=made, organisations=[listed], by=world.adviser)
    assert actions.send_call(call=made, by=world.adviser) == 2


def test_who_asks_to_be_left_alone_is_left_alone_by_every_call(world, sent, client) -> None:
    other = actions.save_call(office=world.office, titles=TITLES, bodies={"de": "Noch etwas."}, by=world.adviser)
    actions.pick_for_call(call=other, organisations=[world.german.organisation], by=world.adviser)
    actions.send_call(call=other, by=world.adviser)
    actions.close_call(call=sent, by=world.adviser)
    tap(client, link(sent, world.german.person), "interested")
    assert of(sent, world.german.person).answer == "", "it is over"
    tap(client, link(sent, world.german.person), "never")
    assert reach_of([world.german.organisation])[world.german.organisation.pk].why == "refused"
    with pytest.raises(Refused):
        actions.remind_of_call(call=other, by=world.adviser)
    third = actions.save_call(office=world.office, titles=TITLES, bodies={"de": "Drittens."}, by=world.adviser)
    actions.pick_for_call(call=third, organisations=[world.german.organisation], by=world.adviser)
    with pytest.raises(Refused):
        actions.send_call(call=third, by=world.adviser)
    client.force_login(world.adviser, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.post(reverse("call-recipient", args=[sent.key, of(sent, world.german.person).pk, "lift"]))
    assert actions.send_call(call=third, by=world.adviser) == 1, "told the office that calls are welcome again"


def test_who_has_not_answered_is_reminded_once(world, sent) -> None:
    actions.answer_call(recipient=of(sent, world.german.person), answer="later")
    Mail.objects.all().delete()
    assert actions.remind_of_call(call=sent, by=world.adviser) == 1
    assert Mail.objects.get().subject == f"提醒：{TITLES['zh']}"
    with pytest.raises(Refused):
        actions.remind_of_call(call=sent, by=world.adviser)


def test_a_link_ends_with_its_time_its_day_and_the_membership(world, sent, client, monkeypatch) -> None:
    address = link(sent, world.german.person)
    TargetedCall.objects.filter(pk=sent.pk).update(until=timezone.localdate() - timedelta(days=2))
    assert 'value="interested"' not in client.get(address).content.decode()
    assert client.get(address[:-3] + "xx/").status_code == 404
    now = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + CALL_LINK_LIVES.total_seconds() + 60)
    assert client.get(address).status_code == 404
    monkeypatch.undo()
    Membership.objects.filter(person=world.german.person).delete()
    assert client.get(address).status_code == 404


def test_interest_becomes_an_introduction_and_a_case_once(world, made, sign_in) -> None:
    about = shown_opportunity(world.german.organisation, by=world.adviser, is_anonymous=True)
    made.organisations.remove(world.german.organisation)
    TargetedCall.objects.filter(pk=made.pk).update(opportunity=about)
    actions.send_call(call=made, by=world.adviser)
    wang = of(made, world.chinese.person)
    client = sign_in(world.adviser)
    for step in ("introduce", "case"):
        client.post(reverse("call-recipient", args=[made.key, wang.pk, step]))
    assert not Introduction.objects.exists(), "not interested yet"
    actions.answer_call(recipient=wang, answer="interested")
    for step in ("introduce", "case"):
        pages = {client.post(reverse("call-recipient", args=[made.key, wang.pk, step]))["Location"] for _ in range(2)}
        assert len(pages) == 1
    wang.refresh_from_db()
    assert (wang.introduction.one, wang.introduction.opportunity) == (world.chinese.organisation, about)
    assert TITLES["de"] in wang.introduction.message
    assert (wang.case.organisation, wang.case.person) == (world.chinese.organisation, world.chinese.person)


def test_a_call_does_not_tell_whose_an_anonymous_opportunity_is(world) -> None:
    about = shown_opportunity(world.german.organisation, by=world.adviser, is_anonymous=True)
    said = {"titles": {"de": f"Anfrage von {world.german.organisation.name}"}, "bodies": BODIES}
    with pytest.raises(Refused):
        actions.save_call(office=world.office, opportunity=about, by=world.adviser, **said)


@pytest.mark.db
def test_the_number_of_queries_does_not_grow(world, sent, sign_in) -> None:
    firms = [organisation(world.jinan, f"公司{n}", city="Jinan") for n in range(4)]
    for n, firm in enumerate(firms):
        give_consent(person=person(firm, f"王{n}", email=f"w{n}@example.org"), purpose="profile", by=world.adviser)
    client = sign_in(world.adviser)
    page = reverse("targeted-call", args=[sent.key])
    counts = []
    for few in (firms[:1], firms):
        actions.pick_for_call(call=sent, organisations=few, by=world.adviser)
        actions.send_call(call=sent, by=world.adviser)
        with CaptureQueriesContext(connection) as found:
            client.get(page)
        counts.append(len(found))
    assert counts[0] == counts[1]
    assert [one.is_picked for one in candidates(sent, world.adviser, "", None)] == []


def test_an_erased_person_leaves_no_answer(world, sent) -> None:
    who = world.german.person
    erase(person=who, by=world.admin)
    assert not CallRecipient.objects.filter(person=who).exists()
