"""People come in, in a real browser: from a poster on a phone within a messenger, by keyboard alone, and without scripts.

Over the tests' small world, so that nothing has to be loaded. Every page on the way is looked at (tests/journeys/visits.py).
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from qiao.core.models import Mail
from qiao.core.views import BACKEND
from qiao.directory import actions as directory
from qiao.directory.models import Entry, Organisation, Person
from qiao.events import actions
from qiao.events.models import Participation
from qiao.events.posters import address_of
from qiao.events.travel_fields import opened
from tests.browser import DESKTOP, IN_APP, PHONE, POOR, browser_page, requires_chromium
from tests.journeys.visits import Visit
from tests.world import World, join

pytestmark = [pytest.mark.browser, requires_chromium]
SLUG = "konferenz-2027"
MOST_TABS = 80
FOCUSED = """() => { const one = document.activeElement, style = getComputedStyle(one);
  const seen = style.outlineStyle !== 'none' || style.boxShadow !== 'none'
    || (one.closest('label') && getComputedStyle(one.closest('label')).outlineStyle !== 'none');
  return [one.getAttribute('aria-label') || one.labels?.[0]?.innerText || one.innerText || '', seen, !!one.closest('main')]; }"""


@pytest.fixture
def path(world: World) -> str:
    """What the QR code of a poster leads to; the organiser asks about journeys."""
    join(world.chinese.person)
    directory.rebuild_index()
    last = actions.last_day(world.event)
    actions.save_travel_call(event=world.event, asked=["diet"], delete_on=last, readers=[], by=world.organiser)
    found = actions.invite(event=world.event, label="Halle 2", expires=world.event.ends, by=world.organiser)
    return urlsplit(address_of(found)).path


@contextmanager
def visit(
    server: Any, browser: Browser, who: str, language: str, size: tuple[int, int], **more: Any
) -> Iterator[Visit]:
    with browser_page(server, language, size, browser=browser, **more) as page:
        page.set_default_timeout(20_000)
        yield Visit(page, who)


def admit(name: str, world: World) -> Participation:
    """What the office and the organiser decide."""
    own = Participation.objects.select_related("event", "person__user", "person__side", "organisation").get(
        person__name=name
    )
    directory.approve(organisation=own.organisation, by=world.adviser)
    own.organisation.refresh_from_db()
    actions.approve(participation=own, by=world.organiser)
    return own


def seen_from(world: World, who: Person) -> str:
    """The page of a participant as a German firm's person reads it."""
    client = Client(HTTP_ACCEPT_LANGUAGE="de")
    client.force_login(world.owner, backend=BACKEND)
    return client.get(reverse("partner", args=[SLUG, who.key])).content.decode()


def test_a_chinese_firm_comes_from_a_poster_within_a_messenger(live_server, world, path, browser) -> None:
    with visit(live_server, browser, "messenger", "zh-hans", PHONE, **IN_APP) as visitor:
        page = visitor.page
        page.add_init_script(POOR)
        page.on("download", lambda one: pytest.fail(f"a download: {one.url}"))
        visitor.go(path, "look")
        assert page.evaluate("!navigator.credentials && !navigator.serviceWorker && !window.PublicKeyCredential")
        assert "王立" not in page.locator("main").inner_text()  # examples carry no names
        visitor.follow("报名", page.locator("main"))
        visitor.look("form")
        for name, value in (("name", "泉城新材料有限公司"), ("city", "济南"), ("person_name", "刘洋"), ("offers_1", "耐高温陶瓷涂层"),
                            ("seeks_1", "寻求德国喷涂设备"), ("person_name_latin", "Liú Yáng")):  # fmt: skip
            page.locator(f"[name={name}]").fill(value)
        page.locator("[name=side]").select_option("jinan")
        page.locator("[name=type]").select_option("company")
        page.locator("[name=person_languages][value=zh]").check()
        page.locator("[name=consent_profile]").check()
        assert not page.locator("[name=consent_cross_border]").is_checked()  # separate, never ticked beforehand
        page.locator("[name=consent_cross_border]").check()
        visitor.press("报名", page.locator("main"))
        page.wait_for_url(f"**/events/{SLUG}/")  # without an address one is signed in at once
        visitor.look("registered")

        own = admit("刘洋", world)
        assert Entry.objects.filter(organisation=own.organisation, kind="offer", texts__language="zh").exists()
        assert "刘洋" in seen_from(world, own.person)
        visitor.go(f"/events/{SLUG}/", "admitted")
        visitor.follow("填写行程信息")
        visitor.look("journey")
        page.get_by_label("清真").check()
        page.get_by_label("我同意以下内容").check()
        visitor.press("保存")
        page.wait_for_url(f"**/events/{SLUG}/")
        assert opened(own.travel.sealed) == {"food": {"diet": ["halal"]}}

        visitor.go("/me/consents/", "consents")
        page.locator("form:has([value=cross_border]) button[value=withdraw]").click()
        expect(page.locator(".messages")).to_be_visible()
        assert "刘洋" not in seen_from(world, own.person)  # with the next page that anybody opens


class Keys:
    """A person who has no mouse: comes to a thing by Tab, and sees where he is."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, label: str) -> None:
        passed = []
        for _number in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            name, is_seen, is_content = self.page.evaluate(FOCUSED)
            passed.append(name.strip()[:30])
            if is_content and name.strip().startswith(label):
                assert is_seen, f"{label}: nothing shows where the keyboard is"
                return
        raise AssertionError(f"the keyboard does not come to “{label}”, only to {passed}")

    def write(self, label: str, text: str) -> None:
        self.to(label)
        self.page.keyboard.type(text)

    def press(self, label: str, key: str = "Enter") -> None:
        self.to(label)
        self.page.keyboard.press(key)


def test_a_german_firm_registers_with_the_keyboard_only(live_server, world, path, browser) -> None:
    with visit(live_server, browser, "keyboard", "de", DESKTOP) as visitor:
        page, keys = visitor.page, Keys(visitor.page)
        visitor.go(path, "look")
        keys.press("Registrieren")
        page.wait_for_url("**/register/**")
        visitor.look("form")
        keys.press("Ihr Profil beim Kontaktbüro", "Space")
        keys.write("Name", "Neue Optik GmbH")
        keys.write("Region", "Dresden")
        keys.write("Art", "Unternehmen")
        keys.write("Ort", "Dresden")
        keys.write("Wir bieten", "Linsen für Laser")
        keys.write("Ihr Name", "Nora Neu")
        keys.write("E-Mail", "nora@example.org")
        keys.press("Deutsch", "Space")
        keys.press("Registrieren")
        page.wait_for_url("**/register/done/**")
        visitor.look("done")
        visitor.go("/account/login/", "sign-in")
        keys.write("E-Mail", "nora@example.org")
        page.keyboard.press("Enter")
        page.wait_for_url("**/code/**")
        code = re.search(
            r"^[A-Z0-9-]{6,}$", Mail.objects.filter(kind="account.login_code").latest("pk").body, re.MULTILINE
        )
        assert code
        keys.write("Code", code[0])
        page.keyboard.press("Enter")
        page.wait_for_url(f"{live_server.url}/")
        visitor.look("home")

        own = admit("Nora Neu", world)
        visitor.go("/", "admitted")
        keys.press("Angaben zur Reise machen")
        page.wait_for_url("**/travel/")
        keys.press("vegan", "Space")
        keys.press("Ich willige in Folgendes ein", "Space")
        keys.press("Speichern")
        page.wait_for_url(f"**/events/{SLUG}/")
        assert opened(own.travel.sealed) == {"food": {"diet": ["vegan"]}}


def test_reading_and_registering_work_without_scripts(live_server, world, path, browser) -> None:
    with browser_page(live_server, "de", PHONE, browser=browser, java_script_enabled=False) as page:
        page.goto(path)
        page.get_by_role("link", name="Registrieren").last.click()
        for name, value in (
            ("name", "Neue Optik GmbH"),
            ("city", "Dresden"),
            ("person_name", "Nora Neu"),
            ("offers_1", "Linsen"),
        ):
            page.locator(f"[name={name}]").fill(value)
        page.locator("[name=side]").select_option("saxony")
        page.locator("[name=type]").select_option("company")
        page.locator("[name=person_languages][value=de]").check()
        page.locator("main form button").last.click()
        expect(page.locator("[name=name]")).to_have_value("Neue Optik GmbH")  # what was typed stays beside the error
        expect(page.locator(".errorlist").first).to_be_visible()
        page.locator("[name=consent_profile]").check()
        page.locator("main form button").last.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Konferenz 2027")
        assert Organisation.objects.filter(name="Neue Optik GmbH").exists()
    with browser_page(live_server, "de", PHONE, user=world.owner, browser=browser, java_script_enabled=False) as page:
        page.goto("/organisations/?q=Laser")
        page.get_by_role("link", name="Jinan Laser Equipment").first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Jinan Laser Equipment")
        page.goto(f"/events/{SLUG}/partners/search/?q=Jinan")
        page.locator("main .rows a").first.click()
        page.locator("#ask textarea").fill("Guten Tag!")
        page.locator("#ask button").click()
        expect(page.locator("main blockquote").first).to_have_text("Guten Tag!")
