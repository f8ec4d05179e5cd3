"""Parks and zones with their firms; visits asked for, answered by the hosts' office, and put into a delegation's programme."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from qiao.core.models import Role
from qiao.core.notice_models import Notice
from qiao.directory.models import Park
from qiao.events.delegation_access import leads
from qiao.events.models import ProgrammeItem
from qiao.office import actions
from qiao.office.visit_access import delegations_of
from qiao.office.visit_models import VisitRequest
from qiao.office.visit_queries import route_of, visit_list
from tests.world import World, delegation, organisation, user

pytestmark = pytest.mark.db
DAY = "2027-11-05"
ASK = {"first_day": DAY, "last_day": "2027-11-06", "people": "5", "purpose": "Produktion von Sensoren"}
WHEN = {"do": "agree", "day": DAY, "begins": "10:00", "ends": "11:30", "answer": "南门接待"}


@pytest.fixture
def park(world: World) -> Park:
    """The software park of the high-tech zone, with one firm; a second park lies in the same zone, with another."""
    zone = {"de": "Hightech-Zone Jinan", "zh": "济南高新区"}
    made = Park.objects.create(
        code="qilu", names={"de": "Qilu-Softwarepark", "zh": "齐鲁软件园"}, zone=zone, side=world.jinan
    )
    other = Park.objects.create(code="bio", names={"de": "Biopark", "zh": "生命科学园"}, zone=zone, side=world.jinan)
    for one, where in ((world.chinese.organisation, made), (world.chinese_en.organisation, other)):
        one.park = where
        one.save()
    organisation(world.jinan, "未审核公司", park=made, is_published=False)
    return made


def ask(client, world: World, where: str, **data):
    return client.post(f"{reverse('visit-new')}?{where}", {**ASK, "guest": world.german.organisation.key, **data})


def test_a_park_and_its_zone_show_their_firms(world, park, sign_in) -> None:
    client = sign_in(world.stranger)
    page = client.get(reverse("park", args=["qilu"])).content.decode()
    assert ("济南激光设备" in page, "山东钛业" in page, "未审核公司" in page) == (True, False, False)
    page = client.get(reverse("zone", args=["qilu"])).content.decode()
    assert ("济南激光设备" in page, "山东钛业" in page, "未审核公司" in page) == (True, True, False)
    assert "Hightech-Zone Jinan" in client.get(reverse("parks")).content.decode()
    park.zone = {}
    park.save()
    assert client.get(reverse("zone", args=["qilu"])).status_code == 404


def test_a_visit_is_asked_for_once_and_the_hosts_office_agrees(world, park, sign_in) -> None:
    for _ in range(2):
        answer = ask(sign_in(world.owner), world, "park=qilu&zone=1")
    made = VisitRequest.objects.get()
    assert answer["Location"] == reverse("visit", args=[made.key])
    assert (made.whole_zone, made.people, made.guest) == (True, 5, world.german.organisation)
    assert Notice.objects.filter(user=world.adviser, kind="office.visit_asked").count() == 1
    page = reverse("visit", args=[made.key])
    answers = reverse("visit-answer", args=[made.key])
    assert sign_in(world.owner).post(answers, WHEN).status_code == 404
    assert "Hightech-Zone Jinan" in sign_in(world.adviser).get(page).content.decode()
    sign_in(world.adviser).post(answers, WHEN)
    made.refresh_from_db()
    assert (made.state, made.starts.isoformat()) == ("agreed", "2027-11-05T02:00:00+00:00"), "in the time of the hosts"
    assert Notice.objects.get(user=world.owner, kind="office.visit_answered").variant == "agreed"
    assert "南门接待" in sign_in(world.owner).get(page).content.decode()


def test_what_does_not_fit_is_said(world, park, sign_in) -> None:
    client = sign_in(world.owner)
    for wrong in ({"last_day": "2027-11-01"}, {"first_day": "2020-01-01"}, {"people": "0"}, {"purpose": ""}):
        assert ask(client, world, "park=qilu", **wrong).status_code == 200
    assert ask(client, world, f"host={world.german.organisation.key}").status_code == 200, "oneself"
    assert ask(client, world, "park=qilu", guest=world.chinese.organisation.key).status_code == 200, "for others"
    assert not VisitRequest.objects.exists()


def test_hosts_read_of_a_visit_once_it_is_agreed(world, park, sign_in) -> None:
    ask(sign_in(world.owner), world, f"host={world.chinese.organisation.key}")
    page = reverse("visit", args=[VisitRequest.objects.get().key])
    for who, status in (
        (world.chinese_user, 404),
        (world.stranger, 404),
        (world.organiser, 404),
        (world.colleague, 200),
    ):
        assert sign_in(who).get(page).status_code == status
    sign_in(world.adviser).post(f"{page}answer/", WHEN)
    assert sign_in(world.chinese_user).get(page).status_code == 200
    assert sign_in(world.chinese_user).post(reverse("visit-withdraw", args=[page.split("/")[2]])).status_code == 404


def test_a_visit_is_declined_or_withdrawn(world, park, sign_in) -> None:
    ask(sign_in(world.owner), world, "park=qilu")
    made = VisitRequest.objects.get()
    sign_in(world.adviser).post(reverse("visit-answer", args=[made.key]), {"do": "decline", "answer": "Umbau"})
    made.refresh_from_db()
    assert made.state == "declined"
    sign_in(world.owner).post(reverse("visit-withdraw", args=[made.key]))
    made.refresh_from_db()
    assert made.state == "declined", "it is over already"


def agreed(world, where, begins: int, **fields) -> VisitRequest:
    made = actions.ask_for_visit(
        host=where, park=None, guest=world.german.organisation, first_day=date(2027, 11, 5), last_day=date(2027, 11, 5 + begins % 2),
        people=3, purpose="x", by=world.adviser, **fields,
    )  # fmt: skip
    start = world.slots[0].start.replace(day=5, hour=begins)
    actions.agree_to_visit(visit=made, starts=start, ends=start.replace(hour=begins + 2), answer="", by=world.adviser)
    return made


def test_a_route_becomes_the_programme_of_its_delegation(world, park, sign_in) -> None:
    leader = user("Leitung Leo")
    sent = delegation(world.event, "d", world.german, names={"de": "Delegation Sachsen"})
    late = agreed(world, world.chinese.organisation, 4, delegation=sent)
    early = agreed(world, world.chinese_en.organisation, 3, delegation=sent)
    agreed(world, world.chinese_en.organisation, 2)  # of nobody's route
    assert [(stop.visit, stop.clashes) for stop in route_of(sent)] == [(early, False), (late, True)]
    page = reverse("delegation-route", args=["d"])
    assert sign_in(leader).get(page).status_code == 404
    assert sign_in(world.organiser).get(page).status_code == 200
    assert sign_in(world.organiser).post(f"{page}take/").status_code == 404, "hosts of the event only look"
    for _ in range(2):
        sign_in(world.adviser).post(f"{page}take/")
    items = ProgrammeItem.objects.filter(delegation=sent, kind="visit")
    assert [one.names["zh"] for one in items] == ["山东钛业有限公司", "济南激光设备有限公司"]
    assert "im Programm" in sign_in(world.adviser).get(page).content.decode()


def test_requests_that_wait_stand_first_the_oldest_on_top(world, park, sign_in) -> None:
    declined, first, second = (
        actions.ask_for_visit(
            host=where, park=None, guest=world.german.organisation, first_day=date(2027, 11, 5), last_day=date(2027, 11, 6),
            people=3, purpose="x", by=world.owner,
        )
        for where in (world.chinese.organisation, world.chinese_en.organisation, world.german_en.organisation)
    )  # fmt: skip
    actions.decline_visit(visit=declined, answer="", by=world.adviser)
    assert list(visit_list(world.adviser, "1").page) == [first, second, declined]


def test_a_visit_is_asked_for_by_those_who_lead_the_delegation(world) -> None:
    sent = [delegation(world.event, slug, world.german, names={"de": slug}) for slug in ("one", "two")]
    head = user("Leitung Leo")
    Role.objects.create(user=head, kind=Role.Kind.LEADER, scope=Role.Scope.DELEGATION, scope_id=sent[1].pk)
    admin = user("Verwalterin Vera")
    Role.objects.create(user=admin, kind=Role.Kind.ADMIN, scope=Role.Scope.INSTALLATION)
    for one in (head, admin, world.adviser, world.organiser, world.owner, AnonymousUser()):
        assert {row.pk for row in delegations_of(one)} == {row.pk for row in sent if leads(one, row)}
    assert delegations_of(head) == [sent[1]]
