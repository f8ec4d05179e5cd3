"""Whose name a participant sees: people of the own country, and those who consented to be shown in another one."""

from collections.abc import Iterable

from qiao.directory.models import Person
from qiao.directory.queries import named_to, people_for
from qiao.events.models import Participation


def visible_persons(own: Participation, partners: Iterable[Participation]) -> set[int]:
    """Primary keys of those partners' persons whose names the reader sees."""
    people = {partner.person_id for partner in partners}
    if own.person.user is None:
        return {person for _own, person in named_to([own.person_id], people)}
    return {person.pk for person in people_for(own.person.user, Person.objects.filter(pk__in=people))}
