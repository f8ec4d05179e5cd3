"""Conversations in a real Chromium: what is shown is read, and the pages fit every window and reader."""

import pytest

from qiao.matchmaking import actions
from qiao.matchmaking.models import Request
from tests.browser import VIEWS, axe, browser_page, overflow, requires_chromium, screenshot
from tests.world import World, join_all

pytestmark = [pytest.mark.browser, requires_chromium]


@pytest.fixture
def talk(world: World) -> Request:
    join_all(world.event)
    request = actions.send_request(
        sender=world.german, recipient=world.chinese, by=world.owner, message="Wir bauen Laser."
    )
    actions.accept(request=request, by=world.chinese_user, answer="欢迎，期待见面。")
    for number, who, text in (
        (1, world.german, "Bringen Sie bitte Muster mit?\nDrei Bleche reichen."),
        (2, world.chinese, "好的，我们会带三块样板，厚度分别为一、二、三毫米。"),
    ):
        actions.send_message(request=request, author=who, text=text, form=str(number), by=who.person.user)
    return request


@pytest.mark.parametrize(("language", "size", "dark"), VIEWS)
def test_pages_of_messages(live_server, world, talk, browser, language, size, dark) -> None:
    waiting = actions.send_request(sender=world.chinese_en, recipient=world.german, by=None, message="您好！")
    paths = [
        "/messages/",
        f"/messages/{talk.key}/",
        f"/messages/{waiting.key}/",
        f"/events/{world.event.slug}/requests/",
        f"/requests/{waiting.key}/accept/",
        f"/requests/{waiting.key}/decline/",
        "/messages/reach/",
        f"/messages/{waiting.key}/block/",
    ]
    actions.block(own=world.german, partner=world.chinese_en, by=world.owner)
    flaws = []
    with browser_page(live_server, language, size, user=world.owner, dark=dark, browser=browser) as page:
        for number, path in enumerate(paths):
            page.goto(path)
            screenshot(page, f"messages-{number}-{language}")
            flaws += [f"{path}: {one}" for one in [*axe(page), *([f"{overflow(page)} px"] if overflow(page) else [])]]
    assert flaws == []


@pytest.mark.parametrize(("language", "size", "dark"), VIEWS)
def test_pages_of_reports(live_server, world, talk, browser, language, size, dark) -> None:
    report = actions.report(request=talk, own=world.german, reason="advertising", note="Schon zweimal.", by=world.owner)
    event = f"/events/{world.event.slug}/reports/"
    flaws = []
    for who, paths in (
        (world.owner, [f"/messages/{talk.key}/report/"]),
        (world.organiser, ["/", event, f"{event}{report.pk}/"]),
    ):
        with browser_page(live_server, language, size, user=who, dark=dark, browser=browser) as page:
            for number, path in enumerate(paths):
                page.goto(path)
                screenshot(page, f"reports-{number}-{who.name.split()[0]}-{language}")
                flaws += [
                    f"{path}: {one}" for one in [*axe(page), *([f"{overflow(page)} px"] if overflow(page) else [])]
                ]
    assert flaws == []


def test_what_is_shown_counts_as_read_and_an_answer_is_sent(live_server, world, talk, browser) -> None:
    with browser_page(live_server, "de", user=world.owner, browser=browser) as page:
        page.goto("/messages/")
        assert page.locator("#unread").inner_text().startswith("1")
        page.locator("main .rows a").click()
        page.locator("#unread").wait_for(state="detached")
        assert page.get_by_role("button", name="Als gelesen kennzeichnen").count() == 0
        page.get_by_label("Ihre Nachricht").fill("Vielen Dank!")
        page.get_by_role("button", name="Senden").dblclick()
        page.locator("#messages li", has_text="Vielen Dank!").wait_for()
        assert page.locator("#messages li", has_text="Vielen Dank!").count() == 1
        assert page.get_by_label("Ihre Nachricht").input_value() == ""
