"""What a plan must satisfy: one small function per rule, each yields violations; RULES lists them by code.

A rule judges only what it can resolve: a meeting of an unknown request or slot is reported by `unknown-id` and left
out by the others, so that no damaged plan can stop a rule from running.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from qiao.engine.scheduling import goals
from qiao.engine.scheduling.case import Case, Placed
from qiao.engine.scheduling.model import (
    Place,
    Violation,
    can_interpret,
    designated_table,
    may_have_interpreter,
    needed_features,
    needs_interpreter,
    people,
)

Rule = Callable[[Case], Iterator[Violation]]


# Is it a plan of this problem at all?


def wrong_problem(case: Case) -> Iterator[Violation]:
    """The plan names the digest of another problem file."""
    if case.digest is not None and case.plan.problem != case.digest:
        yield Violation("wrong-problem")


def unknown_id(case: Case) -> Iterator[Violation]:
    """An id that the problem does not have. Where a meeting of the previous plan lay may be gone; that is no breach."""
    problem, plan = case.problem, case.plan
    places = [(one.request, Place(one.slot, one.table, one.interpreter)) for one in plan.meetings]
    places += [(one.request, one.to) for one in plan.moved if one.to is not None]
    for request, place in places:
        strangers = (
            (request, request in problem.request_by_id),
            (place.slot, place.slot in problem.slot_index),
            (place.table, place.table is None or place.table in problem.table_by_id),
            (place.interpreter, place.interpreter is None or place.interpreter in problem.interpreter_by_id),
        )
        yield from (Violation("unknown-id", request, place.slot, (str(id_),)) for id_, found in strangers if not found)
    yield from _unknown_mentions(case)


def _unknown_mentions(case: Case) -> Iterator[Violation]:
    """Ids in the parts of a plan that speak about requests without a meeting."""
    problem, plan = case.problem, case.plan
    resources = problem.participant_by_id.keys() | problem.table_by_id.keys() | problem.interpreter_by_id.keys()
    everything = resources | problem.request_by_id.keys() | problem.slot_index.keys()
    notes: list[tuple[str | None, str | None, tuple[str, ...]]] = []
    notes += [(one.request, None, one.who) for one in plan.unmet]
    notes += [(one.request, None, ()) for one in plan.moved if one.to is None]
    notes += [(one.request, one.slot, one.who) for one in plan.conflict]
    for request, slot, who in notes:
        if request is not None and request not in problem.request_by_id:
            yield Violation("unknown-id", request, slot, (request,))
        if slot is not None and slot not in problem.slot_index:
            yield Violation("unknown-id", request, slot, (slot,))
        yield from (Violation("unknown-id", request, slot, (id_,)) for id_ in who if id_ not in everything)


def duplicate_meeting(case: Case) -> Iterator[Violation]:
    """A request that stands in the plan more than once: planned twice, or planned and unmet at the same time."""
    times = Counter(_listed(case))
    yield from (Violation("duplicate-meeting", request) for request, count in times.items() if count > 1)


def not_listed(case: Case) -> Iterator[Violation]:
    """A request of which the plan says nothing: neither a meeting nor unmet. An infeasible plan need not say it."""
    listed = set(_listed(case))
    if not case.infeasible:
        yield from (Violation("not-listed", one.id) for one in case.problem.requests if one.id not in listed)


def _listed(case: Case) -> list[str]:
    return [one.request for one in case.plan.meetings] + [one.request for one in case.plan.unmet]


# Requests


def required(case: Case) -> Iterator[Violation]:
    """A required request without a meeting, unless the plan says that the problem is infeasible."""
    planned = {one.request for one in case.plan.meetings}
    if not case.infeasible:
        missing = (one for one in case.problem.requests if one.required and one.id not in planned)
        yield from (Violation("required", one.id) for one in missing)


def slot_not_allowed(case: Case) -> Iterator[Violation]:
    """A meeting outside the slots of its request."""
    for one in case.placed:
        if one.request.slots is not None and one.meeting.slot not in one.request.slots:
            yield one.breach("slot-not-allowed")


def fixed(case: Case) -> Iterator[Violation]:
    """A meeting that lies elsewhere than its request is fixed to."""
    for one in case.placed:
        where = one.request.fixed
        if where is None:
            continue
        if where.slot not in (None, one.meeting.slot) or where.table not in (None, one.meeting.table):
            yield one.breach("fixed")


def after(case: Case) -> Iterator[Violation]:
    """A meeting that does not lie in a later slot than a planned meeting it must follow; `who` is that request."""
    slot_of = {one.request.id: one.slot for one in case.placed}
    for one in case.placed:
        for earlier in one.request.after:
            if earlier in slot_of and slot_of[earlier] >= one.slot:
                yield one.breach("after", earlier)


# Participants


def participant_busy(case: Case) -> Iterator[Violation]:
    """A participant with two meetings in one slot; the second one is named."""
    for who, own in case.by_person.items():
        yield from (one.breach("participant-busy", who) for one in _clashing(own))


def _clashing(own: Iterable[Placed]) -> Iterator[Placed]:
    taken: set[int] = set()
    for one in own:
        if one.slot in taken:
            yield one
        taken.add(one.slot)


def participant_unavailable(case: Case) -> Iterator[Violation]:
    """A meeting in a slot in which a participant is not available."""
    for one in case.placed:
        for person in people(case.problem, one.request):
            if one.meeting.slot in person.unavailable:
                yield one.breach("participant-unavailable", person.id)


def max_meetings(case: Case) -> Iterator[Violation]:
    """More meetings than a participant takes; the first one too many is named."""
    for who, own in case.by_person.items():
        most = case.problem.participant_by_id[who].max_meetings
        if most is not None and len(own) > most:
            yield own[most].breach("max-meetings", who)


def max_per_day(case: Case) -> Iterator[Violation]:
    """More meetings on one day than a participant takes; the first one too many is named."""
    for who, own in case.by_person.items():
        most = case.problem.participant_by_id[who].max_per_day
        for day in case.by_day(own):
            if most is not None and len(day) > most:
                yield day[most].breach("max-per-day", who)


# Tables


def table_busy(case: Case) -> Iterator[Violation]:
    """Two meetings at one table in one slot; the second one is named."""
    by_table: dict[str, list[Placed]] = {}
    for one in case.placed:
        if one.table is not None:
            by_table.setdefault(one.table.id, []).append(one)
    for table, own in by_table.items():
        yield from (one.breach("table-busy", table) for one in _clashing(own))


def table_unavailable(case: Case) -> Iterator[Violation]:
    """A meeting at a table that is not there in its slot."""
    for one in case.placed:
        if one.table is not None and one.meeting.slot in one.table.unavailable:
            yield one.breach("table-unavailable", one.table.id)


def wrong_table(case: Case) -> Iterator[Violation]:
    """A meeting without table, an online meeting with one, or a meeting elsewhere than at its participants' table.

    A table fixed by the request itself is the business of `fixed`.
    """
    for one in case.placed:
        table, where = one.meeting.table, one.request.fixed
        elsewhere = designated_table(case.problem, one.request) not in (None, table)
        fixed_by_request = where is not None and where.table is not None
        if (table is None) != one.request.online or (elsewhere and not fixed_by_request):
            yield one.breach("wrong-table", *([] if table is None else [table]))


def table_features(case: Case) -> Iterator[Violation]:
    """A table that lacks what a participant needs."""
    for one in case.placed:
        if one.table is not None and not needed_features(case.problem, one.request).issubset(one.table.features):
            yield one.breach("table-features", one.table.id)


def seating(case: Case) -> Iterator[Violation]:
    """Somebody of the side that stays changes tables on a day; the first meeting at another table is named."""
    stays = case.problem.seating.stays
    for who, own in case.by_person.items():
        if stays is None or case.problem.participant_by_id[who].side != stays:
            continue
        for day in case.by_day(own):
            seated = [one for one in day if one.meeting.table is not None]
            moved = [one for one in seated if one.meeting.table != seated[0].meeting.table]
            yield from (one.breach("seating", who) for one in moved[:1])


# Interpreters


def interpreter_missing(case: Case) -> Iterator[Violation]:
    """A meeting that needs an interpreter and has none."""
    for one in case.placed:
        if one.meeting.interpreter is None and needs_interpreter(case.problem, one.request):
            yield one.breach("interpreter-missing")


def interpreter_unneeded(case: Case) -> Iterator[Violation]:
    """A meeting with an interpreter that neither needs one nor finds one helpful."""
    for one in case.placed:
        if one.meeting.interpreter is not None and not may_have_interpreter(case.problem, one.request):
            yield one.breach("interpreter-unneeded", one.meeting.interpreter)


def interpreter_language(case: Case) -> Iterator[Violation]:
    """An interpreter who shares no language with one of the participants."""
    for one in case.placed:
        if one.interpreter is not None and not can_interpret(one.interpreter, people(case.problem, one.request)):
            yield one.breach("interpreter-language", one.interpreter.id)


def interpreter_busy(case: Case) -> Iterator[Violation]:
    """An interpreter with two meetings in one slot; the second one is named."""
    for who, own in case.by_interpreter.items():
        yield from (one.breach("interpreter-busy", who) for one in _clashing(own))


def interpreter_unavailable(case: Case) -> Iterator[Violation]:
    """A meeting in a slot in which its interpreter is not available."""
    for one in case.placed:
        if one.interpreter is not None and one.meeting.slot in one.interpreter.unavailable:
            yield one.breach("interpreter-unavailable", one.interpreter.id)


def interpreter_rest(case: Case) -> Iterator[Violation]:
    """More than `max_consecutive` meetings in slots that follow each other on one day.

    The slots that follow each other are those of the day's list, whatever the pause between them. Named is each
    meeting with which a run is too long for the first time.
    """
    for who, own in case.by_interpreter.items():
        most = case.problem.interpreter_by_id[who].max_consecutive
        if most is None:
            continue
        by_slot = {one.slot: one for one in own}
        for day in case.problem.days:
            run = 0
            for slot in day:
                run = run + 1 if slot in by_slot else 0
                if run == most + 1:
                    yield by_slot[slot].breach("interpreter-rest", who)


def interpreter_table(case: Case) -> Iterator[Violation]:
    """An interpreter with an own table who serves elsewhere, be it online."""
    for one in case.placed:
        if one.interpreter is not None and one.interpreter.table not in (None, one.meeting.table):
            yield one.breach("interpreter-table", one.interpreter.id)


# The whole


def fairness(case: Case) -> Iterator[Violation]:
    """Breaks are spread more unevenly than the bound allows; `who` are those with too many."""
    counts = goals.breaks_by_person(case.problem, case.plan.meetings)
    if case.fairness is not None and counts:
        most = min(counts.values()) + case.fairness
        if too_many := tuple(who for who, count in counts.items() if count > most):
            yield Violation("fairness", who=too_many)


def certificate(case: Case) -> Iterator[Violation]:
    """A stated value that differs from the recomputed one, or that contradicts another; `who` names the value."""
    stated, found = case.plan.certificate, goals.figures(case.problem, case.plan.meetings)
    bound = stated.table_changes_bound
    wrong = {
        "weight": stated.weight != found.weight,
        "weight_best": not _weight_in_reach(case),
        "weight_bound": stated.weight_bound is not None and stated.weight_bound < stated.weight_best,
        "shortfall": stated.shortfall != found.shortfall,
        "shortfall_bound": stated.shortfall_bound is not None and stated.shortfall_bound > found.shortfall,
        "breaks": stated.breaks != found.breaks,
        "breaks_bound": stated.breaks_bound is not None and stated.breaks_bound > found.breaks,
        "table_changes": stated.table_changes != found.table_changes,
        "table_changes_bound": bound is not None and bound != found.table_changes_bound,
        "interpreter_changes": stated.interpreter_changes != found.interpreter_changes,
        "fairness_gap": stated.fairness_gap != found.fairness_gap,
        "fairness": stated.fairness is not None and stated.fairness < found.fairness_gap,
        "status": not _status_holds(case),
        "conflict": _cannot_clash(case) if case.infeasible else bool(case.plan.conflict),
    }
    yield from (Violation("certificate", who=(name,)) for name, is_wrong in wrong.items() if is_wrong)
    yield from _moved_elsewhere(case)


def _weight_in_reach(case: Case) -> bool:
    stated = case.plan.certificate
    return goals.weight_floor(case.problem, stated.weight_best) <= stated.weight <= stated.weight_best


def _status_holds(case: Case) -> bool:
    stated = case.plan.certificate
    if stated.status == "infeasible":
        return not case.plan.meetings
    reached = (stated.weight, stated.shortfall, stated.breaks)
    proven = (stated.weight_bound, stated.shortfall_bound, stated.breaks_bound)
    return stated.status == "feasible" or reached == proven


def _cannot_clash(case: Case) -> bool:
    """Without a request that must take place, nothing clashes: then nobody need meet."""
    required = {one.id for one in case.problem.requests if one.required}
    return not any(one.rule == "required" and one.request in required for one in case.plan.conflict)


def _moved_elsewhere(case: Case) -> Iterator[Violation]:
    places = {one.request: Place(one.slot, one.table, one.interpreter) for one in case.plan.meetings}
    for one in case.plan.moved:
        if places.get(one.request) != one.to:
            yield Violation("certificate", one.request, who=("moved",))


RULES: Mapping[str, Rule] = {
    "wrong-problem": wrong_problem,
    "unknown-id": unknown_id,
    "duplicate-meeting": duplicate_meeting,
    "not-listed": not_listed,
    "required": required,
    "slot-not-allowed": slot_not_allowed,
    "fixed": fixed,
    "after": after,
    "participant-busy": participant_busy,
    "participant-unavailable": participant_unavailable,
    "max-meetings": max_meetings,
    "max-per-day": max_per_day,
    "table-busy": table_busy,
    "table-unavailable": table_unavailable,
    "wrong-table": wrong_table,
    "table-features": table_features,
    "seating": seating,
    "interpreter-missing": interpreter_missing,
    "interpreter-unneeded": interpreter_unneeded,
    "interpreter-language": interpreter_language,
    "interpreter-busy": interpreter_busy,
    "interpreter-unavailable": interpreter_unavailable,
    "interpreter-rest": interpreter_rest,
    "interpreter-table": interpreter_table,
    "fairness": fairness,
    "certificate": certificate,
}
