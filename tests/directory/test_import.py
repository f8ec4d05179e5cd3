"""Tables of organisations: all columns, every bad cell named, once is enough, all or nothing."""

import csv
import io
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django_tasks_db.models import DBTaskResult
from typer.testing import CliRunner

from qiao.cli import app
from qiao.core.errors import Refused
from qiao.core.models import AuditEntry, Text
from qiao.core.tables import read_table
from qiao.core.texts import write_texts
from qiao.directory.actions import ImportReport, import_organisations
from qiao.directory.columns import NAMES, human_texts
from qiao.directory.exports import organisations_csv, template_csv
from qiao.directory.imports import merge_texts
from qiao.directory.models import Entry, Organisation, Park, Side, Theme
from tests.core.hostile_tables import workbook
from tests.directory.racing import at_once
from tests.world import build_world

pytestmark = pytest.mark.db

FULL = {
    "id": "Z01", "name": "济南激光有限公司", "name_en": "Jinan Laser", "side": "jinan", "type": "company", "size": "small",
    "country": "CN", "city": "济南", "zone": "高新区", "park": "齐鲁软件园", "uscc": "91110000600037341L", "vat_id": "",
    "register": "", "lei": "", "website": "www.example.cn", "languages": "zh;en:B2", "themes": "智能制造", "nace": "C28.41",
    "offers_de": "", "offers_zh": "激光设备 | 售后服务", "offers_en": "Laser machines | After-sales service",
    "seeks_de": " | Lieferanten für Optik", "seeks_zh": "寻求德国切割技术", "seeks_en": "", "avoid": "D01",
}  # fmt: skip
OTHER = dict.fromkeys(NAMES, "") | {
    "id": "D01", "name": "Elbe Optik GmbH", "country": "de", "city": "Dresden", "type": "Unternehmen",
    "vat_id": "DE 136 695 976", "offers_de": "Linsen", "offers_en": "Lenses",
}  # fmt: skip


def table(*rows: dict[str, str], columns=NAMES):
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, extrasaction="ignore", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return read_table(out.getvalue().encode(), "a.csv", columns=NAMES)


def load(*rows: dict[str, str], columns=NAMES, **options) -> ImportReport:
    return import_organisations(table=table(*rows, columns=columns), **options)


def test_all_columns_arrive(world) -> None:
    report = load(FULL, OTHER, by=world.adviser)
    assert report.counts == {"created": 2, "updated": 0, "unchanged": 0, "refused": 0}
    assert report.written
    assert report.new_parks == ("齐鲁软件园",)
    made = Organisation.objects.get(external_id="Z01")
    assert (made.name_latin, made.name_language, made.size, made.website) == (
        "Jinan Laser",
        "zh",
        "small",
        "https://www.example.cn",
    )
    assert made.languages == ["zh", "en:B2"]
    assert list(made.themes.all()) == world.themes
    assert made.park == Park.objects.get(names={"zh": "齐鲁软件园"})
    assert [other.name for other in made.avoid.all()] == ["Elbe Optik GmbH"]
    assert human_texts(made, "offer") == [
        {"zh": "激光设备", "en": "Laser machines"}, {"zh": "售后服务", "en": "After-sales service"}
    ]  # fmt: skip
    assert human_texts(made, "seek") == [{"zh": "寻求德国切割技术"}, {"de": "Lieferanten für Optik"}]
    other = Organisation.objects.get(external_id="D01")
    assert (other.side, other.type, other.vat_id, other.name_language) == (world.saxony, "company", "DE136695976", "de")
    assert AuditEntry.objects.get(action="directory.import_organisations").details == {"created": 2, "updated": 0}
    queued = {path.rpartition(".")[2] for path in DBTaskResult.objects.values_list("task_path", flat=True)}
    assert {"embed_stale", "look_for_doubles"} <= queued


def test_second_import_changes_nothing_and_says_so(world, run_tasks) -> None:
    load(FULL, OTHER)
    before = list(Organisation.objects.order_by("pk").values()), list(Text.objects.order_by("pk").values())
    report = load(FULL, OTHER)
    assert report.counts == {"created": 0, "updated": 0, "unchanged": 2, "refused": 0}
    assert not report.written
    assert before == (list(Organisation.objects.order_by("pk").values()), list(Text.objects.order_by("pk").values()))


def test_translations_by_machine_survive_an_import_that_changes_nothing(world) -> None:
    load(OTHER)
    entry = Entry.objects.get(organisation__external_id="D01")
    Text.objects.create(owner=entry, field="text", language="zh", text="镜片", origin=Text.Origin.MACHINE)
    assert load(OTHER).unchanged == 1
    assert entry.texts.filter(language="zh").exists()
    assert load(OTHER | {"offers_de": "Spiegel"}).updated == 1
    assert {t.language: t.text for t in entry.texts.all()} == {"de": "Spiegel", "en": "Lenses"}


def test_absent_columns_are_left_alone_and_empty_cells_empty(world) -> None:
    load(FULL, OTHER)
    report = load(
        {"id": "Z01", "name": FULL["name"], "country": "CN", "website": ""},
        columns=("id", "name", "country", "website"),
    )
    assert report.counts == {"created": 0, "updated": 1, "unchanged": 0, "refused": 0}
    made = Organisation.objects.get(external_id="Z01")
    assert (made.website, made.uscc, made.city) == ("", FULL["uscc"], "济南")
    assert made.park
    assert made.entries.count() == 4


def test_a_column_of_a_language_replaces_its_varieties() -> None:
    assert merge_texts([{"zh-Hant": "激光", "de": "Laser"}], {"zh": ["激光器"]}) == [{"zh": "激光器", "de": "Laser"}]


def test_fewer_texts_delete_entries(world) -> None:
    load(FULL, OTHER)
    load(FULL | {"offers_zh": "激光设备", "offers_en": ""}, OTHER)
    made = Organisation.objects.get(external_id="Z01")
    assert human_texts(made, "offer") == [{"zh": "激光设备"}]
    assert len(human_texts(made, "seek")) == 2
    assert not Text.objects.filter(text="After-sales service").exists()


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("name", ""), ("side", "mars"), ("type", "Verein"), ("size", "huge"), ("country", "Deutschland"), ("country", "XX"),
        ("uscc", "911100006000373410"), ("uscc", "9.11E+17"), ("vat_id", "DE123456789"), ("lei", "213800KUD8LAJWSQ9D16"), ("website", "javascript:alert(1)"),
        ("website", "http://user:pass@example.org"), ("languages", "klingon"), ("languages", "en:D4"), ("themes", "astrology"), ("nace", "28-41"),
        ("name", "A" * 251), ("offers_de", "A" * 5001), ("park", "P" * 101), ("city", "C" * 101), ("avoid", "nobody"),
    ],
)  # fmt: skip
def test_each_bad_cell_is_named_in_three_languages(world, column, cell) -> None:
    sentences = set()
    for language in ("de", "zh-hans", "en"):
        with translation.override(language):
            report = load(OTHER, FULL | {"avoid": "", column: cell}, dry_run=True)
        (problem,) = report.problems
        assert (problem.row, problem.column, report.refused, report.created) == (3, column, 1, 1)
        assert problem.what
        assert problem.remedy
        sentences.add(str(problem))
    assert len(sentences) == 3


def test_a_table_is_told_to_keep_long_numbers_as_text(world) -> None:
    with translation.override("zh-hans"):
        (problem,) = load(FULL | {"uscc": "9.11E+17"}, dry_run=True).problems
    assert problem.remedy == "请按营业执照填写全部18位。请将该列设为文本格式。"


def test_a_row_without_side_and_country_cannot_be_placed(world) -> None:
    report = load({"name": "X"}, {"name": "Y", "country": "FR"})
    assert [(p.row, p.column) for p in report.problems] == [(2, "side"), (3, "side")]
    Side.objects.create(code="bavaria", country="DE", time_zone="Europe/Berlin", office=world.office, names={"de": "B"})
    assert [p.column for p in load({"name": "X", "country": "DE"}).problems] == ["side"]
    assert not Organisation.objects.filter(name__in="XY").exists()


def test_nothing_is_written_with_a_bad_row_unless_asked(world) -> None:
    count = Organisation.objects.count()
    report = load(OTHER, FULL | {"country": "XX"})
    assert (report.written, report.refused, Organisation.objects.count()) == (False, 1, count)
    report = load(OTHER, FULL | {"country": "XX"}, skip_bad=True)
    assert (report.written, report.created, report.refused, Organisation.objects.count()) == (True, 1, 1, count + 1)


def test_a_row_that_avoids_a_refused_row_is_refused_too(world) -> None:
    report = load(OTHER | {"country": "XX"}, FULL, skip_bad=True)
    assert report.refused == 2
    assert [(p.row, p.column) for p in report.problems] == [(2, "country"), (3, "avoid")]


def test_dry_run_writes_nothing(world) -> None:
    count = Organisation.objects.count()
    report = load(FULL, OTHER, dry_run=True)
    assert (report.created, report.written, Organisation.objects.count(), Park.objects.count()) == (2, False, count, 0)


def test_known_again_by_identifier_and_by_name(world) -> None:
    load(FULL | {"avoid": ""})
    changed = FULL | {"avoid": "", "id": "", "name": "济南激光科技", "name_en": "Jinan Laser Tech"}
    assert load(changed).counts["updated"] == 1
    assert Organisation.objects.get(external_id="Z01").name == "济南激光科技"
    by_name = {"name": "elbe lasertechnik GMBH", "city": "德累斯顿", "country": "DE", "nace": "C28"}
    assert load(by_name, columns=tuple(by_name)).updated == 1
    assert world.german.organisation.__class__.objects.get(pk=world.german.organisation_id).nace == "C28"


def test_another_name_may_be_of_another_language(world) -> None:
    load(OTHER)
    before = Organisation.objects.get(external_id="D01")
    load(OTHER | {"name": "易北光学"})
    after = Organisation.objects.get(external_id="D01")
    assert after.name_language == "zh"
    assert after.changed > before.changed
    assert after.same_keys != before.same_keys, "by which doubles are looked for"


def test_id_is_learned_for_an_organisation_known_by_name(world) -> None:
    row = {"id": "D77", "name": "Elbe Lasertechnik GmbH", "city": "Dresden", "country": "DE"}
    assert load(row, columns=tuple(row)).updated == 1
    assert load(row, columns=tuple(row)).unchanged == 1


def test_ambiguous_rows_are_refused(world) -> None:
    load(FULL | {"avoid": ""}, OTHER)
    rows = [
        OTHER | {"id": "Z01"},  # the id says one organisation, the VAT number another
        OTHER | {"id": "D99"},  # the VAT number of an organisation with another id
        {"name": "Twin", "city": "Dresden", "country": "DE"},
    ]
    for _ in range(2):
        Organisation.objects.create(side=world.saxony, name="Twin", city="Dresden", country="DE")
    report = load(*rows)
    assert [p.row for p in report.problems] == [2, 3, 4]


def test_the_same_organisation_twice_in_one_table_is_refused(world) -> None:
    twice = {"name": "Neu GmbH", "city": "Dresden", "country": "DE"}
    report = load(twice, twice | {"nace": "C28"}, OTHER, OTHER | {"name": "Else"})
    assert [(p.row, "3" in p.what or "2" in p.what or "4" in p.what) for p in report.problems] == [(3, True), (5, True)]


def test_two_of_one_name_with_ids_of_their_own(world) -> None:
    rows = [{"id": i, "name": "Filiale", "city": "Dresden", "country": "DE"} for i in ("F1", "F2")]
    assert load(*rows).created == 2
    assert load(*rows).unchanged == 2


def test_export_comes_back_unchanged(world) -> None:
    load(FULL, OTHER | {"name": "=HYPERLINK(1)", "city": "+49", "offers_de": "-5 °C | @home", "register": "'=x"})
    data = organisations_csv()
    assert b'"=' not in data
    assert b"\n=" not in data
    assert b",=" not in data
    report = import_organisations(table=read_table(data, "a.csv", columns=NAMES))
    assert report.counts == {"created": 0, "updated": 0, "unchanged": Organisation.objects.count(), "refused": 0}


def test_template_is_the_header(world) -> None:
    assert template_csv().decode("utf-8-sig").strip().split(",") == list(NAMES)
    assert read_table(template_csv(), "a.csv", columns=NAMES).rows == ()


def test_workbook_is_read_alike(world) -> None:
    data = workbook(tuple(NAMES), tuple(FULL[name] for name in NAMES), tuple(OTHER[name] for name in NAMES))
    assert import_organisations(table=read_table(data, "a.xlsx", columns=NAMES)).created == 2
    assert load(FULL, OTHER).unchanged == 2


def test_queries_do_not_grow_with_the_rows(world, django_assert_num_queries) -> None:
    def rows(first: int, count: int):
        return table(
            *[
                {"id": f"N{n}", "name": f"Firma {n}", "country": "DE", "offers_de": "x"}
                for n in range(first, first + count)
            ]
        )

    import_organisations(table=rows(0, 1))
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        import_organisations(table=rows(10, 1))
    with CaptureQueriesContext(connection) as many:
        import_organisations(table=rows(20, 30))
    assert len(many) == len(one)


def test_nobody_avoids_themselves_and_known_ones_are_avoided_by_their_key(world) -> None:
    load(FULL | {"avoid": f"Z01;{world.german.organisation.key}"})
    assert list(Organisation.objects.get(external_id="Z01").avoid.all()) == [world.german.organisation]


def test_a_park_is_made_once_for_each_region(world) -> None:
    rows = [("A", "saxony", "Hafen"), ("B", "saxony", "HAFEN"), ("C", "jinan", "Hafen"), ("D", "jinan", "Häfen")]
    load(*({"name": name, "side": side, "park": park} for name, side, park in rows))
    first, second, third, fourth = (Organisation.objects.get(name=name).park for name, _side, _park in rows)
    assert first == second
    assert len({first, third, fourth}) == Park.objects.count() == 3


def test_avoid_can_be_taken_back(world) -> None:
    load(FULL, OTHER)
    load(FULL | {"avoid": ""}, OTHER)
    assert not Organisation.objects.get(external_id="Z01").avoid.exists()


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_create_each_row_once(tmp_path) -> None:
    build_world()
    reports = at_once(tmp_path, [lambda: load(FULL, OTHER)] * 2)
    assert sorted((r.created, r.unchanged) for r in reports) == [(0, 2), (2, 0)]
    assert sum(r.written for r in reports) == 1


def test_human_texts_skips_machine_translations(world) -> None:
    entry = world.german.organisation.entries.get(kind="offer")
    write_texts(entry, "text", {"zh": "机器"}, origin=Text.Origin.MACHINE)
    assert human_texts(world.german.organisation, "offer") == [{}]


def test_a_changed_text_rises_its_version_and_nothing_else(world) -> None:
    load(FULL, OTHER)
    load(FULL | {"offers_zh": "激光设备 | 维修服务"}, OTHER)
    made = Organisation.objects.get(external_id="Z01")
    versions = {
        (t.language, t.text): t.version for entry in made.entries.filter(kind="offer") for t in entry.texts.all()
    }
    assert versions == {
        ("zh", "激光设备"): 1, ("en", "Laser machines"): 1, ("zh", "维修服务"): 2, ("en", "After-sales service"): 1
    }  # fmt: skip
    load(FULL | {"offers_zh": "激光设备 | 维修服务 | 培训"}, OTHER)
    assert human_texts(made, "offer")[2:] == [{"zh": "培训"}]


def test_themes_and_who_is_avoided_become_what_the_table_says(world) -> None:
    load(FULL, OTHER)
    load(FULL | {"themes": "", "avoid": ""}, OTHER | {"avoid": "Z01"})
    first, second = (Organisation.objects.get(external_id=one) for one in ("Z01", "D01"))
    assert (list(first.themes.all()), list(first.avoid.all()), list(second.avoid.all())) == ([], [], [first])


def test_many_rows_take_as_many_queries_as_few(world) -> None:
    def queries(count: int, **changes) -> int:
        rows = [OTHER | {"id": f"N{n}", "name": f"Neue Optik {n}", "vat_id": "", **changes} for n in range(count)]
        with CaptureQueriesContext(connection) as found:
            load(*rows)
        return sum(1 for query in found if "searchdocument" not in query["sql"].lower())

    few, few_changed = queries(3), queries(3, offers_de="Spiegel")
    many, many_changed = queries(40), queries(40, offers_de="Prismen")
    # What is there already is read as well, hence some more; never one more for each row.
    assert many - few <= 10
    assert many_changed - few_changed <= 10


def test_without_regions_or_themes_the_table_is_refused_once_and_not_row_by_row(world) -> None:
    Theme.objects.all().delete()
    with pytest.raises(Refused, match="No themes are set up yet") as refused, translation.override("en"):
        load(FULL, FULL | {"id": "Z02"})
    assert "Installation" in refused.value.message
    assert load(OTHER, dry_run=True).counts["created"] == 1  # names no theme


def test_an_installation_without_regions_says_so_once(db) -> None:
    with pytest.raises(Refused) as refused, translation.override("de"):
        load(FULL, OTHER)
    assert refused.value.message.startswith("Es sind noch keine Regionen eingerichtet.")


def test_the_command_says_that_a_template_has_no_rows(world, tmp_path) -> None:
    (tmp_path / "empty.csv").write_bytes(template_csv())
    result = CliRunner().invoke(app, ["import", "organisations", str(tmp_path / "empty.csv"), "--lang", "de"])
    assert result.exit_code == 0
    assert "Es gibt nichts zu importieren" in result.stderr
    assert json.loads(result.stdout)["created"] == 0


def test_the_command_says_in_one_line_that_regions_come_first(db, tmp_path) -> None:
    (tmp_path / "a.csv").write_text("name,side\nA,jinan\nB,jinan\n")
    result = CliRunner().invoke(app, ["import", "organisations", str(tmp_path / "a.csv"), "--lang", "zh"])
    assert result.exit_code == 2
    assert result.stderr == "尚未设置地区。请先在“系统设置”页面设置地区和主题，然后再导入。\n"
