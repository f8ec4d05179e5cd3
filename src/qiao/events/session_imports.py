"""Tables of sessions: read row by row into the values of `save_session`, and written so that reading them changes nothing."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from qiao.core.languages import listed, primary
from qiao.core.tables import Row, Table, neutralise
from qiao.core.texts import tidy, tidy_lines
from qiao.directory import values
from qiao.directory.columns import LANGUAGES
from qiao.directory.models import Theme
from qiao.directory.values import several
from qiao.events.models import Event
from qiao.events.session_models import LONGEST_ABSTRACT, LONGEST_TITLE, EventSession, Room, Track

COLUMNS = (
    "id", *(f"title_{code}" for code in LANGUAGES), *(f"abstract_{code}" for code in LANGUAGES), "kind", "shown_to", "start",
    "end", "room", "track", "themes", "languages", "interpreted", "reserve", "places", "stream",
)  # fmt: skip
YES = {"yes", "ja", "是", "1", "x"}


@dataclass
class SessionRow:
    """What one row says: the session that it names, if any, and what is to be written; `room` and `track` by name."""

    number: int
    session: EventSession | None
    values: dict[str, Any] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)  # "room" and "track" -> name, empty for none
    problems: list[str] = field(default_factory=list)


def read_sessions(event: Event, table: Table) -> list[SessionRow]:
    """Columns that the table does not have leave what is stored as it is; three queries."""
    stored = event.sessions.select_related("room", "track").prefetch_related("themes")
    known = {mark: one for one in stored for mark in (one.key, one.external_id) if mark}
    themes = {mark.casefold(): one for one in Theme.objects.all() for mark in (one.code, *one.names.values())}
    seen: dict[str, int] = {}
    return [_read(event, row, known, themes, seen) for row in table.rows]


def _read(
    event: Event, row: Row, known: Mapping[str, EventSession], themes: Mapping[str, Theme], seen: dict[str, int]
) -> SessionRow:
    cells, own = row.cells, row.cells.get("id", "")[:60]
    found = SessionRow(row.number, known.get(own) if own else None)
    if own and own in seen:
        found.problems.append(
            _("Row %(row)s: this id stands in row %(other)s as well.") % {"row": row.number, "other": seen[own]}
        )
    seen[own] = row.number
    if own and found.session is None:
        found.values["external_id"] = own
    for read in (_texts, _choices, _times, _codes, _places):
        for name, value in read(event, cells, themes, found):
            found.values[name] = value
    found.places = {name: tidy(cells[name]) for name in ("room", "track") if name in cells}
    return found


Read = Iterator[tuple[str, Any]]


def _wrong(found: SessionRow, column: str, text: str, remedy: str) -> None:
    words = {"row": found.number, "column": column, "value": text[:40], "remedy": remedy}
    found.problems.append(_("Row %(row)s, column %(column)s: “%(value)s” cannot be read. %(remedy)s") % words)


def _texts(event: Event, cells: Mapping[str, str], themes: Any, found: SessionRow) -> Read:
    for field_name, head, longest, clean in (
        ("names", "title", LONGEST_TITLE, tidy), ("abstracts", "abstract", LONGEST_ABSTRACT, tidy_lines),
    ):  # fmt: skip
        present = {code: clean(cells[f"{head}_{code}"]) for code in LANGUAGES if f"{head}_{code}" in cells}
        if not present and (found.session or field_name != "names"):
            continue
        stored = getattr(found.session, field_name) if found.session else {}
        texts = {code: text for code, text in {**stored, **present}.items() if text}
        for code, text in texts.items():
            if len(text) > longest:
                _wrong(found, f"{head}_{code}", text, _("Write at most %(most)s characters.") % {"most": longest})
        yield field_name, texts
        if field_name == "names" and not texts:
            _wrong(found, "title_de", "", _("Write a title in one language at least."))


def _choices(event: Event, cells: Mapping[str, str], themes: Any, found: SessionRow) -> Read:
    for column, name, choices in (
        ("kind", "kind", EventSession.Kind), ("shown_to", "audience", EventSession.Audience),
    ):  # fmt: skip
        code = cells.get(column, "").strip().lower()
        if code in choices.values:
            yield name, code
        elif code:
            _wrong(found, column, code, _("Write one of: %(codes)s.") % {"codes": listed(choices.values)})
    if "reserve" in cells:
        yield "takes_reservations", cells["reserve"].strip().lower() in YES


def _times(event: Event, cells: Mapping[str, str], themes: Any, found: SessionRow) -> Read:
    for column, name in (("start", "starts"), ("end", "ends")):
        if column not in cells:
            continue
        text = cells[column].strip()
        try:
            moment = datetime.fromisoformat(text) if text else None
        except ValueError:
            _wrong(found, column, text, _("Write for example 2027-11-03T14:00, in local time."))
            continue
        yield name, moment.replace(tzinfo=event.zone) if moment and not moment.tzinfo else moment


def _codes(event: Event, cells: Mapping[str, str], themes: Mapping[str, Theme], found: SessionRow) -> Read:
    for column in ("languages", "interpreted"):
        if column in cells:
            try:
                yield column, [primary(values.language(code)) for code in several(cells[column])]
            except values.Bad as bad:
                _wrong(found, column, cells[column], bad.remedy)
    if "themes" in cells:
        named = [(one, themes.get(one.casefold())) for one in several(cells["themes"])]
        for text, theme in named:
            if theme is None:
                _wrong(found, "themes", text, _("Write codes or names of themes of this installation."))
        yield "themes", [theme for _text, theme in named if theme]


def _places(event: Event, cells: Mapping[str, str], themes: Any, found: SessionRow) -> Read:
    text = cells.get("places", "").strip()
    if text and not (text.isascii() and text.isdigit() and 0 < int(text) <= 100_000):
        _wrong(found, "places", text, _("Write a number."))
    elif "places" in cells:
        yield "places", int(text) if text else None
    if "stream" in cells:
        address = cells["stream"].strip()
        try:
            if address:
                URLValidator(schemes=["https", "http"])(address)
        except ValidationError:
            _wrong(found, "stream", address, _("Write an address that begins with https://."))
        yield "stream_url", address[:300]


def sessions_xlsx(event: Event) -> bytes:
    """All sessions that take place; importing the table again changes nothing."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("sessions")
    sheet.append(COLUMNS)
    rows = event.sessions.filter(cancelled=None).select_related("room", "track").prefetch_related("themes")
    for one in rows:
        sheet.append([neutralise(cell) for cell in _cells(one, event)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cells(one: EventSession, event: Event) -> list[str]:
    times = [time.astimezone(event.zone).strftime("%Y-%m-%dT%H:%M") if time else "" for time in (one.starts, one.ends)]
    return [
        one.external_id or one.key, *(one.names.get(code, "") for code in LANGUAGES),
        *(one.abstracts.get(code, "") for code in LANGUAGES), one.kind, one.audience, *times, _name(one.room), _name(one.track),
        ";".join(theme.code for theme in one.themes.all()), ";".join(one.languages), ";".join(one.interpreted),
        "yes" if one.takes_reservations else "", str(one.places or ""), one.stream_url,
    ]  # fmt: skip


def _name(place: Room | Track | None) -> str:
    return str(place) if place else ""
