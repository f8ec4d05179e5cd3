"""What browsers are told: strict content policy, no framing, no caching of private pages, safe cookies."""

import pytest
from django.test import override_settings
from django.urls import reverse

from qiao.core import actions
from tests.test_settings import setting

pytestmark = pytest.mark.django_db


def policy(response) -> dict[str, str]:
    directives = (part.strip().partition(" ") for part in response["Content-Security-Policy"].split(";"))
    return {name: values for name, _space, values in directives}


def test_the_content_policy_is_strict(client) -> None:
    found = policy(client.get("/account/login/"))
    assert found["default-src"] == "'none'"
    assert found["script-src"] == found["style-src"] == found["connect-src"] == found["form-action"] == "'self'"
    assert found["frame-ancestors"] == found["base-uri"] == found["object-src"] == "'none'"
    assert "unsafe" not in str(found)
    assert "http" not in str(found)


@pytest.mark.parametrize("address", ["/account/login/", "/no/such/page", "/language/", "/enter/wrong/"])
def test_every_answer_carries_the_policy(client, address: str) -> None:
    response = client.get(address)
    assert "Content-Security-Policy" in response
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"


def test_private_pages_are_kept_nowhere(world, sign_in) -> None:
    response = sign_in(world.owner).get(reverse("me"))
    assert response["Cache-Control"] == "private, no-store"
    assert "Cookie" in response["Vary"]


def test_nothing_shows_after_signing_out(world, sign_in) -> None:
    client = sign_in(world.owner)
    client.post(reverse("account_logout"))
    assert client.get(reverse("me")).status_code == 302


def test_a_page_with_a_secret_in_its_address_is_not_cached(world, client) -> None:
    token = actions.issue_link(user=world.owner, by=world.adviser)
    assert "no-store" in client.get(reverse("enter", args=[token]))["Cache-Control"]


@override_settings(ALLOWED_HOSTS=["office.example.org"])
def test_a_foreign_host_name_is_refused(client) -> None:
    assert client.get("/account/login/", headers={"host": "evil.example"}).status_code == 400


def test_cookies_are_safe_behind_https(tmp_path) -> None:
    flags = "settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS"
    assert setting(tmp_path, flags) == "True True True 31536000"
    assert setting(tmp_path, flags, QIAO_URL="http://localhost:8000") == "False False False 0"


def test_the_session_cookie_is_hidden_from_scripts(client) -> None:
    client.post(reverse("account_request_login_code"), {"email": "a@example.org"})
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
