"""Many people's talks at a glance: the organiser's schedule with the interpreters' loads, a delegation's agendas."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from django.core.paginator import Page

from qiao.core.pages import Pages
from qiao.directory.queries import by_name
from qiao.events.delegation_queries import members_of, participations_of
from qiao.events.models import Delegation, DelegationMember, Event, Interpreter, Participation, Slot, Table
from qiao.meetings.models import PARTNERS, Meeting, PlanVersion
from qiao.meetings.plan_queries import version_in_force
from qiao.meetings.queries import Agenda, Moment, Talk, agendas_for, holds
from qiao.meetings.ratings import Held, held_of, outcomes
from qiao.meetings.records import recorded

ROWS = 40  # tables on one page of the schedule


@dataclass(frozen=True)
class Cell:
    """What stands at a table in a slot."""

    slot: Slot
    meeting: Meeting | None
    outcome: str = ""  # whether it was held, as in meetings.ratings
    recorded: bool = False  # there is a record sheet, which organisers do not read


@dataclass(frozen=True)
class Schedule:
    """The board of the plan in force: tables down, slots across, day by day, in pages of ROWS tables."""

    event: Event
    version: PlanVersion | None
    page: Page[tuple[date, Table]]
    days: list["Board"]  # of this page
    interpreters: list["Load"]
    held: Held


@dataclass(frozen=True)
class Board:
    date: date
    slots: list[Slot]
    rows: list[tuple[Table, list[Cell]]]  # tables with a talk
    unused: int = 0  # tables without one

    @property
    def by_slot(self) -> list[tuple[Slot, list[Cell]]]:
        """The same for a narrow screen: each slot's talks in the order of their tables."""
        columns = zip(*(cells for _table, cells in self.rows), strict=True)
        return [(column[0].slot, [cell for cell in column if cell.meeting]) for column in columns]


@dataclass(frozen=True)
class Load:
    """How many talks an interpreter serves, of how many slots on duty."""

    interpreter: Interpreter
    talks: int
    slots: int


def talks_in_force(event: Event) -> list[Meeting]:
    """All talks that take place, by slot and table, with everything that lists show. One query."""
    related = ("request", "slot", "table", "interpreter__person__user", "interpreter__person__side", *PARTNERS)
    related += ("request__sender__person__side", "request__recipient__person__side")
    rows = Meeting.objects.filter(slot__event=event).select_related(*related)
    return [row for row in rows.order_by("slot__position", "table__number", "pk") if holds(row.request)]


def schedule_of(event: Event, page: str = "1") -> Schedule:
    """The organiser's board of what is in force. What the page does not show is counted, not read."""
    slots, tables = list(event.slots.all()), list(event.tables.all())
    day_of = {slot.pk: slot.start.astimezone(event.zone).date() for slot in slots}
    places = Meeting.objects.filter(slot__event=event).values_list(
        "request_id", "table_id", "slot_id", "interpreter_id"
    )
    requests, at_table, in_slot, interpreters = zip(*places, strict=True) if places else ((), (), (), ())
    used = {(day_of[slot], table) for table, slot in zip(at_table, in_slot, strict=True)}
    rows = [(day, table) for day in dict.fromkeys(day_of.values()) for table in tables if (day, table.pk) in used]
    shown: Page[tuple[date, Table]] = Pages(rows, ROWS).get_page(page)
    found, written = outcomes(event), recorded(event)
    boards = _boards(event, list(shown), slots, day_of, found, written)
    unused = Counter(day for day, _table in rows)
    return Schedule(
        event=event,
        version=version_in_force(event),
        page=shown,
        days=[replace(one, unused=len(tables) - unused[one.date]) for one in boards],
        interpreters=_loads(event, Counter(interpreters), len(slots)),
        held=held_of(event, requests, found),
    )


def _boards(
    event: Event,
    rows: Sequence[tuple[date, Table]],
    slots: list[Slot],
    day_of: Mapping[int, date],
    found: Mapping[int, str],
    written: Collection[int],
) -> list[Board]:
    """The boards of these tables on these days."""
    related = ("request", "slot", "table", "interpreter__person", *PARTNERS)
    days = {day for day, _table in rows}
    wanted = Meeting.objects.filter(
        slot__in=[slot for slot in slots if day_of[slot.pk] in days], table__in={table for _day, table in rows}
    )
    placed = {(row.table_id, row.slot_id): row for row in wanted.select_related(*related)}

    def cell(table: Table, slot: Slot) -> Cell:
        meeting = placed.get((table.pk, slot.pk))
        if meeting is None:
            return Cell(slot, None)
        return Cell(slot, meeting, found.get(meeting.request_id, ""), meeting.request_id in written)

    boards = []
    for day, group in groupby(rows, key=lambda row: row[0]):
        of_day = [slot for slot in slots if day_of[slot.pk] == day]
        boards.append(Board(day, of_day, [(table, [cell(table, slot) for slot in of_day]) for _day, table in group]))
    return boards


def _loads(event: Event, served: Mapping[int | None, int], slots: int) -> list[Load]:
    interpreters = event.interpreters.select_related("person").prefetch_related("absences")
    return [
        Load(one, served[one.pk], slots - len(one.absences.all()))
        for one in sorted(interpreters, key=lambda one: by_name(one.person))
    ]


@dataclass(frozen=True)
class GroupCell:
    """What a member does in a slot: a talk, and what of the programme and the sessions falls into it."""

    talk: Talk | None
    others: list[Moment]

    @property
    def clashes(self) -> bool:
        """The talk lies in a time that the person is needed elsewhere."""
        return self.talk is not None and any(one.is_firm or (one.item and one.item.blocks) for one in self.others)


@dataclass(frozen=True)
class GroupAgendas:
    """A delegation's agendas side by side: slots down, members across."""

    delegation: Delegation
    event: Event
    version: PlanVersion | None
    members: list[Participation]
    rows: list[tuple[Slot, list[GroupCell]]]
    agendas: list[Agenda]  # for a narrow screen: one member after the other
    absent: list[DelegationMember]  # who does not take part in the event

    @property
    def clashes(self) -> int:
        return sum(cell.clashes for _slot, cells in self.rows for cell in cells)


def agendas_of(delegation: Delegation, event: Event) -> GroupAgendas:
    """The agendas of a delegation's members at its event, in protocol order."""
    there, everybody = participations_of(delegation), members_of(delegation)
    members = [there[row.person_id] for row in everybody if row.person_id in there]
    agendas = agendas_for(event, members)
    rows = [(slot, [_cell(agenda, slot) for agenda in agendas]) for slot in event.slots.all()]
    absent = [row for row in everybody if row.person_id not in there]
    return GroupAgendas(delegation, event, version_in_force(event), members, rows, agendas, absent)


def _cell(agenda: Agenda, slot: Slot) -> GroupCell:
    here = [one for one in agenda.moments if one.start < slot.end and slot.start < one.end]
    return GroupCell(next((one.talk for one in here if one.talk), None), [one for one in here if not one.talk])
