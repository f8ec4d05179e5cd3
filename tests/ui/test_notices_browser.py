"""Notices as a real Chromium shows them: accessible, never wider than the window, used by keyboard."""

import pytest

from qiao.core import telling
from qiao.core.notice_models import Notice
from qiao.core.notices import KINDS
from tests.browser import PHONE, browser_page, requires_chromium
from tests.ui.test_pages_browser import look_at

pytestmark = [pytest.mark.browser, requires_chromium]


def test_reading_by_keyboard_and_choosing(live_server, world, browser) -> None:
    for kind, rule in KINDS.items():
        arguments = {"event": world.event.pk, "partner": world.chinese.pk, "organisation": world.german.organisation_id}
        about = telling.About("/me/", arguments, "one", next(iter(rule.sentences)))
        telling._write(world.organiser, kind, about, waits=False)
    with browser_page(live_server, "zh-hans", PHONE, user=world.organiser, browser=browser) as page:
        flaws = look_at(page, "/notices/", "notices-list")
        page.locator(".rows .link").first.press("Enter")
        page.wait_for_url("**/me/")
        assert Notice.objects.exclude(read=None).count() == 1
        flaws += look_at(page, "/me/notices/", "notices-settings")
        page.get_by_label("主办方公告").select_option("daily")
        page.get_by_role("button", name="保存").press("Enter")
        page.get_by_role("status").wait_for()
        assert world.organiser.notice_choices.get().way == "daily"
        flaws += look_at(page, f"/notices/stop/{telling.stop_token(world.organiser)}/", "notices-stop")
        page.goto("/notices/")
        page.get_by_role("button", name="全部标为已读").press("Enter")
        page.goto("/notices/?unread")
        page.locator(".empty").wait_for()
    assert flaws == []
