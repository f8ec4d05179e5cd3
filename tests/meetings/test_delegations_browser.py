"""Journey of a delegation in a real Chromium: called, selected, led, passed on at the desk and on the phone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from qiao.core.models import Role
from qiao.events import actions as events
from qiao.events.models import Delegation
from qiao.matchmaking.models import Request
from qiao.meetings import actions
from tests.browser import PHONE, browser_page, requires_chromium
from tests.meetings.plans import finished_run, first_plan, wishes
from tests.ui.test_pages_browser import look_at
from tests.world import delegation, show_abroad

pytestmark = [pytest.mark.browser, requires_chromium]
NAMES = {"de": "Delegation aus Sachsen", "zh": "萨克森州代表团", "en": "Delegation from Saxony"}


@pytest.fixture
def sent(world) -> Delegation:
    """Otto leads Eva; a plan is in force, the call is open, members are asked about their journey."""
    show_abroad(world.german.person, world.chinese.person, world.interpreter.person)
    wishes(world)
    actions.publish(run=finished_run(world, first_plan(world)), by=world.organiser)
    made = delegation(world.event, "sachsen", world.german, world.german_en, names=NAMES, is_announced=True)
    made.etiquette = {"de": "Karten mit beiden Händen reichen.", "zh": "请准时到场。"}
    made.save()
    Role.objects.create(user=world.owner, kind="leader", scope="delegation", scope_id=made.pk)
    events.save_delegation_call(
        delegation=made, texts={"de": "Kommen Sie mit nach Jinan.", "zh": "欢迎报名参团。"}, places=5, is_published=True,
        costs={"de": "900 Euro", "zh": "900欧元"}, funding={"de": "Programm vor Ort", "zh": "当地日程"},
        closes=timezone.now() + timedelta(days=9), by=world.adviser,
    )  # fmt: skip
    codes = ["arrival", "passport_number", "diet", "room_kind", "room_shared"]
    events.save_travel_call(
        event=made, asked=codes, delete_on=events.last_day(made), readers=[world.owner], by=world.adviser
    )
    return made


def test_from_the_call_to_the_members(live_server, world, sent, browser) -> None:
    flaws = []
    with browser_page(live_server, "zh-hans", PHONE, browser=browser) as page:
        flaws += look_at(page, "/calls/", "calls")
        flaws += look_at(page, "/calls/sachsen/", "call-public")
    with browser_page(live_server, "zh-hans", PHONE, user=world.chinese_user, browser=browser) as page:
        page.goto("/calls/sachsen/")
        page.get_by_role("link", name="申请参团").click()
        flaws += look_at(page, page.url, "apply")
        page.get_by_label("您希望与谁会面").fill("寻找激光设备的合作伙伴")
        page.get_by_role("button", name="提交申请").click()
        page.get_by_text("您已提交申请").wait_for()
        flaws += look_at(page, "/calls/sachsen/", "call-applied")
        flaws += look_at(page, f"/events/{world.event.slug}/delegations/", "incoming")
    with browser_page(live_server, "de", user=world.adviser, browser=browser) as page:
        for name, path in (
            ("list", ""), ("new", "new/"), ("page", "sachsen/"), ("call-edit", "sachsen/call/"),
            ("applications", "sachsen/applications/"), ("travel-ask", "sachsen/travel/"),
        ):  # fmt: skip
            flaws += look_at(page, f"/delegations/{path}", f"delegation-{name}")
        page.goto("/delegations/sachsen/applications/")
        page.get_by_role("link", name="王立").click()
        flaws += look_at(page, page.url, "application")
        page.get_by_role("button", name="Auswählen", exact=True).click()
        page.get_by_text("Entschieden und mitgeteilt.").wait_for()
        flaws += look_at(page, "/delegations/sachsen/members/add/?q=titan", "delegation-add")
        page.get_by_role("button", name="Für").click()
        page.get_by_label("Platz in der protokollarischen Reihenfolge").fill("1")
        flaws += look_at(page, page.url, "delegation-member")
    assert [one.person for one in sent.members.all()][-2:] == [world.chinese.person, world.chinese_en.person]
    assert flaws == []


def test_the_head_plans_visits_and_passes_a_talk_on(live_server, world, sent, browser) -> None:
    flaws = []
    with browser_page(live_server, "de", user=world.owner, browser=browser) as page:
        flaws += look_at(page, "/delegations/sachsen/programme/new/", "item")
        page.get_by_label("Art").select_option("visit")
        page.get_by_label("Deutsch").first.fill("Besuch der Hightech-Zone")
        page.get_by_label("Von").fill("11:00")
        page.get_by_label("Bis").fill("11:20")
        page.get_by_label("Eva Ernst").check()
        page.get_by_role("button", name="Speichern").click()
        page.get_by_text("Besuch der Hightech-Zone").wait_for()
        flaws += look_at(page, "/delegations/sachsen/", "delegation-head")
        flaws += look_at(page, "/delegations/sachsen/agendas/", "delegation-agendas")
        page.goto("/delegations/sachsen/agendas/")
        page.locator(".on-desk").get_by_role("link", name="王立").click()
        flaws += look_at(page, page.url, "substitution")
        page.get_by_role("button", name="Übernimmt das Gespräch").click()
        page.get_by_text("Das Gespräch ist übergeben.").wait_for()
        flaws += look_at(page, "/delegations/sachsen/rooming/", "rooming")
    assert Request.objects.get(key="otto-wang").state == "withdrawn"
    with browser_page(live_server, "zh-hans", PHONE, user=world.owner, browser=browser) as page:
        for name, path in (("agendas-phone", "agendas/"), ("own", "mine/"), ("travel", "mine/travel/")):
            flaws += look_at(page, f"/delegations/sachsen/{path}", f"delegation-{name}")
    assert flaws == []
