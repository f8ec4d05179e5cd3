"""Pages of networks, readable for all, at a desk and on a phone."""

import pytest

from qiao.directory.actions import embed_stale
from qiao.office import actions
from tests.browser import DESKTOP, PHONE, axe, browser_page, overflow, requires_chromium, screenshot
from tests.world import organisation, person

pytestmark = [pytest.mark.browser, requires_chromium]


def test_pages_of_networks(live_server, world, browser) -> None:
    by = world.adviser
    nets = [organisation(world.saxony, "Silicon Netz Sachsen e. V.", type="network", city="Dresden"),
            organisation(world.jinan, "济南激光产业联盟", name_latin="Jinan Laser Alliance", type="network", city="Jinan")]  # fmt: skip
    nina = person(nets[0], "Nina Netz", account=world.stranger, manager=True)
    embed_stale()
    for net, members in zip(nets, ((world.german, world.german_en), (world.chinese, world.chinese_en)), strict=True):
        for one in members:
            actions.invite_member(network=net, member=one.organisation, by=by)
            actions.join_network(network=net, member=one.organisation, represents=True, by=by)
    actions.join_network(network=nets[0], member=organisation(world.saxony, "Neue Optik GmbH"), represents=False, by=by)
    names = {"de": "Sensoren für die Fertigung", "zh": "制造业传感器", "en": "Sensors for manufacturing"}
    made = actions.save_project(
        network=nets[0], names=names, state="running", starts=None, ends=None, partners=[nets[1]], by=by
    )
    actions.ask_for_pair(network=nets[0], one=world.german.organisation, other=world.chinese.organisation, by=by)
    own, flaws = f"/networks/{nets[0].key}/", []
    paths = [own, f"{own}fits/", f"{own}pairs/?with={nets[1].key}", f"{own}projects/{made.key}/"]
    for language, size, user in (("de", DESKTOP, nina.user), ("zh-hans", PHONE, nina.user)):
        with browser_page(live_server, language, size, user=user, dark=size == PHONE, browser=browser) as page:
            for number, path in enumerate(paths):
                page.goto(path)
                screenshot(page, f"network-{number}-{language}")
                flaws += [f"{path}: {one}" for one in [*axe(page), overflow(page)] if one]
    with browser_page(live_server, "zh-hans", DESKTOP, user=by, browser=browser) as page:
        page.goto("/networks/")
        screenshot(page, "networks-office-zh")
        flaws += [f"office: {one}" for one in [*axe(page), overflow(page)] if one]
    with browser_page(live_server, "de", PHONE, user=world.owner, browser=browser) as page:
        page.goto(own)
        screenshot(page, "network-member-de")
        flaws += [f"member: {one}" for one in [*axe(page), overflow(page)] if one]
    assert flaws == []
