"""Background work: `qiao work` keeps three workers alive, repeats what died with one, and queues what is due.

Every task may run twice (a worker can die after the work and before the note that it is done), so every task is written
to find nothing left to do the second time. One worker serves the queue `planning`, niced, and one the queue `mail`: neither
a plan nor an import of minutes delays somebody's code for signing in.
"""

import logging
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from types import FrameType

from django.conf import settings
from django.db import close_old_connections, connection, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from qiao.core.models import Worker
from qiao.core.prepare import prepare
from qiao.core.queue import enqueue_once

log = logging.getLogger("qiao.work")

QUEUES = tuple(settings.TASKS["default"]["QUEUES"])
BEAT = 2.0  # seconds between two signs of life
SILENCE = timedelta(seconds=30)  # a worker unseen for so long is dead
ATTEMPTS = 3
GRACE = 20.0  # seconds a worker has to end its task when the installation stops
# What recurs, by the stage that owns it, and every how many seconds.
DUE = {
    "qiao.core.tasks.send_due_mails": 60,
    "qiao.core.webhook_tasks.call_due_webhooks": 60,
    "qiao.core.notice_tasks.send_bundles": 600,
    "qiao.directory.tasks.embed_stale": 60,
    "qiao.directory.tasks.index_stale": 60,
    "qiao.directory.tasks.send_alerts": 600,
    "qiao.directory.tasks.tidy_index": 86_400,
    "qiao.directory.tasks.tag_stale": 60,
    "qiao.matchmaking.tasks.refresh_due_suggestions": 60,
    "qiao.matchmaking.tasks.expire_requests": 60,
    "qiao.matchmaking.tasks.send_digests": 600,
    "qiao.matchmaking.tasks.remind": 3600,
    "qiao.meetings.tasks.mark_interrupted": 60,
    "qiao.meetings.tasks.tell_due": 60,
    "qiao.meetings.tasks.note_talks": 3600,
    "qiao.meetings.tasks.fill_places": 600,  # also at once when a place in a session becomes free
    "qiao.meetings.tasks.post_due": 60,
    "qiao.meetings.tasks.look_at_programmes": 600,
    "qiao.meetings.tasks.tell_day_before": 1800,
    "qiao.matchmaking.tasks.learn_weights": 86_400,
    "qiao.core.tasks.forget_old": 3600,
    "qiao.events.tasks.forget_answers": 3600,
    "qiao.events.tasks.forget_files": 3600,
    "qiao.events.tasks.tend_travel": 3600,
    "qiao.directory.tasks.look_for_doubles": 6 * 3600,  # also at once after what changes the directory
    "qiao.directory.tasks.tend_imports": 60,
    "qiao.directory.tasks.tend_market": 3600,
    "qiao.directory.tasks.tend_certificates": 6 * 3600,
    "qiao.directory.tasks.sweep_files": 3600,
    "qiao.directory.tasks.nudge_stale": 3600,
    "qiao.office.tasks.open_follow_ups": 60,
    "qiao.office.tasks.ask_how_it_stands": 3600,
    "qiao.office.tasks.forget_articles": 6 * 3600,
    "qiao.site.tasks.draft_abstracts": 60,  # also at once when somebody orders drafts
    "qiao.site.tasks.forget_journals": 3600,
}


class WorkerDied(Exception):  # noqa: N818  it says what happened
    """The processes that should have done a task died, as often as it may be tried."""


def worker_name(queue: str) -> str:
    return f"{queue}-{socket.gethostname()[:30]}-{secrets.token_hex(6)}"


def due(last: dict[str, float], now: float) -> list[str]:
    """The names of what recurs and was not queued within its interval; `last` remembers, in seconds of `now`."""
    names = [name for name, seconds in DUE.items() if now - last.get(name, float("-inf")) >= seconds]
    last.update(dict.fromkeys(names, now))
    return names


@transaction.atomic
def reap() -> int:
    """Put tasks of dead workers back into the queue, or give them up after three attempts; how many were found."""
    alive = set(Worker.objects.filter(seen_at__gte=timezone.now() - SILENCE).values_list("name", flat=True))
    running = DBTaskResult.objects.running().select_for_update(skip_locked=True, of=("self",))
    dead = [task for task in running if alive.isdisjoint(task.worker_ids[-1:])]
    for task in dead:
        log.warning("task %s (%s) lost its worker, attempt %d", task.pk, task.task_path, len(task.worker_ids))
        if len(task.worker_ids) < ATTEMPTS:
            task.status = TaskResultStatus.READY
            task.save(update_fields=["status"])
        else:
            task.set_failed(WorkerDied(f"{len(task.worker_ids)} workers died with it"))
    return len(dead)


def beat(name: str, stop: threading.Event, parent: int) -> None:
    """Say every two seconds that this worker lives. Ends the worker when its supervisor is gone. Runs in a thread."""
    while not stop.wait(BEAT):
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)
            break
        try:
            close_old_connections()
            Worker.objects.filter(name=name).update(seen_at=timezone.now())
        except Exception:
            log.exception("worker %s could not say that it lives", name)
            connection.close()
    connection.close()


def run_queue(queue: str, name: str) -> None:
    """Be one worker until told to stop."""
    from django_tasks_db.management.commands.db_worker import Worker as TaskWorker

    if queue == "planning":
        os.nice(10)
    Worker.objects.create(name=name, queue=queue, pid=os.getpid(), seen_at=timezone.now())
    stop = threading.Event()
    heart = threading.Thread(target=beat, args=(name, stop, os.getppid()), daemon=True)
    heart.start()
    worker = TaskWorker(
        queue_names=[queue], excluded_queue_names=[], interval=0.5, batch=False, backend_name="default",
        startup_delay=False, max_tasks=None, worker_id=name,
    )  # fmt: skip

    def end(signum: int, frame: FrameType | None) -> None:
        """After the present query or task: the library's own way leaves in the middle of a query, and a broken connection."""
        worker.running = False

    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, end)
    try:
        worker.run()
    finally:
        stop.set()
        heart.join(BEAT)
        Worker.objects.filter(name=name).delete()


@dataclass
class Child:
    """A worker process and the one that follows when it dies."""

    queue: str
    name: str = ""
    process: subprocess.Popen[bytes] | None = None
    started: float = field(default=float("-inf"))

    def start(self, now: float) -> None:
        self.name = worker_name(self.queue)
        self.started = now
        command = [sys.executable, "-m", "django", "run_queue", self.queue, "--name", self.name]
        # A session of its own: Ctrl+C in a terminal reaches the supervisor, which then ends its workers in order.
        self.process = subprocess.Popen(command, env=environment(), start_new_session=True)  # noqa: S603  our own words

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None


def environment() -> dict[str, str]:
    """For processes of our own: the settings of this one."""
    return {**os.environ, "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "qiao.settings")}


class Supervisor:
    """Starts the workers, restarts what dies, reaps and queues what is due, until told to stop."""

    def __init__(self, *, stop_with_parent: bool = False) -> None:
        self.children = [Child(queue) for queue in QUEUES]
        self.stopping = threading.Event()
        self.parent = os.getppid() if stop_with_parent else None
        self.last_due: dict[str, float] = {}
        self.last_reap = float("-inf")

    def stop(self, signum: int = 0, frame: FrameType | None = None) -> None:
        self.stopping.set()

    def run(self) -> int:
        while not self.stopping.wait(0.5):
            if self.parent is not None and os.getppid() != self.parent:
                break
            self.tick(time.monotonic())
        self.end()
        return 0

    def tick(self, now: float) -> None:
        for child in self.children:
            if not child.is_alive() and now - child.started >= 2:  # one that dies at once is not restarted in a rush
                self._safely(partial(self._replace, child, now))
        if now - self.last_reap >= 5:
            self.last_reap = now
            self._safely(reap)
        for name in due(self.last_due, now):
            self._safely(partial(enqueue_once, name))

    def _replace(self, child: Child, now: float) -> None:
        if child.process is not None:
            log.warning("worker %s ended with status %s", child.name, child.process.returncode)
            Worker.objects.filter(name=child.name).delete()  # its task need not wait for half a minute
            self.last_reap = float("-inf")
        child.start(now)

    def _safely(self, step: Callable[[], object]) -> None:
        """The database may be away for a moment; the supervisor stays."""
        if self.stopping.is_set():  # a step may wait long for the database
            return
        try:
            close_old_connections()
            step()
        except Exception:
            log.exception("background work: a step failed, the next attempt follows")

    def end(self) -> None:
        living = [child.process for child in self.children if child.process and child.is_alive()]
        for process in living:
            process.terminate()
        deadline = time.monotonic() + GRACE
        for process in living:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()  # its task is repeated after the next start
                process.wait()


def supervise(*, stop_with_parent: bool = False) -> int:
    """Do the background work of this installation until SIGTERM or Ctrl+C; the exit status."""
    prepare()
    supervisor = Supervisor(stop_with_parent=stop_with_parent)
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, supervisor.stop)
    return supervisor.run()
