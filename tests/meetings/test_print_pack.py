"""What is printed for the day: whose, in which language, with the version, and who took it."""

import io
import re
import subprocess
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from qiao.core.models import AuditEntry
from qiao.core.paper import draw
from qiao.directory.models import Person
from qiao.directory.queries import by_name
from qiao.events.models import Participation
from qiao.meetings import actions, pdf, print_pack
from qiao.meetings.pdf import paper
from qiao.meetings.print_pack import PARTS, sheets
from qiao.meetings.print_page import print_page
from qiao.meetings.printed import last_printings
from qiao.templatetags.wording import moment_text
from tests.meetings.plans import agreed, finished_run, first_plan, meeting, wishes
from tests.world import participation, person

pytestmark = [pytest.mark.db, pytest.mark.django_db]
SAME = "Seitdem hat sich der Plan nicht geändert."


@pytest.fixture
def published(world):
    wishes(world)
    actions.publish(run=finished_run(world, first_plan(world)), by=world.organiser)
    return world


def text_of(file: bytes) -> str:
    return subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=file, capture_output=True, check=True
    ).stdout.decode()


def test_each_agenda_is_in_its_readers_language_and_in_the_order_of_names(published) -> None:
    found = sheets(published.event, "agendas")
    assert ["".join(c for c in one["name"] if ord(c) < 128)[:3] for one in found] == ["Eva", "L N", "Ott", "Wng"]
    assert [one["title"] for one in found] == ["Mein Terminplan", "我的日程", "Mein Terminplan", "我的日程"]


def test_who_has_no_talk_gets_no_sheet(published) -> None:
    participation(published.event, person(published.german.organisation, "Adam Allein"))
    assert len(sheets(published.event, "agendas")) == 4
    rows = sheets(published.event, "names")[0]["rows"]
    assert rows[0][0] == "Adam Allein"
    assert rows[0][2:] == ["0", ""]


def test_a_card_names_organisations_only(published) -> None:
    first, second = sheets(published.event, "cards")
    assert (first["number"], len(first["rows"]), len(second["rows"])) == ("1", 2, 1)
    words = str(first["rows"]) + str(second["rows"])
    assert "济南激光设备有限公司" in words
    assert "王立" not in words
    assert "Otto Owner" not in words


def test_a_list_for_each_round_says_who_sits_where_with_whom(published) -> None:
    rounds = sheets(published.event, "rounds")
    assert len(rounds) == 3, "a slot without talks has no list"
    (row,) = rounds[0]["rows"]
    assert row[0] == "1"
    assert "Otto Owner" in row[1]
    assert "王立" in row[2]
    assert row[3] == "Dolores Dolmetsch"


def test_interpreters_find_their_own_talks(published) -> None:
    (sheet,) = sheets(published.event, "rotas")
    assert "Dolores Dolmetsch" in sheet["title"]
    assert len(sheet["rows"]) == 1


def test_a_talk_that_was_withdrawn_is_on_no_paper(published) -> None:
    published.event.requests.filter(key="otto-wang").update(state="withdrawn")
    assert sheets(published.event, "rotas") == []
    assert len(sheets(published.event, "rounds")) == 2


def test_a_badge_shows_each_bearer_in_the_own_script_and_its_role_in_words(published) -> None:
    waiting = participation(published.event, person(published.german.organisation, "Wilma Wartet"))
    Participation.objects.filter(pk=waiting.pk).update(state=Participation.State.APPLIED)
    [sheet] = sheets(published.event, "badges")
    found = {badge["names"][0]: badge for badge in sheet["badges"]}
    assert set(found) == {"Otto Owner", "Eva Ernst", "王立", "李娜", "Dolores Dolmetsch"}
    assert found["王立"]["names"][1:] == ["Wáng Lì"]
    assert (found["王立"]["language"], found["Otto Owner"]["language"]) == ("zh", "de")
    assert found["Dolores Dolmetsch"]["label"] == "Dolmetschen · 口译 · Interpreter"
    assert found["Dolores Dolmetsch"]["organisation"] == []
    text = text_of(paper("Namensschilder", [sheet]))
    assert "Elbe Lasertechnik GmbH" in text
    assert "Wilma" not in text


def test_the_whole_pack_as_a_file(published, sign_in) -> None:
    client = sign_in(published.organiser)
    assert (
        reverse("print", args=[published.event.slug])
        in client.get(reverse("schedule", args=[published.event.slug])).content.decode()
    )
    page = client.get(reverse("print", args=[published.event.slug])).content.decode()
    assert all(reverse("print-file", args=[published.event.slug, part]) in page for part in (*PARTS, "pack"))
    response = client.get(reverse("print-file", args=[published.event.slug, "pack"]))
    text = text_of(response.content)
    for words in ("Mein Terminplan", "我的日程", "Tisch · 洽谈桌 · Table", "Fassung 1", "1 / 1", "Dolores Dolmetsch"):
        assert words in text
    entry = AuditEntry.objects.get(action="meetings.print")
    assert (entry.actor, entry.details) == (published.organiser, {"part": "pack", "version": 1, "off": []})
    assert client.get(reverse("print-file", args=[published.event.slug, "nonsense"])).status_code == 404


def test_many_sheets_are_drawn_some_at_a_time_and_come_as_one_file(published, monkeypatch) -> None:
    found = sheets(published.event, "pack")
    whole = paper("洽谈会", found)
    monkeypatch.setattr(pdf, "AT_ONCE", 3)
    monkeypatch.setattr(print_pack, "PEOPLE_AT_ONCE", 3)
    assert sheets(published.event, "pack") == found
    drawn = []
    monkeypatch.setattr(pdf, "draw", lambda template, data: drawn.append(len(data["sheets"])) or draw(template, data))
    joined = paper("洽谈会", found)
    assert text_of(joined) == text_of(whole)
    assert PdfReader(io.BytesIO(joined)).metadata.title == "洽谈会"
    assert max(drawn) == 3
    assert sum(drawn) == len(found)


def test_without_a_plan_the_page_says_where_to_begin(world, sign_in) -> None:
    page = sign_in(world.organiser).get(reverse("print", args=[world.event.slug])).content.decode()
    assert reverse("desk", args=[world.event.slug]) in page
    assert re.findall(r"[a-z]+(?=\.pdf)", page) == ["badges"]  # the one thing that needs no plan


def test_more_people_cost_no_more_queries(published) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            sheets(published.event, "pack")
        return len(queries)

    count()
    before = count()
    for number in range(4):
        participation(published.event, person(published.german.organisation, f"Gast {number}"))
    guest = published.event.participations.get(person__name="Gast 1")
    agreed(guest, published.chinese_en, "gast-li")
    run = finished_run(published, [*first_plan(published), meeting("gast-li", 4, 2)])
    actions.publish(run=run, by=published.organiser)
    assert count() == before


def test_names_are_sorted_as_they_are_looked_up() -> None:
    names = [("Zoe Ott", ""), ("王立", "Wáng Lì"), ("李娜", ""), ("Özil", "")]
    people = [Person(name=name, name_latin=latin) for name, latin in names]
    assert [one.name for one in sorted(people, key=by_name)] == ["李娜", "Özil", "王立", "Zoe Ott"]


def test_what_has_changed_since_it_was_printed_is_named_and_printed_alone(published, sign_in) -> None:
    client, slug = sign_in(published.organiser), published.event.slug
    page, agendas = reverse("print", args=[slug]), reverse("print-file", args=[slug, "agendas"])
    assert "Zuletzt gedruckt" not in client.get(page).content.decode()
    assert client.get(f"{agendas}?changed").url == page  # never printed: it cannot be told
    client.get(reverse("print-file", args=[slug, "pack"]))
    before = client.get(page).content.decode()
    assert before.count(SAME) == 6  # all but the badges
    assert client.get(f"{agendas}?changed").url == page  # nothing to print
    first, *others = first_plan(published)
    actions.publish(
        run=finished_run(published, [replace(first, slot="s4", table="t2"), *others]), by=published.organiser
    )
    stale = {part.code: part.stale for part in print_page(published.event).parts}
    assert stale == {
        "agendas": ["Otto Owner", "Wáng Lì (王立)"], "cards": ["1", "2"], "records": ["1", "2"], "badges": [], "names": [],
        "rounds": [words_of(published, 0), words_of(published, 3)], "rotas": ["Dolores Dolmetsch"],
    }  # fmt: skip
    changed = last_printings(published.event, ["agendas"])["agendas"].changed
    assert {one["name"] for one in sheets(published.event, "agendas", changed)} == {"Otto Owner", "王立（Wáng Lì）"}
    assert text_of(client.get(f"{agendas}?changed").content).count("Otto Owner") >= 1
    assert client.get(page).content.decode().count(SAME) == 1  # what was printed now


def test_a_talk_that_its_people_ended_changes_the_paper_until_it_is_printed_anew(published, sign_in) -> None:
    client, event = sign_in(published.organiser), published.event
    event.requests.filter(key="eva-li").update(state="withdrawn")
    client.get(reverse("print-file", args=[event.slug, "pack"]))
    assert [part.stale for part in print_page(event).parts] == 7 * [[]]  # the paper left it out already
    event.requests.filter(key="otto-li").update(state="withdrawn")
    stale = {part.code: part.stale for part in print_page(event).parts}
    assert (stale["agendas"], stale["cards"]) == (["Lǐ Nà (李娜)", "Otto Owner"], ["1"])
    client.get(reverse("print-file", args=[event.slug, "agendas"]) + "?changed")
    stale = {part.code: part.stale for part in print_page(event).parts}
    assert (stale["agendas"], stale["cards"]) == ([], ["1"])


def words_of(world, position: int) -> str:
    slot, zone = world.slots[position], world.event.zone
    return moment_text(slot.start.astimezone(zone), slot.end.astimezone(zone))


def test_what_the_event_has_lost_since_it_was_printed_makes_all_of_it_stale(published, sign_in) -> None:
    client, slug = sign_in(published.organiser), published.event.slug
    client.get(reverse("print-file", args=[slug, "cards"]))
    run = finished_run(published, [one for one in first_plan(published) if one.table != "t2"])
    actions.publish(run=run, by=published.organiser)
    published.event.tables.filter(number=2).delete()
    [cards] = [part for part in print_page(published.event).parts if part.code == "cards"]
    assert (cards.printing.version, cards.printing.changed, cards.stale) == (1, None, [])
    assert "Die Veranstaltung hat sich seitdem geändert" in client.get(reverse("print", args=[slug])).content.decode()
