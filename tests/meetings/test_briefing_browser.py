"""Glossary, briefing and agenda as a real Chromium shows them: accessible, never wider than the window, in three languages."""

import pytest
from django.urls import reverse

from qiao.directory.actions import save_abstract
from qiao.meetings import actions
from tests.browser import VIEWS, browser_page, chromium, requires_chromium
from tests.directory.test_abstracts import DE, ZH
from tests.events.test_glossary import LASER, TITAN, add
from tests.meetings.plans import agreed, finished_run, meeting
from tests.ui.test_pages_browser import look_at

pytestmark = [pytest.mark.browser, requires_chromium]


@pytest.mark.parametrize(("language", "size", "dark"), VIEWS)
def test_pages_with_terms(live_server, world, language, size, dark) -> None:
    agreed(world.german, world.chinese, "otto-wang")
    actions.publish(run=finished_run(world, [meeting("otto-wang", 1, 1, world.interpreter)]), by=world.organiser)
    for code, text in (("de", DE), ("zh", ZH)):
        save_abstract(
            organisation=world.german.organisation, language=code, text=text, seen=0, confirm=True, by=world.owner
        )
    add(world, {"de": "Laseranlagen", "zh": "激光设备", "en": "laser equipment"}, "nicht: Lasergravur")
    add(world, LASER)
    add(world, TITAN)
    slug = world.event.slug
    paths = {
        world.organiser: [reverse("glossary", args=[slug]), reverse("glossary-import", args=[slug]), reverse("event-setup", args=[slug])],
        world.interpreter_user: [reverse("briefing", args=[slug]), reverse("rota", args=[slug])],
        world.chinese_user: [reverse("agenda", args=[slug])],
    }  # fmt: skip
    flaws = []
    with chromium() as browser:
        for who, some in paths.items():
            with browser_page(live_server, language, size, user=who, dark=dark, browser=browser) as page:
                name = who.name.split()[0]
                flaws += [
                    flaw for n, path in enumerate(some) for flaw in look_at(page, path, f"terms-{name}-{n}-{language}")
                ]
    assert flaws == []
