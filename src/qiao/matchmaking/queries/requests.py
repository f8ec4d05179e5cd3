"""Reads of requests and wishes, and the weights that the planner gets."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q, QuerySet

from qiao.core.answers import fingerprint
from qiao.core.languages import html_tag
from qiao.directory.models import Membership
from qiao.events.models import Event, Participation
from qiao.matchmaking.conversation_models import Message
from qiao.matchmaking.models import Request, Wish
from qiao.matchmaking.queries.visibility import visible_persons
from qiao.matchmaking.rules import MOST_PENDING, MOST_WISHES, Window
from qiao.matchmaking.states import OPEN, Action, Actor, State, possible

POINTS = {Wish.Kind.MUST: 5, Wish.Kind.GLADLY: 3, Wish.Kind.NO: 0}
WITHOUT_A_WISH = 1
HIGH_RANKS = range(1, 11)  # the first ten wishes of a participant count one point more
LAST_PLACE = MOST_WISHES + 1  # of what has no place


IN_PLAN = Q(state=State.ACCEPTED, meeting__isnull=False)
"""Agreed talks that have their place in the plan in force; `meeting` belongs to the stage that plans them."""


def planned_count(event: Event) -> int:
    return event.requests.filter(IN_PLAN).count()


def open_request(one: Participation, other: Participation) -> Request | None:
    """The pending or accepted request of this pair, whoever sent it."""
    low, high = sorted((one.pk, other.pk))
    return Request.objects.filter(event=one.event_id, pair_low=low, pair_high=high, state__in=OPEN).first()


def pending_sent(participation: Participation) -> int:
    """How many own requests wait for an answer."""
    return participation.sent_requests.filter(state=State.PENDING).count()


def weight_of(wish: tuple[str, int | None] | None) -> int:
    """One side's points for a talk: (kind, rank) of its wish, or None where it has none."""
    if wish is None:
        return WITHOUT_A_WISH
    kind, rank = wish
    return POINTS[Wish.Kind(kind)] + (rank in HIGH_RANKS)


class Wanted(NamedTuple):
    """How much an accepted request is wanted: its weight, and `place`, which orders those of equal weight (less is sooner)."""

    weight: int
    place: int


def wanted_requests(event: Event) -> dict[int, Wanted]:
    """{request id: how much it is wanted} of all accepted requests, from the wishes of both sides. Two queries."""
    rows = Wish.objects.filter(participation__event=event).values_list("participation_id", "partner_id", "kind", "rank")
    wishes = {(mine, partner): (kind, rank) for mine, partner, kind, rank in rows}

    def wanted(*sides: tuple[str, int | None] | None) -> Wanted:
        places = (side[1] if side else None for side in sides)
        return Wanted(sum(map(weight_of, sides)), sum(place or LAST_PLACE for place in places))

    accepted = event.requests.filter(state=State.ACCEPTED).values_list("pk", "sender_id", "recipient_id")
    return {
        pk: wanted(wishes.get((sender, recipient)), wishes.get((recipient, sender)))
        for pk, sender, recipient in accepted
    }


def request_weights(event: Event) -> dict[int, int]:
    """{request id: weight} of all accepted requests: the points of both sides. Two queries."""
    return {pk: found.weight for pk, found in wanted_requests(event).items()}


@dataclass(frozen=True)
class WishesPage:
    event: Event
    rows: list[Wish]
    is_open: bool

    @property
    def seen(self) -> str:
        return order_seen(self.rows)


def wishes_page(own: Participation) -> WishesPage:
    """The participant's own wishes for talks, in order. One query."""
    names = ("partner__person", "partner__organisation__side", "partner__organisation__park")
    return WishesPage(own.event, list(ordered_wishes(own).select_related(*names)), Window(own.event.phase).sending)


def ordered_wishes(own: Participation) -> QuerySet[Wish]:
    """Must before gladly; in each of the two those with a place first, in their order."""
    return own.wishes.exclude(kind=Wish.Kind.NO).order_by("-kind", F("rank").asc(nulls_last=True), "pk")


def order_seen(wishes: Iterable[Wish]) -> str:
    """A word for this order, by which it is told whether somebody has changed it since."""
    return fingerprint({wish.partner.person.key: (wish.kind, wish.rank) for wish in wishes})


@dataclass(frozen=True)
class RequestRow:
    """A request as one of its two people sees it."""

    request: Request
    partner: Participation
    by_me: bool
    actions: list[Action]  # what this reader can do now
    planned: bool = False  # has its place in the plan in force
    named: bool = False  # the reader may know the partner's name and role
    role: str = ""
    messages: int = 0  # written after what was asked
    unread: int = 0  # of them, by the reader

    @property
    def has_conversation(self) -> bool:
        """Something was written, or may be."""
        return bool(self.messages) or self.request.state == State.ACCEPTED or self.request.left_open

    @property
    def partner_left(self) -> bool:
        """The partner no longer takes part, so that nothing comes of this while it stays so."""
        return self.partner.state != Participation.State.APPROVED

    @property
    def lang(self) -> str:
        """The `lang` attribute of the message."""
        return html_tag(self.request.message_language)


@dataclass(frozen=True)
class RequestsPage:
    event: Event
    received: list[RequestRow]
    sent: list[RequestRow]
    agreed: list[RequestRow]
    closed: list[RequestRow]
    quota: int
    left: int
    is_open: bool


def request_row(request: Request, own: Participation, window: Window, *, planned: bool = False) -> RequestRow:
    """Needs `sender` and `recipient` loaded."""
    sent = request.sender_id == own.pk
    partner = request.recipient if sent else request.sender
    allowed = window.stepping_back if request.state == State.ACCEPTED else window.sending
    actions = possible(request.state, Actor.SENDER if sent else Actor.RECIPIENT) if allowed else []
    if partner.state != Participation.State.APPROVED:  # withdrawing gives one request of the quota back
        actions = [one for one in actions if sent and request.state == State.PENDING]
    return RequestRow(request, partner, sent, actions, planned)


def request_row_for(request: Request, own: Participation) -> RequestRow:
    row = request_row(request, own, Window(request.event.phase), planned=is_planned(request))
    return _with_persons([row], own)[0]


def _counts_of(own: Participation, requests: Iterable[Request]) -> dict[int, tuple[int, int]]:
    """{request: (messages, unread ones)} of those in which something was written. One query."""
    rows = Message.objects.filter(request__in=requests).values("request")
    unread = Count("pk", filter=Q(reader=own, is_read=False))
    return {
        row["request"]: (row["total"], row["fresh"])
        for row in rows.order_by().annotate(total=Count("pk"), fresh=unread)
    }


def _with_persons(rows: Sequence[RequestRow], own: Participation) -> list[RequestRow]:
    """Rows that tell two people of one organisation apart, as far as the reader may know them, and what was written.

    A fixed number of queries.
    """
    partners = [row.partner for row in rows]
    visible = visible_persons(own, partners)
    memberships = Membership.objects.filter(person__in={one.person_id for one in partners})
    roles = {(one.person_id, one.organisation_id): one.role for one in memberships}
    written = _counts_of(own, [row.request for row in rows])

    def with_person(row: RequestRow) -> RequestRow:
        named = row.partner.person_id in visible  # the role is as private as the name
        key = (row.partner.person_id, row.partner.organisation_id)
        messages, unread = written.get(row.request.pk, (0, 0))
        return replace(row, named=named, role=roles.get(key, "") if named else "", messages=messages, unread=unread)

    return [with_person(row) for row in rows]


def is_planned(request: Request) -> bool:
    return Request.objects.filter(IN_PLAN, pk=request.pk).exists()


def agreed_talks(own: Participation) -> list[RequestRow]:
    """The agreed talks that take place as long as this person comes."""
    return [row for row in _rows(own) if row.request.state == State.ACCEPTED and not row.partner_left]


def _rows(own: Participation) -> list[RequestRow]:
    names = [
        f"{who}__{what}"
        for who in ("sender", "recipient")
        for what in ("person", "organisation__side", "organisation__park")
    ]
    placed = ExpressionWrapper(IN_PLAN, output_field=BooleanField())
    found = (
        Request.objects.filter(Q(sender=own) | Q(recipient=own))
        .select_related(*names, "represented_by")
        .annotate(placed=placed)
    )
    window = Window(own.event.phase)
    return _with_persons([request_row(request, own, window, planned=request.placed) for request in found], own)


def requests_page(own: Participation) -> RequestsPage:
    """All requests of one participant in a fixed number of queries, those that wait for the reader first."""
    rows = _rows(own)

    sent = [row for row in rows if row.request.state == State.PENDING and row.by_me]
    received = [row for row in rows if row.request.state == State.PENDING and not row.by_me and not row.partner_left]
    agreed = [row for row in rows if row.request.state == State.ACCEPTED and not row.partner_left]
    open_keys = {row.request.pk for row in (*sent, *received, *agreed)}
    return RequestsPage(
        event=own.event,
        received=received,
        sent=sent,
        agreed=agreed,
        closed=[row for row in rows if row.request.pk not in open_keys],
        quota=MOST_PENDING,
        left=max(0, MOST_PENDING - len(sent)),
        is_open=Window(own.event.phase).sending,
    )
