"""What a scheduling problem and a plan are, and the definitions that solver and verifier must share.

Field names are the keys of the file formats qiao-problem/1 and qiao-plan/1; ids are text, sequences are tuples.
Everything is immutable. `Problem` also offers lookups, computed once when first asked for.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, get_args

InterpreterMode = Literal["auto", "required", "helpful", "none"]
BreakMode = Literal["day", "sequence"]
Status = Literal["optimal", "feasible", "infeasible"]
Reason = Literal["no-common-slot", "participant-full", "tables-full", "no-interpreter", "excluded", "lower-priority"]

REASONS: tuple[Reason, ...] = get_args(Reason)
"""Why a request can be unmet: codes, as in plan files. Rule codes, also those of a conflict, are the keys of `rules.RULES`."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of time that one meeting takes. `start` and `end` are ISO 8601 as in the file, or absent;
    slots with the same `day` belong together ("" where the file knows no days)."""

    id: str
    start: str | None = None
    end: str | None = None
    day: str = ""


@dataclass(frozen=True, slots=True)
class Participant:
    id: str
    side: str | None = None
    group: str | None = None
    languages: tuple[str, ...] = ()
    unavailable: tuple[str, ...] = ()
    max_meetings: int | None = None
    max_per_day: int | None = None
    table: str | None = None
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    id: str
    unavailable: tuple[str, ...] = ()
    features: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Interpreter:
    id: str
    languages: tuple[str, ...] = ()
    unavailable: tuple[str, ...] = ()
    max_consecutive: int | None = None
    table: str | None = None


@dataclass(frozen=True, slots=True)
class Fixed:
    """Where a meeting lies if it is planned at all."""

    slot: str | None = None
    table: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    id: str
    participants: tuple[str, ...]
    weight: int = 3
    required: bool = False
    interpreter: InterpreterMode = "auto"
    online: bool = False
    slots: tuple[str, ...] | None = None
    fixed: Fixed | None = None
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seating:
    """`stays` names the side whose people keep one table per day."""

    stays: str | None = None


@dataclass(frozen=True, slots=True)
class Objective:
    weight_share: float = 1.0
    fair_minimum: int = 3
    breaks: BreakMode = "day"
    fairness: int | None = None


@dataclass(frozen=True)
class Problem:
    """A whole scheduling problem. Not slotted, because the lookups below are kept on the instance."""

    slots: tuple[Slot, ...]
    participants: tuple[Participant, ...]
    requests: tuple[Request, ...]
    tables: tuple[Table, ...] = ()
    interpreters: tuple[Interpreter, ...] = ()
    seating: Seating = Seating()
    objective: Objective = Objective()
    name: str = ""

    @cached_property
    def slot_index(self) -> Mapping[str, int]:
        """Position of each slot in the list of slots, by id."""
        return {slot.id: index for index, slot in enumerate(self.slots)}

    @cached_property
    def participant_by_id(self) -> Mapping[str, Participant]:
        return {one.id: one for one in self.participants}

    @cached_property
    def table_by_id(self) -> Mapping[str, Table]:
        return {one.id: one for one in self.tables}

    @cached_property
    def interpreter_by_id(self) -> Mapping[str, Interpreter]:
        return {one.id: one for one in self.interpreters}

    @cached_property
    def request_by_id(self) -> Mapping[str, Request]:
        return {one.id: one for one in self.requests}

    @cached_property
    def requests_of(self) -> Mapping[str, tuple[Request, ...]]:
        """The requests that name a participant, by participant id, in the order of the file."""
        found: dict[str, list[Request]] = {one.id: [] for one in self.participants}
        for request in self.requests:
            for who in request.participants:
                found[who].append(request)
        return {who: tuple(requests) for who, requests in found.items()}

    @cached_property
    def days(self) -> tuple[tuple[int, ...], ...]:
        """Slot positions of each day; days in the order in which they first appear."""
        found: dict[str, list[int]] = {}
        for index, slot in enumerate(self.slots):
            found.setdefault(slot.day, []).append(index)
        return tuple(tuple(indices) for indices in found.values())

    @cached_property
    def day_of(self) -> tuple[int, ...]:
        """For each slot position the position of its day in `days`."""
        day = {index: number for number, indices in enumerate(self.days) for index in indices}
        return tuple(day[index] for index in range(len(self.slots)))

    @cached_property
    def available(self) -> Mapping[str, tuple[int, ...]]:
        """Slot positions in which a participant is available, by participant id, ascending."""
        return {one.id: self._without(one.unavailable) for one in self.participants}

    @cached_property
    def spoken(self) -> Mapping[str, frozenset[str]]:
        """Primary subtags of the languages of each participant, by participant id."""
        return {one.id: spoken(one) for one in self.participants}

    def _without(self, unavailable: Iterable[str]) -> tuple[int, ...]:
        closed = set(unavailable)
        return tuple(index for index, slot in enumerate(self.slots) if slot.id not in closed)


@dataclass(frozen=True, slots=True)
class Meeting:
    request: str
    slot: str
    table: str | None = None
    interpreter: str | None = None


@dataclass(frozen=True, slots=True)
class Unmet:
    """A request that is not planned. `change`, when given, is the one change that would let it in."""

    request: str
    reason: Reason
    who: tuple[str, ...] = ()
    change: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Place:
    slot: str
    table: str | None = None
    interpreter: str | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """A meeting of the previous plan that lies elsewhere now, or no longer (`to` None). Key "from" in files."""

    request: str
    from_: Place
    to: Place | None = None


@dataclass(frozen=True, slots=True)
class Violation:
    """One breach of one rule; also one part of the conflict of an infeasible problem.

    `rule` is a rule code; `who` are ids of participants, tables or interpreters concerned.
    """

    rule: str
    request: str | None = None
    slot: str | None = None
    who: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the solver states about its plan. A bound is proven or None, never a guess."""

    status: Status
    weight: int
    weight_best: int
    shortfall: int
    breaks: int
    table_changes: int
    interpreter_changes: int
    fairness_gap: int
    weight_bound: int | None = None
    shortfall_bound: int | None = None
    breaks_bound: int | None = None
    table_changes_bound: int | None = None
    fairness: int | None = None
    workers: int = 1
    work: int | None = None
    stopped_by: str | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """`problem` is the SHA-256 of the problem file's bytes, in hexadecimal."""

    problem: str
    meetings: tuple[Meeting, ...]
    certificate: Certificate
    unmet: tuple[Unmet, ...] = ()
    moved: tuple[Moved, ...] = ()
    conflict: tuple[Violation, ...] = ()
    seed: int = 1
    engine: str = ""


def spoken(person: Participant | Interpreter) -> frozenset[str]:
    """Primary subtags of a person's languages: "zh-Hans" and "zh-CN" are both "zh"."""
    return frozenset(tag.split("-", 1)[0].lower() for tag in person.languages)


def needs_interpreter(problem: Problem, request: Request) -> bool:
    """Whether the meeting cannot take place without an interpreter.

    "auto": exactly when no single language is spoken by all its participants.
    """
    if request.interpreter == "auto":
        return not frozenset.intersection(*(problem.spoken[who] for who in request.participants))
    return request.interpreter == "required"


def may_have_interpreter(problem: Problem, request: Request) -> bool:
    """Whether an interpreter may be given to the meeting: when needed, or when helpful."""
    return request.interpreter == "helpful" or needs_interpreter(problem, request)


def can_interpret(interpreter: Interpreter, participants: Iterable[Participant]) -> bool:
    """Whether the interpreter speaks at least one language of each participant."""
    tongues = spoken(interpreter)
    return all(tongues & spoken(one) for one in participants)


def people(problem: Problem, request: Request) -> tuple[Participant, ...]:
    """The participants of a request, in its order."""
    return tuple(problem.participant_by_id[who] for who in request.participants)


def needed_features(problem: Problem, request: Request) -> frozenset[str]:
    """What the table of the meeting must offer: the needs of all its participants."""
    return frozenset(need for one in people(problem, request) for need in one.needs)


def designated_table(problem: Problem, request: Request) -> str | None:
    """The only table at which the meeting may lie, or None where any will do or none is needed (online).

    `fixed.table` comes first, then the fixed table of the first participant in the request's order that has one.
    """
    if request.online:
        return None
    if request.fixed is not None and request.fixed.table is not None:
        return request.fixed.table
    return next((one.table for one in people(problem, request) if one.table is not None), None)


def allowed_slots(problem: Problem, request: Request) -> tuple[int, ...]:
    """Slot positions that the request itself and the availability of its participants leave, ascending."""
    allowed = set(range(len(problem.slots)))
    if request.slots is not None:
        allowed &= {problem.slot_index[slot] for slot in request.slots}
    if request.fixed is not None and request.fixed.slot is not None:
        allowed &= {problem.slot_index[request.fixed.slot]}
    for who in request.participants:
        allowed &= set(problem.available[who])
    return tuple(sorted(allowed))


def allowed_tables(problem: Problem, request: Request) -> tuple[str, ...]:
    """Ids of the tables that suit the meeting whatever the slot, in file order; none for an online meeting."""
    if request.online:
        return ()
    only, needs = designated_table(problem, request), needed_features(problem, request)
    return tuple(table.id for table in problem.tables if only in (None, table.id) and needs.issubset(table.features))
