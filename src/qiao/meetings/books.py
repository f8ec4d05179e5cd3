"""Briefing books: for each member of a delegation, in the person's language, what happens, whom one meets and why.

A counterpart stands in it once, in the order of the first appointment.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext

from qiao.core.actions import record
from qiao.core.context import installation_name, lead_office
from qiao.core.languages import localized, reader_language
from qiao.core.models import Office, User
from qiao.directory.abstract_queries import abstracts_for
from qiao.directory.abstracts import Abstracts
from qiao.directory.models import Organisation
from qiao.directory.queries import named_to
from qiao.events.actions.mails import language_of
from qiao.events.delegation_queries import concerns, function_of, items_of, members_of, participations_of
from qiao.events.models import Delegation, DelegationMember, ProgrammeItem
from qiao.meetings.pdf import frame, moment_data, paper, talk_lines
from qiao.meetings.queries import Agenda, Talk, agendas_for
from qiao.meetings.terms import Term, terms_for
from qiao.meetings.words import both_times, full_name
from qiao.templatetags.wording import day_text, days_text, moment_text, place

Sheet = dict[str, Any]
Terms = Mapping[tuple[int, int], Sequence[Term]]


@dataclass(frozen=True)
class Sources:
    """What all books of a delegation are made from, read once."""

    delegation: Delegation
    members: list[DelegationMember]
    agendas: Mapping[int, Agenda]  # by person
    items: list[ProgrammeItem]
    abstracts: Mapping[int, Abstracts]
    terms: Terms
    named: set[tuple[int, int]]  # (reader, person)
    lead: Office | None


def sources_of(delegation: Delegation) -> Sources:
    """A fixed number of queries, however many members and talks."""
    members, there = members_of(delegation), participations_of(delegation)
    agendas = agendas_for(delegation.event, list(there.values())) if delegation.event else []
    pairs = [(one.participation.organisation, talk.partner.organisation) for one in agendas for talk in one.talks]
    people = [one.person_id for one in members]
    return Sources(
        delegation=delegation, members=members, agendas={one.participation.person_id: one for one in agendas},
        items=items_of(delegation), abstracts=abstracts_for(theirs for _own, theirs in pairs),
        terms=terms_for(delegation.event, pairs) if delegation.event else {}, named=named_to(people, people),
        lead=lead_office(),
    )  # fmt: skip


def books_pdf(*, delegation: Delegation, only: DelegationMember | None = None, by: User) -> bytes:
    """The books of all members one behind the other, each with its own page numbers; or of one. Who took it is logged."""
    read = sources_of(delegation)
    chosen = [one for one in read.members if only is None or one.pk == only.pk]
    record(by=by, action="meetings.print_books", subject=delegation, members=[one.pk for one in chosen])
    return paper(str(delegation), [book(one, read) for one in chosen])


def book(member: DelegationMember, read: Sources) -> Sheet:
    with translation.override(language_of(member.person)):
        return _book(member, read)


def _book(member: DelegationMember, read: Sources) -> Sheet:
    delegation, agenda = read.delegation, read.agendas.get(member.person_id)
    talks = agenda.talks if agenda else ()
    return {
        "kind": "book",
        **_frame(delegation, agenda, read.lead),
        "title": gettext("Briefing book"),
        "event": f"{delegation} · {delegation.destination}",
        "place": f"{place(delegation.city)} · {days_text(delegation.starts, delegation.ends)}",
        "name": full_name(member.person),
        "organisation": " · ".join(filter(None, [full_name(member.organisation), function_of(member)])),
        "table": gettext("Table"),
        "programme": gettext("Programme"),
        "days": _days(member, agenda, read),
        "empty": gettext("There is no programme yet."),
        "whom": gettext("Whom you meet"),
        "counterparts": [_counterpart(rows, member, read) for rows in by_partner(talks)],
        "words": gettext("Words for your talks"),
        "glossary": [_term(one) for one in _distinct(talks, member, read)],
        "heads": ["Deutsch", "中文", "English"],
        "fellows_title": gettext("Who travels along"),
        "fellows": [_fellow(one, member, read) for one in read.members if one.pk != member.pk],
        "advice_title": gettext("Good to know"),
        "advice": [line for line in localized(delegation.etiquette).splitlines() if line],
        "contact_title": gettext("Contact"),
        "contact": [
            line for line in (str(delegation.office), delegation.office.email, delegation.office.phone) if line
        ],
    }


def _frame(delegation: Delegation, agenda: Agenda | None, lead: Office | None) -> dict[str, Any]:
    if agenda is not None:
        return frame(agenda.event, agenda.version, lead)
    printed = moment_text(timezone.now().astimezone(delegation.zone))
    return {
        "language": reader_language(), "region": "cn" if reader_language() == "zh" else None,
        "office": installation_name(lead), "stamp": gettext("Printed: %(printed)s.") % {"printed": printed},
        "page": gettext("Page"),
    }  # fmt: skip


def _days(member: DelegationMember, agenda: Agenda | None, read: Sources) -> list[dict[str, Any]]:
    """The agenda where there is one, else the programme; talks and items in the order of time."""
    if agenda is not None:
        days = agenda.days
        return [
            {
                "day": day_text(own[0].start.astimezone(agenda.event.zone)),
                "talks": [moment_data(one, agenda) for one in own],
            }
            for _day, own in days
        ]
    zone = read.delegation.zone
    own_items = [one for one in read.items if concerns(one, member)]
    by_day = groupby(own_items, key=lambda one: one.starts.astimezone(zone).date())
    return [{"day": day_text(day), "talks": [_item(one, member, read) for one in items]} for day, items in by_day]


def _item(item: ProgrammeItem, member: DelegationMember, read: Sources) -> dict[str, Any]:
    zone = member.organisation.side.time_zone
    here, there = both_times(item.starts, item.ends, read.delegation, zone, day=False)
    return {
        "time": here, "other": there, "table": "", "partner": str(item), "organisation": "", "city": item.place_name,
        "lines": [],
    }  # fmt: skip


# Counterparts


def by_partner(talks: Iterable[Talk]) -> list[list[Talk]]:
    """Each partner's talks, in the order of the first one."""
    found: dict[int, list[Talk]] = {}
    for talk in sorted(talks, key=lambda one: one.start):
        found.setdefault(talk.partner.pk, []).append(talk)
    return list(found.values())


def _counterpart(talks: Sequence[Talk], member: DelegationMember, read: Sources) -> dict[str, Any]:
    talk = talks[0]
    organisation = talk.partner.organisation
    return {
        "name": full_name(talk.shown),
        "organisation": full_name(organisation) if talk.named else "",
        "city": place(organisation.city),
        "when": [_when(one, read.delegation) for one in talks],
        **_abstract(organisation, read),
        "lines": list(talk_lines(talk)),
        "terms": [_term(one) for one in read.terms.get((member.organisation_id, organisation.pk), ())],
    }


def _when(talk: Talk, delegation: Delegation) -> str:
    when = moment_text(talk.start.astimezone(delegation.zone), talk.end.astimezone(delegation.zone))
    if talk.table is None:
        return when
    return gettext("%(when)s, table %(table)s") % {"when": when, "table": talk.table.number}


def _abstract(organisation: Organisation, read: Sources) -> dict[str, str]:
    """What the organisation is, as this reader understands it best; `by`: that a machine translated it."""
    shown = read.abstracts[organisation.pk].shown()
    if shown is None:
        return {"abstract": "", "abstract_language": reader_language(), "by": ""}
    by = gettext("machine-translated") if shown.is_machine else ""
    return {"abstract": shown.text.text, "abstract_language": shown.text.language, "by": by}


def _distinct(talks: Iterable[Talk], member: DelegationMember, read: Sources) -> list[Term]:
    """The terms of all talks, each once."""
    found: dict[str, Term] = {}
    for talk in talks:
        for one in read.terms.get((member.organisation_id, talk.partner.organisation_id), ()):
            found.setdefault(repr(sorted(one.names.items())), one)
    return list(found.values())


def _term(one: Term) -> list[str]:
    return [one.names.get(code, "") for code in ("de", "zh", "en")]


def _fellow(one: DelegationMember, reader: DelegationMember, read: Sources) -> list[str]:
    """[name, function, organisation]; the organisation alone where the person is not to be named."""
    named = (reader.person_id, one.person_id) in read.named
    if not named:
        return ["", str(one.get_field_display()), full_name(one.organisation)]
    return [full_name(one.person), function_of(one) or str(one.get_field_display()), full_name(one.organisation)]
