"""Fixtures for all tests. No test reaches another host; test_network.py proves it."""

import gc
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

os.environ.setdefault("QIAO_TEST", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
from django.utils import translation

from tests import tables
from tests.world import World, same_world

LOCAL = {"127.0.0.1", "::1", "localhost"}


ABSENT_DATA = "absent data: "  # licensed data that never enters the project: the one good reason to skip


COUNTING = ("COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START")  # by these, coverage also counts in child processes


@contextmanager
def _uncounted(item: pytest.Item) -> Iterator[None]:
    """Counting covered lines takes as long again: not where a browser or a crawl goes over what other tests count."""
    if not (item.get_closest_marker("uncounted") or item.get_closest_marker("browser")):
        yield
        return
    counting, children = sys.gettrace(), {name: os.environ.pop(name) for name in COUNTING if name in os.environ}
    sys.settrace(None)
    threading.settrace(None)  # type: ignore[arg-type]
    yield
    sys.settrace(counting)
    threading.settrace(counting)  # type: ignore[arg-type]
    os.environ.update(children)


@pytest.hookimpl(hookwrapper=True, trylast=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    with _uncounted(item):
        yield


@pytest.hookimpl(hookwrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    with _uncounted(item):
        yield


@pytest.hookimpl(hookwrapper=True, trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    with _uncounted(item):
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs the demo loaded comes first: of several processes one loads it, and the others do not wait for that."""
    items.sort(key=lambda item: "demo_home" not in getattr(item, "fixturenames", ()))


def pytest_collection_finish() -> None:
    """The collector need not look again and again at the modules that stay: a tenth less time for the fast tests."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> Iterator[None]:
    """With QIAO_REQUIRE_ALL=1 nothing may be skipped: a missing program must not pass for a passing test."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("QIAO_REQUIRE_ALL") == "1" and ABSENT_DATA not in str(report.longrepr):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped: {report.longrepr}"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    tables.leave_migrations_out()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        tables.finish()


@pytest.fixture(autouse=True)
def _no_other_host(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def local_only(self: socket.socket, address: object) -> None:
        if self.family != socket.AF_UNIX and isinstance(address, tuple) and address[0] not in LOCAL:
            raise AssertionError(f"a test tried to reach {address[0]}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", local_only)


@pytest.fixture(autouse=True, scope="session")
def _files_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What tests upload lies in no home."""
    from django.conf import settings

    settings.FILES_FOLDER = tmp_path_factory.mktemp("files")


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """What this process keeps of the database for searching must not outlive a test's transaction."""
    from qiao.directory import catalogue, embedders

    catalogue.forget()
    embedders.forget()
    yield
    catalogue.forget()
    embedders.forget()


@pytest.fixture(autouse=True)
def _same_language() -> Iterator[None]:
    """A command that runs within a test chooses its language for the process; the next test begins as if alone."""
    with translation.override(translation.get_language()):
        yield


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One Chromium for all tests of a module."""
    from tests.browser import chromium  # here: most tests need no browser

    with chromium() as started:
        yield started


@pytest.fixture
def world(db: None) -> World:
    return same_world()


@pytest.fixture
def sign_in(client) -> Callable:
    """Sign a user in and hand back the client: `sign_in(world.owner).get("/")`."""

    def enter(user):
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return enter


@pytest.fixture
def run_tasks(db: None) -> Callable[[], int]:
    """Run all queued background tasks in this process; returns how many ran, raises what one raised."""

    def run() -> int:
        from django.utils.module_loading import import_string
        from django_tasks_db.models import DBTaskResult

        count = 0
        while task := DBTaskResult.objects.ready().first():
            task.claim("test")
            value = import_string(task.task_path).call(*task.args_kwargs["args"], **task.args_kwargs["kwargs"])
            task.set_successful(value)
            count += 1
        return count

    return run


@pytest.fixture
def mail_folder(settings, tmp_path) -> Iterator:
    settings.MAIL_FOLDER = tmp_path / "mail"
    settings.EMAIL_BACKEND = "qiao.core.mail.FileBackend"  # the test runner would collect them in memory
    return settings.MAIL_FOLDER
