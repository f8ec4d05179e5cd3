"""Delegations: their facts, members and head."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import KEY_ALPHABET, Office, Role, User
from qiao.directory.models import Organisation, Person
from qiao.events.actions.delegation_mails import tell_member
from qiao.events.actions.travel import end_travel_call, forget_member_travel
from qiao.events.models import Delegation, DelegationMember, Event, Participation
from qiao.events.travel_models import TravelCall

FACTS = ("names", "event", "occasions", "city", "country", "time_zone", "starts", "ends", "is_announced", "etiquette")
OF_EVENT = ("city", "country", "time_zone", "starts", "ends")
FIELDS = {
    Organisation.Type.INSTITUTE: DelegationMember.Field.SCIENCE,
    Organisation.Type.UNIVERSITY: DelegationMember.Field.SCIENCE,
    Organisation.Type.CULTURAL: DelegationMember.Field.CULTURE,
    Organisation.Type.AUTHORITY: DelegationMember.Field.POLITICS,
}


@transaction.atomic
def create_delegation(
    *,
    office: Office,
    names: Mapping[str, str],
    by: User | None,
    event: Event | None = None,
    slug: str = "",
    members: Iterable[Participation] = (),
    leader: User | None = None,
    **facts: Any,
) -> Delegation:
    """A delegation with its members in protocol order; `leader` gets the role. The same once more is the first one.

    `facts`: as in FACTS; place and days that are not given are those of the event.
    """
    Office.objects.select_for_update(no_key=True).get(pk=office.pk)  # two at once come one after the other
    given = {name: getattr(event, name) for name in OF_EVENT} if event else {}
    made = Delegation(
        office=office, names=dict(names), event=event, slug=slug or get_random_string(12, KEY_ALPHABET), **given | facts
    )
    _check(made.starts, made.ends)
    alike = Delegation.objects.filter(office=office, event=event, starts=made.starts, ends=made.ends, members=None)
    if (same := next((one for one in alike if one.names == made.names), None)) is not None and not slug:
        return same
    made.save()
    for one in members:
        _add(made, one.person, one.organisation)
    if leader is not None:
        _appoint(made, leader)
    record(by=by, action="events.create_delegation", subject=made, event=made.event_id, members=made.members.count())
    return made


@transaction.atomic
def edit_delegation(*, delegation: Delegation, by: User, **facts: Any) -> Delegation:
    """Its programme follows it to another event."""
    row = Delegation.objects.select_for_update(of=("self",)).get(pk=delegation.pk)
    changed = [name for name in FACTS if name in facts and getattr(row, name) != facts[name]]
    for name in changed:
        setattr(row, name, facts[name])
    _check(row.starts, row.ends)
    row.save()
    if "event" in changed:
        row.programme.update(event=row.event)
    record(by=by, action="events.edit_delegation", subject=row, fields=changed)
    return row


def _check(starts: date, ends: date) -> None:
    if ends < starts:
        raise Refused(gettext("The journey ends before it starts."))


@transaction.atomic
def remove_delegation(*, delegation: Delegation, by: User) -> None:
    """With its programme and list of members; people, participations and talks stay."""
    Role.objects.filter(scope=Role.Scope.DELEGATION, scope_id=delegation.pk).delete()
    for call in TravelCall.objects.filter(delegation=delegation):
        end_travel_call(call=call, by=by)
    record(by=by, action="events.remove_delegation", subject=delegation, event=delegation.event_id)
    delegation.delete()


@transaction.atomic
def add_member(
    *, delegation: Delegation, person: Person, organisation: Organisation, by: User | None, tells: bool = True
) -> DelegationMember:
    """At the end of the protocol order; the person is told."""
    Delegation.objects.select_for_update(of=("self",)).get(pk=delegation.pk)
    if delegation.members.filter(person=person).exists():
        raise Refused(gettext("This person is a member already."))
    if not person.memberships.filter(organisation=organisation).exists():
        raise Refused(gettext("This person does not belong to this organisation."))
    made = _add(delegation, person, organisation)
    record(by=by, action="events.add_member", subject=delegation, member=made.pk)
    if tells:
        tell_member(member=made, kind="events.delegation_joined")
    return made


def _add(delegation: Delegation, person: Person, organisation: Organisation) -> DelegationMember:
    last = delegation.members.last()
    return DelegationMember.objects.create(
        delegation=delegation, person=person, organisation=organisation,
        field=FIELDS.get(Organisation.Type(organisation.type), DelegationMember.Field.BUSINESS),
        position=last.position + 1 if last else 1,
    )  # fmt: skip


@transaction.atomic
def edit_member(*, member: DelegationMember, field: str, function: str, position: int, by: User) -> None:
    """`position` counts from 1; the others make room."""
    Delegation.objects.select_for_update(of=("self",)).get(pk=member.delegation_id)
    others = list(DelegationMember.objects.filter(delegation=member.delegation_id).exclude(pk=member.pk))
    DelegationMember.objects.filter(pk=member.pk).update(field=field, function=function)
    place = max(0, min(position - 1, len(others)))
    for number, pk in enumerate(
        [one.pk for one in others[:place]] + [member.pk] + [one.pk for one in others[place:]], 1
    ):
        DelegationMember.objects.filter(pk=pk).update(position=number)
    record(by=by, action="events.edit_member", subject=member.delegation, member=member.pk)


@transaction.atomic
def remove_member(*, member: DelegationMember, by: User) -> None:
    """Talks and participation stay; what stood in the programme for this person alone stays for nobody."""
    if member.person.user_id in _leading(member.delegation):
        raise Refused(gettext("This person leads the delegation. Appoint another head first."))
    record(by=by, action="events.remove_member", subject=member.delegation, member=member.pk)
    forget_member_travel(member=member)
    member.delete()


@transaction.atomic
def appoint_leader(*, member: DelegationMember, by: User) -> None:
    """The head of the delegation; who was it before is it no more."""
    if member.person.user is None:
        raise Refused(gettext("This person cannot sign in yet. Issue a personal link first."))
    _appoint(member.delegation, member.person.user)
    record(by=by, action="events.appoint_leader", subject=member.delegation, member=member.pk)
    tell_member(member=member, kind="events.delegation_led")


def _appoint(delegation: Delegation, user: User) -> None:
    of: dict[str, Any] = {"kind": Role.Kind.LEADER, "scope": Role.Scope.DELEGATION, "scope_id": delegation.pk}
    Role.objects.filter(**of).exclude(user=user).delete()
    Role.objects.get_or_create(user=user, **of)


def _leading(delegation: Delegation) -> set[int]:
    of = {"kind": Role.Kind.LEADER, "scope": Role.Scope.DELEGATION, "scope_id": delegation.pk}
    return set(Role.objects.filter(**of).values_list("user_id", flat=True))
