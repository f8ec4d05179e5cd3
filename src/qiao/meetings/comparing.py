"""Two plans of an event beside each other: what they achieve, and which talks differ for whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page
from django.utils.translation import gettext_lazy as _

from qiao.core.pages import Pages
from qiao.engine.scheduling.model import Meeting, Plan, Problem
from qiao.events.models import Event, Interpreter, Slot, Table
from qiao.matchmaking.models import Request
from qiao.meetings import bridge
from qiao.meetings.desk import requests_by_key
from qiao.meetings.models import PlanRun
from qiao.meetings.plan_queries import runs_of, version_in_force

A_PAGE = 50
FIGURES = {
    "talks": _("Talks"),
    "unmet": _("Wishes without a talk"),
    "breaks": _("Gaps in the agendas"),
    "table_changes": _("Changes of table"),
    "interpreter_changes": _("Changes of interpreter"),
}


@dataclass(frozen=True)
class Spot:
    """Where a talk lies; what the event no longer has is None."""

    slot: Slot | None
    table: Table | None
    interpreter: Interpreter | None


@dataclass(frozen=True)
class Difference:
    """A talk that is not the same in both plans; `here` and `there`: its places, None where the plan has none."""

    request: Request
    here: Spot | None
    there: Spot | None


@dataclass(frozen=True)
class ComparePage:
    """`other` and `rows` are None where there is nothing to compare with. `counts`: differing talks by kind."""

    event: Event
    run: PlanRun
    others: list[PlanRun]
    other: PlanRun | None = None
    in_force: int | None = None
    figures: tuple[tuple[Any, int, int], ...] = ()
    counts: Mapping[str, int] | None = None
    people: int = 0
    same: int = 0
    rows: Page[Any] | None = None


def compare_page(run: PlanRun, other: str = "", kind: str = "", page: str | None = None) -> ComparePage:
    """A run beside another one of its event: the one with this number, else the one in force, else the latest. Nine queries."""
    others = [one for one in runs_of(run.event).filter(state=PlanRun.State.DONE) if one.pk != run.pk]
    version = version_in_force(run.event)
    in_force = version.run_id if version else None
    by_key = {str(one.pk): one for one in others}
    chosen = by_key.get(other) or by_key.get(str(in_force)) or next(iter(others), None)
    if chosen is None:
        return ComparePage(run.event, run, others)
    here, there = _read(run), _read(chosen)
    mine, theirs = _meetings(here[1]), _meetings(there[1])
    differing = {
        "moved": {key for key in mine.keys() & theirs.keys() if mine[key] != theirs[key]},
        "only_here": mine.keys() - theirs.keys(),
        "only_there": theirs.keys() - mine.keys(),
    }
    keys = sorted(key for name, found in differing.items() if kind in ("", name) for key in found)
    rows = Pages(keys, A_PAGE).get_page(page)
    rows.object_list = _rows(run.event, list(rows.object_list), mine, theirs)
    return ComparePage(
        run.event, run, others, chosen, in_force,
        figures=tuple((word, _figures(*here)[name], _figures(*there)[name]) for name, word in FIGURES.items()),
        counts={name: len(found) for name, found in differing.items()},
        people=len({who for found in differing.values() for key in found for who in _people(key, here[0], there[0])}),
        same=len(mine.keys() & theirs.keys()) - len(differing["moved"]),
        rows=rows,
    )  # fmt: skip


def _read(run: PlanRun) -> tuple[Problem, Plan]:
    return bridge.unpack_problem(run.problem), bridge.unpack_plan(run.plan)


def _meetings(plan: Plan) -> dict[str, Meeting]:
    return {one.request: one for one in plan.meetings}


def _people(key: str, *problems: Problem) -> tuple[str, ...]:
    return next(one.request_by_id[key].participants for one in problems if key in one.request_by_id)


def _figures(problem: Problem, plan: Plan) -> dict[str, int]:
    stated = plan.certificate
    return {
        "talks": len(plan.meetings),
        "unmet": len(problem.requests) - len(plan.meetings),
        "breaks": stated.breaks,
        "table_changes": stated.table_changes,
        "interpreter_changes": stated.interpreter_changes,
    }


def _rows(event: Event, keys: list[str], here: Mapping[str, Meeting], there: Mapping[str, Meeting]) -> list[Difference]:
    requests = requests_by_key(event, keys)
    slots = {bridge.slot_id(one): one for one in event.slots.all()}
    tables = {bridge.table_id(one): one for one in event.tables.all()}
    interpreters = {bridge.interpreter_id(one.pk): one for one in event.interpreters.select_related("person")}

    def spot(one: Meeting | None) -> Spot | None:
        if one is None:
            return None
        return Spot(slots.get(one.slot), tables.get(one.table or ""), interpreters.get(one.interpreter or ""))

    return [Difference(requests[key], spot(here.get(key)), spot(there.get(key))) for key in keys if key in requests]
