"""Mails to participants, in their own language."""

from collections.abc import Iterable, Mapping
from typing import Any

from qiao.core.actions import queue_mail
from qiao.core.emails import render
from qiao.core.models import Mail
from qiao.directory.models import Person
from qiao.events.models import Participation


def language_of(person: Person) -> str:
    """The language somebody chose, else the one of the side he comes from."""
    if person.user:
        return person.user.language
    return "zh-hans" if person.side.country == "CN" else "de"


def tell(
    *, participation: Participation, kind: str, context: Mapping[str, Any], cites: Iterable[Person] = ()
) -> Mail | None:
    """Queue a mail of this kind to a participant; None for somebody without an address. `cites` are named in it."""
    person = participation.person
    language = language_of(person)
    subject, body = render(kind, language, {"reader": participation, "event": participation.event, **context})
    address = person.email or (person.user.email if person.user else None)
    return queue_mail(
        user=person.user,
        address=address,
        kind=kind,
        subject=subject,
        body=body,
        language=language,
        cites=[one.key for one in (person, *cites)],
    )
