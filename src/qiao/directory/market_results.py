"""The pages of the marketplace as lists: the search over offers or seeks, and what visitors can choose."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from qiao.core.models import User
from qiao.directory import asking, market_facets
from qiao.directory.finding import find
from qiao.directory.hits import Ask
from qiao.directory.market_models import Area, Opportunity
from qiao.directory.market_queries import Teasers, View, view_of, waiting_count
from qiao.directory.models import Entry, Organisation
from qiao.directory.queries import managed_by
from qiao.directory.results import Choice, Row, SearchPage, search_page


@dataclass(frozen=True)
class MarketRow:
    """An offer or seek that was found. view: where it is worked out as an opportunity."""

    row: Row
    entry: Entry
    view: View | None


@dataclass(frozen=True)
class MarketPage:
    search: SearchPage
    rows: list[MarketRow]
    managed: list[Organisation]  # organisations for which the reader may publish
    waiting: int  # opportunities that wait for the office, for the office alone


def market_page(viewer: User, ask: Ask, page: str, chosen: market_facets.Chosen) -> MarketPage:
    """One list of offers and one of seeks: what is asked of both is told apart by who would pay.

    chosen: what narrows it by what opportunities say; then offers and seeks of profiles, which say none of that, are left out.
    """
    kind = ask.kind if ask.kind in Entry.Kind.values else Entry.Kind.OFFER.value
    ask = replace(ask, kind=kind, waiting=False, more=market_facets.in_address(chosen))
    said = market_facets.said_by_all()
    narrowed = replace(ask, entries=market_facets.fitting(said, chosen)) if chosen else ask
    found = search_page(viewer, narrowed, page)
    everything = find(viewer, ask).hits if chosen else found.hits
    own, taken = market_facets.views(
        ask, chosen, {entry: said[entry] for entry in everything.keys.tolist() if entry in said}
    )
    lists = [one for one, code in zip(found.lists, asking.lists(), strict=True) if code in asking.KINDS]
    entries = [(row, entry) for row in found.rows for entry in row.said]
    opportunities = Opportunity.objects.filter(entry__in=[entry.pk for _row, entry in entries])
    views = {one.entry_id: view_of(one) for one in opportunities.prefetch_related("texts")}
    rows = [MarketRow(row, entry, views.get(entry.pk)) for row, entry in entries]
    waiting = waiting_count() if found.office else 0
    narrow = replace(found, lists=lists, facets=[*own, *found.facets], chosen=[*taken, *found.chosen])
    return MarketPage(narrow, rows, managed_by(viewer), waiting)


@dataclass(frozen=True)
class Ways:
    kinds: list[Choice]
    areas: list[Choice]


def teaser_ways(found: Teasers) -> Ways:
    """What a visitor can narrow the list by."""

    def address(kind: str, area: str) -> str:
        chosen = [f"{name}={value}" for name, value in (("kind", kind), ("area", area)) if value]
        return "?" + "&".join(chosen)

    kinds = {"": _("All"), Entry.Kind.OFFER.value: _("Offers"), Entry.Kind.SEEK.value: _("Seeks")}
    areas = [("", _("Everything")), *((code, str(label)) for code, label in Area.choices)]
    return Ways(
        [Choice(label, address(code, found.area), chosen=code == found.kind) for code, label in kinds.items()],
        [Choice(label, address(found.kind, code), chosen=code == found.area) for code, label in areas],
    )
