"""Making an event: its facts, slots, tables, interpreters, programme and delegations."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import Office, Role, User
from qiao.directory.models import Person, Theme
from qiao.events.models import (
    Delegation,
    DelegationMember,
    Event,
    Interpreter,
    InterpreterAbsence,
    Participation,
    ProgrammeItem,
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
def add_interpreter(
    *,
    event: Event,
    person: Person,
    languages: Sequence[str],
    by: User | None,
    max_consecutive: int | None = None,
    table: Table | None = None,
    absent: Iterable[Slot] = (),
) -> Interpreter:
    interpreter = Interpreter.objects.create(
        event=event, person=person, languages=list(languages), max_consecutive=max_consecutive, table=table
    )
    InterpreterAbsence.objects.bulk_create(InterpreterAbsence(interpreter=interpreter, slot=slot) for slot in absent)
    record(by=by, action="events.add_interpreter", subject=interpreter, event=event.pk)
    return interpreter


@transaction.atomic
def add_programme_item(
    *,
    event: Event,
    starts: datetime,
    ends: datetime,
    names: Names,
    by: User | None,
    place: Names | None = None,
    delegation: Delegation | None = None,
    blocks: bool = True,
) -> ProgrammeItem:
    """An item of everybody's programme, or of one delegation's; while it lasts nobody concerned can be booked."""
    if ends <= starts:
        raise Refused(gettext("An item of the programme ends before it starts."))
    item = ProgrammeItem.objects.create(
        event=event,
        delegation=delegation,
        starts=starts,
        ends=ends,
        names=dict(names),
        place=dict(place or {}),
        blocks=blocks,
    )
    record(by=by, action="events.add_programme_item", subject=item, event=event.pk)
    return item


@transaction.atomic
def create_delegation(
    *,
    event: Event,
    slug: str,
    names: Names,
    office: Office,
    members: Sequence[Participation],
    by: User | None,
    leader: User | None = None,
) -> Delegation:
    """A delegation with its members in protocol order; `leader` gets the role."""
    delegation = Delegation.objects.create(event=event, slug=slug, names=dict(names), office=office)
    DelegationMember.objects.bulk_create(
        DelegationMember(delegation=delegation, participation=member, position=n) for n, member in enumerate(members, 1)
    )
    if leader:
        _give_role(leader, Role.Kind.LEADER, Role.Scope.DELEGATION, delegation.pk)
    record(by=by, action="events.create_delegation", subject=delegation, event=event.pk, members=len(members))
    return delegation


@transaction.atomic
def appoint_organiser(*, event: Event, user: User, by: User | None) -> Role:
    role = _give_role(user, Role.Kind.ORGANISER, Role.Scope.EVENT, event.pk)
    record(by=by, action="events.appoint_organiser", subject=event, user=user.pk)
    return role


def _give_role(user: User, kind: str, scope: str, scope_id: int) -> Role:
    return Role.objects.get_or_create(user=user, kind=kind, scope=scope, scope_id=scope_id)[0]


@transaction.atomic
def move_phase(*, event: Event, phase: str, by: User | None) -> Event:
    """Open the next part of an event, or go back to an earlier one."""
    if phase not in Event.Phase.values:
        raise Refused(gettext("There is no such phase."))
    event.phase = phase
    event.save(update_fields=["phase"])
    record(by=by, action="events.move_phase", subject=event, phase=phase)
    return event
