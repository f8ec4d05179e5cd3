"""Badges of an event: everybody admitted and every interpreter, eight to a page, each in its bearer's own script first."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from qiao.core.languages import localized, reader_language
from qiao.core.links import qr_on_paper
from qiao.directory.models import Person
from qiao.directory.queries import by_name
from qiao.events.actions.mails import language_of
from qiao.events.models import Event, Participation
from qiao.events.queries import approved
from qiao.meetings.printed import Changed
from qiao.templatetags.qiao import names_of
from qiao.templatetags.wording import language_names

Sheet = dict[str, Any]
INTERPRETER = "Dolmetschen · 口译 · Interpreter"  # as on table cards: read by everybody in the hall
TABLE = "Tisch · 洽谈桌 · Table"


def badges(event: Event, only: Changed | None = None) -> Iterator[Sheet]:
    """One sheet that goes over as many pages as it needs, in the order of the list of names; none without people.

    Of a plan that changes no badge says anything.
    """
    if only is not None:
        return
    people = approved(event).select_related("person__side", "fixed_table")
    interpreters = event.interpreters.select_related("person__user", "person__side")
    types = {one.code: one.names for one in event.types.all()}
    sheets = [(one.person, _of_participant(one, types)) for one in people]
    sheets += [(one.person, _of_interpreter(one.person, one.languages)) for one in interpreters]
    if sheets:
        yield {
            "kind": "badges", "event": str(event),
            "badges": [badge for _person, badge in sorted(sheets, key=lambda one: by_name(one[0]))],
        }  # fmt: skip


def _of_participant(one: Participation, types: dict[str, dict[str, str]]) -> Sheet:
    with translation.override(language_of(one.person)):
        table = one.fixed_table
        address = f"{settings.PUBLIC_URL}{reverse('organisation', args=[one.organisation.key])}"
        return {
            **_of_person(one.person),
            "role": "participant",
            "label": localized(types.get(one.type, {}), reader_language()),
            "organisation": [text for text, _language in names_of(one.organisation)],
            "languages": language_names(one.person.languages),
            "table": f"{TABLE} {table.number}" if table else "",
            "qr": qr_on_paper(address),
        }


def _of_interpreter(person: Person, languages: list[str]) -> Sheet:
    with translation.override(language_of(person)):
        return {
            **_of_person(person), "role": "interpreter", "label": INTERPRETER, "organisation": [],
            "languages": language_names(languages), "table": "", "qr": "",
        }  # fmt: skip


def _of_person(person: Person) -> Sheet:
    chinese = reader_language() == "zh"
    return {
        "names": [text for text, _language in names_of(person)],
        "language": reader_language(),
        "region": "cn" if chinese else None,
    }
