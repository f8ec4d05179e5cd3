"""Group chats: connected by their organiser, told once what concerns everybody, and what failed is told in words."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from qiao.adapters.robots import Robot, RobotError
from qiao.core.models import AuditEntry
from qiao.core.sealing import unseal
from qiao.events.models import ProgrammeItem
from qiao.meetings import actions
from qiao.meetings.actions import groups
from qiao.meetings.group_models import ChatGroup, GroupPost
from tests.meetings.plans import finished_run, first_plan, wishes

pytestmark = [pytest.mark.db, pytest.mark.django_db]
TOKEN = "0a1b2c3d4e5f67890123"
ADDRESS = f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={TOKEN}"


@pytest.fixture
def group(world) -> ChatGroup:
    robot = Robot("wecom", TOKEN)
    return actions.connect_group(
        event=world.event, name="参会群", robot=robot, languages=["de", "zh-hans"], by=world.organiser
    )


class Posted(list):
    """(robot, text) of what was posted; while there are `problems`, the next of them is raised instead."""

    def __init__(self) -> None:
        super().__init__()
        self.problems: list[RobotError] = []

    def post(self, robot: Robot, text: str) -> None:
        if self.problems:
            raise self.problems.pop(0)
        self.append((robot, text))


@pytest.fixture
def posted(monkeypatch) -> Posted:
    found = Posted()
    monkeypatch.setattr(groups.robots, "post", found.post)
    return found


def test_an_organiser_connects_and_removes_a_group(world, sign_in) -> None:
    client, page = sign_in(world.organiser), reverse("groups", args=[world.event.slug])
    wrong = client.post(page, {"name": "Gruppe", "address": "https://127.0.0.1/send?key=abcdefgh", "languages": ["de"]})
    assert "keine Adresse" in wrong.content.decode()
    assert "127.0.0.1" not in wrong.content.decode()
    assert not ChatGroup.objects.exists()
    client.post(page, {"name": "Gruppe", "address": ADDRESS, "languages": ["de"]})
    group = ChatGroup.objects.get()
    assert unseal(group.sealed) == {"token": TOKEN, "secret": ""}
    assert TOKEN not in group.sealed
    shown = client.get(page).content.decode()
    assert TOKEN not in shown
    assert TOKEN[-4:] in shown
    assert GroupPost.objects.get().kind == "test"
    assert TOKEN not in str(list(AuditEntry.objects.values_list("details")))
    client.post(reverse("group-remove", args=[world.event.slug, group.key]))
    assert not ChatGroup.objects.exists()


def test_a_published_plan_is_posted_once_in_the_groups_languages(world, group, posted) -> None:
    wishes(world)
    run = finished_run(world, first_plan(world))
    actions.publish(run=run, by=world.organiser)
    row = GroupPost.objects.get()
    assert actions.post(row.pk)
    assert not actions.post(row.pk)
    ((robot, text),) = posted
    assert robot.token == TOKEN
    assert "Konferenz 2027" in text
    assert "2027年大会" in text
    assert all(one.person.name not in text for one in (world.german, world.chinese))


def test_announcements_to_everybody_alone_are_posted(world, group) -> None:
    for segment, key in (("idle", "a" * 20), ("admitted", "b" * 20)):
        made = actions.announce(
            event=world.event, segment=segment, key=key, by=world.organiser,
            subjects={"de": "Bus"}, bodies={"de": "Um 8 Uhr."},
        )  # fmt: skip
        actions.send_announcement(made.pk)
    assert [row.text for row in GroupPost.objects.all()] == [
        "Konferenz 2027\nBus\n\nUm 8 Uhr.\n\n2027年大会\nBus\n\nUm 8 Uhr."
    ]


def test_the_day_before_is_told_once_and_in_the_morning(world, group, monkeypatch) -> None:
    early = datetime(2027, 11, 1, 23, 0, tzinfo=UTC)  # 07:00 in Jinan
    for now, told in ((early, 0), (early + timedelta(hours=3), 1), (early + timedelta(hours=6), 0)):
        monkeypatch.setattr(timezone, "now", lambda now=now: now)
        assert actions.tell_day_before() == told
    assert "beginnt morgen" in GroupPost.objects.get().text


def test_a_programme_is_told_once_it_stands_still(world, group) -> None:
    assert actions.look_at_programmes() == 0
    item = ProgrammeItem.objects.create(
        event=world.event, names={"de": "Empfang"}, starts=world.slots[0].start, ends=world.slots[0].end
    )
    assert [actions.look_at_programmes() for _ in range(3)] == [0, 1, 0]
    ProgrammeItem.objects.filter(pk=item.pk).update(ends=item.ends + timedelta(hours=1))
    assert [actions.look_at_programmes() for _ in range(3)] == [0, 1, 0]


def test_what_fails_is_tried_again_and_then_told(world, group, posted, sign_in) -> None:
    row = actions.test_group(group=group, by=world.organiser)
    posted.problems += [RobotError("busy", again=True)] * 6
    later = timezone.now()
    for _ in range(6):
        assert not actions.post(row.pk)
        GroupPost.objects.filter(state="queued").update(next_attempt=later)
    row.refresh_from_db()
    assert (row.state, row.problem, row.attempts) == ("failed", "busy", 6)
    client, page = sign_in(world.organiser), reverse("groups", args=[world.event.slug])
    assert "nicht in Betrieb" in client.get(page).content.decode()
    client.post(reverse("group-post-again", args=[world.event.slug, group.key, row.pk]))
    assert actions.post(row.pk)


def test_what_may_have_arrived_is_not_posted_again_by_itself(world, group, posted) -> None:
    one, other = (actions.test_group(group=group, by=world.organiser) for _ in range(2))
    posted.problems.append(RobotError("unclear"))
    assert not actions.post(one.pk)
    # the process was killed while it posted
    GroupPost.objects.filter(pk=other.pk).update(state="sending", next_attempt=timezone.now() - timedelta(minutes=1))
    assert actions.post_due() == 0
    assert set(GroupPost.objects.values_list("state", "problem")) == {("failed", "unclear")}


def test_more_groups_cost_no_more_queries(world, group, sign_in, django_assert_num_queries) -> None:
    client, page = sign_in(world.organiser), reverse("groups", args=[world.event.slug])
    actions.test_group(group=group, by=world.organiser)
    with CaptureQueriesContext(connection) as few:
        client.get(page)
    for name in "ab":
        made = actions.connect_group(
            event=world.event, name=name, robot=Robot("lark", TOKEN), languages=["en"], by=world.organiser
        )
        actions.test_group(group=made, by=world.organiser)
    with django_assert_num_queries(len(few)):
        client.get(page)
