"""What members of a delegation tell about their journey: asked, sealed, allotted, read by few, deleted."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from qiao.core.errors import Refused
from qiao.core.models import AuditEntry, Role
from qiao.core.notice_models import Notice
from qiao.directory.models import Consent
from qiao.events import actions
from qiao.events.travel_models import MemberTravel, TravelCall
from tests.world import delegation, user

pytestmark = [pytest.mark.django_db, pytest.mark.db]
ASKED = ["arrival", "passport_number", "room_kind", "room_shared"]
TOLD = {"letter": {"passport_number": "ZQPASS88"}, "rooming": {"room_kind": "double", "room_shared": "Eva"}}


@pytest.fixture
def call(world):
    world.sent = delegation(world.event, "sachsen", world.german, world.german_en)
    world.leader = user("Leitung Leo")
    Role.objects.create(user=world.leader, kind="leader", scope="delegation", scope_id=world.sent.pk)
    world.otto = world.sent.members.first()
    day = actions.last_day(world.sent)
    return actions.save_travel_call(
        event=world.sent, asked=ASKED, delete_on=day, readers=[world.leader], by=world.adviser
    )


def in_force(world) -> set[str]:
    rows = Consent.objects.filter(person=world.otto.person, withdrawn=None, purpose__contains="@d")
    return set(rows.values_list("purpose", flat=True))


def test_members_are_asked_once_and_reminded_once(world, call) -> None:
    assert actions.tend_travel() == 2
    assert actions.tend_travel() == 0
    MemberTravel.objects.update(asked=timezone.now() - timedelta(days=6))
    assert actions.tend_travel() == 2
    assert actions.tend_travel() == 0
    notice = Notice.objects.get(user=world.owner, kind="events.delegation_travel")
    assert (notice.variant, notice.count) == ("again", 2)


def test_what_a_member_tells_is_sealed_with_a_consent_of_each_group(world, call, sign_in) -> None:
    client, url = sign_in(world.owner), reverse("delegation-travel", args=["sachsen"])
    page = client.get(url).content.decode()
    assert "als entsendendes Büro der Delegation" in page
    assert 'name="room_number"' not in page  # which the office allots
    given = {"passport_number": "ZQPASS88", "room_kind": "double", "agree_letter": "on"}
    assert client.post(url, given).status_code == 400  # the room without a consent
    assert client.post(url, given | {"agree_rooming": "on"}).status_code == 302
    row = MemberTravel.objects.get()
    assert "ZQPASS88" not in row.sealed
    assert in_force(world) == {f"letter@d{world.sent.pk}", f"rooming@d{world.sent.pk}"}
    client.post(url, {"withdraw": "1"})
    row.refresh_from_db()
    assert (row.sealed, in_force(world)) == ("", set())


def test_rooms_are_allotted_by_the_entrusted_and_each_reading_is_logged(world, call, sign_in) -> None:
    key = world.otto.person.key
    with pytest.raises(Refused):
        actions.allot(member=world.otto, values={"room_number": "812"}, by=world.leader)
    actions.save_member_travel(member=world.otto, values={"letter": TOLD["letter"]}, by=world.owner)
    with pytest.raises(Refused, match="not agreed"):
        actions.allot(member=world.otto, values={"room_number": "812"}, by=world.leader)
    actions.save_member_travel(member=world.otto, values=TOLD, by=world.owner)
    client = sign_in(world.leader)
    url = reverse("delegation-rooming-member", args=["sachsen", key])
    assert client.post(url, {"room_hotel": "Quellhotel", "room_number": "812", "bus": "1/4"}).status_code == 302
    page = client.get(reverse("delegation-rooming", args=["sachsen"])).content.decode()
    for text in ("Quellhotel", "812", "1/4", "Doppelzimmer"):
        assert text in page
    assert AuditEntry.objects.filter(action="events.read_travel", actor=world.leader).count() == 1
    book = load_workbook(io.BytesIO(client.get(reverse("delegation-rooming-table", args=["sachsen"])).content))
    rooms = list(book["Zimmer und Bus"].iter_rows(values_only=True))[2]
    assert rooms == ("Otto Owner", "Elbe Lasertechnik GmbH", "Doppelzimmer", "Eva", "Quellhotel", "812", "1/4")
    actions.save_member_travel(member=world.otto, values={"rooming": {"room_kind": "single"}}, by=world.owner)
    assert "812" in client.get(url).content.decode()  # what was allotted stays
    for who in (world.organiser, world.admin, world.chinese_user):
        assert sign_in(who).get(url).status_code == 404


def test_everything_goes_on_its_day_and_with_the_member(world, call) -> None:
    actions.save_member_travel(member=world.otto, values=TOLD, by=world.owner)
    actions.remove_member(member=world.otto, by=world.adviser)
    assert not MemberTravel.objects.exists()
    assert in_force(world) == set()
    eva = world.sent.members.get()
    actions.save_member_travel(member=eva, values=TOLD, by=None)
    TravelCall.objects.update(delete_on=timezone.now().date())
    actions.tend_travel()
    assert not MemberTravel.objects.exists()
    with pytest.raises(Refused):
        actions.save_member_travel(member=eva, values=TOLD, by=None)
