"""Private calendar addresses: one per participation, known to its owner only, revocable."""

import secrets

from django.db import transaction

from qiao.core.actions import hash_token, record
from qiao.core.models import User
from qiao.events.models import Participation
from qiao.meetings.models import Feed


@transaction.atomic
def make_feed(*, participation: Participation, by: User) -> str:
    """A new address; an earlier one ends. Returns the token (256 bits), which is stored nowhere."""
    token = secrets.token_urlsafe(32)
    feed, _created = Feed.objects.update_or_create(
        participation=participation, defaults={"token_hash": hash_token(token)}
    )
    record(by=by, action="meetings.make_feed", subject=feed)
    return token


@transaction.atomic
def revoke_feed(*, participation: Participation, by: User) -> int:
    """End the address; 1 if there was one."""
    count, _rows = Feed.objects.filter(participation=participation).delete()
    record(by=by, action="meetings.revoke_feed", subject=participation)
    return count
