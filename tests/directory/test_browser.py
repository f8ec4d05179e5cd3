"""The directory in a real browser: forms that really send, no violation of accessibility, three languages, two widths."""

import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, sync_playwright

from qiao.core.models import User
from qiao.directory import actions
from qiao.directory.models import Organisation, Person
from tests.world import World, build_world

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--no-first-run",
]
WIDTHS = {"desktop": 1280, "phone": 390}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def browser(monkeypatch) -> Iterator[Browser]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright runs a loop in this thread; the tests use none
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def world(transactional_db) -> World:
    return build_world()


def open_page(browser: Browser, server, user: User | None = None, *, locale: str = "de", width: int = 1280) -> Page:
    context = browser.new_context(viewport={"width": width, "height": 900}, locale=locale, base_url=server.url)
    if user:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": server.url}])
    return context.new_page()


def check(page: Page) -> None:
    """Accessible, and nothing wider than the screen."""
    assert [(v["id"], v["nodes"][0]["html"]) for v in Axe().run(page).response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_chinese_firm_registers_on_the_phone_and_is_approved(browser, live_server, world) -> None:
    page = open_page(browser, live_server, locale="zh-CN", width=390)
    page.goto(reverse("register"))
    check(page)
    page.click("main button.button")
    assert page.locator("[id$=_error], .errorlist").count() > 3
    check(page)
    for name, text in {
        "name": "山东新材料有限公司",
        "city": "济南",
        "offers_1": "碳纤维复合材料",
        "person_name": "赵敏",
    }.items():
        page.fill(f"[name={name}]", text)
    page.select_option("[name=side]", "jinan")
    page.select_option("[name=country]", "CN")
    for name in ("languages", "person_languages"):
        page.check(f"[name={name}][value=zh]")
    page.check("[name=consent_profile]")
    page.click("main button.button")
    page.wait_for_url(f"**{reverse('register-done')}")
    check(page)
    made = Organisation.objects.get(name="山东新材料有限公司")
    office = open_page(browser, live_server, world.adviser)
    office.goto(reverse("organisation", args=[made.key]))
    check(office)
    office.click("button[value=approve]")
    office.wait_for_selector(".notice, .messages, [role=status]")
    made.refresh_from_db()
    assert made.is_published
    office.goto(reverse("person-link", args=[Person.objects.get(name="赵敏").key]))
    office.click("main button.button")
    office.wait_for_selector("svg.qr")
    check(office)


def test_who_registers_is_asked_whether_it_is_here_already(browser, live_server, world) -> None:
    actions.look_for_doubles()
    page = open_page(browser, live_server, width=390)
    page.goto(reverse("register"))
    for name, text in {
        "name": "Elbe Laser-Technik",
        "city": "Dresden",
        "offers_1": "Laser",
        "person_name": "Nora Neu",
    }.items():
        page.fill(f"[name={name}]", text)
    page.select_option("[name=side]", "saxony")
    page.select_option("[name=country]", "DE")
    for name in ("languages", "person_languages"):
        page.check(f"[name={name}][value=de]")
    page.check("[name=consent_profile]")
    page.click("main button.button")
    page.wait_for_selector("[name=same]")
    check(page)
    assert page.input_value("[name=offers_1]") == "Laser"
    page.check(f'[name=same][value="{world.german.organisation.key}"]')
    page.locator("main button.button").first.click()
    page.wait_for_url(f"**{reverse('register-done')}")
    assert Organisation.objects.get(name="Elbe Laser-Technik").same_answer == "join"


def test_an_adviser_imports_a_table(browser, live_server, world, run_tasks) -> None:
    page = open_page(browser, live_server, world.adviser)
    page.goto(reverse("import"))
    content = b"name,country,offers_de\nNeu GmbH,DE,Laser\nAlt,Deutschland,\n"
    page.set_input_files("input[type=file]", files=[{"name": "a.csv", "mimeType": "text/csv", "buffer": content}])
    page.click("form[enctype] button")
    page.wait_for_selector("#live")
    check(page)
    run_tasks()
    page.wait_for_selector("input[name=shown]", state="attached")  # the page renews itself
    check(page)
    page.click("form:has(input[name=shown]) button")
    page.wait_for_selector("#live")
    run_tasks()
    page.wait_for_selector("#live", state="detached")
    assert Organisation.objects.filter(name="Neu GmbH").exists()
    check(page)


@pytest.mark.parametrize(("width", "reader"), [(WIDTHS["desktop"], "owner"), (WIDTHS["phone"], "chinese_user")])
def test_pages_are_accessible(browser, live_server, world, width, reader) -> None:
    org = world.german.organisation
    page = open_page(browser, live_server, getattr(world, reader), width=width)
    for url in (reverse("organisations"), reverse("organisation", args=[org.key]), reverse("consents")):
        page.goto(url)
        check(page)
    page = open_page(browser, live_server, world.adviser, width=width)
    for url in (reverse("people"), reverse("organisation-edit", args=[org.key])):
        page.goto(url)
        check(page)
