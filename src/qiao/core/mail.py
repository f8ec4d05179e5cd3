"""Delivering a mail of the outbox, and mails as files for the demo and installations without a mail server."""

import base64
import hashlib
import os
import smtplib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message
from email.mime.base import MIMEBase
from email.utils import format_datetime, parsedate_to_datetime

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from qiao.core.models import Mail


@dataclass(frozen=True)
class Trouble:
    """Why a mail did not go out: `permanent` when trying again cannot help."""

    text: str
    permanent: bool


def deliver(mail: Mail) -> Trouble | None:
    """Hand one mail to the mail server; None when it was taken."""
    connection = get_connection()
    try:
        connection.open()
        connection.send_messages([to_message(mail)])
    except ValueError as error:  # a header that no mail may carry
        return Trouble(str(error)[:300], permanent=True)
    except (smtplib.SMTPException, OSError) as error:
        return _trouble(error)
    finally:
        with suppress(smtplib.SMTPException, OSError):  # taken is taken, however the farewell goes
            connection.close()
    return None


def _trouble(error: Exception) -> Trouble:
    """SMTP: 4xx and a lost connection pass, 5xx stay. A refused password is the installation's fault, not the mail's."""
    text = f"{type(error).__name__}: {error}"[:300]
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _answer in error.recipients.values()]
        return Trouble(text, permanent=all(code >= 500 for code in codes))
    if isinstance(error, smtplib.SMTPResponseException) and not isinstance(error, smtplib.SMTPAuthenticationError):
        return Trouble(text, permanent=error.smtp_code >= 500)
    return Trouble(text, permanent=isinstance(error, smtplib.SMTPNotSupportedError))


def to_message(mail: Mail) -> EmailMessage:
    """The same Message-ID and date in every attempt, so that mailboxes recognise a second copy."""
    message = EmailMessage(
        mail.subject,
        mail.body,
        settings.DEFAULT_FROM_EMAIL,
        [mail.address],
        headers={
            "Message-ID": mail.message_id,
            "Date": format_datetime(mail.created),
            "Content-Language": mail.language,
            "Auto-Submitted": "auto-generated",
            **_ways_to_end(mail),
        },
    )
    for one in mail.attachments:
        message.attach(_part(one["name"], one["type"], base64.b64decode(one["base64"])))
    return message


def _ways_to_end(mail: Mail) -> dict[str, str]:
    """What lets a mail program show a button that ends mails of this kind with one click (RFC 8058)."""
    if not mail.stop_url:
        return {}
    return {"List-Unsubscribe": f"<{mail.stop_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _part(name: str, media_type: str, data: bytes) -> MIMEBase:
    """One attachment; parameters of the media type (method=PUBLISH) are kept."""
    header = Message()
    header["Content-Type"] = media_type
    part = MIMEBase(header.get_content_maintype(), header.get_content_subtype())
    for key, value in header.get_params(failobj=[])[1:]:
        part.set_param(key, value)
    part.set_payload(base64.encodebytes(data).decode("ascii"))
    part["Content-Transfer-Encoding"] = "base64"
    part.add_header("Content-Disposition", "attachment", filename=name)
    return part


class FileBackend(BaseEmailBackend):
    """Each mail becomes one .eml file under the home; the same mail sent twice is one file."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        settings.MAIL_FOLDER.mkdir(parents=True, exist_ok=True)
        for one in email_messages:
            self._write(one)
        return len(email_messages)

    def _write(self, one: EmailMessage) -> None:
        message = one.message()
        at = parsedate_to_datetime(message["Date"]) if message["Date"] else timezone.now()
        digest = hashlib.sha256(str(message["Message-ID"]).encode()).hexdigest()[:16]
        target = settings.MAIL_FOLDER / f"{at:%Y%m%dT%H%M%S}-{digest}.eml"
        partial = target.with_suffix(f".{os.getpid()}.partial")
        with partial.open("wb") as file:
            file.write(message.as_bytes())
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)  # nobody ever reads half a mail
