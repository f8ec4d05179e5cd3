"""Taking over an organisation that an office listed, by one link."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qiao.core.actions import hash_token, record
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.directory.actions.registration import register
from qiao.directory.models import ClaimLink, Membership, Organisation, Person

DAYS = 90


@transaction.atomic
def issue_claim(*, organisation: Organisation, by: User) -> str:
    """A new link for who works there; earlier ones end. Returns the token, which is stored nowhere."""
    now = timezone.now()
    organisation.claim_links.filter(revoked=None, used=None).update(revoked=now)
    token = secrets.token_urlsafe(32)
    ClaimLink.objects.create(
        organisation=organisation, token_hash=hash_token(token), issued_by=by, expires=now + timedelta(days=DAYS)
    )
    record(by=by, action="directory.issue_claim", subject=organisation, days=DAYS)
    return token


@transaction.atomic
def claim(
    *,
    link: ClaimLink,
    person: Mapping[str, Any] | Person,
    consents: Iterable[str] = (),
    key: str | None = None,
    language: str | None = None,
) -> Person:
    """Whoever has the link becomes a manager of the organisation: somebody new, or a person who is signed in."""
    now = timezone.now()
    found = ClaimLink.objects.filter(pk=link.pk, used=None, revoked=None, expires__gt=now)
    if not found.update(used=now):
        raise Refused(_("This link is no longer valid. Please ask the contact office for a new one."))
    if isinstance(person, Person):
        made, by = person, person.user
        Membership.objects.get_or_create(person=made, organisation=link.organisation)
    else:
        made, by = (
            register(organisation=link.organisation, person=person, consents=consents, language=language, key=key),
            None,
        )
    made.memberships.filter(organisation=link.organisation).update(is_manager=True)
    record(by=by, action="directory.claim", subject=link.organisation, person=made.pk)
    return made
