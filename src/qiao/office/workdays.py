"""Working days of the two regions: a deadline of three days that falls into the Spring Festival is no deadline."""

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from django.utils import timezone

if TYPE_CHECKING:
    from holidays import HolidayBase

REGIONS = {"DE": "SN"}  # of whose holidays within a country count: Saxony's


@cache
def _calendar(country: str) -> "HolidayBase":
    """The holidays of a country, and the weekends on which people work instead; weekends alone where nothing is known."""
    import holidays  # here: most pages need no calendar

    if country not in holidays.list_supported_countries(include_aliases=False):
        return holidays.HolidayBase()
    return holidays.country_holidays(country, subdiv=REGIONS.get(country))


def is_working_day(day: date, country: str) -> bool:
    return bool(_calendar(country).is_working_day(day))


def after(days: int, country: str, *, start: date | None = None) -> date:
    """The last day of a deadline of so many working days that begins on the day after `start` (default: today)."""
    found: date = _calendar(country).get_nth_working_day(start or timezone.localdate(), days)
    return found
