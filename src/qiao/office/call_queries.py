"""Reads about targeted calls: whom one may ask, whom to pick from, who answered what."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from django.core.paginator import Page
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from qiao.core.models import User
from qiao.core.pages import Pages
from qiao.directory.evidence_queries import offices_of
from qiao.directory.finding import find
from qiao.directory.hits import Ask
from qiao.directory.models import Consent, Membership, Organisation, Person
from qiao.directory.purposes import PROFILE
from qiao.matchmaking.models import Suggestion
from qiao.meetings.words import address_of
from qiao.office.call_models import CallRecipient, TargetedCall

PER_PAGE = 30
MOST_OFFERED = 30
Answer = CallRecipient.Answer


def calls_of(user: User) -> QuerySet[TargetedCall]:
    """Those of the user's offices."""
    return TargetedCall.objects.filter(office__in=offices_of(user)).select_related("office", "adviser", "event")


# --- whom one may ask


@dataclass(frozen=True)
class Reach:
    """Who is asked for an organisation; where nobody is, `why`: "address", "consent" or "refused"."""

    people: tuple[Person, ...] = ()
    why: str = ""


def reach_of(organisations: Iterable[Organisation]) -> dict[int, Reach]:
    """By primary key. Asked is who has an address, agrees to be advised, and did not ask to be left alone: of an organisation
    all such managers, else the first such member. So an organisation that was only listed is asked once somebody of it
    agreed, be it through the office. One query.
    """
    rows = Membership.objects.filter(organisation__in=[one.pk for one in organisations]).annotate(
        agreed=Exists(Consent.objects.filter(person=OuterRef("person"), purpose=PROFILE.code, withdrawn=None)),
        refused=Exists(CallRecipient.objects.filter(person=OuterRef("person"), answer=Answer.NEVER)),
    )
    members: dict[int, list[Membership]] = defaultdict(list)
    for row in rows.select_related("person__user", "person__side").order_by("-is_manager", "pk"):
        members[row.organisation_id].append(row)
    return {one.pk: _reach(members[one.pk]) for one in organisations}


def _reach(members: list[Membership]) -> Reach:
    there = [
        one for one in members if address_of(one.person) and (one.person.user is None or one.person.user.is_active)
    ]
    agreed = [one for one in there if one.agreed]  # type: ignore[attr-defined]
    asked = [one for one in agreed if not one.refused]  # type: ignore[attr-defined]
    if not asked:
        return Reach(why="refused" if agreed else "consent" if there else "address")
    managers = [one.person for one in asked if one.is_manager]
    return Reach(tuple(managers or [asked[0].person]))


# --- whom to pick


@dataclass(frozen=True)
class Candidate:
    organisation: Organisation
    reach: Reach
    is_picked: bool


def candidates(call: TargetedCall, user: User, words: str, like: Organisation | None) -> list[Candidate]:
    """Organisations that the directory finds, or that the engine suggested to `like`, the best first."""
    found = suggested_to(like) if like else _found(user, words) if words.strip() else []
    picked = set(call.organisations.values_list("pk", flat=True))
    reach = reach_of(found)
    return [Candidate(one, reach[one.pk], one.pk in picked) for one in found]


def _found(user: User, words: str) -> list[Organisation]:
    hits = find(user, Ask(words, "organisation")).hits
    keys = [hit.id for hit in islice(hits, MOST_OFFERED)]
    rows = Organisation.objects.filter(is_published=True, stands_for=None).select_related("side").in_bulk(keys)
    return [rows[key] for key in keys if key in rows]


def suggested_to(organisation: Organisation) -> list[Organisation]:
    """Each once, by its best rank in any event."""
    rows = Suggestion.objects.filter(participation__organisation=organisation).order_by("rank", "pk")
    keys = dict.fromkeys(rows.values_list("partner__organisation", flat=True))
    found = Organisation.objects.filter(is_published=True).select_related("side").in_bulk(keys)
    return [found[key] for key in keys if key in found][:MOST_OFFERED]


# --- lists and pages


@dataclass(frozen=True)
class Row:
    call: TargetedCall
    asked: int
    answers: Mapping[str, int]

    @property
    def interested(self) -> int:
        return self.answers.get(Answer.INTERESTED, 0)

    @property
    def answered(self) -> int:
        return sum(self.answers.values())


@dataclass(frozen=True)
class CallList:
    page: Page[TargetedCall]
    rows: list[Row]


def call_list(user: User, page: str) -> CallList:
    shown = Pages(calls_of(user), PER_PAGE).get_page(page)
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    said = CallRecipient.objects.filter(call__in=[one.pk for one in shown]).order_by().values_list("call", "answer")
    for call, answer, count in said.annotate(count=Count("pk")):
        counts[call][answer] = count
    rows = []
    for one in shown:
        asked = sum(counts[one.pk].values())
        rows.append(Row(one, asked, {code: counts[one.pk][code] for code in Answer.values}))
    return CallList(shown, rows)


@dataclass(frozen=True)
class Picked:
    """An organisation that was picked and not asked yet."""

    organisation: Organisation
    reach: Reach


@dataclass(frozen=True)
class CallPage:
    call: TargetedCall
    picked: list[Picked]
    recipients: list[CallRecipient]
    figures: list[tuple[str, int]]  # (answer in words, number)
    silent: int

    @property
    def to_ask(self) -> int:
        """How many people would get a mail now; one who speaks for two organisations is asked once."""
        asked = {one.person_id for one in self.recipients}
        return len({person.pk for one in self.picked for person in one.reach.people} - asked)


def call_page(call: TargetedCall) -> CallPage:
    """Those who are interested first, then the other answers, then who has not answered."""
    order = [*Answer.values, ""]
    rows = call.recipients.select_related("organisation__side", "person", "introduction", "case")
    recipients = sorted(rows, key=lambda one: (order.index(one.answer), one.pk))
    asked = {one.organisation_id for one in recipients}
    waiting = list(call.organisations.exclude(pk__in=asked).select_related("side").order_by("name", "pk"))
    reach = reach_of(waiting)
    counts = Counter(one.answer for one in recipients)
    return CallPage(
        call,
        [Picked(one, reach[one.pk]) for one in waiting],
        recipients,
        [(str(label), counts[code]) for code, label in Answer.choices],
        counts[""],
    )


def silent_of(call: TargetedCall) -> QuerySet[CallRecipient]:
    """Who has neither answered nor asked elsewhere to be left alone, and still agrees to be advised."""
    never = CallRecipient.objects.filter(person=OuterRef("person"), answer=Answer.NEVER)
    agreed = Consent.objects.filter(person=OuterRef("person"), purpose=PROFILE.code, withdrawn=None)
    rows = call.recipients.filter(Q(Exists(agreed)) & ~Q(Exists(never)), answer="")
    return rows.select_related("person__user", "person__side", "organisation").order_by("pk")
