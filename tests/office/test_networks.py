"""Networks: members by consent of both, what fits those who let it act, pairs with another network, joint projects."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from qiao.core.errors import Refused
from qiao.core.notice_models import Notice
from qiao.demo.networks import arrange_visits, join_networks
from qiao.directory.actions import embed_stale
from qiao.directory.models import Membership, Organisation, Park
from qiao.matchmaking.models import Suggestion
from qiao.office import actions
from qiao.office.introduction_models import Introduction
from qiao.office.network_bridge import opportunities_for, pairs_between
from qiao.office.network_models import JointProject, NetworkMember, PairAsked
from qiao.office.network_queries import fits_page, pairs_page
from qiao.office.visit_models import VisitRequest
from tests.directory.opportunities import shown_opportunity
from tests.world import World, organisation, person, user

pytestmark = pytest.mark.db


@pytest.fixture
def net(world: World) -> Organisation:
    """Of Saxony, kept by Nina."""
    made = organisation(world.saxony, "Silicon Netz", type="network", city="Dresden")
    person(made, "Nina Netz", account=user("Nina Netz"), manager=True)
    return made


@pytest.fixture
def zh_net(world: World) -> Organisation:
    return organisation(world.jinan, "济南激光产业联盟", type="network", city="Jinan")


def manager(net: Organisation):
    return net.memberships.get().person.user


def joined(net: Organisation, *members: Organisation, by, represents: bool = True) -> None:
    for one in members:
        actions.invite_member(network=net, member=one, by=by)
        actions.join_network(network=net, member=one, represents=represents, by=by)


def step(client, net: Organisation, what: str, one: Organisation, **data):
    return client.post(reverse("network-step", args=[net.key, what]), {"organisation": one.key, **data})


def test_an_invited_organisation_is_a_member_once_it_says_so(world, net, sign_in) -> None:
    firm = world.german.organisation
    page = sign_in(manager(net)).post(reverse("network-invite", args=[net.key]), {"organisation": firm.name})
    assert page.status_code == 302
    row = NetworkMember.objects.get()
    assert (row.state, row.represented) == ("invited", False)
    assert Notice.objects.get(user=world.owner, kind="office.network").variant == "invited"
    public = sign_in(world.stranger).get(reverse("network", args=[net.key])).content.decode()
    assert "Elbe Lasertechnik" not in public, "an invitation is between the two"
    step(sign_in(world.owner), net, "join", firm, represents="1")
    row.refresh_from_db()
    assert (row.state, row.represented) == ("joined", True)
    assert "Elbe Lasertechnik" in sign_in(world.stranger).get(reverse("network", args=[net.key])).content.decode()
    step(sign_in(world.owner), net, "join", firm)
    row.refresh_from_db()
    assert (row.state, row.represented) == ("joined", False), "what the network may do is taken back"
    step(sign_in(world.owner), net, "leave", firm)
    assert not NetworkMember.objects.exists()


def test_who_asks_waits_for_the_network(world, net, sign_in) -> None:
    firm = world.german.organisation
    step(sign_in(world.owner), net, "join", firm)
    assert NetworkMember.objects.get().state == "asked"
    assert step(sign_in(world.owner), net, "accept", firm).status_code == 404
    step(sign_in(manager(net)), net, "accept", firm)
    assert NetworkMember.objects.get().state == "joined"
    step(sign_in(manager(net)), net, "remove", firm)
    assert not NetworkMember.objects.exists()


def test_nobody_speaks_for_others(world, net, sign_in) -> None:
    firm = world.german.organisation
    for who in (world.colleague, world.stranger, manager(net), world.chinese_user):
        assert step(sign_in(who), net, "join", firm, represents="1").status_code == 404
    for who in (world.owner, world.stranger, world.organiser):
        assert (
            sign_in(who).post(reverse("network-invite", args=[net.key]), {"organisation": firm.name}).status_code == 404
        )
        for page in ("network-fits", "network-pairs", "project-new"):
            assert sign_in(who).get(reverse(page, args=[net.key])).status_code == 404
    assert not NetworkMember.objects.exists()


def test_what_fits_is_shown_of_those_who_let_the_network_act(world, net, sign_in) -> None:
    Suggestion.objects.create(
        participation=world.german, partner=world.chinese, rank=1, score=0.99, reasons=[{"code": "seek-meets-offer"}], engine="x"
    )  # fmt: skip
    joined(net, world.german.organisation, by=world.adviser, represents=False)
    page = reverse("network-fits", args=[net.key])
    assert "济南激光设备" not in sign_in(manager(net)).get(page).content.decode()
    NetworkMember.objects.update(represented=True)
    text = sign_in(manager(net)).get(page).content.decode()
    assert "济南激光设备" in text
    assert "王立" not in text, "organisations only"


def test_pairs_of_two_networks_have_reasons_and_go_to_the_office(world, net, zh_net, sign_in) -> None:
    embed_stale()
    firm, partner = world.german.organisation, world.chinese.organisation
    joined(net, firm, world.german_en.organisation, by=world.adviser)
    joined(zh_net, partner, by=world.adviser)
    found = pairs_between([firm], [partner])
    assert {(one.mine, one.theirs) for one in found} == {(firm, partner)}
    assert {"seek-meets-offer", "offer-meets-seek"} & set(found[0].codes)
    address = f"{reverse('network-pairs', args=[net.key])}?with={zh_net.key}"
    client = sign_in(manager(net))
    assert "gemeinsames Thema" in client.get(address).content.decode()
    for _ in range(2):
        client.post(address, {"one": firm.key, "other": partner.key})
    pair = PairAsked.objects.get()
    assert Notice.objects.filter(user=world.adviser, kind="office.pair_asked").count() == 1
    assert [one.asked for one in pairs_page(net, zh_net).pairs if one.mine == firm] == [True]
    office = sign_in(world.adviser).get(reverse("networks")).content.decode()
    assert f"?one={pair.one.key}&amp;other={pair.other.key}" in office
    actions.propose(one=firm, other=partner, message="", by=world.adviser)
    assert f"?one={pair.one.key}" not in sign_in(world.adviser).get(reverse("networks")).content.decode()
    assert [one.known for one in pairs_page(net, zh_net).pairs if one.mine == firm] == [True]
    assert Introduction.objects.count() == 1


def test_only_members_who_agreed_are_proposed(world, net) -> None:
    firm, partner = world.german.organisation, world.chinese.organisation
    joined(net, firm, by=world.adviser, represents=False)
    with pytest.raises(Refused):
        actions.ask_for_pair(network=net, one=firm, other=partner, by=manager(net))


def test_the_office_sets_a_pair_aside(world, net, sign_in) -> None:
    pair = PairAsked.objects.create(network=net, one=world.german.organisation, other=world.chinese.organisation)
    assert sign_in(manager(net)).post(reverse("pair-aside", args=[pair.pk])).status_code == 404
    sign_in(world.adviser).post(reverse("pair-aside", args=[pair.pk]))
    pair.refresh_from_db()
    assert pair.settled is not None


def test_opportunities_of_the_other_side_fit_a_member(world, net) -> None:
    firm = world.german.organisation
    shown = shown_opportunity(world.chinese.organisation, by=world.adviser)
    shown_opportunity(world.german_en.organisation, by=world.adviser)  # of the same side
    embed_stale()
    assert opportunities_for([firm]) == {firm.pk: [shown]}
    shown.expires = timezone.localdate() - timedelta(days=1)
    shown.save()
    assert opportunities_for([firm]) == {}


def test_a_joint_project_is_entered_changed_and_read_by_all(world, net, zh_net, sign_in) -> None:
    form = {"names_de": "Chips für Sensoren", "names_zh": "传感器芯片", "state": "running", "starts": "2026-01-01", "ends": "2026-12-31",
            "partner_1": zh_net.name}  # fmt: skip
    new = reverse("project-new", args=[net.key])
    assert sign_in(manager(net)).post(new, {**form, "ends": "2025-01-01"}).status_code == 200
    for _click in range(2):
        sign_in(manager(net)).post(new, form)
    made = JointProject.objects.get()
    assert list(made.partners.all()) == [zh_net]
    for one in (net, zh_net):
        assert "Chips für Sensoren" in sign_in(world.stranger).get(reverse("network", args=[one.key])).content.decode()
    edit = reverse("project-edit", args=[net.key, made.key])
    assert sign_in(manager(net)).post(edit, {**form, "state": "done", "partner_1": ""}).status_code == 302
    made.refresh_from_db()
    assert (made.state, list(made.partners.all())) == ("done", [])
    assert sign_in(world.owner).post(reverse("project-remove", args=[net.key, made.key])).status_code == 404
    sign_in(manager(net)).post(reverse("project-remove", args=[net.key, made.key]))
    assert not JointProject.objects.exists()


def test_more_members_cost_no_more_queries(world, net) -> None:
    counts = []
    for one in (world.german.organisation, world.german_en.organisation):
        joined(net, one, by=world.adviser)
        fits_page(net, "1")
        with CaptureQueriesContext(connection) as found:
            fits_page(net, "1")
        counts.append(len(found))
    assert counts[0] == counts[1]
    assert Membership.objects.filter(organisation=net).count() == 1


def test_the_demo_has_networks_and_visits(world, net, zh_net) -> None:
    Park.objects.create(code="qilu", names={"zh": "齐鲁软件园"}, zone={"zh": "济南高新区"}, side=world.jinan)
    embed_stale()
    join_networks(world.adviser)
    arrange_visits(world.adviser)
    assert {row.network for row in NetworkMember.objects.filter(state="joined")} == {net, zh_net}
    assert (JointProject.objects.count(), PairAsked.objects.count()) == (1, 1)
    assert set(VisitRequest.objects.values_list("state", flat=True)) == {"asked", "agreed"}


def test_what_is_no_step_of_a_network_does_nothing(world, net, sign_in) -> None:
    member = NetworkMember.objects.filter(network=net).first() or NetworkMember.objects.create(
        network=net, member=world.german.organisation, state="joined"
    )
    step = reverse("network-step", args=[net.key, "x"])
    assert sign_in(manager(net)).post(step, {"organisation": member.member.key}).status_code == 404
    assert NetworkMember.objects.filter(pk=member.pk).exists()
