"""Searches that somebody keeps: from the address under which they are stored, in words, and the page that shows them.

One that is narrowed by what opportunities say belongs to the marketplace, all others to the directory.
"""

from dataclasses import dataclass, replace

from django.http import QueryDict
from django.urls import reverse

from qiao.core.languages import listed
from qiao.core.models import User
from qiao.directory import asking, market_facets
from qiao.directory.hits import Ask
from qiao.directory.search_models import SavedSearch


@dataclass(frozen=True)
class Kept:
    """A kept search in words, and the address of its page."""

    search: SavedSearch
    title: str
    url: str


def kept_searches(user: User) -> list[Kept]:
    return [Kept(one, address_in_words(one.query), page_of(one.query)) for one in user.saved_searches.all()]


def read(query: str) -> Ask:
    """The search that an address asks for, on whichever page."""
    params = QueryDict(query.removeprefix("?"))
    return replace(asking.from_address(query), more=market_facets.in_address(market_facets.chosen_in(params)))


def to_find(query: str) -> Ask:
    """The same as it is looked for now: what opportunities say leaves these entries. One query."""
    ask = read(query)
    chosen = market_facets.chosen_of(ask)
    return replace(ask, entries=market_facets.fitting(market_facets.said_by_all(), chosen)) if chosen else ask


def page_of(query: str) -> str:
    return reverse("marketplace" if read(query).more else "organisations") + query


def address_in_words(query: str) -> str:
    """A search that is kept as an address, as a line."""
    ask = read(query)
    said = [listed(labels) for labels in market_facets.labels_of(ask)]
    return " · ".join([asking.in_words(ask), *said])
