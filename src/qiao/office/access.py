"""Cooperations as far as a user may see them; everything else does not exist (404)."""

from dataclasses import dataclass

from django.core import signing
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from qiao.core.texts import tidy
from qiao.directory.access import load_entry_for, member, organisations_for, require_office
from qiao.directory.market_models import Opportunity
from qiao.directory.models import Organisation, Person
from qiao.office.case_models import AdviceCase, CaseTask
from qiao.office.case_queries import cases_for
from qiao.office.introduction_models import Introduction
from qiao.office.introduction_rules import Reader, reader_of
from qiao.office.models import Cooperation, FollowUp
from qiao.office.seen import Visitor, cooperations_for
from qiao.office.told import ONE

__all__ = [
    "load_answer",
    "load_case_for",
    "load_cooperation_for",
    "load_follow_up",
    "load_introduction_for",
    "load_opportunity_of_interest",
    "load_partner",
    "load_task_for",
    "require_office",
]

FOLLOW_UP_SALT = "qiao.follow-up"
ANSWER_SALT = "qiao.introduction"


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
