"""Telling participants and organisers what concerns them, in their own language."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from qiao.core.emails import render
from qiao.core.models import Role, User
from qiao.core.telling import About, Letter
from qiao.core.telling import tell as tell_user
from qiao.directory.models import Person
from qiao.events.models import Event, Participation


def language_of(person: Person) -> str:
    """The language somebody chose, else the one of the side he comes from."""
    if person.user:
        return person.user.language
    return "zh-hans" if person.side.country == "CN" else "de"


def tell(
    *,
    participation: Participation,
    kind: str,
    path: str,
    context: Mapping[str, Any] | None = None,
    partner: Participation | None = None,
    cites: Iterable[Person] = (),
    names: Mapping[str, int] | None = None,
    subject: str = "",
    variant: str = "",
) -> bool:
    """A notice of this kind to a participant, and its mail as he chose; whether it reaches him. `cites` are named in the mail.

    `path`: the page that it leads to; `partner`: of whom it is; `names`: what else its sentence names; `subject`, `variant`: as in `Notice`.
    """
    person, event = participation.person, participation.event
    language = language_of(person)
    values = {"reader": participation, "event": event, "url": settings.PUBLIC_URL + path, **(context or {})}
    arguments = {"event": event.pk, **(names or {})} | ({"partner": partner.pk} if partner else {})
    cited = [one.key for one in (person, *([partner.person] if partner else []), *cites)]
    return tell_user(
        user=person.user,
        address=person.email or (person.user.email if person.user else None),
        kind=kind,
        about=About(path, arguments, subject, variant),
        letter=Letter(*render(kind, language, values), language, cites=cited),
    )


def organiser_ids(event: Event) -> QuerySet[Role, int]:
    """Users, for a query that asks for more."""
    roles = Role.objects.filter(kind=Role.Kind.ORGANISER, scope=Role.Scope.EVENT, scope_id=event.pk)
    return roles.values_list("user_id", flat=True)


def organisers_of(event: Event) -> list[User]:
    return list(User.objects.filter(is_active=True, pk__in=organiser_ids(event)).order_by("pk"))


def tell_organisers(*, event: Event, kind: str, path: str, by: User | None) -> None:
    """A notice that counts, until it is read, how often this happened; mails as each organiser chose. `by` knows it."""
    about = About(path, {"event": event.pk}, f"event {event.pk}")
    for user in organisers_of(event):
        if user != by:
            tell_user(user=user, address=user.email, kind=kind, about=about)
