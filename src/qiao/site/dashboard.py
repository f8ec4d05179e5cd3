"""How far the people of an event are: the funnel by side, kind and theme, who asks whom, and who needs a nudge.

Each participant is judged once, by one query; all numbers are counted from these rows, so they fit each other.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qiao.core.bars import BarChart
from qiao.directory.models import OPPORTUNITIES_FROM, Entry, Organisation, Side, Theme
from qiao.directory.queries import page_by_name
from qiao.events.form_queries import type_choices
from qiao.events.models import Event, Participation
from qiao.matchmaking.models import Request
from qiao.meetings.models import Seat
from qiao.meetings.segments import SEGMENTS

APPROVED = Participation.State.APPROVED
STEPS: dict[str, Any] = {
    "registered": gettext_lazy("registered"),
    "approved": gettext_lazy("admitted"),
    "complete": gettext_lazy("profile filled in"),
    "asked": gettext_lazy("with requests"),
    "accepted": gettext_lazy("talk agreed"),
    "planned": gettext_lazy("talk in the plan"),
    "kept": gettext_lazy("talk took place"),
}
NUDGES = ("applied", "no-profile", "idle", "silent", "without-talks")
"""Segments of announcements that need a nudge: from the list the organiser writes to exactly these people."""
PER_PAGE = 50


# --- the rows


@dataclass(frozen=True)
class Judged:
    """A participant and the steps taken; without admission none after "registered" counts."""

    pk: int
    organisation: int
    side: int
    type: str
    steps: frozenset[str]


def judged(event: Event) -> list[Judged]:
    """Everybody who registered and did not cancel. One query."""
    flags = _flags()
    rows = event.participations.exclude(state=Participation.State.CANCELLED).annotate(**flags).order_by("pk")
    fields = ("pk", "organisation_id", "organisation__side_id", "type", "state")
    return [_judged(row, list(flags)) for row in rows.values(*fields, *flags)]


def _judged(row: Mapping[str, Any], flags: Sequence[str]) -> Judged:
    taken = {flag.removeprefix("is_") for flag in flags if row[flag]} | {"approved"} if row["state"] == APPROVED else ()
    steps = frozenset({"registered", *taken})
    return Judged(row["pk"], row["organisation_id"], row["organisation__side_id"], row["type"], steps)


def _flags() -> dict[str, Any]:
    own = OuterRef("pk")
    entries = Entry.objects.filter(organisation=OuterRef("organisation"), position__lt=OPPORTUNITIES_FROM)
    requests = Request.objects.filter(Q(sender=own) | Q(recipient=own))
    both = {"meeting__request__sender__state": APPROVED, "meeting__request__recipient__state": APPROVED}
    seats = Seat.objects.filter(participation=own, meeting__request__state=Request.State.ACCEPTED, **both)
    found = {
        "is_complete": Q(Exists(entries.filter(kind=Entry.Kind.OFFER)), Exists(entries.filter(kind=Entry.Kind.SEEK))),
        "is_asked": Q(Exists(requests)),
        "is_accepted": Q(Exists(requests.filter(state=Request.State.ACCEPTED))),
        "is_planned": Q(Exists(seats)),
        "is_kept": Q(Exists(seats.filter(slot__end__lt=timezone.now()))),
    }
    return {name: ExpressionWrapper(condition, BooleanField()) for name, condition in found.items()}


# --- funnels


@dataclass(frozen=True)
class Funnel:
    """How many people of a group took each step; a chart, and a row of the table behind it."""

    title: str
    counts: Mapping[str, int]  # by step
    number: int = 0  # of the chart on its page

    @property
    def chart(self) -> BarChart:
        return BarChart(
            self.title,
            [(str(label), self.counts[code]) for code, label in STEPS.items()],
            self.number,
            most=self.registered,
        )

    @property
    def row(self) -> list[int]:
        return [self.counts[code] for code in STEPS]

    @property
    def registered(self) -> int:
        return self.counts["registered"]


@dataclass(frozen=True)
class Breakdown:
    """The same people by one property. `overlaps`: somebody may stand in several groups."""

    code: str
    title: str
    funnels: Sequence[Funnel]
    overlaps: bool = False


def funnel(title: str, rows: Iterable[Judged], number: int = 0) -> Funnel:
    counts = Counter(step for row in rows for step in row.steps)
    return Funnel(title, {code: counts[code] for code in STEPS}, number)


def _breakdown(
    code: str, title: str, rows: Sequence[Judged], names: Mapping[Any, str], keys: Callable[[Judged], Iterable[Any]]
) -> Breakdown:
    """A funnel for each name, in the order of `names`; groups without anybody are left out."""
    groups: dict[Any, list[Judged]] = defaultdict(list)
    for row in rows:
        for key in keys(row):
            groups[key].append(row)
    made = [funnel(name, groups[key], number) for number, (key, name) in enumerate(names.items()) if groups[key]]
    return Breakdown(code, title, made, overlaps=code == "themes")


def breakdowns(event: Event, rows: Sequence[Judged]) -> list[Breakdown]:
    """By region, by kind of participant, by theme. Four queries."""
    sides = {side.pk: str(side) for side in Side.objects.order_by("pk")}
    types = dict(type_choices(event, *sorted({row.type for row in rows}))) | {"": _("no kind named")}
    themes: dict[int | None, str] = {theme.pk: str(theme) for theme in Theme.objects.all()}
    of_theme: dict[int, list[int | None]] = defaultdict(list)
    for organisation, theme in Organisation.themes.through.objects.filter(
        organisation__in={row.organisation for row in rows}
    ).values_list("organisation", "theme"):
        of_theme[organisation].append(theme)
    named = themes | {None: _("no theme named")}
    found = [
        _breakdown("sides", _("By region"), rows, sides, lambda row: [row.side]),
        _breakdown("types", _("By kind of participant"), rows, types, lambda row: [row.type]),
        _breakdown("themes", _("By theme"), rows, named, lambda row: of_theme[row.organisation] or [None]),
    ]
    return [one for one in found if len(one.funnels) > 1]


# --- requests between the sides


@dataclass(frozen=True)
class Exchange:
    """Requests from one side to another."""

    sender: str
    recipient: str
    sent: int
    accepted: int
    declined: int
    pending: int


def exchanges(event: Event) -> list[Exchange]:
    """Who asks whom, by region, without what was withdrawn. Two queries."""
    names = {side.pk: str(side) for side in Side.objects.order_by("pk")}
    pair = ("sender__organisation__side", "recipient__organisation__side")
    counts: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    requests = event.requests.exclude(state=Request.State.WITHDRAWN).order_by()
    for one, other, state in requests.values_list(*pair, "state"):
        counts[one, other][state] += 1
    states = Request.State
    return [
        Exchange(names[one], names[other], found.total(), found[states.ACCEPTED], found[states.DECLINED], found[states.PENDING])
        for (one, other), found in sorted(counts.items())
    ]  # fmt: skip


# --- who needs a nudge


@dataclass(frozen=True)
class Nudge:
    """A list of people who have not done something yet."""

    code: str
    label: str
    people: int


def nudges(event: Event) -> list[Nudge]:
    """Each number is that of its list. One query each."""
    return [Nudge(code, str(SEGMENTS[code][0]), nudge_rows(event, code).count()) for code in NUDGES]


def nudge_rows(event: Event, code: str) -> QuerySet[Participation]:
    return SEGMENTS[code][1](event)


def nudge_page(event: Event, code: str, page: str | None) -> Page[Participation]:
    """The people behind a number, by name."""
    rows = nudge_rows(event, code).select_related("person__user", "organisation__side")
    return page_by_name(rows, PER_PAGE, page, "person__")


# --- the page


@dataclass(frozen=True)
class Dashboard:
    whole: Funnel
    parts: Sequence[Breakdown]
    exchanges: Sequence[Exchange]
    nudges: Sequence[Nudge]
    steps: Sequence[str]

    @property
    def wholes(self) -> list[Funnel]:
        return [self.whole]

    @property
    def answered(self) -> int:
        return sum(one.accepted + one.declined for one in self.exchanges)

    @property
    def accepted(self) -> int:
        return sum(one.accepted for one in self.exchanges)

    @property
    def pending(self) -> int:
        return sum(one.pending for one in self.exchanges)


def dashboard(event: Event) -> Dashboard:
    """A fixed number of queries, however many people there are."""
    rows = judged(event)
    return Dashboard(
        whole=funnel(_("Everybody"), rows),
        parts=breakdowns(event, rows),
        exchanges=exchanges(event),
        nudges=nudges(event),
        steps=[str(label) for label in STEPS.values()],
    )
