"""Writes that every stage needs: audit, outbox, personal links."""

import base64
import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import make_msgid
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django_tasks_db.models import DBTaskResult

from qiao.core import mail as transport
from qiao.core.errors import Refused
from qiao.core.models import AccessLink, AuditEntry, Mail, MailCitation, User, Worker
from qiao.core.notice_models import Notice
from qiao.core.notices import DAYS_KEPT
from qiao.core.queue import enqueue
from qiao.core.token_models import ApiToken

LEASE = timedelta(minutes=5)  # an attempt that has not ended by then was cut off
LATE = timedelta(minutes=10)  # a mail that was never tried by then has lost its task
DELAYS = [timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720, 1440)]  # between attempts; then it has failed


@dataclass(frozen=True)
class Attachment:
    name: str
    type: str  # media type: "text/calendar; charset=utf-8; method=PUBLISH" or "application/pdf"
    data: bytes


def record(*, by: User | None, action: str, subject: models.Model | None = None, **details: Any) -> AuditEntry:
    """One audit entry; `details` holds field names, counts and ids, never personal values."""
    return AuditEntry.objects.create(
        actor=by,
        action=action,
        subject_kind=subject._meta.model_name or "" if subject else "",
        subject_id=subject.pk if subject else None,
        details=details,
    )


@transaction.atomic
def queue_mail(
    *,
    user: User | None,
    address: str | None,
    kind: str,
    subject: str,
    body: str,
    language: str,
    attachments: Iterable[Attachment] = (),
    cites: Iterable[str] = (),
    stop_url: str = "",
    not_before: datetime | None = None,
) -> Mail | None:
    """Write a mail into the outbox and queue its sending; None for somebody without an address.

    `not_before`: it waits in the outbox until then.
    `stop_url` ends mails of this kind: a page that asks, and does it at once when it is posted to (RFC 8058).
    `cites` are the keys of all people whom the mail names or cites: it is forgotten with each of them.
    """
    if not address:
        return None
    mail = Mail.objects.create(
        user=user,
        address=address,
        kind=kind,
        language=language,
        subject=" ".join(subject.split())[:250],  # one line: a line break in a name starts no header of its own
        body=body,
        attachments=[
            {"name": one.name, "type": one.type, "base64": base64.b64encode(one.data).decode()} for one in attachments
        ],
        stop_url=stop_url,
        next_attempt=not_before,
        message_id=make_msgid(domain=urlsplit(settings.PUBLIC_URL).hostname),
    )
    MailCitation.objects.bulk_create(MailCitation(mail=mail, person_key=key) for key in sorted(set(cites)))
    if not_before is None:
        enqueue("qiao.core.tasks.send_mail", mail.pk)
    return mail


def send(mail_id: int) -> bool:
    """Try to send one mail; whether it went out. A second call meanwhile or afterwards does nothing.

    The attempt is claimed in a short transaction of its own: the database is not held while a mail server answers.
    """
    now = timezone.now()
    due = Mail.objects.filter(Q(next_attempt=None) | Q(next_attempt__lte=now), pk=mail_id, state=Mail.State.QUEUED)
    if not due.update(next_attempt=now + LEASE, attempts=F("attempts") + 1):
        return False
    mail = Mail.objects.get(pk=mail_id)
    trouble = transport.deliver(mail)
    if trouble is None:
        mail.state, mail.sent, mail.next_attempt, mail.problem = Mail.State.SENT, timezone.now(), None, ""
    elif trouble.permanent or mail.attempts > len(DELAYS):
        mail.state, mail.next_attempt, mail.problem = Mail.State.FAILED, None, trouble.text
    else:
        mail.next_attempt, mail.problem = timezone.now() + DELAYS[mail.attempts - 1], trouble.text
    mail.save(update_fields=["state", "sent", "next_attempt", "problem"])
    return trouble is None


def send_due() -> int:
    """Send what waits for another attempt, and what lost its task; how many went out."""
    now = timezone.now()
    late = Q(next_attempt=None, created__lt=now - LATE)
    due = Mail.objects.filter(Q(next_attempt__lte=now) | late, state=Mail.State.QUEUED).order_by("pk")
    return sum(send(pk) for pk in due.values_list("pk", flat=True))


@transaction.atomic
def send_again(*, mail: Mail, address: str, by: User) -> None:
    """Put a mail that was given up back into the outbox, to the address that holds now."""
    given_up = Mail.objects.filter(pk=mail.pk, state=Mail.State.FAILED)
    if not given_up.update(state=Mail.State.QUEUED, address=address, attempts=0, next_attempt=None, problem=""):
        raise Refused(gettext("This mail is on its way already."))
    record(by=by, action="core.send_again", subject=mail)
    enqueue("qiao.core.tasks.send_mail", mail.pk)


@transaction.atomic
def give_up(*, mail: Mail, by: User) -> None:
    """Take a mail that did not arrive off the office's list; somebody has reached the person another way."""
    if Mail.objects.filter(pk=mail.pk, state=Mail.State.FAILED).delete()[0]:
        record(by=by, action="core.give_up", subject=mail)


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def issue_link(*, user: User, by: User | None, days: int = 30) -> str:
    """A new personal sign-in link; earlier ones end. Returns the token, which is stored nowhere."""
    if not user.is_active:
        raise Refused(gettext("This account is closed. Open it again before you issue a link."))
    now = timezone.now()
    AccessLink.objects.filter(user=user, revoked=None).update(revoked=now)
    token = secrets.token_urlsafe(32)
    link = AccessLink.objects.create(
        user=user, token_hash=hash_token(token), issued_by=by, expires=now + timedelta(days=days)
    )
    record(by=by, action="core.issue_link", subject=link, user=user.pk, days=days)
    return token


@transaction.atomic
def revoke_links(*, user: User, by: User | None) -> int:
    """End all personal links of a user; how many were open."""
    count = AccessLink.objects.filter(user=user, revoked=None).update(revoked=timezone.now())
    record(by=by, action="core.revoke_links", subject=user, count=count)
    return count


@transaction.atomic
def use_link(*, token: str) -> User:
    """The user whose link this is, noting the use; refuses what has expired, was revoked or never existed."""
    link = AccessLink.objects.select_related("user").filter(token_hash=hash_token(token)).first()
    now = timezone.now()
    if link is None or link.revoked or link.expires <= now or not link.user.is_active:
        raise Refused(gettext("This link is no longer valid. Please ask the contact office for a new one."))
    link.last_used = now
    link.save(update_fields=["last_used"])
    record(by=link.user, action="core.use_link", subject=link)
    return link.user


@transaction.atomic
def change_account(*, user: User, by: User, name: str, language: str, time_zone: str) -> User:
    """Change what somebody says about their own account."""
    wanted = {"name": name, "language": language, "time_zone": time_zone}
    stored = User.objects.get(pk=user.pk)
    changed = [field for field, value in wanted.items() if getattr(stored, field) != value]
    for field in changed:
        setattr(stored, field, wanted[field])
    if changed:
        stored.save(update_fields=changed)
        record(by=by, action="core.change_account", subject=stored, fields=changed)
    return stored


@transaction.atomic
def set_language(*, user: User, language: str, by: User) -> None:
    if user.language != language:
        change_account(user=user, by=by, name=user.name, language=language, time_zone=user.time_zone)


@transaction.atomic
def deactivate(*, user: User, by: User | None) -> None:
    """Close an account: sessions and personal links end with the next request."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    revoke_links(user=user, by=by)
    record(by=by, action="core.deactivate", subject=user)


@transaction.atomic
def forget_old() -> int:
    """Delete what is kept for a time only: mails and notices (90 days), done tasks (7), sessions, links, workers and cached values that ended."""
    now = timezone.now()
    old = [
        Mail.objects.filter(created__lt=now - timedelta(days=90)).exclude(state=Mail.State.QUEUED),
        ApiToken.objects.filter(Q(revoked__lt=now - timedelta(days=90)) | Q(expires__lt=now - timedelta(days=90))),
        Notice.objects.filter(created__lt=now - timedelta(days=DAYS_KEPT)),
        DBTaskResult.objects.finished().filter(finished_at__lt=now - timedelta(days=7)),
        AccessLink.objects.filter(expires__lt=now - timedelta(days=90)),
        Worker.objects.filter(seen_at__lt=now - timedelta(days=1)),
        Session.objects.filter(expire_date__lt=now),
    ]
    return sum(rows.delete()[0] for rows in old) + _forget_cached()


def _forget_cached() -> int:
    """Counters and uploaded tables whose time is over: the cache itself deletes them only once it is full."""
    table = connection.ops.quote_name(str(settings.CACHES["default"]["LOCATION"]))
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [now])  # noqa: S608  the name is ours
        return int(cursor.rowcount)
