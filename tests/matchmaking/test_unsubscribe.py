"""Mails that have a way to end them can be ended by the mail program with one click (RFC 8058)."""

from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import resolve, reverse

from qiao.core.actions import queue_mail
from qiao.core.mail import to_message
from qiao.core.models import Mail
from qiao.directory.actions import alerts, keep_search
from qiao.directory.hits import Ask
from qiao.directory.search_models import SavedSearch
from qiao.matchmaking.actions import digest, reach
from qiao.matchmaking.conversation_models import Reach

pytestmark = pytest.mark.db
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def test_the_headers_name_the_page_that_ends_the_mails(world) -> None:
    news = [alerts.News("laser", "/", [], 0)]
    assert alerts._mail(world.owner, news)
    assert digest._mail(world.owner, [], [])
    for mail, name in zip(Mail.objects.order_by("pk"), ("alerts-stop", "digest-stop"), strict=True):
        message = to_message(mail).message()
        address = message["List-Unsubscribe"].replace("\n ", "").strip("<>")
        assert address.startswith("http://localhost:8000/")
        assert resolve(urlsplit(address).path).url_name == name
        assert address in mail.body
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_other_mails_carry_none(world) -> None:
    mail = queue_mail(user=None, address="a@example.org", kind="a.b", subject="x", body="x", language="de")
    assert mail is not None
    assert to_message(mail).message()["List-Unsubscribe"] is None


def test_one_click_ends_them_without_cookie_or_page(world) -> None:
    keep_search(ask=Ask("laser"), by=world.owner)
    program = Client(enforce_csrf_checks=True)
    for name, token in (("alerts-stop", alerts.stop_token), ("digest-stop", reach.stop_token)):
        address = reverse(name, args=[token(world.owner)])
        assert program.post(address).status_code == 403  # a form of another site
        assert program.get(address).status_code == 200  # programs that read mails open links: nothing happens
        assert SavedSearch.objects.exclude(mails="none").exists()
        assert not Reach.objects.filter(digest=False).exists()
        if name == "alerts-stop":
            assert program.post(address, ONE_CLICK).status_code == 200
            assert not SavedSearch.objects.exclude(mails="none").exists()
            SavedSearch.objects.update(mails="daily")
        else:
            assert program.post(address, ONE_CLICK).status_code == 200
            assert Reach.objects.get(person=world.german.person).digest is False
    assert program.post(reverse("digest-stop", args=["x"]), ONE_CLICK).status_code == 404
