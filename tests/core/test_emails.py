"""Mails in words: plain text in the reader's language, names as they are."""

import pytest

from qiao.core.emails import render

pytestmark = pytest.mark.db


@pytest.mark.parametrize(
    ("language", "subject"),
    [("de", "ABC ist Ihr Anmeldecode"), ("zh-hans", "您的登录验证码：ABC"), ("en", "ABC is your sign-in code")],
)
def test_subject_and_body_in_each_language(world, language: str, subject: str) -> None:
    found, body = render("account.login_code", language, {"code": "ABC"})
    assert found == subject
    assert "\nABC\n" in body
    assert world.office.names[language[:2]] in body


def test_the_installation_s_own_name_leads(world, settings) -> None:
    settings.INSTALLATION_NAME = "Brücke & Co."
    assert "Brücke & Co." in render("account.login_code", "de", {"code": "ABC"})[1]


def test_plain_text_is_not_escaped(db) -> None:
    _subject, body = render("account.unknown_account", "de", {"email": "a&b@example.org", "signup_url": "/x/?a=1&b=2"})
    assert "a&b@example.org" in body
    assert "?a=1&b=2" in body
    assert "&amp;" not in body
