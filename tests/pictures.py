"""Renew the README's pictures from the demo world: `python -m tests.pictures` writes docs/pictures/*.png."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page

from qiao.demo import home
from tests.journeys.office import Office, opened

OUT = Path(__file__).resolve().parents[1] / "docs" / "pictures"
DESK, CARDS, PHONE = (1180, 760), (1180, 880), (390, 760)
DOORS = (1180, 1240)  # down to the last door of the demo's start page


def draw(office: Office, browser: Browser) -> None:
    with_event = f"{office.url}/events/{_event(office, browser)}"
    for name, who, language, size, path in (
        ("start", "", "de", DOORS, office.url),
        ("partners-de", "german", "de", CARDS, f"{with_event}/partners/"),
        ("partners-zh", "chinese", "zh-hans", PHONE, f"{with_event}/partners/"),
        ("desk", "organiser", "de", DESK, f"{with_event}/desk/"),
        ("agenda", "german", "de", PHONE, f"{with_event}/agenda/"),
    ):
        page = _page(office, browser, who, language, size)
        page.goto(path)
        if name == "desk":  # the run whose plan is in force
            page.locator("main .rows a[href*='/runs/']").first.click()
        if name.startswith("partners"):
            page.locator(".card").first.evaluate("card => window.scrollTo(0, card.offsetTop - 24)")
        page.screenshot(path=OUT / f"{name}.png")
        page.context.close()


def _page(office: Office, browser: Browser, who: str, language: str, size: tuple[int, int]) -> Page:
    """A page of somebody who came through a door of the demo."""
    context = browser.new_context(
        locale={"de": "de-DE", "zh-hans": "zh-CN"}[language],
        viewport={"width": size[0], "height": size[1]},
        is_mobile=size[0] < 600,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(office.url)
    if who:
        page.locator(f"form[action='/demo/enter/{who}/'] button").click()
        page.wait_for_load_state()
    return page


def _event(office: Office, browser: Browser) -> str:
    page = _page(office, browser, "organiser", "de", DESK)
    paths = page.locator("main a[href^='/events/konferenz-']").evaluate_all("all => all.map(one => one.pathname)")
    page.context.close()
    return str(max(path.split("/")[2] for path in paths))


def main() -> int:
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qiao.settings")
    os.environ.setdefault("QIAO_TEST", "1")
    django.setup()  # tests.browser names models
    from tests.browser import chromium

    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        home.prepare(Path(folder) / "demo", "published", print)
        with opened(Path(folder) / "demo") as office:
            draw(office, browser)
    return 0


if __name__ == "__main__":
    sys.exit(main())
