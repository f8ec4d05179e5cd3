"""Writing a table of participants."""

from django.db import transaction

from qiao.core.actions import record
from qiao.core.models import User
from qiao.core.tables import Table
from qiao.directory.actions import ImportReport, index_people
from qiao.directory.models import Membership, Person
from qiao.events.imports import Change, plan
from qiao.events.models import Event, Participation, Unavailability

PERSON_FIELDS: tuple[str, ...] = ("name", "name_latin", "email", "languages")


@transaction.atomic
def import_participants(
    *, event: Event, table: Table, by: User | None = None, dry_run: bool = False, skip_bad: bool = False
) -> ImportReport:
    """Create and update participants; who is new is admitted, as it is the organiser who brings the table.

    With any refused row nothing is written unless `skip_bad`. A second import of the same table changes nothing.
    """
    Event.objects.select_for_update(no_key=True).get(pk=event.pk)  # two imports at once follow each other
    found = plan(event, table)
    changes = [change for change in found.changes if not change.is_empty]
    write = bool(changes) and not dry_run and (skip_bad or not found.problems)
    report = ImportReport(
        created=sum(change.is_new for change in changes),
        updated=sum(not change.is_new for change in changes),
        unchanged=len(found.changes) - len(changes),
        refused=found.refused,
        problems=tuple(found.problems),
        written=write,
    )
    if not write:
        return report
    index_people([_write(event, change).pk for change in changes])
    record(by=by, action="events.import_participants", subject=event, created=report.created, updated=report.updated)
    return report


def _write(event: Event, change: Change) -> Person:
    person = change.person or _new_person(change)
    _update(person, change)
    membership, _created = Membership.objects.get_or_create(person=person, organisation=change.organisation)
    if "role" in change.values and membership.role != change.values["role"]:
        membership.role = change.values["role"]
        membership.save(update_fields=["role"])
    participation, _created = Participation.objects.get_or_create(
        event=event,
        person=person,
        defaults={"organisation": change.organisation, "state": Participation.State.APPROVED},
    )
    participation.organisation = change.organisation
    participation.type = change.values.get("type", participation.type)
    participation.save(update_fields=["organisation", "type"])
    if "unavailable" in change.values:
        _block(participation, change.values["unavailable"])
    return person


def _new_person(change: Change) -> Person:
    """With an account of their own, so that the office can issue a link, or they sign in by their address."""
    side, name, address = change.organisation.side, change.values["name"], change.values.get("email")
    language = "zh-hans" if side.country == "CN" else "de"
    # Somebody may have an account without being in the directory yet: an organiser who comes as a guest this time.
    user = User.objects.filter(email__iexact=address, person=None).first() if address else None
    user = user or User.objects.create(name=name, email=address, language=language, time_zone=side.time_zone)
    return Person.objects.create(user=user, side=side, name=name)


def _update(person: Person, change: Change) -> None:
    wanted = {name: change.values[name] for name in PERSON_FIELDS if name in change.values}
    if "id" in change.values and change.values["id"] != person.key:
        wanted["external_id"] = change.values["id"]
    changed = {name: value for name, value in wanted.items() if getattr(person, name) != value}
    for name, value in changed.items():
        setattr(person, name, value)
    if changed:
        person.save(update_fields=list(changed))


def _block(participation: Participation, slots: set[int]) -> None:
    rows = participation.unavailabilities
    rows.filter(source=Unavailability.Source.OWN).exclude(slot__in=slots).delete()
    new = slots - set(rows.values_list("slot_id", flat=True))
    Unavailability.objects.bulk_create(
        Unavailability(participation=participation, slot_id=slot) for slot in sorted(new)
    )
