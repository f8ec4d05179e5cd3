"""The whole way in a real browser, over the demo world: from sign-in to everybody's agenda, at a desk and on a phone.

One story, because each step lives from the ones before it: the office sits at desks, everybody else has a phone
(`make test-long`: all at desks, all by phone). Every page on the way is checked for accessibility,
for its width, for requests to other hosts and for complaints of the browser (tests/journeys/visits.py, tests/browser.py).
"""

import pytest
from icalendar import Calendar
from playwright.sync_api import Error, Page, expect

from qiao.site.demo_people import DEMO_EMAILS
from tests.browser import DESKTOP, PHONE, requires_chromium
from tests.journeys import steps
from tests.journeys.office import wait_for
from tests.journeys.visits import visit

pytestmark = [pytest.mark.browser, requires_chromium]

GERMAN, CHINESE, INTERPRETER = (DEMO_EMAILS[who] for who in ("german", "chinese", "interpreter"))
ANOTHER = "z35.1@example.org"  # of a second Chinese firm
GERMAN_FIRM, CHINESE_FIRM = "Antriebsberechnung Elbtal", "钧光激光科技"
PLEASE, ALSO = "我们希望了解贵公司的驱动仿真服务。", "我们想和您谈谈供应合作。"


@pytest.mark.parametrize(
    ("desk", "size"),
    [
        pytest.param(DESKTOP, PHONE, id="office-at-a-desk-others-by-phone"),
        pytest.param(DESKTOP, DESKTOP, id="desktop", marks=pytest.mark.long),
        pytest.param(PHONE, PHONE, id="phone", marks=pytest.mark.long),
    ],
)
def test_from_sign_in_to_everybodys_agenda(office, browser, desk, size):
    with visit(office, browser, "adviser", "de", desk) as adviser:
        adviser.enter_by_door("adviser")
        links = [steps.issue_link(adviser, address) for address in (CHINESE, ANOTHER)]

    with visit(office, browser, "chinese", "zh-hans", size) as chinese:
        steps.enter_by_link(chinese, links[0])
        event = chinese.event()
        steps.choose(chinese, event, "zh")
        steps.answer(chinese, event, "zh", "accept")
        steps.answer(chinese, event, "zh", "decline")
        steps.ask(chinese, event, "zh", GERMAN_FIRM, PLEASE)
    with visit(office, browser, "another", "zh-hans", size) as another:
        steps.enter_by_link(another, links[1])
        steps.ask(another, event, "zh", GERMAN_FIRM, ALSO)

    with visit(office, browser, "german", "de", size) as german:
        steps.enter_by_code(german, office, GERMAN)
        third = steps.choose(german, event, "de")
        steps.answer(german, event, "de", "accept", PLEASE)
        steps.answer(german, event, "de", "decline", ALSO)
        steps.answer(german, event, "de", "withdraw")
        steps.ask(german, event, "de", third, "Wir rechnen Antriebe für Erntemaschinen.")

    office.forget_mails()
    with visit(office, browser, "organiser", "de", desk) as organiser:
        organiser.enter_by_door("organiser")
        organiser.look("home")
        steps.calculate(organiser, event, 10)
        steps.read_unmet(organiser)
        told = steps.publish(organiser)
        loads = steps.talks_by_interpreter(organiser, event)
    mails = steps.letters(office, told)

    with visit(office, browser, "german", "de", size) as german:
        german.enter_by_door("german")
        calendar = steps.read_agenda(german, event, "de")
        assert any(CHINESE_FIRM in one["summary"] + one.get("description", "") for one in calendar.events)
        assert "Bärwald" in german.paper("Drucken (PDF)")
        sent = Calendar.from_ical(steps.attached(mails[GERMAN], "text/calendar"))
        assert [one["uid"] for one in sent.events] == [one["uid"] for one in calendar.events]
        assert "Terminplan" in mails[GERMAN]["Subject"]
    with visit(office, browser, "chinese", "zh-hans", size) as chinese:
        steps.enter_by_link(chinese, links[0])
        calendar = steps.read_agenda(chinese, event, "zh")
        assert any(GERMAN_FIRM in one["summary"] + one.get("description", "") for one in calendar.events)
        paper = chinese.paper("打印（PDF）")
        assert "钧光激光科技有限公司" in paper
        assert "口译员" in paper
        assert "日程" in mails[CHINESE]["Subject"]
    with visit(office, browser, "interpreter", "zh-hans", size) as interpreter:
        interpreter.enter_by_door("interpreter")
        others = f"/events/{event}/partners/"
        count = steps.read_rota(interpreter, event, others)
        own = interpreter.page.goto("/me/") and interpreter.page.locator(".lede").inner_text()
        name = next(one for one in loads if any(part in own for part in one.split()))
        assert loads[name] == count
    with visit(office, browser, "leader", "de", desk) as leader:
        leader.enter_by_door("leader")
        leader.look("home")
        steps.read_side_by_side(leader)
    with visit(office, browser, "organiser", "de", desk) as organiser:
        organiser.enter_by_door("organiser")
        a_late_agreement_moves_few(office, browser, organiser, event, told)
        a_killed_run_changes_nothing(office, organiser, event)


def a_late_agreement_moves_few(office, browser, organiser, event, first):
    office.forget_mails()
    with visit(office, browser, "chinese", "zh-hans", DESKTOP) as chinese:
        chinese.enter_by_door("chinese")
        steps.answer(chinese, event, "zh", "accept")
    steps.calculate(organiser, event, 10)
    again = steps.publish(organiser)
    assert 2 <= again < first
    assert CHINESE in steps.letters(office, again)


def a_killed_run_changes_nothing(office, organiser, event):
    office.forget_mails()
    page = organiser.page
    schedule = page.locator("main table").all_inner_texts()
    organiser.go(f"/events/{event}/desk/", "desk")
    page.locator("select[name=limit]").select_option("300")
    organiser.press("Berechnen")
    office.kill_planner_at_work()
    restart = page.get_by_role("button", name="Noch einmal starten")
    expect(restart).to_be_visible(timeout=60_000)
    expect(page.locator(".lede")).to_contain_text("Es hat sich nichts geändert")
    organiser.look("interrupted")
    organiser.go(f"/events/{event}/schedule/", "schedule")
    assert page.locator("main table").all_inner_texts() == schedule
    assert office.mails() == []
    page.go_back()
    restart.click()
    expect(page.locator("#live")).to_be_visible()
    wait_for(lambda: _is_past(page, "0 von höchstens"))


def _is_past(page: Page, words: str) -> bool:
    """Whether the live view says something else, or has given way to the result."""
    try:
        return not any(words in text for text in page.locator("#live").all_inner_texts())
    except Error:  # the page is renewing itself just now
        return False
