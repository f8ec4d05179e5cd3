"""What an interpreter reads before the talks: whom, what about, and the words for it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from qiao.core.languages import primary
from qiao.directory.abstract_queries import abstracts_for
from qiao.directory.abstracts import Abstracts, Shown
from qiao.directory.columns import LANGUAGES
from qiao.events.glossary import terms_in_order
from qiao.events.models import Interpreter, Participation
from qiao.meetings.queries import Agenda, Assignment, Rota, rota_for
from qiao.meetings.terms import Term, terms_for


@dataclass(frozen=True)
class Side:
    """One of the two people of a talk, with the organisation's abstract in as many of the interpreter's languages as there are."""

    who: Participation
    abstracts: list[Shown]


@dataclass(frozen=True)
class Brief:
    talk: Assignment
    sides: list[Side]
    terms: list[Term]


@dataclass(frozen=True)
class Briefing:
    """The talks of one interpreter by day, and the glossary of the event."""

    rota: Rota
    days: list[tuple[date, list[Brief]]]
    glossary: list[Term]


def briefing_for(interpreter: Interpreter) -> Briefing:
    """A fixed number of queries, however many talks there are."""
    rota = rota_for(interpreter)
    pairs = [(one.people[0].organisation, one.people[1].organisation) for one in rota.talks]
    terms = terms_for(rota.event, pairs)
    abstracts = abstracts_for([one for pair in pairs for one in pair])
    languages = [code for tag in interpreter.languages if (code := primary(tag)) in LANGUAGES]

    def brief(talk: Assignment) -> Brief:
        sides = [Side(who, _shown(abstracts[who.organisation_id], languages)) for who in talk.people]
        return Brief(talk, sides, terms[talk.people[0].organisation_id, talk.people[1].organisation_id])

    days = [(day, [brief(talk) for talk in talks]) for day, talks in rota.days]
    return Briefing(rota, days, [Term(one.names, one.note) for one in terms_in_order(rota.event)])


def _shown(abstracts: Abstracts, languages: Iterable[str]) -> list[Shown]:
    """In each of these languages what a reader of it gets; none twice."""
    found = [shown for code in languages if (shown := abstracts.shown(code))]
    return list({shown.text.pk: shown for shown in found}.values())


def with_terms(agenda: Agenda) -> Agenda:
    """Each talk with its terms, for the page on which there is room for them."""
    own = agenda.participation.organisation
    terms = terms_for(agenda.event, [(own, talk.partner.organisation) for talk in agenda.talks])
    talks = (replace(talk, terms=tuple(terms[own.pk, talk.partner.organisation_id])) for talk in agenda.talks)
    return replace(agenda, talks=tuple(talks))
