"""Which organisations are a user's own, and which cooperations a user sees."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from qiao.core.models import User
from qiao.directory.models import Organisation
from qiao.directory.roles import works_for_office
from qiao.office.models import Cooperation

Visitor = User | AnonymousUser


def own_organisations(user: Visitor) -> QuerySet[Organisation]:
    """Of which the user is a member."""
    if not isinstance(user, User):
        return Organisation.objects.none()
    return Organisation.objects.filter(memberships__person__user=user)


def cooperations_for(user: Visitor) -> QuerySet[Cooperation]:
    """Those of one's own organisations; for the office all."""
    rows = Cooperation.objects.all() if works_for_office(user) else own_cooperations(user)
    return rows.select_related("one__side", "other__side", "event")


def own_cooperations(user: Visitor) -> QuerySet[Cooperation]:
    """Those of one's own organisations."""
    own = own_organisations(user).values("pk")
    return Cooperation.objects.filter(Q(one__in=own) | Q(other__in=own))
