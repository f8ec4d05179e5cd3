"""The search over all participants of an event."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.paginator import Page

from qiao.core.alphabet import alphabetical
from qiao.core.pages import Pages
from qiao.directory.finding import find
from qiao.directory.hits import Ask
from qiao.directory.models import Side, Theme
from qiao.events.models import Participation
from qiao.events.queries import approved
from qiao.matchmaking.queries.partners import cards_of, relations_of
from qiao.matchmaking.queries.profiles import Card

PER_PAGE = 20


@dataclass(frozen=True)
class PartnerFilter:
    """What the search is narrowed to; empty values do not count."""

    words: str = ""
    side: str = ""
    theme: str = ""
    type: str = ""


@dataclass(frozen=True)
class SearchPage:
    """similar, words_only: as in `directory.hits.Found`."""

    page: Page[Participation]
    cards: list[Card]
    sides: list[Side]
    themes: list[Theme]
    similar: bool = False
    words_only: bool = False


def search_partners(own: Participation, chosen: PartnerFilter, number: str | int = 1) -> SearchPage:
    """All approved participants of the event except those of the own organisation.

    With words those whose organisation the directory finds by them, best first; without, all by name.
    """
    words = chosen.words.strip()
    found = find(own.person.user, Ask(words, "organisation")) if words else None
    places = {pk: place for place, pk in enumerate(found.hits.keys.tolist())} if found else None
    page = _page(own, _in_order(own, chosen, places), number)
    relations = relations_of(own)
    themes = sorted(relations.themes.values(), key=lambda theme: theme.position)
    sides = Side.objects.filter(organisations__participations__event=own.event_id).distinct().order_by("pk")
    similar, words_only = (found.similar, found.words_only) if found else (False, False)
    return SearchPage(page, cards_of(list(page), relations), list(sides), themes, similar, words_only)


def _page(own: Participation, order: list[int], number: str | int) -> Page[Participation]:
    page = Pages(order, PER_PAGE).get_page(number)
    people = approved(own.event).in_bulk(page.object_list)
    page.object_list = [people[pk] for pk in page.object_list if pk in people]  # one may be gone since
    return page


def _in_order(own: Participation, chosen: PartnerFilter, places: Mapping[int, int] | None) -> list[int]:
    """Primary keys of participations. `places`: of the organisations that fit the words; None where there are none."""
    rows = approved(own.event).exclude(organisation=own.organisation_id)
    if chosen.side:
        rows = rows.filter(organisation__side__code=chosen.side)
    if chosen.type:
        rows = rows.filter(organisation__type=chosen.type)
    if chosen.theme:
        rows = rows.filter(organisation__themes__code=chosen.theme)
    names = rows.values_list("pk", "organisation_id", "organisation__name", "organisation__name_latin")
    if places is None:
        return [row[0] for row in sorted(names, key=lambda row: (alphabetical(row[3] or row[2]), row[0]))]
    fitting = [(places[organisation], pk) for pk, organisation, _name, _latin in names if organisation in places]
    return [pk for _place, pk in sorted(fitting)]
