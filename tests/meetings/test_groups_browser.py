"""Where organisers connect group chats: readable for all, on a phone too."""

import pytest

from qiao.adapters.robots import Robot
from qiao.meetings import actions
from qiao.meetings.group_models import GroupPost
from tests.browser import DESKTOP, PHONE, axe, browser_page, overflow, requires_chromium, screenshot

pytestmark = [pytest.mark.browser, requires_chromium]
PATHS = ("/events/konferenz-2027/groups/", "/events/konferenz-2027/announcements/")


@pytest.mark.parametrize(("language", "size", "dark"), [("de", DESKTOP, False), ("zh-hans", PHONE, True)])
def test_pages_of_groups(live_server, world, browser, language, size, dark) -> None:
    by = world.organiser
    robot = Robot("wecom", "0a1b2c3d4e5f")
    group = actions.connect_group(event=world.event, name="参会群", robot=robot, languages=["de", "zh-hans"], by=by)
    for _ in range(2):
        actions.test_group(group=group, by=by)
    GroupPost.objects.filter(pk=actions.test_group(group=group, by=by).pk).update(state="failed", problem="unclear")
    flaws = []
    with browser_page(live_server, language, size, user=by, dark=dark, browser=browser) as page:
        for path in PATHS:
            page.goto(path)
            screenshot(page, f"outward-{path.strip('/').replace('/', '-')}-{language}")
            wider = overflow(page)
            flaws += [f"{path}: {one}" for one in [*axe(page), *([f"{wider} px"] if wider else [])]]
    assert flaws == []
