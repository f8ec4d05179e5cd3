"""People whom the office or an organiser enters by hand."""

from collections.abc import Sequence

from django.db import transaction

from qiao.core.actions import record
from qiao.core.models import User
from qiao.directory.actions.indexing import index_people
from qiao.directory.actions.registration import account_for
from qiao.directory.models import Person, Side


@transaction.atomic
def enter_person(
    *, side: Side, name: str, by: User, name_latin: str = "", email: str = "", languages: Sequence[str] = ()
) -> Person:
    """Somebody without an organisation, an interpreter for example; whoever signs in with this address is that person."""
    found = Person.objects.filter(user__email__iexact=email).first() if email else None
    if found:
        return found
    known, new = account_for({"name": name, "email": email}, side, "zh-hans" if side.country == "CN" else "de")
    person = Person.objects.create(
        side=side, user=known or new, name=name, name_latin=name_latin, email=email, languages=list(languages)
    )
    index_people([person.pk])
    record(by=by, action="directory.enter_person", subject=person)
    return person
