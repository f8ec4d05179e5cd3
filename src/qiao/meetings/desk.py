"""What the planning desk shows: is everything ready, how a run is doing, what its plan achieves and would change."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext, ngettext

from qiao.core.alphabet import alphabetical
from qiao.core.languages import running_text
from qiao.engine.scheduling.model import Plan, Problem, can_interpret, needs_interpreter, people
from qiao.events.models import Event
from qiao.matchmaking.models import Request
from qiao.matchmaking.queries import planned_count
from qiao.meetings import bridge, sentences
from qiao.meetings.changes import Changes, compare
from qiao.meetings.figures import BoardFigure, Chart, Point, board_of, chart_of
from qiao.meetings.models import PlanRun, PlanVersion
from qiao.meetings.plan_queries import held_talks, open_objections, runs_of, version_in_force
from qiao.meetings.words import full_name, pair_of_languages

ACTIVE = (PlanRun.State.QUEUED, PlanRun.State.RUNNING)
RUNS_SHOWN = 10


@dataclass(frozen=True)
class Readiness:
    """What there is to plan with, and what would be missing whatever the plan."""

    wishes: int
    planned: int  # of these, those with a place in the plan in force
    pending: int
    participants: int
    places: int
    interpreted: int
    interpreters: int
    advice: list[str]

    @property
    def ready(self) -> bool:
        return self.wishes > 0 and self.places > 0

    @property
    def waiting(self) -> int:
        return max(0, self.wishes - self.planned)


def readiness(event: Event) -> Readiness:
    problem = bridge.to_problem(event)
    interpreted = sum(needs_interpreter(problem, one) for one in problem.requests)
    return Readiness(
        wishes=len(problem.requests),
        planned=planned_count(event),
        pending=event.requests.filter(state=Request.State.PENDING).count(),
        participants=len(problem.participants),
        places=len(problem.slots) * len(problem.tables),
        interpreted=interpreted,
        interpreters=len(problem.interpreters),
        advice=list(_advice(problem)),
    )


def _advice(problem: Problem) -> list[str]:
    return [one for one in (_tables(problem), _interpreters(problem), *_languages(problem)) if one]


def _tables(problem: Problem) -> str:
    places, wishes = len(problem.slots) * len(problem.tables), len(problem.requests)
    if wishes <= places:
        return ""
    return ngettext(
        "At least %(count)s wish will stay unmet: %(wishes)s wishes, %(places)s places. "
        "One more table gives %(slots)s places.",
        "At least %(count)s wishes will stay unmet: %(wishes)s wishes, %(places)s places. "
        "One more table gives %(slots)s places.",
        wishes - places,
    ) % {"count": wishes - places, "wishes": wishes, "places": places, "slots": len(problem.slots)}


def _interpreters(problem: Problem) -> str:
    need = sum(needs_interpreter(problem, one) for one in problem.requests)
    offer = sum(len(problem.slots) - len(one.unavailable) for one in problem.interpreters)
    if need <= offer:
        return ""
    return ngettext(
        "%(need)s wish needs an interpreter, the interpreters can take %(offer)s talks. "
        "One more adds up to %(slots)s talks.",
        "%(need)s wishes need an interpreter, the interpreters can take %(offer)s talks. "
        "One more adds up to %(slots)s talks.",
        need,
    ) % {"need": need, "offer": offer, "slots": len(problem.slots)}


def _languages(problem: Problem) -> list[str]:
    """Pairs of languages for which there is no interpreter at all."""
    wanted: Counter[tuple[str, ...]] = Counter()
    for one in problem.requests:
        both = people(problem, one)
        if needs_interpreter(problem, one) and not any(can_interpret(each, both) for each in problem.interpreters):
            wanted[sentences.first_languages(both)] += 1
    return [
        ngettext(
            "%(count)s wish needs a %(languages)s interpreter, and there is none.",
            "%(count)s wishes need a %(languages)s interpreter, and there is none.",
            count,
        )
        % {"count": count, "languages": pair_of_languages(pair)}
        for pair, count in sorted(wanted.items())
    ]


@dataclass(frozen=True)
class DeskPage:
    event: Event
    readiness: Readiness
    version: PlanVersion | None
    runs: list[PlanRun]
    objections: int  # that wait for an answer

    @property
    def active(self) -> PlanRun | None:
        return next((run for run in self.runs if run.state in ACTIVE), None)


def desk_page(event: Event) -> DeskPage:
    return DeskPage(
        event, readiness(event), version_in_force(event), list(runs_of(event)[:RUNS_SHOWN]), open_objections(event)
    )


# One run


@dataclass(frozen=True)
class Report:
    """What a finished plan achieves and would change."""

    sentences: list[str]
    unmet: int
    changes: Changes | None  # None: the event has changed so much that the plan cannot be compared
    board: BoardFigure
    loads: list["Share"]

    @property
    def text(self) -> str:
        return running_text(self.sentences)


@dataclass(frozen=True)
class Share:
    """An interpreter's talks in a plan that is not published yet."""

    name: str
    talks: int
    slots: int


@dataclass(frozen=True)
class RunPage:
    event: Event
    run: PlanRun
    chart: Chart
    version: PlanVersion | None
    trouble: str = ""
    report: Report | None = field(default=None)
    comparable: bool = False  # there is another plan to compare with
    locked: list[Request] = field(default_factory=list)  # locked talks that exclude each other, or a place

    @property
    def active(self) -> bool:
        return self.run.state in ACTIVE

    @property
    def in_force(self) -> bool:
        return self.version is not None and self.version.run_id == self.run.pk

    @property
    def publishable(self) -> bool:
        """What is in force may be published once more where that makes it final."""
        return self.version is None or not self.in_force or self.version.is_provisional


def run_page(run: PlanRun) -> RunPage:
    return RunPage(
        event=run.event,
        run=run,
        chart=chart_of(run.progress, run.limit, _reached(run)),
        version=version_in_force(run.event),
        trouble=trouble(run),
        report=report(run) if run.state == PlanRun.State.DONE else None,
        comparable=runs_of(run.event).filter(state=PlanRun.State.DONE).exclude(pk=run.pk).exists(),
        locked=_locked(run) if run.state == PlanRun.State.INFEASIBLE else [],
    )


def _locked(run: PlanRun) -> list[Request]:
    """Of the talks that take part in a contradiction those that are locked: releasing one of them may resolve it."""
    keys = {one["request"] for one in run.plan.get("conflict", []) if one["request"]}
    names = ("sender__person", "sender__organisation", "recipient__person", "recipient__organisation")
    return list(run.event.requests.filter(key__in=keys, lock__isnull=False).select_related(*names).order_by("pk"))


def _reached(run: PlanRun) -> Point | None:
    """The last point of a finished run's curve."""
    if run.state != PlanRun.State.DONE or not (run.started and run.finished):
        return None
    stated = run.plan["certificate"]
    return Point((run.finished - run.started).total_seconds(), stated["weight_best"], stated["weight_bound"])


def trouble(run: PlanRun) -> str:
    """What went wrong and what to do next; empty where nothing did."""
    return {
        PlanRun.State.INTERRUPTED: gettext(
            "The calculation was cut off before it ended. Nothing was changed; start it again."
        ),
        PlanRun.State.CANCELLED: gettext("This run was stopped before it began."),
        PlanRun.State.INFEASIBLE: gettext(
            "No plan can keep all fixed conditions at once. Release one of them, then start again."
        ),
        PlanRun.State.FAILED: gettext(
            "The calculation handed in a plan that breaks a rule, so it was thrown away. Nothing was changed; "
            "start again, and tell the office if it happens twice."
        )
        if run.note.startswith("violations")
        else gettext(
            "The calculation ended with a fault of the program. Nothing was changed; start again, and tell the office "
            "if it happens twice."
        ),
    }.get(PlanRun.State(run.state), "")


def report(run: PlanRun) -> Report:
    problem, plan = bridge.unpack_problem(run.problem), bridge.unpack_plan(run.plan)
    return Report(
        sentences=sentences.result(problem, plan),
        unmet=len(plan.unmet),
        changes=changes_of(run.event, plan),
        board=board_of(problem, plan),
        loads=_loads(run.event, problem, plan),
    )


def changes_of(event: Event, plan: Plan) -> Changes | None:
    """What publishing the plan would change; None where it names what the event no longer has."""
    try:
        talks = bridge.held_in(event, plan)
    except KeyError:
        return None
    return compare(held_talks(event), talks)


def _loads(event: Event, problem: Problem, plan: Plan) -> list[Share]:
    names = {bridge.interpreter_id(one.pk): full_name(one) for one in event.interpreters.select_related("person")}
    talks = [one.interpreter for one in plan.meetings]
    shares = [
        Share(names.get(one.id, one.id), talks.count(one.id), len(problem.slots) - len(one.unavailable))
        for one in problem.interpreters
    ]
    return sorted(shares, key=lambda share: alphabetical(share.name))


# Unmet wishes


@dataclass(frozen=True)
class UnmetRow:
    request: Request
    reason: str
    remedy: str


@dataclass(frozen=True)
class UnmetPage:
    event: Event
    run: PlanRun
    rows: list[UnmetRow]
    total: int


def unmet_page(run: PlanRun, reason: str = "") -> UnmetPage:
    """The wishes that a plan does not meet, those that count most first; three queries."""
    problem, plan = bridge.unpack_problem(run.problem), bridge.unpack_plan(run.plan)
    requests = requests_by_key(run.event, [one.request for one in plan.unmet])
    names = {
        bridge.person_id(who.pk): full_name(who) for one in requests.values() for who in (one.sender, one.recipient)
    }
    weight = {one.id: one.weight for one in problem.requests}
    wanted = [one for one in plan.unmet if reason in ("", one.reason) and one.request in requests]
    rows = [
        UnmetRow(requests[one.request], sentences.reason(problem, one, names), sentences.remedy(problem, one, names))
        for one in sorted(wanted, key=lambda one: -weight.get(one.request, 0))
    ]
    return UnmetPage(run.event, run, rows, len(plan.unmet))


def requests_by_key(event: Event, keys: list[str]) -> Mapping[str, Request]:
    names = ("sender__person", "sender__organisation", "recipient__person", "recipient__organisation")
    return {one.key: one for one in event.requests.filter(key__in=keys).select_related(*names)}
