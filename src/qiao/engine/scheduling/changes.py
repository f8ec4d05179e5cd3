"""What could be different about an event, in the words of `Unmet.change`: more tables, interpreters or slots, higher maxima."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import reduce
from itertools import count, islice, pairwise
from typing import Any, Literal, TypeVar

from qiao.engine.scheduling.model import Interpreter, Participant, Problem, Request, Slot, Table

More = Literal["table", "interpreter", "slot", "max_meetings", "max_per_day"]

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Change:
    """`count` more of something.

    `languages` are an interpreter's, `features` a table's. `day` is that of the slots, or the only one on which the
    tables or interpreters are there; None: the whole event. A maximum is raised for everybody who has one.
    """

    more: More
    count: int = 1
    languages: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    day: str | None = None


def changed(problem: Problem, changes: Iterable[Change]) -> Problem:
    """The problem after these changes. What there was keeps its id, new ids are like none that there was.

    A new table or interpreter is there all day, new interpreters rest as the strictest of their colleagues. A new slot
    follows the last one of its day: whoever and whatever is there in the last one stays for it, and a request that may
    lie in the last one may lie in it.

    Raises:
        ValueError: there is no such day, or the new slots would run into the next slot.
    """
    return reduce(_changed, changes, problem)


def _changed(problem: Problem, change: Change) -> Problem:
    if change.day is not None and change.day not in {one.day for one in problem.slots}:
        raise ValueError(f"there is no day {change.day!r}")
    if change.more == "slot":
        return _longer(problem, change)
    if change.more == "table":
        new = (
            Table(id_, _elsewhen(problem, change), change.features) for id_ in fresh_ids(problem, "table", change.count)
        )
        return replace(problem, tables=(*problem.tables, *new))
    if change.more == "interpreter":
        rest = strictest_rest(problem)
        away = _elsewhen(problem, change)
        ids = fresh_ids(problem, "interpreter", change.count)
        staff = (Interpreter(id_, change.languages, away, rest) for id_ in ids)
        return replace(problem, interpreters=(*problem.interpreters, *staff))
    return replace(problem, participants=tuple(_raised(one, change) for one in problem.participants))


def strictest_rest(problem: Problem) -> int | None:
    """After how many meetings in a row those interpreters rest who rest soonest (0: one who never serves, and no measure)."""
    return min((one.max_consecutive for one in problem.interpreters if one.max_consecutive), default=None)


def as_json(change: Change) -> dict[str, Any]:
    """As in a plan's `unmet`: {"add": "table", …} or {"raise": "max_meetings", …}."""
    verb = "raise" if change.more in ("max_meetings", "max_per_day") else "add"
    found: dict[str, Any] = {verb: change.more, "count": change.count, "day": change.day}
    if change.more == "interpreter":
        found["languages"] = list(change.languages)
    if change.more == "table":
        found["features"] = list(change.features)
    return found


def suggested(change: Mapping[str, str] | None, features: Iterable[str] = ()) -> Change | None:
    """The table or interpreter that a plan's `unmet` asks for; None where it asks for something else."""
    match (change or {}).get("add"):
        case "table":
            return Change("table", features=tuple(sorted(features)))
        case "interpreter":
            return Change("interpreter", languages=tuple((change or {})["languages"].split(";")))
    return None


def slots_of_an_hour(problem: Problem, day: str) -> int | None:
    """How many more slots take an hour at the end of this day, at least one; None where times are unknown."""
    rhythm = _rhythm([one for one in problem.slots if one.day == day])
    return None if rhythm is None else max(1, (HOUR + rhythm.pause) // rhythm.step)


def fits(problem: Problem, change: Change) -> bool:
    """Can the problem be changed so?"""
    try:
        changed(problem, (change,))
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Rhythm:
    """When the last slot of a day ends, how long it is, and the pause before the next one."""

    end: datetime
    length: timedelta
    pause: timedelta

    @property
    def step(self) -> timedelta:
        return self.length + self.pause


def _rhythm(day: list[Slot]) -> _Rhythm | None:
    """The pause is the shortest one of the day: longer ones are for coffee."""
    times = [
        (datetime.fromisoformat(one.start), datetime.fromisoformat(one.end)) for one in day if one.start and one.end
    ]
    if len(times) < len(day) or not day:
        return None
    pauses = [start - end for (_, end), (start, _) in pairwise(times)]
    start, end = times[-1]
    return _Rhythm(end, end - start, min(pauses, default=timedelta(0)))


def _longer(problem: Problem, change: Change) -> Problem:
    day = [one for one in problem.slots if one.day == change.day]
    if change.day is None or not day:
        raise ValueError("slots are added to a day")
    last, rhythm = day[-1], _rhythm(day)
    ids = fresh_ids(problem, "slot", change.count)
    new = tuple(Slot(id_, *_times(rhythm, n), day=last.day) for n, id_ in enumerate(ids))
    at = problem.slot_index[last.id] + 1
    following = problem.slots[at].start if at < len(problem.slots) else None
    if following and new and new[-1].end and datetime.fromisoformat(new[-1].end) > datetime.fromisoformat(following):
        raise ValueError(f"after {last.id} there is no time for {change.count} more slots")
    times = tuple(one.id for one in new)
    return replace(
        problem,
        slots=(*problem.slots[:at], *new, *problem.slots[at:]),
        participants=tuple(_gone_as_in(one, last, times) for one in problem.participants),
        tables=tuple(_gone_as_in(one, last, times) for one in problem.tables),
        interpreters=tuple(_gone_as_in(one, last, times) for one in problem.interpreters),
        requests=tuple(_allowed_as_in(one, last, times) for one in problem.requests),
    )


def _times(rhythm: _Rhythm | None, n: int) -> tuple[str | None, str | None]:
    """Start and end of the n-th new slot, counted from 0."""
    if rhythm is None:
        return None, None
    start = rhythm.end + rhythm.pause + n * rhythm.step
    precision = "seconds" if start.second else "minutes"
    return start.isoformat(timespec=precision), (start + rhythm.length).isoformat(timespec=precision)


Present = TypeVar("Present", Participant, Table, Interpreter)


def _gone_as_in(one: Present, last: Slot, new: tuple[str, ...]) -> Present:
    return replace(one, unavailable=(*one.unavailable, *new)) if last.id in one.unavailable else one


def _allowed_as_in(one: Request, last: Slot, new: tuple[str, ...]) -> Request:
    return replace(one, slots=(*one.slots, *new)) if one.slots is not None and last.id in one.slots else one


def _raised(one: Participant, change: Change) -> Participant:
    if change.more == "max_meetings":
        return replace(one, max_meetings=None if one.max_meetings is None else one.max_meetings + change.count)
    return replace(one, max_per_day=None if one.max_per_day is None else one.max_per_day + change.count)


def _elsewhen(problem: Problem, change: Change) -> tuple[str, ...]:
    """The slots of the other days."""
    return tuple(one.id for one in problem.slots if change.day not in (None, one.day))


def fresh_ids(problem: Problem, stem: str, wanted: int) -> list[str]:
    """That many ids which nothing in the problem has."""
    everything = (problem.slots, problem.participants, problem.requests, problem.tables, problem.interpreters)
    taken = {one.id for kind in everything for one in kind}
    return list(islice(_free(stem, taken), wanted))


def _free(stem: str, taken: set[str]) -> Iterator[str]:
    return (id_ for n in count(1) if (id_ := f"new-{stem}-{n}") not in taken)
