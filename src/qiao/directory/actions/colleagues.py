"""A company's manager enters colleagues, also without an e-mail address, and keeps what is said about them."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.directory.actions.indexing import index_people
from qiao.directory.actions.registration import link_for, register
from qiao.directory.joining import is_kept, never_signed_in, with_ties
from qiao.directory.models import Membership, Organisation, Person
from qiao.directory.roles import works_for_office

PERSON_FIELDS = ("name", "name_latin", "email", "phone", "languages")


@transaction.atomic
def add_colleague(
    *, organisation: Organisation, person: Mapping[str, Any], is_manager: bool, by: User, key: str | None = None
) -> Person:
    """Somebody of the same organisation, who agrees in person at the first sign-in; `key`: see `register`."""
    made = register(organisation=organisation, person=person, by=by, key=key, language=get_language())
    if is_manager:
        made.memberships.filter(organisation=organisation).update(is_manager=True)
    return made


@transaction.atomic
def edit_colleague(*, membership: Membership, values: Mapping[str, Any], role: str, is_manager: bool, by: User) -> None:
    """Change what is said about a member. One manager always stays; who signed in keeps the own address."""
    rows = Membership.objects.select_for_update(of=("self",), no_key=True).select_related("person__user")
    found = with_ties(rows).get(pk=membership.pk)
    person = found.person
    others = Membership.objects.filter(organisation=found.organisation_id, is_manager=True).exclude(pk=found.pk)
    if found.is_manager and not is_manager and not others.exists():
        raise Refused(_("An organisation needs somebody who keeps its profile. Name another one first."))
    if values.get("email", person.email) != person.email and not is_kept(found):
        if never_signed_in(person):
            raise Refused(_tied())
        raise Refused(_("This person has signed in already and changes the e-mail address alone, or the office does."))
    changed = [name for name in PERSON_FIELDS if name in values and getattr(person, name) != values[name]]
    for name in changed:
        setattr(person, name, values[name])
    if changed:
        person.save(update_fields=changed)
        index_people([person.pk])
    found.role, found.is_manager = role, is_manager
    found.save(update_fields=["role", "is_manager"])
    record(by=by, action="directory.edit_colleague", subject=found, fields=changed)


@transaction.atomic
def link_for_colleague(*, membership: Membership, by: User) -> str:
    """A personal link for somebody who never signed in; afterwards only the office may issue one."""
    found = with_ties(Membership.objects.select_related("person__user")).get(pk=membership.pk)
    if not works_for_office(by) and not is_kept(found):
        if never_signed_in(found.person):
            raise Refused(_tied())
        raise Refused(_("This person has signed in already. A new personal link comes from the contact office."))
    return link_for(person=found.person, by=by)


def _tied() -> str:
    return _("This person belongs to another organisation or to an office as well. Please turn to the contact office.")
