"""What nobody may read who gets hold of the database alone: kept encrypted, with keys that lie outside of it.

The first of `settings.SEALING_KEYS` seals, all of them open: how keys are changed stands in docs/how-to/travel-details.md.
"""

import base64
import json
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class SealedError(Exception):
    """None of the installation's keys opens it: the key it was sealed with is gone, or the text was changed."""


def seal(value: Any) -> str:
    """JSON data as a token of printable characters; another one each time."""
    return _box().encrypt(json.dumps(value, ensure_ascii=False).encode()).decode("ascii")


def unseal(token: str) -> Any:
    """What was sealed. Raises SealedError."""
    try:
        return json.loads(_box().decrypt(token.encode()))
    except InvalidToken:
        raise SealedError from None


def reseal(token: str) -> str:
    """The same under the first key. Raises SealedError."""
    try:
        return _box().rotate(token.encode()).decode("ascii")
    except InvalidToken:
        raise SealedError from None


def _box() -> MultiFernet:
    return _box_of(tuple(settings.SEALING_KEYS))


@cache
def _box_of(secrets: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_key(secret)) for secret in secrets])


def _key(secret: str) -> bytes:
    """Another one than what signs sessions, although both may come from the same secret."""
    derived = HKDF(SHA256(), 32, salt=None, info=b"qiao.sealing.1").derive(secret.encode())
    return base64.urlsafe_b64encode(derived)
