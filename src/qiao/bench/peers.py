"""What others do with the same problem: book one request after the other, or hand the whole of it to a solver.

Booking knows what made-up conferences have: absences, tables, languages and rests.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from random import Random

from ortools.sat.python import cp_model

from qiao.engine.scheduling.compact import compact
from qiao.engine.scheduling.exact import draft_of, exact_model
from qiao.engine.scheduling.model import (
    Interpreter,
    Meeting,
    Participant,
    Problem,
    Request,
    can_interpret,
    needs_interpreter,
    people,
)

WORKERS = 2


def first_come(problem: Problem) -> tuple[Meeting, ...]:
    """First come, first served, where chance decides who comes first."""
    return booked(problem, Random(1).sample(problem.requests, len(problem.requests)))


def alphabetical(problem: Problem) -> tuple[Meeting, ...]:
    """Down the list of participants, as an organiser with a spreadsheet does it."""
    return booked(problem, sorted(problem.requests, key=lambda one: one.participants))


def plain_solver(problem: Problem, limit: float) -> tuple[Meeting, ...]:
    """CP-SAT with its default search on the model of all rules, for `limit` seconds; nothing if it finds no plan.

    Where tables and interpreters are only counted, as the planner's own model does, the peer is spared seating them.
    """
    exact = exact_model(compact(problem))
    exact.model.maximize(exact.weight())
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = WORKERS
    solver.parameters.max_time_in_seconds = limit
    if solver.solve(exact.model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return ()
    slots = draft_of(exact, solver).slot
    return tuple(
        Meeting(request.id, problem.slots[int(slot)].id)
        for request, slot in zip(problem.requests, slots, strict=True)
        if slot >= 0
    )


def booked(problem: Problem, order: Iterable[Request]) -> tuple[Meeting, ...]:
    """Each request in turn takes the first slot in which its people are free and a table and an interpreter are left."""
    book = Book(problem)
    return tuple(meeting for request in order if (meeting := book.enter(request)) is not None)


@dataclass
class Book:
    """Who and what is taken, slot by slot."""

    problem: Problem
    busy: set[tuple[str, str]] = field(default_factory=set)
    able: dict[tuple[tuple[str, ...], ...], list[Interpreter]] = field(default_factory=dict)

    @cached_property
    def missed(self) -> frozenset[tuple[str, str]]:
        persons: list[Participant | Interpreter] = [*self.problem.participants, *self.problem.interpreters]
        return frozenset((one.id, slot) for one in persons for slot in one.unavailable)

    @cached_property
    def tables(self) -> Mapping[str, list[str]]:
        """The tables that are left in each slot."""
        return {
            slot.id: [one.id for one in reversed(self.problem.tables) if slot.id not in one.unavailable]
            for slot in self.problem.slots
        }

    def enter(self, request: Request) -> Meeting | None:
        needed, persons = needs_interpreter(self.problem, request), people(self.problem, request)
        able = self.who_can_interpret(persons) if needed else ()
        for slot in self.problem.slots:
            if not self.tables[slot.id] or not all(self.is_free(one, slot.id) for one in persons):
                continue
            interpreter = next(
                (one.id for one in able if self.is_free(one, slot.id) and self.is_rested(one, slot.id)), None
            )
            if needed and interpreter is None:
                continue
            self.busy.update((who, slot.id) for who in request.participants)
            if interpreter is not None:
                self.busy.add((interpreter, slot.id))
            return Meeting(request.id, slot.id, self.tables[slot.id].pop(), interpreter)
        return None

    def is_free(self, one: Participant | Interpreter, slot: str) -> bool:
        return (one.id, slot) not in self.busy and (one.id, slot) not in self.missed

    def who_can_interpret(self, persons: Sequence[Participant]) -> list[Interpreter]:
        languages = tuple(one.languages for one in persons)
        if languages not in self.able:
            self.able[languages] = [one for one in self.problem.interpreters if can_interpret(one, persons)]
        return self.able[languages]

    def is_rested(self, one: Interpreter, slot: str) -> bool:
        """Would the run of meetings without a pause still be short enough with one in this slot?"""
        if one.max_consecutive is None:
            return True
        here = self.problem.slot_index[slot]
        day = self.problem.days[self.problem.day_of[here]]
        run = longest = 0
        for index in day:
            run = run + 1 if index == here or (one.id, self.problem.slots[index].id) in self.busy else 0
            longest = max(longest, run)
        return longest <= one.max_consecutive
