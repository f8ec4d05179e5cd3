"""The marketplace as a real Chromium shows it: accessible, never wider than the window, in three languages."""

import pytest

from qiao.directory import actions
from tests.browser import VIEWS, browser_page, chromium, requires_chromium
from tests.directory.opportunities import draft, shown_opportunity
from tests.ui.test_pages_browser import look_at

pytestmark = [pytest.mark.browser, requires_chromium]


@pytest.mark.parametrize(("language", "size", "dark"), VIEWS)
def test_pages_of_the_marketplace(live_server, world, language, size, dark) -> None:
    firm = world.german.organisation
    shown = shown_opportunity(firm, by=world.adviser, is_public=True)
    hidden = shown_opportunity(firm, by=world.adviser, is_anonymous=True, is_public=True)
    waiting = actions.submit(opportunity=draft(firm, by=world.owner), by=world.owner)
    own = f"/organisations/{firm.key}/opportunities/"
    paths = {
        None: ["/marketplace/", f"/marketplace/{shown.public_key}/"],
        world.owner: ["/marketplace/", own, f"{own}new/", f"/marketplace/own/{shown.key}/", f"/marketplace/own/{waiting.key}/edit/"],
        world.chinese_user: [f"/marketplace/{hidden.public_key}/", f"/marketplace/{firm.entries.first().key}/"],
        world.adviser: ["/marketplace/review/", f"/marketplace/own/{waiting.key}/"],
    }  # fmt: skip
    flaws = []
    with chromium() as browser:
        for who, some in paths.items():
            with browser_page(live_server, language, size, user=who, dark=dark, browser=browser) as page:
                name = who.name.split()[0] if who else "visitor"
                flaws += [
                    flaw for n, path in enumerate(some) for flaw in look_at(page, path, f"market-{name}-{n}-{language}")
                ]
    assert flaws == []
