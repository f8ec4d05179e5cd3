"""Writing a table of sessions: all rows, or none where one is bad."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.languages import running_text
from qiao.core.models import User
from qiao.core.tables import Table
from qiao.directory.actions import ImportReport
from qiao.directory.values import detect_language
from qiao.events.actions.sessions import SESSION_FACTS, save_room, save_session, save_track
from qiao.events.models import Event
from qiao.events.session_imports import SessionRow, read_sessions
from qiao.events.session_models import Room, Track

NAMED = 10  # problems of a table that are told


@transaction.atomic
def import_sessions(*, event: Event, table: Table, by: User) -> ImportReport:
    """Add and change the sessions of a table; those that it does not name stay. Refuses a table with any bad row, naming them.

    Rooms and tracks that the event does not have yet are made.
    """
    event = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
    rows = read_sessions(event, table)
    problems = [words for row in rows for words in row.problems]
    if problems:
        raise Refused(running_text(problems[:NAMED]))
    created = updated = 0
    places = _places(event)
    for row in rows:
        values = {**row.values, **{kind: _place(event, kind, name, places, by) for kind, name in row.places.items()}}
        if row.session is not None and not _differs(row, values):
            continue
        _save(event, row, values, by)
        created, updated = created + (row.session is None), updated + (row.session is not None)
    record(by=by, action="events.import_sessions", subject=event, created=created, updated=updated)
    return ImportReport(created, updated, len(rows) - created - updated, 0, written=True)


def _save(event: Event, row: SessionRow, values: dict[str, Any], by: User) -> None:
    try:
        save_session(event=event, session=row.session, values=values, by=by)
    except Refused as refused:
        words = {"row": row.number, "why": refused.message}
        raise Refused(_("Row %(row)s: %(why)s") % words) from None


def _differs(row: SessionRow, values: dict[str, Any]) -> bool:
    session = row.session
    assert session is not None
    plain = {name: value for name, value in values.items() if name in SESSION_FACTS}
    if any(getattr(session, name) != value for name, value in plain.items()):
        return True
    return "themes" in values and set(session.themes.all()) != set(values["themes"])


Places = dict[tuple[str, str], Room | Track]


def _places(event: Event) -> Places:
    """By kind and each of their names."""
    return {
        (kind, name.casefold()): one
        for kind, rows in (("room", event.rooms.all()), ("track", event.tracks.all()))
        for one in rows
        for name in one.names.values()
    }


def _place(event: Event, kind: str, name: str, places: Places, by: User) -> Room | Track | None:
    if not name:
        return None
    key = (kind, name.casefold())
    if key not in places:
        names = {detect_language(name): name}
        places[key] = (
            save_room(event=event, names=names, seats=None, by=by)
            if kind == "room"
            else save_track(event=event, names=names, by=by)
        )
    return places[key]
