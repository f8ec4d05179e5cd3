"""Parks and visits as far as a user may see them; everything else does not exist (404)."""

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from qiao.core.access import is_admin, is_adviser
from qiao.core.models import User
from qiao.core.texts import tidy
from qiao.directory.access import member, organisations_for
from qiao.directory.models import Organisation, Park
from qiao.directory.roles import works_for_office
from qiao.events.delegation_access import delegations_led_by
from qiao.events.models import Delegation
from qiao.office.seen import Visitor, own_organisations
from qiao.office.visit_models import VisitRequest
from qiao.office.visit_queries import parks, visits_for


def load_park(user: Visitor, code: str) -> Park:
    """For everybody who is signed in."""
    member(user)
    return get_object_or_404(parks(), code=code)


def load_zone(user: Visitor, code: str) -> Park:
    """A park that lies in a zone stands for it."""
    found = load_park(user, code)
    if not found.zone:
        raise Http404
    return found


def load_target(user: Visitor, host: str, park: str) -> tuple[Organisation | None, Park | None]:
    """Whom an address names to be visited: a firm by its key, or a park by its code."""
    member(user)
    if host:
        return get_object_or_404(organisations_for(user).filter(is_published=True), key=tidy(host)), None
    return None, get_object_or_404(parks(), code=tidy(park))


def guests_of(user: Visitor) -> QuerySet[Organisation]:
    """For which organisations somebody may ask for a visit: the own ones; the office for all."""
    rows = organisations_for(user).filter(is_published=True)
    return rows if works_for_office(user) else rows.filter(pk__in=own_organisations(user).values("pk"))


def delegations_of(user: Visitor) -> list[Delegation]:
    """Those that the user leads, or sends as an office. Three queries at most."""
    return list(delegations_led_by(user).order_by("-starts", "pk"))


def load_visit_for(user: Visitor, key: str) -> VisitRequest:
    return get_object_or_404(visits_for(member(user)), key=key)


def answers(user: Visitor, visit: VisitRequest) -> bool:
    """The office of the hosts' side; where it has none, every office."""
    if not isinstance(user, User):
        return False
    office = visit.side.office_id
    return works_for_office(user) if office is None else is_adviser(user, office) or is_admin(user)


def asks(user: Visitor, visit: VisitRequest) -> bool:
    """The guests."""
    return own_organisations(user).filter(pk=visit.guest_id).exists() or (
        isinstance(user, User) and visit.by_id == user.pk
    )


def load_visit_to_answer(user: Visitor, key: str) -> VisitRequest:
    found = load_visit_for(user, key)
    if not answers(user, found):
        raise Http404
    return found


def load_visit_to_withdraw(user: Visitor, key: str) -> VisitRequest:
    found = load_visit_for(user, key)
    if not asks(user, found):
        raise Http404
    return found
