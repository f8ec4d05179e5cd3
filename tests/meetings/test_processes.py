"""What only real processes show: two publishers at once, and a worker that is killed."""

import random
import time

import pytest

from tests.meetings.processes import WORLD, begin, begin_and_wait, go, kill, own_database, run

pytestmark = pytest.mark.db

PUBLISH = """
from qiao.core.errors import Refused
from qiao.meetings import actions
from qiao.meetings.models import PlanRun
print("ready", flush=True)
input()
try:
    print("version", actions.publish(run=PlanRun.objects.get(pk={pk}), by=None, over={over}).number)
except Refused:
    print("refused")
"""
STATE = """
from qiao.meetings.models import *
print(PlanVersion.objects.count(), Meeting.objects.count(), Seat.objects.count(),
      Meeting.objects.exclude(version__number=PlanVersion.objects.count()).count(), AgendaNotice.objects.count())
"""


@pytest.mark.django_db(transaction=True)
def test_of_two_publishers_at_once_one_wins_and_the_other_is_refused(tmp_path) -> None:
    with own_database(tmp_path) as url:
        runs = run(url, WORLD + "print(*[finished_run(world, first_plan(world)).pk for _ in range(2)])").split()
        both = [begin_and_wait(url, PUBLISH.format(pk=pk, over=0)) for pk in runs]
        for process in both:
            go(process)
        said = sorted(process.communicate(timeout=60)[0].strip() for process in both)
        assert said == ["refused", "version 1"]
        assert run(url, STATE) == "1 3 6 0 5"


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_a_publisher_killed_at_any_moment_leaves_the_old_plan_or_the_new_one(tmp_path) -> None:
    rng = random.Random(7)
    with own_database(tmp_path) as url:
        code = WORLD + "print(*[finished_run(world, first_plan(world)[n % 2:]).pk for n in range(20)])"
        runs = run(url, code).split()
        version = 0
        for pk in runs:
            process = begin_and_wait(url, PUBLISH.format(pk=pk, over=version))
            go(process)
            time.sleep(rng.uniform(0, 0.15))
            kill(process)
            versions, talks, seats, strangers, _notices = map(int, run(url, STATE).split())
            assert versions in (version, version + 1)
            assert seats == 2 * talks
            assert strangers == 0
            assert talks in (2, 3) or versions == 0
            version = versions


CALCULATE = """
from qiao.meetings import actions
from qiao.meetings.models import PlanRun
run = PlanRun.objects.get(pk={pk})
print("ready", flush=True)
actions.calculate(run.pk, run.token)
"""
HARD = """
from qiao.engine.scheduling import solve as module
import time
def endless(problem, *, stop, progress, **settings):
    while not stop():
        time.sleep(0.05)
    raise AssertionError("nobody asked to stop")
module.solve = endless
"""


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_a_killed_run_is_interrupted_the_plan_in_force_stays_and_planning_starts_again(tmp_path) -> None:
    with own_database(tmp_path) as url:
        code = "actions.publish(run=finished_run(world, first_plan(world)), by=None)\n"
        pk = run(url, WORLD + code + "print(actions.start_run(event=world.event, by=None, limit=300).pk)")
        process = begin(url, HARD + CALCULATE.format(pk=pk))
        assert process.stdout.readline().strip() == "ready"
        look = f"from qiao.meetings.models import PlanRun; print(PlanRun.objects.get(pk={pk}).state)"
        end = time.monotonic() + 30
        while run(url, look) != "running":
            assert time.monotonic() < end
        kill(process)
        assert run(url, look) == "running"  # nobody is left who could say that it ended
        later = """
from datetime import timedelta
from django.utils import timezone
from unittest import mock
from qiao.meetings import actions
now = timezone.now() + timedelta(minutes=3)
with mock.patch("django.utils.timezone.now", lambda: now):
    print(actions.mark_interrupted())
"""
        assert run(url, later) == "1"
        assert run(url, look) == "interrupted"
        assert run(url, STATE) == "1 3 6 0 5"
        again = """
from qiao.events.models import Event
from qiao.meetings import actions
print(actions.start_run(event=Event.objects.get(), by=None).state)
"""
        assert run(url, again) == "queued"
