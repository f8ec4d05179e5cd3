"""Meeting requests: ask, accept, decline, withdraw, expire.

Each change is one UPDATE that names the state it starts from. Of two at once exactly one takes effect; the other person
is told in a whole sentence what happened instead.
"""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from qiao.core.actions import record
from qiao.core.actions.webhooks import api_address, tell_webhooks
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.core.telling import settle
from qiao.directory.models import Person
from qiao.events.actions import tell
from qiao.events.models import Event, Participation
from qiao.matchmaking.actions.conversations import write_answer
from qiao.matchmaking.actions.evidence import record_evidence
from qiao.matchmaking.actions.reminders import IDLE, PENDING, subject_of
from qiao.matchmaking.models import Evidence, Request, Wish
from qiao.matchmaking.queries import closed_to, is_barred, open_request, pending_sent
from qiao.matchmaking.rules import DAYS_TO_ANSWER, language_of, why_not, window_of
from qiao.matchmaking.states import Action, Actor, State, next_state
from qiao.matchmaking.teams import represented

OUTCOMES = {
    State.ACCEPTED: gettext_noop("This request has already been accepted."),
    State.DECLINED: gettext_noop("This request has already been declined."),
    State.WITHDRAWN: gettext_noop("This request has been withdrawn; nothing is left to do."),
    State.EXPIRED: gettext_noop("This request has expired. You can send a new one."),
    State.PENDING: gettext_noop("Only the partner who was asked can answer this request."),
}


@transaction.atomic
def send_request(*, sender: Participation, recipient: Participation, message: str = "", by: User | None) -> Request:
    """Ask for a talk; the recipient hears of it by mail. Nothing is booked before it is accepted."""
    _check_pair(sender, recipient)
    # The row lock makes the count of pending requests true while this one is added.
    Participation.objects.select_for_update(no_key=True, of=("self",)).get(pk=sender.pk)
    _check_open(sender, recipient)
    message = message.strip()
    try:
        with transaction.atomic():
            request = Request.objects.create(
                event_id=sender.event_id,
                sender=sender,
                recipient=recipient,
                pair_low=min(sender.pk, recipient.pk),
                pair_high=max(sender.pk, recipient.pk),
                message=message,
                message_language=language_of(message, sender),
                expires=_expiry(sender.event),
                changed_by=by,
            )
    except IntegrityError:  # the same pair asked at the same moment
        raise Refused(_already(sender, recipient)) from None
    record_evidence(participation=sender, partner=recipient, answer=Evidence.Answer.ASKED)
    settle(kind=IDLE, subject=subject_of(sender))
    record(by=by, action="matchmaking.request_sent", subject=request, event=request.event_id)
    _tell_programs(request)
    _tell(request, recipient, sender, "matchmaking.request_received")
    return request


def _check_pair(sender: Participation, recipient: Participation) -> None:
    if sender.event_id != recipient.event_id or sender.organisation_id == recipient.organisation_id:
        raise Refused(gettext("Talks are between different organisations of the same event."))
    window_of(sender.event).check_sending()
    for one in (sender, recipient):
        if one.state != Participation.State.APPROVED:
            raise Refused(gettext("Requests are possible once both of you are admitted to the event."))


def _check_open(sender: Participation, recipient: Participation) -> None:
    if open_request(sender, recipient) is not None:
        raise Refused(_already(sender, recipient))
    reason = why_not(
        refused=Wish.objects.filter(participation=sender, partner=recipient, kind=Wish.Kind.NO).exists(),
        declined=Request.objects.filter(sender=sender, recipient=recipient, state=State.DECLINED).exists(),
        pending=pending_sent(sender),
        barred=is_barred(sender),
        closed=recipient.person_id in closed_to(sender, "requests"),
    )
    if reason:
        raise Refused(reason)


def _already(sender: Participation, recipient: Participation) -> str:
    request = open_request(sender, recipient)
    if request and request.state == State.ACCEPTED:
        return gettext("You have already agreed on a talk with this partner.")
    if request and request.recipient_id == sender.pk:
        return gettext("This partner has already asked you. You find the request under “Received”.")
    return gettext("You have already asked this partner. You find the request under “Sent”.")


def _expiry(event: Event) -> datetime:
    """The usual time to answer, but not beyond the start of the event."""
    start = datetime.combine(event.starts, time.min, event.zone).astimezone(UTC)
    usual = timezone.now() + timedelta(days=DAYS_TO_ANSWER)
    return min(usual, start) if start > timezone.now() else usual


@transaction.atomic
def accept(*, request: Request, by: User | None, answer: str = "", represented_by: Person | None = None) -> Request:
    """`answer`: what the partner reads with it. `represented_by`: a colleague who answers, see `answer_for_colleague`."""
    _change(request, Action.ACCEPT, by, Actor.RECIPIENT)
    _represent(request, represented_by)
    write_answer(request, answer)
    # Accepting is the newer word than an earlier "not for me".
    Wish.objects.filter(participation=request.recipient_id, partner=request.sender_id, kind=Wish.Kind.NO).delete()
    _learn_from(request, Evidence.Answer.ACCEPTED)
    _tell(request, request.sender, request.recipient, "matchmaking.request_accepted", answer=answer.strip())
    return request


@transaction.atomic
def decline(
    *,
    request: Request,
    by: User | None,
    answer: str = "",
    left_open: bool = False,
    represented_by: Person | None = None,
) -> Request:
    """`left_open`: no talk, but the two may write to each other."""
    _change(request, Action.DECLINE, by, Actor.RECIPIENT)
    _represent(request, represented_by)
    if left_open:
        request.left_open = True
        request.save(update_fields=["left_open"])
    write_answer(request, answer)
    _learn_from(request, Evidence.Answer.DECLINED)
    _tell(request, request.sender, request.recipient, "matchmaking.request_declined", answer=answer.strip())
    return request


@transaction.atomic
def answer_for_colleague(*, request: Request, accepts: bool, answer: str, manager: Person, by: User) -> Request:
    """Accept or decline for a colleague who has not switched that off; both sides read that it was so, and the colleague
    is told by mail."""
    if not represented(by).filter(pk=request.recipient_id).exists():
        raise Refused(gettext("Your colleague answers such requests alone."))
    act = accept if accepts else decline
    act(request=request, by=by, answer=answer, represented_by=manager)
    _tell(
        request, request.recipient, request.sender, "matchmaking.answered_for_you",
        variant="accepted" if accepts else "declined", manager=manager, accepted=accepts, answer=answer.strip(),
    )  # fmt: skip
    return request


def _represent(request: Request, manager: Person | None) -> None:
    if manager is not None:
        request.represented_by = manager
        request.save(update_fields=["represented_by"])


@transaction.atomic
def withdraw(*, request: Request, by: User | None) -> Request:
    """Take one's own request back, or step back from an agreed talk; then the other side is told."""
    was = request.state
    actor = _change(request, Action.WITHDRAW, by, Actor.SENDER)
    if was == State.ACCEPTED:
        pair = (request.recipient, request.sender) if actor is Actor.SENDER else (request.sender, request.recipient)
        _tell(request, *pair, "matchmaking.request_withdrawn")
    return request


def expire_due() -> int:
    """Close what nobody answered in time; each sender is told. Returns how many."""
    due = Request.objects.filter(state=State.PENDING, expires__lte=timezone.now())
    rows = due.select_related("event", "sender__person__user", "recipient__person", "recipient__organisation")
    count = 0
    for request in rows:
        with transaction.atomic():
            if _set_state(request, State.EXPIRED, by=None):
                record(by=None, action="matchmaking.request_expire", subject=request, event=request.event_id)
                _tell(request, request.sender, request.recipient, "matchmaking.request_expired")
                count += 1
    return count


def _change(request: Request, action: Action, by: User | None, acting_for: Actor) -> Actor:
    """Do what the table allows; `acting_for` is who is meant when an organiser acts."""
    window_of(request.event).check_answering(agreed=request.state == State.ACCEPTED)
    actor = _actor(request, by, acting_for)
    state = next_state(request.state, action, actor)
    if state is None:
        raise Refused(gettext(OUTCOMES[State(request.state)]))
    if state is State.ACCEPTED:
        _check_acceptable(request)
    if not _set_state(request, state, by=by):
        request.refresh_from_db(fields=["state"])
        raise Refused(gettext(OUTCOMES[State(request.state)]))
    record(by=by, action=f"matchmaking.request_{action}", subject=request, event=request.event_id)
    return actor


def _actor(request: Request, by: User | None, acting_for: Actor) -> Actor:
    if by is not None and by.pk == request.sender.person.user_id:
        return Actor.SENDER
    if by is not None and by.pk == request.recipient.person.user_id:
        return Actor.RECIPIENT
    return acting_for


def _check_acceptable(request: Request) -> None:
    if request.expires and request.expires <= timezone.now():
        raise Refused(gettext(OUTCOMES[State.EXPIRED]))
    if any(one.state != Participation.State.APPROVED for one in (request.sender, request.recipient)):
        raise Refused(gettext("Requests are possible once both of you are admitted to the event."))


def _set_state(request: Request, state: State, *, by: User | None) -> bool:
    """True for the one call that found the request still in the state its caller saw."""
    now = timezone.now()
    found = Request.objects.filter(pk=request.pk, state=request.state)
    if found.update(state=state, answered=now, changed_by=by) != 1:
        return False
    request.state, request.answered, request.changed_by = state, now, by
    _tell_programs(request)
    settle(kind="matchmaking.request_received", subject=_subject(request))
    if not Request.objects.filter(recipient=request.recipient_id, state=State.PENDING).exists():
        settle(kind=PENDING, subject=subject_of(request.recipient))
    return True


def _learn_from(request: Request, answer: Evidence.Answer) -> None:
    record_evidence(participation=request.recipient, partner=request.sender, answer=answer)


def _tell(
    request: Request, reader: Participation, partner: Participation, kind: str, *, variant: str = "", **context: Any
) -> None:
    """Leads to a page: only a button there changes something, as mail scanners follow every link."""
    tell(
        participation=reader,
        kind=kind,
        path=f"{reverse('requests', args=[request.event.slug])}#{request.key}",
        context={"request": request, "partner": partner} | context,
        partner=partner,
        subject=_subject(request),
        variant=variant,
    )


def _tell_programs(request: Request) -> None:
    """Those of the two people: which request, and how it stands."""
    slug = request.event.slug
    data = {
        "event": slug,
        "request": request.key,
        "state": str(request.state),
        "url": api_address("api-requests", slug),
    }
    people = (request.sender.person.user_id, request.recipient.person.user_id)
    tell_webhooks(kind="request.changed", users=[pk for pk in people if pk is not None], data=data)


def _subject(request: Request) -> str:
    return f"request {request.pk}"
