"""Background work survives the death of its processes. Real processes on a database of their own."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes
from importlib import import_module
from inspect import signature
from pathlib import Path
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import TaskResultStatus
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

import qiao
from qiao.core import work
from qiao.core.actions import forget_old
from qiao.core.models import Worker
from qiao.core.queue import enqueue, enqueue_once
from tests.core.test_serving import free_port

pytestmark = pytest.mark.db
ROOT = Path(__file__).resolve().parents[2]


class Bench:
    """An installation in a folder of its own, looked at with plain SQL."""

    def __init__(self, folder: Path, url: str, connect: Callable) -> None:
        self.folder, self.connect = folder, connect
        (folder / "starts").mkdir()
        self.environment = {
            **os.environ,
            "QIAO_HOME": str(folder),
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "qiao.settings",
            "QIAO_TEST": "1",
        }

    def run(self, code: str) -> None:
        start = "import django; django.setup()\nfrom qiao.core.prepare import prepare\nfrom qiao.core.queue import enqueue\n"
        subprocess.run([sys.executable, "-c", start + code], env=self.environment, cwd=ROOT, check=True, timeout=120)

    def supervise(self) -> subprocess.Popen:
        return subprocess.Popen([sys.executable, "-m", "django", "work"], env=self.environment, cwd=ROOT)

    def sql(self, query: str) -> list[tuple]:
        database = self.connect()
        try:
            cursor = database.cursor()
            cursor.execute(query)
            rows = cursor.fetchall() if cursor.description else []
            database.commit()
            return rows
        finally:
            database.close()

    def workers(self) -> dict[str, int]:
        return dict(self.sql("SELECT queue, pid FROM qiao_worker"))

    def tasks(self, path: str) -> list[tuple[str, list[str]]]:
        rows = self.sql(f"SELECT status, worker_ids FROM django_tasks_database_dbtaskresult WHERE task_path = '{path}'")
        return [(status, json.loads(ids) if isinstance(ids, str) else ids) for status, ids in rows]

    def starts(self) -> list[int]:
        """Process ids of the attempts, in order."""
        return [int(name.split("-")[1]) for name in sorted(os.listdir(self.folder / "starts"))]


@pytest.fixture
def bench(tmp_path, django_db_blocker) -> Iterator[Bench]:
    if connection.vendor == "sqlite":
        file = tmp_path / "qiao.sqlite3"
        yield Bench(tmp_path, f"sqlite:///{file}", lambda: sqlite3.connect(file, timeout=20))
        return
    import psycopg

    host, user = (
        connection.settings_dict["OPTIONS"].get("host") or connection.settings_dict["HOST"],
        connection.settings_dict["USER"],
    )
    name = f"bench_{os.getpid()}_{time.time_ns()}"
    with psycopg.connect(host=host, user=user, dbname="postgres", autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield Bench(
            tmp_path,
            f"postgres://{user}@/{name}?host={host}",
            lambda: psycopg.connect(host=host, user=user, dbname=name),
        )
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def wait_until(met: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.1)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_killed_worker_is_replaced_and_its_task_done_once(bench) -> None:
    bench.run(f"prepare(); enqueue('tests.core.slow_task.slow', {str(bench.folder / 'starts')!r}, 600)")
    supervisor = bench.supervise()
    try:
        wait_until(bench.starts)
        first = bench.starts()[0]
        assert bench.workers()["default"] == first
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: bench.tasks("tests.core.slow_task.slow")[0][0] == "SUCCESSFUL")
        assert len(bench.tasks("tests.core.slow_task.slow")[0][1]) == 2
        assert len(set(bench.starts())) == 2
        assert bench.sql("SELECT count(*) FROM qiao_auditentry WHERE action = 'test.result'") == [(1,)]
        living = bench.workers()
        assert set(living) == {"default", "mail", "planning"}
        supervisor.send_signal(signal.SIGTERM)
        assert supervisor.wait(timeout=15) == 0
        assert not any(is_running(pid) for pid in living.values())
        assert bench.workers() == {}
    finally:
        supervisor.kill()


@pytest.mark.long
def test_workers_end_when_their_supervisor_is_killed(bench) -> None:
    bench.run("prepare()")
    supervisor = bench.supervise()
    wait_until(lambda: len(bench.workers()) == len(work.QUEUES))
    pids = list(bench.workers().values())
    assert len(pids) == len(work.QUEUES)
    assert all(is_running(pid) for pid in pids)
    supervisor.kill()
    wait_until(lambda: not any(is_running(pid) for pid in pids), 15)
    assert not any(is_running(pid) for pid in pids)


@pytest.mark.long
def test_many_kills_lose_no_task_and_do_none_twice(bench) -> None:
    amount, kills = 200, 20
    bench.run(f"prepare()\nfor n in range({amount}): enqueue('tests.core.slow_task.count', n)")
    supervisor = bench.supervise()
    chance = random.Random(7)
    done = "SELECT count(*) FROM qiao_auditentry WHERE action = 'test.count'"
    try:
        for _ in range(kills):
            wait_until(lambda: "default" in bench.workers())
            time.sleep(chance.uniform(0.1, 0.9))
            if pid := bench.workers().get("default"):
                os.kill(pid, signal.SIGKILL)
            wait_until(lambda dead=pid: bench.workers().get("default") != dead)
        wait_until(
            lambda: all(
                status != "RUNNING" and status != "READY" for status, _ in bench.tasks("tests.core.slow_task.count")
            ),
            120,
        )
        states = [status for status, _ids in bench.tasks("tests.core.slow_task.count")]
        assert states == ["SUCCESSFUL"] * amount
        assert bench.sql(done) == [(amount,)]
    finally:
        supervisor.terminate()
        supervisor.wait(timeout=30)


class Postbox:
    """A mail server that takes everything, and counts."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()

    async def handle_DATA(self, server: SMTP, session, envelope) -> str:  # noqa: N802
        self.taken[message_from_bytes(envelope.content)["Message-ID"]] += 1
        return "250 fine"


QUEUE_MAILS = """prepare()
from django.db import transaction
from qiao.core.actions import queue_mail
with transaction.atomic():
    for n in range(%d):
        queue_mail(user=None, address=f"p{n}@example.org", kind="test", subject=f"Mail {n}", body="Guten Tag", language="de")
"""


@pytest.mark.long
def test_two_thousand_mails_and_ten_kills_lose_none_and_repeat_at_most_one_each(bench) -> None:
    amount, kills, postbox = 2000, 10, Postbox()
    post = Controller(postbox, hostname="127.0.0.1", port=free_port())
    post.start()
    bench.environment["EMAIL_URL"] = f"smtp://127.0.0.1:{post.port}"
    bench.run(QUEUE_MAILS % amount)
    supervisor, chance = bench.supervise(), random.Random(11)
    waiting = "SELECT count(*) FROM qiao_mail WHERE state = 'queued'"
    try:
        for k in range(kills):
            wait_until(lambda so_far=k: len(postbox.taken) >= so_far * amount // (kills + 1) + 1, 120)
            time.sleep(chance.uniform(0, 0.05))
            os.kill(pid := bench.workers()["mail"], signal.SIGKILL)
            wait_until(lambda dead=pid: bench.workers().get("mail", dead) != dead)
        wait_until(lambda: bench.sql(waiting)[0][0] <= kills, 300)
        # What somebody had begun to send is left alone for some minutes: let them pass.
        bench.sql("UPDATE qiao_mail SET next_attempt = '2020-01-01 00:00:00+00:00' WHERE state = 'queued'")
        bench.run("enqueue('qiao.core.tasks.send_due_mails')")
        wait_until(lambda: bench.sql(waiting) == [(0,)], 60)
    finally:
        supervisor.terminate()
        supervisor.wait(timeout=30)
        post.stop()
    assert bench.sql("SELECT count(*) FROM qiao_mail WHERE state = 'sent'") == [(amount,)]
    assert {one for (one,) in bench.sql("SELECT message_id FROM qiao_mail")} == set(postbox.taken)
    assert sum(postbox.taken.values()) <= amount + kills


# In this process: what is reaped, and what is due.


def running_task(*workers: str) -> DBTaskResult:
    enqueue("qiao.core.tasks.send_due_mails")
    task = DBTaskResult.objects.latest("enqueued_at")
    task.status, task.worker_ids = TaskResultStatus.RUNNING, list(workers)
    task.save()
    return task


def worker(name: str, seconds_ago: float) -> Worker:
    return Worker.objects.create(
        name=name, queue="default", pid=1, seen_at=timezone.now() - timedelta(seconds=seconds_ago)
    )


@pytest.mark.parametrize(
    ("attempts", "seen", "status"),
    [
        (1, 1, TaskResultStatus.RUNNING),
        (1, 29, TaskResultStatus.RUNNING),
        (2, 1, TaskResultStatus.RUNNING),  # the first worker is dead, the second one lives
        (1, 31, TaskResultStatus.READY),
        (2, 31, TaskResultStatus.READY),
        (3, 31, TaskResultStatus.FAILED),
    ],
)
def test_reaping(db, attempts: int, seen: float, status: str) -> None:
    names = [f"w{number}" for number in range(attempts)]
    worker(names[-1], seen)
    task = running_task(*names)
    found = work.reap()
    task.refresh_from_db()
    assert (task.status, found) == (status, int(status != TaskResultStatus.RUNNING))


@pytest.mark.parametrize("names", [("gone",), ()])
def test_a_worker_that_left_no_trace_is_dead(db, names: tuple[str, ...]) -> None:
    task = running_task(*names)
    work.reap()
    task.refresh_from_db()
    assert task.status == TaskResultStatus.READY


def test_what_recurs_is_due_at_its_interval() -> None:
    last: dict[str, float] = {}
    assert work.due(last, 0.0) == list(work.DUE)
    assert work.due(last, 59.0) == []
    assert "qiao.core.tasks.send_due_mails" in work.due(last, 60.0)
    assert "qiao.core.tasks.forget_old" not in work.due(last, 120.0)


@pytest.mark.parametrize("name", work.DUE)
def test_everything_that_recurs_exists_and_may_run_twice(world, name: str) -> None:
    task = import_string(name)
    task.call()
    once = rows_of_all_tables()
    task.call()
    assert rows_of_all_tables() == once


def rows_of_all_tables() -> dict[str, list[tuple]]:
    """What a task can have done twice: all rows but those that note when something was done."""
    models = [model for model in apps.get_models() if model.__module__.startswith(("qiao.", "django_tasks"))]
    return {model.__name__: list(model.objects.order_by("pk").values_list()) for model in models}


def test_everything_without_arguments_recurs() -> None:
    """What takes up all that is due has to be looked at again and again, whoever else queues it."""
    modules = {f"qiao.{path.parent.name}.{path.stem}" for path in Path(qiao.__path__[0]).glob("*/*tasks.py")}
    tasks = [one for module in modules for one in vars(import_module(module)).values()]
    found = {one.module_path for one in tasks if isinstance(one, Task) and not signature(one.func).parameters}
    assert found == set(work.DUE)


@pytest.mark.parametrize(("name", "queue"), [("qiao.core.tasks.send_mail", "mail"), ("qiao.core.tasks.send_due_mails", "mail"),
                                             ("qiao.meetings.tasks.calculate", "planning")])  # fmt: skip
def test_neither_a_plan_nor_an_import_delays_a_mail(name: str, queue: str) -> None:
    assert import_string(name).queue_name == queue


def test_what_waits_already_is_not_queued_again(db) -> None:
    assert enqueue_once("qiao.core.tasks.send_due_mails")
    assert enqueue_once("qiao.core.tasks.send_due_mails") is None
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING)
    assert enqueue_once("qiao.core.tasks.send_due_mails"), "what runs may have looked already"


def test_a_failing_step_does_not_stop_the_supervisor(db, caplog) -> None:
    def broken() -> None:
        raise RuntimeError("away")

    work.Supervisor()._safely(broken)
    assert "away" in caplog.text


def test_counters_and_uploads_whose_time_is_over_are_forgotten(db) -> None:
    cache.clear()
    cache.set("over", "uploaded table", -1)
    cache.set("valid", "uploaded table", 60)
    with connection.cursor() as cursor:
        before = cached(cursor)
        forget_old()
        assert (before, cached(cursor)) == (2, 1)
    assert cache.get("valid") == "uploaded table"


def cached(cursor) -> int:
    cursor.execute("SELECT count(*) FROM qiao_cache")
    return cursor.fetchone()[0]


class Moments:
    """Stands for an event that is waited for: not set `times` times, then set."""

    def __init__(self, times: int) -> None:
        self.left = times

    def wait(self, seconds: float) -> bool:
        self.left -= 1
        return self.left < 0


@pytest.fixture
def _connection_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """The heart beats in a thread and closes its own connection: here that would be the one of this test."""
    monkeypatch.setattr(work, "connection", SimpleNamespace(close=lambda: None))
    monkeypatch.setattr(work, "close_old_connections", lambda: None)


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a supervisor begins: instead of doing it, it is noted."""
    steps: list[str] = []

    def start(child: work.Child, now: float) -> None:
        child.started = now
        steps.append(child.queue)

    monkeypatch.setattr(work.Child, "start", start)
    monkeypatch.setattr(work, "reap", lambda: steps.append("reap"))
    monkeypatch.setattr(work, "enqueue_once", steps.append)
    return steps


@pytest.mark.usefixtures("_connection_stays")
def test_a_supervisor_starts_workers_reaps_and_queues_what_is_due(begun) -> None:
    supervisor = work.Supervisor()
    for now, steps in ((0.0, [*work.QUEUES, "reap", *work.DUE]), (1.9, []), (5.0, [*work.QUEUES, "reap"])):
        begun.clear()
        supervisor.tick(now)
        assert begun == steps, "a worker that ends at once is not started again in a rush"


@pytest.mark.usefixtures("_connection_stays")
def test_a_supervisor_told_to_stop_begins_no_further_step(begun, monkeypatch: pytest.MonkeyPatch) -> None:
    supervisor, start = work.Supervisor(), work.Child.start
    monkeypatch.setattr(work.Child, "start", lambda child, now: start(child, now) or supervisor.stop())
    supervisor.tick(time.monotonic())
    assert begun == [work.QUEUES[0]]


@pytest.mark.usefixtures("_connection_stays")
def test_a_worker_says_that_it_lives(db) -> None:
    quiet = worker("quiet", 60)
    work.beat(worker("speaks", 60).name, Moments(1), os.getppid())
    assert list(Worker.objects.filter(seen_at__gt=quiet.seen_at + timedelta(seconds=30))) == [
        Worker.objects.get(name="speaks")
    ]


@pytest.mark.usefixtures("_connection_stays")
def test_a_worker_whose_supervisor_is_gone_ends(db, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = []
    monkeypatch.setattr(os, "kill", lambda *what: sent.append(what))
    work.beat("orphan", Moments(3), parent=-1)
    assert sent == [(os.getpid(), signal.SIGTERM)]


def test_a_supervisor_whose_server_is_gone_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    supervisor, ticks = work.Supervisor(stop_with_parent=True), []
    supervisor.stopping = Moments(3)
    monkeypatch.setattr(supervisor, "tick", lambda now: ticks.append(now) or setattr(supervisor, "parent", -1))
    assert (supervisor.run(), len(ticks)) == (0, 1)


def test_a_worker_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "GRACE", 0.0)
    supervisor = work.Supervisor()
    child = supervisor.children[0]
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); signal.alarm(20); print(flush=True); signal.pause()"
    child.process = subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE)
    with child.process:
        child.process.stdout.readline()
        supervisor.end()
    assert child.process.returncode == -signal.SIGKILL


def test_a_worker_serves_its_queue_and_told_to_stop_ends_its_query_first(db, monkeypatch: pytest.MonkeyPatch) -> None:
    from django_tasks_db.management.commands.db_worker import Worker as TaskWorker

    running = []

    def run(worker: TaskWorker) -> None:
        with connection.cursor() as cursor:
            os.kill(os.getpid(), signal.SIGTERM)
            cursor.execute("SELECT 1")
        running.append((worker.running, worker.queue_names))

    beats, niceness = [], []
    monkeypatch.setattr(os, "nice", niceness.append)
    monkeypatch.setattr(work, "beat", lambda name, stop, parent: beats.append((name, parent)))
    monkeypatch.setattr(TaskWorker, "run", run)
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)}
    try:
        work.run_queue("planning", "stopped")
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert running == [(False, ["planning"])]
    assert beats == [("stopped", os.getppid())]
    assert niceness == [10], "a plan is not to slow the pages down"
    assert not Worker.objects.exists()
