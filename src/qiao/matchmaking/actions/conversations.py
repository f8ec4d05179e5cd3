"""What the two people of a request write to each other, once they may.

Sending locks the request and both sides: whoever leaves, steps back or is erased at the same moment either comes before,
and the message is refused, or after, and it is treated like all the others.
"""

from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.events.models import Participation
from qiao.matchmaking.conversation_models import Message
from qiao.matchmaking.models import Request
from qiao.matchmaking.queries.conversations import SIDES, partner_of, why_silent
from qiao.matchmaking.rules import MOST_IN_A_ROW, language_of

ANSWER = "answer"
"""Stands in `Message.once` for the answer that went with accepting or declining."""


@transaction.atomic
def send_message(*, request: Request, author: Participation, text: str, form: str, by: User | None) -> Message:
    """Write to the other side. `form` names the form that was sent: the same text from it a second time is the first one."""
    request = _locked(request)
    text = text.strip()
    if not text:
        raise Refused(gettext("Write something first."))
    once = sha256(f"{form}\n{text}".encode()).hexdigest()
    own = request.messages.filter(author=author, once=once).first()
    if own is not None:  # a double click
        return own
    side = request.sender if author.pk == request.sender_id else request.recipient
    reason = why_silent(request, side) or _too_many(request, side)
    if reason:
        raise Refused(reason)
    mark_read(request=request, reader=side)
    made = _write(request, side, text, once)
    record(by=by, action="matchmaking.message_sent", subject=request, message=made.pk)
    return made


def _locked(request: Request) -> Request:
    """The request as it stands now, with both sides; nobody changes them until the transaction ends."""
    found = Request.objects.select_for_update(no_key=True).get(pk=request.pk)
    sides = Participation.objects.filter(pk__in=(found.sender_id, found.recipient_id)).order_by("pk")
    list(sides.select_for_update(no_key=True))
    people = [f"{side}__person__user" for side in SIDES]
    return Request.objects.select_related("event", *people).get(pk=found.pk)


def _too_many(request: Request, author: Participation) -> str:
    last = list(request.messages.order_by("-pk").values_list("author", flat=True)[:MOST_IN_A_ROW])
    if last.count(author.pk) < MOST_IN_A_ROW:
        return ""
    return gettext("You have written %(count)d messages without an answer. Please wait for one.") % {
        "count": MOST_IN_A_ROW
    }


def _write(request: Request, author: Participation, text: str, once: str, *, is_told: bool = False) -> Message:
    language = language_of(text, author)
    return Message.objects.create(
        request=request, author=author, reader=partner_of(request, author), text=text, language=language, once=once, is_told=is_told
    )  # fmt: skip


def write_answer(request: Request, text: str) -> None:
    """What goes with accepting or declining; the mail about that tells it. Within the caller's transaction."""
    if text := text.strip():
        _write(request, request.recipient, text, ANSWER, is_told=True)


@transaction.atomic
def mark_read(*, request: Request, reader: Participation, until: int | None = None) -> int:
    """Mark what came in as read, up to the message with the key `until`; how many were new. Not worth an audit entry."""
    unread = request.messages.filter(reader=reader, is_read=False)
    return (unread if until is None else unread.filter(pk__lte=until)).update(is_read=True)
