"""The outbox against real mail servers that behave badly, and mails as files."""

import email
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from qiao.core import actions
from qiao.core.actions import Attachment, queue_mail
from qiao.core.models import Mail

pytestmark = pytest.mark.db


class Server:
    """Answers DATA (or RCPT) as told and keeps what it took."""

    def __init__(self) -> None:
        self.answer = "250 fine"
        self.recipient_answer = "250 fine"
        self.drop = False
        self.taken: list[bytes] = []

    async def handle_RCPT(self, server: SMTP, session, envelope, address, options) -> str:  # noqa: N802
        if self.recipient_answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient_answer

    async def handle_DATA(self, server: SMTP, session, envelope) -> str:  # noqa: N802
        if self.answer.startswith("250") or self.drop:
            self.taken.append(envelope.content)
        if self.drop:
            server.transport.close()
        return self.answer


@pytest.fixture
def server(settings) -> Iterator[Server]:
    handler = Server()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 5
    yield handler
    controller.stop()


def queue(**changes) -> Mail:
    values = {
        "user": None,
        "address": "wang@example.org",
        "kind": "test",
        "subject": "您的日程",
        "body": "王立，您好！\n",
        "language": "zh-hans",
    }
    mail = queue_mail(**{**values, **changes})
    assert mail is not None
    return mail


def again(mail: Mail) -> None:
    """Let the time of the next attempt come."""
    Mail.objects.filter(pk=mail.pk).update(next_attempt=timezone.now() - timedelta(seconds=1))
    actions.send_due()
    mail.refresh_from_db()


def test_a_mail_arrives_with_its_attachment(db, server, run_tasks) -> None:
    mail = queue(attachments=[Attachment("日程.ics", "text/calendar; charset=utf-8; method=PUBLISH", "日历".encode())])
    assert run_tasks() == 1
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.problem) == (Mail.State.SENT, 1, "")
    message = email.message_from_bytes(server.taken[0], policy=default)
    assert message["Subject"] == "您的日程"
    assert message["Message-ID"] == mail.message_id
    part = next(message.iter_attachments())
    assert part.get_filename() == "日程.ics"
    assert part["Content-Type"].params == {"charset": "utf-8", "method": "PUBLISH"}
    assert part.get_content() == "日历"


def test_nobody_without_address_gets_a_mail(db) -> None:
    assert queue_mail(user=None, address="", kind="t", subject="s", body="b", language="de") is None
    assert not Mail.objects.exists()
    assert not DBTaskResult.objects.exists()


@pytest.mark.parametrize("answer", ["421 closing", "450 busy", "451 later"])
def test_a_passing_trouble_is_tried_again_with_the_same_id(db, server, answer: str) -> None:
    server.answer = answer
    mail = queue()
    assert not actions.send(mail.pk)
    mail.refresh_from_db()
    assert mail.state == Mail.State.QUEUED
    assert answer[:3] in mail.problem
    first_wait = mail.next_attempt - timezone.now()
    again(mail)
    assert mail.next_attempt - timezone.now() > first_wait * 2
    server.answer = "250 fine"
    again(mail)
    assert (mail.state, mail.attempts) == (Mail.State.SENT, 3)
    assert [email.message_from_bytes(one)["Message-ID"] for one in server.taken] == [mail.message_id]


def test_a_refused_mail_fails_with_the_reason(db, server) -> None:
    server.answer = "550 no such user"
    mail = queue()
    actions.send(mail.pk)
    mail.refresh_from_db()
    assert (mail.state, mail.next_attempt) == (Mail.State.FAILED, None)
    assert "no such user" in mail.problem


@pytest.mark.parametrize(("answer", "state"), [("450 busy", "queued"), ("550 unknown", "failed")])
def test_the_recipient_may_be_refused_as_well(db, server, answer: str, state: str) -> None:
    server.recipient_answer = answer
    mail = queue()
    actions.send(mail.pk)
    mail.refresh_from_db()
    assert mail.state == state


def test_a_connection_lost_after_data_is_tried_again_with_the_same_id(db, server) -> None:
    server.drop = True
    mail = queue()
    actions.send(mail.pk)
    mail.refresh_from_db()
    assert mail.state == Mail.State.QUEUED
    server.drop = False
    again(mail)
    assert mail.state == Mail.State.SENT
    ids = {email.message_from_bytes(one)["Message-ID"] for one in server.taken}
    dates = {email.message_from_bytes(one)["Date"] for one in server.taken}
    assert (len(server.taken), ids, len(dates)) == (2, {mail.message_id}, 1)


def test_a_silent_server_is_given_up_after_the_timeout(db, settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = silent.getsockname()
        settings.EMAIL_TIMEOUT = 0.3
        mail = queue()
        assert not actions.send(mail.pk)
    mail.refresh_from_db()
    assert mail.state == Mail.State.QUEUED
    assert "imed" in mail.problem


def test_nobody_tries_forever(db, server) -> None:
    server.answer = "450 busy"
    mail = queue()
    actions.send(mail.pk)
    for _ in range(20):
        again(mail)
    assert (mail.state, mail.attempts) == (Mail.State.FAILED, len(actions.DELAYS) + 1)


def test_a_task_that_runs_twice_sends_once(db, server) -> None:
    mail = queue()
    assert actions.send(mail.pk)
    assert not actions.send(mail.pk)
    assert len(server.taken) == 1


def test_an_attempt_under_way_is_left_alone_until_its_lease_ends(db, server) -> None:
    mail = queue()
    Mail.objects.filter(pk=mail.pk).update(next_attempt=timezone.now() + actions.LEASE)
    assert not actions.send(mail.pk)
    assert actions.send_due() == 0
    again(mail)
    assert mail.state == Mail.State.SENT


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_one_mail(server) -> None:
    from django.db import connection

    mail = queue()

    def work() -> None:
        actions.send(mail.pk)
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(server.taken) == 1
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (Mail.State.SENT, 1)


def test_a_mail_whose_task_was_lost_goes_out_later(db, server) -> None:
    mail = queue()
    assert actions.send_due() == 0
    Mail.objects.update(created=timezone.now() - actions.LATE * 2)
    assert actions.send_due() == 1
    mail.refresh_from_db()
    assert mail.state == Mail.State.SENT


@pytest.mark.parametrize(
    "name",
    ["A\r\nBcc: evil@example.org", "A\nSubject: evil", "A\x0bBcc: evil@example.org", "A\u2028Bcc: e@example.org"],
)
def test_a_line_break_in_a_name_starts_no_header(db, server, name: str) -> None:
    mail = queue(subject=f"Anfrage von {name}")
    actions.send(mail.pk)
    message = email.message_from_bytes(server.taken[0], policy=default)
    assert message["Bcc"] is None
    assert len(message.get_all("Subject")) == 1


def test_an_address_with_a_line_break_is_refused(db, server) -> None:
    mail = queue(address="a@example.org\nBcc: evil@example.org")
    actions.send(mail.pk)
    mail.refresh_from_db()
    assert (mail.state, server.taken) == (Mail.State.FAILED, [])


def test_files_are_whole_and_the_same_mail_is_one_file(db, mail_folder) -> None:
    mail = queue()
    actions.send(mail.pk)
    Mail.objects.update(state=Mail.State.QUEUED)
    actions.send(mail.pk)
    files = list(mail_folder.iterdir())
    assert [file.suffix for file in files] == [".eml"]
    assert email.message_from_bytes(files[0].read_bytes(), policy=default)["Message-ID"] == mail.message_id


def test_a_write_that_fails_leaves_no_half_mail(db, mail_folder, monkeypatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    mail = queue()
    monkeypatch.setattr("qiao.core.mail.os.fsync", full)
    assert not actions.send(mail.pk)
    assert not list(mail_folder.glob("*.eml"))
    mail.refresh_from_db()
    assert mail.state == Mail.State.QUEUED


def test_old_mails_are_forgotten_but_none_that_waits(db) -> None:
    waiting, sent, fresh = queue(), queue(), queue()
    Mail.objects.filter(pk__in=[sent.pk, fresh.pk]).update(state=Mail.State.SENT)
    Mail.objects.filter(pk__in=[waiting.pk, sent.pk]).update(created=timezone.now() - timedelta(days=91))
    actions.forget_old()
    assert set(Mail.objects.values_list("pk", flat=True)) == {waiting.pk, fresh.pk}
