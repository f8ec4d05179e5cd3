"""Planning runs: started by an organiser, calculated by a worker, stored only when the verifier finds nothing.

A run is written by the one attempt that holds its token. Who dies leaves a run without signs of life, which
`mark_interrupted` ends; nothing that is in force is touched before `publish`.
"""

import logging
import secrets
import time
from dataclasses import replace
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.core.queue import enqueue
from qiao.engine.scheduling.budget import Progress
from qiao.engine.scheduling.model import Plan, Problem
from qiao.engine.scheduling.verify import verify
from qiao.events.models import Event
from qiao.meetings import bridge
from qiao.meetings.models import PlanRun

State = PlanRun.State
LIMITS = (10, 20, 60, 300)  # seconds that an organiser may choose
EVERY = 1.0  # seconds between two signs of life
SILENCE = timedelta(minutes=2)  # without a sign of life: longer than any single step of the solver
KEPT = 400  # points of progress that the desk can draw

log = logging.getLogger(__name__)


@transaction.atomic
def start_run(*, event: Event, by: User | None, seed: int = 1, limit: int = 20, only_gaps: bool = False) -> PlanRun:
    """Queue a planning run of `limit` seconds; one at a time and event, which the database guarantees.

    `only_gaps`: the talks in force stay where they are, and what fits beside them is added.
    """
    if not bridge.plannable_requests(event):
        raise Refused(gettext("There is nothing to plan yet: no meeting request has been accepted."))
    if not event.slots.exists() or not event.tables.exists():
        raise Refused(gettext("Enter time slots and tables first: without them no talk has a place."))
    try:
        with transaction.atomic():
            run = PlanRun.objects.create(
                event=event,
                started_by=by,
                seed=seed,
                limit=limit,
                only_gaps=only_gaps,
                token=secrets.token_hex(16),
            )
    except IntegrityError as error:
        raise Refused(gettext("A plan is being calculated already. Wait for it or stop it.")) from error
    record(by=by, action="meetings.start_run", subject=run, limit=limit, seed=seed)
    enqueue("qiao.meetings.tasks.calculate", run.pk, run.token)
    return run


@transaction.atomic
def stop_run(*, run: PlanRun, by: User) -> PlanRun:
    """End a run: one that waits is cancelled, one that calculates hands in the best plan it has found."""
    now = timezone.now()
    waiting = PlanRun.objects.filter(pk=run.pk, state=State.QUEUED)
    running = PlanRun.objects.filter(pk=run.pk, state=State.RUNNING)
    if not waiting.update(state=State.CANCELLED, finished=now, token="") and not running.update(stop_requested=True):
        raise Refused(gettext("This run has ended already."))
    record(by=by, action="meetings.stop_run", subject=run)
    run.refresh_from_db()
    return run


def mark_interrupted() -> int:
    """End the runs whose process gave no sign of life for two minutes; how many. Their attempts may write no more."""
    return _interrupt(PlanRun.objects.filter(seen_at__lt=timezone.now() - SILENCE))


def _interrupt(runs: QuerySet[PlanRun]) -> int:
    return runs.filter(state=State.RUNNING).update(state=State.INTERRUPTED, finished=timezone.now(), token="")


def calculate(run_id: int, token: str) -> None:
    """Do one run, from the worker; with a token that no longer holds nothing is done.

    A second call for the same attempt comes from whoever found its worker dead: then the run is interrupted. The
    database is not held while the solver works: it is written to once a second at most.
    """
    now = timezone.now()
    mine = PlanRun.objects.filter(pk=run_id, token=token).exclude(token="")
    if not mine.filter(state=State.QUEUED).update(state=State.RUNNING, started=now, seen_at=now):
        _interrupt(mine)
        return
    run = PlanRun.objects.select_related("event").get(pk=run_id)
    try:
        problem, plan = _solve(run)
        violations = verify(problem, plan, digest=bridge.digest(problem))
    except Exception:
        log.exception("planning run %s failed", run_id)
        _finish(run, State.FAILED, note="error")
        return
    if violations:
        rules = sorted({one.rule for one in violations})
        log.error("planning run %s: the plan breaks %s", run_id, ", ".join(rules))
        _finish(run, State.FAILED, note=("violations:" + ",".join(rules))[:300])
    elif plan.certificate.status == "infeasible":
        _finish(run, State.INFEASIBLE, note="infeasible", plan=bridge.pack_plan(plan))
    else:
        _finish(run, State.DONE, plan=bridge.pack_plan(plan))


def _solve(run: PlanRun) -> tuple[Problem, Plan]:
    from qiao.engine.scheduling.solve import solve  # here: its libraries take a second and 100 MB
    from qiao.engine.scheduling.warm import is_cold, warm

    if is_cold():  # the first plan on a machine: the compiler takes none of its time
        warm()
    with transaction.atomic():  # one moment of the event, whatever happens meanwhile
        problem = bridge.to_problem(run.event)
        previous = bridge.plan_in_force(run.event)
        if run.only_gaps:
            problem = bridge.held_in_place(problem, previous)
        run.problem = bridge.pack_problem(problem)
        run.save(update_fields=["problem"])
    signs = _Signs(run)
    plan = solve(
        problem,
        seed=run.seed,
        limit=float(run.limit),
        clock=time.monotonic,
        stop=signs.stop,
        progress=signs.note,
        previous=previous,
    )
    signs.write()
    return problem, replace(plan, problem=bridge.digest(problem))


def _finish(run: PlanRun, state: State, **fields: object) -> None:
    """Write the end, if this attempt still may."""
    still = PlanRun.objects.filter(pk=run.pk, token=run.token, state=State.RUNNING)
    if still.update(state=state, finished=timezone.now(), **fields):
        record(by=None, action="meetings.finish_run", subject=run, state=state.value)


class _Signs:
    """The run's signs of life: progress for the desk, and whether to stop, with one write a second at most."""

    def __init__(self, run: PlanRun) -> None:
        self.rows = PlanRun.objects.filter(pk=run.pk, token=run.token, state=State.RUNNING)
        self.points: list[dict[str, object]] = []
        self.written = float("-inf")
        self.stopped = False

    def note(self, progress: Progress) -> None:
        """Keep the progress; of equal ones in a row only the last, and never more than the desk can draw."""
        point: dict[str, object] = {
            "phase": progress.phase,
            "value": progress.value,
            "bound": progress.bound,
            "placed": progress.placed,
            "seconds": round(progress.seconds, 2),
        }
        if len(self.points) > 1 and all(_same(self.points[at], point) for at in (-1, -2)):
            self.points.pop()
        self.points.append(point)
        if len(self.points) > KEPT:
            del self.points[1::2]
        self.stop()

    def stop(self) -> bool:
        """Whether the organiser asked to stop, or this attempt lost its run."""
        if not self.stopped and time.monotonic() - self.written >= EVERY:
            self.write()
        return self.stopped

    def write(self) -> None:
        self.written = time.monotonic()
        alive = self.rows.update(seen_at=timezone.now(), progress=self.points)
        self.stopped = not alive or self.rows.filter(stop_requested=True).exists()


def _same(one: dict[str, object], other: dict[str, object]) -> bool:
    return all(one[key] == other[key] for key in ("phase", "value", "bound", "placed"))
