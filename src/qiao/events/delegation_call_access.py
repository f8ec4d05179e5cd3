"""Calls for delegations as far as somebody may see them; everything else does not exist (404)."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from qiao.core.models import User
from qiao.directory.models import Person
from qiao.events.delegation_access import Visitor, load_delegation_to_tend, tends
from qiao.events.delegation_models import DelegationApplication, DelegationCall


def load_call_for(user: Visitor, slug: str) -> DelegationCall:
    """A published one for everybody, a draft for its office."""
    rows = DelegationCall.objects.select_related("delegation__event", "delegation__office")
    found = get_object_or_404(rows, delegation__slug=slug)
    if not (found.is_published or tends(user, found.delegation)):
        raise Http404
    return found


def load_call_to_answer(user: Visitor, slug: str) -> tuple[DelegationCall, Person, User]:
    """For somebody who belongs to an organisation; whether it still takes applications is for the page to say."""
    found = load_call_for(user, slug)
    if not isinstance(user, User):
        raise Http404
    return found, get_object_or_404(Person.objects.filter(organisations__isnull=False).distinct(), user=user), user


def load_own_application(user: Visitor, slug: str) -> DelegationApplication:
    if not isinstance(user, User):
        raise Http404
    rows = DelegationApplication.objects.select_related("call__delegation", "organisation")
    rows = rows.exclude(state=DelegationApplication.State.WITHDRAWN)
    return get_object_or_404(rows, call__delegation__slug=slug, person__user=user)


def load_call_to_tend(user: Visitor, slug: str) -> DelegationCall:
    delegation = load_delegation_to_tend(user, slug)
    return get_object_or_404(DelegationCall.objects.select_related("delegation__event"), delegation=delegation)


def load_application_to_tend(user: Visitor, slug: str, key: str) -> DelegationApplication:
    call = load_call_to_tend(user, slug)
    rows = DelegationApplication.objects.select_related("call__delegation", "person__side", "organisation__side")
    return get_object_or_404(rows, call=call, key=key)
