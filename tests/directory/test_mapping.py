"""Tables with headings of their own: what a column is likely to be, who says so, and that it is remembered."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from qiao.core.models import AuditEntry, Office, Role
from qiao.core.tables import read_foreign
from qiao.directory import columns, mapping
from qiao.directory.headings import TARGETS, proposals
from qiao.directory.import_models import ImportRun, KnownHeading
from qiao.directory.models import Organisation, Person
from qiao.events import imports
from tests.world import user

pytestmark = [pytest.mark.pages, pytest.mark.django_db]

GERMAN = (
    "Lfd. Nr.;Firmenname;Land;Ort;Internetseite;USt-IdNr.;Wir bieten;Unsere Produkte (englisch);Gesucht;Bemerkung\n"
    "1;Elbe Optik GmbH;DE;Dresden;www.elbe-optik.example;DE136695976;Linsen für Laser;Lenses;Wir suchen Glas;ruft an\n"
    "2;Meißner Glas AG;DE;Meißen;www.glas.example;;Glas aus Sachsen;Glass;;\n"
)
CHINESE = (
    "序号,企业名称,英文名称,国家,所在城市,统一社会信用代码,主要产品,合作需求\n"
    "1,济南光学有限公司,Jinan Optics,CN,济南,91110000600037341L,激光镜片,寻求德国客户\n"
)
PEOPLE = "Unternehmen;Vorname;Familienname;Funktion;Mailadresse\nElbe Lasertechnik GmbH;Paula;Neu;Einkauf;Paula@example.org\n"


def guessed(text: str, kind: str = "organisations", remembered: dict[str, str] | None = None) -> dict[str, str]:
    table = read_foreign(text.encode(), "a.csv")
    return dict(zip(table.header, proposals(kind, table, remembered or {}), strict=True))


def upload(client, text: str, name: str = "import", *args):
    return client.post(reverse(name, args=args), {"file": SimpleUploadedFile("a.csv", text.encode())})


def chosen(run: ImportRun, **changed: str) -> dict[str, str]:
    """What the form of the columns sends: what was guessed, but for some headings."""
    targets = {column["heading"]: column["target"] for column in run.columns} | changed
    return {f"column_{n}": targets[column["heading"]] for n, column in enumerate(run.columns)}


def test_our_own_columns_are_all_known() -> None:
    ours = {name: {target.name for target in targets} for name, targets in TARGETS.items()}
    assert ours["organisations"] == set(columns.NAMES)
    assert ours["participants"] == {*imports.COLUMNS, "given_name", "family_name"}
    assert mapping.is_ours("organisations", ["Name", "city"])
    assert not mapping.is_ours("organisations", ["name", "remark"])
    assert not mapping.is_ours("organisations", ["city"])
    assert not mapping.is_ours("participants", ["organisation", "family_name"])


def test_german_headings_are_recognised() -> None:
    assert guessed(GERMAN) == {
        "Lfd. Nr.": "", "Firmenname": "name", "Land": "country", "Ort": "city", "Internetseite": "website",
        "USt-IdNr.": "vat_id", "Wir bieten": "offers_de", "Unsere Produkte (englisch)": "offers_en",
        "Gesucht": "seeks_de", "Bemerkung": "",
    }  # fmt: skip


def test_chinese_headings_are_recognised() -> None:
    assert guessed(CHINESE) == {
        "序号": "", "企业名称": "name", "英文名称": "name_en", "国家": "country", "所在城市": "city",
        "统一社会信用代码": "uscc", "主要产品": "offers_zh", "合作需求": "seeks_zh",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("heading", "cell", "kind", "target"),
    [
        ("Company name", "Elbe", "organisations", "name"),
        ("XY", "91110000600037341L", "organisations", "uscc"),  # by what it holds
        ("Links", "https://www.example.org", "organisations", "website"),
        ("Angebotte", "Linsen und Glas", "organisations", "offers_de"),  # a slip of the pen
        ("Products", "激光镜片", "organisations", "offers_zh"),  # in the language of the cells
        ("產品", "激光鏡片", "organisations", "offers_zh"),  # traditional characters
        ("Ansprechpartner E-Mail", "a@example.org", "participants", "email"),  # the contents before the word
        ("姓名", "王立", "participants", "name"),
        ("Name der Straße und Spaltenname", "x", "participants", ""),  # a short word within others
        ("Telefon", "0351 1234", "participants", ""),
    ],
)
def test_a_column_is_known_by_its_heading_or_its_contents(heading, cell, kind, target) -> None:
    assert guessed(f"{heading}\n{cell}\n", kind) == {heading: target}


def test_no_column_is_guessed_twice_but_those_that_can_be_joined() -> None:
    found = guessed("Firma,Firmenname,Produkte,Dienstleistungen\nA,B,Glas für uns,Service für uns\n")
    assert list(found.values()) == ["name", "", "offers_de", "offers_de"]


def test_headings_that_miss_or_repeat_are_told_apart() -> None:
    assert read_foreign(b"Name,,Name,C\na,b,c,d\n", "a.csv").header == ("Name", "B", "Name (2)", "C")


def test_columns_are_joined_and_names_put_together() -> None:
    table = read_foreign("V;N;P1;P2;P3\nPaula;Neu;a;;c\n伟;王;a;;\n".encode(), "a.csv")
    targets = ["given_name", "family_name", "offers_de", "offers_de", "offers_de"]
    assigned = [{"heading": h, "target": t} for h, t in zip(table.header, targets, strict=True)]
    with pytest.raises(KeyError):
        mapping.assigned("organisations", table, assigned)
    people = mapping.assigned("participants", table, assigned[:2])
    assert [row.cells["name"] for row in people.rows] == ["Paula Neu", "王伟"]
    firms = mapping.assigned("organisations", table, assigned[2:])
    assert [row.cells["offers_de"] for row in firms.rows] == ["a |  | c", "a"]


def test_a_foreign_table_is_assigned_checked_written_and_remembered(world, sign_in, run_tasks) -> None:
    client = sign_in(world.adviser)
    response = upload(client, GERMAN + "3;Zu Groß;Deutschland;;;;;;;\n")
    run = ImportRun.objects.get()
    run_tasks()
    assert client.get(response.url).url == reverse("import-columns", args=[run.key])  # nothing is checked before
    page = client.get(reverse("import-columns", args=[run.key])).content.decode()
    assert "Elbe Optik GmbH" in page
    assert '<option value="name" selected>' in page
    client.post(reverse("import-columns", args=[run.key]), chosen(run, Ort=""))
    run_tasks()
    run.refresh_from_db()
    assert (run.state, run.report["created"], run.report["refused"]) == ("checked", 2, 1)
    assert run.report["problems"][0]["column"] == "Land"  # as the table itself calls it
    page = client.get(response.url).content.decode()
    assert "Weggelassen" in page
    assert "Lfd. Nr., Ort, Bemerkung" in page.replace("<bdi>", "")
    client.post(reverse("import-confirm", args=[run.key]), {"shown": run.shown, "skip_bad": "1"})
    run_tasks()
    made = Organisation.objects.get(name="Elbe Optik GmbH")
    assert (made.website, made.city, made.vat_id) == ("https://www.elbe-optik.example", "", "DE136695976")
    assert columns.human_texts(made, "offer") == [{"de": "Linsen für Laser", "en": "Lenses"}]
    run.refresh_from_db()
    assert not any(column["samples"] for column in run.columns)  # nothing of the table's cells stays
    assert AuditEntry.objects.filter(action="directory.assign_columns").count() == 1
    upload(client, GERMAN)
    again = ImportRun.objects.exclude(pk=run.pk).get()
    assert chosen(again) == chosen(run)
    assert KnownHeading.objects.get(heading="ort").target == ""


def test_what_one_office_said_is_not_what_another_means(world, sign_in) -> None:
    KnownHeading.objects.create(office=world.office, kind="organisations", heading="bemerkung", target="register")
    other = Office.objects.create(slug="jinan", country="CN", names={"zh": "济南联络处"})
    stranger = user("Bo Berater")
    Role.objects.create(user=stranger, kind=Role.Kind.ADVISER, scope=Role.Scope.OFFICE, scope_id=other.pk)
    for who, target in ((world.adviser, "register"), (stranger, "")):
        upload(sign_in(who), GERMAN)
        run = ImportRun.objects.get(by=who)
        assert {c["heading"]: c["target"] for c in run.columns}["Bemerkung"] == target
        assert sign_in(who).get(reverse("import-columns", args=[run.key])).status_code == 200
    theirs = ImportRun.objects.get(by=world.adviser)
    assert sign_in(stranger).get(reverse("import-columns", args=[theirs.key])).status_code == 404


def test_an_assignment_that_cannot_be_is_answered_beside_its_column(world, sign_in) -> None:
    client = sign_in(world.adviser)
    upload(client, GERMAN)
    run = ImportRun.objects.get()
    response = client.post(reverse("import-columns", args=[run.key]), chosen(run, Bemerkung="name"))
    assert response.status_code == 400
    assert "„Firmenname“" in response.content.decode()
    response = client.post(reverse("import-columns", args=[run.key]), chosen(run, Firmenname=""))
    assert response.status_code == 400
    assert "Name der Organisation" in response.content.decode()
    run.refresh_from_db()
    assert run.state == "mapping"


def test_an_assignment_can_be_changed_after_the_check(world, sign_in, run_tasks) -> None:
    client = sign_in(world.adviser)
    upload(client, GERMAN)
    run = ImportRun.objects.get()
    for extra in ({"Bemerkung": "zone"}, {}):
        client.post(reverse("import-columns", args=[run.key]), chosen(run, **extra))
        run_tasks()
    run.refresh_from_db()
    shown = run.shown
    client.post(reverse("import-columns", args=[run.key]), chosen(run, Bemerkung="zone"))
    client.post(reverse("import-confirm", args=[run.key]), {"shown": shown})  # of the result before
    run_tasks()
    assert not Organisation.objects.filter(name="Elbe Optik GmbH").exists()
    run.refresh_from_db()
    client.post(reverse("import-confirm", args=[run.key]), {"shown": run.shown})
    run_tasks()
    assert Organisation.objects.get(name="Elbe Optik GmbH").zone == "ruft an"


def test_an_empty_table_of_somebody_else_is_refused(world, sign_in) -> None:
    response = upload(sign_in(world.adviser), "Firma,Ort\n")
    assert response.status_code == 400
    assert response.context["form"].errors["file"]


def test_organisers_bring_people_by_a_table_of_their_own(world, sign_in, run_tasks) -> None:
    client, at = sign_in(world.organiser), ("participants-import", world.event.slug)
    assert upload(client, PEOPLE, *at).status_code == 302
    run = ImportRun.objects.get()
    assert client.post(reverse("import-columns", args=[run.key]), chosen(run)).status_code == 302
    run_tasks()
    run.refresh_from_db()
    assert (run.state, run.report["created"]) == ("checked", 1)
    assert not Person.objects.filter(name="Paula Neu").exists()
    for name in ("import-run", "import-columns"):
        assert sign_in(world.adviser).get(reverse(name, args=[run.key])).status_code == 404
    sign_in(world.organiser).post(reverse("import-confirm", args=[run.key]), {"shown": run.shown})
    run_tasks()
    made = Person.objects.get(name="Paula Neu")
    assert (made.email, made.memberships.get().role) == ("paula@example.org", "Einkauf")
    assert not made.consents.exists()  # nothing of theirs is shown before they confirm it
    run.refresh_from_db()
    assert (run.state, bytes(run.data)) == ("done", b"")
    page = client.get(reverse("import-run", args=[run.key])).content.decode()
    assert reverse("participants", args=[world.event.slug]) in page
    assert "a.csv" in client.get(reverse(at[0], args=at[1:])).content.decode()


def test_who_no_longer_organises_the_event_writes_nobody(world, sign_in, run_tasks) -> None:
    client = sign_in(world.organiser)
    upload(client, "organisation,name\nElbe Lasertechnik GmbH,Paula Neu\n", "participants-import", world.event.slug)
    run_tasks()
    run = ImportRun.objects.get()
    assert run.state == "checked"
    client.post(reverse("import-confirm", args=[run.key]), {"shown": run.shown})
    world.organiser.roles.all().delete()
    run_tasks()
    run.refresh_from_db()
    assert (run.state, Person.objects.filter(name="Paula Neu").exists()) == ("failed", False)
    assert client.get(reverse("import-run", args=[run.key])).status_code == 404


def test_what_changed_since_the_check_of_people_is_shown_first(world, sign_in, run_tasks) -> None:
    client = sign_in(world.organiser)
    upload(
        client,
        "organisation,name,role\nElbe Lasertechnik GmbH,Otto Owner,Chef\n",
        "participants-import",
        world.event.slug,
    )
    run_tasks()
    run = ImportRun.objects.get()
    client.post(reverse("import-confirm", args=[run.key]), {"shown": run.shown})
    world.german.delete()
    run_tasks()
    run.refresh_from_db()
    assert (run.state, run.report.get("renewed")) == ("checked", True)


def test_labels_of_the_columns_are_translated(world, sign_in) -> None:
    with translation.override("zh-hans"):
        labels = [str(target.label) for targets in TARGETS.values() for target in targets]
    assert not [label for label in labels if label.isascii() and label != "LEI"]
