"""Reads of what the two people of a request write to each other: a conversation is a request with its messages."""

from dataclasses import dataclass

from django.core.paginator import Page
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

from qiao.core.models import User
from qiao.core.pages import Pages
from qiao.directory.models import Person
from qiao.directory.queries import people_for
from qiao.events.models import Participation
from qiao.matchmaking.conversation_models import Message
from qiao.matchmaking.models import Request
from qiao.matchmaking.queries.reach import blocks, why_unreachable
from qiao.matchmaking.queries.reports import is_barred
from qiao.matchmaking.queries.requests import RequestRow, request_row_for
from qiao.matchmaking.rules import barred_sentence
from qiao.matchmaking.states import State

PER_LIST = 20
PER_PAGE = 30
SIDES = ("sender", "recipient")


def partner_of(request: Request, own: Participation) -> Participation:
    """Who is on the other side of this request."""
    return request.recipient if request.sender_id == own.pk else request.sender


def why_silent(request: Request, own: Participation) -> str:
    """Why this side cannot write now, as a sentence; empty where it can. Needs both sides and the event loaded."""
    partner = partner_of(request, own)
    return (
        _closed(request, own)
        or _left(partner, own)
        or _single_answer(request, own)
        or (barred_sentence() if is_barred(own) else "")
        or why_unreachable(own, partner)
    )


def _closed(request: Request, own: Participation) -> str:
    state = State(request.state)
    if state is State.ACCEPTED or (state is State.DECLINED and request.left_open):
        return ""
    if state is State.PENDING and request.sender_id == own.pk:
        return gettext("You can write more once the partner has answered your request.")
    return {
        State.PENDING: gettext("Answer the request first; a message can go with your answer."),
        State.DECLINED: gettext("The request was declined, so that nobody can write here any more."),
        State.WITHDRAWN: gettext("The request was withdrawn, so that nobody can write here any more."),
        State.EXPIRED: gettext("Nobody answered the request in time, so that nobody can write here."),
    }[state]


def _left(partner: Participation, own: Participation) -> str:
    if partner.state != Participation.State.APPROVED:
        return gettext("The partner no longer takes part in the event and gets no messages.")
    if own.state != Participation.State.APPROVED:
        return gettext("You no longer take part in the event, so that you cannot write here.")
    return ""


def _single_answer(request: Request, own: Participation) -> str:
    """Where the event has no conversations: one message with the request, and one answer by who was asked."""
    if request.event.conversations:
        return ""
    if request.recipient_id == own.pk and not request.messages.exists():
        return ""
    return gettext("At this event there is one message with the request and one answer to it.")


@dataclass(frozen=True)
class ConversationRow:
    """A conversation in the list."""

    request: Request
    partner: Participation
    named: bool  # the reader may know the partner's name
    last: Message | None  # None: nothing was written yet but what was asked
    unread: int


def conversations_page(user: User, number: str | int = 1) -> Page[ConversationRow]:
    """Everything in which this person wrote or may write, of all events, the newest first. A fixed number of queries."""
    written = Message.objects.filter(request=OuterRef("pk"))
    found = _of(user).filter(Q(state=State.ACCEPTED) | Q(left_open=True) | Q(Exists(written)))
    names = [f"{who}__{what}" for who in SIDES for what in ("person__side", "organisation__side")]
    found = found.select_related("event", *names).annotate(
        newest=Subquery(written.order_by("-pk").values("pk")[:1]),
        latest=Coalesce(Subquery(written.order_by("-pk").values("sent")[:1]), F("answered"), F("created")),
        unread=Count("messages", filter=Q(messages__is_read=False, messages__reader__person__user=user)),
    )
    page = Pages(found.order_by("-latest", "-pk"), PER_LIST).get_page(number)
    page.object_list = _rows(user, list(page.object_list))
    return page


def _of(user: User) -> QuerySet[Request]:
    return Request.objects.filter(Q(sender__person__user=user) | Q(recipient__person__user=user))


def _rows(user: User, found: list[Request]) -> list[ConversationRow]:
    person = Person.objects.filter(user=user).values_list("pk", flat=True).first()
    partners = {one.pk: one.recipient if one.sender.person_id == person else one.sender for one in found}
    visible = people_for(user, Person.objects.filter(pk__in={one.person_id for one in partners.values()}))
    named = set(visible.values_list("pk", flat=True))
    last = Message.objects.in_bulk([one.newest for one in found if one.newest])  # type: ignore[attr-defined]
    return [
        ConversationRow(one, partners[one.pk], partners[one.pk].person_id in named, last.get(one.newest), one.unread)  # type: ignore[attr-defined]
        for one in found
    ]


@dataclass(frozen=True)
class ConversationPage:
    """One conversation as one of its two people sees it; a page of messages, the oldest above."""

    own: Participation
    row: RequestRow
    messages: Page[Message]
    why_silent: str
    is_blocked: bool  # by the reader
    read_until: int  # the newest message on the page that the reader had not read; 0: none

    @property
    def is_first(self) -> bool:
        """The page on which the conversation begins: with what was asked."""
        return not self.messages.has_next()


def conversation_page(request: Request, own: Participation, number: str | int = 1) -> ConversationPage:
    """Page 1 holds the newest messages."""
    page = Pages(request.messages.order_by("-pk"), PER_PAGE).get_page(number)
    page.object_list = sorted(page.object_list, key=lambda one: one.pk)
    unread = [one.pk for one in page.object_list if one.reader_id == own.pk and not one.is_read]
    return ConversationPage(
        own=own,
        row=request_row_for(request, own),
        messages=page,
        why_silent=why_silent(request, own),
        is_blocked=blocks(own, partner_of(request, own)),
        read_until=max(unread, default=0),
    )


def unread_count(user: User) -> int | None:
    """How many messages wait to be read; None for somebody who takes part in nothing. One query, for every page."""
    own = Participation.objects.filter(person__user=user)
    unread = Count("messages_received", filter=Q(messages_received__is_read=False))
    found = own.aggregate(events=Count("pk", distinct=True), unread=unread)
    return found["unread"] if found["events"] else None
