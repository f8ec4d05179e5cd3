"""News, the pages of an event and the report in a real Chromium, at a desk and on a phone."""

import pytest

from qiao.office import actions
from tests.browser import PHONE, browser_page, requires_chromium
from tests.meetings.test_ratings import over
from tests.site.test_report import year
from tests.ui.test_pages_browser import look_at

pytestmark = [pytest.mark.browser, requires_chromium]
__all__ = ["over", "year"]


def test_from_a_draft_to_the_press_release(live_server, year, over, browser) -> None:
    event, flaws = over.event.slug, []
    with browser_page(live_server, "de", user=over.adviser, browser=browser) as page:
        flaws += look_at(page, "/newsroom/new/", "article-new")
        for language, title, body in (("de", "Konferenz eröffnet", "Erster Absatz."), ("zh", "大会开幕", "第一段。")):
            page.locator(f"[name=titles_{language}]").fill(title)
            page.locator(f"[name=bodies_{language}]").fill(body)
        page.get_by_role("button", name="Speichern").click()
        page.get_by_role("button", name="Veröffentlichen").click()
        page.get_by_text("Alle sehen ihn.").wait_for()
        flaws += look_at(page, page.url, "newsroom-article")
        flaws += look_at(page, "/newsroom/", "newsroom")
        flaws += look_at(page, f"/report/?period=free&first={year.first}&last={year.last}", "report")
        page.locator("table a").first.click()
        flaws += look_at(page, page.url, "report-list")
    actions.save_outcome(event=over.event, words={"zh": "感谢各位。"}, public=True, by=over.organiser)
    with browser_page(live_server, "de", user=over.organiser, browser=browser) as page:
        flaws += look_at(page, f"/events/{event}/setup/first-time/", "first-time-edit")
        page.get_by_text("Die Seite auch ohne Anmeldung zeigen").click()
        page.get_by_role("button", name="Speichern").click()
        flaws += look_at(page, f"/events/{event}/outcome/", "outcome-organiser")
    with browser_page(live_server, "zh-hans", PHONE, browser=browser) as page:
        for name, path in (
            ("first-time", f"/events/{event}/first-time/"),
            ("outcome", f"/events/{event}/outcome/"),
            ("news", "/news/"),
        ):
            flaws += look_at(page, path, name)
        page.get_by_role("link", name="大会开幕").click()
        flaws += look_at(page, page.url, "article")
        page.emulate_media(media="print")
        assert page.get_by_text("新闻稿").is_visible()
    assert flaws == []
