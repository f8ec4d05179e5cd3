"""Guessing, flooding and counterfeiting on the way in."""

import re

import pytest
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import reverse

from qiao.core.models import Mail, User
from tests.directory.test_registration import send

pytestmark = [pytest.mark.pages, pytest.mark.django_db]
PASSWORD = "drei Brücken über die Elbe"


@pytest.fixture(autouse=True)
def _fresh_limits(db: None) -> None:
    cache.clear()


def guess(address: str, password: str = "wrong guess 12") -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": address, "password": password})
    return client


def test_who_registered_with_capital_letters_signs_in(world, client) -> None:
    assert send(client, email="Eva.Neu@Example.org").status_code == 302
    Mail.objects.all().delete()
    client.post(reverse("account_request_login_code"), {"email": "Eva.Neu@Example.org"})
    mail = Mail.objects.get()
    assert mail.kind == "account.login_code"
    code = re.search(r"^[A-Z0-9]{3,}-?[A-Z0-9]*$", mail.body, re.MULTILINE)[0]
    client.post(reverse("account_confirm_login_code"), {"code": code})
    assert client.session["_auth_user_id"] == str(User.objects.get(email="eva.neu@example.org").pk)


@pytest.mark.parametrize("written", ["OWNER@EXAMPLE.ORG", " owner@example.org ", "Owner@Example.org"])
def test_the_limit_on_an_account_knows_all_spellings_of_its_address(world, written) -> None:
    world.owner.set_password(PASSWORD)
    world.owner.save()
    for _ in range(5):
        guess(written)
    assert "_auth_user_id" not in guess("owner@example.org", PASSWORD).session


def test_a_flood_of_other_addresses_does_not_wash_the_counter_away(world) -> None:
    """Django's database cache keeps 300 entries by default and then throws out a third of them, whatever they count."""
    world.owner.set_password(PASSWORD)
    world.owner.save()
    for _ in range(5):
        guess(world.owner.email)
    for number in range(400):
        cache.set(f"allauth:rl:flood:{number}", [1.0], 300)
    assert "_auth_user_id" not in guess(world.owner.email, PASSWORD).session


@override_settings(ALLOWED_HOSTS=["*"], PUBLIC_URL="https://office.example.org")
@pytest.mark.parametrize("name", ["account_request_login_code", "account_reset_password"])
@pytest.mark.parametrize("address", ["owner@example.org", "nobody@example.org"])
def test_a_host_name_in_the_request_never_gets_into_a_mail(world, client, name, address) -> None:
    client.post(reverse(name), {"email": address}, headers={"host": "evil.example"})
    mail = Mail.objects.get()
    assert "evil.example" not in mail.subject + mail.body
    assert "https://office.example.org" in mail.body


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil.example",
                                    "／／evil.example", "javascript:alert(1)", "http:///evil.example", "/\t/evil.example"])  # fmt: skip
def test_signing_in_never_leads_to_another_host(world, client, wanted) -> None:
    world.owner.set_password(PASSWORD)
    world.owner.save()
    answer = client.post(reverse("account_login"), {"login": world.owner.email, "password": PASSWORD, "next": wanted})
    assert answer.status_code == 302
    location = answer["Location"]
    assert location.startswith(("/", "%EF%BC%8F")), location
    assert not re.match(r"[/\\]{2}|/\\|/\t", location)


def test_a_new_password_ends_all_other_sessions(world) -> None:
    world.owner.set_password(PASSWORD)
    world.owner.save()
    thief, owner = guess(world.owner.email, PASSWORD), guess(world.owner.email, PASSWORD)
    assert thief.get(reverse("me")).status_code == 200
    new = "vier Brücken über die Elbe"
    owner.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert thief.get(reverse("me")).status_code == 302
    assert owner.get(reverse("me")).status_code == 200
