"""Reads about what participants told of their journey."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page

from qiao.core.models import Role, User
from qiao.directory.queries import page_by_name
from qiao.events.models import Delegation, DelegationMember, Event, Participation
from qiao.events.travel_fields import DETAILS, Values, opened, value_in_words
from qiao.events.travel_models import MemberTravel, TravelCall, TravelDetails


@dataclass(frozen=True)
class Numbers:
    """How many of the admitted answered, said that they have nothing to say, and said nothing yet."""

    told: int
    nothing: int
    silent: int


def call_of(event: Event) -> TravelCall | None:
    return TravelCall.objects.filter(event=event).first()


def delegation_call(delegation: Delegation) -> TravelCall | None:
    return TravelCall.objects.filter(delegation=delegation).select_related("delegation__office").first()


def entrusted_with(delegation: Delegation) -> list[User]:
    """Who may be entrusted with what members tell: the head and the people of the office."""
    heads = {"roles__kind": Role.Kind.LEADER, "roles__scope": Role.Scope.DELEGATION, "roles__scope_id": delegation.pk}
    office = {
        "roles__kind": Role.Kind.ADVISER, "roles__scope": Role.Scope.OFFICE, "roles__scope_id": delegation.office_id
    }  # fmt: skip
    found = {*User.objects.filter(is_active=True, **heads), *User.objects.filter(is_active=True, **office)}
    return sorted(found, key=lambda user: (user.name, user.pk))


@dataclass(frozen=True)
class MemberRow:
    """A member, and what was told: group by group in words; None where no key opens it any more."""

    member: DelegationMember
    travel: MemberTravel | None
    told: dict[str, str] | None  # detail -> words

    @property
    def agrees(self) -> bool:
        """To what a list of rooms needs."""
        return self.told is not None and "rooming" in (opened(self.travel.sealed) or {} if self.travel else {})


def member_rows(delegation: Delegation) -> list[MemberRow]:
    """All members in protocol order; everything that was told is opened for it, which the reader's caller logs."""
    members = delegation.members.select_related("person__side", "organisation__side")
    details = {row.member_id: row for row in MemberTravel.objects.filter(member__delegation=delegation)}
    return [_row(one, details.get(one.pk)) for one in members]


def _row(member: DelegationMember, travel: MemberTravel | None) -> MemberRow:
    told = opened(travel.sealed) if travel else {}
    if told is None:
        return MemberRow(member, travel, None)
    words = {
        code: value_in_words(DETAILS[code], value) for some in told.values() for code, value in some.items() if value
    }
    return MemberRow(member, travel, words)


def told_by_member(member: DelegationMember) -> Values | None:
    row = MemberTravel.objects.filter(member=member).first()
    return opened(row.sealed) if row else {}


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


def all_told(call: TravelCall) -> list[tuple[Participation | DelegationMember, dict[str, Any]]]:
    """Everybody who told something, with detail -> value over all groups."""
    if call.event_id is not None:
        rows = call.rows.filter(participation__state=Participation.State.APPROVED)
        rows = rows.select_related("participation__person", "participation__organisation").order_by("participation_id")
    else:
        rows = call.rows.select_related("member__person", "member__organisation").order_by("member__position", "pk")
    found = []
    for row in rows.exclude(sealed=""):
        told = opened(row.sealed) or {}
        found.append((row.who, {code: value for some in told.values() for code, value in some.items()}))
    return found


def asks_about_journey(own: Participation) -> bool:
    """Whether somebody who was admitted still has to say something; reads `event__travel_call` and `travel`."""
    call, row = getattr(own.event, "travel_call", None), getattr(own, "travel", None)
    return call is not None and call.is_open and (row is None or row.saved is None)
