"""The board on which a plan is changed by hand: slots across, tables or people down, one day at a time; and one talk."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page
from django.db.models import Q
from django.utils.translation import gettext

from qiao.core.alphabet import alphabetical
from qiao.core.pages import Pages
from qiao.engine.scheduling import by_hand
from qiao.engine.scheduling.by_hand import Option
from qiao.engine.scheduling.model import Place, Problem, Unmet
from qiao.events.models import Event, Interpreter, Participation
from qiao.matchmaking.models import Request
from qiao.meetings import bridge, sentences
from qiao.meetings.hindrances import in_words, names_of_people, sentence
from qiao.meetings.models import PARTNERS, PlanEdit, PlanRun
from qiao.meetings.plan_queries import version_in_force
from qiao.meetings.words import full_name

SIDES = [one.removeprefix("request__") for one in PARTNERS]
ROWS = 50  # tables or people on one page
UNMET_SHOWN = 12


@dataclass(frozen=True)
class BoardSlot:
    id: str
    start: datetime


@dataclass(frozen=True)
class BoardTalk:
    """A talk on the board; `partner`: whom the person of this row meets, where the rows are people."""

    request: Request
    table: str
    interpreted: bool
    locked: bool
    partner: Participation | None = None


@dataclass(frozen=True)
class BoardCell:
    slot: BoardSlot
    table: str  # "" where the rows are people
    talk: BoardTalk | None


@dataclass(frozen=True)
class BoardRow:
    table: str = ""
    person: Participation | None = None
    cells: tuple[BoardCell, ...] = ()


@dataclass(frozen=True)
class BoardPage:
    """`day` of `days` is shown; `unmet` are wishes without a place, of `unmet_total`."""

    event: Event
    run: PlanRun
    days: list[date]
    day: date | None
    by: str
    words: str
    slots: list[BoardSlot]
    rows: list[BoardRow]
    page: Page[Any]
    talks: int
    unmet: list[Request]
    unmet_total: int
    last: PlanEdit | None  # what can be taken back
    was_published: bool
    in_force: bool


def board_page(
    run: PlanRun, *, day: date | None = None, by: str = "table", words: str = "", page: str = "1"
) -> BoardPage:
    """Read from what is stored, without building the problem, and only what one page shows: 2,000 people open at once."""
    event = run.event
    slots = [_slot(one, event) for one in run.problem["slots"]]
    days = sorted({slot.start.astimezone(event.zone).date() for slot in slots})
    shown = day if day in days else (days[0] if days else None)
    of_day = [slot for slot in slots if slot.start.astimezone(event.zone).date() == shown]
    planned = {one["request"]: one for one in run.plan["meetings"]}
    asked = _asked(event, words) if words else None
    rows, pages = (_people if by == "person" else _tables)(run, of_day, planned, asked, page)
    unmet = [one["request"] for one in run.plan["unmet"] if asked is None or one["request"] in asked.requests]
    first = _requests(event, unmet[:UNMET_SHOWN])
    was_published, version = run.versions.exists(), version_in_force(event)
    return BoardPage(
        event=event,
        run=run,
        days=days,
        day=shown,
        by=by,
        words=words,
        slots=of_day,
        rows=rows,
        page=pages,
        talks=len(planned),
        unmet=[first[key] for key in unmet[:UNMET_SHOWN] if key in first],
        unmet_total=len(unmet),
        last=None if was_published else run.edits.filter(undone=None).first(),
        was_published=was_published,
        in_force=version is not None and version.run_id == run.pk,
    )


def _slot(stored: Mapping[str, Any], event: Event) -> BoardSlot:
    return BoardSlot(stored["id"], datetime.fromisoformat(stored["start"]).astimezone(event.zone))


@dataclass(frozen=True)
class _Asked:
    """Whom the words of a search name, and the requests that they take part in."""

    people: set[int]
    requests: set[str]


def _asked(event: Event, words: str) -> _Asked:
    parts = words.casefold().split()
    names = event.participations.values_list(
        "pk", "person__name", "person__name_latin", "organisation__name", "organisation__name_latin"
    )
    people = {pk for pk, *text in names if all(part in " ".join(text).casefold() for part in parts)}
    rows = event.requests.filter(Q(sender__in=people) | Q(recipient__in=people))
    return _Asked(people, set(rows.values_list("key", flat=True)))


def _requests(event: Event, keys: Collection[str]) -> dict[str, Request]:
    """With both sides' names and locks."""
    rows = event.requests.filter(key__in=keys).select_related("lock", *SIDES)
    return {one.key: one for one in rows}


def _talk(request: Request, stored: Mapping[str, Any], partner: Participation | None = None) -> BoardTalk:
    locked = hasattr(request, "lock")
    return BoardTalk(request, (stored["table"] or "")[1:], stored["interpreter"] is not None, locked, partner)


def _tables(
    run: PlanRun, slots: list[BoardSlot], planned: Mapping[str, Any], asked: _Asked | None, page: str
) -> tuple[list[BoardRow], Page[Any]]:
    """Some tables; of a search those at which the people asked for have a talk on this day."""
    ids = {slot.id for slot in slots}
    of_day = {key: one for key, one in planned.items() if one["slot"] in ids}
    tables = [one["id"] for one in run.problem["tables"]]
    if asked is not None:
        used = {one["table"] for key, one in of_day.items() if key in asked.requests}
        tables = [one for one in tables if one in used]
    pages = Pages(tables, ROWS).get_page(page)
    here = {key: one for key, one in of_day.items() if one["table"] in set(pages)}
    requests = _requests(run.event, here)
    at = {(one["table"], one["slot"]): _talk(requests[key], one) for key, one in here.items() if key in requests}
    rows = [
        BoardRow(one[1:], None, tuple(BoardCell(slot, one, at.get((one, slot.id))) for slot in slots)) for one in pages
    ]
    return rows, pages


def _people(
    run: PlanRun, slots: list[BoardSlot], planned: Mapping[str, Any], asked: _Asked | None, page: str
) -> tuple[list[BoardRow], Page[Any]]:
    """Some of the people who have wishes, by the names of their organisations."""
    keys = {int(one["id"][1:]) for one in run.problem["participants"]}
    keys = keys & asked.people if asked else keys
    names = run.event.participations.filter(pk__in=keys).values_list(
        "pk", "organisation__name_latin", "organisation__name"
    )
    ordered = sorted(names, key=lambda one: (alphabetical(one[1] or one[2]), one[0]))
    pages = Pages([one[0] for one in ordered], ROWS).get_page(page)
    here = run.event.requests.filter(Q(sender__in=pages) | Q(recipient__in=pages)).select_related("lock", *SIDES)
    people: dict[int, Participation] = {}
    at: dict[tuple[int, str], BoardTalk] = {}
    for request in here:
        for me, partner in ((request.sender, request.recipient), (request.recipient, request.sender)):
            people[me.pk] = me
            if request.key in planned:
                stored = planned[request.key]
                at[me.pk, stored["slot"]] = _talk(request, stored, partner)
    rows = [
        BoardRow("", people[pk], tuple(BoardCell(slot, "", at.get((pk, slot.id))) for slot in slots))
        for pk in pages
        if pk in people
    ]
    return rows, pages


# One talk


@dataclass(frozen=True)
class SlotChoice:
    """A time for a talk: where it would lie, or why it cannot lie there."""

    slot: BoardSlot
    table: str
    interpreter: Interpreter | None
    reasons: list[str]

    @property
    def possible(self) -> bool:
        return not self.reasons


@dataclass(frozen=True)
class TalkPage:
    event: Event
    run: PlanRun
    request: Request
    place: SlotChoice | None  # where it lies in this plan
    locked: bool
    why: str  # why it has no place, and what would help
    choices: list[SlotChoice]

    @property
    def day(self) -> date | None:
        return self.place.slot.start.date() if self.place else None


def talk_page(run: PlanRun, request: Request) -> TalkPage:
    """Where a talk lies and where it could. Two queries."""
    key = request.key
    problem, plan = bridge.unpack_problem(run.problem), bridge.unpack_plan(run.plan)
    interpreters = {bridge.interpreter_id(one.pk): one for one in run.event.interpreters.select_related("person__side")}
    slots = {one["id"]: _slot(one, run.event) for one in run.problem["slots"]}
    mine = next((one for one in plan.meetings if one.request == key), None)
    options = by_hand.options(by_hand.with_locks(problem, {}), plan.meetings, key)
    names = names_of_people(run.event, problem, [one for option in options for one in option.hindrances])

    def choice(slot: str, place: Place | None, option: Option | None = None) -> SlotChoice:
        reasons = list(dict.fromkeys(sentence(one, names) for one in option.hindrances)) if option else []
        table = (place.table or "")[1:] if place else ""
        return SlotChoice(slots[slot], table, interpreters.get(place.interpreter or "") if place else None, reasons)

    here = choice(mine.slot, Place(mine.slot, mine.table, mine.interpreter)) if mine else None
    others = [choice(one.slot, one.place, one) for one in options if mine is None or one.slot != mine.slot]
    return TalkPage(
        event=run.event,
        run=run,
        request=request,
        place=here,
        locked=hasattr(request, "lock"),
        why=_why(problem, request, next((one for one in plan.unmet if one.request == key), None)),
        choices=others,
    )


def hindrances(run: PlanRun, request: Request, *, slot: str, table: str | None) -> list[str]:
    """What stands in the way of placing a talk there, as sentences; nothing where it fits."""
    problem, plan = bridge.as_locked(run)
    try:
        outcome = by_hand.put(problem, plan.meetings, request.key, slot, table)
    except KeyError:
        return [gettext("This place is not on the board of this plan. Choose another one.")]
    return in_words(run.event, problem, outcome.hindrances)


def _why(problem: Problem, request: Request, unmet: Unmet | None) -> str:
    if unmet is None:
        return ""
    names = {bridge.person_id(who.pk): full_name(who) for who in (request.sender, request.recipient)}
    return " ".join(filter(None, (sentences.reason(problem, unmet, names), sentences.remedy(problem, unmet, names))))
