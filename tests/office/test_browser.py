"""The office's work in a real Chromium: from a talk to a cooperation, from interest to an introduction, and a case."""

from datetime import timedelta

import pytest
from django.utils import timezone

from qiao.office import actions
from qiao.office.actions.follow_ups import follow_up_token
from qiao.office.actions.introduction_mails import answer_token
from qiao.office.introduction_models import Introduction
from qiao.office.models import Cooperation, FollowUp
from tests.browser import PHONE, browser_page, requires_chromium
from tests.directory.opportunities import shown_opportunity
from tests.meetings.test_ratings import over
from tests.office.test_introductions import MESSAGE, two_offices
from tests.ui.test_pages_browser import look_at

pytestmark = [pytest.mark.browser, requires_chromium]
__all__ = ["over", "two_offices"]


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


def test_an_introduction_and_a_case(live_server, two_offices, browser) -> None:
    """Interest in an anonymous opportunity, forwarded and agreed to from the mail; the case of the client shows it."""
    world, flaws = two_offices, []
    opportunity = shown_opportunity(world.german.organisation, by=world.adviser, is_anonymous=True)
    with browser_page(live_server, "zh-hans", PHONE, user=world.chinese_user, browser=browser) as page:
        page.goto(f"/marketplace/{opportunity.public_key}/")
        page.get_by_role("link", name="表达意向").click()
        page.get_by_label("您的合作意向和设想").fill(MESSAGE)
        flaws += look_at(page, page.url, "interest")
        page.get_by_label("您的合作意向和设想").fill(MESSAGE)
        page.get_by_role("button", name="提交联络处").click()
        page.get_by_text("联络处处理中").wait_for()
        made = Introduction.objects.get()
        flaws += look_at(page, "/introductions/", "introductions")
    with browser_page(live_server, "zh-hans", user=world.zhou, browser=browser) as page:
        flaws += look_at(page, f"/introductions/{made.key}/", "introduction-check")
        page.get_by_role("button", name="审核通过并转交").click()
        page.get_by_text("已转交。").wait_for()
    actions.forward(introduction=made, by=world.adviser)
    with browser_page(live_server, "de", PHONE, browser=browser) as page:
        token = answer_token(made, "other", world.german.person)
        flaws += look_at(page, f"/introduction-answer/{token}/", "introduction-answer")
        page.get_by_role("button", name="Zustimmen").click()
        page.get_by_text("Beide Seiten kennen jetzt Namen").wait_for()
    with browser_page(live_server, "de", user=world.adviser, browser=browser) as page:
        flaws += look_at(page, "/cases/new/", "case-new")
        page.get_by_label("Kunde").fill(world.german.organisation.name)
        page.get_by_label("Worum es geht").fill("Marke in China")
        page.get_by_label("Was gesagt wurde").fill("Anruf, Rückfrage.")
        page.get_by_role("button", name="Fall anlegen").click()
        page.get_by_role("heading", name="Zu erledigen").wait_for()
        flaws += look_at(page, page.url, "case")
        flaws += look_at(page, f"{page.url}links/", "case-links")
        flaws += look_at(page, "/cases/", "cases")
    made.refresh_from_db()
    assert made.is_agreed
    assert flaws == []
