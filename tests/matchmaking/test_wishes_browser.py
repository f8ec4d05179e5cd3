"""The list of wishes in a real Chromium: put in order by dragging and by keyboard."""

import pytest
from playwright.sync_api import Page

from qiao.matchmaking import actions
from qiao.matchmaking.queries import wishes_page
from qiao.matchmaking.rules import MOST_WISHES
from tests.browser import DESKTOP, PHONE, axe, browser_page, overflow, requires_chromium, screenshot
from tests.world import World

pytestmark = [pytest.mark.browser, requires_chromium]
PATH = "/events/konferenz-2027/wishes/"


def order(world: World) -> list[str]:
    return [wish.partner.person.name for wish in wishes_page(world.german).rows]


def flaws(page: Page, name: str) -> list[str]:
    screenshot(page, name)
    return [*axe(page), *([f"{overflow(page)} px"] if overflow(page) else [])]


def test_wishes_are_dragged_and_moved_by_keyboard(live_server, world, browser) -> None:
    assert MOST_WISHES == 100
    for target, kind in ((world.chinese, "gladly"), (world.chinese_en, "gladly"), (world.german_en, "must")):
        actions.set_wish(participation=world.german, target=target, kind=kind, by=None)
    first, second, must = (one.person.name for one in (world.chinese, world.chinese_en, world.german_en))
    with browser_page(live_server, "de", DESKTOP, user=world.owner, browser=browser) as page:
        page.goto(PATH)
        assert flaws(page, "wishes-de") == []
        rows = page.locator("[data-order]").nth(1).locator("li")
        rows.nth(1).locator("[data-grip]").hover()  # which scrolls it into sight
        place = rows.nth(0).bounding_box()
        assert place
        page.mouse.down()
        page.mouse.move(place["x"] + 20, place["y"] + 2, steps=5)
        page.mouse.up()
        page.get_by_text("Die Rangfolge Ihrer Wünsche ist gespeichert.").wait_for()
        assert order(world) == [must, second, first]
        page.locator("[data-order]").nth(1).locator("button[value^='up-']").nth(1).focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**#wish-*")
        assert order(world) == [must, first, second]
        # in a field of numbers the same key saves what was typed, and moves nothing
        page.locator("[data-order] input").nth(1).fill("9")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert order(world) == [must, second, first]
    with browser_page(live_server, "zh-hans", PHONE, user=world.owner, browser=browser) as page:
        page.goto(PATH)
        assert flaws(page, "wishes-zh") == []
