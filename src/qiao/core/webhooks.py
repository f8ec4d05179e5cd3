"""What webhooks may be told of, how a message is written and signed (Standard Webhooks), and what became of it in words."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qiao.core.languages import listed

# Each belongs to a scope of the API: what a message leads to is read there.
KINDS: dict[str, Any] = {
    "request.changed": _("a meeting request of yours was sent or answered"),
    "participant.approved": _("you, or somebody at an event that you organise, is admitted"),
    "plan.published": _("a plan is published for an event in which you take part or that you organise"),
    "agenda.changed": _("your agenda has changed"),
}
PREFIX = "whsec_"

REASONS: dict[str, Any] = {
    "unreachable": _("The address could not be reached."),
    "not-public": _("The name does not stand for a public host."),
    "certificate": _("The certificate of the host is not valid."),
    "slow": _("The host took longer than fifteen seconds."),
    "lost": _("The secret can no longer be opened with the keys of this installation. Make a new one."),
}


def kinds_in_words(kinds: Collection[str]) -> str:
    return listed(str(KINDS[code]) for code in kinds if code in KINDS)


def reason_of(code: str, status: int) -> str:
    if code == "status":
        return gettext("The host answered with the status %(status)d; 200 to 299 would confirm it.") % {
            "status": status
        }
    return str(REASONS.get(code, REASONS["unreachable"]))


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def body_of(kind: str, moment: datetime, data: Mapping[str, Any]) -> bytes:
    """The same bytes in every attempt."""
    values = {"type": kind, "timestamp": moment.isoformat(), "data": data}
    return json.dumps(values, separators=(",", ":"), sort_keys=True).encode()


def headers_for(key: str, body: bytes, keys: Iterable[str], now: datetime) -> dict[str, str]:
    """`keys`: the secrets that sign it; the reader needs to know one of them."""
    seconds = str(int(now.timestamp()))
    return {
        "Content-Type": "application/json",
        "User-Agent": "Qiao",
        "webhook-id": key,
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join(_signature(one, f"{key}.{seconds}.".encode() + body) for one in keys),
    }


def _signature(secret: str, content: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return "v1," + base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
