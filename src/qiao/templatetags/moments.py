"""Days and clock times of an event's plan, in the event's own time zone: `{% load moments %}`."""

from datetime import date, datetime

from django import template

from qiao.events.models import Event
from qiao.templatetags import wording

register = template.Library()


@register.filter
def clock_of(moment: datetime, event: Event) -> str:
    """ "10:40"."""
    return wording.clock_text(moment.astimezone(event.zone))


@register.filter
def moment_of(moment: datetime, event: Event) -> str:
    """ "Do 4.11., 10:40"."""
    return wording.moment_text(moment.astimezone(event.zone))


@register.filter
def moment_at(moment: datetime, event: Event) -> str:
    """ "Do 4.11., 10:40 Jinan": where no table or page has named the place."""
    return f"{moment_of(moment, event)} {wording.place(event.city)}"


@register.filter
def day_words(day: date) -> str:
    """ "Do 4.11.", of a date or of a moment in its own zone."""
    return wording.day_text(day)


@register.filter
def moment_words(moment: datetime | None) -> str:
    """ "Do 4.11., 10:40", of a moment in its own zone."""
    return wording.moment_text(moment) if moment else ""
