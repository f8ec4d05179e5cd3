"""Reads about parks, zones and visits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page
from django.db.models import Case, Count, F, Q, QuerySet, When

from qiao.core.languages import localized
from qiao.core.models import User
from qiao.core.pages import Pages
from qiao.directory.models import Organisation, Park
from qiao.directory.roles import works_for_office
from qiao.events.models import Delegation
from qiao.office.seen import own_organisations
from qiao.office.visit_models import VisitRequest

PER_PAGE = 30
State = VisitRequest.State


@dataclass(frozen=True)
class Zone:
    """Parks of one zone; names: of the zone by language, empty for parks that lie in none."""

    names: dict[str, str]
    parks: list[Park]

    @property
    def firms(self) -> int:
        return sum(park.firms for park in self.parks)  # type: ignore[attr-defined]


def parks() -> QuerySet[Park]:
    """Those with published organisations, each with how many: whose park another one is tells of who waits for approval."""
    firms = Count("organisations", filter=Q(organisations__is_published=True))
    return Park.objects.select_related("side").annotate(firms=firms).filter(firms__gt=0)


def zones() -> list[Zone]:
    """By name, the parks within by name; parks without a zone last."""
    found: dict[str, Zone] = {}
    for park in sorted(parks(), key=str):
        found.setdefault(localized(park.zone), Zone(park.zone, [])).parks.append(park)
    return [found[name] for name in sorted(found, key=lambda name: (not name, name))]


@dataclass(frozen=True)
class PlacePage:
    """A park, or the zone it lies in, with its firms."""

    park: Park
    is_zone: bool
    parks: list[Park]
    page: Page[Organisation]

    @property
    def names(self) -> dict[str, str]:
        names: dict[str, str] = self.park.zone if self.is_zone else self.park.names
        return names


def place_page(park: Park, page: str, *, is_zone: bool) -> PlacePage:
    within = [one for one in parks() if one.zone == park.zone] if is_zone else [park]
    firms = Organisation.objects.filter(park__in=within, is_published=True).select_related("side", "park")
    return PlacePage(park, is_zone, within, Pages(firms.order_by("name", "pk"), PER_PAGE).get_page(page))


# Visits


def visits_for(user: User) -> QuerySet[VisitRequest]:
    """The offices read all; members those of their organisations, as guests, and as hosts once a visit is agreed."""
    rows = VisitRequest.objects.select_related("host__side__office", "park__side__office", "guest__side", "delegation")
    if works_for_office(user):
        return rows
    own = own_organisations(user).values("pk")
    return rows.filter(Q(guest__in=own) | Q(host__in=own, state=State.AGREED))


@dataclass(frozen=True)
class VisitList:
    page: Page[VisitRequest]
    office: bool


def visit_list(user: User, page: str) -> VisitList:
    """Those that wait first, the oldest of them on top; then what was answered, the latest first."""
    since = Case(When(state=State.ASKED, then="created"))
    rows = visits_for(user).alias(since=since).order_by(F("since").asc(nulls_last=True), "-changed", "-pk")
    return VisitList(Pages(rows, PER_PAGE).get_page(page), works_for_office(user))


# Routes


@dataclass(frozen=True)
class Stop:
    """One agreed visit of a delegation, in the order of time. clashes: it begins before the one before has ended."""

    visit: VisitRequest
    starts: datetime
    ends: datetime
    clashes: bool


def route_of(delegation: Delegation) -> list[Stop]:
    rows = VisitRequest.objects.filter(delegation=delegation, state=State.AGREED)
    rows = rows.select_related("host__side", "park__side", "item").order_by("starts", "pk")
    return _stops([one for one in rows if one.starts and one.ends])


def _stops(rows: Sequence[VisitRequest]) -> list[Stop]:
    stops: list[Stop] = []
    latest: datetime | None = None
    for one in rows:
        assert one.starts is not None and one.ends is not None  # noqa: PT018
        stops.append(Stop(one, one.starts, one.ends, clashes=latest is not None and one.starts < latest))
        latest = max(latest, one.ends) if latest else one.ends
    return stops
