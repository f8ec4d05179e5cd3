"""Names and times of talks as plain text in the language in force, for calendars, paper and mails."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from django.utils.translation import gettext

from qiao.core.languages import bracketed, reader_language
from qiao.directory.models import Person
from qiao.events.models import Delegation, Event, Participation
from qiao.meetings.queries import Talk
from qiao.templatetags.qiao import names_of
from qiao.templatetags.wording import LOCALES, language_name, moment_text, place, zone_city


def full_name(thing: Any) -> str:
    """The reader's script first, the other one in brackets: "Wáng Lì (王立)"."""
    first, *other = (text for text, _language in names_of(thing))
    return first + (bracketed(other[0]) if other else "")


def pair_of_languages(codes: Sequence[str]) -> str:
    """ "Chinese–German", from primary subtags."""
    names = [language_name(code) for code in codes]
    return "–".join(names)


def weekday(moment: datetime) -> str:
    """The day's whole name: "Donnerstag", "星期四", "Thursday"."""
    return format_date(moment, "EEEE", locale=LOCALES[reader_language()])


def with_organisation(who: Participation) -> str:
    """ "Wáng Lì (王立), Jinan Laser Equipment (济南激光设备有限公司)"."""
    return f"{full_name(who)}{'，' if reader_language() == 'zh' else ', '}{full_name(who.organisation)}"


def partner_of(talk: Talk) -> str:
    """The partner with the organisation; the organisation alone where the person is not to be named."""
    return with_organisation(talk.partner) if talk.named else full_name(talk.partner.organisation)


def interpreter_of(talk: Talk) -> str:
    """A sentence about who interprets; empty where nobody does."""
    if talk.interpreter is None:
        return ""
    if not talk.interpreter_named:
        return gettext("An interpreter is with you.")
    return gettext("Interpreter: %(name)s") % {"name": full_name(talk.interpreter)}


def other_place(event: Event | Delegation, zone: str) -> tuple[str, str]:
    """(time zone, city) of the place whose time stands beside the event's: the reader's, else the office's."""
    office = event.office
    other = zone if zone != event.time_zone else office.time_zone
    return other, place(office.city) if office.city and other == office.time_zone else zone_city(other)


def both_times(
    start: datetime, end: datetime, event: Event | Delegation, zone: str, *, day: bool = True
) -> tuple[str, str]:
    """("Do 4.11., 10:40–11:05 Jinan", "03:40 Dresden"); the second is empty where the clocks agree."""
    here = start.astimezone(event.zone)
    other, city = other_place(event, zone)
    there = start.astimezone(ZoneInfo(other))
    lead = f"{moment_text(here, end.astimezone(event.zone), day=day)} {place(event.city)}"
    if there.utcoffset() == here.utcoffset():
        return lead, ""
    return lead, f"{moment_text(there, day=there.date() != here.date())} {city}"


def address_of(person: Person) -> str:
    """Where mail reaches a person; empty where nothing does."""
    return person.email or (person.user.email if person.user else "") or ""
