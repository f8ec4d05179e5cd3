"""What stands in the way of a talk, in sentences for the organiser."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext

from qiao.engine.scheduling.by_hand import Hindrance
from qiao.engine.scheduling.model import Problem
from qiao.events.models import Event, Participation
from qiao.meetings.bridge import person_id
from qiao.meetings.words import full_name


def in_words(event: Event, problem: Problem, hindrances: Iterable[Hindrance]) -> list[str]:
    """One sentence each, the same one only once. One query where somebody is named, else none."""
    found = list(hindrances)
    return sentences(found, names_of_people(event, problem, found))


def sentences(hindrances: Iterable[Hindrance], names: Mapping[str, str]) -> list[str]:
    return list(dict.fromkeys(sentence(one, names) for one in hindrances))


def names_of_people(event: Event, problem: Problem, hindrances: Iterable[Hindrance]) -> dict[str, str]:
    """By their ids: the people that the hindrances name, and the partners of the talks in the way."""
    named: set[str] = set()
    for one in hindrances:
        named |= {one.who} if one.who else set()
        named |= set(problem.request_by_id[one.request].participants) if one.request else set()
    keys = [int(one[1:]) for one in named if one.startswith("p")]
    if not keys:
        return {}
    rows = Participation.objects.filter(event=event, pk__in=keys).select_related("person", "organisation")
    return {person_id(row.pk): full_name(row.organisation) for row in rows}


def sentence(one: Hindrance, names: Mapping[str, str]) -> str:
    values = {"name": names.get(one.who or "", ""), "number": (one.who or "")[1:]}
    return {
        "locked": gettext("The talk is locked to another time. Release it first."),
        "not-allowed": gettext("The talk may not lie at this time."),
        "away": gettext("%(name)s: this time is blocked."),
        "busy": gettext("%(name)s: there is another talk at this time."),
        "full": gettext("%(name)s takes no more talks."),
        "day-full": gettext("%(name)s takes no more talks on this day."),
        "table-busy": gettext("Table %(number)s is taken at this time."),
        "table-unfit": gettext("Table %(number)s does not suit these two."),
        "no-table": gettext("No suitable table is free at this time."),
        "no-interpreter": gettext("No interpreter for these two is free at this time."),
    }[one.code] % values
