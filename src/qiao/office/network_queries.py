"""Reads about networks: the list, one with its members and projects, what fits its members, and pairs of two networks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from qiao.core.models import User
from qiao.core.pages import Pages
from qiao.directory.market_queries import View, view_of
from qiao.directory.models import Organisation
from qiao.directory.queries import by_name
from qiao.directory.roles import works_for_office
from qiao.engine.matching.explain import fit_word
from qiao.events.models import Participation
from qiao.matchmaking.models import Suggestion
from qiao.matchmaking.words import REASONS
from qiao.office.introduction_models import Introduction
from qiao.office.models import Cooperation
from qiao.office.network_bridge import Found, opportunities_for, pairs_between
from qiao.office.network_models import JointProject, NetworkMember, PairAsked

PER_PAGE = 30
MEMBERS_A_PAGE = 8
MOST_PARTNERS = 5
MOST_PAIRS = 40
State = NetworkMember.State


def networks() -> QuerySet[Organisation]:
    """All that are published, with how many organisations belong to each."""
    joined = Count("network_members", filter=Q(network_members__state=State.JOINED), distinct=True)
    rows = Organisation.objects.filter(type=Organisation.Type.NETWORK, is_published=True)
    return rows.select_related("side").annotate(size_of=joined)


@dataclass(frozen=True)
class NetworkList:
    page: Page[Organisation]
    pairs: list[PairAsked]  # that wait for the office; empty for everybody else


def network_list(user: User, page: str) -> NetworkList:
    rows = sorted(networks(), key=by_name)
    return NetworkList(Pages(rows, PER_PAGE).get_page(page), pairs_waiting() if works_for_office(user) else [])


def pairs_waiting() -> list[PairAsked]:
    """What networks ask the offices for, and no introduction has been proposed for since."""
    between = Q(one=OuterRef("one"), other=OuterRef("other")) | Q(one=OuterRef("other"), other=OuterRef("one"))
    since = Introduction.objects.filter(between, created__gte=OuterRef("asked"))
    rows = PairAsked.objects.filter(~Exists(since), settled=None)
    return list(rows.select_related("network", "one__side", "other__side"))


@dataclass(frozen=True)
class NetworkPage:
    """own: the reader's organisations that may say something here, each with its place in the network or None."""

    network: Organisation
    members: list[NetworkMember]
    waiting: list[NetworkMember]  # for those who manage it
    projects: list[JointProject]
    own: list[tuple[Organisation, NetworkMember | None]]
    manages: bool


def network_page(network: Organisation, user: User, *, manages: bool) -> NetworkPage:
    rows = list(NetworkMember.objects.filter(network=network).select_related("member__side"))
    places = {row.member_id: row for row in rows}
    managed = Organisation.objects.filter(
        memberships__person__user=user, memberships__is_manager=True, is_published=True
    )
    rows.sort(key=lambda row: by_name(row.member))
    return NetworkPage(
        network=network,
        members=[row for row in rows if row.has_joined and row.member.is_published],
        waiting=[row for row in rows if not row.has_joined] if manages else [],
        projects=projects_of(network),
        own=[(one, places.get(one.pk)) for one in managed.exclude(pk=network.pk).order_by("pk")],
        manages=manages,
    )


def projects_of(network: Organisation) -> list[JointProject]:
    """Its own, and those in which it is a partner."""
    rows = JointProject.objects.filter(Q(network=network) | Q(partners=network)).distinct()
    return list(rows.select_related("network").prefetch_related("partners"))


def represented(network: Organisation) -> list[Organisation]:
    """The members who let the network act for them, by name."""
    rows = NetworkMember.objects.filter(network=network, state=State.JOINED, represented=True)
    rows = rows.filter(member__is_published=True)
    return sorted((row.member for row in rows.select_related("member__side")), key=by_name)


# What fits the members


@dataclass(frozen=True)
class Partner:
    """Somebody whom the engine suggests to a member for an event."""

    organisation: Organisation
    event: Any
    word: str
    reasons: list[str]


@dataclass(frozen=True)
class MemberFits:
    member: Organisation
    partners: list[Partner]
    opportunities: list[View]


@dataclass(frozen=True)
class FitsPage:
    page: Page[Organisation]
    members: list[MemberFits]


def fits_page(network: Organisation, page: str) -> FitsPage:
    """Of the members on this page, as many queries as for one."""
    shown = Pages(represented(network), MEMBERS_A_PAGE).get_page(page)
    members = list(shown.object_list)
    partners, open_to = _partners(members), opportunities_for(members)
    fits = [MemberFits(one, partners.get(one.pk, []), [view_of(o) for o in open_to.get(one.pk, [])]) for one in members]
    return FitsPage(shown, fits)


def _partners(members: Sequence[Organisation]) -> dict[int, list[Partner]]:
    """What the engine suggests to their people for events that are not over; each partner organisation once."""
    approved = Participation.State.APPROVED
    rows = Suggestion.objects.filter(
        participation__organisation__in=members, participation__state=approved, partner__state=approved,
        participation__event__ends__gte=timezone.localdate(), partner__organisation__is_published=True,
    )  # fmt: skip
    rows = rows.select_related("participation__event", "partner__organisation__side").order_by("rank", "pk")
    found: dict[int, dict[int, Partner]] = {}
    for row in rows:
        own, partner = found.setdefault(row.participation.organisation_id, {}), row.partner.organisation
        if partner.pk not in own and len(own) < MOST_PARTNERS:
            codes = dict.fromkeys(reason["code"] for reason in row.reasons)
            own[partner.pk] = Partner(partner, row.participation.event, row.word, in_words(codes))
    return {pk: list(own.values()) for pk, own in found.items()}


def in_words(codes: Any) -> list[str]:
    return [str(REASONS[code]) for code in codes if code in REASONS]


# Pairs of two networks


@dataclass(frozen=True)
class Pair:
    """known: they work together already, or are being introduced. asked: the office was asked to introduce them."""

    mine: Organisation
    theirs: Organisation
    word: str
    reasons: list[str]
    known: bool
    asked: bool


@dataclass(frozen=True)
class PairsPage:
    network: Organisation
    other: Organisation | None
    others: list[Organisation]  # networks of the other regions
    pairs: list[Pair]
    silent: bool  # one of the two has no member that lets it act


def pairs_page(network: Organisation, other: Organisation | None) -> PairsPage:
    others = sorted(networks().exclude(side=network.side), key=by_name)
    if other is None:
        return PairsPage(network, None, others, [], silent=False)
    mine, theirs = represented(network), represented(other)
    found = pairs_between(mine, theirs)[:MOST_PAIRS] if mine and theirs else []
    known, asked = _known(found), _asked()
    pairs = [_pair(one, known, asked) for one in found]
    return PairsPage(network, other, others, pairs, silent=not (mine and theirs))


def _pair(one: Found, known: set[frozenset[int]], asked: set[frozenset[int]]) -> Pair:
    both = frozenset((one.mine.pk, one.theirs.pk))
    word = fit_word(one.score, one.keyword)
    return Pair(one.mine, one.theirs, word, in_words(one.codes), both in known, both in asked)


def _known(found: Sequence[Found]) -> set[frozenset[int]]:
    ones, others = [one.mine.pk for one in found], [one.theirs.pk for one in found]
    pair = Q(one__in=ones, other__in=others) | Q(one__in=others, other__in=ones)
    rows = [*Cooperation.objects.filter(pair).exclude(stage=Cooperation.Stage.ENDED).values_list("one", "other")]
    rows += Introduction.objects.filter(pair, Q(due__isnull=False) | Q(state="agreed")).values_list("one", "other")
    return {frozenset(row) for row in rows}


def _asked() -> set[frozenset[int]]:
    return {frozenset((row.one_id, row.other_id)) for row in pairs_waiting()}
