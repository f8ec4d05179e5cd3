"""The translation desk: who is met next stands first; the table goes out and comes back, and overwrites nothing."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from qiao.core.models import AuditEntry, Text
from qiao.directory.abstract_queries import abstracts_of
from qiao.directory.actions import save_abstract, save_organisation
from qiao.directory.models import Organisation
from qiao.meetings import actions as meetings
from qiao.site.translation_desk import STATES, Wanted, counts, next_met, wanted_in_order
from tests.directory.test_abstracts import DE, EN, ZH, machine
from tests.meetings.plans import agreed, finished_run, meeting
from tests.world import World, organisation

pytestmark = [pytest.mark.pages, pytest.mark.django_db]


def write(world: World, firm: Organisation, language: str, text: str, *, confirm: bool = True) -> Text:
    row = abstracts_of(firm).texts.get(language)
    seen = row.version if row else 0
    return save_abstract(organisation=firm, language=language, text=text, seen=seen, confirm=confirm, by=world.adviser)


def in_future(world: World) -> None:
    """The event and its slots begin tomorrow."""
    shift = timezone.now() + timedelta(days=1) - world.slots[0].start
    for slot in world.slots:
        slot.start, slot.end = slot.start + shift, slot.end + shift
        slot.save()
    day = world.slots[0].start.date()
    type(world.event).objects.filter(pk=world.event.pk).update(starts=day, ends=day + timedelta(days=2))
    world.event.refresh_from_db()


def listed(**wanted: str) -> list[str]:
    rows = Organisation.objects.in_bulk(wanted_in_order(Wanted(**wanted), next_met()))
    return [rows[pk].name for pk in wanted_in_order(Wanted(**wanted), next_met())]


def test_who_is_met_next_stands_first(world) -> None:
    in_future(world)
    first = organisation(world.saxony, "Aaa GmbH")
    assert listed(state="all")[0] == world.german.organisation.name  # nobody is met: in the order of entry
    agreed(world.german_en, world.chinese_en, "eva-li")
    assert set(listed(state="all")[:2]) == {world.german_en.organisation.name, world.chinese_en.organisation.name}
    assert listed(state="all")[-1] == first.name
    assert set(next_met().values()) == {world.event.starts}


def test_a_planned_talk_counts_with_its_day_and_a_past_one_not_at_all(world) -> None:
    in_future(world)
    agreed(world.german, world.chinese, "otto-wang")
    meetings.publish(run=finished_run(world, [meeting("otto-wang", 1, 1, world.interpreter)]), by=world.organiser)
    assert next_met()[world.german.organisation_id] == world.slots[0].start.date()
    for slot in world.slots:
        slot.start, slot.end = slot.start - timedelta(days=9), slot.end - timedelta(days=9)
        slot.save()
    assert next_met() == {}


def test_the_database_and_the_program_call_the_same_states(world) -> None:
    """Every organisation is in the list of exactly the state that its page shows, in every language."""
    firms = [
        world.german.organisation,
        world.chinese.organisation,
        world.german_en.organisation,
        world.chinese_en.organisation,
    ]
    write(world, firms[0], "de", DE)
    machine(firms[0], "zh", ZH)
    write(world, firms[1], "zh", ZH, confirm=False)
    write(world, firms[1], "de", DE)
    write(world, firms[2], "de", DE)
    save_organisation(organisation=firms[2], values={"offers": []}, by=world.adviser)
    write(world, firms[3], "zh", ZH)
    write(world, firms[3], "en", EN)
    write(world, firms[3], "zh", ZH + "欢迎。")
    seen = set()
    for firm in Organisation.objects.all():
        for language in ("de", "zh", "en"):
            state = abstracts_of(firm).state(language)
            seen.add(state)
            where = {one for one in STATES if firm.name in listed(state=one, language=language)}
            assert where == {state.value, "all", *(() if state == "confirmed" else ("open",))}
    assert len(seen) == 4
    for language, number in counts().confirmed:
        assert number == len(listed(state="confirmed", language=language))


def test_what_is_not_published_is_not_listed(world) -> None:
    organisation(world.saxony, "Wartende GmbH", is_published=False)
    assert "Wartende GmbH" not in listed(state="all")


def test_the_page_filters_and_leads_on(world, sign_in) -> None:
    write(world, world.german.organisation, "de", DE)
    client, url = sign_in(world.adviser), reverse("translations")
    page = client.get(url, {"state": "missing", "language": "de"}).content.decode()
    assert world.german.organisation.name not in page
    assert world.german_en.organisation.name in page
    way = f"{reverse('abstract', args=[world.german_en.organisation.key])}?next=/translations/%3Fstate%3Dmissing"
    assert way in page
    assert client.get(url, {"state": "nonsense", "language": "fr", "page": "99"}).status_code == 200


def test_queries_do_not_grow_with_the_list(world, sign_in) -> None:
    client, url = sign_in(world.adviser), reverse("translations")
    client.get(url, {"state": "all"})
    with CaptureQueriesContext(connection) as few:
        client.get(url, {"state": "all"})
    for number in range(4):
        write(world, organisation(world.saxony, f"Firma {number}", offers=({"de": "Rat"},)), "de", DE)
    with CaptureQueriesContext(connection) as many:
        client.get(url, {"state": "all"})
    assert len(many) == len(few) < 25


# --- the table


def exported(client) -> list[list[str]]:
    answer = client.get(reverse("translations-table"), {"state": "all"})
    sheet = load_workbook(io.BytesIO(b"".join(answer) if answer.streaming else answer.content)).active
    return [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]


def file_of(rows: list[list[str]]) -> SimpleUploadedFile:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("abstracts.xlsx", out.getvalue())


def handed_in(client, rows: list[list[str]]):
    return client.post(reverse("translations-import"), {"file": file_of(rows)})


def cell(rows: list[list[str]], firm: Organisation, column: str) -> tuple[list[str], int]:
    return next(row for row in rows if row[0] == firm.key), rows[0].index(column)


def change(rows: list[list[str]], firm: Organisation, column: str, value: str) -> None:
    row, place = cell(rows, firm, column)
    row[place] = value


def test_out_to_a_spreadsheet_and_back(world, sign_in) -> None:
    firm, other = world.german.organisation, world.chinese.organisation
    write(world, firm, "de", DE)
    machine(firm, "zh", ZH)
    client = sign_in(world.adviser)
    rows = exported(client)
    assert AuditEntry.objects.filter(action="site.export_abstracts").count() == 1
    row, place = cell(rows, firm, "offers")
    assert row[place] == "Laserschneidanlagen für Bleche"
    unchanged = handed_in(client, rows)
    assert unchanged.context["preview"].changes == []
    change(rows, firm, "zh", ZH + "欢迎联系。")
    change(rows, firm, "confirm", "zh")
    change(rows, other, "zh", ZH)
    shown = handed_in(client, rows)
    assert [(c.language, c.confirm) for c in shown.context["preview"].changes] == [("zh", True), ("zh", False)]
    assert abstracts_of(firm).texts["zh"].text == ZH  # nothing is written by looking
    client.post(reverse("translations-write"), {"token": shown.context["token"]})
    made = abstracts_of(firm).texts["zh"]
    assert (made.text, made.origin, made.confirmed_by) == (ZH + "欢迎联系。", "machine", world.adviser)
    draft = abstracts_of(other).texts["zh"]
    assert (draft.text, draft.confirmed, draft.source_language) == (ZH, None, "")
    assert handed_in(client, exported(client)).context["preview"].changes == []


def test_nothing_is_overwritten_that_changed_meanwhile(world, sign_in) -> None:
    firm = world.german.organisation
    write(world, firm, "de", DE)
    client = sign_in(world.adviser)
    rows = exported(client)
    change(rows, firm, "de", "Aus der Tabelle.")
    shown = handed_in(client, rows)  # before the change: fine
    write(world, firm, "de", "Inzwischen.")
    late = handed_in(client, rows).context["preview"]
    assert (late.changes, [problem.column for problem in late.problems]) == ([], ["de"])
    answer = client.post(reverse("translations-write"), {"token": shown.context["token"]}, follow=True)
    assert firm.name in answer.content.decode()
    assert abstracts_of(firm).texts["de"].text == "Inzwischen."


@pytest.mark.parametrize(
    ("column", "value", "named"),
    [
        ("de", ZH, "de"), ("zh", EN, "zh"), ("en", "x" * 601, "en"), ("de_version", "neu", "de_version"), ("confirm", "de fr", "confirm"),
        ("confirm", "en", "en"), ("key", "nobody", "key"),
    ],
)  # fmt: skip
def test_every_bad_cell_is_named(world, sign_in, column, value, named) -> None:
    firm = world.german.organisation
    client = sign_in(world.adviser)
    rows = exported(client)
    change(rows, firm, column, value)
    if column == "de_version":
        change(rows, firm, "de", DE)
    number = next(n for n, row in enumerate(rows, 1) if row[rows[0].index("organisation")] == firm.name)
    found = handed_in(client, rows).context["preview"]
    assert [(one.row, one.column) for one in found.problems] == [(number, named)]
    assert found.changes == []


def test_the_same_organisation_twice(world, sign_in) -> None:
    client = sign_in(world.adviser)
    rows = exported(client)
    found = handed_in(client, [*rows, rows[1]]).context["preview"]
    assert [(one.row, one.column) for one in found.problems] == [(len(rows) + 1, "key")]


def test_a_table_of_something_else_and_a_forged_token_write_nothing(world, sign_in) -> None:
    client = sign_in(world.adviser)
    answer = client.post(reverse("translations-import"), {"file": file_of([["name", "country"], ["x", "DE"]])})
    assert answer.status_code == 400
    rows = exported(client)
    change(rows, world.german.organisation, "de", DE)
    token = handed_in(client, rows).context["token"]
    sign_in(world.admin).post(reverse("translations-write"), {"token": token})  # it was shown to somebody else
    client.post(reverse("translations-write"), {"token": token[:-2]})
    assert not Text.objects.filter(field="abstract").exists()


def test_formulas_come_back_as_they_were(world, sign_in) -> None:
    firm = world.german.organisation
    write(world, firm, "de", "=1+1 ist unser Motto.")
    rows = exported(sign_in(world.adviser))
    row, place = cell(rows, firm, "de")
    assert row[place] == "'=1+1 ist unser Motto."
    assert handed_in(sign_in(world.adviser), rows).context["preview"].unchanged == len(rows) - 1
