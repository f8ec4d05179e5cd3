"""Pages as a real Chromium shows them: accessible, never wider than the window, nothing asked of other hosts."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page

from qiao.directory.models import Person
from qiao.events.models import Slot
from qiao.meetings.actions import publish
from tests.browser import PHONE, VIEWS, axe, browser_page, overflow, requires_chromium, screenshot
from tests.meetings.plans import finished_run, first_plan, wishes
from tests.world import START, World

pytestmark = [pytest.mark.browser, requires_chromium]

VISITOR = ["/", "/account/login/", "/account/login/code/", "/account/password/reset/", "/register/", "/look/?name="]
BY_ROLE = {
    "owner": ["/", "/me/", "/events/", "/events/konferenz-2027/", "/organisations/", "/nowhere/"],
    "organiser": ["/", "/events/konferenz-2027/participants/"],
    "adviser": ["/", "/people/", "/import/", "/doubles/"],
}


@pytest.fixture
def demo(settings, world: World) -> World:
    settings.DEMO = True
    return world


def look_at(page: Page, path: str, name: str) -> list[str]:
    page.goto(path)
    screenshot(page, name)
    wider = overflow(page)
    return [f"{path}: {flaw}" for flaw in [*axe(page), *([f"{wider} px too wide"] if wider else [])]]


@pytest.mark.parametrize(("language", "size", "dark"), VIEWS)
def test_visitors_pages(live_server, demo, browser, language, size, dark):
    with browser_page(live_server, language, size, dark=dark, browser=browser) as page:
        flaws = [flaw for n, path in enumerate(VISITOR) for flaw in look_at(page, path, f"visitor-{n}-{language}")]
    assert flaws == []


@pytest.mark.parametrize("who", BY_ROLE)
@pytest.mark.parametrize(("language", "size", "dark"), VIEWS)
def test_pages_by_role(live_server, demo, browser, who, language, size, dark):
    user = getattr(demo, who)
    with browser_page(live_server, language, size, user=user, dark=dark, browser=browser) as page:
        flaws = [flaw for n, path in enumerate(BY_ROLE[who]) for flaw in look_at(page, path, f"{who}-{n}-{language}")]
    assert flaws == []


def test_the_keyboard_meets_the_way_to_the_content_first(live_server, world, browser):
    with browser_page(live_server, browser=browser) as page:
        page.goto("/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"


def test_the_language_changes_where_one_is(live_server, world, browser):
    with browser_page(live_server, "de", PHONE, browser=browser) as page:
        page.goto("/account/login/?next=/me/")
        page.get_by_role("button", name="中文").click()
        page.wait_for_url("**/account/login/?next=/me/")
        assert page.locator("html").get_attribute("lang") == "zh-Hans"
        assert page.get_by_role("heading", level=1).inner_text() == "登录"


def test_one_click_into_the_demo_and_out_again(live_server, demo, browser):
    demo.organiser.email = "organiser@example.org"
    demo.organiser.save()
    with browser_page(live_server, "en", browser=browser) as page:
        page.goto("/")
        page.get_by_role("button", name="Sign in as Orga Olga").click()
        page.get_by_role("link", name="Planning desk").first.wait_for()
        assert page.locator("html").get_attribute("lang") == "en", "the language chosen in this browser"
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("link", name="Sign in").first.wait_for()
        assert page.locator("html").get_attribute("lang") == "en", "and still"


def test_targets_are_large_enough_for_a_thumb(live_server, world, browser):
    small = """() => [...document.querySelectorAll('button, input:not([type=hidden]), select, nav a, a.button')]
        .map(one => [one.outerHTML.slice(0, 90), one.getBoundingClientRect().height])
        .filter(([html, height]) => height < 43.5 && !/type="(checkbox|radio)"/.test(html))"""
    with browser_page(live_server, "zh-hans", PHONE, user=world.owner, browser=browser) as page:
        for path in ("/", "/me/", "/organisations/"):
            page.goto(path)
            assert page.evaluate(small) == [], path


def test_on_paper_only_the_matter_remains(live_server, world, browser):
    with browser_page(live_server, user=world.owner, browser=browser) as page:
        page.goto("/")
        page.emulate_media(media="print")
        assert page.get_by_role("heading", level=1).is_visible()
        assert page.locator(".button:visible, nav a:visible, .strip:visible").count() == 0
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


def test_on_paper_no_time_slot_is_cut_off_and_the_agenda_names_its_owner(live_server, world, browser):
    for n in range(5, 13):
        start = START + timedelta(minutes=30 * n)
        Slot.objects.create(event=world.event, position=n, start=start, end=start + timedelta(minutes=25))
    Person.objects.filter(pk__in=[world.german.person_id, world.german_en.person_id]).update(name="Silke " + 40 * "w")
    wishes(world)
    publish(run=finished_run(world, first_plan(world)), by=None)
    with browser_page(live_server, size=(1009, 700), user=world.organiser, browser=browser) as page:  # A4 across
        page.goto(f"/events/{world.event.slug}/schedule/")
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.body).page") == "across"
        wide = "all => all.map(one => [one.rows[0].cells.length, one.scrollWidth > document.body.clientWidth])"
        assert page.locator(".grid").evaluate_all(wide) == [[13, False]]
    with browser_page(live_server, user=world.owner, browser=browser) as page:
        page.goto(f"/events/{world.event.slug}/agenda/")
        owner = page.locator(".on-paper", has_text="Silke")
        assert not owner.is_visible()
        page.emulate_media(media="print")
        assert owner.is_visible()


def test_what_was_typed_survives_a_reload_until_it_is_sent(live_server, world, browser):
    with browser_page(live_server, browser=browser) as page:
        page.goto("/register/")
        form = page.locator("form[data-draft]")
        box = form.locator("textarea").first
        tick = form.locator("input[type=checkbox]").first
        box.fill("Laseranlagen für dünne Bleche")
        tick.check()
        page.reload()
        assert box.input_value() == "Laseranlagen für dünne Bleche"
        assert tick.is_checked()
        assert page.evaluate("Object.keys(localStorage).length") == 0  # nothing outlives the tab
        form.get_by_role("button", name="Registrieren").click()  # incomplete: the server shows what is missing
        page.locator(".errorlist").first.wait_for()
        assert box.input_value() == "Laseranlagen für dünne Bleche"
        page.goto("/")
        page.goto("/register/")
        assert box.input_value() == ""
