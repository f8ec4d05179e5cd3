"""Rows of all stages as the API shows them, in the language in force. What a reader may not see is left empty."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from qiao.core.access import is_organiser
from qiao.core.models import Text, User
from qiao.core.texts import for_reader
from qiao.directory.market_queries import View
from qiao.directory.models import Organisation, Person
from qiao.directory.queries import people_for
from qiao.events.access import load_participation_for
from qiao.events.models import Event, Participation
from qiao.events.queries import approved
from qiao.matchmaking.queries.requests import RequestRow
from qiao.meetings.queries import Agenda, Talk

Fields = dict[str, Any]


def event(row: Event, own: Participation | None, organises: bool) -> Fields:
    return {
        "slug": row.slug, "name": str(row), "city": row.city, "country": row.country, "time_zone": row.time_zone,
        "starts": row.starts, "ends": row.ends, "phase": row.phase, "taking_part": own.state if own else None,
        "organises": organises,
    }  # fmt: skip


def organisation(row: Organisation) -> Fields:
    return {
        "key": row.key, "name": row.name, "name_latin": row.name_latin, "type": row.type, "country": row.country,
        "city": row.city, "website": row.website,
    }  # fmt: skip


def listed_organisation(row: Organisation) -> Fields:
    return organisation(row) | {"themes": [theme.code for theme in row.themes.all()]}


def profile(row: Organisation) -> Fields:
    said = [(entry.kind, for_reader(entry.texts.all())) for entry in row.entries.all()]
    entries = [
        {"kind": kind, "text": text.text, "language": text.language, "machine_translated": text.origin == Text.Origin.MACHINE}
        for kind, text in said
        if text is not None
    ]  # fmt: skip
    return listed_organisation(row) | {"entries": entries}


def participants_for(user: User, event: Event) -> QuerySet[Participation]:
    """Whom the pages list: for people who take part, and for organisers of the event; nobody else finds them."""
    if not is_organiser(user, event.pk):
        load_participation_for(user, event.slug)
    return approved(event)


def participants(user: User, rows: Sequence[Participation]) -> list[Fields]:
    """Organisers of an event know who comes to it; others whom they may know."""
    if not rows:
        return []
    everybody = Person.objects.filter(pk__in=[row.person_id for row in rows])
    known = everybody if is_organiser(user, rows[0].event_id) else people_for(user, everybody)
    named = set(known.values_list("pk", flat=True))
    return [participant(row, row.person_id in named) for row in rows]


def participant(row: Participation, named: bool) -> Fields:
    who = row.person
    return {
        "key": who.key, "name": who.name if named else "", "name_latin": who.name_latin if named else "",
        "languages": who.languages, "type": row.type, "organisation": organisation(row.organisation),
    }  # fmt: skip


def opportunity(view: View) -> Fields:
    row, title, text = view.opportunity, view.title, view.text
    return {
        "key": row.public_key, "kind": row.kind, "area": row.area, "title": title.text if title else "",
        "text": text.text if text else "", "language": title.language if title else "", "expires": row.expires,
        "organisation": organisation(view.organisation) if view.organisation else None,
    }  # fmt: skip


def request(row: RequestRow) -> Fields:
    found = row.request
    return {
        "key": found.key, "state": found.state, "by_me": row.by_me, "partner": participant(row.partner, row.named),
        "message": found.message, "created": found.created, "expires": found.expires, "planned": row.planned,
        "actions": [str(one) for one in row.actions],
    }  # fmt: skip


def agenda(found: Agenda) -> Fields:
    version = found.version
    provisional = version is not None and version.is_provisional
    return {
        "event": found.event.slug, "version": version.number if version else None,
        "talks": [talk(one, provisional) for one in found.talks],
    }  # fmt: skip


def talk(found: Talk, provisional: bool) -> Fields:
    interpreter = found.interpreter if found.interpreter_named else None
    return {
        "key": found.key, "starts": found.start, "ends": found.end, "table": found.table.number if found.table else None,
        "partner": participant(found.partner, found.named), "interpreter": interpreter.name if interpreter else "",
        "provisional": provisional,
    }  # fmt: skip
