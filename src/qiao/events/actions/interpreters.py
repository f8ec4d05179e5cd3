"""The interpreters of an event: who, in which languages, when off duty."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.directory.actions import enter_person
from qiao.directory.models import Person
from qiao.events.models import Event, Interpreter, InterpreterAbsence, Slot, Table


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
    if Interpreter.objects.filter(event=event, person=person).exists():
        raise Refused(gettext("This person interprets at the event already."))
    interpreter = Interpreter.objects.create(
        event=event, person=person, languages=list(languages), max_consecutive=max_consecutive, table=table
    )
    InterpreterAbsence.objects.bulk_create(InterpreterAbsence(interpreter=interpreter, slot=slot) for slot in absent)
    record(by=by, action="events.add_interpreter", subject=interpreter, event=event.pk)
    return interpreter


@transaction.atomic
def hire_interpreter(
    *, event: Event, person: Mapping[str, Any], languages: Sequence[str], max_consecutive: int | None,
    absent: Iterable[int], by: User,
) -> Interpreter:  # fmt: skip
    """Enter somebody by hand and let the person interpret; `person`: see directory.actions.enter_person."""
    entered = enter_person(**person, languages=languages, by=by)
    slots = Slot.objects.filter(event=event, pk__in=absent)
    return add_interpreter(
        event=event, person=entered, languages=languages, max_consecutive=max_consecutive, absent=slots, by=by
    )


@transaction.atomic
def edit_interpreter(
    *, interpreter: Interpreter, languages: Sequence[str], max_consecutive: int | None, absent: Iterable[int], by: User
) -> Interpreter:
    """Languages, rest, and the slots (ids) off duty. Talks in force stay until the next plan is published."""
    interpreter = Interpreter.objects.select_for_update(of=("self",)).get(pk=interpreter.pk)
    interpreter.languages, interpreter.max_consecutive = list(languages), max_consecutive
    interpreter.save(update_fields=["languages", "max_consecutive"])
    wanted = set(Slot.objects.filter(event=interpreter.event_id, pk__in=absent).values_list("pk", flat=True))
    interpreter.absences.exclude(slot__in=wanted).delete()
    present = set(interpreter.absences.values_list("slot_id", flat=True))
    InterpreterAbsence.objects.bulk_create(
        InterpreterAbsence(interpreter=interpreter, slot_id=slot) for slot in sorted(wanted - present)
    )
    record(by=by, action="events.edit_interpreter", subject=interpreter, event=interpreter.event_id, absent=len(wanted))
    return interpreter


@transaction.atomic
def remove_interpreter(*, interpreter: Interpreter, by: User) -> None:
    record(by=by, action="events.remove_interpreter", subject=interpreter, event=interpreter.event_id)
    try:
        interpreter.delete()
    except models.ProtectedError:
        raise Refused(
            gettext(
                "This interpreter serves talks of the plan in force. Say when the person is off duty, calculate and "
                "publish a new plan; then the entry can go."
            )
        ) from None
