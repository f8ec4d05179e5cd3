"""What interpreters read before their talks, and the terms of a talk."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiao.directory.actions import save_abstract
from qiao.directory.models import EntryKeyword, Keyword
from qiao.events.glossary_models import GlossaryTerm
from qiao.meetings import actions
from qiao.meetings.terms import MOST, terms_for
from tests.directory.test_abstracts import DE, ZH
from tests.events.test_glossary import LASER, TITAN, add
from tests.meetings.plans import agreed, finished_run, meeting
from tests.world import World

pytestmark = pytest.mark.db


@pytest.fixture
def planned(world: World) -> World:
    """Otto and Wang meet, with an interpreter."""
    agreed(world.german, world.chinese, "otto-wang")
    actions.publish(run=finished_run(world, [meeting("otto-wang", 1, 1, world.interpreter)]), by=world.organiser)
    world.event.refresh_from_db()
    return world


def words(world: World) -> list[str]:
    pair = (world.german.organisation, world.chinese.organisation)
    return [term.names["de"] for term in terms_for(world.event, [pair])[pair[0].pk, pair[1].pk]]


def test_what_both_speak_of_comes_first_and_what_neither_does_not_at_all(world) -> None:
    add(world, TITAN)  # neither of the two
    add(world, {"de": "Vertriebspartner", "zh": "经销商"})  # the German one
    add(world, {"de": "Laseranlagen", "zh": "激光设备", "en": "laser equipment"})  # both, each in its language
    assert words(world) == ["Laseranlagen", "Vertriebspartner"]


def test_at_most_five_the_glossary_before_the_vocabulary(world) -> None:
    for number in range(4):
        add(world, {"de": "Laser" + "schneidanlagen"[: number + 3], "zh": f"无{number}"})
    for number in range(4):
        term = Keyword.objects.create(code=f"k{number}", names={"de": f"Wort {number}", "zh": "词", "en": "word"})
        EntryKeyword.objects.create(entry=world.chinese.organisation.entries.first(), keyword=term, score=0.9)
    found = words(world)
    assert len(found) == MOST
    assert found[:4] == ["Laser" + "schneidanlagen"[: number + 3] for number in range(4)]
    assert found[4].startswith("Wort")


def test_a_term_taken_from_the_vocabulary_is_known_by_its_keyword(world) -> None:
    term = Keyword.objects.create(
        code="sheet", names={"de": "Blechbearbeitung", "zh": "钣金加工", "en": "sheet metal working"}
    )
    EntryKeyword.objects.create(entry=world.german.organisation.entries.first(), keyword=term, score=0.9)
    GlossaryTerm.objects.create(event=world.event, names=term.names, keyword=term)
    assert words(world) == ["Blechbearbeitung"]  # once, though the vocabulary has it, too


def test_the_briefing_shows_both_sides_and_the_words(planned, sign_in) -> None:
    firm = planned.german.organisation
    save_abstract(organisation=firm, language="de", text=DE, seen=0, confirm=True, by=planned.owner)
    save_abstract(organisation=firm, language="zh", text=ZH, seen=0, confirm=True, by=planned.owner)
    add(planned, LASER, "nicht: Lasergravur")
    add(planned, {"de": "Laseranlagen", "zh": "激光设备"})
    page = sign_in(planned.interpreter_user).get(reverse("briefing", args=[planned.event.slug])).content.decode()
    for text in (DE, ZH, "激光设备", "激光切割", "nicht: Lasergravur", planned.chinese.organisation.name):
        assert text in page
    assert (
        "otto"
        in sign_in(planned.interpreter_user).get(reverse("rota", args=[planned.event.slug])).content.decode().lower()
    )
    for who in (planned.owner, planned.organiser):
        assert sign_in(who).get(reverse("briefing", args=[planned.event.slug])).status_code == 404


def test_an_interpreter_without_talks_reads_the_glossary(world, sign_in) -> None:
    add(world, LASER)
    page = sign_in(world.interpreter_user).get(reverse("briefing", args=[world.event.slug])).content.decode()
    assert "激光切割" in page


def test_agendas_show_the_terms_of_each_talk(planned, sign_in) -> None:
    add(planned, {"de": "Laseranlagen", "zh": "激光设备"})
    client, url = sign_in(planned.chinese_user), reverse("agenda", args=[planned.event.slug])
    assert "Laseranlagen" in client.get(url).content.decode()
    assert client.get(reverse("agenda-pdf", args=[planned.event.slug])).status_code == 200


def test_more_talks_cost_no_more_queries(world) -> None:
    add(world, LASER)
    one = [(world.german.organisation, world.chinese.organisation)]
    terms_for(world.event, one)
    with CaptureQueriesContext(connection) as few:
        terms_for(world.event, one)
    more = [
        *one,
        (world.german_en.organisation, world.chinese_en.organisation),
        (world.german.organisation, world.chinese_en.organisation),
    ]
    with CaptureQueriesContext(connection) as many:
        terms_for(world.event, more)
    assert len(many) <= len(few) + 2  # those whose texts were read before are not read again
