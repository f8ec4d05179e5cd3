"""The programme of an event as pages show it: day by day as a list, or the rooms of a day side by side."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.translation import gettext

from qiao.core.languages import primary
from qiao.core.models import User
from qiao.directory.models import Theme
from qiao.events.access import may_attend
from qiao.events.contribution_models import Contribution
from qiao.events.contribution_queries import exhibits_of
from qiao.events.models import Event, Participation, ProgrammeItem
from qiao.events.queries import programme_of
from qiao.events.session_models import EventSession, Track
from qiao.events.session_queries import Binding, audiences_of, bindings_of, shown_sessions
from qiao.meetings.queries import Talk, agenda_for
from qiao.templatetags.wording import language_name


@dataclass(frozen=True)
class Choice:
    """What a reader looks for; empty: everything."""

    language: str = ""  # primary subtag that is spoken or interpreted into
    theme: str = ""
    track: str = ""
    day: date | None = None
    view: str = "list"  # or "rooms"

    def fits(self, session: EventSession) -> bool:
        spoken = {primary(code) for code in [*session.languages, *session.interpreted]}
        return (
            (not self.language or self.language in spoken)
            and (not self.theme or self.theme in {one.code for one in session.themes.all()})
            and (not self.track or self.track == str(session.track_id))
        )

    @property
    def narrows(self) -> bool:
        return bool(self.language or self.theme or self.track)


@dataclass(frozen=True)
class Entry:
    """Something that takes time in the programme: exactly one of session, item and (the reader's own) talk."""

    start: datetime
    end: datetime
    session: EventSession | None = None
    item: ProgrammeItem | None = None
    talk: Talk | None = None
    binding: Binding | None = None  # what the reader has to do with the session

    table = None  # as `meetings/at.html` asks


@dataclass(frozen=True)
class Cell:
    """What stands in a room from one time on, over so many rows; nothing: the room is empty."""

    entries: Sequence[Entry]
    rows: int


@dataclass(frozen=True)
class Grid:
    """Rooms across, times down; a time that a cell from above covers has None there."""

    heads: list[str]
    rows: list[tuple[datetime, list[Cell | None]]]


@dataclass(frozen=True)
class ProgrammePage:
    event: Event
    choice: Choice
    days: list[date]  # that have something
    by_day: list[tuple[date, list[Entry]]]  # of the chosen day, or of all
    grid: Grid | None  # of the chosen day
    languages: list[tuple[str, str]]  # (code, name) that sessions are held in or interpreted into
    themes: list[Theme]
    tracks: list[Track]
    own: Participation | None
    is_empty: bool  # there are no sessions at all for this reader
    is_public: bool  # some sessions are on the open web
    exhibits: list[Contribution]  # posters and exhibits, for who is signed in
    subjects: list[Theme]  # themes of the event, each with a page


def programme_page(user: User | AnonymousUser, event: Event, choice: Choice) -> ProgrammePage:
    """What this reader sees of the programme; the number of queries does not depend on that of the sessions."""
    sessions = shown_sessions(event, audiences_of(user, event))
    own = may_attend(user, event)
    bound = {one.session.pk: one for one in _bound(event, own) if not one.ended}
    entries = [_entry(one, bound.get(one.pk)) for one in sessions if choice.fits(one)]
    if isinstance(user, User) and not choice.narrows:
        entries += [Entry(one.starts, one.ends, item=one) for one in _items(event, own)]
    by_day = _days(entries, event)
    days = [day for day, _own in by_day]
    day = choice.day if choice.day in days else None
    if choice.view == "rooms" and days:
        day = day or next((one for one in days if one >= timezone.now().astimezone(event.zone).date()), days[0])
    shown = [(one, own_entries) for one, own_entries in by_day if day is None or one == day]
    return ProgrammePage(
        event=event, choice=Choice(choice.language, choice.theme, choice.track, day, choice.view), days=days, by_day=shown,
        grid=_grid(shown[0][1], _talks(own, shown[0][0], event)) if choice.view == "rooms" and shown else None,
        languages=_languages(sessions), themes=_themes(sessions), tracks=_tracks(sessions), own=own, is_empty=not sessions,
        is_public=any(one.audience == EventSession.Audience.PUBLIC for one in sessions),
        exhibits=exhibits_of(event) if isinstance(user, User) else [],
        subjects=list(event.themes.all()) if isinstance(user, User) else [],
    )  # fmt: skip


def _bound(event: Event, own: Participation | None) -> list[Binding]:
    return bindings_of(event, [own]).get(own.pk, []) if own else []


def _items(event: Event, own: Participation | None) -> Iterable[ProgrammeItem]:
    return programme_of(own) if own else event.programme.filter(delegation=None)


def _entry(session: EventSession, binding: Binding | None) -> Entry:
    assert session.starts is not None
    assert session.ends is not None
    return Entry(session.starts, session.ends, session=session, binding=binding)


def _days(entries: Iterable[Entry], event: Event) -> list[tuple[date, list[Entry]]]:
    ordered = sorted(entries, key=lambda one: (one.start, one.end))
    return [(day, list(own)) for day, own in groupby(ordered, key=lambda one: one.start.astimezone(event.zone).date())]


def _talks(own: Participation | None, day: date, event: Event) -> list[Entry]:
    talks = agenda_for(own).talks if own else ()
    return [
        Entry(one.start, one.end, talk=one) for one in talks if one.start.astimezone(event.zone).date() == day
    ]  # fmt: skip


def _languages(sessions: Iterable[EventSession]) -> list[tuple[str, str]]:
    codes = {primary(code) for one in sessions for code in [*one.languages, *one.interpreted]}
    return sorted(((code, language_name(code)) for code in codes), key=lambda pair: pair[1])


def _themes(sessions: Iterable[EventSession]) -> list[Theme]:
    found = {theme.pk: theme for one in sessions for theme in one.themes.all()}
    return sorted(found.values(), key=lambda one: (one.position, one.code))


def _tracks(sessions: Iterable[EventSession]) -> list[Track]:
    found = {one.track.pk: one.track for one in sessions if one.track}
    return sorted(found.values(), key=lambda one: (one.position, one.pk))


# The rooms side by side


@dataclass
class _Column:
    head: str
    order: tuple[int, int]
    entries: list[Entry] = field(default_factory=list)


def _grid(entries: Iterable[Entry], talks: Sequence[Entry]) -> Grid:
    """The reader's own talks stand beside the rooms."""
    columns: dict[Any, _Column] = {}
    for one in entries:
        key, head, order = _place(one)
        columns.setdefault(key, _Column(head, order)).entries.append(one)
    if talks:
        columns["talks"] = _Column(gettext("My talks"), (3, 0), list(talks))
    ordered = sorted(columns.values(), key=lambda one: one.order)
    times = sorted({time for column in ordered for one in column.entries for time in (one.start, one.end)})
    cells = [_cells(column.entries, times) for column in ordered]
    return Grid(
        [one.head for one in ordered],
        [(time, [column[number] for column in cells]) for number, time in enumerate(times[:-1])],
    )


def _place(one: Entry) -> tuple[Any, str, tuple[int, int]]:
    """(key, head, order) of the column: the common programme first, then the rooms, then what has none."""
    if one.session is None:
        return "common", gettext("Common programme"), (0, 0)
    room = one.session.room
    return (room.pk, str(room), (1, room.position)) if room else ("none", gettext("Without a room"), (2, 0))


def _cells(entries: Sequence[Entry], times: Sequence[datetime]) -> list[Cell | None]:
    """One for each row; what overlaps in one room shares a cell."""
    cells: list[Cell | None] = []
    groups = _groups(sorted(entries, key=lambda one: (one.start, one.end)))
    starts = {group[0].start: group for group in groups}
    covered: datetime | None = None
    for time in times[:-1]:
        if covered is not None and time < covered:
            cells.append(None)
        elif time in starts:
            group = starts[time]
            covered = max(one.end for one in group)
            cells.append(Cell(group, sum(time <= other < covered for other in times)))
        else:
            cells.append(Cell((), 1))
    return cells


def _groups(ordered: Sequence[Entry]) -> list[list[Entry]]:
    groups: list[list[Entry]] = []
    for one in ordered:
        if groups and one.start < max(other.end for other in groups[-1]):
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups
