"""The pages of contributions and themes in a real Chromium: readable for all, on a desk and on a phone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from qiao.core import files
from qiao.events import actions
from tests.browser import DESKTOP, PHONE, axe, browser_page, overflow, requires_chromium, screenshot
from tests.events.sessions import session
from tests.world import World

pytestmark = [pytest.mark.browser, requires_chromium]
BASE = "/events/konferenz-2027"


@pytest.mark.parametrize(("language", "size", "dark"), [("de", DESKTOP, False), ("zh-hans", PHONE, True)])
def test_pages_of_contributions(live_server, world: World, browser, language, size, dark) -> None:
    texts = {
        "de": "Zeigen Sie Muster und Versuche.\n\nEin Vortrag dauert 20 Minuten.",
        "zh": "欢迎展示样机与试验成果。",
    }
    closes = timezone.now() + timedelta(days=3)
    actions.save_call(event=world.event, texts=texts, kinds=["lecture", "exhibit"], closes=closes, by=world.organiser)
    shown, waiting = (
        actions.submit_contribution(
            participation=world.german, by=world.owner,
            values={"kind": "exhibit", "names": {"de": title, "zh": han}, "abstracts": {"de": "Ein Schneidkopf zum Anfassen.", "zh": "可近距离观看的切割头。"},
                    "language": "de", "themes": world.themes},
        )
        for title, han in (("Faserlaser zum Anfassen", "光纤激光样机"), ("Zweites Muster", "第二件样品"))
    )  # fmt: skip
    actions.accept_contribution(contribution=shown, reason="Sehr gern!", stand="Halle 2, A14", by=world.organiser)
    made = session(world, audience="public")
    made.themes.set(world.themes)
    for owner in (shown, made):
        actions.add_file(owner=owner, file=files.Brochure(b"%PDF-", 12), kind="slides", title="", by=world.owner)
    desk = f"{BASE}/setup/contributions/"
    visits = [
        (world.organiser, [desk, f"{desk}call/", f"{desk}{waiting.key}/", f"{BASE}/programme/{made.key}/"]),
        (world.owner, [BASE + "/", f"{BASE}/contributions/", f"{BASE}/contributions/new/", f"{BASE}/contributions/{shown.key}/"]),
        (world.chinese_user, [f"{BASE}/themes/smart-manufacturing/", f"{BASE}/programme/"]),
    ]  # fmt: skip
    flaws = []
    for number, (user, paths) in enumerate(visits):
        with browser_page(live_server, language, size, user=user, dark=dark, browser=browser) as page:
            for step, path in enumerate(paths):
                page.goto(path)
                screenshot(page, f"contributions-{number}-{step}-{language}")
                flaws += [
                    f"{path}: {one}" for one in [*axe(page), *([f"{overflow(page)} px"] if overflow(page) else [])]
                ]
    assert flaws == []
