"""Mails as files, for the demo and for installations that have no mail server yet."""

from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone


class FileBackend(BaseEmailBackend):
    """Each mail becomes one .eml file under the home."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        settings.MAIL_FOLDER.mkdir(parents=True, exist_ok=True)
        for count, message in enumerate(email_messages):
            name = f"{timezone.now():%Y%m%dT%H%M%S%f}-{count}.eml"
            (settings.MAIL_FOLDER / name).write_bytes(message.message().as_bytes())
        return len(email_messages)
