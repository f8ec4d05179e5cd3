"""Invitations by link and poster, and who registers by one."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.directory.actions import register
from qiao.directory.models import Person
from qiao.events.actions.participation import join
from qiao.events.form_models import Invitation
from qiao.events.models import Event


@transaction.atomic
def invite(*, event: Event, label: str, expires: date, by: User, type: str = "") -> Invitation:
    made = Invitation.objects.create(event=event, label=label, expires=expires, type=type)
    record(by=by, action="events.invite", subject=made, event=event.pk)
    return made


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, by: User) -> None:
    """The link ends; who registered by it stays."""
    Invitation.objects.filter(pk=invitation.pk, revoked=None).update(revoked=timezone.now())
    record(by=by, action="events.revoke_invitation", subject=invitation, event=invitation.event_id)


@transaction.atomic
def register_invited(
    *,
    invitation: Invitation,
    organisation: Mapping[str, Any],
    person: Mapping[str, Any],
    consents: Iterable[str],
    answers: Mapping[int, Any],
    language: str,
    key: str,
    same: str,
) -> Person:
    """Organisation, person and application for the event at once; the office and the organiser decide.

    Raises AskSameError as `register` does. Whose address has an account already signs in instead and joins from there.
    """
    if not invitation.is_open:
        raise Refused(gettext("This invitation has ended. The contact office will gladly tell you more."))
    made = register(organisation=organisation, person=person, consents=consents, language=language, key=key, same=same)
    if made.user is None or made.participations.filter(event=invitation.event).exists():
        return made
    join(
        event=invitation.event, person=made, organisation=made.organisations.get(), by=made.user, type=invitation.type,
        answers=answers, is_invited=True,
    )  # fmt: skip
    Invitation.objects.filter(pk=invitation.pk).update(used=F("used") + 1)
    return made
