"""Delegations: sent by an office, led by their head, seen by members and hosts."""

import io
from datetime import date, timedelta

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from qiao.core.errors import Refused
from qiao.core.models import AuditEntry, Role
from qiao.core.notice_models import Notice
from qiao.events import actions
from qiao.events.models import Delegation, ProgrammeItem
from qiao.events.queries import programme_of, programmes_of, unavailable_slots
from tests.world import START, delegation, show_abroad, travels_with, user

pytestmark = [pytest.mark.django_db, pytest.mark.db]
ELSEWHERE = {
    "occasions": {"de": "Kanton-Messe"}, "city": "Guangzhou", "country": "CN", "time_zone": "Asia/Shanghai",
    "starts": date(2027, 10, 15), "ends": date(2027, 10, 20),
}  # fmt: skip


@pytest.fixture
def sent(world):
    made = delegation(world.event, "sachsen", world.german, world.german_en, names={"de": "Delegation aus Sachsen"})
    world.leader = user("Leitung Leo")
    Role.objects.create(user=world.leader, kind="leader", scope="delegation", scope_id=made.pk)
    return made


def visit(made: Delegation, *members, **fields) -> ProgrammeItem:
    values = {"names": {"de": "Besuch"}, "starts": START, "ends": START + timedelta(minutes=20)} | fields
    return actions.add_programme_item(event=made.event, delegation=made, members=members, by=None, **values)


def test_an_office_sends_a_delegation_to_what_somebody_else_runs(world, sign_in) -> None:
    client = sign_in(world.adviser)
    facts = {"names_de": "Delegation zur Messe", "time_zone": "Asia/Shanghai", "country": "CN", "city": "Guangzhou"}
    answer = client.post(reverse("delegation-new"), facts)
    assert answer.status_code == 400
    assert "Wählen Sie eine Veranstaltung oder nennen Sie das Reiseziel." in answer.content.decode()
    facts |= {"occasions_de": "Kanton-Messe", "starts": "2027-10-15", "ends": "2027-10-20"}
    made = Delegation.objects.get(slug=client.post(reverse("delegation-new"), facts)["Location"].split("/")[-2])
    assert (made.event, made.office, made.destination) == (None, world.office, "Kanton-Messe")
    page = client.get(reverse("delegation-add", args=[made.slug]), {"q": "titanium"}).content.decode()
    assert "李娜" in page
    who = world.chinese_en
    client.post(
        reverse("delegation-add", args=[made.slug]), {"person": who.person.key, "organisation": who.organisation.key}
    )
    assert [one.person for one in made.members.all()] == [who.person]
    for name, arguments in (("delegation", []), ("delegation-item-new", []), ("delegation-member", [who.person.key])):
        assert client.get(reverse(name, args=[made.slug, *arguments])).status_code == 200
    assert client.get(reverse("delegation-agendas", args=[made.slug])).status_code == 404


def test_the_same_delegation_sent_twice_is_made_once(world) -> None:
    made = [
        actions.create_delegation(office=world.office, names={"de": name}, event=world.event, by=world.adviser)
        for name in ("Sachsen", "Sachsen", "Thüringen")
    ]
    assert made[0] == made[1] != made[2]


def test_place_and_days_are_those_of_the_event_unless_given(world) -> None:
    made = actions.create_delegation(
        event=world.event, office=world.office, names={"de": "D"}, by=world.adviser, starts=date(2027, 11, 1)
    )
    assert (made.city, made.starts, made.ends) == ("Jinan", date(2027, 11, 1), world.event.ends)
    with pytest.raises(Refused):
        actions.edit_delegation(delegation=made, by=world.adviser, ends=date(2027, 10, 1))


def test_an_item_for_some_blocks_the_slots_of_exactly_these(world, sent) -> None:
    otto, eva = sent.members.all()
    item = visit(sent, eva)
    taken = unavailable_slots(world.event)
    assert (taken[world.german.pk], taken[world.german_en.pk]) == (set(), {world.slots[0].pk})
    for one, expected in ((world.german, []), (world.german_en, [item]), (world.chinese, [])):
        assert list(programme_of(one)) == programmes_of(world.event, [one.pk])[one.pk] == expected
    actions.remove_member(member=eva, by=world.adviser)  # what was for her alone is for nobody, not for everybody
    assert unavailable_slots(world.event)[world.german.pk] == set()
    assert list(programme_of(world.german)) == []
    with pytest.raises(Refused):
        visit(sent, travels_with(delegation(world.event, "other"), world.chinese))
    assert otto in sent.members.all()


def test_members_change_places_in_the_protocol_order(world, sent) -> None:
    other = actions.add_member(
        delegation=sent, person=world.chinese.person, organisation=world.chinese.organisation, by=world.adviser
    )
    actions.edit_member(member=other, field="science", function="Beraterin", position=1, by=world.leader)
    assert [(one.position, one.person_id) for one in sent.members.all()] == [
        (1, world.chinese.person_id), (2, world.german.person_id), (3, world.german_en.person_id),
    ]  # fmt: skip
    with pytest.raises(Refused):
        actions.add_member(
            delegation=sent, person=world.chinese.person, organisation=world.chinese.organisation, by=world.adviser
        )
    assert Notice.objects.get(user=world.chinese_user).kind == "events.delegation_joined"


def test_the_office_appoints_one_head_who_cannot_be_removed(world, sent, sign_in) -> None:
    otto = sent.members.first()
    sign_in(world.adviser).post(reverse("delegation-lead", args=["sachsen", otto.person.key]))
    roles = Role.objects.filter(kind="leader", scope="delegation", scope_id=sent.pk)
    assert [one.user for one in roles] == [world.owner]
    with pytest.raises(Refused):
        actions.remove_member(member=otto, by=world.adviser)
    assert sign_in(world.owner).post(reverse("delegation-lead", args=["sachsen", otto.person.key])).status_code == 404


def test_a_head_leads_only_the_own_delegation_and_an_office_tends_only_its_own(world, sent, sign_in) -> None:
    foreign = delegation(world.event, "jinan", world.chinese)
    far = user("Fern Ferdi")
    Role.objects.create(user=far, kind="adviser", scope="office", scope_id=world.office.pk + 1)
    for who, slug, expected in (
        (world.leader, "sachsen", 200), (world.leader, "jinan", 404), (world.adviser, "jinan", 200), (far, "jinan", 404),
        (world.chinese_user, "jinan", 404),
    ):  # fmt: skip
        client = sign_in(who)
        assert client.get(reverse("delegation", args=[slug])).status_code == expected
        assert client.get(reverse("delegation-item-new", args=[slug])).status_code == expected
    assert list(sign_in(far).get(reverse("delegations")).context["page"]) == []
    item = visit(foreign)
    assert sign_in(world.leader).get(reverse("delegation-item", args=["sachsen", item.pk])).status_code == 404
    assert sign_in(world.organiser).get(reverse("delegation-facts", args=["jinan"])).status_code == 404


def test_hosts_read_names_as_people_agreed_and_only_what_is_announced(world, sent, sign_in) -> None:
    url = reverse("event-delegations", args=[world.event.slug])
    client = sign_in(world.chinese_user)
    hidden = client.get(url).content.decode()
    assert "Delegation aus Sachsen" not in hidden
    assert "Elbe Lasertechnik GmbH" not in hidden
    sent.is_announced = True
    sent.save()
    page = client.get(url).content.decode()
    assert "Elbe Lasertechnik GmbH" in page
    assert "Otto Owner" not in page
    show_abroad(world.german.person)
    page = client.get(url).content.decode()
    assert "Otto Owner" in page
    assert "Eva Ernst" not in page
    assert "Eva Ernst" in sign_in(world.organiser).get(url).content.decode()
    assert sign_in(world.stranger).get(url).status_code == 404


def test_a_member_sees_the_own_programme_and_who_travels_along(world, sent, sign_in) -> None:
    otto, eva = sent.members.all()
    visit(sent, eva, names={"de": "Nur für Eva"})
    visit(sent, names={"de": "Für alle"})
    page = sign_in(world.owner).get(reverse("delegation-own", args=["sachsen"])).content.decode()
    assert ("Für alle" in page, "Nur für Eva" in page, "Eva Ernst" in page) == (True, False, True)
    assert reverse("delegation-own", args=["sachsen"]) in sign_in(world.owner).get("/").content.decode()
    assert otto.function == ""


def test_the_table_has_addresses_for_the_office_alone_and_is_logged(world, sent, sign_in) -> None:
    def cells(who) -> list[tuple]:
        answer = sign_in(who).get(reverse("delegation-table", args=["sachsen"]))
        return list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))

    office, head = cells(world.adviser), cells(world.leader)
    assert [row[:2] for row in head[1:]] == [(1, "Otto Owner"), (2, "Eva Ernst")]
    assert "owner@example.org" in office[1]
    assert "owner@example.org" not in head[1]
    assert AuditEntry.objects.filter(action="events.export_members").count() == 2


def test_whom_an_item_concerns_is_told_once_until_it_is_read(world, sent, sign_in) -> None:
    client = sign_in(world.leader)
    page = {
        "kind": "visit",
        "names_de": "Besuch",
        "day": "2027-11-03",
        "begins": "09:00",
        "ends": "10:00",
        "blocks": "on",
    }
    for _ in range(2):
        answer = client.post(reverse("delegation-item-new", args=["sachsen"]), page)
        assert answer.status_code == 302
    notice = Notice.objects.get(user=world.owner, kind="events.delegation_programme")
    assert notice.count == 2
    item = sent.programme.first()
    eva = sent.members.last()
    client.post(reverse("delegation-item", args=["sachsen", item.pk]), page | {"members": [eva.pk]})
    item.refresh_from_db()
    assert (item.is_for_some, list(item.members.all()), item.kind) == (True, [eva], "visit")
    form = client.get(reverse("delegation-item", args=["sachsen", item.pk])).context["form"]
    assert form["members"].initial == [str(eva.pk)]
    client.post(reverse("delegation-item-remove", args=["sachsen", item.pk]))
    assert sent.programme.count() == 1


def test_a_removed_delegation_takes_its_programme_and_roles_along(world, sent, sign_in) -> None:
    visit(sent)
    sign_in(world.adviser).post(reverse("delegation-remove", args=["sachsen"]))
    assert not Delegation.objects.exists()
    assert not ProgrammeItem.objects.exists()
    assert not Role.objects.filter(scope="delegation").exists()
