"""For whom those who keep the profile of an organisation may answer."""

from django.db.models import QuerySet

from qiao.core.models import User
from qiao.directory.models import Membership
from qiao.events.models import Participation


def represented(user: User) -> QuerySet[Participation]:
    """Colleagues who take part for an organisation whose profile the user keeps, and have not switched that off."""
    managed = Membership.objects.filter(person__user=user, is_manager=True).values("organisation")
    rows = Participation.objects.filter(organisation__in=managed, state=Participation.State.APPROVED)
    return rows.exclude(person__user=user).exclude(person__reach__team=False)


def manages(user: User) -> bool:
    return Membership.objects.filter(person__user=user, is_manager=True).exists()
