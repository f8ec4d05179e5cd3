"""The page of a search: what is shown of its hits, and what they can be narrowed by. The number of queries is fixed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.core.paginator import Page
from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from qiao.core.alphabet import alphabetical_label
from qiao.core.models import User
from qiao.core.pages import Pages
from qiao.directory import asking
from qiao.directory.abstract_queries import shown_for
from qiao.directory.abstracts import Shown
from qiao.directory.access import organisations_for
from qiao.directory.coaching import Coaching, completeness
from qiao.directory.evidence_queries import prefetch_evidence
from qiao.directory.finding import find
from qiao.directory.hits import Ask, Found, Hit, Hits
from qiao.directory.models import Entry, Membership, Organisation, Person
from qiao.directory.queries import PER_PAGE, people_for, waiting_for_review
from qiao.directory.roles import works_for_office
from qiao.directory.search_models import Mark

FIRST_VALUES, MOST_VALUES = 6, 40  # of a facet: before more, and in all


@dataclass(frozen=True)
class Row:
    """One hit as it is shown.

    said: of an organisation, offers and seeks that speak for it; else the one that is the hit. places: of a person.
    abstract: of an organisation, in the reader's language. place: among the hits that were asked for, from 0. way: the rest of the address of its page, which leads back here.
    """

    kind: str
    organisation: Organisation | None = None
    person: Person | None = None
    said: Sequence[Entry] = ()
    places: Sequence[Membership] = ()
    abstract: Shown | None = None
    place: int = 0
    way: str = ""
    coaching: Coaching | None = None  # how complete the profile is, for the office


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
class SearchPage:
    """rows: of this page; chosen: what narrows the search, each with the address without it."""

    ask: Ask
    page: Page[Hit]
    hits: Hits  # on all pages
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
        return self.is_narrow and not self.ask.impossible and self.ask.kind != "person" and not self.ask.waiting

    @property
    def is_narrow(self) -> bool:
        return bool(asking.pairs(replace(self.ask, newest=False)))

    @property
    def orders(self) -> list[Choice]:
        """How the results can be sorted."""
        best = _("best match first") if self.ask.words else _("by name")
        labels = {False: best, True: _("recently updated first")}
        return [
            Choice(label, asking.address(replace(self.ask, newest=newest)), chosen=self.ask.newest == newest)
            for newest, label in labels.items()
        ]


def search_page(viewer: User, ask: Ask, page: str) -> SearchPage:
    found = find(viewer, ask)
    shown: Page[Hit] = Pages(found.hits, PER_PAGE).get_page(page)
    office = works_for_office(viewer)
    waiting = waiting_for_review() if office else 0
    facets, chosen = _facets(ask, found)
    rows = [
        replace(row, way=asking.address(ask, place=shown.start_index() + row.place)) for row in rows_of(viewer, shown)
    ]
    rows = _judged(rows) if office else rows
    return SearchPage(
        ask,
        shown,
        found.hits,
        rows,
        _lists(ask, found.kinds),
        facets,
        chosen,
        found.similar,
        found.words_only,
        office,
        waiting,
    )


def _judged(rows: list[Row]) -> list[Row]:
    """With how complete the profiles of organisations are."""
    found = completeness(row.organisation for row in rows if row.organisation and row.kind == "organisation")
    return [replace(row, coaching=found.get(row.organisation.pk)) if row.organisation else row for row in rows]


def _lists(ask: Ask, kinds: Mapping[str, int]) -> list[Choice]:
    return [
        Choice(label, asking.address(replace(ask, kind=kind)), kinds[kind], ask.kind == kind)
        for kind, label in asking.lists().items()
    ]


def _facets(ask: Ask, found: Found) -> tuple[list[FacetView], list[Choice]]:
    """What can be chosen, the most frequent first, and what is. A value that all hits have narrows nothing."""
    counts, total = found.counts, found.kinds[ask.kind or "organisation"]
    named = asking.labels(
        {name: _most_frequent(counts.get(name, {}), ask.facets.get(name, ())) for name in asking.FACETS}
    )
    views, chosen = [], []
    for facet, known in named.items():
        values = [_value(ask, facet, code, label, counts[facet].get(code, 0)) for code, label in known.items()]
        chosen += [value for value in values if value.chosen]
        if any(value.chosen for value in values) or any(count != total for count in counts[facet].values()):
            values.sort(key=lambda value: (not value.chosen, -value.count, alphabetical_label(value.label)))
            views.append(FacetView(asking.heading(facet), values))
    return views, chosen


def _most_frequent(counts: Mapping[str, int], chosen: Iterable[str]) -> dict[str, None]:
    """The codes that a facet shows, so that nothing is read and worded for hundreds that it does not."""
    frequent = sorted(counts, key=lambda code: (-counts[code], code))[:MOST_VALUES]
    return dict.fromkeys([*chosen, *frequent])


def _value(ask: Ask, facet: str, code: str, label: str, count: int) -> Choice:
    now = ask.facets.get(facet, ())
    other = tuple(one for one in now if one != code) if code in now else (*now, code)
    return Choice(label, asking.address(replace(ask, facets={**ask.facets, facet: other})), count, code in now)


# --- from one result to the next


@dataclass(frozen=True)
class Walk:
    """Where an organisation stands among the results from which it was opened: place from 1 of how many.

    back: address of the results; before, after: key of the organisation and the rest of its address; None at an end.
    """

    place: int
    total: int
    back: str
    before: tuple[str, str] | None
    after: tuple[str, str] | None


def walk(viewer: User, ask: Ask, place: int, organisation: Organisation) -> Walk | None:
    """None where it does not stand at that place: the results are others now, or somebody made up the address."""
    hits = find(viewer, ask).hits
    near = [number for number in (place - 1, place, place + 1) if 1 <= number <= len(hits)]
    owners = _owners(viewer, {number: hits[number - 1] for number in near})
    if owners.get(place) != organisation.key:
        return None

    def way(number: int) -> tuple[str, str] | None:
        return (owners[number], asking.address(ask, place=number)) if number in owners else None

    page = (place - 1) // PER_PAGE + 1
    return Walk(place, len(hits), asking.address(ask, page=page), way(place - 1), way(place + 1))


def _owners(viewer: User, hits: Mapping[int, Hit]) -> dict[int, str]:
    """The key of the organisation behind each hit, as far as there is one and the viewer may see it."""
    said = [hit.id for hit in hits.values() if hit.kind in asking.KINDS]
    of_entry = dict(Entry.objects.filter(pk__in=said).values_list("pk", "organisation_id")) if said else {}
    wanted = {n: of_entry.get(hit.id, 0) for n, hit in hits.items() if hit.kind in asking.KINDS}
    wanted |= {n: hit.id for n, hit in hits.items() if hit.kind == "organisation"}
    keys = dict(organisations_for(viewer).filter(pk__in=wanted.values()).values_list("pk", "key"))
    return {n: keys[pk] for n, pk in wanted.items() if pk in keys}


# --- rows


def rows_of(viewer: User | None, hits: Iterable[Hit]) -> list[Row]:
    """Hits with what is shown of them; None is the command line. What went away meanwhile is left out."""
    hits = list(hits)
    entries, people = _entries(hits), _people(viewer, hits)
    firms = _organisations(viewer, hits, entries.values(), people.values())
    entries = {pk: entry for pk, entry in entries.items() if entry.organisation_id in firms}
    first = {one.organisation_id: one for one in entries.values()}  # of those for which none speaks there is no other
    abstracts = shown_for([firms[hit.id] for hit in hits if hit.kind == "organisation" and hit.id in firms])
    rows = []
    for place, hit in enumerate(hits):
        if hit.kind == "organisation" and hit.id in firms:
            speaking = [entries[pk] for pk in hit.passages if pk in entries]
            said = speaking or [first[pk] for pk in (hit.id,) if pk in first]
            rows.append(Row(hit.kind, firms[hit.id], said=said, abstract=abstracts.get(hit.id), place=place))
        elif hit.kind == "person" and hit.id in people:
            places = [one for one in people[hit.id].memberships.all() if one.organisation_id in firms]
            rows.append(Row(hit.kind, person=people[hit.id], places=places, place=place))
        elif hit.kind in asking.KINDS and hit.id in entries:
            entry = entries[hit.id]
            rows.append(Row(hit.kind, firms[entry.organisation_id], said=[entry], place=place))
    return rows


def _organisations(
    viewer: User | None, hits: Iterable[Hit], entries: Iterable[Entry], people: Iterable[Person]
) -> dict[int, Organisation]:
    """Those named on the page that the reader may see; by key, so that the database need not look at all they may see."""
    wanted = {hit.id for hit in hits if hit.kind == "organisation"} | {one.organisation_id for one in entries}
    wanted |= {place.organisation_id for person in people for place in person.memberships.all()}
    seen = Organisation.objects.all() if viewer is None else organisations_for(viewer)
    return seen.select_related("side").prefetch_related(prefetch_evidence()).in_bulk(wanted) if wanted else {}


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


def marked(user: User) -> list[tuple[str, list[Organisation]]]:
    """What the user has noted: (kind in words, organisations that may be seen, the latest first)."""
    rows = Mark.objects.filter(user=user, organisation__in=organisations_for(user)).select_related(
        "organisation__side", "organisation__park"
    )
    found = [(str(label), [row.organisation for row in rows if row.kind == kind]) for kind, label in Mark.Kind.choices]
    return [(label, organisations) for label, organisations in found if organisations]
