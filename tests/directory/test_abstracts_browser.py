"""Abstracts as a real Chromium shows them: accessible, never wider than the window, in three languages."""

import pytest
from django.urls import reverse

from qiao.core.models import Text
from qiao.directory.abstract_queries import abstracts_of
from qiao.directory.actions import save_abstract
from qiao.directory.draft_models import DraftOrder
from tests.browser import VIEWS, browser_page, chromium, requires_chromium
from tests.directory.test_abstracts import DE, EN, ZH
from tests.ui.test_pages_browser import look_at
from tests.world import World

pytestmark = [pytest.mark.browser, requires_chromium]


def fill(world: World) -> None:
    """A confirmed original, a machine's translation that an adviser checked, and one that nobody did."""
    firm = world.german.organisation
    save_abstract(organisation=firm, language="de", text=DE, seen=0, confirm=True, by=world.owner)
    for language, text in (("zh", ZH), ("en", EN)):
        source = abstracts_of(firm).original
        Text.objects.create(
            owner=firm, field="abstract", language=language, text=text, origin="machine",
            source_language=source.language, source_version=source.version,
        )  # fmt: skip
    save_abstract(organisation=firm, language="zh", text=ZH, seen=1, confirm=True, by=world.adviser)


@pytest.mark.parametrize(("language", "size", "dark"), VIEWS)
def test_pages_with_abstracts(live_server, settings, world, language, size, dark) -> None:
    settings.TRANSLATOR = "libretranslate:http://127.0.0.1:5000"  # nobody asks it here
    fill(world)
    problem = {"code": "unreachable", "server": "http://127.0.0.1:5000"}
    DraftOrder.objects.create(organisation=world.german.organisation, language="en", problem=problem)
    DraftOrder.objects.create(organisation=world.chinese.organisation, language="zh")
    firm, event = world.german.organisation, world.event
    paths = {
        world.adviser: [reverse("translations"), reverse("translations-import"), reverse("translations") + "?state=outdated"],
        world.owner: [reverse("abstract", args=[firm.key]), reverse("organisation", args=[firm.key])],
        world.chinese_user: [
            reverse("organisations"), reverse("organisation", args=[firm.key]), reverse("partner-search", args=[event.slug]),
            reverse("partner", args=[event.slug, world.german.person.key]),
        ],
    }  # fmt: skip
    flaws = []
    with chromium() as browser:
        for who, some in paths.items():
            with browser_page(live_server, language, size, user=who, dark=dark, browser=browser) as page:
                flaws += [
                    flaw
                    for n, path in enumerate(some)
                    for flaw in look_at(page, path, f"abstracts-{who.name.split()[0]}-{n}-{language}")
                ]
    assert flaws == []
