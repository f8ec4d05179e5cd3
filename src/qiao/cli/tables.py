"""`qiao import` and `qiao export`: between files and the application's own actions and queries."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from qiao.cli.output import refuse
from qiao.core.languages import listed, running_text
from qiao.core.tables import explain, read_table
from qiao.directory import columns
from qiao.directory.actions import ImportReport, import_organisations
from qiao.directory.doubles import RowDouble
from qiao.directory.exports import organisations_csv, template_csv
from qiao.directory.reasons import sentences
from qiao.engine.files import InvalidFile
from qiao.engine.scheduling.files import problem_digest, write_plan, write_problem
from qiao.events import imports as participants
from qiao.events import schedules
from qiao.events.actions import import_participants
from qiao.events.exports import participants_xlsx
from qiao.events.models import Event, Participation
from qiao.matchmaking import imports as wishes
from qiao.matchmaking.actions import import_wishes
from qiao.meetings import bridge, ics, pdf, queries
from qiao.meetings.exports import print_pdf
from qiao.site.report_exports import report_xlsx
from qiao.site.report_rows import Scope
from qiao.wording import Language, placed, sentence, system_reason

COLUMNS = {"organisations": columns.NAMES, "participants": participants.COLUMNS, "wishes": wishes.COLUMNS}


def template(kind: str) -> bytes:
    """The empty table: its header row as CSV."""
    if kind == "organisations":
        return template_csv()
    return (",".join(COLUMNS[kind]) + "\r\n").encode("utf-8-sig")


def load_event(slug: str, language: Language) -> Event:
    known = listed(Event.objects.order_by("-starts", "slug").values_list("slug", flat=True), language) or "–"
    if not slug:
        refuse([sentence("needs-event", language, known=known)])
    event = Event.objects.filter(slug=slug).first()
    if event is None:
        refuse([sentence("unknown-event", language, slug=slug, known=known)])
    return event


def run_import(
    kind: str,
    file: Path,
    event: Event | None,
    *,
    dry_run: bool,
    skip_bad: bool,
    language: Language,
    progress: Callable[[int, int], None] | None = None,
) -> ImportReport:
    try:
        table = read_table(file, columns=COLUMNS[kind])
    except OSError as error:
        refuse([f"{file}: {sentence('cannot-read', language, why=system_reason(error, language))}"])
    except InvalidFile as invalid:
        refuse(f"{file}: {placed(one.place, explain(one), language)}" for one in invalid.problems)
    if event is None:
        return import_organisations(table=table, dry_run=dry_run, skip_bad=skip_bad, progress=progress)
    write = import_participants if kind == "participants" else import_wishes
    return write(event=event, table=table, dry_run=dry_run, skip_bad=skip_bad)


def describe_double(double: RowDouble) -> str:
    """One line: which new row may be there already, and why."""
    why = running_text(sentences(double.reasons))
    values = {"row": double.row, "other": double.other, "other_row": double.other_row, "why": why}
    if double.key:
        return _("Row %(row)s may be there already as “%(other)s”: %(why)s") % values
    return _("Row %(row)s may be the same as row %(other_row)s: %(why)s") % values


def run_export(kind: str, slug: str, person: str, language: Language) -> bytes:
    if kind == "organisations.csv":
        return organisations_csv()
    if kind == "report.xlsx":
        return report_xlsx(_year(slug, language), by=None)
    event = load_event(slug, language)
    if kind == "participants.xlsx":
        return participants_xlsx(event)
    if kind == "schedule.xml":
        return schedules.schedule_xml(event)
    if kind == "schedule.json":
        return schedules.schedule_json(event)
    if kind == "problem.json":
        return write_problem(bridge.to_problem(event))
    if kind == "plan.json":
        plan = bridge.plan_in_force(event)
        if plan is None:
            refuse([sentence("no-plan", language)])
        problem = bridge.to_problem(event)
        stated = bridge.plan_of(problem, plan.meetings)
        return write_plan(replace(stated, problem=problem_digest(write_problem(problem))))
    if kind == "print-pack.pdf":
        return print_pdf(event=event, part="pack")
    agenda = queries.agenda_for(_participation(event, person, language))
    if kind == "agenda.pdf":
        return pdf.agenda_pdf(agenda)
    return ics.agenda_calendar(agenda, timezone.now())


def _year(slug: str, language: Language) -> Scope:
    """Of all offices together: the year of the event that is named, else the present one."""
    year = load_event(slug, language).starts.year if slug else timezone.localdate().year
    return Scope(None, date(year, 1, 1), date(year, 12, 31))


def _participation(event: Event, person: str, language: Language) -> Participation:
    if not person:
        refuse([sentence("needs-person", language)])
    rows = event.participations.select_related("event", "person__user", "organisation__side")
    found = rows.filter(person__external_id=person).first() or rows.filter(person__key=person).first()
    if found is None:
        refuse([sentence("unknown-person", language, person=person)])
    return found
