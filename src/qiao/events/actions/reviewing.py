"""What the office decides about an organisation that registered itself by an invitation to an event."""

from django.db import transaction

from qiao.core.models import User
from qiao.directory import actions as directory
from qiao.directory.models import Organisation
from qiao.events.models import Participation


@transaction.atomic
def decline_registration(*, organisation: Organisation, by: User) -> None:
    """Nobody of it was admitted yet, so the applications for events go with it."""
    Participation.objects.filter(organisation=organisation, organisation__is_published=False).exclude(
        state=Participation.State.APPROVED
    ).delete()
    directory.decline(organisation=organisation, by=by)


@transaction.atomic
def join_registration(*, organisation: Organisation, by: User) -> Organisation:
    """Its people, and what they applied for, belong to the organisation that was there already."""
    if organisation.same_as_id and not organisation.is_published:
        Participation.objects.filter(organisation=organisation).update(organisation=organisation.same_as_id)
    return directory.join(organisation=organisation, by=by)
