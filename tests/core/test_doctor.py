"""The doctor finds what is missing, names the remedy, and does not fall ill itself."""

import socket
from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone, translation

from qiao.core import doctor
from qiao.core.actions import queue_mail
from qiao.core.models import Mail, Role, User, Worker

pytestmark = pytest.mark.db


def ill() -> list[str]:
    with translation.override("en"):
        return [one.what for one in doctor.findings() if not one.ok]


@pytest.fixture
def well(db, settings, tmp_path):
    """An installation in which everything is as it should be."""
    settings.EMAIL_BACKEND, settings.DEMO, settings.HOME = "qiao.core.mail.FileBackend", True, tmp_path / "demo"
    settings.HOME.mkdir()
    (settings.HOME / "demo.json").write_text("{}")
    Role.objects.create(user=User.objects.create(name="A", email="a@example.org"), kind="admin", scope="installation")
    for queue in doctor.QUEUES:
        Worker.objects.create(name=queue, queue=queue, pid=1, seen_at=timezone.now())
    return settings


def test_a_well_kept_installation(well) -> None:
    assert ill() == []


def test_an_installation_without_an_administrator(well) -> None:
    User.objects.update(is_active=False)
    assert ill() == [], "a demo needs none"
    well.DEMO = False
    assert "Nobody administers the installation." in ill()


def test_workers_that_are_silent(well) -> None:
    Worker.objects.filter(queue="planning").update(seen_at=timezone.now() - timedelta(minutes=1))
    assert ill() == ["Nobody does the background work (queue “planning”): no mails, no plans."]


def test_mails_that_reach_nobody(well) -> None:
    well.DEMO, well.SECURE, well.PROXY = False, True, True
    assert ill() == ["Mails are written as files and reach nobody."]


def test_a_mail_server_that_does_not_answer(well) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        well.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        well.EMAIL_HOST, well.EMAIL_PORT = unused.getsockname()
        assert [what.split(":")[0] for what in ill()] == ["The mail server does not answer"]


def test_mails_that_were_given_up(well) -> None:
    queue_mail(user=None, address="a@example.org", kind="t", subject="s", body="b", language="de")
    Mail.objects.update(state=Mail.State.FAILED)
    assert ill() == ["Mails of the last seven days that could not be sent: 1."]


def test_an_address_without_encryption(well) -> None:
    well.DEMO, well.SECURE, well.EMAIL_BACKEND = False, False, "django.core.mail.backends.locmem.EmailBackend"
    assert ill() == [f"Links in mails lead to {well.PUBLIC_URL}, without encryption."]


def test_a_database_that_is_away(well, monkeypatch) -> None:
    def away() -> None:
        raise DatabaseError("no route")

    with monkeypatch.context() as patch:
        patch.setattr(doctor.connection, "ensure_connection", away)
        assert ill() == ["The database cannot be reached: no route"]


def test_a_database_that_is_too_old(well, monkeypatch) -> None:
    monkeypatch.setattr(doctor.MigrationExecutor, "migration_plan", lambda self, targets: ["0002"])
    assert ill() == ["The database is older than the program."]


def test_a_database_that_nobody_has_made_tables_in(well, monkeypatch) -> None:
    """Who runs it before `qiao manage migrate` reads that sentence, and no traceback."""

    def missing(*_arguments: object) -> None:
        raise DatabaseError("no such table: qiao_role")

    monkeypatch.setattr(doctor.MigrationExecutor, "migration_plan", lambda self, targets: ["something"])
    for name in ("_cache", "_administrator", "_failed_mails", "_embedder", "_worker"):
        monkeypatch.setattr(doctor, name, missing)
    assert ill() == ["The database is older than the program."]


def test_a_database_that_is_too_new(well) -> None:
    MigrationRecorder(doctor.connection).record_applied("qiao", "9999_future")
    assert ill() == ["The database is newer than the program."]


def test_steps_of_other_programs_do_not_count(well) -> None:
    MigrationRecorder(doctor.connection).record_applied("gone", "0001_initial")
    assert ill() == []


def test_a_missing_cache_table(well, monkeypatch) -> None:
    def missing(*_arguments: object) -> None:
        raise DatabaseError("no such table")

    monkeypatch.setattr(doctor.cache, "set", missing)
    assert ill() == ["The table that counts sign-in attempts is missing."]


@pytest.mark.parametrize("language", ["de", "zh-hans"])
def test_each_ill_finding_has_a_remedy_in_the_reader_s_language(db, settings, language: str) -> None:
    settings.DEMO, settings.EMAIL_BACKEND = False, "qiao.core.mail.FileBackend"
    with translation.override(language):
        found = [one for one in doctor.findings() if not one.ok]
    assert len(found) >= 4
    assert all(one.remedy for one in found)
    assert not any(one.what.startswith(("Nobody", "Mails are", "The ")) for one in found)


def test_an_encrypted_address_without_a_proxy(well) -> None:
    well.SECURE, well.PROXY = True, False
    assert ill() == ["QIAO_URL is encrypted, but no proxy is named: browsers would be sent in a circle."]


def test_a_demo_over_real_data(well, tmp_path) -> None:
    well.HOME = tmp_path
    assert ill() == ["The demo is switched on over real data: everybody can read all mails."]
    (tmp_path / "demo.json").write_text("{}")
    assert ill() == []
