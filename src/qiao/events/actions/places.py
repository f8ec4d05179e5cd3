"""The tables of an event."""

from collections.abc import Mapping, Sequence

from django.db import models, transaction
from django.utils.translation import gettext

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.events.models import Event, Table

MOST_TABLES = 1000


@transaction.atomic
def set_tables(*, event: Event, count: int, features: Mapping[int, Sequence[str]], by: User) -> int:
    """Make the tables exactly 1 … count; `features` by number. A table with talks in force or an owner cannot go."""
    event = Event.objects.select_for_update().get(pk=event.pk)
    if not 0 <= count <= MOST_TABLES:
        raise Refused(gettext("An event can have at most %(most)s tables.") % {"most": MOST_TABLES})
    _remove_above(event, count)
    present = {table.number: table for table in event.tables.all()}
    for number, table in present.items():
        table.features = sorted(features.get(number, table.features))
    Table.objects.bulk_update(present.values(), ["features"])
    Table.objects.bulk_create(
        Table(event=event, number=number, features=sorted(features.get(number, ())))
        for number in range(1, count + 1)
        if number not in present
    )
    record(by=by, action="events.set_tables", subject=event, tables=count)
    return count


def _remove_above(event: Event, count: int) -> None:
    going = event.tables.filter(number__gt=count)
    if going.filter(models.Q(owners__isnull=False) | models.Q(interpreters__isnull=False)).exists():
        raise Refused(gettext("One of these tables is somebody's fixed table. Give that person another one first."))
    try:
        going.delete()
    except models.ProtectedError:
        raise Refused(
            gettext("There are talks of the plan in force at one of these tables. Withdraw the plan first.")
        ) from None
