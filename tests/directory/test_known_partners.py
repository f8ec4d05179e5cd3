"""Partners that an organisation has already: found in the directory, and asked for when it joins an event."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiao.core.models import AuditEntry
from qiao.directory.actions.writing import set_same_keys
from qiao.directory.known import known_partners
from qiao.directory.models import Organisation
from tests.world import organisation

pytestmark = pytest.mark.db


@pytest.fixture
def firm(world) -> Organisation:
    for one in Organisation.objects.all():
        set_same_keys(one)
        one.save()
    found = world.german.organisation
    found.known_partners = "Jinan Laser Equipment\n- 山东钛业\nMeißner Feinmechanik AG; Unbekannt Ltd."
    found.save()
    return found


def test_partners_are_found_by_either_name_on_the_other_side_only(world, firm) -> None:
    assert [(one.name, one.organisation) for one in known_partners(firm)] == [
        ("Jinan Laser Equipment", world.chinese.organisation), ("山东钛业", world.chinese_en.organisation),
        ("Meißner Feinmechanik AG", None), ("Unbekannt Ltd.", None),
    ]  # fmt: skip


@pytest.mark.parametrize("how", ["two of the name", "not approved"])
def test_what_is_not_certain_or_not_shown_is_not_linked(world, firm, how) -> None:
    if how == "two of the name":
        other = organisation(world.jinan, "济南激光设备股份有限公司", name_latin="Jinan Laser Equipment", city="Jinan")
        set_same_keys(other)
        other.save()
    else:
        Organisation.objects.filter(pk=world.chinese.organisation_id).update(is_published=False)
    assert known_partners(firm)[0].organisation is None


def test_the_page_links_them_for_those_who_keep_it(world, firm, sign_in) -> None:
    page, link = (
        reverse("organisation", args=[firm.key]),
        reverse("organisation", args=[world.chinese.organisation.key]),
    )
    client = sign_in(world.owner)
    client.get(page)
    with CaptureQueriesContext(connection) as many:
        assert f'href="{link}"' in client.get(page).content.decode()
    Organisation.objects.filter(pk=firm.pk).update(known_partners="Jinan Laser Equipment")
    with CaptureQueriesContext(connection) as few:
        client.get(page)
    assert len(few) == len(many)
    assert "Jinan Laser Equipment" not in sign_in(world.chinese_user).get(page).content.decode().split("<main")[1]


def test_who_keeps_a_profile_is_asked_when_it_joins_an_event(world, sign_in) -> None:
    firm = world.german.organisation
    firm.known_partners = "Jinan Laser Equipment"
    firm.save()
    world.german.delete()
    client, address = sign_in(world.owner), reverse("event-join", args=[world.event.slug])
    assert "Jinan Laser Equipment</textarea>" in client.get(address).content.decode().replace("\n", "")
    client.post(address, {"organisation": firm.pk, "known_partners": "Jinan Laser Equipment\n山东钛业"})
    firm.refresh_from_db()
    assert firm.known_partners.splitlines() == ["Jinan Laser Equipment", "山东钛业"]
    assert AuditEntry.objects.filter(action="directory.set_known_partners", actor=world.owner).count() == 1
    assert world.event.participations.filter(person__user=world.owner).exists()


def test_a_colleague_is_not_asked_and_changes_nothing(world, sign_in) -> None:
    firm = world.german.organisation
    Organisation.objects.filter(pk=firm.pk).update(known_partners="Jinan Laser Equipment")
    client, address = sign_in(world.colleague), reverse("event-join", args=[world.event.slug])
    assert "known_partners" not in client.get(address).content.decode()
    client.post(address, {"organisation": firm.pk, "known_partners": "gone"})
    firm.refresh_from_db()
    assert firm.known_partners == "Jinan Laser Equipment"
