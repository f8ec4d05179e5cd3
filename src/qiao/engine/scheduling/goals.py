"""The goals of a plan as pure functions of a problem and its meetings; solver and verifier count with these.

Meetings that name an unknown request or slot are left out: what they are is for `verify` to say.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil

from qiao.engine.scheduling.model import Meeting, Participant, Problem

Agenda = Mapping[str, Sequence[tuple[int, Meeting]]]


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that a certificate states about the meetings themselves; `helpful` counts upwards."""

    weight: int
    shortfall: int
    breaks: int
    helpful: int
    table_changes: int
    table_changes_bound: int
    interpreter_changes: int
    fairness_gap: int


def figures(problem: Problem, meetings: Iterable[Meeting]) -> Figures:
    meetings = known(problem, meetings)
    return Figures(
        weight=weight(problem, meetings),
        shortfall=shortfall(problem, meetings),
        breaks=breaks(problem, meetings),
        helpful=helpful_served(problem, meetings),
        table_changes=table_changes(problem, meetings),
        table_changes_bound=table_changes_bound(problem, meetings),
        interpreter_changes=interpreter_changes(problem, meetings),
        fairness_gap=fairness_gap(problem, meetings),
    )


def known(problem: Problem, meetings: Iterable[Meeting]) -> list[Meeting]:
    """The meetings whose request and slot exist."""
    return [one for one in meetings if one.request in problem.request_by_id and one.slot in problem.slot_index]


def agenda(problem: Problem, meetings: Iterable[Meeting]) -> Agenda:
    """For every participant the own meetings as (slot position, meeting), in time order; equal slots by request id."""
    found: dict[str, list[tuple[int, Meeting]]] = {one.id: [] for one in problem.participants}
    for meeting in known(problem, meetings):
        for who in problem.request_by_id[meeting.request].participants:
            found[who].append((problem.slot_index[meeting.slot], meeting))
    for own in found.values():
        own.sort(key=lambda entry: (entry[0], entry[1].request))
    return found


# Goal 1


def weight(problem: Problem, meetings: Iterable[Meeting]) -> int:
    return sum(problem.request_by_id[one.request].weight for one in known(problem, meetings))


def weight_floor(problem: Problem, best: int) -> int:
    """The weight that later goals must leave: ceil(weight_share x best), reckoned with the decimal that was written."""
    return ceil(Fraction(repr(problem.objective.weight_share)) * best)


# Goal 2


def fair_share(problem: Problem, who: Participant) -> int:
    """How many meetings the shortfall asks for this participant at most."""
    share = min(problem.objective.fair_minimum, len(problem.requests_of[who.id]), len(problem.available[who.id]))
    return share if who.max_meetings is None else min(share, who.max_meetings)


def shortfall(problem: Problem, meetings: Iterable[Meeting]) -> int:
    own = agenda(problem, meetings)
    return sum(max(0, fair_share(problem, who) - len(own[who.id])) for who in problem.participants)


# Goal 3 and the rule "fairness"


def breaks_in_day(available: Sequence[int], busy: Collection[int]) -> int:
    """Breaks within one day.

    `available` are the slot positions of the day in which the person is available, ascending; `busy` those with a
    meeting. A break is a maximal run of available slots without a meeting between two meetings.
    """
    if len(busy) < 2:
        return 0
    first, last = min(busy), max(busy)
    free = [slot not in busy for slot in available if first <= slot <= last]
    return sum(now and not before for before, now in pairwise(free))


def breaks_in_sequence(busy: Collection[int]) -> int:
    """Consecutive meetings whose positions in the slot list differ by more than one."""
    return sum(later - earlier > 1 for earlier, later in pairwise(sorted(set(busy))))


def breaks_of(problem: Problem, who: str, busy: Collection[int]) -> int:
    """Breaks of a participant (id) with meetings in the slot positions `busy`, in the problem's way of counting."""
    busy = set(busy)
    if problem.objective.breaks == "sequence":
        return breaks_in_sequence(busy)
    # A meeting in an unavailable slot breaks a rule, but it is a meeting nevertheless.
    present = busy.union(problem.available[who])
    return sum(breaks_in_day([slot for slot in day if slot in present], busy.intersection(day)) for day in problem.days)


def breaks_by_person(problem: Problem, meetings: Iterable[Meeting]) -> dict[str, int]:
    """Breaks of every participant with a meeting, by id."""
    own = agenda(problem, meetings)
    return {who: breaks_of(problem, who, [slot for slot, _ in entries]) for who, entries in own.items() if entries}


def breaks(problem: Problem, meetings: Iterable[Meeting]) -> int:
    return sum(breaks_by_person(problem, meetings).values())


def fairness_gap(problem: Problem, meetings: Iterable[Meeting]) -> int:
    """The largest minus the smallest number of breaks over participants with a meeting; 0 if nobody has one."""
    counts = breaks_by_person(problem, meetings).values()
    return max(counts) - min(counts) if counts else 0


# Goal 4


def helpful_served(problem: Problem, meetings: Iterable[Meeting]) -> int:
    """Meetings for which an interpreter is merely helpful and which have one."""
    return sum(
        problem.request_by_id[one.request].interpreter == "helpful" and one.interpreter is not None
        for one in known(problem, meetings)
    )


def table_changes(problem: Problem, meetings: Iterable[Meeting]) -> int:
    """Over all participants: consecutive meetings on one day at two different tables (an online meeting has none)."""
    return sum(
        problem.day_of[slot] == problem.day_of[later]
        and before.table is not None
        and after.table is not None
        and before.table != after.table
        for own in agenda(problem, meetings).values()
        for (slot, before), (later, after) in pairwise(own)
    )


def table_changes_bound(problem: Problem, meetings: Iterable[Meeting]) -> int:
    """Fewest table changes that any choice of tables can have with the slots as they are.

    Each counted meeting brings two participants together who come from different tables: their previous meetings
    of that day lay in the same slot and were two meetings. Tables need not be chosen yet.
    """
    meetings = known(problem, meetings)
    sources: dict[tuple[str, int], set[str]] = {}
    for own in agenda(problem, meetings).values():
        for (slot, before), (later, after) in pairwise(own):
            same_day = slot < later and problem.day_of[slot] == problem.day_of[later]
            if same_day and not _online(problem, before) and not _online(problem, after):
                sources.setdefault((after.request, slot), set()).add(before.request)
    return len({request for (request, _), before in sources.items() if len(before) > 1})


def _online(problem: Problem, meeting: Meeting) -> bool:
    return problem.request_by_id[meeting.request].online


def interpreter_changes(problem: Problem, meetings: Iterable[Meeting]) -> int:
    """Over all groups: interpreters exchanged between one slot with interpreted meetings of the group and the next.

    Between interpreters A in one slot and B in the next, min(|A|, |B|) could have stayed and |A and B| did stay;
    the difference counts. With one interpreted meeting at a time this is simply the number of changes.
    """
    serving: dict[str, dict[int, set[str]]] = {}
    for meeting in known(problem, meetings):
        if meeting.interpreter is None:
            continue
        slot = problem.slot_index[meeting.slot]
        for group in _groups(problem, meeting):
            serving.setdefault(group, {}).setdefault(slot, set()).add(meeting.interpreter)
    return sum(
        min(len(before), len(after)) - len(before & after)
        for by_slot in serving.values()
        for before, after in pairwise(by_slot[slot] for slot in sorted(by_slot))
    )


def _groups(problem: Problem, meeting: Meeting) -> set[str]:
    members = (problem.participant_by_id[who] for who in problem.request_by_id[meeting.request].participants)
    return {one.group for one in members if one.group is not None}
