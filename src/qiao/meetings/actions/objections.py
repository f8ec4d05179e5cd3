"""Objections against a provisional plan: said by those who have talks in it, settled by the organiser, each answered once."""

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from qiao.core.actions import record
from qiao.core.emails import render
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.core.telling import About, Letter, settle, tell
from qiao.core.texts import tidy_lines
from qiao.events.actions import tell_organisers
from qiao.events.actions.mails import language_of
from qiao.events.models import Participation
from qiao.matchmaking.models import Request
from qiao.meetings.letters import objection_context
from qiao.meetings.models import Objection
from qiao.meetings.plan_queries import version_in_force
from qiao.meetings.words import address_of


@transaction.atomic
def object_to(*, participation: Participation, request: Request | None, text: str, by: User) -> Objection:
    """Say what does not fit: about one's own talk, or (with `request` None) about the plan as a whole."""
    version = version_in_force(participation.event)
    if version is None or not version.takes_objections:
        raise Refused(gettext("The plan takes no objections any more. Write to your office instead."))
    if request is None and not text.strip():
        raise Refused(gettext("Say what does not fit, or choose a talk."))
    if request is not None and participation.pk not in (request.sender_id, request.recipient_id):
        raise Refused(gettext("This is not one of your talks."))
    try:
        with transaction.atomic():
            made = Objection.objects.create(
                version=version, participation=participation, request=request, text=tidy_lines(text)
            )
    except IntegrityError as error:
        raise Refused(gettext("You have objected to this already. Take that back first to write it anew.")) from error
    record(by=by, action="meetings.object_to", subject=made)
    event = participation.event
    tell_organisers(event=event, kind="meetings.objected", path=reverse("objections", args=[event.slug]), by=by)
    return made


@transaction.atomic
def withdraw_objection(*, objection: Objection, by: User) -> None:
    """Take an objection back that nobody has settled."""
    open_ones = Objection.objects.filter(pk=objection.pk, settled=None)
    record(by=by, action="meetings.withdraw_objection", subject=objection)
    if not open_ones.delete()[0]:
        raise Refused(gettext("This objection has been answered already."))
    _note_all_answered(objection.participation.event_id)


@transaction.atomic
def settle_objection(*, objection: Objection, answer: str, by: User) -> Objection:
    """Close an objection with a word on what was done; who objected is told by mail."""
    open_ones = Objection.objects.filter(pk=objection.pk, settled=None)
    if not open_ones.update(settled=timezone.now(), settled_by=by, answer=tidy_lines(answer)):
        raise Refused(gettext("Somebody else has answered this objection already."))
    record(by=by, action="meetings.settle_objection", subject=objection)
    objection.refresh_from_db()
    _note_all_answered(objection.participation.event_id)
    _tell(objection)
    return objection


def _note_all_answered(event_id: int) -> None:
    """Once no objection waits any more the organisers' notice counts as read."""
    if not Objection.objects.filter(participation__event=event_id, settled=None).exists():
        settle(kind="meetings.objected", subject=f"event {event_id}")


def _tell(objection: Objection) -> None:
    person = objection.participation.person
    language = language_of(person)
    with translation.override(language):
        subject, body = render("meetings.objection_settled", language, objection_context(objection))
    event = objection.participation.event
    tell(
        user=person.user,
        address=address_of(person),
        kind="meetings.objection_settled",
        about=About(reverse("agenda", args=[event.slug]), {"event": event.pk}, f"objection {objection.pk}"),
        letter=Letter(subject, body, language, cites={person.key}),
    )
