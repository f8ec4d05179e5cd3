"""Drafts by a translation server: only what somebody orders is sent, and no draft replaces what a person wrote."""

from collections.abc import Iterator

import pytest
from django.urls import reverse

from qiao.core.errors import Refused
from qiao.core.models import AuditEntry, Text
from qiao.directory.abstract_queries import abstracts_of
from qiao.directory.actions import save_abstract
from qiao.directory.draft_models import DraftOrder
from qiao.directory.models import Keyword, Organisation, OrganisationKeyword
from qiao.site.actions import draft_waiting, order_drafts
from tests.directory.test_abstracts import DE, ZH
from tests.translation_server import Fake
from tests.world import World

pytestmark = pytest.mark.db


@pytest.fixture
def fake() -> Iterator[Fake]:
    server = Fake()
    server.words[DE] = ZH
    yield server
    server.close()


@pytest.fixture
def libre(settings, fake: Fake) -> Fake:
    settings.TRANSLATOR = f"libretranslate:{fake.address}"
    return fake


@pytest.fixture
def chat(settings, fake: Fake) -> Fake:
    settings.TRANSLATOR = f"openai:{fake.address}/v1#tiny"
    return fake


@pytest.fixture
def firm(world: World) -> Organisation:
    return world.german.organisation


def write(world: World, firm: Organisation, language: str, text: str, *, confirm: bool = True) -> Text:
    row = abstracts_of(firm).texts.get(language)
    seen = row.version if row else 0
    return save_abstract(organisation=firm, language=language, text=text, seen=seen, confirm=confirm, by=world.owner)


def test_without_a_server_nothing_can_be_ordered(world, firm, fake, sign_in) -> None:
    write(world, firm, "de", DE)
    with pytest.raises(Refused):
        order_drafts(wanted=[(firm, "zh")], by=world.owner)
    page = sign_in(world.owner).get(reverse("abstract", args=[firm.key])).content.decode()
    assert "Maschinell entwerfen" not in page
    assert draft_waiting() == 0
    assert fake.asked == []


def test_a_translation_is_ordered_made_and_checked(world, firm, libre, sign_in) -> None:
    write(world, firm, "de", DE)
    client, url = sign_in(world.owner), reverse("abstract", args=[firm.key])
    page = client.get(url).content.decode()
    assert libre.address.removeprefix("http://") in page  # it says to whom the text goes
    assert libre.asked == []
    client.post(url, {"language": "zh", "decision": "draft"})
    assert DraftOrder.objects.get().by == world.owner
    assert libre.asked == []  # that happens in the background
    assert draft_waiting() == 1
    row = abstracts_of(firm).texts["zh"]
    assert (row.text, row.origin, row.source_language, row.source_version, row.confirmed) == (
        ZH,
        "machine",
        "de",
        1,
        None,
    )
    assert [question["q"] for question in libre.questions("/translate")] == [DE]
    assert not DraftOrder.objects.exists()
    assert {"site.order_drafts", "directory.write_draft"} <= set(AuditEntry.objects.values_list("action", flat=True))
    write(world, firm, "zh", ZH)
    assert abstracts_of(firm).shown("zh").text.confirmed_by == world.owner


def test_what_people_wrote_or_confirmed_is_neither_sent_nor_replaced(world, firm, libre) -> None:
    write(world, firm, "de", DE)
    write(world, firm, "zh", "我们自己写的。", confirm=False)
    assert order_drafts(wanted=[(firm, "zh"), (firm, "de")], by=world.owner) == 0
    DraftOrder.objects.create(organisation=firm, language="zh")  # ordered before somebody wrote it
    assert draft_waiting() == 0
    assert abstracts_of(firm).texts["zh"].text == "我们自己写的。"
    assert libre.questions("/translate") == []
    assert not DraftOrder.objects.exists()


def test_an_original_is_drafted_by_a_language_model_only(world, firm, chat, settings) -> None:
    text = "Es bietet: Laser."
    chat.words["It offers: Laserschneidanlagen für Bleche\nIt seeks: Vertriebspartner für Laseranlagen in China"] = text
    assert order_drafts(wanted=[(firm, "de")], by=world.owner) == 1
    assert draft_waiting() == 1
    row = abstracts_of(firm).texts["de"]
    assert (row.text, row.origin, row.source_language) == (text, "machine", "")
    assert abstracts_of(firm).shown("de") is None  # nobody has looked at it
    settings.TRANSLATOR = f"libretranslate:{chat.address}"
    assert order_drafts(wanted=[(world.chinese.organisation, "zh")], by=world.owner) == 0


def test_a_draft_in_the_wrong_script_is_none(world, firm, libre) -> None:
    write(world, firm, "de", DE)
    libre.words[DE] = "This is no Chinese."
    order_drafts(wanted=[(firm, "zh")], by=world.owner)
    assert draft_waiting() == 0
    assert DraftOrder.objects.get().problem["code"] == "bad-answer"
    assert "zh" not in abstracts_of(firm).texts


def test_when_the_server_fails_the_page_says_so_and_nobody_asks_it_again_by_itself(world, firm, libre, sign_in) -> None:
    other = world.german_en.organisation
    for one in (firm, other):
        write(world, one, "de", DE)
    libre.answer = (403, {}, b"")
    order_drafts(wanted=[(firm, "zh"), (other, "zh")], by=world.owner)
    assert draft_waiting() == 0
    assert draft_waiting() == 0
    assert len(libre.questions("/translate")) == 1  # the second text would have fared no better
    assert DraftOrder.objects.exclude(problem={}).count() == 2
    page = sign_in(world.owner).get(reverse("abstract", args=[firm.key])).content.decode()
    assert "(403)" in page
    assert "(403)" in sign_in(world.adviser).get(reverse("translations")).content.decode()
    libre.answer = None
    sign_in(world.owner).post(reverse("abstract", args=[firm.key]), {"language": "zh", "decision": "draft"})
    assert draft_waiting() == 1


def test_the_desk_orders_what_is_missing_on_a_page(world, firm, libre, sign_in) -> None:
    client, url = sign_in(world.adviser), reverse("translations-draft")
    keys = [firm.key, world.chinese.organisation.key]
    client.post(url, {"key": keys})
    assert not DraftOrder.objects.exists()  # there are no originals
    write(world, firm, "de", DE)
    assert "translations/draft/" in client.get(reverse("translations")).content.decode()
    client.post(url, {"key": keys, "language": "zh"})
    assert list(DraftOrder.objects.values_list("organisation", "language")) == [(firm.pk, "zh")]
    client.post(url, {"key": keys})
    assert set(DraftOrder.objects.values_list("language", flat=True)) == {"zh", "en"}
    assert sign_in(world.owner).post(url, {"key": keys}).status_code == 404


def test_terms_go_to_a_language_model_and_are_missed_where_they_are_left_out(world, firm, chat, sign_in) -> None:
    term = Keyword.objects.create(
        code="laser-cutting", names={"de": "Laserschneid", "zh": "激光切割", "en": "laser cutting"}
    )
    OrganisationKeyword.objects.create(organisation=firm, keyword=term, origin="confirmed")
    write(world, firm, "de", DE)
    order_drafts(wanted=[(firm, "zh"), (firm, "en")], by=world.owner)
    chat.words[DE] = "我们制造激光机。"
    draft_waiting()
    system = [question["messages"][0]["content"] for question in chat.questions("/v1/chat/completions")]
    assert "Laserschneid = 激光切割" in system[0]
    client, url = sign_in(world.owner), reverse("abstract", args=[firm.key])
    assert "激光切割" in client.get(url).content.decode()  # the draft does not use it
    write(world, firm, "zh", ZH)
    assert "Laserschneid</span>" not in client.get(url).content.decode()


def test_the_page_on_privacy_names_the_server(world, libre, settings, client, sign_in) -> None:
    host = libre.address.removeprefix("http://")
    assert host in client.get(reverse("privacy")).content.decode()
    assert host in sign_in(world.admin).get(reverse("installation")).content.decode()
    settings.TRANSLATOR = ""
    assert host not in client.get(reverse("privacy")).content.decode()
    assert libre.asked == []
