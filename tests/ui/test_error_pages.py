"""What people meet when something is wrong: a sentence, a next step, in their language or in all three."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import Client
from django.urls import path
from django.utils import translation
from django.views import defaults

from qiao.core.audience import audience
from qiao.urls import urlpatterns as own


@audience("public")
def broken(request):
    raise RuntimeError("broken on purpose")


urlpatterns = [path("broken/", broken), *own]
THREE = ("Der Fehler liegt in der Software", "这是软件故障", "Something in the software failed")


def test_a_failure_speaks_three_languages_and_asks_no_database(rf):
    page = defaults.server_error(rf.get("/")).content.decode()
    for words in THREE:
        assert words in page
    assert page.count("<h1") == 1


@pytest.mark.urls(__name__)
def test_a_failing_view_answers_500_with_that_page(db):
    response = Client(raise_request_exception=False).get("/broken/")
    assert response.status_code == 500
    assert THREE[1] in response.content.decode()


def test_without_the_forms_token_the_page_says_what_to_do(db):
    response = Client(enforce_csrf_checks=True).post("/language/", {"language": "de"})
    assert response.status_code == 403
    for words in ("Das Formular konnte nicht gesendet werden", "表单未能提交", "The form could not be sent"):
        assert words in response.content.decode()


def test_an_unreadable_request_speaks_three_languages(db):
    for words in ("konnte diese Anfrage nicht lesen", "服务器无法读取该请求", "could not read this request"):
        assert words in render_to_string("400.html")


@pytest.mark.parametrize(
    ("language", "words"),
    [("de", "Hier ist nichts für Sie"), ("zh-hans", "此处没有可供您查看的内容"), ("en", "nothing here for you")],
)
def test_a_missing_page_speaks_the_readers_language(world, sign_in, language, words):
    world.owner.language = language
    world.owner.save()
    response = sign_in(world.owner).get("/nowhere/")
    assert response.status_code == 404
    assert words in response.content.decode()


@pytest.mark.parametrize(("page", "words"), [("403.html", "nicht freigegeben"), ("429.html", "Zu viele Versuche")])
def test_refusals_have_a_page_of_their_own(db, rf, page, words):
    request = rf.get("/")
    request.user, request._messages = AnonymousUser(), []
    with translation.override("de"):
        assert words in render_to_string(page, request=request)
