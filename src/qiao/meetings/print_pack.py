"""What is printed for the days of an event: agendas, table cards, who sits where, who is who, rotas of interpreters."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qiao.core.alphabet import Key
from qiao.core.context import lead_office
from qiao.core.languages import LOCALES
from qiao.core.models import Office
from qiao.directory.queries import by_name
from qiao.events.actions.mails import language_of
from qiao.events.models import Event, Interpreter, Participation
from qiao.events.queries import approved
from qiao.meetings.badges import badges
from qiao.meetings.models import Meeting, PlanVersion
from qiao.meetings.overviews import talks_in_force
from qiao.meetings.pdf import agenda_data, frame
from qiao.meetings.plan_queries import version_in_force
from qiao.meetings.printed import ALL, Changed
from qiao.meetings.queries import agendas_for
from qiao.meetings.record_models import Interest
from qiao.meetings.record_words import both_plain, languages_at
from qiao.meetings.words import full_name, with_organisation
from qiao.templatetags.wording import language_names, moment_text

Sheet = dict[str, Any]
PEOPLE_AT_ONCE = 250  # whose talks are read together: those of 2,000 fill a gigabyte
BLANK = ("sheet", "topics", "interest", "steps", "step", "who", "until", "questions", "table", "interpreter", "notes")
EVERYWHERE = "Tisch · 洽谈桌 · Table"  # a card is read by everybody who comes to the table


def agendas(event: Event, only: Changed | None = None) -> Iterator[Sheet]:
    """One for each participant with talks or sessions, in that person's language, in the order of the list of names."""
    people = sorted(approved(event).select_related("event__office", "person__side"), key=sort_name)
    people = [one for one in people if only is None or one.pk in only.people]
    lead = lead_office()
    for begin in range(0, len(people), PEOPLE_AT_ONCE):
        for agenda in agendas_for(event, people[begin : begin + PEOPLE_AT_ONCE]):
            if agenda.talks or agenda.sessions:
                with translation.override(language_of(agenda.participation.person)):
                    yield agenda_data(agenda, lead)


def cards(event: Event, only: Changed | None = None) -> Iterator[Sheet]:
    """One for each table: organisations only, for a card stands in the open."""
    rows: dict[int, list[Meeting]] = defaultdict(list)
    for row in talks_in_force(event):
        if row.table_id:
            rows[row.table_id].append(row)
    common = version_in_force(event), lead_office()
    for table in event.tables.all():
        if only is not None and table.pk not in only.tables:
            continue
        yield {
            "kind": "card", **frame(event, *common), "event": str(event), "label": EVERYWHERE, "number": str(table.number),
            "empty": gettext("No talks."),
            "rows": [
                [_time(row, event), full_name(row.request.sender.organisation), full_name(row.request.recipient.organisation)]
                for row in rows[table.pk]
            ],
        }  # fmt: skip


def rounds(event: Event, only: Changed | None = None) -> Iterator[Sheet]:
    """One for each time slot: who sits where."""
    rows: dict[int, list[Meeting]] = defaultdict(list)
    for row in talks_in_force(event):
        rows[row.slot_id].append(row)
    common = version_in_force(event), lead_office()
    for slot in event.slots.all():
        if rows[slot.pk] and (only is None or slot.pk in only.slots):
            begin, end = slot.start.astimezone(event.zone), slot.end.astimezone(event.zone)
            yield _list(
                event, common, moment_text(begin, end), gettext("Who sits where"),
                {gettext("Table"): 1, gettext("Guests"): 5, gettext("with"): 5, gettext("Interpreter"): 3},
                [
                    [
                        _table(row), with_organisation(row.request.sender), with_organisation(row.request.recipient),
                        full_name(row.interpreter.person) if row.interpreter else "",
                    ]
                    for row in rows[slot.pk]
                ],
            )  # fmt: skip


def names(event: Event, only: Changed | None = None) -> Iterator[Sheet]:
    """Everybody admitted by name, for the reception: how many talks, when and where the first one is. Always whole."""
    talks: dict[int, list[Meeting]] = defaultdict(list)
    for row in talks_in_force(event):
        for who in (row.request.sender_id, row.request.recipient_id):
            talks[who].append(row)
    people = sorted(approved(event), key=sort_name)
    yield _list(
        event, (version_in_force(event), lead_office()), gettext("Participants"), str(event),
        {gettext("Name"): 5, gettext("Organisation"): 7, gettext("Talks"): 2, gettext("First talk"): 5},
        [
            [full_name(one.person), full_name(one.organisation), str(len(talks[one.pk])), _first(talks[one.pk], event)]
            for one in people
        ],
    )  # fmt: skip


def rotas(event: Event, only: Changed | None = None) -> Iterator[Sheet]:
    """One for each interpreter with talks, in that person's language."""
    rows: dict[Interpreter, list[Meeting]] = defaultdict(list)
    for row in talks_in_force(event):
        if row.interpreter:
            rows[row.interpreter].append(row)
    common = version_in_force(event), lead_office()
    wanted = [one for one in rows if only is None or one.pk in only.interpreters]
    for interpreter in sorted(wanted, key=lambda one: by_name(one.person)):
        with translation.override(language_of(interpreter.person)):
            yield _list(
                event, common, full_name(interpreter.person), f"{event} · {language_names(interpreter.languages)}",
                {gettext("Time"): 6, gettext("Table"): 2, gettext("Between"): 9, gettext("and"): 9},
                [
                    [
                        _time(row, event), _table(row), with_organisation(row.request.sender),
                        with_organisation(row.request.recipient),
                    ]
                    for row in rows[interpreter]
                ],
            )  # fmt: skip


def records(event: Event, only: Changed | None = None) -> Iterator[Sheet]:
    """One for each talk by table, then slot: to be filled in by hand, in the languages of its two people."""
    common = version_in_force(event), lead_office()
    rows = talks_in_force(event)
    if only is not None:
        rows = [row for row in rows if row.table_id in only.tables and row.slot_id in only.slots]
    for row in sorted(rows, key=lambda row: (row.table.number if row.table else 0, row.slot.start)):
        tongues = languages_at(row.request, reader=False) or ["en"]
        with translation.override(LOCALES[tongues[0]]):
            yield {
                "kind": "record", **frame(event, *common), "event": str(event),
                **{code: both_plain(code, tongues) for code in BLANK},
                "when": _time(row, event), "number": _table(row), "levels": [both_plain(one, tongues) for one in Interest.values],
                "sides": [full_name(row.request.sender.organisation), full_name(row.request.recipient.organisation)],
                "people": [full_name(row.request.sender), full_name(row.request.recipient)],
                "interpreting": full_name(row.interpreter.person) if row.interpreter else "",
            }  # fmt: skip


PARTS: dict[str, tuple[Any, Any, Callable[[Event, Changed | None], Iterator[Sheet]]]] = {
    "agendas": (_("Agendas"), _("One sheet for each participant, in the person's language."), agendas),
    "cards": (_("Table cards"), _("One for each table, with the organisations that meet there."), cards),
    "records": (
        _("Record sheets"),
        _("One for each talk, to be filled in by hand, in both languages of its table."),
        records,
    ),
    "rounds": (_("Who sits where"), _("One list for each time slot, for the hall."), rounds),
    "names": (_("Participants by name"), _("For the reception: everybody, with the first talk."), names),
    "badges": (_("Badges"), _("Everybody admitted and every interpreter, eight to a page, to be cut."), badges),
    "rotas": (_("Interpreters"), _("One sheet for each interpreter, in the person's language."), rotas),
}


def sheets(event: Event, part: str, only: Changed | None = None) -> list[Sheet]:
    """The sheets of one part, or of all ("pack"); `only` those that the plan has changed."""
    chosen = PARTS if part == ALL else {part: PARTS[part]}
    return [sheet for _title, _what, make in chosen.values() for sheet in make(event, only)]


def sort_name(one: Participation) -> Key:
    return by_name(one.person)


def _list(
    event: Event, common: tuple[PlanVersion | None, Office | None], title: str, subtitle: str, columns: dict[str, int],
    rows: list[list[str]],
) -> Sheet:  # fmt: skip
    return {
        "kind": "list", **frame(event, *common), "title": title, "subtitle": subtitle, "head": list(columns),
        "columns": list(columns.values()), "rows": rows, "empty": gettext("No talks."),
    }  # fmt: skip


def _time(row: Meeting, event: Event) -> str:
    return moment_text(row.slot.start.astimezone(event.zone), row.slot.end.astimezone(event.zone))


def _table(row: Meeting) -> str:
    return str(row.table.number) if row.table else "–"


def _first(talks: list[Meeting], event: Event) -> str:
    if not talks:
        return ""
    first = talks[0]
    when = f"{moment_text(first.slot.start.astimezone(event.zone))}"
    return gettext("%(when)s, table %(table)s") % {"when": when, "table": _table(first)}
