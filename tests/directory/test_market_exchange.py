"""Opportunities from and for other networks: what goes out comes in unchanged, and every mistake is named."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from qiao.core.answers import fingerprint
from qiao.core.errors import Refused
from qiao.core.models import AuditEntry
from qiao.directory import actions
from qiao.directory.market_check import preview
from qiao.directory.market_format import COLUMNS, FORMAT, FORMATS, TYPES
from qiao.directory.market_models import Opportunity
from qiao.directory.models import Organisation
from tests.directory.opportunities import draft, shown_opportunity
from tests.world import World

pytestmark = [pytest.mark.pages, pytest.mark.django_db]
State = Opportunity.State


@pytest.fixture
def firm(world: World) -> Organisation:
    return world.german.organisation


def exported(world: World, kind: str, *, names: bool = True) -> bytes:
    return actions.export_opportunities(kind=kind, names=names, by=world.adviser)


def one(**more: Any) -> dict[str, Any]:
    day = (timezone.localdate() + timedelta(days=100)).isoformat()
    return {
        "id": "net-1", "type": "TO", "title": {"de": "Laser"}, "description": {"de": "Schneidet alles."}, "expires": day,
    } | more  # fmt: skip


def file_of(*records: Any) -> bytes:
    return json.dumps({"format": FORMAT, "opportunities": records}).encode()


def take(world: World, data: bytes, filename: str = "a.json"):
    shown = fingerprint(preview(data, filename).shown)
    return actions.import_opportunities(data=data, filename=filename, shown=shown, by=world.adviser)


def mistakes(*records: Any) -> set[tuple[str, str]]:
    with translation.override("en"):
        return {(problem.place, problem.name) for problem in preview(file_of(*records), "a.json").problems}


# --- there and back


@pytest.mark.parametrize("kind", FORMATS)
def test_what_goes_out_comes_in_unchanged(world: World, firm: Organisation, kind: str) -> None:
    texts = {
        "title": {"de": "Laser", "zh": "激光"}, "text": {"de": "Zeile <1> & \"2\"\nZeile 2", "zh": "切割"},
        "advantages": {"en": "=cheap()"}, "partner": {"de": "Ein Vertrieb"},
    }  # fmt: skip
    shown_opportunity(firm, by=world.adviser, texts=texts, countries=["CN", "DE"], cooperation=["licence", "supply"])
    shown_opportunity(firm, by=world.adviser, kind="seek", area="culture", is_anonymous=True)
    data = exported(world, kind)
    found = preview(data, f"a.{kind}")
    assert (found.problems, len(found.planned), found.unchanged) == ([], 2, 2)
    assert preview(data, f"a.{kind}").planned[0].values["texts"] == texts
    take(world, data, f"a.{kind}")
    assert Opportunity.objects.count() == 2


def test_only_what_is_published_goes_out_and_names_only_where_they_show(world: World, firm: Organisation) -> None:
    shown_opportunity(firm, by=world.adviser)
    draft(firm, by=world.owner, texts={"title": {"de": "Entwurf"}, "text": {"de": "Geheim"}})
    hidden = shown_opportunity(world.chinese.organisation, by=world.adviser, is_anonymous=True)
    text = exported(world, "json").decode()
    assert "Entwurf" not in text
    assert world.chinese.organisation.name not in text
    assert hidden.public_key in text
    assert hidden.key not in text
    assert firm.name in text
    assert firm.name not in exported(world, "json", names=False).decode()
    assert AuditEntry.objects.filter(action="directory.export_opportunities").count() == 2


# --- from elsewhere


def test_new_ones_are_published_and_the_second_time_changes_nothing(world: World, firm: Organisation) -> None:
    data = file_of(one(organisation={"name": firm.name, "country": "DE"}), one(id="net-2", type="RDR"))
    done = take(world, data)
    assert (len(done.new), len(done.changed)) == (2, 0)
    made, other = Opportunity.objects.order_by("pk")
    assert (made.organisation, made.state, made.area) == (firm, State.PUBLISHED, "technology")
    assert other.organisation.stands_for == world.saxony, "the office stands for what names nobody"
    before = list(Opportunity.objects.values_list())
    again = take(world, data)
    assert (len(again.new), len(again.changed), again.unchanged) == (0, 0, 2)
    assert list(Opportunity.objects.values_list()) == before


def test_a_change_is_taken_and_named(world: World, firm: Organisation) -> None:
    take(world, file_of(one(organisation={"id": firm.key})))
    data = file_of(one(stage="market", title={"de": "Laser 2"}))
    assert preview(data, "a.json").changed[0].changed == ["stage", "title"]
    take(world, data)
    made = Opportunity.objects.get()
    assert (made.stage, made.organisation, made.state) == ("market", firm, State.PUBLISHED)


def test_what_changed_after_the_preview_is_shown_anew(world: World, firm: Organisation) -> None:
    data = file_of(one())
    shown = fingerprint(preview(data, "a.json").shown)
    take(world, data)
    with pytest.raises(Refused):
        actions.import_opportunities(data=data, filename="a.json", shown=shown, by=world.adviser)


@pytest.mark.parametrize(
    ("record", "name"),
    [
        (one(id=""), "id"), (one(id="x" * 61), "id"), (one(id="a b"), "id"), (one(type="XX"), "type"),
        (one(title={}), "title"), (one(title={"zh": "激光"}), "title"), (one(title={"de": "x" * 121}), "title_de"),
        (one(title={"fr": "laser"}), "title.fr"), (one(title="Laser"), "title"), (one(stage="odd"), "stage"),
        (one(rights="odd"), "rights"), (one(partner_types=["odd"]), "partner_types"), (one(cooperation="supply"), "cooperation"),
        (one(countries=["Germany"]), "countries"), (one(expires="31.3.2027"), "expires"), (one(expires="2020-01-01"), "expires"),
        (one(surprise=1), "surprise"), (one(organisation={"name": "Gibt es nicht"}), "organisation"),
        (one(organisation={"id": "nowhere"}), "organisation_id"), (one(organisation={"mail": "x"}), "organisation.mail"),
        ("text", "?"),
    ],
)  # fmt: skip
def test_every_mistake_is_named_with_its_place(world: World, record: Any, name: str) -> None:
    found = mistakes(one(id="good"), record)
    assert name in {its_name for _place, its_name in found}
    assert all(place.startswith("Opportunity 2") for place, _name in found)


def test_the_same_id_twice_and_an_organisation_that_waits(world: World, firm: Organisation) -> None:
    Organisation.objects.filter(pk=firm.pk).update(is_published=False)
    assert mistakes(one(), one()) == {("Opportunity 2 (net-1)", "id")}
    assert mistakes(one(organisation={"name": firm.name})) == {("Opportunity 1 (net-1)", "organisation")}


def test_a_bad_cell_of_a_workbook_is_named_by_row(world: World) -> None:
    empty = dict.fromkeys(COLUMNS, "")
    record = empty | {"id": "a", "type": "TO", "title_de": "x", "description_de": "y", "expires": "2020-01-01"}
    record |= {"partner_types": ["company", "odd"], "cooperation": [], "countries": []}
    with translation.override("en"):
        found = preview(FORMATS["xlsx"].write([record]), "a.xlsx")
    assert {(problem.place, problem.name) for problem in found.problems} == {
        ("Row 2", "partner_types"),
        ("Row 2", "expires"),
    }


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><opportunities format="qiao-opportunities/1">&b;</opportunities>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><opportunities format="qiao-opportunities/1">&a;</opportunities>'


@pytest.mark.parametrize(
    ("data", "filename"),
    [
        (BOMB, "a.xml"), (OUTSIDE, "a.xml"), (b"<opportunities", "a.xml"), (b"", "a.xml"), (b"<other/>", "a.xml"),
        (b"[" * 100_000, "a.json"), (b"\xff\xfe", "a.json"), (b"{}", "a.json"), (b"null", "a.json"), (b"PK", "a.xlsx"),
        (b"x", "a.exe"), (file_of(), "a.json"), (file_of(*({"id": str(n)} for n in range(501))), "a.json"),
    ],
)  # fmt: skip
def test_hostile_and_foreign_files_are_refused(world: World, data: bytes, filename: str) -> None:
    with pytest.raises(Refused):
        preview(data, filename)


# --- pages


def test_the_way_of_a_file_through_the_pages(world: World, firm: Organisation, sign_in) -> None:
    client = sign_in(world.adviser)
    data = file_of(one(organisation={"name": firm.name}), one(id="bad", stage="odd"))
    answer = client.post(reverse("opportunities-exchange"), {"file": SimpleUploadedFile("a.json", data)})
    page = client.get(answer["Location"])
    words = page.content.decode()
    assert "<code>stage</code>" in words
    assert "Kooperationsmöglichkeit 2 (bad)" in words
    assert not Opportunity.objects.exists()
    assert sign_in(world.admin).get(answer["Location"]).status_code == 404, "another's file"
    client = sign_in(world.adviser)
    client.post(answer["Location"], {"shown": "something else"})
    assert not Opportunity.objects.exists()
    assert client.post(answer["Location"], {"shown": page.context["shown"]}).status_code == 302
    assert Opportunity.objects.get().external_id == "net-1"
    assert client.get(answer["Location"]).status_code == 404, "it is forgotten"
    bad = client.post(reverse("opportunities-exchange"), {"file": SimpleUploadedFile("a.json", b"{}")})
    assert bad.status_code == 400


def test_the_file_that_is_given(world: World, firm: Organisation, sign_in) -> None:
    shown_opportunity(firm, by=world.adviser)
    client, address = sign_in(world.adviser), reverse("opportunities-export")
    for kind, form in FORMATS.items():
        answer = client.get(address, {"format": kind, "names": "on"})
        assert answer["Content-Type"] == form.media_type
        assert f'.{kind}"' in answer["Content-Disposition"]
    assert client.get(address, {"format": "exe"}).status_code == 404
    assert sign_in(world.owner).get(address).status_code == 404


def test_a_long_file_asks_the_database_as_often_as_a_short_one(
    world: World, firm: Organisation, django_assert_num_queries
) -> None:
    take(world, file_of(one(), one(id="net-2")))
    with CaptureQueriesContext(connection) as few:
        preview(file_of(one(organisation={"name": firm.name})), "a.json")
    count = len(few)
    many = [one(id=f"net-{n}", organisation={"name": firm.name}) for n in range(1, 30)]
    with django_assert_num_queries(count):
        preview(file_of(*many), "a.json")


def test_the_documentation_names_every_part() -> None:
    text = (Path(__file__).parents[2] / "docs/reference/opportunities-format.md").read_text()
    assert [name for name in (*COLUMNS, *TYPES) if f"`{name}`" not in text] == []


@pytest.mark.parametrize(
    "text", ["\x00", "\ud800", "\u202e", "x" * 4000, "'; DROP TABLE x; --", "{{ 7*7 }}", "<script>"]
)
def test_odd_texts_anywhere_are_refused_or_tidied(world: World, firm: Organisation, sign_in, text: str) -> None:
    odd = [
        one(id=f"a{text}"), one(type=text), one(stage=text), one(countries=[text]), one(expires=text), one(**{text: 1}),
        one(organisation={"id": text, "name": text}), one(title={text: "x"}), one(id="t", title={"de": f"L{text}"}),
    ]  # fmt: skip
    client = sign_in(world.adviser)
    for record in odd:
        name = f"a{text.replace(chr(0xD800), '')}.json"  # which no browser could send
        answer = client.post(reverse("opportunities-exchange"), {"file": SimpleUploadedFile(name, file_of(record))})
        assert answer.status_code in {302, 400}
        if answer.status_code == 302:
            page = client.get(answer["Location"])
            assert page.status_code == 200
            assert client.post(answer["Location"], {"shown": page.context["shown"]}).status_code in {200, 302}
