"""Writing a table of participants, at once or as one that was handed in on the web (see directory.actions.import_runs)."""

from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _

from qiao.core.access import is_organiser
from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.core.tables import Table
from qiao.directory.actions import ImportReport, import_runs, index_people
from qiao.directory.import_models import ImportRun
from qiao.directory.models import Membership, Person
from qiao.events.imports import Change, Plan, plan
from qiao.events.models import Event, Participation, Unavailability

PERSON_FIELDS: tuple[str, ...] = ("name", "name_latin", "email", "languages")


@transaction.atomic
def import_participants(
    *,
    event: Event,
    table: Table,
    by: User | None = None,
    dry_run: bool = False,
    skip_bad: bool = False,
    expected: str | None = None,
    afterwards: Callable[[ImportReport], None] | None = None,
) -> ImportReport:
    """Create and update participants; who is new is admitted, as it is the organiser who brings the table.

    With any refused row nothing is written unless `skip_bad`; nor when something else would be done than a dry run said
    whose report has the fingerprint `expected`. A second import of the same table changes nothing. `afterwards` is
    called within the transaction.
    """
    Event.objects.select_for_update(no_key=True).get(pk=event.pk)  # two imports at once follow each other
    found = plan(event, table)
    changes = [change for change in found.changes if not change.is_empty]
    allowed = expected in (None, found.fingerprint) and (skip_bad or not found.problems)
    report = _report(found, changes, written=bool(changes) and not dry_run and allowed)
    if report.written:
        index_people([_write(event, change).pk for change in changes])
        counts = {"created": report.created, "updated": report.updated}
        record(by=by, action="events.import_participants", subject=event, **counts)
    if afterwards:
        afterwards(report)
    return report


def check_import(run_id: int) -> None:
    """The dry run of a table of participants that was handed in."""
    import_runs.work_on(run_id, ImportRun.State.CHECKING, _check)


def write_import(run_id: int) -> None:
    """Write one that was confirmed."""
    import_runs.work_on(run_id, ImportRun.State.WRITING, _write_confirmed)


def _check(run: ImportRun) -> None:
    table = import_runs.table_of(run)
    import_runs.checked(run, import_participants(event=_event(run), table=table, by=run.by, dry_run=True))


def _write_confirmed(run: ImportRun) -> None:
    import_participants(
        event=_event(run), table=import_runs.table_of(run), by=run.by, skip_bad=run.skip_bad, expected=run.shown,
        afterwards=lambda report: import_runs.written(run, report),
    )  # fmt: skip


def _event(run: ImportRun) -> Event:
    """The table's event, if whoever handed it in still organises it."""
    event = Event.objects.filter(pk=run.event_number or 0).first()
    if event is None or not (run.by.is_active and is_organiser(run.by, event.pk)):
        raise Refused(_("Whoever handed this table in no longer organises the event. Nothing was written."))
    return event


def _report(found: Plan, changes: list[Change], *, written: bool) -> ImportReport:
    return ImportReport(
        created=sum(change.is_new for change in changes),
        updated=sum(not change.is_new for change in changes),
        unchanged=len(found.changes) - len(changes),
        refused=found.refused,
        problems=tuple(found.problems),
        written=written,
        fingerprint=found.fingerprint,
    )


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
