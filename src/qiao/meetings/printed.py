"""What was printed last of an event's plan, and whose sheets the plan has changed since."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from qiao.core.models import AuditEntry, User
from qiao.events.models import Event
from qiao.meetings import bridge
from qiao.meetings.changes import Held
from qiao.meetings.models import PlanVersion
from qiao.meetings.plan_queries import held_talks, talks_taking_place

PRINTED = "meetings.print"
ALL = "pack"


@dataclass(frozen=True)
class Changed:
    """Primary keys of what has other talks than on paper: participations, tables, slots, interpreters."""

    people: frozenset[int]
    tables: frozenset[int]
    slots: frozenset[int]
    interpreters: frozenset[int]

    def __bool__(self) -> bool:
        return bool(self.people)


@dataclass(frozen=True)
class Printing:
    """A part that was printed. `changed`: since then; None where the event has lost what was on paper: print all of it."""

    at: datetime
    by: User | None
    version: int
    changed: Changed | None


def not_on_paper(event: Event) -> list[int]:
    """The talks of the plan in force, by request id, that a paper of now leaves out, since their people have ended them."""
    return sorted(held_talks(event).keys() - talks_taking_place(event).keys())


def last_printings(event: Event, parts: Iterable[str]) -> dict[str, Printing]:
    """The latest printing of each part, alone or with all others; parts that never were are left out.

    Three queries, and five for each different state of the plan that some part shows.
    """
    latest: dict[str, AuditEntry] = {}
    entries = AuditEntry.objects.filter(action=PRINTED, subject_kind="event", subject_id=event.pk)
    for entry in entries.filter(details__has_key="off").select_related("actor"):
        for part in parts if entry.details["part"] == ALL else [entry.details["part"]]:
            latest.setdefault(part, entry)
    numbers = {entry.details["version"] for entry in latest.values()}
    versions = {one.number: one for one in event.plan_versions.filter(number__in=numbers)}
    now = talks_taking_place(event)
    states = {(entry.details["version"], *entry.details["off"]) for entry in latest.values()}
    changed = {one: changed_since(event, versions[one[0]], one[1:], now) for one in states if one[0] in versions}
    return {
        part: Printing(entry.at, entry.actor, state[0], changed[state])
        for part, entry in latest.items()
        if (state := (entry.details["version"], *entry.details["off"])) in changed
    }


def changed_since(event: Event, version: PlanVersion, off: Collection[int], now: Mapping[int, Held]) -> Changed | None:
    """Between a published version without the talks that were `off`, and the talks that take place now."""
    try:
        planned = bridge.held_in(event, bridge.unpack_plan(version.plan))
    except KeyError:
        return None
    before = {key: held for key, held in planned.items() if key not in off}
    differing = [key for key in before.keys() | now.keys() if before.get(key) != now.get(key)]
    touched = [talks[key] for talks in (before, now) for key in differing if key in talks]
    return Changed(
        people=frozenset(who for one in touched for who in one.people),
        tables=frozenset(one.table for one in touched if one.table),
        slots=frozenset(one.slot for one in touched),
        interpreters=frozenset(one.interpreter for one in touched if one.interpreter),
    )
