"""Signing in: by code, by password; what strangers learn (nothing); mails through the outbox in the reader's language."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from qiao.core import actions
from qiao.core.models import Mail

pytestmark = pytest.mark.db
PASSWORD = "drei Brücken über die Elbe"


@pytest.fixture(autouse=True)
def _fresh_limits(db: None) -> None:
    cache.clear()


def with_password(user):
    user.set_password(PASSWORD)
    user.save()
    return user


def ask_for_code(client, address: str):
    return client.post(reverse("account_request_login_code"), {"email": address})


def test_signing_in_by_code(world, client) -> None:
    assert ask_for_code(client, world.chinese_user.email).status_code == 302
    mail = Mail.objects.get()
    assert (mail.user, mail.language, mail.kind) == (world.chinese_user, "zh-hans", "account.login_code")
    code = re.search(r"^[A-Z0-9]{3,}-?[A-Z0-9]*$", mail.body, re.MULTILINE)[0]
    assert mail.subject == f"您的登录验证码：{code}"
    before = client.session.session_key
    answer = client.post(reverse("account_confirm_login_code"), {"code": code})
    assert answer["Location"] == "/"
    assert client.session["_auth_user_id"] == str(world.chinese_user.pk)
    assert client.session.session_key != before


def test_three_wrong_codes_end_the_attempt(world, client) -> None:
    ask_for_code(client, world.owner.email)
    answers = [client.post(reverse("account_confirm_login_code"), {"code": "WRONG"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 302]
    code = re.search(r"^[A-Z0-9]{3,}-?[A-Z0-9]*$", Mail.objects.get().body, re.MULTILINE)[0]
    client.post(reverse("account_confirm_login_code"), {"code": code})
    assert "_auth_user_id" not in client.session


def test_an_unknown_address_gets_the_same_answer(world) -> None:
    def facts(answer):
        return answer.status_code, answer.headers.get("Location"), re.sub(r'value="[^"]*"', "", answer.content.decode())

    for name, field, extra in (
        ("account_request_login_code", "email", {}),
        ("account_reset_password", "email", {}),
        ("account_login", "login", {"password": "something wrong 123"}),
    ):
        answers = [
            facts(Client().post(reverse(name), {field: address, **extra}))
            for address in (world.owner.email, "unknow@example.org")
        ]
        assert len({str(answer).replace(world.owner.email, "unknow@example.org") for answer in answers}) == 1, name
    kinds = list(Mail.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == [
        "account.login_code",
        "account.unknown_account",
        "account.password_reset_key",
        "account.unknown_account",
    ]


def test_signing_in_by_password_with_a_new_session(world, client) -> None:
    with_password(world.owner)
    client.get("/account/login/")
    client.post(reverse("set-language"), {"language": "en"})
    answer = client.post(reverse("account_login"), {"login": world.owner.email.upper(), "password": PASSWORD})
    assert answer["Location"] == "/"
    assert client.session["_auth_user_id"] == str(world.owner.pk)


def test_guessing_a_password_stops_after_five(world, client) -> None:
    with_password(world.owner)
    for _ in range(5):
        client.post(reverse("account_login"), {"login": world.owner.email, "password": "wrong guess 12"})
    client.post(reverse("account_login"), {"login": world.owner.email, "password": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_choosing_a_new_password_by_mail(world, client, settings) -> None:
    with_password(world.owner)
    client.post(reverse("account_reset_password"), {"email": world.owner.email}, headers={"host": "localhost"})
    mail = Mail.objects.get()
    link = re.search(r"^http.*$", mail.body, re.MULTILINE)[0]
    assert link.startswith(settings.PUBLIC_URL)
    form = client.get(link.removeprefix(settings.PUBLIC_URL))["Location"]
    new = "vier Brücken über die Elbe"
    client.post(form, {"password1": new, "password2": new})
    world.owner.refresh_from_db()
    assert world.owner.check_password(new)
    assert Mail.objects.last().kind == "account.password_reset"


def test_a_closed_account_is_out_with_the_next_request(world, client, sign_in) -> None:
    sign_in(world.owner)
    assert client.get(reverse("me")).status_code == 200
    token = actions.issue_link(user=world.owner, by=world.adviser)
    actions.deactivate(user=world.owner, by=world.admin)
    assert client.get(reverse("me")).status_code == 302
    assert client.post(reverse("enter", args=[token])).status_code == 302
    ask_for_code(client, world.owner.email)
    assert Mail.objects.last().kind == "account.unknown_account"
    assert client.get(reverse("me")).status_code == 302


def test_signing_up_leads_to_registration(client) -> None:
    answer = client.get(reverse("account_signup"))
    assert answer.status_code == 302
    assert answer["Location"] == reverse("register")
