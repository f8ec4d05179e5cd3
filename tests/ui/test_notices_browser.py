"""Notices as a real Chromium shows them: accessible, never wider than the window, used by keyboard."""

import pytest
from django.utils import timezone

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


@pytest.mark.parametrize("language", ["de", "zh-hans"])
def test_a_phone_shows_how_many_are_unread(live_server, world, browser, language) -> None:
    """Whatever the words and the name are: these give way, not the number."""
    values = {"kind": "events.approved", "arguments": {"event": world.event.pk}, "path": "/", "created": timezone.now()}
    Notice.objects.bulk_create(Notice(user=world.organiser, **values) for _n in range(120))
    world.organiser.name = "Dr. Friederike Schulze-Oberhausen"
    world.organiser.save()
    with browser_page(live_server, language, PHONE, user=world.organiser, browser=browser) as page:
        assert look_at(page, "/", f"notices-head-{language}") == []
        link, count = page.locator(".account .told").bounding_box(), page.locator(".account .count").bounding_box()
        assert count["width"] > 20
        assert link["x"] <= count["x"]
        assert count["x"] + count["width"] <= link["x"] + link["width"] <= PHONE[0]
        assert page.get_by_role("link", name={"de": "Hinweise", "zh-hans": "通知"}[language]).first.is_visible()
