"""Where organisers connect group chats and people their programs: readable for all, on a phone too."""

import pytest

from qiao.adapters.robots import Robot
from qiao.core.actions import webhooks
from qiao.core.webhook_models import Webhook, WebhookMessage
from qiao.meetings import actions
from qiao.meetings.group_models import GroupPost
from tests.browser import DESKTOP, PHONE, axe, browser_page, overflow, requires_chromium, screenshot

pytestmark = [pytest.mark.browser, requires_chromium]
PATHS = ("/events/konferenz-2027/groups/", "/me/webhooks/", "/events/konferenz-2027/announcements/")


@pytest.mark.parametrize(("language", "size", "dark"), [("de", DESKTOP, False), ("zh-hans", PHONE, True)])
def test_pages_of_groups_and_webhooks(live_server, world, browser, language, size, dark) -> None:
    by = world.organiser
    robot = Robot("wecom", "0a1b2c3d4e5f")
    group = actions.connect_group(event=world.event, name="参会群", robot=robot, languages=["de", "zh-hans"], by=by)
    for _ in range(2):
        actions.test_group(group=group, by=by)
    GroupPost.objects.filter(pk=actions.test_group(group=group, by=by).pk).update(state="failed", problem="unclear")
    webhooks.make_webhook(
        user=by, name="ERP", url="https://erp.example.org/qiao/" + "in" * 60, kinds=["plan.published"], by=by
    )
    hook = Webhook.objects.get()
    webhooks.test_webhook(webhook=hook, by=by)
    WebhookMessage.objects.update(problem="status", status=503)
    Webhook.objects.update(failing_since=hook.created)
    flaws = []
    with browser_page(live_server, language, size, user=by, dark=dark, browser=browser) as page:
        for path in PATHS:
            page.goto(path)
            screenshot(page, f"outward-{path.strip('/').replace('/', '-')}-{language}")
            wider = overflow(page)
            flaws += [f"{path}: {one}" for one in [*axe(page), *([f"{wider} px"] if wider else [])]]
    assert flaws == []
