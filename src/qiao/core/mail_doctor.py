"""`qiao mail doctor`: whether mails leave this installation, in plain sentences.

What receivers think of the sender (SPF, DKIM, DMARC) stands in the name service and with them: the last sentence says where.
"""

import smtplib
import ssl
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from email.utils import make_msgid, parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import get_connection
from django.core.validators import validate_email
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from qiao.core import mail as transport
from qiao.core.doctor import Finding
from qiao.core.languages import running_text
from qiao.core.models import Mail, Worker
from qiao.core.undelivered import reason_of
from qiao.core.work import SILENCE

STUCK = timedelta(minutes=15)  # a mail that nobody tried for so long
NOWHERE = ("localhost", ".localhost", ".local", ".localdomain", ".invalid", ".example", ".test")


def findings(address: str = "") -> Iterator[Finding]:
    """One after the other, as they are found; with an address a test mail goes there."""
    yield _sender()
    as_files = settings.EMAIL_BACKEND == "qiao.core.mail.FileBackend"
    if as_files:
        yield Finding(False, _("Mails are written as files and reach nobody."), _("Set EMAIL_URL and QIAO_MAIL_FROM."))
    else:
        yield from _server()
    yield _worker()
    yield _waiting()
    yield from _failed()
    if address and not as_files:
        yield _test_mail(address)


def reputation() -> str:
    """What cannot be seen from here."""
    domain = _address().rpartition("@")[2]
    return _(
        "Whether receivers trust the sender is not seen from here. Ask whoever keeps the domain %(domain)s for SPF and DKIM of the "
        "mail server, and for a DMARC record at _dmarc.%(domain)s."
    ) % {"domain": domain}


def _address() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def _sender() -> Finding:
    address, remedy = _address(), _("Set QIAO_MAIL_FROM to an address that people can answer to.")
    try:
        validate_email(address)
    except ValidationError:
        text = _("The sender is no address: %(sender)s") % {"sender": settings.DEFAULT_FROM_EMAIL}
        return Finding(False, text, remedy)
    domain = address.rpartition("@")[2].lower()
    if f".{domain}".endswith(NOWHERE):
        text = _("No mail can come from %(sender)s: its domain exists nowhere.") % {"sender": address}
        return Finding(False, text, remedy)
    return Finding(True, _("Mails come from %(sender)s.") % {"sender": address})


# --- the mail server


def _server() -> Iterator[Finding]:
    """The connection with its encryption and password, and whether the server takes mails from our sender."""
    connection: Any = get_connection()
    try:
        connection.open()
        yield Finding(True, _("The mail server %(host)s answers.") % {"host": _host(connection)})
        yield _encryption(connection)
        yield _takes_sender(connection.connection)
    except (smtplib.SMTPException, OSError) as error:
        yield _no_connection(error, connection)
    finally:
        with suppress(smtplib.SMTPException, OSError):
            connection.close()


def _host(connection: Any) -> str:
    return f"{connection.host}:{connection.port}"


def _no_connection(error: Exception, connection: Any) -> Finding:
    values = {"host": _host(connection), "error": str(error)}
    if isinstance(error, ssl.SSLError):
        text = _("The connection to %(host)s cannot be encrypted: %(error)s") % values
        remedy = _(
            "Does EMAIL_URL begin with the right word? smtp+tls:// usually goes with port 587, smtp+ssl:// with 465."
        )
        return Finding(False, text, remedy)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        text = _("The mail server %(host)s refuses the user or the password.") % values
        return Finding(False, text, _("Check both in EMAIL_URL; odd characters are written as %-codes there."))
    if isinstance(error, smtplib.SMTPNotSupportedError):
        text = _("The mail server %(host)s offers no encryption or no sign-in on this port.") % values
        return Finding(False, text, _("Ask its provider for port and kind of encryption, and change EMAIL_URL."))
    text = _("The mail server %(host)s cannot be reached: %(error)s") % values
    return Finding(False, text, _("Check name and port in EMAIL_URL, and whether a firewall lets the connection out."))


def _encryption(connection: Any) -> Finding:
    if connection.use_ssl or connection.use_tls:
        return Finding(True, _("The connection to it is encrypted."))
    if connection.host in {"localhost", "127.0.0.1", "::1"}:
        return Finding(True, _("The connection is not encrypted, and does not leave this machine."))
    offered = connection.connection.has_extn("starttls")
    remedy = (
        _("It offers encryption: begin EMAIL_URL with smtp+tls://.")
        if offered
        else _("Look for a server that encrypts.")
    )
    return Finding(
        False, _("The connection to the mail server is not encrypted: passwords and mails can be read."), remedy
    )


def _takes_sender(session: smtplib.SMTP) -> Finding:
    """Asks and takes it back: nothing is sent."""
    sender = _address()
    session.ehlo_or_helo_if_needed()
    code, answer = session.mail(sender)
    session.rset()
    if code == 250:
        return Finding(True, _("It takes mails from %(sender)s.") % {"sender": sender})
    values = {"sender": sender, "answer": f"{code} {answer.decode(errors='replace')}"}
    text = _("The mail server takes no mails from %(sender)s: %(answer)s") % values
    return Finding(False, text, _("Set QIAO_MAIL_FROM to an address that belongs to this account."))


# --- the outbox


def _worker() -> Finding:
    if Worker.objects.filter(queue="mail", seen_at__gte=timezone.now() - SILENCE).exists():
        return Finding(True, _("Mails are being sent in the background."))
    return Finding(False, _("Nobody sends the mails that wait."), _("Start: qiao work"))


def _waiting() -> Finding:
    waiting = Mail.objects.filter(state=Mail.State.QUEUED)
    count = waiting.count()
    if not count:
        return Finding(True, _("No mail waits."))
    text = ngettext("%(count)s mail waits to be sent.", "%(count)s mails wait to be sent.", count) % {"count": count}
    tried = waiting.exclude(problem="").order_by("-next_attempt").first()
    if tried is not None:
        said = _("The mail server said last: %(problem)s") % {"problem": tried.problem}
        return Finding(False, text, running_text([said, _("They are tried again by themselves, for two days.")]))
    since = timezone.now() - STUCK
    late = Q(next_attempt=None, created__lt=since) | Q(next_attempt__lt=since)  # the second: quiet hours are over
    stuck = waiting.filter(late).exists()
    return Finding(not stuck, text, _("Nobody has tried for a quarter of an hour. Start: qiao work") if stuck else "")


def _failed() -> Iterator[Finding]:
    """One sentence for each reason."""
    since = timezone.now() - timedelta(days=7)
    rows = Mail.objects.filter(state=Mail.State.FAILED, created__gte=since).values_list("problem", flat=True)
    reasons = Counter(map(reason_of, rows))
    if not reasons:
        yield Finding(True, _("No mail of the last seven days was given up."))
    for reason, count in reasons.most_common():
        text = ngettext("%(count)s mail was given up: %(reason)s", "%(count)s mails were given up: %(reason)s", count)
        where = settings.PUBLIC_URL + reverse("undelivered")
        remedy = _("The office sees them and can send them again: %(url)s") % {"url": where}
        yield Finding(False, text % {"count": count, "reason": reason}, remedy)


def _test_mail(address: str) -> Finding:
    mail = Mail(
        address=address, kind="core.test", language=get_language() or "en", created=timezone.now(),
        subject=_("A test mail"), body=_("This mail arrived: the installation can send mails.") + "\n",
        message_id=make_msgid(domain=urlsplit(settings.PUBLIC_URL).hostname),
    )  # fmt: skip
    trouble = transport.deliver(mail)
    if trouble is None:
        return Finding(
            True,
            _("A test mail to %(address)s was taken. Look whether it arrived, and not as spam.") % {"address": address},
        )
    text = _("The test mail to %(address)s was not taken: %(problem)s") % {"address": address, "problem": trouble.text}
    return Finding(False, text, reason_of(trouble.text) if trouble.permanent else _("See what was found above."))
