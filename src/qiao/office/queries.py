"""Reads about cooperations: lists, one with its history, and those that could be deepened."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.core.paginator import Page
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from qiao.core.models import User
from qiao.core.pages import Pages
from qiao.directory.models import Entry, Organisation, Person, Side
from qiao.directory.roles import works_for_office
from qiao.events.models import Event
from qiao.meetings.rating_models import Rating
from qiao.meetings.record_models import LIVELY, RecordSheet, RecordStep
from qiao.office.models import Cooperation, CooperationStep
from qiao.office.seen import cooperations_for, own_cooperations, own_organisations

Stage = Cooperation.Stage
PER_PAGE = 30
PARTNERS = (Stage.MOU, Stage.CONTRACT, Stage.BEYOND)
"""From the memorandum on two organisations are partners whose cooperation can be deepened."""
SILENT = timedelta(days=180)
MOST_NEW = 3


@dataclass(frozen=True)
class Line:
    """One step as a reader sees it. person: who wrote it, where the reader may know; None otherwise."""

    step: CooperationStep
    person: Person | User | None


@dataclass(frozen=True)
class CooperationPage:
    cooperation: Cooperation
    lines: list[Line]
    may_write_for: Organisation | None  # the reader's own side; None for the office
    is_office: bool


def cooperation_page(cooperation: Cooperation, user: User) -> CooperationPage:
    """Its history, the latest first. Names of people are told to their own organisation and the office."""
    office = works_for_office(user)
    own = set(own_organisations(user).values_list("pk", flat=True))
    people = ("sheet__request__sender__organisation", "sheet__request__recipient__organisation")
    steps = cooperation.steps.select_related(
        "organisation", "office", "by__person", "rating", "request__event", *people
    )
    steps = steps.prefetch_related("sheet__steps")
    lines = [
        Line(step, _person(step.by) if office or step.organisation_id in own else None)
        for step in steps
        if _is_told(step, own, office=office)
    ]
    mine = next((side for side in cooperation.sides if side.pk in own), None)
    return CooperationPage(cooperation, lines, mine, office)


def _person(by: User | None) -> Person | User | None:
    """The office's staff have an account only."""
    return getattr(by, "person", None) or by


def _is_told(step: CooperationStep, own: set[int], *, office: bool) -> bool:
    """That somebody wants nothing further the partner does not read; what was said of an erased person nobody does."""
    if step.kind == CooperationStep.Kind.RECORD:
        return step.sheet is not None
    if step.kind != CooperationStep.Kind.TALK:
        return True
    if step.rating is None:
        return False
    return step.rating.goes_on or office or step.organisation_id in own


# Lists


@dataclass(frozen=True)
class Filter:
    """What narrows the list; empty values narrow nothing."""

    words: str = ""
    stage: str = ""
    event: str = ""  # slug
    side: str = ""  # code of a region to which one of the two belongs


@dataclass(frozen=True)
class CooperationList:
    page: Page[Cooperation]
    figures: list[tuple[str, str, int]]  # (code, word, number) of each stage that occurs, of all that the reader sees
    office: bool


def cooperation_list(user: User, asked: Filter, page: str) -> CooperationList:
    rows = cooperations_for(user)
    counts = dict(rows.order_by().values_list("stage").annotate(count=Count("pk")))
    figures = [(code, str(label), counts[code]) for code, label in Stage.choices if code in counts]
    return CooperationList(Pages(narrowed(rows, asked), PER_PAGE).get_page(page), figures, works_for_office(user))


def narrowed(rows: QuerySet[Cooperation], asked: Filter) -> QuerySet[Cooperation]:
    found = Q()
    for word in asked.words.split():
        named = Q(topic__icontains=word)
        for side in ("one", "other"):
            named |= Q(**{f"{side}__name__icontains": word}) | Q(**{f"{side}__name_latin__icontains": word})
        found &= named
    if asked.stage:
        found &= Q(stage=asked.stage)
    if asked.event:
        found &= Q(event__slug=asked.event)
    if asked.side:
        found &= Q(one__side__code=asked.side) | Q(other__side__code=asked.side)
    return rows.filter(found)


def events_of(user: User) -> list[Event]:
    """From which the cooperations come that the user sees, the latest first."""
    rows = cooperations_for(user).exclude(event=None).order_by().values("event")
    return list(Event.objects.filter(pk__in=rows).order_by("-starts"))


def open_cooperations(user: User) -> int:
    """How many of the user's own organisations have not ended."""
    return own_cooperations(user).exclude(stage=Stage.ENDED).count()


def all_sides() -> list[Side]:
    return list(Side.objects.order_by("pk"))


# Those that could be deepened


@dataclass(frozen=True)
class Deepen:
    """Partners that know each other well. new: what one of the two has published since the latest step."""

    cooperation: Cooperation
    silent_days: int
    new: Sequence[Entry]

    @property
    def is_silent(self) -> bool:
        return self.silent_days >= SILENT.days


def to_deepen() -> list[Deepen]:
    """Existing partners with a reason to talk to them: something new first, then the longest silence. Four queries."""
    now = timezone.now()
    rows = list(Cooperation.objects.filter(stage__in=PARTNERS).select_related("one__side", "other__side", "event"))
    new = _new_entries(rows)
    found = [Deepen(row, (now - row.changed).days, _of_both(row, new)) for row in rows]
    with_reason = [one for one in found if one.new or one.is_silent]
    return sorted(with_reason, key=lambda one: (not one.new, one.cooperation.changed))


def _new_entries(rows: Iterable[Cooperation]) -> Mapping[int, list[Entry]]:
    """By organisation what it offers and seeks, the newest first, as far as it may be new to one of these."""
    rows = list(rows)
    if not rows:
        return {}
    organisations = {side for row in rows for side in (row.one_id, row.other_id)}
    entries = Entry.objects.filter(organisation__in=organisations, created__gt=min(row.changed for row in rows))
    by_organisation: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries.select_related("organisation").prefetch_related("texts").order_by("-created", "-pk"):
        by_organisation[entry.organisation_id].append(entry)
    return by_organisation


def _of_both(row: Cooperation, new: Mapping[int, list[Entry]]) -> list[Entry]:
    both = [entry for side in (row.one_id, row.other_id) for entry in new.get(side, ()) if entry.created > row.changed]
    return both[:MOST_NEW]


# What follows up


def ratings_to_follow() -> QuerySet[Rating]:
    """After a talk somebody wants to go on, nobody says that it was not held, and no step of a cooperation tells it yet."""
    wanted = [code for code in Rating.Next.values if code != Rating.Next.NOTHING]
    rows = Rating.objects.filter(held=True, next__in=wanted, cooperation_step=None)
    return rows.exclude(request__ratings__held=False).order_by("pk")


def sheets_to_follow() -> QuerySet[RecordSheet]:
    """Something was agreed or both sides are interested, nobody says that the talk was not held, and no step tells it yet."""
    both = Q(interest_sender__in=LIVELY, interest_recipient__in=LIVELY)
    rows = RecordSheet.objects.filter(
        Exists(RecordStep.objects.filter(sheet=OuterRef("pk"))) | both, cooperation_step=None
    )
    return rows.exclude(request__ratings__held=False).order_by("pk")


def between(one: int, other: int) -> QuerySet[Cooperation]:
    """The cooperations of two organisations that have not ended, the latest first."""
    pair = Q(one=one, other=other) | Q(one=other, other=one)
    return Cooperation.objects.filter(pair).exclude(stage=Stage.ENDED)
