"""Language switch, own account and the demo's mails."""

import pytest
from django.urls import reverse

from qiao.core import actions
from qiao.core.models import AuditEntry, Mail

pytestmark = pytest.mark.db


def test_a_visitor_keeps_the_chosen_language(db, client) -> None:
    answer = client.post(reverse("set-language"), {"language": "zh-hans", "next": "/account/login/"})
    assert answer["Location"] == "/account/login/"
    assert client.get("/account/login/")["Content-Language"] == "zh-hans"


def test_a_signed_in_person_keeps_it_in_the_account(world, sign_in) -> None:
    sign_in(world.owner).post(reverse("set-language"), {"language": "en"})
    world.owner.refresh_from_db()
    assert world.owner.language == "en"
    assert AuditEntry.objects.get().details == {"fields": ["language"]}


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example",
        "https://evil.example/",
        "\\\\evil.example",
        "／／evil.example",
        "javascript:alert(1)",
        "",
        "/\\evil.example",
    ],
)
def test_the_switch_never_leads_to_another_host(client, db, wanted: str) -> None:
    location = client.post(reverse("set-language"), {"language": "de", "next": wanted})["Location"]
    assert location == "/" or location.startswith("%EF%BC%8F")  # a full-width slash is a path, not a host


def test_an_unknown_language_changes_nothing(world, sign_in) -> None:
    client = sign_in(world.owner)
    assert client.post(reverse("set-language"), {"language": "xx"}).cookies.get("django_language") is None
    world.owner.refresh_from_db()
    assert world.owner.language == "de"


def test_changing_the_own_account(world, sign_in) -> None:
    client = sign_in(world.owner)
    answer = client.post(
        reverse("me"),
        {"name": "Otto Neu", "language": "en", "time_zone": "Asia/Shanghai", "is_active": "", "email": "x@y.de"},
    )
    assert answer["Location"] == reverse("me")
    world.owner.refresh_from_db()
    assert (world.owner.name, world.owner.language, world.owner.time_zone) == ("Otto Neu", "en", "Asia/Shanghai")
    assert (world.owner.email, world.owner.is_active) == ("owner@example.org", True)
    assert AuditEntry.objects.get().details == {"fields": ["name", "language", "time_zone"]}


def test_a_wrong_time_zone_is_refused_beside_the_field(world, sign_in) -> None:
    answer = sign_in(world.owner).post(reverse("me"), {"name": "Otto", "language": "de", "time_zone": "Mars/Olympus"})
    assert answer.status_code == 200
    assert "time_zone" in answer.context["form"].errors
    world.owner.refresh_from_db()
    assert world.owner.name == "Owner Otto"


def test_my_page_shows_what_is_stored_and_why(world, sign_in) -> None:
    page = sign_in(world.owner).get(reverse("me")).content.decode()
    assert "Otto Owner" in page
    assert "Damit Ihre Gespräche geplant werden können." in page
    assert "Stranger" not in page


def queue(subject: str = "Guten Tag", body: str = "Text") -> None:
    actions.queue_mail(user=None, address="a@example.org", kind="t", subject=subject, body=body, language="de")


def test_the_demo_shows_its_mails_as_text(world, client, settings) -> None:
    settings.DEMO = True
    queue("<script>alert(1)</script>", "<img src=x onerror=alert(1)>")
    page = client.get(reverse("mails")).content.decode()
    assert "&lt;script&gt;" in page
    assert "<img src=x" not in page


def test_the_demo_finds_mails_by_address_and_words(world, sign_in, settings) -> None:
    settings.DEMO = True
    queue("Gespräch mit 王立", "Tisch 4")
    actions.queue_mail(
        user=None, address="otto@example.org", kind="t", subject="Ihr Terminplan", body="…", language="de"
    )
    client = sign_in(world.owner)
    assert f"?q={world.owner.email.replace('@', '%40')}" in client.get(reverse("mails")).content.decode()
    for words, subjects in (
        ("王立", [1, 0]),
        ("tisch 4", [1, 0]),
        ("OTTO@", [0, 1]),
        ("nichts", [0, 0]),
        ("\0", [1, 1]),
    ):
        page = client.get(reverse("mails"), {"q": words}).content.decode()
        assert [page.count(subject) for subject in ("Gespräch mit", "Ihr Terminplan")] == subjects, words
    assert "Keine E-Mail" in client.get(reverse("mails"), {"q": "nichts"}).content.decode()


def test_a_real_installation_shows_no_mails(world, client, settings) -> None:
    settings.DEMO = False
    assert client.get(reverse("mails")).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_more_mails_cost_no_more_queries(world, client, settings, django_assert_num_queries, count: int) -> None:
    settings.DEMO = True
    for _ in range(count):
        queue()
    with django_assert_num_queries(3):  # the page's mails, their number, the leading office
        client.get(reverse("mails"))
    assert Mail.objects.count() == count
