"""What an office asks and offers in a real Chromium: a targeted call, answered from the mail; and its advice hours."""

import pytest

from qiao.directory.actions import index_stale
from qiao.office import actions
from qiao.office.actions.calls import call_token
from qiao.office.call_models import TargetedCall
from qiao.office.call_queries import call_page
from qiao.office.hours_models import AdviceBooking
from tests.browser import PHONE, browser_page, requires_chromium
from tests.office.test_calls import BODIES, TITLES
from tests.office.test_hours import offered
from tests.ui.test_pages_browser import look_at
from tests.world import join

pytestmark = [pytest.mark.browser, requires_chromium]


def test_a_targeted_call(live_server, world, browser) -> None:
    join(world.german.person, world.chinese.person)
    world.chinese.person.email = "wang@example.org"
    world.chinese.person.save()
    index_stale()
    flaws = []
    with browser_page(live_server, "de", user=world.adviser, browser=browser) as page:
        flaws += look_at(page, "/targeted-calls/", "calls-empty")
        page.get_by_role("link", name="Aufruf verfassen").click()
        flaws += look_at(page, page.url, "call-new")
        for name, texts in (("titles", TITLES), ("bodies", BODIES)):
            for code, text in texts.items():
                page.locator(f"[name={name}_{code}]").fill(text)
        page.get_by_role("button", name="Weiter").click()
        page.get_by_label("Was sie tun oder wie sie heißen").fill("Laser")
        page.get_by_role("button", name="Suchen").click()
        flaws += look_at(page, page.url, "call-pick")
        page.get_by_role("checkbox").first.check()
        page.get_by_role("button", name="Markierte auswählen").click()
        made = TargetedCall.objects.get()
        actions.pick_for_call(
            call=made, organisations=[one.organisation for one in (world.german, world.chinese)], by=world.adviser
        )
        flaws += look_at(page, f"/targeted-calls/{made.key}/", "call-picked")
        page.get_by_role("button", name="2 Personen per E-Mail fragen").click()
        page.get_by_text("2 Personen werden per E-Mail gefragt.").wait_for()
    wang = made.recipients.select_related("call", "person").get(person=world.chinese.person)
    with browser_page(live_server, "zh-hans", PHONE, browser=browser) as page:
        flaws += look_at(page, f"/call-answer/{call_token(wang)}/", "call-answer")
        page.get_by_role("button", name="有意向").click()
        page.get_by_text("谢谢。您的答复").wait_for()
    with browser_page(live_server, "zh-hans", PHONE, user=world.adviser, browser=browser) as page:
        flaws += look_at(page, f"/targeted-calls/{made.key}/", "call-zh")
        flaws += look_at(page, "/targeted-calls/", "calls-zh")
    with browser_page(live_server, "de", user=world.adviser, browser=browser) as page:
        page.goto(f"/targeted-calls/{made.key}/")
        page.get_by_role("button", name="Fall anlegen").click()
        page.get_by_role("heading", name=TITLES["de"]).wait_for()
    assert [number for _label, number in call_page(made).figures] == [1, 0, 0]
    assert flaws == []


def test_advice_hours(live_server, world, browser) -> None:
    flaws = []
    world.chinese_user.time_zone = "Asia/Shanghai"
    world.chinese_user.save()
    made = offered(world)
    with browser_page(live_server, "zh-hans", PHONE, user=world.chinese_user, browser=browser) as page:
        flaws += look_at(page, "/advice/", "advice-zh")
        flaws += look_at(page, f"/advice/{made.key}/", "advice-book")
        page.get_by_role("radio").nth(1).check()
        page.get_by_label("您想咨询的内容").fill("商标注册")
        page.get_by_role("button", name="预约", exact=True).click()
        page.get_by_text("预约成功").wait_for()
        flaws += look_at(page, "/advice/", "advice-booked")
    with browser_page(live_server, "de", user=world.adviser, browser=browser) as page:
        flaws += look_at(page, "/advice/new/", "advice-new")
        flaws += look_at(page, f"/advice/{made.key}/", "advice-day")
        page.locator("summary").first.click()
        page.get_by_label("Begründung").first.fill("Krank")
        page.get_by_role("button", name="Absagen und mitteilen").first.click()
        page.get_by_text("Die andere Seite erfährt es").wait_for()
        one = AdviceBooking.objects.get()
        flaws += look_at(page, f"/cases/{one.case.key}/", "case")
        page.get_by_text("Was der Kunde liest").click()
        page.get_by_label("Der Kunde darf lesen").check()
        page.get_by_label("Nächster Schritt").fill("Wir prüfen die Marke.")
        page.get_by_role("button", name="Speichern").click()
        page.get_by_role("button", name="Dem Kunden zeigen").first.click()
        flaws += look_at(page, f"/cases/{one.case.key}/", "case-shared")
    with browser_page(live_server, "zh-hans", PHONE, user=world.chinese_user, browser=browser) as page:
        flaws += look_at(page, f"/advice/cases/{one.case.key}/", "client-case")
        page.get_by_text("Wir prüfen die Marke.").wait_for()
        flaws += look_at(page, "/advice/", "advice-with-case")
    assert one.reason == "Krank"
    assert flaws == []
