"""Agendas and rotas as iCalendar files: one UID per talk for good, a SEQUENCE that rises, and what has ended."""

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext
from icalendar import Calendar
from icalendar import Event as Entry

from qiao.core.languages import listed, localized
from qiao.core.models import Text
from qiao.core.texts import for_reader
from qiao.events.models import Event, Slot
from qiao.events.session_queries import Binding
from qiao.meetings.bridge import no_longer_served
from qiao.meetings.queries import Agenda, Assignment, Rota, Talk, Why
from qiao.meetings.words import full_name, interpreter_of, partner_of, with_organisation
from qiao.templatetags.wording import language_names, place


def agenda_calendar(agenda: Agenda, now: datetime) -> bytes:
    """The agenda in the language in force. Contains nobody's address or phone number."""
    calendar = _calendar(agenda.event)
    url = settings.PUBLIC_URL + reverse("agenda", args=[agenda.event.slug])
    for talk in agenda.talks:
        entry = _entry(talk.key, talk.slot, talk.sequence, agenda.event, now)
        entry.add("summary", gettext("Talk: %(partner)s") % {"partner": partner_of(talk)})
        entry.add("location", _location(talk.table.number if talk.table else None, agenda.event))
        entry.add("description", "\n".join([*_talk_lines(talk), url]))
        entry.add("status", "CONFIRMED")
        calendar.add_component(entry)
    for talk in agenda.cancelled:
        calendar.add_component(_ended(talk.key, talk.slot, talk.sequence, agenda.event, now))
    for binding in (*agenda.sessions, *agenda.ended):
        calendar.add_component(_session(binding, agenda.event, now))
    for item in agenda.programme:
        entry = _timed(f"programme-{item.pk}", item.starts, item.ends, 0, agenda.event, now)
        entry.add("summary", str(item))
        entry.add("location", listed(filter(None, [item.place_name, place(agenda.event.city)])))
        entry.add("status", "CONFIRMED")
        calendar.add_component(entry)
    return _bytes(calendar)


def _session(binding: Binding, event: Event, now: datetime) -> Entry:
    """A session with a place of the reader, or spoken at; tentative while he waits."""
    one = binding.session
    entry = _timed(f"session-{one.key}", binding.starts, binding.ends, binding.sequence, event, now)
    if binding.ended:
        entry.add("summary", gettext("This session is no longer in your agenda."))
        entry.add("status", "CANCELLED")
        return entry
    entry.add("summary", gettext("Waiting list: %(title)s") % {"title": one} if binding.waits else str(one))
    places = [str(one.room) if one.room else "", localized(event.venue), place(event.city)]
    entry.add("location", listed(filter(None, places)))
    spoken = gettext("Languages: %(languages)s") % {"languages": language_names(one.languages)} if one.languages else ""
    page = settings.PUBLIC_URL + reverse("session", args=[event.slug, one.key])
    entry.add("description", "\n".join(filter(None, [one.get_kind_display(), spoken, one.stream_url, page])))
    entry.add("status", "TENTATIVE" if binding.waits else "CONFIRMED")
    return entry


def rota_calendar(rota: Rota, now: datetime) -> bytes:
    """An interpreter's own talks, and the end of those that somebody else serves now."""
    calendar = _calendar(rota.event)
    url = settings.PUBLIC_URL + reverse("rota", args=[rota.event.slug])
    for one in rota.talks:
        entry = _entry(one.key, one.slot, one.sequence, rota.event, now)
        first, second = (full_name(who) for who in one.people)
        entry.add("summary", gettext("Interpreting: %(first)s and %(second)s") % {"first": first, "second": second})
        entry.add("location", _location(one.table.number if one.table else None, rota.event))
        entry.add("description", "\n".join([*_assignment_lines(one), url]))
        entry.add("status", "CONFIRMED")
        calendar.add_component(entry)
    for key, slot, sequence in no_longer_served(rota.interpreter):
        calendar.add_component(_ended(key, slot, sequence, rota.event, now))
    return _bytes(calendar)


def _calendar(event: Event) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Qiao//agenda//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", str(event))
    calendar.add("x-wr-timezone", event.time_zone)
    return calendar


def _entry(key: str, slot: Slot, sequence: int, event: Event, now: datetime) -> Entry:
    return _timed(key, slot.start, slot.end, sequence, event, now)


def _timed(key: str, start: datetime, end: datetime, sequence: int, event: Event, now: datetime) -> Entry:
    entry = Entry()
    entry.add("uid", f"{key}@{urlsplit(settings.PUBLIC_URL).hostname}")
    entry.add("sequence", sequence)
    entry.add("dtstamp", now)
    entry.add("dtstart", start.astimezone(event.zone))
    entry.add("dtend", end.astimezone(event.zone))
    return entry


def _ended(key: str, slot: Slot, sequence: int, event: Event, now: datetime) -> Entry:
    entry = _entry(key, slot, sequence, event, now)
    entry.add("summary", gettext("This talk no longer takes place."))
    entry.add("status", "CANCELLED")
    return entry


def _bytes(calendar: Calendar) -> bytes:
    calendar.add_missing_timezones()
    written: bytes = calendar.to_ical()
    return written


def _location(table: int | None, event: Event) -> str:
    places = [gettext("Table %(number)s") % {"number": table}] if table else []
    return listed([*places, *filter(None, [localized(event.venue), place(event.city)])])


def _talk_lines(talk: Talk) -> Iterable[str]:
    if talk.interpreter:
        yield interpreter_of(talk)
    elif talk.languages:
        yield gettext("You both speak: %(languages)s") % {"languages": language_names(talk.languages)}
    if talk.why:
        yield from why_lines(talk.why)


def _assignment_lines(one: Assignment) -> Iterable[str]:
    for who in one.people:
        yield f"{with_organisation(who)}: {language_names(who.person.languages)}"
    if one.topic:
        yield gettext("Topic: %(topic)s") % {"topic": _text(one.topic, mine=True)}


def why_lines(why: Why) -> Iterable[str]:
    """The two entries that carry a talk, as sentences for the person whose entry comes first."""
    mine = {"text": _text(why, mine=True)}
    theirs = {"text": _text(why, mine=False)}
    yield (gettext("You seek: %(text)s") if why.mine.kind == "seek" else gettext("You offer: %(text)s")) % mine
    yield (gettext("They seek: %(text)s") if why.theirs.kind == "seek" else gettext("They offer: %(text)s")) % theirs


def _text(why: Why, *, mine: bool) -> str:
    found = for_reader((why.mine if mine else why.theirs).texts.all())
    if found is None:
        return ""
    if found.origin == Text.Origin.MACHINE:
        return gettext("%(text)s (machine-translated)") % {"text": found.text}
    return found.text
