"""What a report for those who pay counts: each case, introduction, talk and cooperation once, with what it is grouped by.

All numbers of a report are counted from these rows, and the list behind a number is made of the same ones.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from qiao.core.models import Office
from qiao.directory.models import Organisation
from qiao.matchmaking.models import Request
from qiao.meetings.models import Meeting
from qiao.meetings.rating_models import Rating
from qiao.office.case_models import AdviceCase, CaseEntry
from qiao.office.event_models import TalkTag
from qiao.office.introduction_models import Introduction
from qiao.office.models import Cooperation, CooperationStep
from qiao.office.outcome import APPROVED

Stage = Cooperation.Stage


@dataclass(frozen=True)
class Scope:
    """For whom and when. office: None for all together. Both days are included."""

    office: Office | None
    first: date
    last: date

    @property
    def zone(self) -> ZoneInfo:
        """By whose clock a day begins: never the reader's, so that everybody reads the same numbers."""
        return ZoneInfo(self.office.time_zone if self.office else settings.TIME_ZONE)

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """From the first moment on, before the second."""
        return tuple(datetime.combine(day, time(), self.zone) for day in (self.first, self.last + timedelta(1)))  # type: ignore[return-value]

    def has(self, day: date | None) -> bool:
        return day is not None and self.first <= day <= self.last


@dataclass(frozen=True)
class Fact:
    """One thing that is counted. groups: its own groups, a kind of case or a stage; organisations: whose it is."""

    pk: int
    groups: tuple[str, ...]
    organisations: tuple[int, ...]
    minutes: int = 0
    tags: tuple[str, ...] = ()  # of a talk, by its organiser


Facts = Mapping[str, list[Fact]]
"""By measure: see MEASURES in site.report."""


def facts(scope: Scope) -> dict[str, list[Fact]]:
    """Everything that the report counts. A fixed number of queries."""
    return {**_cases(scope), **_introductions(scope), "talks": _talks(scope), **_cooperations(scope)}


# --- advice


def _cases(scope: Scope) -> dict[str, list[Fact]]:
    """worked: something was written down in the period. A case that was handed over counts for each office that worked on it."""
    entries = CaseEntry.objects.filter(**({"office": scope.office} if scope.office else {}))
    rows = (
        AdviceCase.objects.filter(Q(office=scope.office) | Q(Exists(entries.filter(case=OuterRef("pk")))))
        if scope.office
        else AdviceCase.objects.all()
    )
    minutes: dict[int, int] = defaultdict(int)
    for case, spent in entries.filter(day__range=(scope.first, scope.last)).values_list("case", "minutes"):
        minutes[case] += spent
    found: dict[str, list[Fact]] = {"opened": [], "worked": [], "closed": []}
    for pk, kind, organisation, opened, closed in rows.order_by("pk").values_list(
        "pk", "kind", "organisation", "opened", "closed"
    ):
        fact = Fact(pk, (kind,), (organisation,) if organisation else (), minutes.get(pk, 0))
        for measure, fits in (("opened", scope.has(opened)), ("worked", pk in minutes), ("closed", scope.has(closed))):
            if fits:
                found[measure].append(fact)
    return found


# --- introductions


def _introductions(scope: Scope) -> dict[str, list[Fact]]:
    """begun: in the period, by their state now. agreed: both sides agreed in the period, whenever it began."""
    rows = Introduction.objects.order_by("pk")
    if scope.office:
        rows = rows.filter(Q(one_office=scope.office) | Q(other_office=scope.office))
    start, end = scope.moments
    found: dict[str, list[Fact]] = {"begun": [], "agreed": []}
    fields = ("pk", "state", "one", "other", "created", "one_agreed", "other_agreed")
    for pk, state, one, other, created, first, second in rows.values_list(*fields):
        fact = Fact(pk, (state,), (one, other))
        if start <= created < end:
            found["begun"].append(fact)
        both = max((moment for moment in (first, second) if moment), default=None)
        if state == Introduction.State.AGREED and both and start <= both < end:
            found["agreed"].append(fact)
    return found


# --- talks


def _talks(scope: Scope) -> list[Fact]:
    """Held in the period: the time is over, and nobody says that it did not take place."""
    start, end = scope.moments
    now = datetime.now(tz=scope.zone)
    both = {"request__sender__state": APPROVED, "request__recipient__state": APPROVED}
    rows = Meeting.objects.filter(
        request__state=Request.State.ACCEPTED, slot__start__gte=start, slot__start__lt=end, slot__end__lt=now, **both
    )
    rows = rows.exclude(Exists(Rating.objects.filter(request=OuterRef("request"), held=False)))
    one, other = "request__sender__organisation", "request__recipient__organisation"
    if scope.office:
        concerned = Q(slot__event__office=scope.office)
        concerned |= Q(**{f"{one}__side__office": scope.office}) | Q(**{f"{other}__side__office": scope.office})
        rows = rows.filter(concerned)
    found = rows.order_by("pk").values_list("pk", "request", "slot__event__slug", one, other)
    tags: dict[int, list[str]] = defaultdict(list)
    for request, name in TalkTag.objects.order_by("name").values_list("request", "name"):
        tags[request].append(name)
    return [
        Fact(pk, (event,), (first, second), tags=tuple(tags[request])) for pk, request, event, first, second in found
    ]


# --- cooperations


def _cooperations(scope: Scope) -> dict[str, list[Fact]]:
    """began: in the period. reached: by each stage that was reached in it. standing: by the stage at its end, unless ended."""
    rows = Cooperation.objects.filter(opened__lte=scope.last).order_by("pk")
    if scope.office:
        rows = rows.filter(Q(one__side__office=scope.office) | Q(other__side__office=scope.office))
    steps: dict[int, list[tuple[date, str]]] = defaultdict(list)
    written = CooperationStep.objects.filter(day__lte=scope.last).exclude(stage="").order_by("day", "pk")
    for cooperation, day, stage in written.values_list("cooperation", "day", "stage"):
        steps[cooperation].append((day, stage))
    found: dict[str, list[Fact]] = {"began": [], "reached": [], "standing": []}
    for pk, one, other, opened in rows.values_list("pk", "one", "other", "opened"):
        taken = steps.get(pk) or [(opened, str(Stage.CONTACT))]
        reached = tuple(dict.fromkeys(stage for day, stage in taken if scope.has(day)))
        if scope.has(opened):
            found["began"].append(Fact(pk, (taken[0][1],), (one, other)))
        if reached:
            found["reached"].append(Fact(pk, reached, (one, other)))
        if taken[-1][1] != Stage.ENDED:
            found["standing"].append(Fact(pk, (taken[-1][1],), (one, other)))
    return found


# --- what organisations are


@dataclass(frozen=True)
class Traits:
    """What organisations are grouped by: codes of themes, a size, the code of the region, an ISO 3166 country."""

    themes: tuple[str, ...]
    size: str
    side: str
    country: str
    chinese: bool  # of a region in China


def traits(found: Facts) -> dict[int, Traits]:
    """Of all organisations that the facts name. Two queries."""
    wanted = {pk for rows in found.values() for fact in rows for pk in fact.organisations}
    themes: dict[int, list[str]] = defaultdict(list)
    named = Organisation.themes.through.objects.order_by("theme").values_list("organisation", "theme__code")
    for organisation, code in named:
        if organisation in wanted:
            themes[organisation].append(code)
    rows = Organisation.objects.values_list("pk", "size", "side__code", "country", "side__country")
    return {
        pk: Traits(tuple(themes[pk]), size, side, country, region == "CN")
        for pk, size, side, country, region in rows
        if pk in wanted
    }


def once(groups: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(groups))
