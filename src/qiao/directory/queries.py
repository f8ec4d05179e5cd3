"""Reads about organisations, their people and what these agreed to."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from typing import Any, TypeVar

from django.core.paginator import Page
from django.db.models import CharField, Exists, Model, OuterRef, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils import timezone

from qiao.core.alphabet import Key, alphabetical
from qiao.core.models import Text, User
from qiao.core.pages import Pages
from qiao.core.texts import for_reader
from qiao.directory import mapping, purposes
from qiao.directory.import_models import ImportRun
from qiao.directory.joining import is_kept, with_ties
from qiao.directory.models import Consent, Double, Membership, Organisation, Person, Side, Theme
from qiao.directory.purposes import CROSS_BORDER, PROFILE, PURPOSES, Purpose
from qiao.directory.reasons import sentences
from qiao.directory.roles import works_for_office
from qiao.directory.search_models import Mark

M = TypeVar("M", bound=Model)
PER_PAGE = 24
PERSON_NAMES = Concat("name", Value("\n"), "name_latin", output_field=CharField())  # what a person is found by


def complete(organisations: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """With everything matching and exports read: six queries whatever the number."""
    return organisations.select_related("side", "park").prefetch_related("themes", "avoid", "entries__texts")


# --- the list


def waiting_for_review() -> int:
    return Organisation.objects.filter(is_published=False).count()


def sides() -> list[Side]:
    return list(Side.objects.order_by("pk"))


def themes() -> list[Theme]:
    return list(Theme.objects.all())


# --- one organisation


@dataclass(frozen=True)
class EntryText:
    """An offer or seek as the reader understands it best, and as it was first written where that is another text."""

    shown: Text
    original: Text | None
    key: str
    has_page: bool  # it says more on a page of its own


def entry_texts(organisation: Organisation, kind: str) -> list[EntryText]:
    entries = sorted((e for e in organisation.entries.all() if e.kind == kind), key=lambda entry: entry.position)
    found = []
    for entry in entries:
        rows = list(entry.texts.all())
        shown = for_reader(rows)
        human = min((row for row in rows if row.origin == Text.Origin.HUMAN), key=lambda row: row.pk, default=None)
        if shown is not None:
            found.append(
                EntryText(
                    shown,
                    human if human is not None and human.pk != shown.pk else None,
                    entry.key,
                    not entry.in_profile,
                )
            )
    return found


# --- people


def by_name(one: Person | Organisation) -> Key:
    """A key for sorting: by the Latin form where there is one, Chinese names else by pinyin."""
    return alphabetical(one.name_latin or one.name)


def page_by_name(rows: QuerySet[M], per_page: int, number: str | None, person: str = "") -> Page[M]:
    """A page of rows in the alphabetical order of their people; of the other pages' rows only the names are read.

    `person` leads from a row to its person, "person__" for example.
    """
    names = rows.order_by().values_list("pk", f"{person}name", f"{person}name_latin")
    order = [pk for pk, _name, _latin in sorted(names, key=lambda row: (alphabetical(row[2] or row[1]), row[0]))]
    page: Page[Any] = Pages(order, per_page).get_page(number)
    found = rows.in_bulk(page.object_list)
    page.object_list = [found[pk] for pk in page.object_list if pk in found]  # one may be gone since
    return page


@dataclass(frozen=True)
class PersonView:
    """What one viewer may know about one person in an organisation; e-mail and phone are empty where not released."""

    person: Person
    role: str
    email: str = ""
    phone: str = ""


def consents_in_force(people: Iterable[Person | int], purpose: Purpose) -> set[int]:
    """The ids of those who agree to the wording in force."""
    rows = Consent.objects.filter(purpose=purpose.code, version=purpose.version, withdrawn=None)
    return set(rows.filter(person__in=people).values_list("person_id", flat=True))


def withheld_from_others(people: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Why each of these people may not be suggested as a partner: codes of `engine.matching.exclude`.

    Nobody has joined who is only listed, without a consent of their own; whoever has not agreed to be named in the other
    country is not suggested there.
    """
    asked = set(people)
    joined = Consent.objects.filter(person__in=asked, purpose=PROFILE.code, withdrawn=None)
    missing = {
        "not-joined": asked - set(joined.values_list("person_id", flat=True)),
        "no-consent": asked - consents_in_force(asked, CROSS_BORDER),
    }
    found = {pk: tuple(code for code, without in missing.items() if pk in without) for pk in sorted(asked)}
    return {pk: codes for pk, codes in found.items() if codes}


def withdrew_profile() -> Q:
    """For a query over people: those who took back that they may be listed, and did not agree anew."""
    rows = Consent.objects.filter(person=OuterRef("pk"), purpose=PROFILE.code)
    return Q(Exists(rows.exclude(withdrawn=None))) & ~Q(Exists(rows.filter(withdrawn=None)))


def people_for(viewer: User, people: QuerySet[Person]) -> QuerySet[Person]:
    """Those of `people` whose name and role this viewer may see.

    The office and colleagues: all. People of approved organisations: those of their own country, and those of another
    country who consented to that. Whoever withdrew the consent to be listed is seen by the office and colleagues only.
    The same rule as a test of pairs: `named_to`.
    """
    if works_for_office(viewer):
        return people
    own = Person.objects.filter(user=viewer).select_related("side").first()
    if own is None:
        return people.none()
    seen = Q(pk=own.pk) | Q(pk__in=Membership.objects.filter(organisation__people=own).values("person"))
    if own.organisations.filter(is_published=True).exists():
        agreed = Consent.objects.filter(
            person=OuterRef("pk"), purpose=CROSS_BORDER.code, version=CROSS_BORDER.version, withdrawn=None
        )
        seen |= ~withdrew_profile() & (Q(side__country=own.side.country) | Q(Exists(agreed)))
    return people.filter(seen)


def named_to(viewers: Iterable[int], people: Iterable[int]) -> set[tuple[int, int]]:
    """The pairs (viewer, person), both by primary key of the person, in which the viewer may read the other's name.

    Three queries, however many pairs. See `people_for` for the rule; what an office role adds is left out.
    """
    seers, seen = set(viewers), set(people)
    rows = Person.objects.filter(pk__in=seers | seen).annotate(withdrew=withdrew_profile())
    country, withdrew = {}, set()
    for pk, code, gone in rows.values_list("pk", "side__country", "withdrew"):
        country[pk] = code
        withdrew |= {pk} if gone else set()
    places: dict[int, set[int]] = defaultdict(set)
    approved = set()
    memberships = Membership.objects.filter(person__in=seers | seen)
    for pk, organisation, published in memberships.values_list("person", "organisation", "organisation__is_published"):
        places[pk].add(organisation)
        approved |= {pk} if published else set()
    agreed = consents_in_force(seen, CROSS_BORDER)

    def may(viewer: int, person: int) -> bool:
        if viewer == person or places[viewer] & places[person]:
            return True
        near = country[viewer] == country[person]
        return viewer in approved and person not in withdrew and (near or person in agreed)

    return {(one, other) for one in seers for other in seen if may(one, other)}


def visible_people(viewer: User, organisation: Organisation) -> list[PersonView]:
    """The people of an organisation as this viewer may see them, managers first."""
    memberships = {m.person_id: m for m in organisation.memberships.all()}
    people = people_for(viewer, Person.objects.filter(pk__in=memberships))
    inside = works_for_office(viewer) or organisation.memberships.filter(person__user=viewer).exists()
    views = [
        PersonView(person, memberships[person.pk].role, person.email if inside else "", person.phone if inside else "")
        for person in people
    ]
    return sorted(views, key=lambda view: (not memberships[view.person.pk].is_manager, by_name(view.person)))


def people_page(words: str, page: str) -> Page[Person]:
    """All people, for the office."""
    rows = Person.objects.select_related("user", "side").prefetch_related(
        Prefetch("memberships", Membership.objects.select_related("organisation"))
    )
    for word in words.split()[:6]:
        fields = ("name", "name_latin", "email", "organisations__name", "organisations__name_latin")
        rows = rows.filter(reduce(lambda a, b: a | b, (Q(**{f"{field}__icontains": word}) for field in fields)))
    return page_by_name(rows.distinct(), PER_PAGE, page)


def managed_by(user: User) -> list[Organisation]:
    found = Organisation.objects.filter(memberships__person__user=user, memberships__is_manager=True)
    return sorted(found, key=by_name)


@dataclass(frozen=True)
class Colleague:
    """A member as the organisation's managers and the office see it."""

    membership: Membership
    has_joined: bool  # agreed in person; who has not was entered by somebody else
    may_issue: bool  # the managers may hand over a personal link, as this person never signed in and is nowhere else

    @property
    def person(self) -> Person:
        return self.membership.person


def colleagues(organisation: Organisation) -> list[Colleague]:
    """Managers first. Two queries."""
    rows = list(with_ties(organisation.memberships.select_related("person__user")))
    joined = consents_in_force([row.person_id for row in rows], PROFILE)
    found = [Colleague(row, row.person_id in joined, is_kept(row)) for row in rows]
    return sorted(found, key=lambda one: (not one.membership.is_manager, by_name(one.person)))


@dataclass(frozen=True)
class Discretion:
    """Whom an organisation is never to be suggested to, as one of its managers sees it on a page of the directory."""

    own: list[tuple[Organisation, bool]]  # organisations of the reader, and whether each avoids the one on the page
    avoided: list[Organisation]  # on the page of an organisation of the reader: whom it avoids


def mark_of(user: User, organisation: Organisation) -> Mark | None:
    """What the user has noted about the organisation."""
    return Mark.objects.filter(user=user, organisation=organisation).first()


def discretion(user: User, organisation: Organisation) -> Discretion:
    managed = managed_by(user)
    if organisation in managed:
        avoided = organisation.avoid.filter(is_published=True)
        return Discretion([], sorted(avoided, key=lambda one: alphabetical(one.name_latin or one.name)))
    avoiding = set(organisation.avoided_by.filter(pk__in=[one.pk for one in managed]).values_list("pk", flat=True))
    return Discretion([(one, one.pk in avoiding) for one in managed], [])


def managers_of(organisation: Organisation) -> list[Person]:
    """Who may edit the organisation's profile, besides the office."""
    rows = organisation.memberships.filter(is_manager=True).select_related("person")
    return sorted((row.person for row in rows), key=by_name)


# --- consents


@dataclass(frozen=True)
class Asked:
    """A purpose as one person stands to it: the wording in the reader's language, and the entry in force, if any."""

    purpose: Purpose
    text: str
    in_force: Consent | None

    @property
    def is_outdated(self) -> bool:
        """Agreed to an earlier wording: counts no longer, asked again."""
        return self.in_force is not None and self.in_force.version != self.purpose.version


def asked(person: Person) -> list[Asked]:
    """All purposes with what this person said to them."""
    current = {row.purpose: row for row in person.consents.filter(withdrawn=None)}
    return [Asked(purpose, purposes.wording(purpose), current.get(code)) for code, purpose in PURPOSES.items()]


@dataclass(frozen=True)
class Noted:
    """One entry of the ledger, in words."""

    consent: Consent
    title: str

    @property
    def spoken(self) -> list[str]:
        return [self.consent.language]


def ledger(person: Person) -> list[Noted]:
    """Every entry, the latest first."""
    rows = person.consents.order_by("-given", "-pk")
    return [Noted(row, purposes.title_of(row.purpose)) for row in rows]


# --- imports

SILENT = timedelta(minutes=3)  # a task that gave no sign of life for so long has lost its process, or there is none


@dataclass(frozen=True)
class ImportView:
    """An import as its page shows it."""

    run: ImportRun

    @property
    def active(self) -> bool:
        return self.run.state in {ImportRun.State.CHECKING, ImportRun.State.WRITING}

    @property
    def silent(self) -> bool:
        return self.active and self.run.seen_at < timezone.now() - SILENT

    @property
    def upload(self) -> str:
        """Where tables of this kind are handed in."""
        event = self.run.event_slug
        return reverse("participants-import", args=[event]) if self.of_people else reverse("import")

    @property
    def of_people(self) -> bool:
        return self.run.kind == ImportRun.Kind.PARTICIPANTS

    @property
    def assigned(self) -> list[tuple[str, Any]]:
        """(heading, what it is taken for), without what is left out."""
        known = mapping.targets(self.run.kind)
        return [(one["heading"], known[one["target"]].label) for one in self.run.columns if one["target"] in known]

    @property
    def may_assign(self) -> bool:
        return bool(self.run.columns) and self.run.state in {ImportRun.State.CHECKED, ImportRun.State.INTERRUPTED}

    @property
    def report(self) -> dict[str, Any]:
        return dict(self.run.report)

    @property
    def doubles(self) -> list[dict[str, Any]]:
        """The likely doubles with their reasons in words."""
        labels = dict(Double.Level.choices)
        return [
            one | {"why": sentences(one["reasons"]), "level": labels[one["level"]]}
            for one in self.report.get("doubles", ())
        ]


def imports_of(user: User, event: int | None = None) -> list[ImportRun]:
    """The latest tables of a user, of organisations or of an event's participants, without the files."""
    runs = ImportRun.objects.filter(by=user, event_number=event).defer("data", "report", "columns")
    return list(runs[:10])
