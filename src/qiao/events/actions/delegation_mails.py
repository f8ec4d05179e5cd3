"""Telling members of a delegation what concerns them."""

from django.urls import reverse

from qiao.core.telling import About
from qiao.core.telling import tell as tell_user
from qiao.events.models import DelegationMember, ProgrammeItem


def tell_member(*, member: DelegationMember, kind: str, page: str = "delegation-own", variant: str = "") -> None:
    """A notice of this kind, where the person has an account; several of one delegation stand as one until read."""
    user = member.person.user
    if user is not None:
        path, subject = reverse(page, args=[member.delegation.slug]), f"delegation {member.delegation_id}"
        about = About(path, {"delegation": member.delegation_id}, subject, variant)
        tell_user(user=user, address=member.person.email or user.email, kind=kind, about=about)


def tell_of_item(item: ProgrammeItem) -> None:
    """Whom an item of a delegation concerns hears that the programme is new or changed."""
    if item.delegation is not None:
        rows = item.members.all() if item.is_for_some else item.delegation.members.all()
        for one in rows.select_related("person__user", "delegation"):
            tell_member(member=one, kind="events.delegation_programme")
