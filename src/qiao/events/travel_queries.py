"""Reads about what participants told of their journey."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page

from qiao.core.models import Role, User
from qiao.directory.queries import page_by_name
from qiao.events.models import Event, Participation
from qiao.events.travel_fields import Values, opened
from qiao.events.travel_models import TravelCall, TravelDetails


@dataclass(frozen=True)
class Numbers:
    """How many of the admitted answered, said that they have nothing to say, and said nothing yet."""

    told: int
    nothing: int
    silent: int


def call_of(event: Event) -> TravelCall | None:
    return TravelCall.objects.filter(event=event).first()


def organisers_of(event: Event) -> list[User]:
    role = {"roles__kind": Role.Kind.ORGANISER, "roles__scope": Role.Scope.EVENT, "roles__scope_id": event.pk}
    return list(User.objects.filter(**role).order_by("name", "pk"))


def may_read(user: User, call: TravelCall | None) -> bool:
    return call is not None and call.readers.filter(pk=user.pk).exists()


def numbers(event: Event) -> Numbers:
    rows = TravelDetails.objects.filter(
        participation__event=event, participation__state=Participation.State.APPROVED
    ).values_list("sealed", "saved")
    told = sum(bool(sealed) for sealed, _saved in rows)
    nothing = sum(bool(saved and not sealed) for sealed, saved in rows)
    admitted = event.participations.filter(state=Participation.State.APPROVED).count()
    return Numbers(told, nothing, admitted - told - nothing)


def people(event: Event, *, per_page: int, page: str | None) -> Page[Participation]:
    """Who was admitted, with `travel` where asked; nothing is opened for it."""
    rows = event.participations.filter(state=Participation.State.APPROVED)
    return page_by_name(rows.select_related("person", "organisation", "travel"), per_page, page, "person__")


def told_by(participation: Participation) -> Values | None:
    """What somebody told, {} where nothing; None where no key opens it any more."""
    row = TravelDetails.objects.filter(participation=participation).first()
    return opened(row.sealed) if row else {}


def all_told(event: Event) -> list[tuple[Participation, dict[str, Any]]]:
    """Everybody who told something, with detail -> value over all groups."""
    rows = TravelDetails.objects.filter(
        participation__event=event, participation__state=Participation.State.APPROVED
    ).exclude(sealed="")
    found = []
    for row in rows.select_related("participation__person", "participation__organisation").order_by("participation_id"):
        told = opened(row.sealed) or {}
        found.append((row.participation, {code: value for some in told.values() for code, value in some.items()}))
    return found


def asks_about_journey(own: Participation) -> bool:
    """Whether somebody who was admitted still has to say something; reads `event__travel_call` and `travel`."""
    call, row = getattr(own.event, "travel_call", None), getattr(own, "travel", None)
    return call is not None and call.is_open and (row is None or row.saved is None)
