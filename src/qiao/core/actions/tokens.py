"""Tokens of the API: made by their owner, shown once, kept as a hash, revoked at any time."""

import secrets
from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qiao.core.actions import hash_token, record
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.core.queries import valid_tokens
from qiao.core.token_models import ApiToken
from qiao.core.tokens import SCOPES

PREFIX = "qiao_"  # programs that look for leaked keys know one by it
MOST = 10  # valid tokens of one person
USED_AGAIN = timedelta(minutes=10)  # how exactly the last use is noted


@transaction.atomic
def issue_token(*, user: User, name: str, scopes: Collection[str], days: int, by: User) -> str:
    """A new token; it is stored nowhere and cannot be shown again."""
    if not scopes or not set(scopes) <= set(SCOPES):
        raise Refused(_("Choose what the token may read."))
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # two at once are counted one after the other
    if valid_tokens(user).count() >= MOST:
        raise Refused(_("You have %(count)d tokens already. Revoke one first.") % {"count": MOST})
    token = PREFIX + secrets.token_urlsafe(32)
    made = ApiToken.objects.create(
        user=user, name=name, token_hash=hash_token(token), scopes=sorted(scopes),
        expires=timezone.now() + timedelta(days=days),
    )  # fmt: skip
    record(by=by, action="core.issue_token", subject=made, scopes=sorted(scopes), days=days)
    return token


@transaction.atomic
def revoke_token(*, token: ApiToken, by: User) -> None:
    if ApiToken.objects.filter(pk=token.pk, revoked=None).update(revoked=timezone.now()):
        record(by=by, action="core.revoke_token", subject=token)


def use_token(token: str) -> ApiToken | None:
    """The valid token with its user, noting roughly when it was used; None for what is no token, or none any more."""
    now = timezone.now()
    rows = ApiToken.objects.select_related("user").filter(revoked=None, expires__gt=now, user__is_active=True)
    found = rows.filter(token_hash=hash_token(token)).first()
    if found is not None and (found.last_used is None or found.last_used < now - USED_AGAIN):
        ApiToken.objects.filter(pk=found.pk).update(last_used=now)
    return found
