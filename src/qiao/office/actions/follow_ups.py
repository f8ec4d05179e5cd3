"""What time does to contacts: talks after which somebody wants to go on become cooperations, and both sides are asked about them."""

from datetime import date, datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from qiao.core.actions import record
from qiao.core.emails import render
from qiao.core.errors import Refused
from qiao.core.telling import About, Letter, tell
from qiao.directory.market_queries import managers_to_tell
from qiao.directory.models import Organisation, Person
from qiao.events.actions.mails import language_of
from qiao.matchmaking.models import Request
from qiao.meetings.rating_models import Rating
from qiao.meetings.record_models import RecordSheet
from qiao.meetings.words import address_of
from qiao.office.access import FOLLOW_UP_SALT
from qiao.office.actions.cooperations import Kind, reach, write_step
from qiao.office.models import Cooperation, CooperationStep, FollowUp
from qiao.office.queries import between, ratings_to_follow, sheets_to_follow

MONTHS = (1, 3, 6, 12)
FRESH = timedelta(days=14)  # after news nobody is asked
AT_A_TIME = 200
MAIL = "office.follow_up"


def open_follow_ups() -> int:
    """How many ratings and record sheets became a step of a cooperation. The second time there is nothing left."""
    said = ratings_to_follow().values_list("pk", flat=True)[:AT_A_TIME]
    noted = sheets_to_follow().values_list("pk", flat=True)[:AT_A_TIME]
    return sum(_follow_rating(pk) for pk in said) + sum(_follow_sheet(pk) for pk in noted)


TALK = (
    "request__event", "request__meeting__slot", "request__sender__organisation", "request__recipient__organisation",
)  # fmt: skip


@transaction.atomic
def _follow_rating(pk: int) -> bool:
    rows = Rating.objects.select_for_update(no_key=True, of=("self",))
    rows = rows.select_related("participation__organisation", "participation__person__user", *TALK)
    rating = rows.filter(pk=pk, cooperation_step=None).first()
    if rating is None:
        return False
    own = rating.participation
    who = {"as_organisation": own.organisation, "by": own.person.user}
    return _write(Kind.TALK, rating.request, rating.changed, rating=rating, **who)


@transaction.atomic
def _follow_sheet(pk: int) -> bool:
    """What was noted together was written by neither side alone."""
    rows = RecordSheet.objects.select_for_update(no_key=True, of=("self",)).select_related(*TALK)
    sheet = rows.filter(pk=pk, cooperation_step=None).first()
    return sheet is not None and _write(Kind.RECORD, sheet.request, sheet.changed, sheet=sheet, by=None)


def _write(kind: str, request: Request, changed: datetime, **step: Any) -> bool:
    """A step of the cooperation of the two organisations, which begins with it if there is none."""
    one, other = request.sender.organisation, request.recipient.organisation
    if one.pk == other.pk:  # the two became one organisation since
        return False
    list(Organisation.objects.select_for_update(no_key=True).filter(pk__in=[one.pk, other.pk]).order_by("pk"))
    day = _day(request, changed)
    found = between(one.pk, other.pk).first()
    made = found or Cooperation.objects.create(one=one, other=other, event=request.event, opened=day)
    write_step(made, kind, day=day, request=request, **step)
    if found is None:
        record(by=None, action="office.open_cooperation", subject=made, one=one.pk, other=other.pk)
    return True


def _day(request: Request, changed: datetime) -> date:
    meeting = getattr(request, "meeting", None)
    moment = meeting.slot.start if meeting else changed
    return min(timezone.localdate(moment), timezone.localdate())


# Reminders


def ask_how_it_stands() -> int:
    """Ask both sides 1, 3, 6 and 12 months after the first contact; how many mails. The second time there is nothing left."""
    today = timezone.localdate()
    earliest = today - relativedelta(months=MONTHS[-1] + 1)
    rows = Cooperation.objects.exclude(stage=Cooperation.Stage.ENDED).filter(
        opened__gte=earliest, opened__lte=today - relativedelta(months=MONTHS[0])
    )
    asked = rows.select_related("one__side", "other__side").prefetch_related("follow_ups")
    return sum(_ask_side(row, side, today) for row in asked for side in row.sides)


def _ask_side(row: Cooperation, side: Organisation, today: date) -> int:
    """Of several questions that are due only the latest is asked."""
    due = [months for months in MONTHS if row.opened + relativedelta(months=months) <= today]
    known = {one.months for one in row.follow_ups.all() if one.organisation_id == side.pk}
    return _ask(row, side, due[-1]) if due and max(known, default=0) < due[-1] else 0


@transaction.atomic
def _ask(row: Cooperation, side: Organisation, months: int) -> int:
    needed = row.changed <= timezone.now() - FRESH
    one, new = FollowUp.objects.get_or_create(
        cooperation=row, organisation=side, months=months, defaults={"asked": timezone.now() if needed else None}
    )
    return sum(_mail(one, row, person) for person in people_to_ask(row, side)) if new and needed else 0


def people_to_ask(row: Cooperation, side: Organisation) -> list[Person]:
    """Who had the talks for this side; where nobody did, or who did has left, its managers."""
    requests = CooperationStep.objects.filter(cooperation=row, request__isnull=False).values("request")
    both = Person.objects.filter(
        participations__sent_requests__in=requests, memberships__organisation=side
    ) | Person.objects.filter(participations__received_requests__in=requests, memberships__organisation=side)
    met = [one for one in both.distinct().select_related("user", "side").order_by("pk") if address_of(one)]
    return met or list(managers_to_tell(side))


def follow_up_token(one: FollowUp) -> str:
    return signing.dumps([one.cooperation.key, one.organisation.key, one.months], salt=FOLLOW_UP_SALT)


def _mail(one: FollowUp, row: Cooperation, person: Person) -> bool:
    language = language_of(person)
    url = settings.PUBLIC_URL + reverse("follow-up", args=[follow_up_token(one)])
    partner = row.partner_of(one.organisation_id)
    context = {"person": person, "partner": partner, "months": one.months, "url": url}
    subject, body = render(MAIL, language, context | {"cooperation": row})
    about = About(
        reverse("cooperation", args=[row.key]),
        {"organisation": partner.pk},
        subject=f"follow-up of cooperation {row.pk}",
    )
    letter = Letter(subject, body, language, cites=[person.key])
    return tell(user=person.user, address=address_of(person), kind=MAIL, about=about, letter=letter)


@transaction.atomic
def answer_follow_up(*, follow_up: FollowUp, stage: str) -> None:
    """One tap: the stage that was reached, the same as before, or that it has ended. From a link in a mail, by nobody known."""
    if not FollowUp.objects.filter(pk=follow_up.pk, answered=None).update(answered=timezone.now()):
        raise Refused(_("This has been answered already. Thank you."))
    if stage not in Cooperation.Stage.values:
        raise Refused(_("Choose one of the answers."))
    row = follow_up.cooperation
    moved = reach(row, stage)
    write_step(row, Kind.ANSWER, stage=stage if moved else "", as_organisation=follow_up.organisation, by=None)
    record(by=None, action="office.answer_follow_up", subject=row, stage=stage, months=follow_up.months)
