"""Saying how a talk went."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.events.models import Participation
from qiao.matchmaking.actions import record_evidence
from qiao.matchmaking.models import Evidence, Request
from qiao.meetings.models import Meeting
from qiao.meetings.rating_models import Rating

WORDS = {True: Evidence.Answer.WENT_ON, False: Evidence.Answer.NOTHING}


@transaction.atomic
def rate(
    *, participation: Participation, request: Request, held: bool, next: str = "", score: int | None = None, by: User
) -> Rating:
    """One's own word about a talk that has begun; a later word replaces it. A score is kept until another one is said.

    What is to come next, or that nothing is, is also evidence from which the ranking of partners learns.
    """
    if participation.pk not in (request.sender_id, request.recipient_id):
        raise Refused(gettext("This is not one of your talks."))
    if not Meeting.objects.filter(request=request, slot__start__lte=timezone.now()).exists():
        raise Refused(gettext("You can say how a talk went once it has begun."))
    if held and not next:
        raise Refused(gettext("Say what is to come next."))
    before = Rating.objects.filter(request=request, participation=participation).first()
    kept = score or (before.score if before else None)
    values = {"held": held, "next": next if held else "", "score": kept if held else None, "changed": timezone.now()}
    made, _new = Rating.objects.update_or_create(request=request, participation=participation, defaults=values)
    if held:
        partner = request.recipient if participation.pk == request.sender_id else request.sender
        record_evidence(participation=participation, partner=partner, answer=WORDS[made.goes_on])
    record(by=by, action="meetings.rate", subject=made, fields=sorted(values))
    return made
