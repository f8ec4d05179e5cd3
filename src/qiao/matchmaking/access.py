"""Partners and requests as far as a participant may see them; everything else does not exist (404)."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404

from qiao.core.models import User
from qiao.directory.access import load_own_person, member
from qiao.directory.models import Person
from qiao.events.access import load_event_as_organiser, load_event_for, load_participation_for
from qiao.events.models import Event, Participation
from qiao.matchmaking.conversation_models import Block, Report
from qiao.matchmaking.models import Request, Rule
from qiao.matchmaking.teams import manages, represented

DIGEST_SALT = "qiao.digest"


def load_block_for(user: User | AnonymousUser, pk: int) -> Block:
    return get_object_or_404(Block.objects.select_related("partner"), by=load_own_person(user), pk=pk)


def load_report_as_organiser(user: User | AnonymousUser, slug: str, pk: int) -> Report:
    """A reported conversation: nobody but the organisers of its event reads it, and only because it was reported."""
    event = load_event_as_organiser(user, slug)
    names = [
        f"{who}__{what}"
        for who in ("by", "about")
        for what in ("person__user", "person__side", "organisation", "event")
    ]
    rows = Report.objects.select_related("request__event", *names)
    return get_object_or_404(rows, request__event=event, pk=pk)


def load_partner_for(user: User | AnonymousUser, slug: str, key: str) -> tuple[Participation, Participation]:
    """(own participation, somebody else's): both approved for the same event, of different organisations.

    `key` is the partner's person key.
    """
    own = load_participation_for(user, slug)
    partner = get_object_or_404(
        Participation.objects.select_related("event", "person__user", "organisation__side", "organisation__park"),
        ~Q(organisation=own.organisation_id),
        event=own.event_id,
        person__key=key,
        state=Participation.State.APPROVED,
    )
    return own, partner


def load_rule_as_organiser(user: User | AnonymousUser, slug: str, pk: int) -> Rule:
    event = load_event_as_organiser(user, slug)
    return get_object_or_404(Rule.objects.select_related("event"), event=event, pk=pk)


def load_request_for(user: User | AnonymousUser, key: str) -> tuple[Participation, Request]:
    """(own participation, request): a request that the user sent or received."""
    if not user.is_authenticated:
        raise Http404
    names = [f"{who}__{what}" for who in ("sender", "recipient") for what in ("person__user", "organisation__side")]
    found = get_object_or_404(
        Request.objects.select_related(
            "event", *names, "sender__person__side", "recipient__person__side", "represented_by"
        ),
        Q(sender__person__user=user) | Q(recipient__person__user=user),
        key=key,
    )
    return (found.sender if found.sender.person.user_id == user.pk else found.recipient), found


def load_team(user: User | AnonymousUser, slug: str) -> tuple[User, Event]:
    """For those who keep the profile of an organisation."""
    event = load_event_for(user, slug)
    if not isinstance(user, User) or not manages(user):
        raise Http404
    return user, event


def load_request_for_colleague(user: User | AnonymousUser, key: str) -> tuple[Person, Request]:
    """(the manager, a request to a colleague whom the manager represents)."""
    manager = load_own_person(user)
    names = [
        f"{who}__{what}" for who in ("sender", "recipient") for what in ("person__user", "person__side", "organisation")
    ]
    rows = Request.objects.select_related("event", *names).filter(recipient__in=represented(member(user)))
    return manager, get_object_or_404(rows, key=key)
