"""Steps of loading the demo world that can be looked at alone."""

import pytest

from qiao.demo.cast import STARS, build_cast
from qiao.demo.load import SEED, appoint_managers
from qiao.directory.access import may_edit
from qiao.site.demo_people import DEMO_EMAILS
from tests.world import organisation, person, user

pytestmark = pytest.mark.django_db


def test_the_standing_people_manage_their_organisations(world) -> None:
    players = [one for one in build_cast(SEED).people if one.organisation in STARS]
    firms = {code: organisation(world.jinan, code) for code in STARS}
    accounts = {one: user(one.id, email=one.email) for one in players}
    for one, account in accounts.items():
        person(firms[one.organisation], one.name, account=account, external_id=one.id)
    appoint_managers()
    managing = {one.email for one, account in accounts.items() if may_edit(account, firms[one.organisation])}
    assert managing == {DEMO_EMAILS[star] for star in STARS.values()}
