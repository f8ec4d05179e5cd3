"""Colleagues whom a manager enters, and listed organisations that are taken over by one link."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiao.core.models import Mail, Role, User
from qiao.directory import actions
from qiao.directory.forms import new_token
from qiao.directory.models import ClaimLink, Membership, Organisation, Person
from tests.world import join, organisation, person, user

pytestmark = [pytest.mark.pages, pytest.mark.django_db]
NEW = {"name": "Nora Neu", "role": "Vertrieb", "languages": ["de", "en"]}


@pytest.fixture
def firm(world) -> Organisation:
    return world.german.organisation


@pytest.fixture
def listed(world) -> Organisation:
    return organisation(world.jinan, "济南待认领有限公司", offers=({"zh": "数控机床"},), city="Jinan")


def url(name: str, *args) -> str:
    return reverse(name, args=args)


def address_in(page: str, path: str) -> str:
    return re.search(rf'href="http[^"]*({path}[^"]+)"', page)[1]


# --- colleagues


def test_a_colleague_without_an_address_joins_by_a_link(world, firm, sign_in) -> None:
    manager = sign_in(world.owner)
    token = new_token()
    for _twice in range(2):
        assert manager.post(url("colleague-new", firm.key), NEW | {"token": token}).status_code == 302
    made = Person.objects.get(name="Nora Neu")
    assert made.memberships.get().is_manager is False
    assert not made.consents.exists(), "nobody agrees for somebody else"
    assert "noch nicht" in manager.get(url("colleagues", firm.key)).content.decode()
    page = manager.post(url("colleague-link", firm.key, made.key)).content.decode()
    own = Client()
    own.post(address_in(page, "/enter/"))
    assert "Jemand hat Sie hier eingetragen" in own.get("/").content.decode()
    own.post(url("consents"), {"purpose": "profile", "answer": "give"})
    assert "Jemand hat Sie hier eingetragen" not in own.get("/").content.decode()
    manager = sign_in(world.owner)
    assert "ist beigetreten" in manager.get(url("colleagues", firm.key)).content.decode()
    answer = manager.post(url("colleague-link", firm.key, made.key), follow=True).content.decode()
    assert "schon angemeldet" in answer
    assert "/enter/" not in answer, "whoever has signed in keeps the account alone"


@pytest.mark.parametrize("tie", ["organisation", "role"])
def test_nobody_opens_the_account_of_somebody_who_acts_for_others_too(world, firm, sign_in, tie) -> None:
    """Else the manager of one organisation could act for another one, or for an office, as that person."""
    tied = person(firm, "Vera Verband", account=user("Vera Verband"))
    if tie == "organisation":
        Membership.objects.create(person=tied, organisation=world.chinese.organisation, is_manager=True)
    else:
        Role.objects.create(user=tied.user, kind=Role.Kind.ADVISER, scope=Role.Scope.OFFICE, scope_id=world.office.pk)
    manager, before = sign_in(world.owner), tied.email
    assert url("colleague-link", firm.key, tied.key) not in manager.get(url("colleagues", firm.key)).content.decode()
    answer = manager.post(url("colleague-link", firm.key, tied.key), follow=True).content.decode()
    assert "/enter/" not in answer
    assert "gehört auch" in answer
    manager.post(url("colleague-edit", firm.key, tied.key), NEW | {"name": "Vera Verband", "email": "mine@example.org"})
    tied.refresh_from_db()
    assert tied.email == before


def test_a_colleague_with_an_address_gets_a_mail(world, firm, sign_in) -> None:
    sign_in(world.owner).post(url("colleague-new", firm.key), NEW | {"token": new_token(), "email": "Nora@example.org"})
    mail = Mail.objects.get()
    assert (mail.kind, mail.address) == ("directory.entered", "Nora@example.org")
    assert firm.name in mail.body
    assert User.objects.get(email="nora@example.org").person.name == "Nora Neu"


def test_managers_edit_but_one_always_stays(world, firm, sign_in) -> None:
    client = sign_in(world.owner)
    karla = world.colleague.person
    edit = url("colleague-edit", firm.key, karla.key)
    client.post(edit, NEW | {"name": "Karla Klug", "is_manager": "on"})
    member = Membership.objects.get(person=karla)
    assert (member.person.name, member.role, member.is_manager) == ("Karla Klug", "Vertrieb", True)
    client.post(edit, NEW | {"name": "Karla Klug"})
    otto = world.german.person
    answer = client.post(
        url("colleague-edit", firm.key, otto.key), NEW | {"name": "Otto", "email": "owner@example.org"}
    )
    assert "braucht jemanden" in answer.content.decode()
    assert Membership.objects.get(person=otto).is_manager


def test_the_address_of_somebody_who_signed_in_is_his_own(world, firm, sign_in) -> None:
    karla = world.colleague
    sign_in(karla)
    values = NEW | {"name": "Karla Colleague", "email": "other@example.org"}
    answer = sign_in(world.owner).post(url("colleague-edit", firm.key, karla.person.key), values)
    assert "hat sich schon angemeldet" in answer.content.decode()
    assert Person.objects.get(user=karla).email == ""


def test_only_managers_and_the_office_see_colleagues(world, firm, sign_in) -> None:
    for who, status in ((world.colleague, 404), (world.chinese_user, 404), (world.adviser, 200), (world.owner, 200)):
        assert sign_in(who).get(url("colleagues", firm.key)).status_code == status
    stranger = world.chinese.person
    assert sign_in(world.owner).get(url("colleague-edit", firm.key, stranger.key)).status_code == 404


def test_more_colleagues_cost_no_more_queries(world, firm, sign_in, django_assert_num_queries) -> None:
    client = sign_in(world.owner)
    with CaptureQueriesContext(connection) as few:
        client.get(url("colleagues", firm.key))
    for number in range(4):
        person(firm, f"P {number}", account=user(f"P{number} P"))
    with django_assert_num_queries(len(few)):
        client.get(url("colleagues", firm.key))


# --- claims


def claim_address(client, listed: Organisation) -> str:
    page = client.get(url("organisation", listed.key)).content.decode()
    assert url("claim-link", listed.key) in page
    return address_in(client.post(url("claim-link", listed.key)).content.decode(), "/claim/")


def test_one_link_takes_a_listed_organisation_over(world, listed, sign_in) -> None:
    address = claim_address(sign_in(world.adviser), listed)
    visitor = Client(HTTP_ACCEPT_LANGUAGE="zh-CN")
    page = visitor.get(address).content.decode()
    assert "数控机床" in page
    assert page.index("consent_profile") < page.index('name="name"'), "first consent, then the form"
    values = {"name": "张伟", "languages": ["zh"], "token": new_token()}
    assert "consent_profile" in visitor.post(address, values).content.decode(), "nothing without consent"
    assert not listed.people.exists()
    visitor.post(address, values | {"consent_profile": "on"})
    made = listed.people.get()
    assert made.memberships.get().is_manager
    assert [one.purpose for one in made.consents.all()] == ["profile"]
    assert visitor.get(url("organisation-edit", listed.key)).status_code == 200, "signed in without an address"
    assert Client().get(address).status_code == 404, "it serves once"
    assert sign_in(world.adviser).get(url("claim-link", listed.key)).status_code == 404


def test_an_address_is_proved_before_it_signs_in(world, listed, sign_in) -> None:
    address = claim_address(sign_in(world.adviser), listed)
    visitor = Client()
    for email in ("owner@example.org",):
        values = {
            "name": "Zhang Wei",
            "languages": ["zh"],
            "token": new_token(),
            "consent_profile": "on",
            "email": email,
        }
        assert visitor.post(address, values)["Location"] == url("register-done")
    assert visitor.get("/me/").status_code == 302
    assert Mail.objects.get().kind == "directory.known"


def test_who_is_signed_in_takes_it_over_with_one_button(world, listed, sign_in) -> None:
    address = claim_address(sign_in(world.adviser), listed)
    client = sign_in(world.chinese_user)
    assert 'name="name"' not in client.get(address).content.decode()
    assert client.post(address)["Location"] == url("organisation", listed.key)
    assert listed.memberships.get(person=world.chinese.person).is_manager


def test_a_new_link_ends_the_earlier_one_and_joined_ones_have_none(world, listed, firm, sign_in) -> None:
    office = sign_in(world.adviser)
    first = claim_address(office, listed)
    second = claim_address(office, listed)
    assert (Client().get(first).status_code, Client().get(second).status_code) == (404, 200)
    join(world.german.person)
    assert office.get(url("claim-link", firm.key)).status_code == 404
    assert url("claim-link", firm.key) not in office.get(url("organisation", firm.key)).content.decode()
    assert ClaimLink.objects.filter(revoked=None).count() == 1


def test_two_who_use_a_link_at_once_are_one(world, listed) -> None:
    actions.issue_claim(organisation=listed, by=world.adviser)
    link = ClaimLink.objects.get()
    actions.claim(link=link, person=world.chinese.person)
    with pytest.raises(Exception, match=r"link|Link|链接"):
        actions.claim(link=link, person=world.german.person)
    assert listed.memberships.count() == 1


def test_known_partners_are_asked_and_seen_by_managers_and_the_office_alone(world, firm, sign_in) -> None:
    client = sign_in(world.owner)
    page = client.get(url("organisation-edit", firm.key))
    assert "schon haben" in page.content.decode()
    values = {name: value for name, value in page.context["form"].initial.items() if value}
    client.post(
        url("organisation-edit", firm.key), values | {"known_partners": "济南某某公司\nQilu Optik", "themes": []}
    )
    firm.refresh_from_db()
    assert firm.known_partners == "济南某某公司\nQilu Optik"
    assert "known_partners" in client.get(url("register")).content.decode()
    for who, sees in (
        (world.owner, True),
        (world.adviser, True),
        (world.colleague, False),
        (world.chinese_user, False),
    ):
        assert ("Qilu Optik" in sign_in(who).get(url("organisation", firm.key)).content.decode()) is sees
