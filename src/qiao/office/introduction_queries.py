"""Reads about introductions: one as its reader may see it, lists with what is overdue on top, figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any

from django.core.paginator import Page
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from qiao.core.models import User
from qiao.core.pages import Pages
from qiao.directory.anonymity import leading_to
from qiao.directory.evidence_queries import offices_of
from qiao.directory.market_queries import View, view_of
from qiao.directory.models import Entry, Organisation, Person
from qiao.directory.roles import works_for_office
from qiao.matchmaking.models import Suggestion
from qiao.matchmaking.words import REASONS as FIT
from qiao.office.introduction_models import Introduction, IntroductionStep
from qiao.office.introduction_rules import Reader, State
from qiao.office.seen import own_organisations
from qiao.office.told import OFFICE, ONE, OTHER, REASONS, SIMPLE, knows, reads_note

PER_PAGE = 30
YEAR = timedelta(days=365)
WAITING = (State.CHECK, State.FORWARD, State.RETURNED, State.ANSWER, State.ASKED)


@dataclass(frozen=True)
class Line:
    """A step as its reader sees it; who: the organisation or office that acted, None where it stays unnamed."""

    step: IntroductionStep
    who: Any
    person: Person | User | None
    reason: str
    note: str
    role: str  # ONE or OTHER where an organisation acted that stays unnamed


@dataclass(frozen=True)
class Partner:
    """One of the two sides as the reader sees it. organisation: None where it stays unnamed; then `facts` say what it is."""

    organisation: Organisation | None
    facts: Organisation
    contacts: Sequence[Person] = ()


@dataclass(frozen=True)
class IntroductionPage:
    introduction: Introduction
    reader: Reader
    state: str  # in words for this reader
    steps: list[str]  # that the reader may take
    lines: list[Line]
    one: Partner
    other: Partner
    view: View | None  # of the opportunity
    fits: list[str]  # why an office proposed it, in words
    today: date

    @property
    def is_overdue(self) -> bool:
        return self.introduction.is_overdue(self.today)


def introduction_page(row: Introduction, reader: Reader, contacts: Mapping[str, Sequence[Person]]) -> IntroductionPage:
    """contacts: by side, read by the caller; shown once both have agreed, and to the office."""
    shown = contacts if row.is_agreed or reader.side == OFFICE else {}
    return IntroductionPage(
        introduction=row,
        reader=reader,
        state=state_in_words(row, reader.side),
        steps=reader.steps(row),
        lines=_lines(row, reader),
        one=Partner(row.one if _names(row, reader, ONE) else None, row.one, shown.get(ONE, ())),
        other=Partner(row.other if _names(row, reader, OTHER) else None, row.other, shown.get(OTHER, ())),
        view=view_of(row.opportunity) if row.opportunity else None,
        fits=fits_in_words(row.reasons),
        today=timezone.localdate(),
    )


def state_in_words(row: Introduction, side: str) -> str:
    return str(row.get_state_display() if side == OFFICE else SIMPLE[row.state])


def _names(row: Introduction, reader: Reader, side: str) -> bool:
    """Whether this reader may know who is on a side."""
    if reader.side == OFFICE or side in reader.parts:
        return True
    return row.names_one if side == ONE else row.names_other


def _lines(row: Introduction, reader: Reader) -> list[Line]:
    sides = {OFFICE} if reader.side == OFFICE else {ONE, OTHER} & reader.parts
    steps = row.steps.select_related("organisation", "office", "by__person")
    return [_line(row, step, reader, sides) for step in steps if any(knows(step.kind, side) for side in sides)]


def _line(row: Introduction, step: IntroductionStep, reader: Reader, sides: set[str]) -> Line:
    """People are named to their own organisation and the office."""
    acted = {row.one_id: ONE, row.other_id: OTHER}.get(step.organisation_id or 0, "")
    named = not acted or _names(row, reader, acted)
    inside = reader.side == OFFICE or (acted and acted in reader.parts)
    person = getattr(step.by, "person", None) or step.by
    return Line(
        step=step,
        who=(step.organisation or step.office) if named else None,
        person=person if inside else None,
        reason=str(REASONS.get(step.reason, "")),
        note=step.note if any(reads_note(step.kind, side) for side in sides) else "",
        role=acted if not named else "",
    )


# Lists


@dataclass(frozen=True)
class Row:
    introduction: Introduction
    state: str
    view: View | None
    one: Organisation | None  # None: stays unnamed to this reader
    other: Organisation | None
    waits_for_reader: bool
    is_overdue: bool


@dataclass(frozen=True)
class Figures:
    """counts: (code, word, number) of each state that occurs. Of the last year: how many were sent, agreed, and the median of
    days from the first word to the answer, None where nobody has answered."""

    counts: list[tuple[str, str, int]]
    sent: int
    agreed: int
    days: int | None


@dataclass(frozen=True)
class IntroductionList:
    page: Page[Introduction]
    rows: list[Row]
    office: bool
    figures: Figures | None


def introductions_for(user: User) -> QuerySet[Introduction]:
    """The office reads all; members those of their organisations, as far as they know of them."""
    rows = Introduction.objects.select_related("one__side", "other__side", "one_office", "other_office", "opportunity")
    if works_for_office(user):
        return rows
    own = own_organisations(user).values("pk")
    return rows.filter(Q(one__in=own) | Q(other__in=own, forwarded__isnull=False))


def introduction_list(user: User, state: str, page: str) -> IntroductionList:
    """What has waited longest first, so that what is overdue stands on top; then what is over, the latest first."""
    office = works_for_office(user)
    rows = introductions_for(user).prefetch_related("opportunity__texts")
    figures = figures_of(rows) if office else None
    rows = rows.filter(state=state) if state in State.values else rows
    shown = Pages(rows.order_by(F("due").asc(nulls_last=True), "-changed", "-pk"), PER_PAGE).get_page(page)
    own = set(own_organisations(user).values_list("pk", flat=True))
    offices = set(offices_of(user).values_list("pk", flat=True)) if office else set()
    today = timezone.localdate()
    return IntroductionList(shown, [_row(one, own, offices, today, office=office) for one in shown], office, figures)


def _row(row: Introduction, own: set[int], offices: set[int], today: date, *, office: bool) -> Row:
    return Row(
        introduction=row,
        state=state_in_words(row, OFFICE if office else ONE),
        view=view_of(row.opportunity) if row.opportunity else None,
        one=row.one if office or row.one_id in own or row.names_one else None,
        other=row.other if office or row.other_id in own or row.names_other else None,
        waits_for_reader=_waits(row, own, offices),
        is_overdue=row.is_overdue(today),
    )


def _waits(row: Introduction, own: set[int], offices: set[int]) -> bool:
    """Whether it is the reader's turn; `own` organisations and `offices`, by primary key."""
    match row.state:
        case State.CHECK:
            return row.one_office_id in offices or (row.one_office_id is None and bool(offices))
        case State.FORWARD:
            return row.other_office_id in offices
        case State.RETURNED:
            return row.one_id in own
        case State.ANSWER:
            return row.other_id in own
        case State.ASKED:
            return (row.one_id in own and not row.one_agreed) or (row.other_id in own and not row.other_agreed)
    return False


def turn_of(user: User, *, office: bool) -> tuple[int, int]:
    """(how many wait for this reader, how many of them are overdue), for the start page."""
    own = own_organisations(user).values("pk")
    found = Q(state=State.RETURNED, one__in=own) | Q(state=State.ANSWER, other__in=own)
    found |= Q(state=State.ASKED, one__in=own, one_agreed=None) | Q(state=State.ASKED, other__in=own, other_agreed=None)
    if office:
        offices = offices_of(user).values("pk")
        found |= Q(state=State.CHECK) & (Q(one_office__in=offices) | Q(one_office=None))
        found |= Q(state=State.FORWARD, other_office__in=offices)
    counted = Introduction.objects.filter(found).aggregate(
        all=Count("pk"), late=Count("pk", filter=Q(due__lt=timezone.localdate()))
    )
    return counted["all"], counted["late"]


def figures_of(rows: QuerySet[Introduction]) -> Figures:
    counts = dict(rows.order_by().values_list("state").annotate(count=Count("pk")))
    year = rows.filter(created__gte=timezone.now() - YEAR)
    answered = year.filter(state__in=(State.AGREED, State.DECLINED)).values_list("created", "changed", "state")
    days = [(changed - created).days for created, changed, _state in answered]
    return Figures(
        counts=[(code, str(label), counts[code]) for code, label in State.choices if code in counts],
        sent=year.count(),
        agreed=sum(state == State.AGREED for _created, _changed, state in answered),
        days=round(median(days)) if days else None,
    )


# Why two fit


def reasons_for(one: Organisation, other: Organisation) -> list[dict[str, Any]]:
    """The engine's reasons, seen from `one`, where it has compared the two for an event: the latest."""
    pair = Suggestion.objects.filter(participation__organisation=one, partner__organisation=other)
    found = pair.order_by("-created", "-pk").first()
    return list(found.reasons) if found else []


def fits_in_words(reasons: Sequence[Mapping[str, Any]]) -> list[str]:
    """Of which kinds the reasons are, each once."""
    return [str(FIT[code]) for code in dict.fromkeys(reason["code"] for reason in reasons) if code in FIT]


@dataclass(frozen=True)
class Voice:
    """A text of each side that carries a reason; one that would tell whose it is is left out."""

    mine: Entry
    theirs: Entry


def voices(row: Introduction, side: str) -> list[Voice]:
    """What each side says that brings the two together, seen from `side`; nothing that leads to the one who is unnamed."""
    both = {organisation.pk: organisation for organisation in (row.one, row.other)}
    entries = {
        (entry.organisation_id, f"{entry.kind}s", entry.position): entry
        for entry in Entry.objects.filter(organisation__in=both).prefetch_related("texts")
    }
    found = []
    for reason in row.reasons:
        ones, others = (
            entries.get((pk, cited["field"], cited["index"])) if (cited := reason.get(key)) else None
            for key, pk in (("mine", row.one_id), ("theirs", row.other_id))
        )
        if ones is None or others is None:
            continue
        mine, theirs = (ones, others) if side == ONE else (others, ones)
        partner = both[theirs.organisation_id]
        if row.is_agreed or not leading_to(partner, [text.text for text in theirs.texts.all()]):
            found.append(Voice(mine, theirs))
    return found[:1]
