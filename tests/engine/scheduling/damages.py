"""Valid plans of small events in which every rule binds, and each way to break one rule by a single change of the plan.

What breaks a rule is worked out here from the wording of the format alone, without the code that judges.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from random import Random
from typing import Any

from qiao.engine.scheduling.goals import figures
from qiao.engine.scheduling.model import (
    Certificate,
    Fixed,
    Interpreter,
    Meeting,
    Moved,
    Objective,
    Participant,
    Place,
    Plan,
    Problem,
    Request,
    Seating,
    Slot,
    Table,
    Unmet,
    Violation,
)
from qiao.engine.scheduling.solve import solve
from tests.engine.scheduling.small import certificate_of

DIGEST = "0" * 64
WORK = 300

BY_SLOT = frozenset(
    {
        "slot-not-allowed",
        "fixed",
        "after",
        "participant-busy",
        "participant-unavailable",
        "max-per-day",
        "table-busy",
        "table-unavailable",
        "seating",
        "interpreter-busy",
        "interpreter-unavailable",
        "interpreter-rest",
        "fairness",
    }
)
BY_TABLE = frozenset(
    {"fixed", "table-busy", "table-unavailable", "wrong-table", "table-features", "seating", "interpreter-table"}
)
BY_INTERPRETER = frozenset(
    {
        "interpreter-missing",
        "interpreter-unneeded",
        "interpreter-language",
        "interpreter-busy",
        "interpreter-unavailable",
        "interpreter-rest",
        "interpreter-table",
    }
)
ALONG: Mapping[str, frozenset[str]] = {"slot": BY_SLOT, "table": BY_TABLE, "interpreter": BY_INTERPRETER}
"""What else a change of the slot, the table or the interpreter of one meeting can break."""

BY_ADDING = BY_SLOT | BY_TABLE | BY_INTERPRETER | {"max-meetings"}
BY_DROPPING = frozenset({"fairness"})


# Events and valid plans


def event(dice: Random) -> Problem:
    """A small event with everything that the format knows, but without bounds that could make it infeasible."""
    times = [f"s{n}" for n in range(8)]
    days = dice.choice([(4, 4), (5, 3), (3, 3, 2)])
    day_of = [f"day {day}" for day, count in enumerate(days) for _ in range(count)]
    seats = [f"t{n}" for n in range(5)]
    guests = [f"e{n}" for n in range(5)]
    hosts = [f"c{n}" for n in range(6)]
    return Problem(
        slots=tuple(Slot(one, day=day) for one, day in zip(times, day_of, strict=True)),
        participants=tuple(_participant(one, times, seats, dice) for one in (*guests, *hosts)),
        requests=tuple(_request(f"m{n}", guests, hosts, dice) for n in range(28)),
        tables=tuple(
            Table(one, _some(times, 0.1, dice), dice.choice([(), ("step-free",), ("step-free", "screen")]))
            for one in seats
        ),
        interpreters=tuple(
            Interpreter(
                f"i{n}",
                tongues,
                _some(times, 0.1, dice),
                max_consecutive=dice.choice([None, 1, 2, 3]),
                table=dice.choice([None, None, *seats]),
            )
            for n, tongues in enumerate(
                [("de", "zh"), ("de-AT", "zh-Hans-CN"), ("en-GB", "zh"), ("fr", "ZH"), ("en", "de")]
            )
        ),
        seating=Seating(dice.choice([None, "eu", "cn"])),
        objective=Objective(fair_minimum=dice.randrange(4), breaks=dice.choice(["day", "sequence"])),
    )


def _some(ids: Iterable[str], chance: float, dice: Random) -> tuple[str, ...]:
    return tuple(one for one in ids if dice.random() < chance)


def _participant(id_: str, times: list[str], seats: list[str], dice: Random) -> Participant:
    guest = id_.startswith("e")
    return Participant(
        id_,
        side="eu" if guest else "cn",
        group=dice.choice([None, "delegation", "firm"]),
        languages=(dice.choice(["de", "de-CH"] if guest else ["zh", "zh-Hans"]), *_some(("en-GB",), 0.4, dice)),
        unavailable=_some(times, 0.08, dice),
        table=dice.choice(seats) if dice.random() < 0.15 else None,
        needs=_some(("step-free", "screen"), 0.12, dice),
    )


def _request(id_: str, guests: list[str], hosts: list[str], dice: Random) -> Request:
    who = [dice.choice(guests), dice.choice(hosts)]
    if dice.random() < 0.15:
        who.append(dice.choice([one for one in (*guests, *hosts) if one not in who]))
    dice.shuffle(who)
    return Request(
        id_,
        tuple(who),
        weight=dice.randrange(1, 11),
        interpreter=dice.choice(["auto", "auto", "auto", "required", "helpful", "none"]),
        online=dice.random() < 0.15,
    )


@dataclass(frozen=True)
class World:
    """A problem with a plan that keeps every rule."""

    problem: Problem
    plan: Plan

    @cached_property
    def meetings(self) -> dict[str, Meeting]:
        return {one.request: one for one in self.plan.meetings}

    @cached_property
    def placed(self) -> list[tuple[Meeting, Request]]:
        return [(one, self.problem.request_by_id[one.request]) for one in self.plan.meetings]

    def at(self, meeting: Meeting) -> int:
        return self.problem.slot_index[meeting.slot]

    def day(self, meeting: Meeting) -> str:
        return self.problem.slots[self.at(meeting)].day

    def own(self, who: str) -> list[Meeting]:
        return sorted((one for one, request in self.placed if who in request.participants), key=self.at)

    def served(self, who: str) -> dict[int, Meeting]:
        return {self.at(one): one for one in self.plan.meetings if one.interpreter == who}

    def days(self) -> list[list[int]]:
        names = dict.fromkeys(slot.day for slot in self.problem.slots)
        return [[n for n, slot in enumerate(self.problem.slots) if slot.day == name] for name in names]


def solved(seed: int) -> World:
    """A plan as the planner makes it, for an event without bounds."""
    problem = event(Random(seed))
    return World(problem, replace(solve(problem, seed=seed, work=WORK), problem=DIGEST))


def tight(world: World, seed: int) -> World:
    """The same meetings, where bounds drawn around them leave the plan valid and bind it as closely as they can."""
    dice, problem = Random(seed), world.problem
    asked = replace(problem, requests=tuple(_bound_request(one, world, dice) for one in problem.requests))
    bound = replace(
        asked,
        participants=tuple(_bound_participant(one, world, dice) for one in problem.participants),
        tables=tuple(
            replace(
                one,
                unavailable=_closed(
                    one.unavailable, world, [m for m in world.plan.meetings if m.table == one.id], dice
                ),
            )
            for one in problem.tables
        ),
        interpreters=tuple(_bound_interpreter(one, world, dice) for one in problem.interpreters),
    )
    counts = breaks_by_person(bound, world.plan.meetings)
    gap = max(counts.values()) - min(counts.values())
    bound = replace(bound, objective=replace(bound.objective, fairness=dice.choice([gap, gap, gap, None])))
    moved = tuple(
        Moved(one.request, Place(dice.choice(bound.slots).id, one.table), Place(one.slot, one.table, one.interpreter))
        for one in world.plan.meetings
        if dice.random() < 0.2
    )
    plan = restated(bound, replace(world.plan, moved=moved))
    return World(bound, replace(plan, certificate=_with_bounds(bound, plan, dice)))


def _closed(already: tuple[str, ...], world: World, own: list[Meeting], dice: Random) -> tuple[str, ...]:
    """Further slots in which somebody or something without a meeting there is missing."""
    used = {one.slot for one in own}
    free = [one.id for one in world.problem.slots if one.id not in used and one.id not in already]
    return (*already, *_some(free, 0.3, dice))


def _bound_participant(one: Participant, world: World, dice: Random) -> Participant:
    own = world.own(one.id)
    busiest = max(
        (sum(world.day(m) == world.problem.slots[day[0]].day for m in own) for day in world.days()), default=0
    )
    return replace(
        one,
        unavailable=_closed(one.unavailable, world, own, dice),
        max_meetings=dice.choice([None, len(own)]),
        max_per_day=dice.choice([None, busiest]),
    )


def _bound_interpreter(one: Interpreter, world: World, dice: Random) -> Interpreter:
    served = world.served(one.id)
    longest = 0
    for day in world.days():
        run = 0
        for slot in day:
            run = run + 1 if slot in served else 0
            longest = max(longest, run)
    most = longest if dice.random() < 0.7 else one.max_consecutive
    return replace(one, unavailable=_closed(one.unavailable, world, list(served.values()), dice), max_consecutive=most)


def _bound_request(one: Request, world: World, dice: Random) -> Request:
    meeting = world.meetings.get(one.id)
    times = [slot.id for slot in world.problem.slots]
    if meeting is None:
        return replace(one, slots=dice.choice([None, _some(times, 0.5, dice)]))
    earlier = [other.request for other in world.plan.meetings if world.at(other) < world.at(meeting)]
    unplanned = [other.id for other in world.problem.requests if other.id not in world.meetings]
    where = dice.choice([Fixed(meeting.slot), Fixed(table=meeting.table), Fixed(meeting.slot, meeting.table)])
    return replace(
        one,
        required=dice.random() < 0.3,
        slots=dice.choice([None, tuple(sorted({meeting.slot, *_some(times, 0.5, dice)}))]),
        fixed=where if dice.random() < 0.25 else None,
        after=tuple(dice.sample(earlier, min(2, len(earlier))) + unplanned[:1]) if dice.random() < 0.3 else (),
    )


def impossible(world: World, seed: int) -> World:
    """The event in which a meeting must take place and cannot, with what the planner says of it."""
    dice = Random(seed)
    lost = dice.choice(world.problem.requests)
    requests = tuple(replace(one, required=True, slots=()) if one == lost else one for one in world.problem.requests)
    problem = replace(world.problem, requests=requests)
    return World(problem, replace(solve(problem, seed=seed, work=WORK), problem=DIGEST))


def restated(problem: Problem, plan: Plan) -> Plan:
    """The plan with a certificate that states what is true of its meetings, without bounds."""
    return replace(plan, certificate=certificate_of(figures(problem, plan.meetings)))


def _with_bounds(problem: Problem, plan: Plan, dice: Random) -> Certificate:
    stated, found = plan.certificate, figures(problem, plan.meetings)
    proven = dice.random() < 0.3
    slack = 0 if proven else dice.randrange(1, 4)
    return replace(
        stated,
        status="optimal" if proven else "feasible",
        weight_bound=stated.weight + slack,
        shortfall_bound=max(0, stated.shortfall - slack),
        breaks_bound=max(0, stated.breaks - slack),
        table_changes_bound=found.table_changes_bound,
        fairness=stated.fairness_gap + dice.randrange(2),
    )


def breaks_by_person(problem: Problem, meetings: Iterable[Meeting]) -> dict[str, int]:
    """Breaks as the format words them, of everybody with a meeting."""
    busy: dict[str, set[int]] = {}
    for one in meetings:
        for who in problem.request_by_id[one.request].participants:
            busy.setdefault(who, set()).add(problem.slot_index[one.slot])
    missed = {one.id: set(one.unavailable) for one in problem.participants}
    sequence = problem.objective.breaks == "sequence"
    found = dict.fromkeys(busy, 0)
    for who, own in busy.items():
        for before, after in pairwise(sorted(own)):
            between = problem.slots[before + 1 : after]
            if sequence:
                found[who] += bool(between)
            elif problem.slots[before].day == problem.slots[after].day:
                found[who] += any(slot.id not in missed[who] for slot in between)
    return found


# Damages


@dataclass(frozen=True)
class Damage:
    """A plan of which `rule` must be reported: for one of the requests `about` (none: for the whole), naming `who`.

    `along` are the other rules that the same change can break.
    """

    rule: str
    plan: Plan
    about: frozenset[str | None] = frozenset({None})
    who: tuple[str, ...] = ()
    along: frozenset[str] = frozenset()

    def is_told_by(self, found: Iterable[Violation]) -> bool:
        return any(
            one.rule == self.rule and one.request in self.about and set(self.who) <= set(one.who) for one in found
        )


Damages = Iterator[Damage]


def _change(rule: str, world: World, one: Meeting, *others: Meeting, who: str | None = None, **changes: Any) -> Damage:
    """One meeting with another slot, table or interpreter."""
    meetings = tuple(replace(one, **changes) if each == one else each for each in world.plan.meetings)
    return Damage(
        rule,
        replace(world.plan, meetings=meetings),
        frozenset({one.request, *(other.request for other in others)}),
        () if who is None else (who,),
        frozenset[str]().union(*(ALONG[key] for key in changes)),
    )


def _add(rule: str, world: World, request: str, slot: int, about: Iterable[Meeting], who: str) -> Damage:
    """An unmet request is planned somehow."""
    online = world.problem.request_by_id[request].online
    extra = Meeting(request, world.problem.slots[slot].id, None if online else world.problem.tables[0].id)
    plan = replace(
        world.plan,
        meetings=(*world.plan.meetings, extra),
        unmet=tuple(one for one in world.plan.unmet if one.request != request),
    )
    return Damage(rule, plan, frozenset({request, *(one.request for one in about)}), (who,), BY_ADDING)


def _drop(rule: str, world: World, request: str, *unmet: Unmet, along: frozenset[str] = frozenset()) -> Damage:
    meetings = tuple(one for one in world.plan.meetings if one.request != request)
    plan = replace(world.plan, meetings=meetings, unmet=(*world.plan.unmet, *unmet))
    return Damage(rule, plan, frozenset({request}), along=BY_DROPPING | along)


def _tongues(one: Participant | Interpreter) -> set[str]:
    return {tag.split("-")[0].lower() for tag in one.languages}


def _persons(world: World, request: Request) -> list[Participant]:
    return [world.problem.participant_by_id[who] for who in request.participants]


def _needs_interpreter(world: World, request: Request) -> bool:
    common = set.intersection(*(_tongues(one) for one in _persons(world, request)))
    return request.interpreter == "required" or (request.interpreter == "auto" and not common)


def _elsewhere(world: World, one: Meeting) -> Iterator[Meeting]:
    """The meetings that share the slot with this one."""
    yield from (other for other in world.plan.meetings if other.slot == one.slot and other != one)


def wrong_problem(world: World, dice: Random) -> Damages:
    for _ in range(4):
        yield Damage("wrong-problem", replace(world.plan, problem=f"{dice.randrange(1, 16**64):064x}"))
    yield Damage("wrong-problem", replace(world.plan, problem=""))


def unknown_id(world: World, dice: Random) -> Damages:
    stranger = f"x{dice.randrange(1000)}"
    lost = frozenset({"not-listed", "required", "fairness"})
    for one in dice.sample(world.plan.meetings, 2):
        yield replace(_change("unknown-id", world, one, slot=stranger), who=(stranger,), along=lost)
        yield _change("unknown-id", world, one, who=stranger, table=stranger)
        yield _change("unknown-id", world, one, who=stranger, interpreter=stranger)
        meetings = tuple(replace(each, request=stranger) if each == one else each for each in world.plan.meetings)
        yield Damage("unknown-id", replace(world.plan, meetings=meetings), frozenset({stranger}), (stranger,), lost)
    here = Place(world.problem.slots[0].id)
    for request, to in ((stranger, None), (one.request, replace(here, table=stranger)), (one.request, Place(stranger))):
        moved = replace(world.plan, moved=(Moved(request, here, to),))
        yield Damage("unknown-id", moved, frozenset({request}), (stranger,), frozenset({"certificate"} if to else ()))
    extra = replace(world.plan, unmet=(*world.plan.unmet, Unmet(stranger, "excluded")))
    yield Damage("unknown-id", extra, frozenset({stranger}), (stranger,))
    for unmet in world.plan.unmet[:2]:
        named = tuple(replace(each, who=(stranger,)) if each == unmet else each for each in world.plan.unmet)
        yield Damage("unknown-id", replace(world.plan, unmet=named), frozenset({unmet.request}), (stranger,))


def duplicate_meeting(world: World, dice: Random) -> Damages:
    for one in world.plan.meetings:
        again = replace(one, slot=dice.choice(world.problem.slots).id)
        twice = replace(world.plan, meetings=(*world.plan.meetings, again))
        yield Damage("duplicate-meeting", twice, frozenset({one.request}), along=BY_ADDING)
        both = replace(world.plan, unmet=(*world.plan.unmet, Unmet(one.request, "lower-priority")))
        yield Damage("duplicate-meeting", both, frozenset({one.request}))


def not_listed(world: World, _: Random) -> Damages:
    for one in world.plan.meetings:
        yield _drop("not-listed", world, one.request, along=frozenset({"required"}))
    for unmet in world.plan.unmet:
        silent = replace(world.plan, unmet=tuple(each for each in world.plan.unmet if each != unmet))
        yield Damage("not-listed", silent, frozenset({unmet.request}))


def required(world: World, _: Random) -> Damages:
    for one, request in world.placed:
        if request.required:
            yield _drop("required", world, one.request, Unmet(one.request, "lower-priority"))


def slot_not_allowed(world: World, _: Random) -> Damages:
    for one, request in world.placed:
        for slot in world.problem.slots:
            if request.slots is not None and slot.id not in request.slots:
                yield _change("slot-not-allowed", world, one, slot=slot.id)


def fixed(world: World, _: Random) -> Damages:
    for one, request in world.placed:
        where = request.fixed or Fixed()
        if where.slot is not None:
            yield from (_change("fixed", world, one, slot=to.id) for to in world.problem.slots if to.id != where.slot)
        if where.table is not None:
            yield from (
                _change("fixed", world, one, table=to.id) for to in world.problem.tables if to.id != where.table
            )


def after(world: World, _: Random) -> Damages:
    for one, request in world.placed:
        for earlier in request.after:
            first = world.meetings.get(earlier)
            if first is None:
                continue
            for n, slot in enumerate(world.problem.slots):
                if n <= world.at(first):
                    yield _change("after", world, one, who=earlier, slot=slot.id)
                if n >= world.at(one):
                    late = _change("after", world, first, slot=slot.id)
                    yield replace(late, about=frozenset({one.request}), who=(earlier,))


def participant_busy(world: World, _: Random) -> Damages:
    for one, request in world.placed:
        for who in request.participants:
            for other in world.own(who):
                if other != one:
                    yield _change("participant-busy", world, one, other, who=who, slot=other.slot)


def participant_unavailable(world: World, _: Random) -> Damages:
    for one, request in world.placed:
        for person in _persons(world, request):
            for slot in person.unavailable:
                yield _change("participant-unavailable", world, one, who=person.id, slot=slot)


def max_meetings(world: World, dice: Random) -> Damages:
    for person in world.problem.participants:
        own = world.own(person.id)
        for unmet in world.plan.unmet:
            if person.max_meetings == len(own) and person.id in world.problem.request_by_id[unmet.request].participants:
                slot = dice.randrange(len(world.problem.slots))
                yield _add("max-meetings", world, unmet.request, slot, own, person.id)


def max_per_day(world: World, _: Random) -> Damages:
    for person in world.problem.participants:
        for day in world.days():
            own = [one for one in world.own(person.id) if world.at(one) in day]
            if len(own) != person.max_per_day:
                continue
            for slot in day:
                for unmet in world.plan.unmet:
                    if person.id in world.problem.request_by_id[unmet.request].participants:
                        yield _add("max-per-day", world, unmet.request, slot, own, person.id)
                for one in world.own(person.id):
                    if one not in own:
                        to = world.problem.slots[slot].id
                        yield _change("max-per-day", world, one, *own, who=person.id, slot=to)


def table_busy(world: World, _: Random) -> Damages:
    for one in world.plan.meetings:
        for other in _elsewhere(world, one):
            if other.table is not None:
                yield _change("table-busy", world, one, other, who=other.table, table=other.table)
        for other in world.plan.meetings:
            if other != one and other.table == one.table is not None:
                yield _change("table-busy", world, one, other, who=one.table, slot=other.slot)


def table_unavailable(world: World, _: Random) -> Damages:
    for one in world.plan.meetings:
        for table in world.problem.tables:
            if one.slot in table.unavailable:
                yield _change("table-unavailable", world, one, who=table.id, table=table.id)
            if one.table == table.id:
                for slot in table.unavailable:
                    yield _change("table-unavailable", world, one, who=table.id, slot=slot)


def wrong_table(world: World, _: Random) -> Damages:
    for one, request in world.placed:
        if not request.online:
            yield _change("wrong-table", world, one, table=None)
        tables = [person.table for person in _persons(world, request) if person.table is not None]
        own = tables[0] if tables else None
        fixed_by_request = request.fixed is not None and request.fixed.table is not None
        for table in world.problem.tables:
            if request.online or (own not in (None, table.id) and not fixed_by_request):
                yield _change("wrong-table", world, one, who=table.id, table=table.id)


def table_features(world: World, _: Random) -> Damages:
    for one, request in world.placed:
        needs = {need for person in _persons(world, request) for need in person.needs}
        for table in world.problem.tables:
            if needs - set(table.features):
                yield _change("table-features", world, one, who=table.id, table=table.id)


def seating(world: World, _: Random) -> Damages:
    for person in world.problem.participants:
        if person.side != world.problem.seating.stays:
            continue
        seated = [one for one in world.own(person.id) if one.table is not None]
        for one in seated:
            others = [other for other in seated if other != one and world.day(other) == world.day(one)]
            for table in world.problem.tables:
                if others and table.id != one.table:
                    yield _change("seating", world, one, *others, who=person.id, table=table.id)


def interpreter_missing(world: World, _: Random) -> Damages:
    for one, request in world.placed:
        if _needs_interpreter(world, request):
            yield _change("interpreter-missing", world, one, interpreter=None)


def interpreter_unneeded(world: World, _: Random) -> Damages:
    for one, request in world.placed:
        if request.interpreter != "helpful" and not _needs_interpreter(world, request):
            for who in world.problem.interpreters:
                yield _change("interpreter-unneeded", world, one, who=who.id, interpreter=who.id)


def interpreter_language(world: World, _: Random) -> Damages:
    for one, request in world.placed:
        for who in world.problem.interpreters:
            if any(not _tongues(who) & _tongues(person) for person in _persons(world, request)):
                yield _change("interpreter-language", world, one, who=who.id, interpreter=who.id)


def interpreter_busy(world: World, _: Random) -> Damages:
    for one in world.plan.meetings:
        for other in _elsewhere(world, one):
            if other.interpreter is not None:
                yield _change(
                    "interpreter-busy", world, one, other, who=other.interpreter, interpreter=other.interpreter
                )
        if one.interpreter is not None:
            for other in world.served(one.interpreter).values():
                if other != one:
                    yield _change("interpreter-busy", world, one, other, who=one.interpreter, slot=other.slot)


def interpreter_unavailable(world: World, _: Random) -> Damages:
    for one in world.plan.meetings:
        for who in world.problem.interpreters:
            if one.slot in who.unavailable:
                yield _change("interpreter-unavailable", world, one, who=who.id, interpreter=who.id)
            if one.interpreter == who.id:
                for slot in who.unavailable:
                    yield _change("interpreter-unavailable", world, one, who=who.id, slot=slot)


def interpreter_rest(world: World, _: Random) -> Damages:
    for who in world.problem.interpreters:
        most, served = who.max_consecutive, world.served(who.id)
        if most is None:
            continue
        windows = [day[n : n + most + 1] for day in world.days() for n in range(len(day) - most)]
        for window in windows:
            run = [served[slot] for slot in window if slot in served]
            if len(run) != most:
                continue
            [gap] = (slot for slot in window if slot not in served)
            for one in world.plan.meetings:
                if world.at(one) == gap:
                    yield _change("interpreter-rest", world, one, *run, who=who.id, interpreter=who.id)
                elif one in served.values() and one not in run:
                    to = world.problem.slots[gap].id
                    yield _change("interpreter-rest", world, one, *run, who=who.id, slot=to)


def interpreter_table(world: World, _: Random) -> Damages:
    for one in world.plan.meetings:
        for who in world.problem.interpreters:
            if who.table not in (None, one.table):
                yield _change("interpreter-table", world, one, who=who.id, interpreter=who.id)
            if who.table is not None and one.interpreter == who.id:
                for table in (None, *(table.id for table in world.problem.tables if table.id != who.table)):
                    yield _change("interpreter-table", world, one, who=who.id, table=table)


def fairness(world: World, dice: Random) -> Damages:
    bound = world.problem.objective.fairness
    for _ in range(60 if bound is not None else 0):
        one, slot = dice.choice(world.plan.meetings), dice.choice(world.problem.slots)
        moved = _change("fairness", world, one, slot=slot.id)
        counts = breaks_by_person(world.problem, moved.plan.meetings)
        unfair = tuple(who for who, count in counts.items() if count > min(counts.values()) + (bound or 0))
        if unfair:
            yield replace(moved, about=frozenset({None}), who=unfair)


def certificate(world: World, dice: Random) -> Damages:
    stated = world.plan.certificate

    def states(name: str, **changes: Any) -> Damage:
        return Damage("certificate", replace(world.plan, certificate=replace(stated, **changes)), who=(name,))

    for name in ("weight", "shortfall", "breaks", "table_changes", "interpreter_changes", "fairness_gap"):
        for by in (-dice.randrange(1, 9), dice.randrange(1, 9)):
            yield states(name, **{name: getattr(stated, name) + by})
    more, less = dice.randrange(1, 9), -dice.randrange(1, 9)
    for by in (more, less):
        yield states("weight_best", weight_best=stated.weight_best + by)
        yield states("table_changes_bound", table_changes_bound=(stated.table_changes_bound or 0) + by)
    yield states("weight_bound", weight_bound=stated.weight_best + less)
    yield states("shortfall_bound", shortfall_bound=stated.shortfall + more)
    yield states("breaks_bound", breaks_bound=stated.breaks + more)
    yield states("fairness", fairness=stated.fairness_gap + less)
    yield states("status", status="infeasible")
    for name in ("weight_bound", "shortfall_bound", "breaks_bound"):
        yield states("status", status="optimal", **{name: None})
    clash = (Violation("required", dice.choice(world.plan.meetings).request),)
    yield Damage("certificate", replace(world.plan, conflict=clash), who=("conflict",))
    one = dice.choice(world.plan.meetings)
    false = Moved(
        one.request, Place(one.slot), dice.choice([None, Place(one.slot, "t0", "i0"), Place("s0", one.table)])
    )
    if false.to != Place(one.slot, one.table, one.interpreter):
        moved = (*world.plan.moved, false)
        yield Damage("certificate", replace(world.plan, moved=moved), frozenset({one.request}), ("moved",))


DAMAGES: tuple[Callable[[World, Random], Damages], ...] = (
    wrong_problem,
    unknown_id,
    duplicate_meeting,
    not_listed,
    required,
    slot_not_allowed,
    fixed,
    after,
    participant_busy,
    participant_unavailable,
    max_meetings,
    max_per_day,
    table_busy,
    table_unavailable,
    wrong_table,
    table_features,
    seating,
    interpreter_missing,
    interpreter_unneeded,
    interpreter_language,
    interpreter_busy,
    interpreter_unavailable,
    interpreter_rest,
    interpreter_table,
    fairness,
    certificate,
)


def some_damages(world: World, dice: Random, each: int) -> Damages:
    """At most `each` damages for every rule; what a certificate states is made true again unless it is what is damaged."""
    still = World(world.problem, replace(world.plan, moved=()))
    for kind in DAMAGES:
        lies = kind is certificate
        found = list(kind(world if lies else still, dice))
        for one in dice.sample(found, min(each, len(found))):
            yield one if lies else replace(one, plan=restated(world.problem, one.plan))


def damages_of_a_refusal(world: World, dice: Random) -> Damages:
    """Ways to spoil a plan that calls its problem infeasible."""
    parts, stranger = world.plan.conflict, f"x{dice.randrange(1000)}"
    rest = tuple(one for one in parts if one.rule != "required")
    [must] = (one for one in world.problem.requests if one.required)
    other = dice.choice([one.id for one in world.problem.requests if not one.required])
    for conflict in ((), rest, (*rest, Violation("required", other)), (*rest, Violation("after", must.id))):
        yield Damage("certificate", replace(world.plan, conflict=conflict), who=("conflict",))
    for part in (
        Violation("required", stranger),
        Violation("after", None, stranger),
        Violation("after", who=(stranger,)),
    ):
        named = replace(world.plan, conflict=(*parts, part))
        yield Damage("unknown-id", named, frozenset({part.request}), (stranger,))
    meeting = Meeting(other, world.problem.slots[0].id)
    planned = restated(world.problem, replace(world.plan, meetings=(meeting,), unmet=()))
    status = replace(planned.certificate, status="infeasible")
    yield Damage("certificate", replace(planned, certificate=status), who=("status",), along=BY_ADDING)
