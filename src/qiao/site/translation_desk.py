"""The office's list of abstracts: which are missing, drafted, outdated or confirmed, sorted by who will be met next."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Page
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from qiao.adapters.translation import Translator
from qiao.core.models import Text
from qiao.core.pages import Pages
from qiao.directory.abstract_queries import abstracts_for
from qiao.directory.abstracts import FIELD, Abstracts, State
from qiao.directory.columns import LANGUAGES
from qiao.directory.draft_models import DraftOrder
from qiao.directory.models import Organisation
from qiao.events.models import Event
from qiao.matchmaking.models import Request
from qiao.matchmaking.states import State as RequestState
from qiao.meetings.models import Meeting
from qiao.site.translators import can_be_drafted, translator, why

PER_PAGE = 25
OPEN, ALL = "open", "all"  # beside the states: anything but confirmed, and everything
STATES = (OPEN, *State.values, ALL)
_LAST = date.max


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to. language: "" is any of the three."""

    state: str = OPEN
    language: str = ""

    @classmethod
    def read(cls, state: str, language: str) -> "Wanted":
        """From an address; what is no filter does not count."""
        return cls(state if state in STATES else OPEN, language if language in LANGUAGES else "")

    @property
    def address(self) -> str:
        return "?" + urlencode({"state": self.state, "language": self.language})


@dataclass(frozen=True)
class Cell:
    language: str
    state: State
    is_machine: bool


@dataclass(frozen=True)
class Row:
    """An organisation; met: the day on which somebody meets it next, as far as a talk is agreed."""

    organisation: Organisation
    abstracts: Abstracts
    met: date | None

    @property
    def cells(self) -> list[Cell]:
        texts = self.abstracts.texts
        machine = {code for code, row in texts.items() if row.origin == Text.Origin.MACHINE}
        return [Cell(code, self.abstracts.state(code), code in machine) for code in LANGUAGES]


@dataclass(frozen=True)
class Desk:
    wanted: Wanted
    page: Page[int]
    rows: list[Row]
    server: Translator | None  # that can be asked for drafts
    waiting: int  # drafts
    failed: int
    why: str  # the latest failure

    @property
    def can_draft(self) -> bool:
        """Something on this page is missing that the server can make."""
        server = self.server
        return server is not None and any(drafts_of(row, self.wanted.language, server) for row in self.rows)


def drafts_of(row: Row, language: str, server: Translator) -> list[str]:
    """The languages (only this one, unless it is empty) in which an abstract is missing and can be drafted."""
    missing = [cell.language for cell in row.cells if cell.state == State.MISSING and language in ("", cell.language)]
    return [code for code in missing if can_be_drafted(row.abstracts, code, server)]


def desk_page(wanted: Wanted, number: str) -> Desk:
    """A fixed number of queries."""
    met = next_met()
    page: Page[int] = Pages(wanted_in_order(wanted, met), PER_PAGE).get_page(number)
    orders = list(DraftOrder.objects.order_by("-pk").values_list("problem", flat=True))
    failed = [problem for problem in orders if problem]
    return Desk(
        wanted, page, rows_of(page.object_list, met), translator(), len(orders) - len(failed), len(failed),
        why(failed[0]) if failed else "",
    )  # fmt: skip


def rows_of(keys: Iterable[int], met: dict[int, date]) -> list[Row]:
    """In the order of the keys; what has gone since is left out."""
    order = list(keys)
    found = Organisation.objects.select_related("side").in_bulk(order)
    abstracts = abstracts_for(found.values())
    return [Row(found[pk], abstracts[pk], met.get(pk)) for pk in order if pk in found]


def wanted_in_order(wanted: Wanted, met: dict[int, date]) -> list[int]:
    """Primary keys: who is met soonest stands first, who is not met last, in the order in which they came."""
    keys = _wanted(wanted).order_by("pk").values_list("pk", flat=True)
    return sorted(keys, key=lambda pk: met.get(pk, _LAST))


def next_met() -> dict[int, date]:
    """Organisation -> the first day from today on for which a talk with it is planned or agreed. Two queries."""
    today, found = timezone.localdate(), dict[int, date]()
    for organisation, day in (*_planned(), *_agreed(today)):
        found[organisation] = min(found.get(organisation, _LAST), day)
    return found


def _planned() -> Iterator[tuple[int, date]]:
    sides = ("request__sender__organisation", "request__recipient__organisation")
    rows = Meeting.objects.filter(slot__end__gt=timezone.now(), request__state=RequestState.ACCEPTED)
    for one, other, start in rows.values_list(*sides, "slot__start"):
        yield from ((one, start.date()), (other, start.date()))


def _agreed(today: date) -> Iterator[tuple[int, date]]:
    """Accepted requests of events to come, of which nobody knows the day yet: that on which the event begins."""
    rows = Request.objects.filter(state=RequestState.ACCEPTED, meeting=None, event__ends__gte=today)
    rows = rows.exclude(event__phase=Event.Phase.AFTER)
    for one, other, starts in rows.values_list("sender__organisation", "recipient__organisation", "event__starts"):
        yield from ((one, max(starts, today)), (other, max(starts, today)))


def missing(keys: Iterable[str], language: str) -> list[tuple[Organisation, str]]:
    """What can be drafted of these organisations, with the languages; nothing where there is no server."""
    server, found = translator(), Organisation.objects.filter(key__in=list(keys), is_published=True, stands_for=None)
    rows = rows_of(found.values_list("pk", flat=True), {})
    return [(row.organisation, code) for row in rows for code in (drafts_of(row, language, server) if server else ())]


# --- the states, for the database


def _wanted(wanted: Wanted) -> QuerySet[Organisation]:
    """Published organisations of which an abstract in one of the languages has the state."""
    rows = Organisation.objects.filter(is_published=True, stands_for=None)
    if wanted.state == ALL:
        return rows
    languages = [wanted.language] if wanted.language else LANGUAGES
    fits = Q(pk__in=[])
    for language in languages:
        fits |= ~_has(language, State.CONFIRMED) if wanted.state == OPEN else _has(language, State(wanted.state))
    return rows.filter(fits)


def _own() -> Q:
    """For a query over texts: abstracts of organisations."""
    return Q(owner_type=ContentType.objects.get_for_model(Organisation), field=FIELD)


def _current(profile_version: Any) -> Q:
    """For a query over abstracts: what they were made from is as it was. The same rule as `Abstracts.is_current`."""
    source = Text.objects.filter(
        _own(), owner_id=OuterRef("owner_id"), language=OuterRef("source_language"), version=OuterRef("source_version")
    )
    return Q(source_language="", source_version=profile_version) | (~Q(source_language="") & Q(Exists(source)))


def _has(language: str, state: State) -> Q:
    """For a query over organisations; the same rule as `Abstracts.state`."""
    texts = Text.objects.filter(_own(), owner_id=OuterRef("pk"), language=language)
    if state == State.MISSING:
        return Q(~Exists(texts))
    current = _current(OuterRef("texts_version"))
    if state == State.OUTDATED:
        return Q(Exists(texts.exclude(current)))
    return Q(Exists(texts.filter(current, confirmed__isnull=state == State.DRAFT)))


@dataclass(frozen=True)
class Counts:
    """Published organisations, and how many of them have a confirmed abstract: [(language, number)]."""

    total: int
    confirmed: list[tuple[str, int]]


def counts() -> Counts:
    """Two queries."""
    total = Organisation.objects.filter(is_published=True, stands_for=None).count()
    rows = Text.objects.filter(_own(), _current(F("organisation__texts_version")), confirmed__isnull=False)
    rows = rows.filter(organisation__is_published=True, organisation__stands_for=None)
    found = dict(rows.order_by().values_list("language").annotate(Count("pk")))
    return Counts(total, [(code, found.get(code, 0)) for code in LANGUAGES])
