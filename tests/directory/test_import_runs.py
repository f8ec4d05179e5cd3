"""Tables handed in on the web: checked and written in the background, whole or not at all, by the one who handed them in."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from qiao.core.errors import Refused
from qiao.core.models import AuditEntry, User
from qiao.directory import actions
from qiao.directory.actions import import_runs, importing
from qiao.directory.actions.import_runs import KEPT, LISTED
from qiao.directory.import_models import ImportRun
from qiao.directory.models import Double, Organisation, Theme
from qiao.directory.queries import SILENT, ImportView
from tests.directory.racing import at_once
from tests.world import build_world, organisation

pytestmark = pytest.mark.db
GOOD_AND_BAD = "name,country,offers_de\nA,DE,x\nB,Deutschland,\n"


def upload(client, text: str = GOOD_AND_BAD, name: str = "a.csv"):
    return client.post(reverse("import"), {"file": SimpleUploadedFile(name, text.encode())})


def confirm(client, run: ImportRun, **data: str):
    """Press the button that the page shows by now."""
    run.refresh_from_db()
    return client.post(reverse("import-confirm", args=[run.key]), {"shown": run.shown, **data})


def checked(world, data: bytes = b"name,country,offers_de\nA,DE,x\nC,DE,y\n") -> ImportRun:
    run = actions.start_import(data=data, filename="a.csv", by=world.adviser)
    actions.check_import(run.pk)
    run.refresh_from_db()
    return run


def confirmed(world, *args: bytes) -> ImportRun:
    run = checked(world, *args)
    actions.confirm_import(run=run, shown=run.shown, skip_bad=False, by=world.adviser)
    return run


def page_of(client, run: ImportRun) -> str:
    return client.get(reverse("import-run", args=[run.key])).content.decode()


def test_upload_is_checked_confirmed_and_written(world, sign_in, run_tasks) -> None:
    client = sign_in(world.adviser)
    response = upload(client)
    run = ImportRun.objects.get()
    assert response.url == reverse("import-run", args=[run.key])
    assert "Die Tabelle wird geprüft" in page_of(client, run)
    assert "hx-get" in client.get(reverse("import-live", args=[run.key])).content.decode()
    run_tasks()
    assert client.get(reverse("import-live", args=[run.key]))["HX-Refresh"] == "true"
    assert "Schreiben Sie DE." in page_of(client, run)
    assert not Organisation.objects.filter(name="A").exists()
    confirm(client, run, skip_bad="1")
    assert "Die Tabelle wird importiert" in page_of(client, run)
    run_tasks()
    run.refresh_from_db()
    assert (run.state, bytes(run.data), run.report["created"], run.report["refused"]) == ("done", b"", 1, 1)
    assert "Ergebnis des Imports" in page_of(client, run)
    assert Organisation.objects.filter(name="A").count() == 1
    assert "a.csv" in client.get(reverse("import")).content.decode()


def test_with_bad_rows_nothing_is_written_unless_asked(world, sign_in, run_tasks) -> None:
    client = sign_in(world.adviser)
    upload(client)
    run_tasks()
    run = ImportRun.objects.get()
    answer = client.post(reverse("import-confirm", args=[run.key]), {"shown": run.shown}, follow=True)
    assert "Einige Zellen sind fehlerhaft" in answer.content.decode()
    run_tasks()
    run.refresh_from_db()
    assert run.state == ImportRun.State.CHECKED  # the table is still there to be written without those rows
    assert not Organisation.objects.filter(name="A").exists()


@pytest.mark.parametrize("how", ["dismissed", "locked out"])
def test_who_is_dismissed_meanwhile_writes_nothing(world, how) -> None:
    run = confirmed(world)
    if how == "dismissed":
        world.adviser.roles.all().delete()
    User.objects.filter(pk=world.adviser.pk).update(is_active=how == "dismissed")
    actions.write_import(run.pk)
    run.refresh_from_db()
    assert (run.state, bytes(run.data)) == (ImportRun.State.FAILED, b"")
    assert not Organisation.objects.filter(name="A").exists()


def test_confirmed_twice_it_is_written_once(world, sign_in, run_tasks) -> None:
    client = sign_in(world.adviser)
    upload(client)
    run_tasks()
    run = ImportRun.objects.get()
    for _ in range(2):
        confirm(client, run, skip_bad="1")
    run_tasks()
    actions.write_import(run.pk)
    actions.check_import(run.pk)
    assert AuditEntry.objects.filter(action="directory.import_organisations").count() == 1


def test_the_table_of_somebody_else_does_not_exist(world, sign_in, run_tasks) -> None:
    upload(sign_in(world.adviser))
    run_tasks()
    run = ImportRun.objects.get()
    for user in (world.admin, world.owner):
        client = sign_in(user)
        assert client.get(reverse("import-run", args=[run.key])).status_code == 404
        for name in ("import-confirm", "import-again", "import-discard"):
            assert client.post(reverse(name, args=[run.key]), {"shown": run.shown}).status_code == 404
    run.refresh_from_db()
    assert run.state == "checked"


@pytest.mark.parametrize(("text", "name"), [("", "a.csv"), ("x", "a.csv"), ("name\nA", "a.pdf"), ("PK", "a.xlsx")])
def test_bad_uploads_are_answered_beside_the_field(world, sign_in, text, name) -> None:
    response = upload(sign_in(world.adviser), text, name)
    assert response.status_code == 400
    assert response.context["form"].errors["file"]
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize(("language", "words"), [("de", "Schreiben Sie DE."), ("zh-hans", "DE"), ("en", "Write DE.")])
def test_the_report_speaks_the_language_of_the_one_who_handed_it_in(world, language, words) -> None:
    with translation.override(language):
        run = actions.start_import(data=GOOD_AND_BAD.encode(), filename="a.csv", by=world.adviser)
    with translation.override("en"):
        actions.check_import(run.pk)
    run.refresh_from_db()
    assert words in run.report["problems"][0]["remedy"]


def test_an_import_that_dies_leaves_nothing_half_and_is_done_anew(world, monkeypatch) -> None:
    run = confirmed(world)

    def killed(**details) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(importing, "record", killed)  # all rows stand, the rest does not
        with pytest.raises(SystemExit):
            actions.write_import(run.pk)
    run.refresh_from_db()
    assert run.state == "writing"
    assert not Organisation.objects.filter(name__in=["A", "C"]).exists()
    actions.write_import(run.pk)
    run.refresh_from_db()
    assert (run.state, run.report["created"]) == ("done", 2)
    actions.write_import(run.pk)
    assert Organisation.objects.filter(name__in=["A", "C"]).count() == 2


def test_what_was_checked_is_what_is_written(world, sign_in) -> None:
    """Somebody enters one of the organisations between the check and the writing: the result is shown anew first."""
    client = sign_in(world.adviser)
    run = confirmed(world)
    seen = run.shown
    organisation(world.saxony, "A", country="DE")
    actions.write_import(run.pk)
    run.refresh_from_db()
    assert (run.state, run.report["created"], run.report["updated"]) == ("checked", 1, 1)
    assert not Organisation.objects.filter(name="C").exists()
    assert "hat sich seit der Prüfung geändert" in page_of(client, run)
    with pytest.raises(Refused):  # the button of the old result
        actions.confirm_import(run=run, shown=seen, skip_bad=False, by=world.adviser)
    confirm(client, run)
    with pytest.raises(Refused):  # the same, pressed late
        actions.confirm_import(run=run, shown=seen, skip_bad=False, by=world.adviser)
    actions.write_import(run.pk)
    run.refresh_from_db()
    assert (run.state, Organisation.objects.filter(name__in=["A", "C"]).count()) == ("done", 2)


@pytest.mark.parametrize("what", ["edited", "doubled"])
def test_what_an_organisation_of_the_table_becomes_meanwhile_is_shown_first(world, what) -> None:
    firm, zone = world.german.organisation, "Nord" if what == "edited" else ""
    run = confirmed(world, f"name,city,country,zone\n{firm.name},{firm.city},DE,{zone}\nA,,DE,\n".encode())
    if what == "edited":
        firm.website = "https://example.org"
        firm.save()
    else:
        organisation(world.saxony, firm.name, city=firm.city)
    actions.write_import(run.pk)
    run.refresh_from_db()
    assert run.state == "checked"
    assert not Organisation.objects.filter(name="A").exists()


def test_what_changes_elsewhere_meanwhile_does_no_harm(world, monkeypatch) -> None:
    """The plan is made anew, without holding anybody up, and does what the check said."""
    run = confirmed(world)
    plan, calls = importing.plan, []

    def slow(table, progress=None):
        planned = plan(table, progress)
        calls.append(connection.in_atomic_block and len(connection.savepoint_ids))
        if len(calls) < 4:
            organisation(world.saxony, f"Ganz woanders {len(calls)}")
        return planned

    monkeypatch.setattr(importing, "plan", slow)
    actions.write_import(run.pk)
    run.refresh_from_db()
    assert (run.state, len(calls), len(set(calls[:3]))) == ("done", 4, 1)  # the last one within the transaction
    assert Organisation.objects.filter(name__in=["A", "C"]).count() == 2


def test_who_registers_at_the_very_moment_stays_and_the_table_is_refused(world, monkeypatch) -> None:
    run = confirmed(world, b"id,name,country\nX1,A,DE\n")
    prepare = importing.prepare

    def overtaken(changes):
        organisation(world.saxony, "B", external_id="X1")
        return prepare(changes)

    monkeypatch.setattr(importing, "prepare", overtaken)
    monkeypatch.setattr(importing, "_state_of_directory", lambda: ())  # looked at just before
    with translation.override("de"):
        actions.write_import(run.pk)
    run.refresh_from_db()
    assert run.state == ImportRun.State.FAILED
    assert Organisation.objects.get(external_id="X1").name == "B"


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_one_table_write_it_once(tmp_path) -> None:
    run = confirmed(build_world())

    def work() -> tuple[int, int, int]:
        actions.write_import(run.pk)
        entries = AuditEntry.objects.filter(action="directory.import_organisations").count()
        return (
            Organisation.objects.filter(name="A").count(),
            ImportRun.objects.get(pk=run.pk).report["created"],
            entries,
        )

    assert at_once(tmp_path, [work, work]) == [(1, 2, 1), (1, 2, 1)]


@pytest.mark.django_db(transaction=True)
def test_of_two_tables_with_the_same_rows_one_is_written_and_one_is_shown_anew(tmp_path) -> None:
    world = build_world()
    runs = [checked(world), checked(world)]
    for run in runs:
        actions.confirm_import(run=run, shown=run.shown, skip_bad=False, by=world.adviser)

    def work(run: ImportRun):
        def job() -> tuple[str, int]:
            actions.write_import(run.pk)
            return ImportRun.objects.get(pk=run.pk).state, Organisation.objects.filter(name="A").count()

        return job

    assert sorted(at_once(tmp_path, [work(run) for run in runs])) == [("checked", 1), ("done", 1)]


def test_stopped_in_the_middle_nothing_is_written(world, sign_in, monkeypatch) -> None:
    run = confirmed(world)
    client = sign_in(world.adviser)
    record = importing.record

    def stopped(**details) -> None:
        client.post(reverse("import-discard", args=[run.key]))
        record(**details)

    monkeypatch.setattr(importing, "record", stopped)
    actions.write_import(run.pk)
    assert not Organisation.objects.filter(name__in=["A", "C"]).exists()


def test_a_check_that_nobody_waits_for_ends_at_its_next_sign_of_life(world) -> None:
    run = actions.start_import(data=GOOD_AND_BAD.encode(), filename="a.csv", by=world.adviser)
    stale = ImportRun.objects.get(pk=run.pk)
    actions.discard_import(run=run, by=world.adviser)
    with pytest.raises(import_runs.DiscardedError):
        import_runs._change(stale, done=1)
    actions.check_import(run.pk)
    assert not ImportRun.objects.exists()


def test_a_written_table_is_not_deleted_as_if_it_were_not(world, sign_in) -> None:
    run = confirmed(world)
    actions.write_import(run.pk)
    client = sign_in(world.adviser)
    response = client.post(reverse("import-discard", args=[run.key]), follow=True)
    assert "bereits importiert" in response.content.decode()
    assert ImportRun.objects.filter(state="done").exists()


def test_deleting_a_checked_table_leaves_nothing(world, sign_in) -> None:
    run = checked(world)
    response = sign_in(world.adviser).post(reverse("import-discard", args=[run.key]), follow=True)
    assert "gelöscht" in response.content.decode()
    assert not ImportRun.objects.exists()


def test_interrupted_for_good_it_says_so_and_is_checked_again(world, sign_in, run_tasks) -> None:
    """Three workers died with it, or the task failed: nobody works on it any more."""
    client = sign_in(world.adviser)
    run = confirmed(world)
    for status in (TaskResultStatus.READY, TaskResultStatus.RUNNING):
        DBTaskResult.objects.filter(pk=run_task(run)).update(status=status)
        assert actions.tend_imports() == 0
    DBTaskResult.objects.filter(pk=run_task(run)).update(status=TaskResultStatus.FAILED)
    assert actions.tend_imports() == 1
    assert "wurde unterbrochen" in page_of(client, run)
    actions.write_import(run.pk)  # a worker that comes late
    assert not Organisation.objects.filter(name="A").exists()
    client.post(reverse("import-again", args=[run.key]))
    client.post(reverse("import-again", args=[run.key]))  # a double click
    run_tasks()
    confirm(client, run)
    run_tasks()
    run.refresh_from_db()
    assert (run.state, Organisation.objects.filter(name="A").count()) == ("done", 1)
    with pytest.raises(Refused):
        actions.repeat_import(run=run, by=world.adviser)


def run_task(run: ImportRun) -> str:
    return ImportRun.objects.values_list("task", flat=True).get(pk=run.pk)


@pytest.mark.parametrize(
    "text", ["name,country\n", "name,country,offers_de\nB,Deutschland,\n"], ids=["no row", "no good row"]
)
def test_where_nothing_can_be_imported_no_button_offers_it(world, sign_in, text) -> None:
    run = checked(world, text.encode())
    page = page_of(sign_in(world.adviser), run)
    assert '<button class="button">' not in page.split("<main")[1]
    assert reverse("import") in page
    assert ("keine Zeilen" in page) == (run.total == 0)


def test_progress_is_told_and_silence_is_noticed(world) -> None:
    rows = "".join(f"F{n},DE\n" for n in range(1100))
    run = actions.start_import(data=f"name,country\n{rows}".encode(), filename="a.csv", by=world.adviser)
    with CaptureQueriesContext(connection) as queries:
        actions.check_import(run.pk)
    told = [q for q in queries if q["sql"].startswith("UPDATE") and '"done"' in q["sql"]]
    assert len(told) == 3
    run.refresh_from_db()
    assert (run.done, run.total, run.report["created"]) == (1000, 1100, 1100)
    ImportRun.objects.update(state="writing", seen_at=timezone.now() - SILENT - timedelta(seconds=1))
    assert ImportView(ImportRun.objects.get()).silent


def test_rows_that_may_be_there_already_are_named(world, sign_in, run_tasks) -> None:
    actions.look_for_doubles()
    client = sign_in(world.adviser)
    rows = "name,city,country\nElbe Laser-Technik,Dresden,DE\n华兴激光设备有限公司,济南,CN\nJinan Huaxing Laser Equipment,Jinan,CN\n"
    upload(client, rows)
    run_tasks()
    run = ImportRun.objects.get()
    first, second = run.report["doubles"]
    assert (first["row"], first["key"], first["other_row"]) == (2, world.german.organisation.key, 0)
    assert (second["row"], second["key"], second["other_row"]) == (4, "", 3)
    page = page_of(client, run)
    assert "Die Namen sind gleich" in page
    confirm(client, run)
    run_tasks()
    assert Double.objects.count() == 2  # the office can still merge them
    assert Organisation.objects.filter(city="济南").exists()


def test_tables_and_reports_are_deleted_after_a_day_and_the_page_says_so(world, sign_in) -> None:
    run = checked(world)
    shown = run.shown
    assert actions.tend_imports() == 0
    ImportRun.objects.update(created=timezone.now() - KEPT - timedelta(minutes=1))
    with pytest.raises(Refused, match="einen Tag"), translation.override("de"):  # although nothing has tidied up yet
        actions.confirm_import(run=run, shown=shown, skip_bad=False, by=world.adviser)
    assert actions.tend_imports() == 1
    run.refresh_from_db()
    assert (run.state, bytes(run.data), run.report) == ("expired", b"", {})
    client = sign_in(world.adviser)
    assert "sind nicht mehr da" in page_of(client, run)
    response = client.post(reverse("import-confirm", args=[run.key]), {"shown": shown}, follow=True)
    assert "einen Tag" in response.content.decode()
    assert not Organisation.objects.filter(name="A").exists()
    ImportRun.objects.update(created=timezone.now() - LISTED)
    assert actions.tend_imports() == 1
    assert not ImportRun.objects.exists()


def test_a_table_that_needs_themes_first_says_so_on_its_page(world, sign_in) -> None:
    Theme.objects.all().delete()
    with translation.override("de"):
        run = checked(world, b"name,country,themes\nA,DE,laser\nC,DE,laser\n")
    assert run.state == ImportRun.State.FAILED
    page = page_of(sign_in(world.adviser), run)
    assert page.count("Es sind noch keine Themen eingerichtet") == 1
