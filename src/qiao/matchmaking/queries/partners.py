"""Possible partners of a participant: suggestions as cards, one partner's page."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from qiao.core.models import Role, User
from qiao.directory import embedders
from qiao.directory.abstract_queries import Vouched, shown_for, shown_to
from qiao.directory.keyword_queries import keywords_for
from qiao.directory.models import Theme
from qiao.directory.search_models import Mark
from qiao.directory.showing_queries import Showing, showing
from qiao.events.form_models import Answer
from qiao.events.form_queries import shown_answers
from qiao.events.models import Event, Participation
from qiao.events.queries import approved
from qiao.matchmaking.models import Request, Suggestion, SuggestionRun, Wish, engine_name
from qiao.matchmaking.queries.exclusion import excluded, facts_of, fingerprint
from qiao.matchmaking.queries.profiles import (
    Card,
    Profile,
    Relations,
    SeenAs,
    card,
    language_of_side,
    profile,
    seen_as,
    with_texts,
)
from qiao.matchmaking.queries.reach import closed_to
from qiao.matchmaking.queries.reports import is_barred
from qiao.matchmaking.queries.requests import RequestRow, is_planned, request_row
from qiao.matchmaking.queries.visibility import visible_persons
from qiao.matchmaking.rules import MOST_PENDING, Window
from qiao.matchmaking.states import State

FIRST_SIGHT = 3
WORDS = ("very-good", "good", "possible")


def allowed_suggestions(own: Participation) -> list[Suggestion]:
    """Those that may be shown at this moment: a consent that was withdrawn takes effect at once, not with the next run."""
    people = ("partner__organisation__side", "partner__person")
    rows = list(own.suggestions.filter(partner__state=Participation.State.APPROVED).select_related(*people))
    forbidden = excluded(own, [row.partner for row in rows])
    skipped = set(_marked(own, Mark.Kind.SKIPPED))
    return [row for row in rows if row.partner_id not in forbidden and row.partner.organisation_id not in skipped]


def _marked(own: Participation, kind: str) -> Iterable[int]:
    """The organisations that the reader has noted so in the directory."""
    rows = Mark.objects.filter(user=own.person.user_id, kind=kind)
    return rows.values_list("organisation_id", flat=True)


def relations_of(own: Participation) -> Relations:
    """A fixed number of queries, however many partners there are."""
    rows = list(Request.objects.filter(Q(sender=own) | Q(recipient=own)).order_by("created", "pk"))
    sent = [request for request in rows if request.sender_id == own.pk]
    requests: dict[int, Request] = {}
    for request in rows:
        requests[request.recipient_id if request.sender_id == own.pk else request.sender_id] = request
    suggestions = allowed_suggestions(own)
    return Relations(
        own=own,
        wishes={wish.partner_id: wish for wish in own.wishes.all()},
        requests=requests,
        declined={request.recipient_id for request in sent if request.state == State.DECLINED},
        pending=sum(request.state == State.PENDING for request in sent),
        closed=closed_to(own, "requests"),
        barred=is_barred(own),
        suggestions={row.partner_id: row for row in suggestions},
        themes={theme.code: theme for theme in Theme.objects.all()},
    )


@dataclass(frozen=True)
class PartnersPage:
    own: Participation
    event: Event
    first: list[Card]
    more: list[Card]
    refused: list[Card]  # "not for me": can be taken back
    is_computing: bool  # there are no suggestions yet, but soon will be
    texts_wait: bool  # … as soon as texts can be read again
    seen_as: SeenAs
    quota_left: int
    is_open: bool
    adviser: User | None
    hidden: tuple[str, ...]  # why the reader is not suggested to others: codes of the engine

    @property
    def count(self) -> int:
        return len(self.first) + len(self.more)


def partners_page(own: Participation) -> PartnersPage:
    """The suggestions of one participant: three at first sight, then the others; those with a *no* come last."""
    relations = relations_of(own)
    partners = _suggested(own, relations)
    cards = cards_of(partners, relations)
    chosen = sorted((one for one in cards if not _refused(one)), key=lambda one: bool(one.declined))
    is_computing = not cards and _are_coming(own)
    return PartnersPage(
        own=own,
        event=own.event,
        first=chosen[:FIRST_SIGHT],
        more=chosen[FIRST_SIGHT:],
        refused=[one for one in cards if _refused(one)],
        is_computing=is_computing,
        texts_wait=is_computing and not embedders.can_encode(embedders.state()),
        seen_as=seen_as(own, language=_language_of_partners(own)),
        quota_left=max(0, MOST_PENDING - relations.pending),
        is_open=Window(own.event.phase).sending,
        adviser=adviser_of(own.event),
        hidden=facts_of(own.event, [own]).profile(own).withheld,
    )


def _suggested(own: Participation, relations: Relations) -> list[Participation]:
    """In order of rank; among those of equal fit in words, who the reader noted as interesting comes first."""
    found = approved(own.event).in_bulk(list(relations.suggestions))
    interesting = set(_marked(own, Mark.Kind.INTERESTED))

    def order(row: Suggestion) -> tuple[int, bool, int]:
        return WORDS.index(row.word), row.partner.organisation_id not in interesting, row.rank

    ranked = sorted(relations.suggestions.values(), key=order)
    return [found[row.partner_id] for row in ranked if row.partner_id in found]


def _are_coming(own: Participation) -> bool:
    """The own texts are not read yet, or what decides about partners has changed since these were found."""
    event, entries = own.event, own.organisation.entries
    if event.phase == Event.Phase.AFTER or not event.suggestions_shown or not entries.exists():
        return False
    return not entries.filter(vectors__isnull=False).exists() or _is_due(event)


def cards_of(partners: list[Participation], relations: Relations) -> list[Card]:
    """With everything read that a card shows, once for all: texts of both sides, keywords, and who may be named."""
    with_texts([relations.own, *partners])
    visible = visible_persons(relations.own, partners)
    keywords = keywords_for({one.organisation_id for one in partners})
    abstracts = shown_for([one.organisation for one in partners])
    return [
        card(
            one,
            relations,
            relations.suggestions.get(one.pk),
            named=one.person_id in visible,
            keywords=keywords[one.organisation_id],
            abstract=abstracts.get(one.organisation_id),
        )
        for one in partners
    ]


def _refused(one: Card) -> bool:
    return one.wish is not None and one.wish.kind == Wish.Kind.NO


def _language_of_partners(own: Participation) -> str:
    """The language of the first other side; the own one where everybody comes from one side."""
    others = (
        approved(own.event).exclude(organisation__side=own.organisation.side_id).order_by("organisation__side", "pk")
    )
    other = others.first()
    return language_of_side(other or own)


def adviser_of(event: Event) -> User | None:
    """Who helps when nothing fits: an adviser of the event's office."""
    advisers = Role.objects.filter(kind=Role.Kind.ADVISER, scope=Role.Scope.OFFICE, scope_id=event.office_id)
    role = advisers.filter(user__is_active=True).select_related("user").order_by("pk").first()
    return role.user if role else None


@dataclass(frozen=True)
class PartnerPage:
    own: Participation
    event: Event
    card: Card
    profile: Profile
    shown: Showing
    seen_as: SeenAs
    row: RequestRow | None  # the newest request of the two, with what the reader can do
    quota_left: int
    is_open: bool
    abstract: Vouched | None
    answers: list[Answer]  # to the organiser's questions, as far as they are for other participants


def partner_page(own: Participation, partner: Participation) -> PartnerPage:
    relations = relations_of(own)
    found = cards_of([partner], relations)[0]
    window = Window(own.event.phase)
    request = found.request
    if request is not None:
        request.sender, request.recipient = (own, partner) if request.sender_id == own.pk else (partner, own)
    return PartnerPage(
        own=own,
        event=own.event,
        card=found,
        profile=profile(partner),
        shown=showing(partner.organisation),
        seen_as=seen_as(own, language=language_of_side(partner)),
        row=request_row(request, own, window, planned=is_planned(request)) if request else None,
        quota_left=max(0, MOST_PENDING - relations.pending),
        is_open=window.sending,
        abstract=shown_to(own.person.user, partner.organisation) if own.person.user else None,
        answers=shown_answers(partner) if found.person_is_visible else [],
    )


def suggestions_due() -> list[Event]:
    """Events whose suggestions no longer fit: who takes part, who may be suggested to whom, or what found them has changed.

    In every phase in which people are still admitted, which is all but the last.
    """
    return [event for event in Event.objects.exclude(phase=Event.Phase.AFTER).order_by("pk") if _is_due(event)]


def _is_due(event: Event) -> bool:
    rows = Suggestion.objects.filter(participation__event=event)
    if not event.suggestions_shown:
        return rows.exists()
    run = SuggestionRun.objects.filter(event=event).first()
    return _is_outdated(event) or run is None or run.fingerprint != fingerprint(event)


def _is_outdated(event: Event) -> bool:
    """Were they found by another embedder or program? Whole texts are cited only as long as phrases cannot be compared."""
    now = embedders.state()
    rows = Suggestion.objects.filter(participation__event=event)
    others = rows.exclude(engine=engine_name(now.model))
    whole = engine_name(now.model, phrases=False)
    return others.exclude(engine=whole).exists() or (others.exists() and embedders.can_encode(now))
