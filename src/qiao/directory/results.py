"""The page of a search: what is shown of its hits, and what they can be narrowed by. The number of queries is fixed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.core.paginator import Page, Paginator
from django.db.models import Prefetch, Q

from qiao.core.alphabet import alphabetical_label
from qiao.core.models import User
from qiao.directory import asking
from qiao.directory.access import organisations_for
from qiao.directory.finding import find
from qiao.directory.hits import Ask, Found, Hit
from qiao.directory.models import Entry, Membership, Organisation, Person
from qiao.directory.queries import PER_PAGE, people_for, waiting_for_review
from qiao.directory.roles import works_for_office
from qiao.directory.search_models import SavedSearch

FIRST_VALUES, MOST_VALUES = 6, 40  # of a facet: before more, and in all


@dataclass(frozen=True)
class Row:
    """One hit as it is shown.

    said: of an organisation, offers and seeks that speak for it; else the one that is the hit. places: of a person.
    """

    kind: str
    organisation: Organisation | None = None
    person: Person | None = None
    said: Sequence[Entry] = ()
    places: Sequence[Membership] = ()


@dataclass(frozen=True)
class Choice:
    """A way to another search: a kind of list, or a value of a facet that is added or taken away."""

    label: str
    address: str
    count: int = 0
    chosen: bool = False


@dataclass(frozen=True)
class FacetView:
    heading: str
    values: Sequence[Choice]

    @property
    def first(self) -> Sequence[Choice]:
        return self.values[:FIRST_VALUES]

    @property
    def more(self) -> Sequence[Choice]:
        return self.values[FIRST_VALUES:MOST_VALUES]


@dataclass(frozen=True)
class Kept:
    """A kept search in words."""

    search: SavedSearch
    title: str


def kept_searches(user: User) -> list[Kept]:
    return [Kept(one, asking.address_in_words(one.query)) for one in user.saved_searches.all()]


@dataclass(frozen=True)
class SearchPage:
    """rows: of this page; chosen: what narrows the search, each with the address without it."""

    ask: Ask
    page: Page[Hit]
    rows: Sequence[Row]
    lists: Sequence[Choice]
    facets: Sequence[FacetView]
    chosen: Sequence[Choice]
    similar: bool
    words_only: bool
    office: bool
    waiting: int  # registrations that wait for the office, for the office alone

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the box hands on beside its words."""
        return [(name, value) for name, value in asking.pairs(self.ask) if name != "q"]

    @property
    def address(self) -> str:
        return asking.address(self.ask)

    @property
    def can_be_kept(self) -> bool:
        return self.is_narrow and self.ask.kind != "person" and not self.ask.waiting

    @property
    def is_narrow(self) -> bool:
        return bool(asking.pairs(self.ask))


def search_page(viewer: User, ask: Ask, page: str) -> SearchPage:
    found = find(viewer, ask)
    shown: Page[Hit] = Paginator(found.hits, PER_PAGE).get_page(page)
    office = works_for_office(viewer)
    waiting = waiting_for_review() if office else 0
    facets, chosen = _facets(ask, found)
    return SearchPage(
        ask, shown, rows_of(viewer, shown), _lists(ask, found.kinds), facets, chosen, found.similar, found.words_only, office,
        waiting,
    )  # fmt: skip


def _lists(ask: Ask, kinds: Mapping[str, int]) -> list[Choice]:
    return [
        Choice(label, asking.address(replace(ask, kind=kind)), kinds[kind], ask.kind == kind)
        for kind, label in asking.lists().items()
    ]


def _facets(ask: Ask, found: Found) -> tuple[list[FacetView], list[Choice]]:
    """What can be chosen, the most frequent first, and what is. A value that all hits have narrows nothing."""
    counts, total = found.counts, found.kinds[ask.kind or "organisation"]
    codes = {name: dict.fromkeys([*ask.facets.get(name, ()), *counts.get(name, ())]) for name in asking.FACETS}
    named = asking.labels(codes)
    views, chosen = [], []
    for facet, known in named.items():
        values = [_value(ask, facet, code, label, counts[facet].get(code, 0)) for code, label in known.items()]
        chosen += [value for value in values if value.chosen]
        if any(value.chosen or value.count != total for value in values):
            values.sort(key=lambda value: (not value.chosen, -value.count, alphabetical_label(value.label)))
            views.append(FacetView(asking.heading(facet), values))
    return views, chosen


def _value(ask: Ask, facet: str, code: str, label: str, count: int) -> Choice:
    now = ask.facets.get(facet, ())
    other = tuple(one for one in now if one != code) if code in now else (*now, code)
    return Choice(label, asking.address(replace(ask, facets={**ask.facets, facet: other})), count, code in now)


# --- rows


def rows_of(viewer: User | None, hits: Iterable[Hit]) -> list[Row]:
    """Hits with what is shown of them; None is the command line. What went away meanwhile is left out."""
    hits = list(hits)
    entries, people = _entries(hits), _people(viewer, hits)
    firms = _organisations(viewer, hits, entries.values(), people.values())
    entries = {pk: entry for pk, entry in entries.items() if entry.organisation_id in firms}
    first = {one.organisation_id: one for one in entries.values()}  # of those for which none speaks there is no other
    rows = []
    for hit in hits:
        if hit.kind == "organisation" and hit.id in firms:
            speaking = [entries[pk] for pk in hit.passages if pk in entries]
            said = speaking or [first[pk] for pk in (hit.id,) if pk in first]
            rows.append(Row(hit.kind, firms[hit.id], said=said))
        elif hit.kind == "person" and hit.id in people:
            places = [one for one in people[hit.id].memberships.all() if one.organisation_id in firms]
            rows.append(Row(hit.kind, person=people[hit.id], places=places))
        elif hit.kind in asking.KINDS and hit.id in entries:
            entry = entries[hit.id]
            rows.append(Row(hit.kind, firms[entry.organisation_id], said=[entry]))
    return rows


def _organisations(
    viewer: User | None, hits: Iterable[Hit], entries: Iterable[Entry], people: Iterable[Person]
) -> dict[int, Organisation]:
    """Those named on the page that the reader may see; by key, so that the database need not look at all they may see."""
    wanted = {hit.id for hit in hits if hit.kind == "organisation"} | {one.organisation_id for one in entries}
    wanted |= {place.organisation_id for person in people for place in person.memberships.all()}
    seen = Organisation.objects.all() if viewer is None else organisations_for(viewer)
    return seen.select_related("side").in_bulk(wanted) if wanted else {}


def _people(viewer: User | None, hits: Sequence[Hit]) -> dict[int, Person]:
    wanted = [hit.id for hit in hits if hit.kind == "person"]
    if not wanted:
        return {}
    places = Membership.objects.select_related("organisation").order_by("pk")
    rows = Person.objects.filter(pk__in=wanted)
    rows = rows if viewer is None else people_for(viewer, rows)
    return {row.pk: row for row in rows.select_related("side").prefetch_related(Prefetch("memberships", places))}


def _entries(hits: Sequence[Hit]) -> dict[int, Entry]:
    """Those that are hits or speak for one; the first offer of organisations for which none does."""
    wanted = {hit.id for hit in hits if hit.kind in asking.KINDS} | {pk for hit in hits for pk in hit.passages}
    silent = [hit.id for hit in hits if hit.kind == "organisation" and not hit.passages]
    if not wanted and not silent:
        return {}
    rows = Entry.objects.filter(Q(pk__in=wanted) | Q(organisation__in=silent, kind=Entry.Kind.OFFER, position=1))
    return {row.pk: row for row in rows.prefetch_related("texts")}
