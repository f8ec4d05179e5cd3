"""A real Chromium for tests: pages in a language and size, accessibility by axe, requests to other hosts.

    with browser_page(live_server, "de", PHONE, user=world.owner) as page:
        page.goto("/events/")
        assert axe(page) == []

Every page fails the test when it asks another host for anything, breaks the content security policy or a script throws.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from qiao.core.models import User

CHROMIUM = Path(os.environ.get("QIAO_CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
DESKTOP, PHONE, NARROW = (1280, 900), (390, 844), (320, 640)
# How pages are looked at: (language, size, dark).
VIEWS = [("de", DESKTOP, False), ("zh-hans", PHONE, True), pytest.param("en", NARROW, False, marks=pytest.mark.long)]
LANGUAGES = {"de": "de-DE", "zh-hans": "zh-CN", "en": "en-GB"}
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"

# As links open within a messenger: no passkeys, no downloads, no service worker; POOR takes the rest away, too.
IN_APP = {
    "user_agent": (
        "Mozilla/5.0 (Linux; Android 13; V2241A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/116.0.0.0 Mobile "
        "Safari/537.36 MicroMessenger/8.0.49.2600(0x28003137) WeChat/arm64 NetType/4G Language/zh_CN"
    ),
    "accept_downloads": False, "service_workers": "block",
}  # fmt: skip
POOR = """
for (const [where, name] of [[Navigator.prototype, 'credentials'], [Navigator.prototype, 'serviceWorker'],
                             [Navigator.prototype, 'share'], [window, 'PublicKeyCredential'], [window, 'Notification']])
  delete where[name];
"""

requires_chromium = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no Chromium at {CHROMIUM}")


@contextmanager
def chromium() -> Iterator[Browser]:
    """One browser process; start it once per module."""
    # Playwright's loop makes Django believe that it runs in async code; the database is used by this thread only.
    allowed = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    try:
        with one_request_at_a_time(), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            try:
                yield browser
            finally:
                browser.close()
    finally:
        if allowed is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@contextmanager
def one_request_at_a_time() -> Iterator[None]:
    """The live server's threads share one connection to SQLite in memory: two requests at once would be one transaction.

    A real server has a connection for each, and PostgreSQL has here as well.
    """
    if connection.vendor != "sqlite":
        yield
        return
    lock, handle = RLock(), WSGIHandler.__call__

    def wait_and_handle(self: WSGIHandler, *request: Any) -> Any:
        with lock:
            return handle(self, *request)

    with patch.object(WSGIHandler, "__call__", wait_and_handle):
        yield


@contextmanager
def browser_page(
    server: Any,
    language: str = "de",
    size: tuple[int, int] = DESKTOP,
    *,
    user: User | None = None,
    dark: bool = False,
    browser: Browser | None = None,
    **profile: Any,
) -> Iterator[Page]:
    """A fresh page on the live server, signed in as `user`; fails on foreign requests and on errors in the console.

    `browser` is one that is running already; without it one is started for this page. `profile`: further options of the
    browser's context, IN_APP for example.
    """
    if browser is None:
        with (
            chromium() as started,
            browser_page(server, language, size, user=user, dark=dark, browser=started, **profile) as page,
        ):
            yield page
        return
    context = browser.new_context(
        base_url=server.url,
        locale=LANGUAGES[language],
        viewport={"width": size[0], "height": size[1]},
        is_mobile=size[0] < 600,
        has_touch=size[0] < 600,
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        **profile,
    )
    context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": server.url}])
    if user is not None:
        User.objects.filter(pk=user.pk).update(language=language)
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session_of(user), "url": server.url}])
    page = context.new_page()
    wrong: list[str] = []
    page.on("request", lambda request: wrong.extend(_foreign(request, server.url)))
    page.on("console", lambda message: wrong.extend(_complaint(message)))
    page.on("pageerror", lambda error: wrong.append(f"script: {error}"))
    try:
        yield page
    finally:
        context.close()
    assert wrong == [], wrong


def session_of(user: User) -> str:
    """The key of a new session of this user."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    assert session.session_key
    return session.session_key


def _foreign(request: Request, own: str) -> Iterator[str]:
    address = urlsplit(request.url)
    if address.scheme in {"http", "https", "ws", "wss"} and address.netloc != urlsplit(own).netloc:
        yield f"request to another host: {request.url}"


def _complaint(message: ConsoleMessage) -> Iterator[str]:
    """What the browser says about our page; the status of a page that is meant to be missing is no error of it."""
    if message.type == "error" and "Failed to load resource" not in message.text:
        yield f"console: {message.text}"


def axe(page: Page) -> list[str]:
    """Violations of the accessibility rules: ["color-contrast: .soft"]. Empty is what a page should give."""
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        f"{violation['id']}: {' '.join(node['target'][0] for node in violation['nodes'])}"
        for violation in found["violations"]
    ]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the window; 0 is what a page should give."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


def screenshot(page: Page, name: str) -> Path | None:
    """A picture of the whole page in the folder QIAO_SCREENSHOTS, where one is named."""
    folder = os.environ.get("QIAO_SCREENSHOTS")
    if not folder:
        return None
    file = Path(folder) / f"{name}.png"
    file.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=file, full_page=True)
    return file
