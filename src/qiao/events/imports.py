"""From a table of participants to a list of changes. Reads only; what is to be written stands in the plan."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from qiao.core.tables import Row, Table
from qiao.directory import values
from qiao.directory.columns import CellProblem
from qiao.directory.models import Membership, Organisation, Person
from qiao.directory.search import fold
from qiao.directory.values import Bad
from qiao.events.models import Event, Participation, Slot, Unavailability

COLUMNS = ("id", "organisation", "name", "name_latin", "role", "email", "type", "languages", "unavailable")
REQUIRED = ("organisation", "name")
LONGEST = {"id": 60, "name": 200, "name_latin": 200, "role": 120, "type": 20}
_SLOT_ID = re.compile(r"^s?(\d{1,4})$", re.IGNORECASE)


@dataclass(frozen=True)
class Change:
    """What one row does; empty cells and missing columns change nothing of somebody who is known."""

    row: int
    person: Person | None  # None: a new one
    organisation: Organisation
    values: dict[str, Any]
    fields: list[str] = field(default_factory=list)  # what differs, for somebody who is known

    @property
    def is_new(self) -> bool:
        return "participation" in self.fields or self.person is None

    @property
    def is_empty(self) -> bool:
        return self.person is not None and not self.fields


@dataclass(frozen=True)
class Plan:
    changes: list[Change]
    problems: list[CellProblem]

    @property
    def refused(self) -> int:
        return len({problem.row for problem in self.problems})

    @property
    def fingerprint(self) -> str:
        """Equal for plans that do the same to the same people."""
        digest = sha256()
        for change in self.changes:
            who = (change.row, change.person and change.person.pk, change.organisation.pk, change.fields)
            cells = sorted(
                (name, sorted(value) if isinstance(value, set) else value) for name, value in change.values.items()
            )
            digest.update(repr((who, cells)).encode())
        digest.update(repr(self.problems).encode())
        return digest.hexdigest()


def plan(event: Event, table: Table) -> Plan:
    """Every row is either a change or refused with its problems. Seven queries, however many rows."""
    known, slots = Known.load(event), list(event.slots.all())
    changes: list[Change] = []
    problems: list[CellProblem] = []
    taken: dict[Any, int] = {}
    for row in table.rows:
        read, bad = _read(row, known, slots, event)
        bad = bad or _identify(row, read, known, taken)
        problems += bad
        if not bad:
            changes.append(known.change(row.number, read))
    return Plan(changes, problems)


def _read(row: Row, known: "Known", slots: list[Slot], event: Event) -> tuple[dict[str, Any], list[CellProblem]]:
    """The clean values of the filled cells, or what is wrong with them."""
    readers: dict[str, Callable[[str], Any]] = {
        **{name: _line(most) for name, most in LONGEST.items()},
        "organisation": known.organisation,
        "email": lambda cell: values.email(cell).lower(),
        "languages": values.languages,
        "unavailable": lambda cell: _slots(cell, slots, event),
    }
    return read_cells(row, readers, REQUIRED)


def read_cells(
    row: Row, readers: Mapping[str, Callable[[str], Any]], required: Iterable[str]
) -> tuple[dict[str, Any], list[CellProblem]]:
    """The clean values of the filled cells by column, and one problem for each bad or missing cell."""
    found: dict[str, Any] = {}
    problems = [
        CellProblem(row.number, name, "", _("This cell is empty."), _("Fill it in; it is needed."))
        for name in required
        if not row.cells.get(name)
    ]
    for name, cell in row.cells.items():
        try:
            if cell and name in readers:
                found[name] = readers[name](cell)
        except Bad as bad:
            problems.append(CellProblem(row.number, name, cell, bad.what, bad.remedy_in_a_table))
    return found, problems


def _line(most: int) -> Callable[[str], str]:
    def read(cell: str) -> str:
        text = values.tidy(cell)
        if len(text) > most:
            raise Bad(
                _("The text has %(count)s characters.") % {"count": len(text)},
                _("Shorten it to %(most)s.") % {"most": most},
            )
        return text

    return read


def _slots(cell: str, slots: list[Slot], event: Event) -> set[int]:
    """Primary keys of the slots named by number ("s3") or overlapped by an ISO interval "start/end"."""
    found: set[int] = set()
    for part in values.several(cell):
        number = _SLOT_ID.match(part)
        named = {slot.pk for slot in slots if number and slot.position == int(number[1])}
        if number is None:
            start, end = _interval(part, event)
            named = {slot.pk for slot in slots if slot.start < end and start < slot.end}
        if not named:
            raise Bad(_("“%(value)s” is no time slot of this event.") % {"value": part}, _slot_remedy(slots))
        found |= named
    return found


def _interval(text: str, event: Event) -> tuple[datetime, datetime]:
    """Times without a zone are those of the place of the event."""
    try:
        start, end = (datetime.fromisoformat(part.strip()) for part in text.split("/"))
    except ValueError:
        raise Bad(
            _("“%(value)s” is neither a time slot nor a period.") % {"value": text},
            _("Write for example s3 or 2027-11-03T09:00/2027-11-03T12:00."),
        ) from None
    return tuple(one if one.tzinfo else one.replace(tzinfo=event.zone) for one in (start, end))  # type: ignore[return-value]


def _slot_remedy(slots: list[Slot]) -> str:
    if not slots:
        return _("The event has no time slots yet; leave the cell empty.")
    return _("Write s%(first)s to s%(last)s or a period.") % {"first": slots[0].position, "last": slots[-1].position}


def _identify(row: Row, read: dict[str, Any], known: "Known", taken: dict[Any, int]) -> list[CellProblem]:
    """Refuse a row that could be several people, or that names somebody a second time. Notes who the row is."""
    people = known.find(read)
    if len(people) > 1:
        what = _("The row fits several people.")
        return [
            CellProblem(
                row.number, "name", read["name"], what, _("Write the id of the one you mean into the column “id”.")
            )
        ]
    read["person"] = next(iter(people.values()), None)
    marks = [mark for mark in (read.get("id"), read.get("email"), read["person"] and read["person"].pk) if mark]
    marks = marks or [(fold(read["name"]), read["organisation"].pk)]
    earlier = next((taken[mark] for mark in marks if mark in taken), None)
    if earlier is not None:
        what = _("This is the same person as in row %(row)s.") % {"row": earlier}
        return [CellProblem(row.number, "name", read["name"], what, _("Delete one of the rows or correct its id."))]
    taken |= dict.fromkeys(marks, row.number)
    return []


class Known:
    """The people and organisations that exist, by everything a row can name them by."""

    def __init__(self, event: Event) -> None:
        self.event = event
        self.by_id: dict[str, Person] = {}
        self.by_email: dict[str, list[Person]] = defaultdict(list)
        self.by_name: dict[tuple[str, int], list[Person]] = defaultdict(list)
        self.organisations: dict[str, list[Organisation]] = defaultdict(list)
        self.participations: dict[int, Participation] = {}
        self.blocked: dict[int, set[int]] = defaultdict(set)
        self.roles: dict[tuple[int, int], str] = {}

    @classmethod
    def load(cls, event: Event) -> "Known":
        known = cls(event)
        for one in Organisation.objects.select_related("side").order_by("pk"):
            for mark in {one.key, one.external_id, fold(one.name), fold(one.name_latin)} - {""}:
                known.organisations[mark].append(one)
        people = {person.pk: person for person in Person.objects.select_related("user").order_by("pk")}
        for person in people.values():
            known.by_id |= {mark: person for mark in (person.key, person.external_id) if mark}
            for address in {person.email, (person.user.email if person.user else None) or ""} - {""}:
                known.by_email[address.lower()].append(person)
        for membership in Membership.objects.order_by("pk"):
            person = people[membership.person_id]
            known.by_name[fold(person.name), membership.organisation_id].append(person)
            known.roles[membership.person_id, membership.organisation_id] = membership.role
        known.participations = {row.person_id: row for row in event.participations.all()}
        own = Unavailability.objects.filter(participation__event=event, source=Unavailability.Source.OWN)
        for pk, slot in own.values_list("participation_id", "slot_id"):
            known.blocked[pk].add(slot)
        return known

    def organisation(self, cell: str) -> Organisation:
        """By id, key, or a name that only one organisation has."""
        wanted = values.tidy(cell)
        found = self.organisations.get(wanted) or self.organisations.get(fold(wanted), [])
        if len(found) == 1:
            return found[0]
        if found:
            raise Bad(_("Several organisations are called “%(value)s”.") % {"value": cell}, _("Write its id."))
        raise Bad(
            _("There is no organisation “%(value)s”.") % {"value": cell},
            _("Write its id or its exact name, or import the organisations first."),
        )

    def find(self, read: dict[str, Any]) -> dict[int, Person]:
        """By id, else by e-mail address, else by name within the organisation."""
        if read.get("id") in self.by_id:
            person = self.by_id[read["id"]]
            return {person.pk: person}
        found = self.by_email.get(read.get("email", ""), [])
        found = found or self.by_name.get((fold(read["name"]), read["organisation"].pk), [])
        # Somebody with another id is somebody else, even of the same name.
        return {one.pk: one for one in found if not (read.get("id") and one.external_id)}

    def change(self, row: int, read: dict[str, Any]) -> Change:
        person, organisation = read.pop("person"), read.pop("organisation")
        fields = list(self._differing(person, organisation, read)) if person else []
        return Change(row, person, organisation, read, fields)

    def _differing(self, person: Person, organisation: Organisation, read: dict[str, Any]) -> Iterator[str]:
        for name in ("name", "name_latin", "email", "languages"):
            if name in read and getattr(person, name) != read[name]:
                yield name
        if read.get("id") and read["id"] not in (person.external_id, person.key):
            yield "external_id"
        role = self.roles.get((person.pk, organisation.pk))
        if role is None or read.get("role", role) != role:
            yield "role"
        participation = self.participations.get(person.pk)
        if participation is None:
            yield "participation"
            return
        if participation.organisation_id != organisation.pk:
            yield "organisation"
        if read.get("type", participation.type) != participation.type:
            yield "type"
        if "unavailable" in read and read["unavailable"] != self.blocked[participation.pk]:
            yield "unavailable"
