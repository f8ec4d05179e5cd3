"""Imprint and privacy: written by the office, linked at the foot of every page, open to everybody."""

import pytest
from django.urls import reverse
from django.utils import translation

from qiao.core.models import Office
from qiao.core.personal import REGISTER, Purpose, Retention, Visibility

pytestmark = pytest.mark.db
VALUES = {
    "names_de": "Kontaktbüro", "slug": "office", "city": "Dresden", "country": "DE", "time_zone": "Europe/Berlin",
    "email": "office@example.org", "is_lead": "on", "imprint_de": "Stadt Elbstadt\n\nAm <Markt> 1", "imprint_zh": "易北城市政府",
    "privacy_de": "Beauftragte: <b>Dora</b>", "reviews": "1", "stale_months": "12",
}  # fmt: skip


def test_without_an_imprint_there_is_no_link_and_no_page(world, client) -> None:
    page = client.get("/").content.decode()
    assert reverse("imprint") not in page
    assert reverse("privacy") in page
    assert client.get(reverse("imprint")).status_code == 404


def test_what_the_leading_office_writes_everybody_reads_in_the_best_language(world, sign_in, client) -> None:
    admin = sign_in(world.admin)
    answer = admin.post(reverse("master-edit", args=["offices", world.office.pk]), VALUES)
    assert answer.status_code == 302
    client.logout()
    assert reverse("imprint") in client.get(reverse("account_login")).content.decode()
    for asks_for, words in (
        ("de", "<p>Am &lt;Markt&gt; 1</p>"),
        ("zh-CN", 'lang="zh-Hans"><p>易北城市政府</p>'),
        ("en", 'lang="de"><p>Stadt Elbstadt</p>'),
    ):
        page = client.get(reverse("imprint"), headers={"accept-language": asks_for}).content.decode()
        assert words in page
    assert "Beauftragte: &lt;b&gt;Dora&lt;/b&gt;" in client.get(reverse("privacy")).content.decode()


def test_of_several_offices_the_leading_one_speaks_and_an_empty_language_says_nothing(world, client) -> None:
    Office.objects.update(is_lead=False, imprint={"de": "Quellstadt"}, privacy={"de": "Beauftragter: Quintus"})
    text = {"imprint": {"de": "Elbstadt", "zh": ""}, "privacy": {"de": "Beauftragte: Dora"}}
    Office.objects.create(slug="second", country="DE", names={"de": "Zweites"}, is_lead=True, **text)
    for page, words in (("imprint", "Elbstadt"), ("privacy", "Dora")):
        assert words in client.get(reverse(page), headers={"accept-language": "zh-CN"}).content.decode()


@pytest.mark.parametrize("asks_for", ["de", "zh-CN", "en"])
def test_the_privacy_page_says_what_the_product_knows(world, client, asks_for) -> None:
    answer = client.get(reverse("privacy"), headers={"accept-language": asks_for})
    page = answer.content.decode()
    assert f"mailto:{world.office.email}" in page
    assert page.count('<th scope="row">') == len(REGISTER)
    assert len(answer.context["page"].consents) == 2
    assert "{offices}" not in page
    assert page.count('<span class="badge warn">') == sum(one.sensitive for one in REGISTER.values()) > 0
    with translation.override({"zh-CN": "zh-hans"}.get(asks_for, asks_for)):
        for words in (Retention.DAYS_90, Visibility.NOBODY, Purpose.DELIVERY):
            assert f">{words.label}</td>" in page


def test_the_privacy_page_costs_the_same_whatever_there_is(world, client, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(4):  # the page's offices, those in the two wordings, the leading one
        client.get(reverse("privacy"))
