"""Reads about delegations."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Page
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from qiao.core.models import Role, User
from qiao.core.pages import Pages
from qiao.directory.models import Organisation, Person
from qiao.directory.queries import by_name, named_to, people_for
from qiao.events.delegation_access import MEMBER, Host
from qiao.events.delegation_call_queries import undecided
from qiao.events.delegation_models import DelegationCall
from qiao.events.models import Delegation, DelegationMember, Participation, ProgrammeItem, Slot
from qiao.events.queries import unavailable_slots
from qiao.events.travel_models import MemberTravel, TravelCall

MOST_CANDIDATES = 30


@dataclass(frozen=True)
class MemberRow:
    """A member, what the person is at the event, and the slots in which talks can be booked."""

    member: DelegationMember
    participation: Participation | None
    free: list[Slot]
    is_leader: bool

    @property
    def function(self) -> str:
        return function_of(self.member)


@dataclass(frozen=True)
class DelegationPage:
    delegation: Delegation
    members: list[MemberRow]
    programme: list[ProgrammeItem]  # its own and everybody's at the event
    slots: int
    call: DelegationCall | None
    undecided: int  # applications

    @property
    def fields(self) -> list[tuple[str, int]]:
        """[(field in words, number of members)], those that nobody stands for left out."""
        found = [row.member.get_field_display() for row in self.members]
        return [(str(label), n) for _code, label in DelegationMember.Field.choices if (n := found.count(str(label)))]


def function_of(member: DelegationMember) -> str:
    """In the delegation, else the role in the organisation; reads `person__memberships`."""
    roles = (row.role for row in member.person.memberships.all() if row.organisation_id == member.organisation_id)
    return member.function or next(roles, "")


def members_of(delegation: Delegation) -> list[DelegationMember]:
    """In protocol order, with names and roles. Two queries."""
    return list(delegation.members.select_related(*MEMBER).prefetch_related("person__memberships"))


def participations_of(delegation: Delegation) -> dict[int, Participation]:
    """By person: what the members are at the delegation's event; empty where that is none of this installation."""
    if delegation.event_id is None:
        return {}
    rows = Participation.objects.filter(
        event=delegation.event_id, person__delegation_memberships__delegation=delegation
    )
    related = ("person__user", "person__side", "organisation__side", "event__office", "fixed_table")
    return {row.person_id: row for row in rows.select_related(*related)}


def leaders_of(delegation: Delegation) -> set[int]:
    """Primary keys of the accounts that lead it."""
    roles = Role.objects.filter(kind=Role.Kind.LEADER, scope=Role.Scope.DELEGATION, scope_id=delegation.pk)
    return set(roles.values_list("user_id", flat=True))


def items_of(delegation: Delegation) -> list[ProgrammeItem]:
    """Its own items, and those of everybody at its event, with the members of those that are for some."""
    own = Q(delegation=delegation)
    if delegation.event_id is not None:
        own |= Q(event=delegation.event_id, delegation=None)
    return list(ProgrammeItem.objects.filter(own).prefetch_related("members__person__side"))


def delegation_page(delegation: Delegation) -> DelegationPage:
    """Members in protocol order, the programme, when each member can be booked. A fixed number of queries."""
    event = delegation.event
    slots = list(event.slots.all()) if event else []
    taken = unavailable_slots(event) if event else {}
    found, leaders = participations_of(delegation), leaders_of(delegation)

    def row(member: DelegationMember) -> MemberRow:
        """Nothing can be booked for somebody who is not admitted."""
        own = found.get(member.person_id)
        free = [slot for slot in slots if slot.pk not in taken[own.pk]] if own and own.pk in taken else []
        return MemberRow(member, own, free, member.person.user_id in leaders)

    members = [row(member) for member in members_of(delegation)]
    call = DelegationCall.objects.filter(delegation=delegation).first()
    waiting = undecided(delegation) if call else 0
    return DelegationPage(delegation, members, items_of(delegation), len(slots), call, waiting)


def delegation_list(rows: QuerySet[Delegation], *, per_page: int, page: str | None) -> Page[Delegation]:
    """Each with the number of its members as `size`, the latest first."""
    return Pages(rows.annotate(size=Count("members")).order_by("-starts", "pk"), per_page).get_page(page)


# --- who can be taken along


@dataclass(frozen=True)
class Candidate:
    """Somebody who can be taken along, for one of these organisations."""

    person: Person
    organisations: list[Organisation]
    participation: Participation | None


def candidates(user: User, delegation: Delegation, words: str) -> list[Candidate]:
    """By name of person or organisation, at most 30, those of the event first; without words those of the event. Four queries."""
    rows = people_for(user, Person.objects.exclude(delegation_memberships__delegation=delegation))
    if words:
        names = ("name", "name_latin", "organisations__name", "organisations__name_latin")
        rows = rows.filter(Q(*[(f"{name}__icontains", words) for name in names], _connector=Q.OR))
    there = Participation.objects.filter(event=delegation.event_id, state=Participation.State.APPROVED)
    if not words:
        rows = rows.filter(participations__in=there) if delegation.event_id else rows.none()
    rows = rows.filter(organisations__isnull=False).distinct().select_related("side").prefetch_related("organisations")
    found = sorted(rows[:200], key=by_name)
    takes_part = {row.person_id: row for row in there.filter(person__in=[one.pk for one in found])}
    listed = [Candidate(one, list(one.organisations.all()), takes_part.get(one.pk)) for one in found]
    return sorted(listed, key=lambda one: one.participation is None)[:MOST_CANDIDATES]


# --- what members and hosts see


@dataclass(frozen=True)
class Fellow:
    """A member as somebody else sees him; without a name where that is not for this reader."""

    member: DelegationMember
    named: bool

    @property
    def function(self) -> str:
        return function_of(self.member) if self.named else ""


@dataclass(frozen=True)
class OwnDelegation:
    """A delegation as one of its members sees it."""

    member: DelegationMember
    fellows: list[Fellow]
    programme: list[ProgrammeItem]
    participation: Participation | None
    asks: str  # about the journey: "asked", "said", or nothing


def own_delegation(member: DelegationMember) -> OwnDelegation:
    delegation = member.delegation
    others = [one for one in members_of(delegation) if one.pk != member.pk]
    programme = [one for one in items_of(delegation) if concerns(one, member)]
    own = participations_of(delegation).get(member.person_id)
    call = TravelCall.objects.filter(delegation=delegation).first()
    told = MemberTravel.objects.filter(member=member).exclude(saved=None).exists()
    asks = ("said" if told else "asked") if call and call.is_open else ""
    return OwnDelegation(member, _fellows(member.person_id, others), programme, own, asks)


def concerns(item: ProgrammeItem, member: DelegationMember) -> bool:
    """Whether an item of `items_of` is for this member."""
    if item.delegation_id is None or not item.is_for_some:
        return True
    return any(one.pk == member.pk for one in item.members.all())


def _fellows(reader: int | None, members: Sequence[DelegationMember]) -> list[Fellow]:
    people = {one.person_id for one in members}
    named = {person for _reader, person in named_to([reader], people)} if reader is not None else people
    return [Fellow(one, one.person_id in named) for one in members]


@dataclass(frozen=True)
class Incoming:
    """A delegation as those see it to whose event it comes."""

    delegation: Delegation
    members: list[Fellow]
    hosts: bool  # the reader organises the event


def incoming(host: Host) -> list[Incoming]:
    """The delegations that are announced, for organisers all. Names as people agreed to be named."""
    rows = host.event.delegations.select_related("office").order_by("starts", "pk")
    shown = list(rows if host.person is None else rows.filter(is_announced=True))
    members = DelegationMember.objects.filter(delegation__in=shown).select_related(*MEMBER)
    fellows = _fellows(host.person, list(members.prefetch_related("person__memberships")))
    of = {one.pk: [row for row in fellows if row.member.delegation_id == one.pk] for one in shown}
    return [Incoming(one, of[one.pk], host.person is None) for one in shown]


def delegations_with(user: User) -> list[Delegation]:
    """Those the reader travels with, and that are not over, for the start page."""
    rows = Delegation.objects.filter(members__person__user=user, ends__gte=timezone.now().date())
    return list(rows.select_related("event", "office").order_by("starts", "pk"))
