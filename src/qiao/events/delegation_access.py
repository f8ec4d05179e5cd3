"""Delegations as far as a user may see them; everything else does not exist (404)."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from qiao.core.access import is_admin, is_adviser, is_leader, is_organiser
from qiao.core.models import Office, Role, User
from qiao.core.texts import tidy
from qiao.directory.access import require_office
from qiao.directory.models import Organisation, Person
from qiao.directory.queries import people_for
from qiao.directory.roles import office_of
from qiao.events.access import load_event_for
from qiao.events.models import Delegation, DelegationMember, Event, Participation, ProgrammeItem
from qiao.events.travel_models import TravelCall

Visitor = User | AnonymousUser


def tends(user: Visitor, delegation: Delegation) -> bool:
    """The office that sends it."""
    return isinstance(user, User) and (is_adviser(user, delegation.office_id) or is_admin(user))


def leads(user: Visitor, delegation: Delegation) -> bool:
    """Who changes it: its head and the office that sends it."""
    return isinstance(user, User) and (is_leader(user, delegation.pk) or tends(user, delegation))


def delegations_led_by(user: Visitor) -> QuerySet[Delegation]:
    """All that somebody leads, see `leads`."""
    rows = Delegation.objects.select_related("event", "office")
    if not isinstance(user, User):
        return rows.none()
    if is_admin(user):
        return rows
    led = user.roles.filter(kind=Role.Kind.LEADER, scope=Role.Scope.DELEGATION).values("scope_id")
    sent = user.roles.filter(kind=Role.Kind.ADVISER, scope=Role.Scope.OFFICE).values("scope_id")
    return rows.filter(Q(pk__in=led) | Q(office__in=sent))


def _find(slug: str) -> Delegation:
    return get_object_or_404(Delegation.objects.select_related("event__office", "office"), slug=slug)


def load_delegation_for(user: Visitor, slug: str) -> Delegation:
    """For its head, its office, and the organisers of the event it travels to."""
    found = _find(slug)
    hosts = isinstance(user, User) and found.event_id is not None and is_organiser(user, found.event_id)
    if not (hosts or leads(user, found)):
        raise Http404
    return found


def load_delegation_at_event(user: Visitor, slug: str) -> tuple[Delegation, Event]:
    """One that travels to an event of this installation, with that event."""
    found = load_delegation_for(user, slug)
    if found.event is None:
        raise Http404
    return found, found.event


def load_delegation_to_lead(user: Visitor, slug: str) -> Delegation:
    found = _find(slug)
    if not leads(user, found):
        raise Http404
    return found


def load_delegation_to_tend(user: Visitor, slug: str) -> Delegation:
    found = _find(slug)
    if not tends(user, found):
        raise Http404
    return found


def delegations_of_office(user: Visitor) -> QuerySet[Delegation]:
    """Those of the offices that somebody works for."""
    found = require_office(user)
    rows = Delegation.objects.select_related("event", "office")
    if is_admin(found):
        return rows
    own = found.roles.filter(kind=Role.Kind.ADVISER, scope=Role.Scope.OFFICE)
    return rows.filter(office__in=own.values("scope_id"))


def load_sending_office(user: Visitor) -> Office:
    """The office that somebody works for."""
    found = office_of(require_office(user))
    if found is None:
        raise Http404
    return found


def load_member_to_lead(user: Visitor, slug: str, key: str) -> DelegationMember:
    """A member by the person's key."""
    delegation = load_delegation_to_lead(user, slug)
    rows = DelegationMember.objects.select_related(*MEMBER, "delegation__event__office", "delegation__office")
    return get_object_or_404(rows, delegation=delegation, person__key=key)


def load_member_to_tend(user: Visitor, slug: str, key: str) -> DelegationMember:
    load_delegation_to_tend(user, slug)
    return load_member_to_lead(user, slug, key)


MEMBER = ("person__user", "person__side", "organisation__side", "organisation__park")


def load_own_membership(user: Visitor, slug: str) -> DelegationMember:
    """The reader's own place in a delegation."""
    if not isinstance(user, User):
        raise Http404
    rows = DelegationMember.objects.select_related(*MEMBER, "delegation__event__office", "delegation__office")
    return get_object_or_404(rows, delegation__slug=slug, person__user=user)


def load_candidate(user: Visitor, delegation: Delegation, key: str) -> Person:
    """Somebody who can be taken along: whom the reader may name."""
    if not isinstance(user, User):
        raise Http404
    found = people_for(user, Person.objects.select_related("user", "side"))
    return get_object_or_404(found.exclude(delegation_memberships__delegation=delegation), key=tidy(key))


def load_item_to_lead(user: Visitor, slug: str, pk: int) -> ProgrammeItem:
    """An item of the delegation's own programme."""
    delegation = load_delegation_to_lead(user, slug)
    return get_object_or_404(ProgrammeItem.objects.select_related("delegation__event"), delegation=delegation, pk=pk)


@dataclass(frozen=True)
class Host:
    """Who looks at the delegations that come to an event; `person` is None for organisers, who may name everybody."""

    user: User
    event: Event
    person: int | None


def load_host(user: Visitor, slug: str) -> Host:
    """For the participants of an event and its organisers."""
    event = load_event_for(user, slug)
    if not isinstance(user, User):
        raise Http404
    if is_organiser(user, event.pk):
        return Host(user, event, None)
    own = get_object_or_404(Participation, event=event, person__user=user, state=Participation.State.APPROVED)
    return Host(user, event, own.person_id)


def load_organisation_of(person: Person, key: str) -> Organisation:
    """One of the organisations that somebody belongs to."""
    return get_object_or_404(person.organisations.all(), key=tidy(key))


def load_own_travel(user: Visitor, slug: str) -> tuple[DelegationMember, TravelCall]:
    """The reader's own place in a delegation, and what the office asks about the journey, while it does."""
    own = load_own_membership(user, slug)
    call = get_object_or_404(TravelCall.objects.select_related("delegation__office"), delegation=own.delegation_id)
    if not call.is_open:
        raise Http404
    return own, call


def load_rooming(user: Visitor, slug: str) -> tuple[Delegation, TravelCall]:
    """What members told, for those who are entrusted with it."""
    found = load_delegation_to_lead(user, slug)
    call = get_object_or_404(TravelCall.objects.select_related("delegation__office"), delegation=found)
    if not call.readers.filter(pk=user.pk).exists():
        raise Http404
    return found, call


def load_rooming_of(user: Visitor, slug: str, key: str) -> tuple[DelegationMember, TravelCall]:
    _delegation, call = load_rooming(user, slug)
    return load_member_to_lead(user, slug, key), call
