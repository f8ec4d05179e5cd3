"""From a table of wishes to a list of changes. Reads only; what is to be written stands in the plan."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from qiao.core.tables import Row, Table
from qiao.directory import values
from qiao.directory.columns import CellProblem
from qiao.directory.values import Bad
from qiao.events.imports import read_cells
from qiao.events.models import Event, Participation
from qiao.matchmaking.models import Request, Wish
from qiao.matchmaking.rules import LONGEST_MESSAGE, MOST_WISHES

COLUMNS = ("from", "to", "kind", "rank", "message")
REQUIRED = ("from", "to", "kind")
_LABELS: dict[str, tuple[str, ...]] = {
    Wish.Kind.MUST: ("unbedingt", "务必洽谈", "must meet"),
    Wish.Kind.GLADLY: ("gern", "愿意洽谈"),
    Wish.Kind.NO: ("nein", "nein, danke", "不考虑", "no, thanks"),
}


@dataclass(frozen=True)
class Change:
    """What one row does; a message asks for a talk unless the pair has a request already."""

    row: int
    participation: Participation
    partner: Participation
    kind: str
    rank: int | None
    message: str  # empty where nothing is to be asked
    known: bool  # the wish exists in some form
    same: bool  # … and is just this

    @property
    def is_empty(self) -> bool:
        return self.same and not self.message


@dataclass(frozen=True)
class Plan:
    changes: list[Change]
    problems: list[CellProblem]

    @property
    def refused(self) -> int:
        return len({problem.row for problem in self.problems})


def plan(event: Event, table: Table) -> Plan:
    """Every row is either a change or refused with its problems. Three queries, however many rows."""
    known = Known(event)
    changes: list[Change] = []
    problems: list[CellProblem] = []
    taken: dict[tuple[int, int], int] = {}
    for row in table.rows:
        read, bad = _read(row, known)
        bad = bad or list(_impossible(row, read, taken))
        problems += bad
        if not bad:
            changes.append(known.change(row.number, read))
            taken[read["from"].pk, read["to"].pk] = row.number
    return Plan(changes, problems)


class Known:
    """Who takes part, and what they wish and asked so far."""

    def __init__(self, event: Event) -> None:
        approved = event.participations.filter(state=Participation.State.APPROVED).select_related(
            "person__user", "organisation"
        )
        self.people: dict[str, Participation] = {}
        for one in approved.order_by("pk"):
            one.event = event
            self.people |= {mark: one for mark in (one.person.key, one.person.external_id) if mark}
        rows = Wish.objects.filter(participation__event=event).values_list(
            "participation_id", "partner_id", "kind", "rank"
        )
        self.wishes = {(one, other): (kind, rank) for one, other, kind, rank in rows}
        self.asked = set(Request.objects.filter(event=event).values_list("pair_low", "pair_high"))

    def person(self, cell: str) -> Participation:
        found = self.people.get(values.tidy(cell))
        if found is None:
            raise Bad(
                _("Nobody at this event has the id “%(value)s”.") % {"value": cell},
                _("Copy the id from the table of participants."),
            )
        return found

    def change(self, row: int, read: dict[str, Any]) -> Change:
        one, other, kind = read["from"], read["to"], read["kind"]
        rank = None if kind == Wish.Kind.NO else read.get("rank")
        low, high = sorted((one.pk, other.pk))
        message = "" if (low, high) in self.asked or kind == Wish.Kind.NO else read.get("message", "")
        present = self.wishes.get((one.pk, other.pk))
        return Change(row, one, other, kind, rank, message, present is not None, present == (kind, rank))


def _read(row: Row, known: Known) -> tuple[dict[str, Any], list[CellProblem]]:
    readers: dict[str, Callable[[str], Any]] = {
        "from": known.person,
        "to": known.person,
        "kind": lambda cell: values.choice(cell, _LABELS),
        "rank": _rank,
        "message": _message,
    }
    return read_cells(row, readers, REQUIRED)


def _rank(cell: str) -> int:
    if cell.isascii() and cell.isdigit() and 1 <= int(cell[:6]) <= MOST_WISHES:
        return int(cell)
    what = _("“%(value)s” is no place in an order.") % {"value": cell}
    raise Bad(what, _("Write a whole number from 1 to %(most)s, or leave the cell empty.") % {"most": MOST_WISHES})


def _message(cell: str) -> str:
    text = values.tidy_text(cell)
    if len(text) > LONGEST_MESSAGE:
        what = _("The text has %(count)s characters.") % {"count": len(text)}
        raise Bad(what, _("Shorten it to %(most)s.") % {"most": LONGEST_MESSAGE})
    return text


def _impossible(row: Row, read: dict[str, Any], taken: dict[tuple[int, int], int]) -> Iterator[CellProblem]:
    one, other = read["from"], read["to"]
    if one.organisation_id == other.organisation_id:
        what = _("Both people belong to the same organisation.")
        yield CellProblem(row.number, "to", row.cells["to"], what, _("Name somebody of another organisation."))
    elif (one.pk, other.pk) in taken:
        what = _("The same wish stands in row %(row)s.") % {"row": taken[one.pk, other.pk]}
        yield CellProblem(row.number, "to", row.cells["to"], what, _("Delete one of the two rows."))
