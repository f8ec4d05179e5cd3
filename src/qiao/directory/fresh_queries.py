"""How long ago profiles were touched, and whose managers are to be asked."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.paginator import Page
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from qiao.core.models import Office
from qiao.core.pages import Pages
from qiao.directory.coaching import Coaching, completeness
from qiao.directory.models import Membership, Organisation, Person

MOST_NUDGES = 2
AGAIN = timedelta(days=30)  # between two mails, and after the second before the office is told
MONTH = timedelta(days=30.44)
PER_PAGE = 24


def with_touched(rows: QuerySet[Organisation]) -> QuerySet[Any]:
    """Annotated with `last`: when somebody last changed the profile or said that it is right."""
    return rows.annotate(last=Greatest("changed", Coalesce("checked", "changed")))


def _stale() -> QuerySet[Any]:
    """Published profiles of joined organisations that were not touched for as long as their office allows."""
    now, stale = timezone.now(), Q(pk=None)
    for office in Office.objects.filter(stale_months__gt=0):
        stale |= Q(side__office=office, last__lt=now - office.stale_months * MONTH)
    keepers = Membership.objects.filter(organisation=OuterRef("pk"), is_manager=True, person__user__is_active=True)
    return with_touched(Organisation.objects.filter(is_published=True, stands_for=None)).filter(stale, Exists(keepers))


def due_for_a_nudge() -> QuerySet[Any]:
    """To be asked now: not asked since they were touched, or once and a while ago. The longest untouched first."""
    fresh = Q(nudged=None) | Q(nudged__lt=F("last"))
    again = Q(nudges__lt=MOST_NUDGES, nudged__lt=timezone.now() - AGAIN)
    return _stale().filter(fresh | again).order_by("last", "pk")


def unanswered() -> QuerySet[Any]:
    """Asked twice, and nothing came back: the office asks in another way. The longest untouched first."""
    silent = Q(nudges__gte=MOST_NUDGES, nudged__gte=F("last"), nudged__lt=timezone.now() - AGAIN)
    return _stale().filter(silent).order_by("last", "pk").select_related("side")


@dataclass(frozen=True)
class SilentRow:
    """A profile that nobody answers for, with whom to ask."""

    organisation: Organisation
    managers: list[Person]
    coaching: Coaching


def unanswered_page(number: str) -> Page[Organisation]:
    page: Page[Organisation] = Pages(unanswered(), PER_PAGE).get_page(number)
    return page


def silent_rows(page: Page[Organisation]) -> list[SilentRow]:
    """Of one page, in a fixed number of queries."""
    rows = list(page)
    judged = completeness(rows)
    places = Membership.objects.filter(organisation__in=rows, is_manager=True).select_related("person").order_by("pk")
    managers: dict[int, list[Person]] = defaultdict(list)
    for place in places:
        managers[place.organisation_id].append(place.person)
    return [SilentRow(row, managers[row.pk], judged[row.pk]) for row in rows]
