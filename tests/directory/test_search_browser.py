"""The search page in a real browser: accessible in each state, no wider than a phone, driven by the keyboard, without scripts."""

import pytest
from django.urls import reverse

from qiao.directory import actions, purposes
from qiao.directory.actions.alerts import stop_token
from tests.directory.test_browser import WIDTHS, browser, check, open_page, pytestmark, world

__all__ = ["browser", "pytestmark", "world"]
URL = reverse("organisations")


@pytest.fixture
def indexed(world):
    actions.give_consent(person=world.chinese.person, purpose=purposes.CROSS_BORDER.code, by=world.chinese_user)
    actions.index_stale()
    actions.embed_stale()
    return world


@pytest.mark.parametrize(("width", "reader"), [(WIDTHS["desktop"], "owner"), (WIDTHS["phone"], "chinese_user")])
def test_each_state_is_accessible(browser, live_server, indexed, width, reader) -> None:
    page = open_page(browser, live_server, getattr(indexed, reader), width=width)
    for query in ("", "?q=laser&country=CN", "?q=王立", "?q=Lasertechnk&kind=seek", "?q=zzzzzz", "?q=%00"):
        page.goto(URL + query)
        check(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), query


def test_what_the_office_has_to_look_at_is_accessible(browser, live_server, indexed) -> None:
    page = open_page(browser, live_server, indexed.adviser, width=WIDTHS["phone"])
    page.goto(f"{URL}?review=on")
    check(page)


@pytest.mark.parametrize("width", [WIDTHS["phone"], pytest.param(WIDTHS["desktop"], marks=pytest.mark.long)])
def test_a_search_is_kept_and_its_mails_end(browser, live_server, indexed, width) -> None:
    page = open_page(browser, live_server, indexed.owner, width=width)
    page.goto(URL + "?q=laser&country=CN")
    page.click("text=Bei Neuem benachrichtigen")
    page.wait_for_url(f"**{reverse('saved-searches')}")
    check(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.select_option("select[name=mails]", "none")
    page.click(".rows button:not([name])")
    assert page.locator("select[name=mails]").input_value() == "none"
    page.click(".rows button[name=remove]")
    page.wait_for_selector(".empty")
    check(page)
    visitor = open_page(browser, live_server, width=width)
    visitor.goto(reverse("alerts-stop", args=[stop_token(indexed.owner)]))
    check(visitor)
    visitor.click("main button")
    visitor.wait_for_selector("h1:has-text('keine E-Mails')")
    check(visitor)


def test_by_keyboard_and_without_scripts(browser, live_server, indexed) -> None:
    signed_in = open_page(browser, live_server, indexed.owner)
    context = browser.new_context(
        java_script_enabled=False,
        base_url=live_server.url,
        locale="de",
        storage_state=signed_in.context.storage_state(),
    )
    page = context.new_page()
    page.goto(URL)
    page.focus("input[name=q]")
    page.keyboard.type("激光")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=*")
    assert page.locator(".rows > li").first.inner_text().startswith("Jinan Laser Equipment")
    page.locator(".facet a", has_text="China").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**country=CN*")
    page.fill("input[name=q]", "titan")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=titan*")
    assert "country=CN" in page.url, "another word keeps the filter"
    page.locator(".chosen a").click()
    page.wait_for_url(lambda url: "country" not in url)
    page.go_back()
    assert "country=CN" in page.url
    assert page.locator(".chosen a").count() == 1
