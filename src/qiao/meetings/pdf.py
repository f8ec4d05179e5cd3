"""Agendas on paper: typst draws templates/meetings/sheets.typ; the data goes in as JSON, never into the template."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from qiao.core.context import installation_name
from qiao.core.languages import reader_language
from qiao.core.models import Office
from qiao.core.paper import draw, join
from qiao.events.models import Event
from qiao.events.session_queries import Binding
from qiao.meetings.ics import why_lines
from qiao.meetings.models import PlanVersion
from qiao.meetings.queries import Agenda, Moment, Talk
from qiao.meetings.words import both_times, full_name, interpreter_of
from qiao.templatetags.wording import day_text, language_names, moment_text, place

TEMPLATE = Path(__file__).resolve().parents[1] / "templates" / "meetings" / "paper.typ"
AT_ONCE = 100  # sheets that are drawn together


def paper(title: str, sheets: Iterable[Mapping[str, Any]]) -> bytes:
    """A PDF in which each sheet begins a page; what a sheet holds by `kind` stands in sheets.typ."""
    common = {"title": title, "office": installation_name()}
    drawn = [draw(TEMPLATE, common | {"sheets": some}) for some in _some(list(sheets))]
    return drawn[0] if len(drawn) == 1 else join(drawn)


def _some(sheets: list[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    """2,000 sheets at once take a minute and more than five gigabytes of memory."""
    yield sheets[:AT_ONCE]
    for begin in range(AT_ONCE, len(sheets), AT_ONCE):
        yield sheets[begin : begin + AT_ONCE]


def agenda_pdf(agenda: Agenda) -> bytes:
    """The agenda as A4 pages in the language in force."""
    data = agenda_data(agenda)
    return paper(f"{data['title']} · {data['event']}", [data])


def agenda_picture(agenda: Agenda) -> bytes:
    """The agenda as one long picture (PNG), as people send it in a chat."""
    data = agenda_data(agenda) | {"kind": "picture"}
    return draw(TEMPLATE, {"title": data["title"], "office": installation_name(), "sheets": [data]}, "png")


def agenda_data(agenda: Agenda, lead: Office | None = None) -> dict[str, Any]:
    """What the template prints, all of it text."""
    who, event = agenda.participation, agenda.event
    return {
        "kind": "agenda",
        **frame(event, agenda.version, lead),
        "title": gettext("My agenda"),
        "event": str(event),
        "place": place(event.city),
        "name": full_name(who),
        "organisation": full_name(who.organisation),
        "empty": gettext("You have no talks at the moment."),
        "table": gettext("Table"),
        "days": [
            {
                "day": day_text(moments[0].start.astimezone(event.zone)),
                "talks": [moment_data(one, agenda) for one in moments],
            }
            for _day, moments in agenda.days
        ],
    }


def frame(event: Event, version: PlanVersion | None, lead: Office | None = None) -> dict[str, Any]:
    """What every sheet has, in the language in force. `lead`: the office in the lead; looked up if not given."""
    return {
        "language": reader_language(),
        "region": "cn" if reader_language() == "zh" else None,
        "office": installation_name(lead),
        "stamp": _stamp(event, version),
        "page": gettext("Page"),
    }


def moment_data(one: Moment, agenda: Agenda) -> dict[str, Any]:
    """A talk, session or item of the programme as a line of paper."""
    zone = agenda.participation.organisation.side.time_zone
    here, there = both_times(one.start, one.end, agenda.event, zone, day=False)
    times = {"time": here, "other": there}
    if one.talk:
        return times | _talk(one.talk)
    return times | (_session(one.session) if one.session else _item(one))


def _session(binding: Binding) -> dict[str, Any]:
    session = binding.session
    spoken = gettext("Languages: %(languages)s") % {"languages": language_names(session.languages)}
    lines = [spoken] if session.languages else []
    lines += [gettext("You speak here")] if binding.speaks else []
    lines += [gettext("You are on the waiting list")] if binding.waits else []
    return {
        "table": "", "partner": str(session), "organisation": str(session.get_kind_display()),
        "city": str(session.room) if session.room else "", "lines": lines,
    }  # fmt: skip


def _item(one: Moment) -> dict[str, Any]:
    item = one.item
    assert item is not None
    return {"table": "", "partner": str(item), "organisation": "", "city": item.place_name, "lines": []}


def _talk(talk: Talk) -> dict[str, Any]:
    return {
        "table": str(talk.table.number) if talk.table else "",
        "partner": full_name(talk.shown),
        "organisation": full_name(talk.partner.organisation) if talk.named else "",
        "city": place(talk.partner.organisation.city),
        "lines": list(talk_lines(talk)),
    }


def talk_lines(talk: Talk) -> Iterable[str]:
    """Languages or interpreter, and why the two meet."""
    if talk.interpreter:
        yield interpreter_of(talk)
    elif talk.languages:
        yield gettext("You both speak: %(languages)s") % {"languages": language_names(talk.languages)}
    if talk.why:
        yield from why_lines(talk.why)


def _stamp(event: Event, version: PlanVersion | None) -> str:
    """Which version this paper shows, so that an old one can be told from a new one."""
    printed = moment_text(timezone.now().astimezone(event.zone))
    if version is None:
        return gettext("No plan has been published yet. Printed: %(printed)s.") % {"printed": printed}
    values = {"number": version.number, "printed": printed}
    if version.is_provisional:
        return gettext("Version %(number)s of the plan, provisional. Printed: %(printed)s.") % values
    return gettext("Version %(number)s of the plan. Printed: %(printed)s.") % values
