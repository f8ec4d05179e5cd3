"""Cooperations as far as a user may see them; everything else does not exist (404)."""

from dataclasses import dataclass
from datetime import timedelta

from django.core import signing
from django.db.models import F, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from qiao.core.access import is_organiser
from qiao.core.models import Office, User
from qiao.core.texts import tidy
from qiao.directory.access import load_entry_for, member, organisations_for, require_office
from qiao.directory.evidence_queries import offices_of
from qiao.directory.market_models import Opportunity
from qiao.directory.models import Organisation, Person
from qiao.directory.roles import works_for_office
from qiao.events.access import load_event_for
from qiao.events.models import Event
from qiao.office.call_models import CallRecipient, TargetedCall
from qiao.office.call_queries import calls_of
from qiao.office.case_models import AdviceCase, CaseDocument, CaseTask
from qiao.office.case_queries import cases_for
from qiao.office.client_queries import client_cases
from qiao.office.event_models import EventPages
from qiao.office.first_time import pages_of
from qiao.office.hours_models import AdviceBooking, AdviceHours
from qiao.office.introduction_models import Introduction
from qiao.office.introduction_rules import Reader, reader_of
from qiao.office.models import Cooperation, FollowUp
from qiao.office.news_models import Article
from qiao.office.news_queries import articles_of, shown
from qiao.office.outcome import BETWEEN_PEOPLE, LISTS
from qiao.office.seen import Visitor, cooperations_for
from qiao.office.told import ONE

__all__ = [
    "load_answer",
    "load_article_for",
    "load_article_shown",
    "load_article_with_picture",
    "load_booking_for",
    "load_call_answer",
    "load_call_for",
    "load_case_for",
    "load_client_case",
    "load_client_document",
    "load_cooperation_for",
    "load_document_for",
    "load_follow_up",
    "load_hours_for",
    "load_introduction_for",
    "load_opportunity_of_interest",
    "load_own_hours",
    "load_partner",
    "load_recipient_for",
    "load_task_for",
    "office_to_write_for",
    "require_office",
]

FOLLOW_UP_SALT = "qiao.follow-up"
ANSWER_SALT = "qiao.introduction"
CALL_SALT = "qiao.targeted-call"
CALL_LINK_LIVES = timedelta(days=365)
"""For so long after its mail a link of a targeted call is heard, at least by asking to be left alone."""


def load_cooperation_for(user: Visitor, key: str) -> Cooperation:
    return get_object_or_404(cooperations_for(user), key=key)


def load_partner(user: Visitor, key: str) -> Organisation | None:
    """The organisation that an address names, where the user may see it."""
    key = tidy(key)  # PostgreSQL ends a query that holds a NUL with an error
    return organisations_for(user).filter(key=key).first() if key else None


def load_follow_up(token: str) -> FollowUp:
    """Whoever has the mail may answer its question; the link can do nothing else."""
    try:
        cooperation, organisation, months = signing.loads(token, salt=FOLLOW_UP_SALT)
    except (signing.BadSignature, ValueError):
        raise Http404 from None
    rows = FollowUp.objects.select_related("cooperation__one", "cooperation__other", "organisation")
    return get_object_or_404(
        rows, cooperation__key=cooperation, organisation__key=organisation, months=months, asked__isnull=False
    )


# --- introductions


def _introductions() -> QuerySet[Introduction]:
    return Introduction.objects.select_related(
        "one__side", "other__side", "one_office", "other_office", "opportunity", "cooperation"
    )


def load_introduction_for(user: Visitor, key: str) -> tuple[Introduction, Reader]:
    """For the offices and the two sides; the other side finds nothing before it was asked."""
    found = get_object_or_404(_introductions(), key=key)
    reader = reader_of(user, found)
    if not reader.side:
        raise Http404
    return found, reader


def load_opportunity_of_interest(user: Visitor, key: str) -> Opportunity:
    """One that is shown, for somebody who is signed in."""
    found = load_entry_for(member(user), key)
    if not isinstance(found, Opportunity):
        raise Http404
    return found


def load_case_for(user: Visitor, key: str) -> AdviceCase:
    """For the advisers of the offices that work on it, or did."""
    return get_object_or_404(cases_for(require_office(user)), key=key)


def load_task_for(user: Visitor, key: str, pk: int) -> CaseTask:
    return get_object_or_404(CaseTask.objects.select_related("case"), case=load_case_for(user, key), pk=pk)


def load_document_for(user: Visitor, key: str, pk: int) -> CaseDocument:
    return get_object_or_404(CaseDocument.objects.select_related("case"), case=load_case_for(user, key), pk=pk)


def load_client_case(user: Visitor, key: str) -> AdviceCase:
    """For those of the client to whom an adviser opened it."""
    return get_object_or_404(client_cases(member(user)), key=key)


def load_client_document(user: Visitor, key: str, pk: int) -> CaseDocument:
    return get_object_or_404(CaseDocument, case=load_client_case(user, key), pk=pk, for_client=True)


@dataclass(frozen=True)
class Answer:
    """What the link in a mail asks. side: as whom the mail's reader answers; is_valid: that nobody has answered for it yet."""

    introduction: Introduction
    side: str
    person: Person
    is_valid: bool


def load_answer(token: str) -> Answer:
    """Whoever has the mail may answer for this side; the link can do nothing else, and ends with the membership."""
    try:
        key, side, person = signing.loads(token, salt=ANSWER_SALT)
    except (signing.BadSignature, ValueError):
        raise Http404 from None
    found = get_object_or_404(_introductions(), key=key)
    organisation, agreed = (found.one, found.one_agreed) if side == ONE else (found.other, found.other_agreed)
    who = get_object_or_404(
        Person.objects.select_related("user"), key=person, memberships__organisation=organisation, user__is_active=True
    )
    waits = found.state in (Introduction.State.ANSWER, Introduction.State.ASKED) and agreed is None
    return Answer(found, side, who, waits)


# --- targeted calls


def load_call_for(user: Visitor, key: str) -> TargetedCall:
    """For the advisers of its office."""
    return get_object_or_404(calls_of(require_office(user)).select_related("opportunity__organisation"), key=key)


def load_recipient_for(user: Visitor, key: str, pk: int) -> CallRecipient:
    return get_object_or_404(CallRecipient.objects.select_related("call"), call=load_call_for(user, key), pk=pk)


def load_call_answer(token: str) -> CallRecipient:
    """Whoever has the mail may answer; the link can do nothing else, expires, and ends with the membership."""
    try:
        key, person = signing.loads(token, salt=CALL_SALT, max_age=CALL_LINK_LIVES)
    except (signing.BadSignature, ValueError):
        raise Http404 from None
    rows = CallRecipient.objects.select_related(
        "call__office", "call__opportunity", "call__event", "organisation", "person__user", "person__side"
    )
    return get_object_or_404(
        rows.filter(organisation__memberships__person=F("person")), call__key=key, person__key=person
    )


# --- advice hours


def load_hours_for(user: Visitor, key: str) -> AdviceHours:
    """For everybody who is signed in; what was cancelled for the office alone, and for those who had booked."""
    found = get_object_or_404(AdviceHours.objects.select_related("office"), key=key)
    reader = member(user)
    own = found.cancelled is None or offices_of(reader).filter(pk=found.office_id).exists()
    if not own and not found.bookings.filter(person__user=reader).exists():
        raise Http404
    return found


def load_own_hours(user: Visitor, key: str) -> AdviceHours:
    """For the advisers of its office."""
    return get_object_or_404(AdviceHours, key=key, office__in=offices_of(require_office(user)))


def load_booking_for(user: Visitor, key: str) -> tuple[AdviceBooking, bool]:
    """For whoever booked and the advisers of the office; whether it is read as one of these."""
    rows = AdviceBooking.objects.select_related("hours__office", "organisation__side", "person")
    found = get_object_or_404(rows, key=key)
    reader = member(user)
    if found.person.user_id == reader.pk:
        return found, False
    if not offices_of(reader).filter(pk=found.hours.office_id).exists():
        raise Http404
    return found, True


# --- news


def load_article_shown(key: str) -> Article:
    """What everybody sees."""
    return get_object_or_404(shown("").select_related("contact"), key=key)


def load_article_with_picture(user: Visitor, key: str) -> Article:
    """What everybody sees; of what is not shown its office sees the picture as well."""
    if (found := shown("").filter(key=key).first()) is not None:
        return found
    return load_article_for(user, key)


def load_article_for(user: Visitor, key: str) -> Article:
    """For the advisers of its office."""
    return get_object_or_404(articles_of(require_office(user)), key=key)


def office_to_write_for(user: User, slug: str) -> Office:
    """The one that is named, where the user works for it; else the first of the user's."""
    own = offices_of(user)
    found = own.filter(slug=tidy(slug)).first() or own.first()
    if found is None:
        raise Http404
    return found


# --- pages of an event


def organises(user: Visitor, event: Event) -> bool:
    return isinstance(user, User) and is_organiser(user, event.pk)


def _event_pages(user: Visitor, slug: str, shown: str) -> EventPages | None:
    """For visitors where `shown` says so, and None else: the same answer whether or not there is such an event."""
    event = Event.objects.select_related("series", "office").filter(slug=slug).first()
    pages = pages_of(event) if event else None
    if isinstance(user, User):
        if pages is None:
            raise Http404
        return pages
    return pages if pages and getattr(pages, shown) else None


def load_first_time_for(user: Visitor, slug: str) -> EventPages | None:
    """For everybody who is signed in, and for visitors once the organiser opened it; None where they have to sign in."""
    return _event_pages(user, slug, "first_time_shown")


def load_outcome_for(user: Visitor, slug: str) -> EventPages | None:
    """For everybody once it is published; until then for the organisers and the contact office."""
    pages = _event_pages(user, slug, "outcome_shown")
    if pages and not pages.outcome_shown and not lists_open_to(user, pages.event):
        raise Http404
    return pages


def lists_open_to(user: Visitor, event: Event) -> set[str]:
    """The codes of the lists behind the figures that this reader may open."""
    if works_for_office(user):
        return set(LISTS)
    return set(BETWEEN_PEOPLE) if organises(user, event) else set()


def load_event_with_list(user: Visitor, slug: str, code: str) -> Event:
    event = load_event_for(user, slug)
    if code not in lists_open_to(user, event):
        raise Http404
    return event
