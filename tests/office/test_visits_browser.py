"""Pages of parks, zones and visits, readable for all, at a desk and on a phone."""

from datetime import timedelta

import pytest

from qiao.directory.models import Park
from qiao.office import actions
from tests.browser import DESKTOP, PHONE, axe, browser_page, overflow, requires_chromium, screenshot
from tests.world import delegation

pytestmark = [pytest.mark.browser, requires_chromium]


def test_pages_of_parks_and_visits(live_server, world, browser) -> None:
    park = Park.objects.create(
        code="qilu", names={"de": "Qilu-Softwarepark", "zh": "齐鲁软件园"}, side=world.jinan,
        zone={"de": "Hightech-Zone Jinan", "zh": "济南高新区"},
    )  # fmt: skip
    firm = world.chinese.organisation
    firm.park = park
    firm.save()
    sent = delegation(world.event, "d", world.german, names={"de": "Delegation Sachsen", "zh": "萨克森代表团"})
    first, start = world.event.starts, world.slots[0].start
    common = {"guest": world.german.organisation, "first_day": first, "last_day": first, "people": 5, "by": world.owner}
    waits = actions.ask_for_visit(host=None, park=park, whole_zone=True, purpose="Produktion von Sensoren", **common)
    made = actions.ask_for_visit(host=firm, park=None, purpose="Laseranlagen", delegation=sent, **common)
    actions.agree_to_visit(
        visit=made, starts=start, ends=start + timedelta(hours=2), answer="南门接待", by=world.adviser
    )
    paths = ["/parks/", "/parks/qilu/zone/", "/visits/new/?park=qilu&zone=1", "/visits/", f"/visits/{waits.key}/",
             "/delegations/d/route/", f"/visits/{made.key}/"]  # fmt: skip
    flaws = []
    for language, size in (("de", DESKTOP), ("zh-hans", PHONE)):
        with browser_page(live_server, language, size, user=world.adviser, dark=size == PHONE, browser=browser) as page:
            for number, path in enumerate(paths):
                page.goto(path)
                screenshot(page, f"visit-{number}-{language}")
                flaws += [f"{path}: {one}" for one in [*axe(page), overflow(page)] if one]
    assert flaws == []
