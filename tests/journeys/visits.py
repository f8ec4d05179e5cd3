"""Somebody's visit with a browser: every page they come to is looked at, and complains where it falls short."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from icalendar import Calendar
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import axe, browser_page, overflow, screenshot
from tests.journeys.office import Office

EVENT = "/events/konferenz-"


@dataclass
class Visit:
    page: Page
    name: str

    def look(self, at: str) -> None:
        """This page is accessible and no wider than the window. (Other hosts and console errors: tests.browser.)"""
        self.page.wait_for_load_state()
        screenshot(self.page, f"{self.name}-{at}")
        wider = overflow(self.page)
        assert axe(self.page) == [], (self.name, at)
        assert wider <= 0, f"{self.name}, {at}: {wider} px too wide"

    def go(self, path: str, at: str) -> None:
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        self.look(at)

    def press(self, label: str, within: Locator | None = None) -> None:
        (within or self.page).get_by_role("button", name=label).first.click()

    def follow(self, label: str, within: Locator | None = None) -> None:
        (within or self.page).get_by_role("link", name=label).first.click()

    def title(self, words: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(words)

    def section(self, heading: str) -> Locator:
        return self.page.locator("section").filter(has=self.page.get_by_role("heading", name=heading, level=2))

    def event(self) -> str:
        """The address of the coming conference, read off the start page."""
        self.page.goto("/")
        links = self.page.locator(f"main a[href^='{EVENT}']").evaluate_all("all => all.map(one => one.pathname)")
        return str(max(link.split("/")[2] for link in links))

    def download(self, label: str) -> bytes:
        with self.page.expect_download(timeout=60_000) as coming:  # the first PDF of a process reads the fonts
            self.follow(label)
        return Path(coming.value.path()).read_bytes()

    def calendar(self, label: str) -> Calendar:
        return Calendar.from_ical(self.download(label))

    def paper(self, label: str) -> str:
        """The text of a PDF, as a reader with any program would find it."""
        return subprocess.run(
            ["pdftotext", "-layout", "-", "-"], input=self.download(label), capture_output=True, check=True
        ).stdout.decode()

    def enter_by_door(self, who: str) -> None:
        self.page.goto("/")
        self.look("start")
        self.page.locator(f"form[action='/demo/enter/{who}/'] button").click()
        self.page.wait_for_load_state()


@contextmanager
def visit(office: Office, browser: Browser, who: str, language: str, size: tuple[int, int]) -> Iterator[Visit]:
    name = f"{who}-{language}-{size[0]}"
    with browser_page(office, language, size, browser=browser) as page:
        page.set_default_timeout(20_000)
        yield Visit(page, name)
