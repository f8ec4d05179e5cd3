"""Cooperations: opened, brought forward step by step, ended, taken up again."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.core.texts import tidy, tidy_lines
from qiao.directory.models import Organisation
from qiao.directory.roles import office_of
from qiao.events.models import Event
from qiao.office.models import Cooperation, CooperationStep
from qiao.office.queries import between

Kind = CooperationStep.Kind
DOUBLE_CLICK = timedelta(seconds=10)  # within which the same from the same person is the first one


@transaction.atomic
def open_cooperation(
    *,
    one: Organisation,
    other: Organisation,
    topic: str = "",
    stage: str = Cooperation.Stage.CONTACT,
    day: date | None = None,
    event: Event | None = None,
    as_organisation: Organisation | None = None,
    by: User | None,
) -> Cooperation:
    """Open one between two organisations, if there is none about the same topic. as_organisation: None for the office."""
    if one.pk == other.pk:
        raise Refused(_("A cooperation needs two different organisations."))
    # Both rows are locked, so that two people who open the same one at once get one.
    list(Organisation.objects.select_for_update(no_key=True).filter(pk__in=[one.pk, other.pk]).order_by("pk"))
    topic, today = tidy(topic), timezone.localdate()
    if between(one.pk, other.pk).filter(topic=topic).exists():
        raise Refused(_("There is a cooperation of these two already. You find it in the list."))
    made = Cooperation.objects.create(
        one=one, other=other, topic=topic, stage=stage, event=event, opened=min(day or today, today)
    )
    write_step(made, Kind.OPENED, stage=stage, day=made.opened, as_organisation=as_organisation, by=by)
    record(by=by, action="office.open_cooperation", subject=made, one=one.pk, other=other.pk)
    return made


def write_step(
    cooperation: Cooperation, kind: str, *, by: User | None, as_organisation: Organisation | None = None, **values: Any
) -> CooperationStep:
    """One line of the history. What was written by neither of the two sides, but by somebody, the office wrote."""
    office = office_of(by) if by and as_organisation is None else None
    made = CooperationStep.objects.create(
        cooperation=cooperation, kind=kind, organisation=as_organisation, office=office, by=by, **values
    )
    Cooperation.objects.filter(pk=cooperation.pk).update(changed=timezone.now())
    return made


def reach(cooperation: Cooperation, stage: str) -> bool:
    """Bring it to a stage; whether that is another one."""
    row = Cooperation.objects.select_for_update(no_key=True).get(pk=cooperation.pk)
    if not stage or row.stage == stage:
        return False
    row.stage = cooperation.stage = stage
    row.save(update_fields=["stage"])
    return True


@transaction.atomic
def add_step(
    *,
    cooperation: Cooperation,
    stage: str = "",
    note: str = "",
    day: date | None = None,
    as_organisation: Organisation | None = None,
    by: User,
) -> CooperationStep:
    """What happened, on which day. Any stage can follow any other: people leave out some, and go back."""
    note, today = tidy_lines(note), timezone.localdate()
    if day and day > today:
        raise Refused(_("Choose a day that is not in the future."))
    moved = reach(cooperation, stage)
    if not (moved or note):
        raise Refused(_("Choose another stage, or write a note."))
    same = cooperation.steps.filter(note=note, day=day or today, by=by, created__gte=timezone.now() - DOUBLE_CLICK)
    if not moved and (found := same.first()) is not None:
        return found
    kind = Kind.STAGE if moved else Kind.NOTE
    made = write_step(
        cooperation,
        kind,
        stage=stage if moved else "",
        note=note,
        day=day or today,
        as_organisation=as_organisation,
        by=by,
    )
    record(by=by, action="office.add_cooperation_step", subject=cooperation, stage=made.stage)
    return made


@transaction.atomic
def change_facts(
    *, cooperation: Cooperation, topic: str, value: Decimal | None, currency: str, jobs: int | None, by: User
) -> None:
    """What it is about and what it is worth; for the two sides and the office alone."""
    wanted = {"topic": tidy(topic), "value": value, "currency": currency if value is not None else "", "jobs": jobs}
    row = Cooperation.objects.select_for_update(no_key=True).get(pk=cooperation.pk)
    changed = [name for name, new in wanted.items() if getattr(row, name) != new]
    for name in changed:
        setattr(row, name, wanted[name])
    if changed:
        row.save(update_fields=changed)
        record(by=by, action="office.change_cooperation", subject=row, fields=changed)
