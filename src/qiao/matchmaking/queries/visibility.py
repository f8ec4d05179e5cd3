"""Whose name a participant sees: people of the own country, and those who consented to be shown in another one."""

from collections.abc import Iterable

from qiao.directory.models import Person
from qiao.directory.queries import people_for
from qiao.events.models import Participation


def visible_persons(own: Participation, partners: Iterable[Participation]) -> set[int]:
    """Primary keys of those partners' persons whose names (and, after an agreed talk, addresses) the reader sees."""
    if own.person.user is None:
        return set()
    people = Person.objects.filter(pk__in={partner.person_id for partner in partners})
    return {person.pk for person in people_for(own.person.user, people)}
