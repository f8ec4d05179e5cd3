"""The public programme in the two forms that apps and screens of conferences read: schedule.xml and schedule.json.

The form is that of frab and pentabarf as pretalx and the c3voc publish it. It holds what everybody sees on the open web, in
the language in force; a programme without public sessions has no days.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext

from qiao.core.languages import primary
from qiao.engine.pinyin import spelled_person
from qiao.events.models import Event
from qiao.events.session_models import EventSession, Speaker
from qiao.events.session_queries import shown_sessions
from qiao.templatetags.wording import language_names, name_forms

VERSION = "1"  # of the form, not of the programme
NO_ROOM = "–"
GENERATOR = {"name": "Qiao", "version": VERSION}


@dataclass(frozen=True)
class Day:
    index: int  # counts from 1 over the days of the event
    date: date
    rooms: Mapping[str, list[EventSession]]


def schedule_xml(event: Event) -> bytes:
    """schedule.xml, as UTF-8."""
    root = ET.Element("schedule")
    ET.SubElement(root, "generator", GENERATOR)
    _texts(root, {"version": _version(event)})
    _texts(ET.SubElement(root, "conference"), {**_conference(event), "days": str(_length(event))})
    for day in _days(event, shown_sessions(event, [EventSession.Audience.PUBLIC])):
        start, end = _bounds(day.date, event)
        attributes = {"index": str(day.index), "date": day.date.isoformat(), "start": start, "end": end}
        element = ET.SubElement(root, "day", attributes)
        for name, sessions in day.rooms.items():
            room = ET.SubElement(element, "room", {"name": name})
            for one in sessions:
                _add(room, one, event)
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def schedule_json(event: Event) -> bytes:
    """schedule.json, as UTF-8."""
    sessions = list(shown_sessions(event, [EventSession.Audience.PUBLIC]))
    days = [
        {
            "index": day.index, "date": day.date.isoformat(), "day_start": _bounds(day.date, event)[0],
            "day_end": _bounds(day.date, event)[1],
            "rooms": {name: [_as_json(one, event) for one in sessions] for name, sessions in day.rooms.items()},
        }
        for day in _days(event, sessions)
    ]  # fmt: skip
    conference = _conference(event)
    base = conference.pop("base_url")
    # Rooms and tracks of what is not public yet are not, either.
    used = {one.room for one in sessions}, {one.track for one in sessions}
    rooms = [
        {"name": str(one), "guid": _guid(f"{base}#room-{one.pk}"), "capacity": one.seats}
        for one in event.rooms.all()
        if one in used[0]
    ]
    tracks = [{"name": str(one)} for one in event.tracks.all() if one in used[1]]
    inside = {**conference, "url": base, "daysCount": _length(event), "rooms": rooms, "tracks": tracks, "days": days}
    written = {"generator": GENERATOR, "schedule": {"version": _version(event), "base_url": base, "conference": inside}}
    return json.dumps(written, ensure_ascii=False, indent=1).encode()


def _days(event: Event, sessions: Iterable[EventSession]) -> Iterable[Day]:
    for day, rows in groupby(sessions, key=lambda one: _local(one.starts, event).date()):
        rooms: dict[str, list[EventSession]] = {}
        for one in rows:
            rooms.setdefault(str(one.room) if one.room else NO_ROOM, []).append(one)
        yield Day((day - event.starts).days + 1, day, rooms)


def _conference(event: Event) -> dict[str, str]:
    page = settings.PUBLIC_URL + reverse("programme", args=[event.slug])
    return {
        "acronym": event.slug.replace("-", "_"), "title": str(event), "start": event.starts.isoformat(),
        "end": event.ends.isoformat(), "timeslot_duration": "00:05", "base_url": page, "time_zone_name": event.time_zone,
    }  # fmt: skip


def _length(event: Event) -> int:
    return (event.ends - event.starts).days + 1


def _version(event: Event) -> str:
    """Another one after every change that calendars hear of."""
    rows = event.sessions.filter(audience=EventSession.Audience.PUBLIC).values_list("sequence", flat=True)
    return f"{len(rows)}.{sum(rows)}"


def _bounds(day: date, event: Event) -> tuple[str, str]:
    start = datetime.combine(day, time(0), event.zone)
    return start.isoformat(), (start + timedelta(days=1) - timedelta(minutes=1)).isoformat()


def _local(moment: datetime | None, event: Event) -> datetime:
    assert moment is not None
    return moment.astimezone(event.zone)


def _duration(one: EventSession) -> str:
    assert one.starts is not None
    assert one.ends is not None
    minutes = int((one.ends - one.starts).total_seconds()) // 60
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _facts(one: EventSession, event: Event) -> dict[str, str]:
    """What both forms say alike."""
    starts = _local(one.starts, event)
    return {
        "date": starts.isoformat(), "start": f"{starts:%H:%M}", "duration": _duration(one),
        "room": str(one.room) if one.room else NO_ROOM, "slug": f"{event.slug}-{one.key}", "url": _page(one, event),
        "title": str(one), "subtitle": "", "track": str(one.track) if one.track else "", "type": one.kind,
        "language": primary(one.languages[0]) if one.languages else "", "abstract": one.abstract,
        "description": _languages(one),
    }  # fmt: skip


def _page(one: EventSession, event: Event) -> str:
    return str(settings.PUBLIC_URL) + reverse("session", args=[event.slug, one.key])


def _languages(one: EventSession) -> str:
    """Both forms have room for one language only."""
    if not one.languages:
        return ""
    values = {"spoken": language_names(one.languages), "interpreted": language_names(one.interpreted)}
    if one.interpreted:
        return gettext("In %(spoken)s, interpreted into %(interpreted)s") % values
    return gettext("In %(spoken)s") % values


def _guid(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, name))


def _named(one: Speaker) -> str:
    who = one.who
    return name_forms(who.name, who.name_latin, other_latin="zh-Latn", spell=spelled_person)[0][0]


def _links(one: EventSession) -> list[tuple[str, str]]:
    return [(one.stream_url, gettext("Live stream"))] if one.stream_url else []


def _as_json(one: EventSession, event: Event) -> dict[str, Any]:
    return {
        "id": one.pk, "guid": _guid(_page(one, event)), **_facts(one, event),
        "persons": [{"id": who.pk, "name": _named(who)} for who in one.named_speakers],
        "links": [{"url": url, "title": title} for url, title in _links(one)],
    }  # fmt: skip


def _add(room: ET.Element, one: EventSession, event: Event) -> None:
    element = ET.SubElement(room, "event", {"id": str(one.pk), "guid": _guid(_page(one, event))})
    _texts(element, _facts(one, event))
    persons, links = ET.SubElement(element, "persons"), ET.SubElement(element, "links")
    for who in one.named_speakers:
        ET.SubElement(persons, "person", {"id": str(who.pk)}).text = _named(who)
    for url, title in _links(one):
        ET.SubElement(links, "link", {"href": url}).text = title


def _texts(element: ET.Element, values: Mapping[str, str]) -> None:
    for name, text in values.items():
        ET.SubElement(element, name).text = text
