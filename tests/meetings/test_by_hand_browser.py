"""The board in a real Chromium: carried by mouse and by keyboard, told beforehand what does not fit, and readable for all."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from qiao.meetings import actions
from qiao.meetings.exports import print_pdf
from qiao.meetings.models import PlanRun
from tests.browser import DESKTOP, PHONE, VIEWS, axe, browser_page, overflow, requires_chromium, screenshot
from tests.meetings.plans import finished_run, first_plan, wishes
from tests.world import World

pytestmark = [pytest.mark.browser, requires_chromium]


@pytest.fixture
def run(world: World) -> PlanRun:
    wishes(world)
    return finished_run(world, first_plan(world)[1:])  # otto-wang has no place


def board(run: PlanRun) -> str:
    return f"/events/konferenz-2027/desk/runs/{run.pk}/board/"


def places(run: PlanRun) -> dict[str, tuple[str, str]]:
    run.refresh_from_db()
    return {one["request"]: (one["slot"], one["table"]) for one in run.plan["meetings"]}


def cell(slot: str, table: str) -> str:
    return f"td[data-slot='{slot}'][data-table='{table}']"


def talk(page: Page, key: str):
    return page.locator(f"[data-talk][href$='/{key}/']")


def test_talks_are_dragged_and_carried(live_server, world, run, browser) -> None:
    with browser_page(live_server, "en", DESKTOP, user=world.organiser, browser=browser) as page:
        page.goto(board(run))
        talk(page, "eva-li").drag_to(page.locator(cell("s4", "t1")))
        page.wait_for_url("**/board/**")
        page.locator(f"{cell('s4', 't1')} [data-talk]").wait_for()
        assert places(run)["eva-li"] == ("s4", "t1")
        # 李娜 meets Otto in s2: what does not fit is told, and nothing happens
        talk(page, "eva-li").focus()
        page.keyboard.press("m")
        page.keyboard.press("ArrowDown")
        page.get_by_text("It fits here.").wait_for()
        for _ in range(2):
            page.keyboard.press("ArrowLeft")
        page.get_by_text("there is another talk at this time").first.wait_for()
        page.keyboard.press("Escape")
        assert talk(page, "eva-li").evaluate("one => one === document.activeElement")
        # the wish without a place is taken up from its list and put down in the first cell
        talk(page, "otto-wang").focus()
        page.keyboard.press("m")
        page.keyboard.press("ArrowDown")
        page.get_by_text("It fits here.").wait_for()
        page.keyboard.press("Enter")
        page.locator(f"{cell('s1', 't2')} [data-talk]").wait_for()
        assert places(run)["otto-wang"] == ("s1", "t2")
        page.get_by_role("button", name="Take back the last change").click()
        page.get_by_text("The last change is taken back.").wait_for()
        assert "otto-wang" not in places(run)


@pytest.mark.parametrize(("language", "size", "dark"), VIEWS)
def test_pages_of_a_plan_by_hand(live_server, world, run, browser, language, size, dark) -> None:
    desk, flaws = board(run).removesuffix("board/"), []
    paths = [board(run), f"{board(run)}?by=person", f"{desk}talks/otto-wang/", f"{desk}talks/eva-li/", desk]
    with browser_page(live_server, language, size, user=world.organiser, dark=dark, browser=browser) as page:
        for number, path in enumerate(paths):
            page.goto(path)
            screenshot(page, f"by-hand-{number}-{language}")
            flaws += [f"{path}: {one}" for one in [*axe(page), *([f"{overflow(page)} px"] if overflow(page) else [])]]
    assert flaws == []


@pytest.mark.parametrize(("language", "size", "dark"), [("de", PHONE, False), ("zh-hans", DESKTOP, False)])
def test_pages_of_a_provisional_plan(live_server, world, run, browser, language, size, dark) -> None:
    actions.publish(run=run, by=world.organiser, objections_until=timezone.now() + timedelta(days=2))
    about, event, flaws = run.event.requests.get(key="otto-li"), "/events/konferenz-2027", []
    print_pdf(event=run.event, part="cards", by=world.organiser)
    other = finished_run(world, first_plan(world))
    actions.object_to(participation=world.german, request=about, text="Ich reise später an.", by=world.owner)
    paths = {
        world.owner: [f"{event}/agenda/", f"{event}/agenda/objections/"],
        world.organiser: [
            f"{event}/desk/", f"{event}/desk/objections/", f"{event}/desk/runs/{run.pk}/publish/", f"{event}/print/",
            f"{event}/desk/runs/{other.pk}/compare/",
        ],
    }  # fmt: skip
    for who, own in paths.items():
        with browser_page(live_server, language, size, user=who, dark=dark, browser=browser) as page:
            for path in own:
                page.goto(path)
                screenshot(page, f"provisional-{path.strip('/').replace('/', '-')}-{language}")
                wider = overflow(page)
                flaws += [f"{path}: {one}" for one in [*axe(page), *([f"{wider} px"] if wider else [])]]
    assert flaws == []
