"""The board on which a plan is changed by hand: slots across, tables or people down, one day at a time; and one talk."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page
from django.http import Http404

from qiao.core.alphabet import alphabetical
from qiao.core.pages import Pages
from qiao.engine.scheduling import by_hand
from qiao.engine.scheduling.by_hand import Option
from qiao.engine.scheduling.model import Place, Unmet
from qiao.events.models import Event, Interpreter, Participation
from qiao.matchmaking.models import Request
from qiao.meetings import bridge, sentences
from qiao.meetings.hindrances import names_of_people, sentence
from qiao.meetings.models import Lock, PlanEdit, PlanRun
from qiao.meetings.queries import PARTNERS
from qiao.meetings.words import full_name

ROWS = 50  # people on one page
UNMET_SHOWN = 12


@dataclass(frozen=True)
class BoardSlot:
    id: str
    start: datetime
    end: datetime


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
    page: Page[Any] | None
    talks: int
    unmet: list[Request]
    unmet_total: int
    last: PlanEdit | None
    in_force: bool

    @property
    def asked(self) -> str:
        """What was asked for, to come back to the same place."""
        parts = [f"day={self.day.isoformat()}" if self.day else "", f"by={self.by}" if self.by != "table" else ""]
        return "&".join(part for part in parts if part)


def board_page(
    run: PlanRun, *, day: date | None = None, by: str = "table", words: str = "", page: str = "1"
) -> BoardPage:
    """Read from what is stored, without building the whole problem: a board of 2,000 people opens at once. Six queries."""
    event, stored = run.event, run.plan
    slots = [_slot(one, event) for one in run.problem["slots"]]
    days = sorted({slot.start.astimezone(event.zone).date() for slot in slots})
    shown = day if day in days else (days[0] if days else None)
    of_day = [slot for slot in slots if slot.start.astimezone(event.zone).date() == shown]
    planned = {one["request"]: one for one in stored["meetings"]}
    requests = _requests(event)
    wanted = _found(requests, words)
    locked = set(Lock.objects.filter(request__event=event).values_list("request__key", flat=True))
    talks = {key: _talk(requests[key], one, key in locked) for key, one in planned.items() if key in requests}
    rows, pages = (
        _people(run, of_day, planned, talks, words, page)
        if by == "person"
        else (_tables(run, of_day, planned, talks), None)
    )
    unmet = [requests[one["request"]] for one in stored["unmet"] if one["request"] in wanted]
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
        unmet=unmet[:UNMET_SHOWN],
        unmet_total=len(unmet),
        last=run.edits.filter(undone=None).select_related("by").first(),
        in_force=run.versions.filter(withdrawn=None).exists(),
    )


def _slot(stored: Mapping[str, Any], event: Event) -> BoardSlot:
    start, end = (datetime.fromisoformat(stored[key]).astimezone(event.zone) for key in ("start", "end"))
    return BoardSlot(stored["id"], start, end)


def _requests(event: Event) -> dict[str, Request]:
    rows = event.requests.filter(state=Request.State.ACCEPTED).select_related(
        *(one.partition("__")[2] for one in PARTNERS)
    )
    return {one.key: one for one in rows}


def _found(requests: Mapping[str, Request], words: str) -> Mapping[str, Request]:
    if not words:
        return requests
    return {key: one for key, one in requests.items() if _named(one.sender, words) or _named(one.recipient, words)}


def _named(who: Participation, words: str) -> bool:
    text = f"{full_name(who)} {full_name(who.organisation)}".casefold()
    return all(word in text for word in words.casefold().split())


def _talk(request: Request, stored: Mapping[str, Any], locked: bool) -> BoardTalk:
    return BoardTalk(request, (stored["table"] or "")[1:], stored["interpreter"] is not None, locked)


def _tables(
    run: PlanRun, slots: list[BoardSlot], planned: Mapping[str, Any], talks: Mapping[str, BoardTalk]
) -> list[BoardRow]:
    at = {(one["table"], one["slot"]): talks.get(key) for key, one in planned.items()}
    return [
        BoardRow(
            table=table["id"][1:],
            cells=tuple(BoardCell(slot, table["id"], at.get((table["id"], slot.id))) for slot in slots),
        )
        for table in run.problem["tables"]
    ]


def _people(
    run: PlanRun,
    slots: list[BoardSlot],
    planned: Mapping[str, Any],
    talks: Mapping[str, BoardTalk],
    words: str,
    page: str,
) -> tuple[list[BoardRow], Page[Any]]:
    keys = [int(one["id"][1:]) for one in run.problem["participants"]]
    everybody = Participation.objects.filter(event=run.event, pk__in=keys).select_related("person", "organisation")
    people = [one for one in everybody if not words or _named(one, words)]
    pages = Pages(sorted(people, key=lambda one: alphabetical(full_name(one.organisation))), ROWS).get_page(page)
    at: dict[tuple[int, str], BoardTalk] = {}
    for key, talk in talks.items():
        for me, partner in _both(talk.request):
            at[me.pk, planned[key]["slot"]] = BoardTalk(
                talk.request, talk.table, talk.interpreted, talk.locked, partner
            )
    rows = [
        BoardRow(person=one, cells=tuple(BoardCell(slot, "", at.get((one.pk, slot.id))) for slot in slots))
        for one in pages
    ]
    return rows, pages


def _both(request: Request) -> Iterable[tuple[Participation, Participation]]:
    return (request.sender, request.recipient), (request.recipient, request.sender)


# One talk


@dataclass(frozen=True)
class SlotChoice:
    """A time for a talk: where it would lie, or why it cannot lie there."""

    slot: BoardSlot
    table: str
    interpreter: Interpreter | None
    reasons: list[str]
    is_current: bool = False

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


def talk_page(run: PlanRun, key: str) -> TalkPage:
    """Raises Http404 where this plan knows no such wish. Five queries."""
    problem, plan = bridge.unpack_problem(run.problem), bridge.unpack_plan(run.plan)
    if key not in problem.request_by_id:
        raise Http404
    request = run.event.requests.select_related(*(one.partition("__")[2] for one in PARTNERS)).get(key=key)
    interpreters = {bridge.interpreter_id(one.pk): one for one in run.event.interpreters.select_related("person__side")}
    slots = {one["id"]: _slot(one, run.event) for one in run.problem["slots"]}
    mine = next((one for one in plan.meetings if one.request == key), None)
    options = by_hand.options(by_hand.with_locks(problem, {}), plan.meetings, key)
    names = names_of_people(run.event, problem, [one for option in options for one in option.hindrances])

    def choice(slot: str, place: Place | None, option: Option | None = None, *, current: bool = False) -> SlotChoice:
        reasons = list(dict.fromkeys(sentence(one, names) for one in option.hindrances)) if option else []
        table = (place.table or "")[1:] if place else ""
        return SlotChoice(
            slots[slot], table, interpreters.get(place.interpreter or "") if place else None, reasons, current
        )

    here = choice(mine.slot, Place(mine.slot, mine.table, mine.interpreter), current=True) if mine else None
    others = [choice(one.slot, one.place, one) for one in options if mine is None or one.slot != mine.slot]
    return TalkPage(
        event=run.event,
        run=run,
        request=request,
        place=here,
        locked=Lock.objects.filter(request=request).exists(),
        why=_why(run, request, next((one for one in plan.unmet if one.request == key), None)),
        choices=others,
    )


def _why(run: PlanRun, request: Request, unmet: Unmet | None) -> str:
    if unmet is None:
        return ""
    problem = bridge.unpack_problem(run.problem)
    names = {bridge.person_id(who.pk): full_name(who) for who in (request.sender, request.recipient)}
    return " ".join(filter(None, (sentences.reason(problem, unmet, names), sentences.remedy(problem, unmet, names))))
