"""Why a mail could not be sent, as a person understands it, from what the mail server answered."""

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

CODE = re.compile(r"(?<!\d)([245]\d\d)(?!\d)")
ENHANCED = re.compile(r"(?<![\d.])[45]\.(\d)\.(\d{1,3})(?![\d.])")  # RFC 3463: class.subject.detail

UNKNOWN = _("There is no such mailbox. Check the address, or ask the person.")
FULL = _("The mailbox is full. Reach the person another way, and try again later.")
TOO_LARGE = _("The mail is too large for this mailbox.")
UNTRUSTED = _(
    "The receiving server does not trust the sender. Whoever keeps the domain should check SPF, DKIM and DMARC."
)
SILENT = _("The mail server could not be reached for two days.")
PASSWORD = _("The mail server refused the password of this installation.")
HEADER = _("The address or subject holds a character that no mail may carry.")
OTHER = _("The mail server refused it.")

BY_DETAIL: dict[tuple[str, str], Any] = {("1", "1"): UNKNOWN, ("1", "2"): UNKNOWN, ("1", "3"): UNKNOWN, ("1", "10"): UNKNOWN, ("2", "1"): UNKNOWN, ("2", "2"): FULL, ("2", "3"): TOO_LARGE, ("3", "4"): TOO_LARGE}  # fmt: skip
BY_SUBJECT: dict[str, Any] = {"7": UNTRUSTED}
BY_CODE: dict[str, Any] = {
    "550": UNKNOWN, "551": UNKNOWN, "553": UNKNOWN, "452": FULL, "552": FULL, "554": UNTRUSTED, "571": UNTRUSTED, "535": PASSWORD,
}  # fmt: skip


def reason_of(problem: str) -> str:
    """`problem` as `Mail.problem` holds it: the name of an error and the server's words."""
    if problem.startswith(("BadHeaderError", "ValueError")):
        return str(HEADER)
    if found := ENHANCED.search(problem):
        reason = BY_DETAIL.get((found[1], found[2])) or BY_SUBJECT.get(found[1])
        if reason:
            return str(reason)
    if code := CODE.search(problem):
        return str(BY_CODE.get(code[1], OTHER))
    silent = (
        "TimeoutError",
        "ConnectionRefusedError",
        "SMTPServerDisconnected",
        "gaierror",
        "SMTPConnectError",
        "OSError",
    )
    return str(SILENT if problem.startswith(silent) else OTHER)
