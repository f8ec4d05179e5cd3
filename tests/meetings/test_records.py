"""Record sheets: several hands, one sheet; sent twice it is one, nobody overwrites unseen, and it feeds the cooperation."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiao.core.models import AuditEntry
from qiao.matchmaking.models import Request
from qiao.meetings import actions
from qiao.meetings.models import Meeting
from qiao.meetings.pdf import paper
from qiao.meetings.print_pack import sheets
from qiao.meetings.rating_models import Rating
from qiao.meetings.record_models import RecordSheet
from qiao.office.actions import open_follow_ups
from qiao.office.models import Cooperation
from tests.meetings.plans import finished_run, first_plan, wishes
from tests.meetings.test_print_pack import text_of
from tests.world import World

pytestmark = pytest.mark.db
MINE = {
    "topics": "Laser für Bleche",
    "interest_sender": "high",
    "text_1": "Muster senden",
    "who_1": "sender",
    "until_1": "2027-12-01",
}
DOOR = {"agenda": "record", "rota": "record-interpreted"}


@pytest.fixture
def over(world: World) -> World:
    """Three talks in force; the first two have begun: Otto with Wang, which Dolores interprets, and Otto with Li."""
    wishes(world)
    actions.publish(run=finished_run(world, first_plan(world)), by=world.organiser)
    for slot in world.slots[:2]:
        slot.start, slot.end = (at - timedelta(days=800) for at in (slot.start, slot.end))
        slot.save()
    return world


def post(
    sign_in, user, world: World, door: str = "record", key: str = "otto-wang", *, base=0, once="formnumberone", **data
):
    return sign_in(user).post(reverse(door, args=[world.event.slug, key]), {"base": base, "once": once, **data})


def test_both_people_and_the_interpreter_write_one_sheet(over, sign_in) -> None:
    answer = post(sign_in, over.owner, over, **MINE)
    assert answer["Location"].endswith("/agenda/#talk-otto-wang")
    page = (
        sign_in(over.interpreter_user)
        .get(reverse("record-interpreted", args=[over.event.slug, "otto-wang"]))
        .content.decode()
    )
    assert "Laser für Bleche" in page
    assert '<span lang="de">Themen</span> · <span lang="zh-Hans">议题</span>' in page
    post(
        sign_in,
        over.interpreter_user,
        over,
        "record-interpreted",
        base=1,
        once="formnumbertwo",
        **MINE,
        questions="价格？",
    )
    sheet = RecordSheet.objects.get()
    assert (sheet.version, sheet.hand, sheet.by) == (2, "interpreter", over.interpreter_user)
    assert [(one.text, one.who, one.until.year) for one in sheet.steps.all()] == [("Muster senden", "sender", 2027)]
    read = sign_in(over.chinese_user).get(reverse("agenda", args=[over.event.slug])).content.decode()
    assert 'lang="de">Laser für Bleche' in read
    assert 'lang="zh">价格？' in read
    assert AuditEntry.objects.filter(action="meetings.save_record").count() == 2


def test_what_is_sent_twice_is_saved_once(over, sign_in) -> None:
    for _ in range(2):
        assert post(sign_in, over.owner, over, **MINE).status_code == 302
    assert RecordSheet.objects.get().version == 1
    post(sign_in, over.chinese_user, over, base=1, once="formnumbertwo", topics="激光")
    assert post(sign_in, over.owner, over, **MINE).status_code == 302, "also after somebody else has saved"
    assert RecordSheet.objects.get().topics == "激光"


def test_nobody_overwrites_what_was_not_seen(over, sign_in) -> None:
    post(sign_in, over.chinese_user, over, once="formnumbertwo", topics="激光切割")
    page = post(sign_in, over.owner, over, **MINE)
    assert page.status_code == 200
    assert RecordSheet.objects.get().topics == "激光切割"
    text = page.content.decode()
    assert "Was jetzt gespeichert ist" in text
    assert "激光切割" in text
    assert "Laser für Bleche" in text, "what one has typed stays"
    assert 'name="base" value="1"' in text
    post(sign_in, over.owner, over, base=1, **MINE)
    assert RecordSheet.objects.get().topics == "Laser für Bleche"


@pytest.mark.parametrize("data", [{}, {"who_1": "sender"}, {"interest_sender": "?"}, {"until_1": "x"}])
def test_what_is_incomplete_is_said(over, sign_in, data) -> None:
    assert post(sign_in, over.owner, over, **data).status_code == 200
    assert not RecordSheet.objects.exists()


def test_only_those_at_the_table(over, sign_in) -> None:
    post(sign_in, over.owner, over, **MINE)
    slug = over.event.slug
    for user in (over.stranger, over.organiser, over.admin, over.colleague):
        for door in DOOR.values():
            assert sign_in(user).get(reverse(door, args=[slug, "otto-wang"])).status_code == 404
    assert post(sign_in, over.interpreter_user, over, "record-interpreted", "otto-li", **MINE).status_code == 404
    assert post(sign_in, over.chinese_user, over, key="otto-li", **MINE).status_code == 404
    schedule = sign_in(over.organiser).get(reverse("schedule", args=[slug])).content.decode()
    assert "protokolliert" in schedule
    assert "Laser für Bleche" not in schedule


def test_a_talk_that_has_not_begun_waits(over, sign_in) -> None:
    Meeting.objects.filter(request__key="otto-li").update(slot=over.slots[3])
    client = sign_in(over.owner)
    assert (
        "<form"
        not in client.get(reverse("record", args=[over.event.slug, "otto-li"])).content.decode().split("<main")[1]
    )
    assert post(sign_in, over.owner, over, key="otto-li", **MINE).status_code == 200
    assert not RecordSheet.objects.exists()


def test_what_was_agreed_opens_the_cooperation_once(over, sign_in) -> None:
    post(sign_in, over.owner, over, **MINE)
    assert (open_follow_ups(), open_follow_ups()) == (1, 0)
    made = Cooperation.objects.get()
    assert {made.one, made.other} == {over.german.organisation, over.chinese.organisation}
    for user, told in (
        (over.colleague, True),
        (over.adviser, True),
        (over.chinese_user, True),
        (over.organiser, False),
    ):
        page = sign_in(user).get(reverse("cooperation", args=[made.key]))
        assert (page.status_code == 200 and "Laser für Bleche" in page.content.decode()) is told


def test_without_interest_of_both_or_a_step_nothing_is_opened(over, sign_in) -> None:
    post(sign_in, over.owner, over, interest_sender="high", interest_recipient="none")
    assert open_follow_ups() == 0
    post(sign_in, over.owner, over, base=1, once="formnumbertwo", interest_sender="high", interest_recipient="some")
    Rating.objects.create(request=Request.objects.get(key="otto-wang"), participation=over.chinese, held=False)
    assert open_follow_ups() == 0, "a talk that was not held"
    Rating.objects.all().delete()
    assert open_follow_ups() == 1


def test_blank_sheets_are_printed_in_the_languages_of_the_table(over) -> None:
    found = sheets(over.event, "records")
    assert [(one["number"], one["sides"][0]) for one in found] == [
        ("1", "Elbe Lasertechnik GmbH"), ("1", "Elbe Lasertechnik GmbH"), ("2", "Meißner Feinmechanik AG"),
    ]  # fmt: skip
    assert found[0]["topics"] == "Themen · 议题"
    assert "Dolores Dolmetsch" in found[0]["interpreting"]
    text = text_of(paper("x", found))
    assert (text.count("1 / 1"), text.count("1 / 2")) == (3, 0), "one page for each"


def test_more_sheets_cost_no_more_queries(over, sign_in) -> None:
    counts = []
    for number, key in enumerate(("otto-wang", "otto-li")):
        post(sign_in, over.owner, over, key=key, once=f"formnumber{number}xy", **MINE)
        client = sign_in(over.owner)
        client.get(reverse("agenda", args=[over.event.slug]))
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("agenda", args=[over.event.slug]))
        counts.append(len(found))
    assert counts[0] == counts[1]
