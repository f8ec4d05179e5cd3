"""Evidence, pictures, coaching and nudges as a real Chromium shows them: accessible, never wider than the window."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from qiao.directory import actions
from qiao.directory.actions.freshness import still_token
from qiao.directory.models import Organisation
from tests.browser import PHONE, VIEWS, browser_page, chromium, requires_chromium
from tests.core import hostile_files as made
from tests.ui.test_pages_browser import look_at

pytestmark = [pytest.mark.browser, requires_chromium]
FILE = b'{"format": "qiao-opportunities/1", "opportunities": [{"id": "a", "type": "odd"}]}', "a.json"


@pytest.mark.parametrize(("language", "size", "dark"), VIEWS)
def test_pages_about_a_profile(live_server, world, language, size, dark) -> None:
    firm, long_ago = world.german.organisation, timezone.now() - timedelta(days=500)
    day = timezone.localdate() - timedelta(days=500)
    actions.record_evidence(organisation=firm, kind="visited", day=day, office=world.office, by=world.adviser)
    values = {"name": "ISO 9001", "issuer": "TÜV", "number": "1", "expires": day}
    paper = actions.save_certificate(organisation=firm, values=values, by=world.owner)
    Organisation.objects.filter(pk=firm.pk).update(
        changed=long_ago, nudged=timezone.now() - timedelta(days=40), nudges=2
    )
    firm.refresh_from_db()
    cache.set(f"opportunities:{world.adviser.pk}:waiting", FILE)
    own = f"/organisations/{firm.key}/"
    paths = {
        None: [f"/profile-still/{still_token(firm)}/"],
        world.owner: [own, f"{own}showing/", f"{own}certificates/new/", f"/certificates/{paper.key}/"],
        world.adviser: [f"{own}evidence/", "/organisations/without-answer/", "/marketplace/exchange/", "/marketplace/exchange/waiting/"],
    }  # fmt: skip
    flaws = []
    with chromium() as browser:
        for who, some in paths.items():
            with browser_page(live_server, language, size, user=who, dark=dark, browser=browser) as page:
                name = who.name.split()[0] if who else "visitor"
                flaws += [
                    f for n, path in enumerate(some) for f in look_at(page, path, f"profile-{name}-{n}-{language}")
                ]
    assert flaws == []


def test_pictures_are_chosen_put_in_order_and_taken_back_by_keyboard(live_server, world) -> None:
    firm = world.german.organisation
    with browser_page(live_server, "de", PHONE, user=world.owner) as page:
        page.goto(f"/organisations/{firm.key}/showing/")
        pictures = [
            {"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": made.picture(size=size)}
            for n, size in enumerate([(600, 400), (400, 600)])
        ]
        page.get_by_label("Bilder hinzufügen").set_input_files(pictures)
        page.get_by_role("button", name="Hochladen").first.press("Enter")
        page.locator(".pictures img").nth(1).wait_for()
        first, second = firm.files.all()
        with page.expect_navigation():
            page.get_by_role("button", name="Nach oben").press("Enter")
        assert [one.pk for one in firm.files.all()] == [second.pk, first.pk]
        page.get_by_role("button", name="Entfernen").first.press("Enter")
        with page.expect_navigation():
            page.get_by_role("button", name="Rückgängig").press("Enter")
        page.locator(".pictures img").nth(1).wait_for()
        page.wait_for_function("[...document.images].every(one => one.complete && one.naturalWidth > 0)")
