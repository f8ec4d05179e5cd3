"""The glossary of an event: edited as a table, taken over from the vocabulary, out to a spreadsheet and back."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from qiao.core.errors import Refused
from qiao.core.models import AuditEntry
from qiao.directory.models import EntryKeyword, Keyword
from qiao.directory.terms import left_out, pairs, terms_in
from qiao.events import actions
from qiao.events.actions import TermValues
from qiao.events.glossary import names_for
from qiao.site.translators import terms_of
from tests.world import World

pytestmark = pytest.mark.db
LASER = {"de": "Laserschneiden", "zh": "激光切割", "en": "laser cutting"}
TITAN = {"de": "Titan", "zh": "钛", "en": "titanium"}


def save(world: World, *terms: TermValues):
    return actions.save_glossary(event=world.event, terms=list(terms), by=world.organiser)


def add(world: World, names: dict[str, str], note: str = "") -> None:
    save(world, TermValues("", names, note))


def sent(rows: list[dict[str, str]], initial: int) -> dict[str, str]:
    data = {"terms-TOTAL_FORMS": str(len(rows)), "terms-INITIAL_FORMS": str(initial)}
    return data | {f"terms-{n}-{name}": value for n, row in enumerate(rows) for name, value in row.items()}


def test_rows_are_added_changed_and_removed_on_one_page(world, sign_in) -> None:
    add(world, LASER)
    add(world, TITAN)
    first, second = world.event.glossary.all()
    client, url = sign_in(world.organiser), reverse("glossary", args=[world.event.slug])
    page = client.get(url).content.decode()
    assert "激光切割" in page
    order = [first, second] if page.index("Laserschneiden") < page.index('value="Titan"') else [second, first]
    rows = [{"key": term.key, **term.names, "note": "kurz" if term == first else ""} for term in order]
    rows[order.index(second)] |= {"de": "", "zh": "", "en": ""}
    rows.append({"key": "", "de": "Blech", "zh": "板材", "en": "", "note": ""})
    assert client.post(url, sent(rows, 2)).status_code == 302
    found = {term.names["de"]: (term.names, term.note) for term in world.event.glossary.all()}
    assert found == {"Laserschneiden": (LASER, "kurz"), "Blech": ({"de": "Blech", "zh": "板材"}, "")}
    assert AuditEntry.objects.filter(action="events.save_glossary").count() == 3


def test_only_changed_rows_are_written(world, sign_in) -> None:
    """What somebody else does meanwhile in another row stays."""
    add(world, LASER)
    add(world, TITAN)
    first, second = world.event.glossary.all()
    rows = [{"key": one.key, **one.names, "note": ""} for one in (first, second)]
    save(world, TermValues(second.key, TITAN, "inzwischen"))
    rows[0]["note"] = "neu"
    # The rows as this person got them, before the other's change.
    client, url = sign_in(world.organiser), reverse("glossary", args=[world.event.slug])
    client.post(url, sent([rows[0] | {"note": "neu"}, rows[1] | {"note": "inzwischen"}], 2))
    assert {term.names["de"]: term.note for term in world.event.glossary.all()} == {
        "Laserschneiden": "neu",
        "Titan": "inzwischen",
    }


@pytest.mark.parametrize("row", [{"de": "Blech"}, {"note": "nur eine Notiz"}, {"de": "x" * 121, "zh": "板材"}])
def test_a_bad_row_stays_on_the_page(world, sign_in, row) -> None:
    answer = sign_in(world.organiser).post(reverse("glossary", args=[world.event.slug]), sent([row], 0))
    assert answer.status_code == 400
    assert next(iter(row.values())) in answer.content.decode()
    assert not world.event.glossary.exists()


def test_taken_over_from_what_participants_are_about(world, sign_in) -> None:
    often = Keyword.objects.create(code="laser-cutting", names=LASER)
    once = Keyword.objects.create(code="titanium", names=TITAN)
    Keyword.objects.create(code="nobody", names={"de": "Niemand", "zh": "无人", "en": "nobody"})
    partly = Keyword.objects.create(code="partly", names={"de": "Nur deutsch"})
    for who, terms in ((world.german, [often, partly]), (world.chinese, [often, once])):
        for term in terms:
            EntryKeyword.objects.create(entry=who.organisation.entries.first(), keyword=term, score=0.9)
    client = sign_in(world.organiser)
    client.post(reverse("glossary-prefill", args=[world.event.slug]))
    assert [term.keyword for term in world.event.glossary.all()] == [often, once]
    client.post(reverse("glossary-prefill", args=[world.event.slug]))
    assert world.event.glossary.count() == 2


def test_only_organisers_of_the_event(world, sign_in) -> None:
    for who in (world.owner, world.interpreter_user, world.stranger):
        assert sign_in(who).get(reverse("glossary", args=[world.event.slug])).status_code == 404


def test_there_is_an_upper_limit(world, monkeypatch) -> None:
    monkeypatch.setattr("qiao.events.actions.glossary.MOST_TERMS", 1)
    add(world, LASER)
    with pytest.raises(Refused):
        add(world, TITAN)
    assert world.event.glossary.count() == 1


# --- the table


def handed_in(client, world: World, rows: list[list[str]]):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    file = SimpleUploadedFile("glossary.xlsx", out.getvalue())
    return client.post(reverse("glossary-import", args=[world.event.slug]), {"file": file})


def exported(client, world: World) -> list[list[str]]:
    data = client.get(reverse("glossary-table", args=[world.event.slug])).content
    rows = load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True)
    return [[cell or "" for cell in row] for row in rows]


def test_out_to_a_spreadsheet_and_back(world, sign_in) -> None:
    add(world, LASER, "=kein Kommando")
    client = sign_in(world.organiser)
    rows = exported(client, world)
    assert rows[0] == ["key", "de", "zh", "en", "note"]
    assert rows[1][4] == "'=kein Kommando"
    assert handed_in(client, world, rows).status_code == 302
    assert world.event.glossary.get().note == "=kein Kommando"
    rows[1][2] = "激光裁切"
    handed_in(client, world, [*rows, ["", "Titan", "钛", "titanium", ""]])
    assert [term.names["zh"] for term in world.event.glossary.all()] == ["激光裁切", "钛"]
    handed_in(client, world, [["de", "zh", "en"], ["Titan", "钛", "titanium"]])  # the same without a key: none twice
    assert world.event.glossary.count() == 2


def test_with_any_bad_row_nothing_is_written_and_each_is_named(world, sign_in) -> None:
    add(world, LASER)
    client = sign_in(world.organiser)
    key = exported(client, world)[1][0]
    rows = [
        ["key", "de", "zh", "en", "note"], ["", "Titan", "钛", "titanium", ""], ["nokey", "A", "甲", "", ""], ["", "B", "", "", ""],
        [key, "C", "丙", "x" * 121, ""], [key, "D", "丁", "", ""],
    ]  # fmt: skip
    answer = handed_in(client, world, rows)
    text = answer.content.decode()
    assert answer.status_code == 400
    for number in (3, 4, 5, 6):
        assert f"Zeile {number}" in text
    assert "Zeile 2" not in text
    assert world.event.glossary.get().names == LASER


# --- its use


def test_terms_stand_in_texts(world) -> None:
    terms = [TITAN, LASER]
    assert terms_in("Wir bieten Laserschneidenanlagen", "de", terms) == [LASER]
    assert pairs("Laserschneiden von Titan", "de", "zh", terms) == {"Laserschneiden": "激光切割", "Titan": "钛"}
    assert left_out("Laserschneiden von Titan", "钛的加工", "de", "zh", terms) == [("Laserschneiden", "激光切割")]
    assert pairs("Titan", "de", "zh", [{"de": "Titan"}]) == {}


def test_drafts_use_the_glossary_of_events_that_are_not_over_before_the_vocabulary(world) -> None:
    firm = world.german.organisation
    term = Keyword.objects.create(code="laser", names={"de": "Laserschneiden", "zh": "镭射切割", "en": "laser"})
    EntryKeyword.objects.create(entry=firm.entries.first(), keyword=term, score=0.9)
    add(world, LASER)
    assert pairs("Laserschneiden", "de", "zh", terms_of(firm)) == {"Laserschneiden": "激光切割"}
    assert names_for([firm], world.event.ends)[firm.pk] == [LASER]
    after = world.event.ends.replace(year=world.event.ends.year + 1)
    assert names_for([firm], after)[firm.pk] == []


def test_the_page_reads_as_much_for_many_terms_as_for_few(world, sign_in) -> None:
    client, url = sign_in(world.organiser), reverse("glossary", args=[world.event.slug])
    add(world, LASER)
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for number in range(5):
        add(world, {"de": f"Wort {number}", "zh": f"词{number}"})
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(few)
