"""Networks of the demo with members, one joint project and a pair handed to the office; and visits in two states."""

from datetime import timedelta

from django.utils import timezone

from qiao.core.models import User
from qiao.directory.models import Organisation, Park
from qiao.office import actions
from qiao.office.network_queries import pairs_page

MEMBERS = 8  # of each network
PROJECT = {
    "de": "Sensoren und Chips für die vernetzte Fertigung",
    "zh": "智能制造传感器与芯片合作",
    "en": "Sensors and chips for connected manufacturing",
}


def join_networks(adviser: User) -> None:
    """The networks of the cast get members of their own region; every fourth keeps what fits it to itself."""
    networks = list(Organisation.objects.filter(type=Organisation.Type.NETWORK, is_published=True).order_by("pk"))
    for network in networks:
        firms = Organisation.objects.filter(side=network.side, type=Organisation.Type.COMPANY, is_published=True)
        for number, firm in enumerate(firms.order_by("pk")[:MEMBERS]):
            actions.invite_member(network=network, member=firm, by=adviser)
            if number < MEMBERS - 1:  # one has not answered yet
                actions.join_network(network=network, member=firm, represents=number % 4 != 3, by=adviser)
    for network in networks[:1]:
        others = [one for one in networks if one.side_id != network.side_id][:1]
        actions.save_project(
            network=network, names=PROJECT, state="running", starts=timezone.localdate() - timedelta(days=200),
            ends=timezone.localdate() + timedelta(days=400), partners=others, by=adviser,
        )  # fmt: skip
        for other in others:
            for pair in [one for one in pairs_page(network, other).pairs if not one.known][:1]:
                actions.ask_for_pair(network=network, one=pair.mine, other=pair.theirs, by=adviser)


def arrange_visits(adviser: User) -> None:
    """One firm wants to see a zone of the other region, and one that was asked for is agreed."""
    park = Park.objects.exclude(zone={}).select_related("side").order_by("pk").first()
    if park is None:
        return
    guests = Organisation.objects.filter(type=Organisation.Type.COMPANY, is_published=True).exclude(side=park.side)
    first = timezone.localdate() + timedelta(days=30)
    purposes = ("Fünf Personen aus Entwicklung und Einkauf; uns interessieren Fertigung und Prüfung von Sensoren.", "Werksführung und Gespräch mit der Leitung.")  # fmt: skip
    for number, (guest, purpose) in enumerate(zip(guests.order_by("pk"), purposes, strict=False)):
        visit = actions.ask_for_visit(
            host=None, park=park, whole_zone=not number, guest=guest, first_day=first, last_day=first + timedelta(days=7),
            people=5 - number, purpose=purpose, by=adviser,
        )  # fmt: skip
        if number:
            starts = timezone.now().replace(hour=2, minute=0, second=0, microsecond=0) + timedelta(days=31)
            ends = starts + timedelta(hours=2)
            actions.agree_to_visit(visit=visit, starts=starts, ends=ends, answer="在园区服务中心一楼接待。", by=adviser)
