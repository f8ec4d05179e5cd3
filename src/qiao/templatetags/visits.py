"""Times of visits, as the clock of the hosts shows them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django import template

from qiao.directory.models import Side
from qiao.templatetags.wording import moment_text, zone_city

register = template.Library()


@register.simple_tag
def hosts_time(starts: datetime, ends: datetime, side: Side) -> str:
    """ "Do 4.11., 10:40–12:00 Shanghai"."""
    zone = ZoneInfo(side.time_zone)
    return f"{moment_text(starts.astimezone(zone), ends.astimezone(zone))} {zone_city(side.time_zone)}"
