"""The mail doctor against real mail servers, well and ill; what was given up is explained and sent again."""

import socket
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from qiao.core import actions, mail_doctor
from qiao.core.actions import queue_mail
from qiao.core.errors import Refused
from qiao.core.models import AuditEntry, Mail, Worker
from qiao.core.undelivered import reason_of
from tests.core.test_mail import Server, server

__all__ = ["server"]
pytestmark = pytest.mark.db


def ill(address: str = "") -> list[str]:
    with translation.override("en"):
        return [one.what for one in mail_doctor.findings(address) if not one.ok]


@pytest.fixture
def well(db, server, settings) -> Server:
    settings.DEFAULT_FROM_EMAIL = "Kontaktbüro <office@quellstadt.de>"
    Worker.objects.create(name="mail", queue="mail", pid=1, seen_at=timezone.now())
    return server


def failed(problem: str, **values) -> Mail:
    mail = queue_mail(user=None, address="weg@example.org", kind="t", subject="s", body="b", language="de", **values)
    Mail.objects.filter(pk=mail.pk).update(state="failed", problem=problem, attempts=8)
    mail.refresh_from_db()
    return mail


def test_a_healthy_installation_sends_its_test_mail(well) -> None:
    assert ill("wang@example.org") == []
    assert len(well.taken) == 1
    well.answer = "550 5.1.1 no such user"
    with translation.override("en"):
        (wrong,) = [one for one in mail_doctor.findings("weg@example.org") if not one.ok]
    assert "no such mailbox" in wrong.remedy
    assert not Mail.objects.exists(), "the test leaves nothing behind"
    with translation.override("en"):
        assert "_dmarc.quellstadt.de" in mail_doctor.reputation()


@pytest.mark.parametrize("sender", ["nobody", "webmaster@localhost", "office@contact.local"])
def test_a_sender_that_nobody_can_answer(well, settings, sender: str) -> None:
    settings.DEFAULT_FROM_EMAIL = sender
    assert sender in ill()[0]


def test_a_server_that_takes_no_mails_of_the_sender(well, monkeypatch) -> None:
    async def refuse(self, server, session, envelope, address, options) -> str:
        return "553 not your address"

    monkeypatch.setattr(Server, "handle_MAIL", refuse, raising=False)
    assert ill() == ["The mail server takes no mails from office@quellstadt.de: 553 not your address"]


def test_a_server_that_is_not_there_or_cannot_encrypt(well, settings) -> None:
    settings.EMAIL_USE_TLS = True
    assert "offers no encryption" in ill()[0]
    settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL, settings.EMAIL_TIMEOUT = False, True, 0.5
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_PORT = silent.getsockname()[1]
        assert len(ill()) == 1
    settings.EMAIL_USE_SSL = False
    assert "cannot be reached" in ill()[0]


def test_a_connection_that_everybody_can_read(well, settings) -> None:
    settings.EMAIL_HOST = "127.1"  # not known as this machine
    assert ill() == ["The connection to the mail server is not encrypted: passwords and mails can be read."]


def test_what_waits_and_who_sends_it(well) -> None:
    mail = queue_mail(user=None, address="a@example.org", kind="t", subject="s", body="b", language="de")
    assert ill() == []
    Mail.objects.filter(pk=mail.pk).update(created=timezone.now() - timedelta(hours=1))
    Worker.objects.all().delete()
    assert ill() == ["Nobody sends the mails that wait.", "1 mail waits to be sent."]
    Mail.objects.filter(pk=mail.pk).update(problem="451 later", next_attempt=timezone.now())
    with translation.override("en"):
        assert any("451 later" in one.remedy for one in mail_doctor.findings())


def test_what_waited_for_the_morning_and_was_not_sent_then(well) -> None:
    now = timezone.now()
    mail = queue_mail(
        user=None, address="a@example.org", kind="t", subject="s", body="b", language="de",
        not_before=now + timedelta(hours=1),
    )  # fmt: skip
    Mail.objects.update(created=now - timedelta(hours=8))
    assert ill() == [], "it may wait"
    Mail.objects.filter(pk=mail.pk).update(next_attempt=now - timedelta(hours=1))
    assert ill() == ["1 mail waits to be sent."]


def test_reasons_are_counted(well) -> None:
    for problem in ("SMTPRecipientsRefused: 550 5.1.1 no such user", "550 5.1.1 unknown", "452 4.2.2 over quota"):
        failed(problem)
    found = ill()
    assert [one.split()[0] for one in found] == ["2", "1"]
    assert "no such mailbox" in found[0]


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        ("SMTPRecipientsRefused: {'a@b': (550, b'5.1.1 unknown')}", "no such mailbox"),
        ("SMTPDataError: (550, b'5.7.1 rejected as spam')", "does not trust"), ("SMTPDataError: (552, b'quota')", "full"),
        ("TimeoutError: timed out", "two days"), ("SMTPAuthenticationError: (535, b'')", "password"),
        ("BadHeaderError: x", "character"), ("SMTPDataError: (599, b'odd')", "refused it"), ("", "refused it"),
    ],
)  # fmt: skip
def test_what_servers_say_in_words(problem: str, words: str) -> None:
    with translation.override("en"):
        assert words in reason_of(problem)


def test_the_office_sends_again_to_the_address_of_now(world, sign_in, mail_folder) -> None:
    mail = failed("550 5.1.1 no such user")
    Mail.objects.filter(pk=mail.pk).update(user=world.owner)
    world.german.person.email = "neu@example.org"
    world.german.person.save()
    client, page = sign_in(world.adviser), reverse("undelivered")
    assert page in client.get("/").content.decode()
    shown = client.get(page).content.decode()
    assert "weg@example.org" in shown
    assert "neu@example.org" in shown
    client.post(reverse("undelivered-again", args=[mail.pk]))
    mail.refresh_from_db()
    assert (mail.state, mail.address, mail.attempts) == ("queued", "neu@example.org", 0)
    assert actions.send(mail.pk)
    assert client.post(reverse("undelivered-again", args=[mail.pk])).status_code == 404
    other = failed("550 x")
    client.post(reverse("undelivered-done", args=[other.pk]))
    assert not Mail.objects.filter(pk=other.pk).exists()
    actions.give_up(mail=other, by=world.adviser)  # somebody else saw the same list
    assert AuditEntry.objects.filter(action="core.give_up", subject_id=other.pk).count() == 1
    with pytest.raises(Refused):
        actions.send_again(mail=other, address="x@example.org", by=world.adviser)
    assert sign_in(world.organiser).get(page).status_code == 404
    assert sign_in(world.organiser).post(reverse("undelivered-done", args=[failed("550 y").pk])).status_code == 404
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= {"core.send_again", "core.give_up"}
