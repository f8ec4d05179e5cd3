"""Writing a record sheet at the table: a draft that survives, a network that fails, readable for all on a phone."""

from datetime import timedelta

import pytest

from qiao.meetings import actions
from qiao.meetings.record_models import RecordSheet
from tests.browser import DESKTOP, PHONE, axe, browser_page, overflow, requires_chromium, screenshot
from tests.meetings.plans import finished_run, first_plan, wishes

pytestmark = [pytest.mark.browser, requires_chromium]
PATH = "/events/konferenz-2027/agenda/talks/otto-wang/record/"
ROTA = "/events/konferenz-2027/rota/talks/otto-wang/record/"


@pytest.fixture
def over(world):
    wishes(world)
    actions.publish(run=finished_run(world, first_plan(world)), by=world.organiser)
    slot = world.slots[0]
    slot.start, slot.end = (at - timedelta(days=800) for at in (slot.start, slot.end))
    slot.save()
    return world


def test_a_sheet_survives_a_bad_network_and_is_sent_once(live_server, over, browser) -> None:
    flaws = []
    with browser_page(live_server, "zh-hans", PHONE, user=over.chinese_user, dark=True, browser=browser) as page:
        page.goto(PATH)
        screenshot(page, "record-new-zh")
        page.fill("[name=topics]", "激光切割设备")
        page.check("[name=interest_recipient][value=high]")
        page.fill("[name=text_1]", "寄送样品")
        page.reload()
        assert page.input_value("[name=topics]") == "激光切割设备"
        assert page.is_checked("[name=interest_recipient][value=high]")
        page.route("**/record/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
        page.click("form.record button.button:not(.quiet)")
        page.wait_for_selector("[data-record-note=waiting]:visible")
        screenshot(page, "record-waiting-zh")
        flaws += [*axe(page), overflow(page)]
        assert not RecordSheet.objects.exists()
        page.unroute("**/record/")
        page.evaluate("dispatchEvent(new Event('online'))")
        page.wait_for_url("**/agenda/#talk-otto-wang")
        assert page.evaluate("Object.keys(localStorage).length") == 0
        page.click(".record-of summary")
        screenshot(page, "record-agenda-zh")
        flaws += [*axe(page), overflow(page)]
    with browser_page(live_server, "de", DESKTOP, user=over.interpreter_user, browser=browser) as page:
        page.goto(ROTA)
        actions_before = RecordSheet.objects.get().version
        RecordSheet.objects.update(version=actions_before + 1, topics="Neues Thema", hand="sender")
        page.fill("[name=questions]", "Lieferzeit?")
        page.click("form.record button.button:not(.quiet)")
        page.wait_for_selector(".form-errors")
        assert page.input_value("[name=questions]") == "Lieferzeit?"
        screenshot(page, "record-overtaken-de")
        flaws += [*axe(page), overflow(page)]
        page.click("form.record button.button:not(.quiet)")
        page.wait_for_url("**/rota/#talk-otto-wang")
        screenshot(page, "record-rota-de")
    assert RecordSheet.objects.get().questions == "Lieferzeit?"
    assert [one for one in flaws if one] == []
