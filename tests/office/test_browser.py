"""From a talk to a cooperation in a real Chromium: two taps on the agenda, steps by both sides, one tap in a mail."""

from datetime import timedelta

import pytest
from django.utils import timezone

from qiao.office import actions
from qiao.office.actions.follow_ups import follow_up_token
from qiao.office.models import Cooperation, FollowUp
from tests.browser import PHONE, browser_page, requires_chromium
from tests.meetings.test_ratings import over
from tests.ui.test_pages_browser import look_at

pytestmark = [pytest.mark.browser, requires_chromium]
__all__ = ["over"]


def test_from_a_talk_to_a_cooperation(live_server, over, browser) -> None:
    flaws = []
    with browser_page(live_server, "de", PHONE, user=over.owner, browser=browser) as page:
        flaws += look_at(page, f"/events/{over.event.slug}/agenda/", "rating")
        page.locator("#talk-otto-wang").get_by_role("button", name="Muster senden").click()
        page.locator("#talk-otto-wang").get_by_role("button", name="4 von 5").click()
        page.get_by_text("Bewertet mit 4 von 5").wait_for()
        actions.open_follow_ups()
        one = Cooperation.objects.get()
        flaws += look_at(page, f"/cooperations/{one.key}/", "cooperation")
        page.get_by_label("Erreichte Phase").select_option("sample")
        page.get_by_label("Anmerkung").fill("Zehn Muster sind unterwegs.")
        page.get_by_role("button", name="Festhalten").click()
        page.get_by_text("Zehn Muster").wait_for()
        for name, path in (("list", ""), ("facts", f"{one.key}/facts/"), ("new", "new/")):
            flaws += look_at(page, f"/cooperations/{path}", f"cooperation-{name}")
    then = timezone.now() - timedelta(days=100)
    Cooperation.objects.update(opened=then.date(), changed=then)
    actions.ask_how_it_stands()
    asked = FollowUp.objects.get(organisation=over.chinese.organisation)
    with browser_page(live_server, "zh-hans", PHONE, browser=browser) as page:
        flaws += look_at(page, f"/follow-up/{follow_up_token(asked)}/", "follow-up")
        page.get_by_role("button", name="合同", exact=True).click()
        page.get_by_text("谢谢").wait_for()
    with browser_page(live_server, "de", user=over.adviser, browser=browser) as page:
        for name, path in (("office", ""), ("deepen", "deepen/")):
            flaws += look_at(page, f"/cooperations/{path}", f"cooperations-{name}")
    one.refresh_from_db()
    assert one.stage == "contract"
    assert flaws == []
