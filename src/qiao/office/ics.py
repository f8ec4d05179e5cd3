"""An advice hour as a calendar file, by the clock of whoever reads it."""

from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext
from icalendar import Calendar, Event

from qiao.core.languages import listed
from qiao.meetings.words import full_name
from qiao.office.hours_models import AdviceBooking
from qiao.templatetags.wording import language_names


def booking_calendar(booking: AdviceBooking, *, zone: str, for_office: bool, now: datetime) -> bytes:
    """In the language in force. The same UID for good: what was cancelled takes its entry away."""
    hours = booking.hours
    entry = Event()
    entry.add("uid", f"advice-{booking.key}@{urlsplit(settings.PUBLIC_URL).hostname}")
    entry.add("sequence", 1 if booking.cancelled else 0)
    entry.add("dtstamp", now)
    entry.add("dtstart", booking.start.astimezone(ZoneInfo(zone)))
    entry.add("dtend", booking.end.astimezone(ZoneInfo(zone)))
    entry.add("status", "CANCELLED" if booking.cancelled else "CONFIRMED")
    partner = full_name(booking.organisation) if for_office else hours.office.name
    entry.add("summary", gettext("Advice hour: %(partner)s") % {"partner": partner})
    entry.add("location", listed(filter(None, [hours.place, hours.link])))
    page = settings.PUBLIC_URL + reverse("advice-hours", args=[hours.key])
    spoken = gettext("Languages: %(languages)s") % {"languages": language_names(hours.languages)}
    entry.add("description", "\n".join([booking.topic, spoken, page]))
    calendar = Calendar()
    for name, value in (
        ("prodid", "-//Qiao//advice//EN"),
        ("version", "2.0"),
        ("calscale", "GREGORIAN"),
        ("method", "PUBLISH"),
    ):
        calendar.add(name, value)
    calendar.add_component(entry)
    calendar.add_missing_timezones()
    written: bytes = calendar.to_ical()
    return written
