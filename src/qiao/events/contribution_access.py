"""Contributions, files and themes as far as a user may see them; everything else does not exist (404)."""

from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.shortcuts import get_object_or_404

from qiao.core.access import is_organiser
from qiao.core.models import User
from qiao.directory.models import Theme
from qiao.events.access import (
    load_event_as_organiser,
    load_event_for,
    load_participation_for,
    load_programme_for,
    load_session_for,
)
from qiao.events.contribution_models import Contribution, ContributionCall, EventFile
from qiao.events.contribution_queries import with_author
from qiao.events.models import Event, Participation
from qiao.events.session_models import EventSession

Visitor = User | AnonymousUser
State = Contribution.State


def load_open_call(user: Visitor, slug: str) -> tuple[Participation, ContributionCall]:
    own = load_participation_for(user, slug)
    call = get_object_or_404(ContributionCall.objects.select_related("event"), event=own.event_id)
    if not call.is_open:
        raise Http404
    return own, call


def wrote(user: Visitor, contribution: Contribution) -> bool:
    return user.pk is not None and contribution.participation.person.user_id == user.pk


def keeps_contribution(user: Visitor, contribution: Contribution) -> bool:
    """Who adds and removes its files: its author as long as it is not withdrawn or declined, and the organisers."""
    if isinstance(user, User) and is_organiser(user, contribution.event_id):
        return True
    return wrote(user, contribution) and contribution.state in (State.SUBMITTED, State.ACCEPTED)


def load_contribution_for(user: Visitor, slug: str, key: str) -> Contribution:
    """An accepted one for everybody who is signed in; of a lecture the session is what is shown. Others for those concerned."""
    event = load_event_for(user, slug)
    found = get_object_or_404(with_author(event.contributions.all()), key=key)
    is_shown = found.state == State.ACCEPTED and found.kind != Contribution.Kind.LECTURE
    if not (is_shown or wrote(user, found) or (isinstance(user, User) and is_organiser(user, event.pk))):
        raise Http404
    return found


def load_contribution_to_keep(user: Visitor, slug: str, key: str) -> Contribution:
    found = load_contribution_for(user, slug, key)
    if not keeps_contribution(user, found):
        raise Http404
    return found


def load_own_contribution(user: Visitor, slug: str, key: str) -> Contribution:
    own = load_participation_for(user, slug)
    return get_object_or_404(with_author(own.contributions.exclude(state=State.WITHDRAWN)), key=key)


def load_contribution_to_edit(user: Visitor, slug: str, key: str) -> tuple[Contribution, ContributionCall]:
    """One's own, until the call closes or somebody decides."""
    found = load_own_contribution(user, slug, key)
    call = get_object_or_404(ContributionCall.objects.select_related("event"), event=found.event_id)
    if found.state != State.SUBMITTED or not call.is_open:
        raise Http404
    return found, call


def load_contribution_as_organiser(user: Visitor, slug: str, key: str) -> Contribution:
    event = load_event_as_organiser(user, slug)
    return get_object_or_404(with_author(event.contributions.all()), key=key)


def keeps_session(user: Visitor, session: EventSession) -> bool:
    """Who adds and removes its files: its speakers and the organisers."""
    if not isinstance(user, User):
        return False
    speaks = session.speakers.filter(person__user=user, declined=None).exists()
    return speaks or is_organiser(user, session.event_id)


def load_session_to_keep(user: Visitor, slug: str, key: str) -> EventSession:
    found = load_session_for(user, slug, key)
    if found is None or not keeps_session(user, found):
        raise Http404
    return found


def load_event_file_for(user: Visitor, slug: str, key: str) -> EventFile | None:
    """A file of a session or contribution that this reader may see; None for visitors who have to sign in."""
    event = load_programme_for(user, slug)
    rows = EventFile.objects.select_related("session", "contribution__session").filter(removed=None, key=key)
    found = rows.first() if event else None
    if found is None:
        if user.is_authenticated:
            raise Http404
        return None
    session = found.session or (found.contribution.session if found.contribution else None)
    if session is not None:
        return found if load_session_for(user, slug, session.key) else None
    assert found.contribution is not None
    if not user.is_authenticated:
        return None
    load_contribution_for(user, slug, found.contribution.key)
    return found


def load_event_file_to_keep(user: Visitor, slug: str, key: str) -> EventFile:
    event = load_event_for(user, slug)
    rows = EventFile.objects.select_related(
        "session__event", "contribution__event", "contribution__participation__person"
    )
    found = get_object_or_404(rows, key=key)
    if found.owner.event_id != event.pk:
        raise Http404
    keeps = keeps_session(user, found.session) if found.session else keeps_contribution(user, found.owner)  # type: ignore[arg-type]
    if not keeps:
        raise Http404
    return found


def load_theme_for(user: Visitor, slug: str, code: str) -> tuple[Event, Theme]:
    return load_event_for(user, slug), get_object_or_404(Theme, code=code)
