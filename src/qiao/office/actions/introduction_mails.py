"""Mails about introductions. None names a side to the other before both have agreed: subject, text and link are made for one reader."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import translation

from qiao.core.emails import render
from qiao.core.models import Office, Role, User
from qiao.core.telling import About, Letter, settle, tell
from qiao.directory.market_queries import managers_to_tell, view_of
from qiao.directory.models import Organisation, Person
from qiao.events.actions.mails import language_of
from qiao.meetings.words import address_of
from qiao.office.access import ANSWER_SALT
from qiao.office.introduction_models import Introduction, IntroductionStep
from qiao.office.introduction_rules import State
from qiao.office.told import ONE, OTHER, REASONS, knows, reads_note

WAITS, ASKED, TOLD, AGREED = (f"office.introduction_{name}" for name in ("waits", "asked", "told", "agreed"))


def tell_offices(row: Introduction) -> None:
    """The advisers of the office that has to act."""
    office = row.one_office if row.state == State.CHECK else row.other_office
    for user in advisers_of(office):
        subject, body = render(WAITS, user.language, _context(row, user.language))
        letter = Letter(subject, body, user.language)
        tell(user=user, address=user.email, kind=WAITS, about=_about(row), letter=letter)


def advisers_of(office: Office | None) -> list[User]:
    """Of this office; where a side has none, all of them."""
    roles = Role.objects.filter(kind=Role.Kind.ADVISER, scope=Role.Scope.OFFICE)
    roles = roles.filter(scope_id=office.pk) if office else roles
    return list(User.objects.filter(pk__in=roles.values("user"), is_active=True).order_by("pk"))


def tell_asked(row: Introduction, side: str) -> None:
    """The question, with a link that answers it without an account."""
    for person in managers_to_tell(_organisation(row, side)):
        url = settings.PUBLIC_URL + reverse("introduction-answer", args=[answer_token(row, side, person)])
        _mail(row, person, ASKED, variant=row.origin, side=side, answer=url)


def answer_token(row: Introduction, side: str, person: Person) -> str:
    return signing.dumps([row.key, side, person.key], salt=ANSWER_SALT)


def tell_side(row: Introduction, side: str) -> None:
    """What has become of it: returned, rejected, declined or withdrawn; with the reason as far as this side reads it."""
    step = row.steps.first()
    assert step is not None
    note = step.note if reads_note(step.kind, side) else ""
    reason = REASONS.get(step.reason, "") if knows(step.kind, side) else ""
    for person in contacts(row, side):
        _mail(row, person, TOLD, variant=row.state, side=side, reason=reason, note=note)


def tell_agreed(row: Introduction) -> None:
    """Both sides read who the other is, and whom to write to."""
    for side, partner in ((ONE, OTHER), (OTHER, ONE)):
        known = contacts(row, partner)
        for person in contacts(row, side):
            _mail(row, person, AGREED, cites=known, side=side, partner=_organisation(row, partner), contacts=known)


def contacts(row: Introduction, side: str) -> list[Person]:
    """Who acted last for a side; where that is nobody any more, or the office did it, the managers."""
    organisation = _organisation(row, side)
    kinds = (IntroductionStep.Kind.SENT, IntroductionStep.Kind.AGREED)
    acted = row.steps.filter(organisation=organisation, kind__in=kinds, by__isnull=False).order_by("-pk")
    for user in acted.values_list("by", flat=True):
        person = Person.objects.filter(user=user, memberships__organisation=organisation).select_related("user").first()
        if person is not None:
            return [person]
    return list(managers_to_tell(organisation))


def _organisation(row: Introduction, side: str) -> Organisation:
    return row.one if side == ONE else row.other


def _context(row: Introduction, language: str) -> dict[str, Any]:
    with translation.override(language):
        title = view_of(row.opportunity).title if row.opportunity else None
    return {
        "introduction": row,
        "title": title.text if title else "",
        "url": settings.PUBLIC_URL + reverse("introduction", args=[row.key]),
    }


def _about(row: Introduction, variant: str = "") -> About:
    return About(reverse("introduction", args=[row.key]), {}, subject=f"introduction {row.pk}", variant=variant)


def settle_all(row: Introduction) -> None:
    """What earlier notices asked for is done, or no longer asked."""
    for kind in (WAITS, ASKED):
        settle(kind=kind, subject=f"introduction {row.pk}")


def _mail(
    row: Introduction, person: Person, kind: str, *, variant: str = "", cites: Iterable[Person] = (), **more: Any
) -> None:
    language = language_of(person)
    subject, body = render(kind, language, _context(row, language) | {"person": person} | more)
    letter = Letter(subject, body, language, cites=[person.key, *(one.key for one in cites)])
    tell(user=person.user, address=address_of(person), kind=kind, about=_about(row, variant), letter=letter)
