"""Reads about calls for delegations and applications."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Page
from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.utils import timezone

from qiao.core.models import User
from qiao.core.pages import Pages
from qiao.directory.models import Person
from qiao.events.delegation_models import DelegationApplication, DelegationCall
from qiao.events.models import Delegation

State = DelegationApplication.State


def open_calls() -> QuerySet[DelegationCall]:
    """Those that take applications, the one that closes next first."""
    rows = DelegationCall.objects.filter(is_published=True, closes__gt=timezone.now())
    return rows.select_related("delegation__event", "delegation__office").order_by("closes", "pk")


def calls_for(user: User) -> list[DelegationCall]:
    """Open calls for somebody who belongs to an organisation and has neither applied nor travels along."""
    if not Person.objects.filter(user=user, organisations__isnull=False).exists():
        return []
    mine = DelegationApplication.objects.filter(person__user=user).exclude(state=State.WITHDRAWN)
    rows = open_calls().exclude(pk__in=mine.values("call"))
    return list(rows.exclude(delegation__in=Delegation.objects.filter(members__person__user=user).values("pk")))


@dataclass(frozen=True)
class CallPage:
    """An announcement as a reader sees it."""

    call: DelegationCall
    application: DelegationApplication | None  # the reader's own
    travels: bool
    can_apply: bool  # signed in, for an organisation, and nothing is decided

    @property
    def delegation(self) -> Delegation:
        return self.call.delegation


def call_page(user: User | AnonymousUser, call: DelegationCall) -> CallPage:
    person = Person.objects.filter(user=user).first() if isinstance(user, User) else None
    if person is None:
        return CallPage(call, None, travels=False, can_apply=False)
    own = call.applications.filter(person=person).select_related("organisation").first()
    travels = call.delegation.members.filter(person=person).exists()
    undecided = own is None or own.state in (State.APPLIED, State.WITHDRAWN)
    return CallPage(call, own, travels, call.is_open and undecided and not travels and person.organisations.exists())


@dataclass(frozen=True)
class ApplicationList:
    call: DelegationCall
    rows: Page[DelegationApplication]
    counts: dict[str, int]

    @property
    def free(self) -> int | None:
        """Places that nobody was selected for; None: as many as one likes."""
        if self.call.places is None:
            return None
        return max(0, self.call.places - self.counts.get(State.SELECTED, 0))


def application_list(call: DelegationCall, *, per_page: int, page: str | None) -> ApplicationList:
    """What waits for a decision first, then the waiting list in its order, then the rest."""
    rows = call.applications.exclude(state=State.WITHDRAWN).select_related("person__side", "organisation__side")
    order = Case(When(state=State.APPLIED, then=Value(0)), When(state=State.WAITING, then=Value(1)), default=Value(2))
    waits = Case(When(state=State.WAITING, then="decided"), default="submitted")
    found = Pages(rows.order_by(order, waits, "pk"), per_page).get_page(page)
    return ApplicationList(call, found, dict(call.applications.values_list("state").annotate(Count("pk"))))


def undecided(delegation: Delegation) -> int:
    return DelegationApplication.objects.filter(Q(state=State.APPLIED), call__delegation=delegation).count()
