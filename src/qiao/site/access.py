"""What the installation stands on, for administrators; the demo's people, while it is a demo; what the office merges."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.shortcuts import get_object_or_404

from qiao.core.access import is_admin
from qiao.core.models import Mail, Office, Role, User
from qiao.directory.access import load_organisation_for, require_office
from qiao.directory.models import Merge, Organisation, Park, Side, Theme
from qiao.site.demo_people import DEMO_EMAILS


def load_demo_user(who: str) -> User:
    """The person behind one of the six doors. The view's mark lets nobody in outside a demo."""
    if who not in DEMO_EMAILS:
        raise Http404
    return get_object_or_404(User, email=DEMO_EMAILS[who], is_active=True)


MASTERS: dict[str, type[Any]] = {"offices": Office, "regions": Side, "themes": Theme, "parks": Park}


def load_admin(user: User | AnonymousUser) -> User:
    if not isinstance(user, User) or not is_admin(user):
        raise Http404
    return user


def load_master_for(user: User | AnonymousUser, kind: str, pk: int | None = None) -> Any:
    """An office, region, theme or park, for administrators; without `pk` a new one that is not saved."""
    load_admin(user)
    if kind not in MASTERS:
        raise Http404
    return get_object_or_404(MASTERS[kind], pk=pk) if pk else MASTERS[kind]()


def load_staff_role_for(user: User | AnonymousUser, pk: int) -> Role:
    load_admin(user)
    roles = Role.objects.select_related("user").filter(kind__in=(Role.Kind.ADVISER, Role.Kind.ADMIN))
    return get_object_or_404(roles, pk=pk)


def load_pair(user: User | AnonymousUser, one: str, other: str) -> tuple[Organisation, Organisation]:
    """Two different organisations, for the office."""
    require_office(user)
    if one == other:
        raise Http404
    return load_organisation_for(user, one), load_organisation_for(user, other)


def load_undelivered_for(user: User | AnonymousUser, pk: int) -> Mail:
    """A mail that was given up, for the office."""
    require_office(user)
    return get_object_or_404(Mail.objects.select_related("user__person"), pk=pk, state=Mail.State.FAILED)


def load_merge(user: User | AnonymousUser, pk: int) -> Merge:
    require_office(user)
    return get_object_or_404(Merge, pk=pk)
