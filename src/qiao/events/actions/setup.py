"""Making an event: its facts, slots and tables; its delegations, organisers and phase."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import Office, Role, User
from qiao.directory.models import Theme
from qiao.events.models import (
    Event,
    Series,
    Slot,
    Table,
)

Names = Mapping[str, str]


@transaction.atomic
def create_series(*, slug: str, names: Names, office: Office, by: User | None) -> Series:
    series = Series.objects.create(slug=slug, names=dict(names), office=office)
    record(by=by, action="events.create_series", subject=series)
    return series


@transaction.atomic
def create_event(
    *,
    series: Series,
    slug: str,
    names: Names,
    city: str,
    country: str,
    time_zone: str,
    starts: date,
    ends: date,
    slots: Sequence[tuple[datetime, datetime]],
    tables: int,
    by: User | None,
    themes: Iterable[Theme] = (),
    **settings: Any,
) -> Event:
    """An event with its slots (aware start and end, in any order) and tables 1 … n.

    `settings`: further fields of Event, e.g. mottos, venue, phase, fair_minimum.
    """
    if ends < starts:
        raise Refused(gettext("The event ends before it starts."))
    _check_slots(sorted(slots))
    event = Event.objects.create(
        series=series, office=series.office, slug=slug, names=dict(names), city=city, country=country,
        time_zone=time_zone, starts=starts, ends=ends, **settings,
    )  # fmt: skip
    event.themes.set(themes)
    Slot.objects.bulk_create(
        Slot(event=event, position=n, start=start, end=end) for n, (start, end) in enumerate(sorted(slots), 1)
    )
    Table.objects.bulk_create(Table(event=event, number=n) for n in range(1, tables + 1))
    record(by=by, action="events.create_event", subject=event, slots=len(slots), tables=tables)
    return event


def _check_slots(slots: Sequence[tuple[datetime, datetime]]) -> None:
    for number, (start, end) in enumerate(slots):
        if end <= start:
            raise Refused(gettext("A slot ends before it starts."))
        if number and slots[number - 1][1] > start:
            raise Refused(gettext("Two slots overlap."))


@transaction.atomic
def appoint_organiser(*, event: Event, user: User, by: User | None) -> Role:
    role = _give_role(user, Role.Kind.ORGANISER, Role.Scope.EVENT, event.pk)
    record(by=by, action="events.appoint_organiser", subject=event, user=user.pk)
    return role


def _give_role(user: User, kind: str, scope: str, scope_id: int) -> Role:
    return Role.objects.get_or_create(user=user, kind=kind, scope=scope, scope_id=scope_id)[0]


def appoint_by_email(*, event: Event, email: str, by: User) -> Role:
    """Appoint somebody who has an account with this address."""
    user = User.objects.filter(email__iexact=email, is_active=True).first() if email else None
    if user is None:
        raise Refused(gettext("Nobody with this address has an account. The office can enter the person first."))
    return appoint_organiser(event=event, user=user, by=by)


@transaction.atomic
def dismiss_organiser(*, event: Event, user: User, by: User) -> None:
    """Take the organiser's role away; one organiser always stays."""
    Event.objects.select_for_update().get(pk=event.pk)
    roles = Role.objects.filter(kind=Role.Kind.ORGANISER, scope=Role.Scope.EVENT, scope_id=event.pk)
    if not roles.exclude(user=user).exists():
        raise Refused(gettext("An event needs an organiser. Appoint another one first."))
    roles.filter(user=user).delete()
    record(by=by, action="events.dismiss_organiser", subject=event, user=user.pk)


@transaction.atomic
def move_phase(*, event: Event, phase: str, by: User | None) -> Event:
    """Open the next part of an event, or go back to an earlier one."""
    if phase not in Event.Phase.values:
        raise Refused(gettext("There is no such phase."))
    event.phase = phase
    event.save(update_fields=["phase"])
    record(by=by, action="events.move_phase", subject=event, phase=phase)
    return event
