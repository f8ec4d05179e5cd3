"""Events and participations as far as a user may see them; everything else does not exist (404)."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from qiao.core.access import is_organiser
from qiao.core.models import Role, User
from qiao.core.texts import tidy
from qiao.directory.models import Person
from qiao.directory.roles import works_for_office
from qiao.events.form_models import Invitation, ParticipantType, Question
from qiao.events.models import Event, Interpreter, MeetingBlock, Participation, ProgrammeItem
from qiao.events.session_models import EventSession, Room, Speaker, Track
from qiao.events.session_queries import audiences_of, has_public_sessions, with_details
from qiao.events.travel_models import TravelCall


def user_of(request: HttpRequest) -> User:
    """Who is signed in; a visitor finds nothing."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def load_event_for(user: User | AnonymousUser, slug: str) -> Event:
    """The published facts of an event: for everybody who is signed in."""
    if not user.is_authenticated:
        raise Http404
    return get_object_or_404(Event.objects.select_related("series", "office"), slug=slug)


def load_person_and_event(user: User | AnonymousUser, slug: str) -> tuple[Person, Event]:
    """Who may join an event: everybody who has a profile as a person."""
    event = load_event_for(user, slug)
    return get_object_or_404(Person, user=user), event


def load_event_as_organiser(user: User | AnonymousUser, slug: str) -> Event:
    event = load_event_for(user, slug)
    if not (isinstance(user, User) and is_organiser(user, event.pk)):
        raise Http404
    return event


def load_participation_for(user: User | AnonymousUser, slug: str) -> Participation:
    """The user's own approved participation in this event."""
    load_event_for(user, slug)
    return get_object_or_404(
        Participation.objects.select_related("event", "event__office", "person__user", "organisation__side"),
        event__slug=slug,
        person__user=user,
        state=Participation.State.APPROVED,
    )


def load_own_participation(user: User | AnonymousUser, slug: str) -> Participation:
    """The user's own participation in this event in whatever state."""
    load_event_for(user, slug)
    return get_object_or_404(
        Participation.objects.select_related("event", "person__user", "organisation"),
        event__slug=slug,
        person__user=user,
    )


def load_participation_as_organiser(user: User | AnonymousUser, slug: str, key: str) -> Participation:
    """A participation by its person's key, for organisers of the event."""
    event = load_event_as_organiser(user, slug)
    return get_object_or_404(
        Participation.objects.select_related("event", "person__user", "organisation"), event=event, person__key=key
    )


def load_participations_as_organiser(user: User | AnonymousUser, slug: str, keys: list[str]) -> list[Participation]:
    """Several by their people's keys; those that are gone are left out."""
    event = load_event_as_organiser(user, slug)
    named = [tidy(key) for key in keys]  # PostgreSQL ends a query that holds a NUL with an error
    rows = Participation.objects.filter(event=event, person__key__in=named).order_by("created", "pk")
    return list(rows.select_related("event", "person__user", "person__side", "organisation"))


def load_block_as_organiser(user: User | AnonymousUser, slug: str, pk: int) -> MeetingBlock:
    event = load_event_as_organiser(user, slug)
    return get_object_or_404(MeetingBlock.objects.select_related("event"), event=event, pk=pk)


def load_interpreter_as_organiser(user: User | AnonymousUser, slug: str, pk: int) -> Interpreter:
    event = load_event_as_organiser(user, slug)
    return get_object_or_404(Interpreter.objects.select_related("event", "person__user"), event=event, pk=pk)


def load_programme_item_as_organiser(user: User | AnonymousUser, slug: str, pk: int) -> tuple[ProgrammeItem, Event]:
    event = load_event_as_organiser(user, slug)
    return get_object_or_404(ProgrammeItem.objects.select_related("event"), event=event, pk=pk), event


def load_question_as_organiser(user: User | AnonymousUser, slug: str, key: str) -> Question:
    event = load_event_as_organiser(user, slug)
    return get_object_or_404(Question.objects.select_related("event"), event=event, key=key)


def load_invitation(key: str) -> Invitation:
    """Whoever has the link; one that ended says so."""
    return get_object_or_404(Invitation.objects.select_related("event__office"), key=key)


def load_invitation_as_organiser(user: User | AnonymousUser, slug: str, key: str) -> Invitation:
    event = load_event_as_organiser(user, slug)
    return get_object_or_404(Invitation.objects.select_related("event__office"), event=event, key=key)


def load_type_as_organiser(user: User | AnonymousUser, slug: str, pk: int) -> ParticipantType:
    event = load_event_as_organiser(user, slug)
    return get_object_or_404(ParticipantType.objects.select_related("event"), event=event, pk=pk)


def load_travel_for(user: User | AnonymousUser, slug: str) -> tuple[Participation, TravelCall]:
    """The user's own admitted participation, and what is asked about the journey, while it is."""
    own = load_participation_for(user, slug)
    call = get_object_or_404(TravelCall.objects.select_related("event__office"), event=own.event_id)
    if not call.is_open:
        raise Http404
    return own, call


def load_travel_call(user: User | AnonymousUser, slug: str) -> TravelCall:
    event = load_event_as_organiser(user, slug)
    return get_object_or_404(TravelCall.objects.select_related("event__office"), event=event)


def load_travel_as_reader(user: User | AnonymousUser, slug: str) -> TravelCall:
    """For the organisers who are entrusted with it."""
    call = load_travel_call(user, slug)
    if not isinstance(user, User) or not call.readers.filter(pk=user.pk).exists():
        raise Http404
    return call


def load_programme_for(user: User | AnonymousUser, slug: str) -> Event | None:
    """The event whose programme is asked for; None for visitors who have to sign in, as there is nothing for them.

    They meet the same answer whether the event exists or not.
    """
    if user.is_authenticated:
        return load_event_for(user, slug)
    event = Event.objects.select_related("series", "office").filter(slug=slug).first()
    return event if event and has_public_sessions(event) else None


def load_session_for(user: User | AnonymousUser, slug: str, key: str) -> EventSession | None:
    """A session that this reader may see, also a draft in which he is asked to speak; None as in `load_programme_for`."""
    event = load_programme_for(user, slug)
    if event is None:
        return None
    seen = Q(audience__in=audiences_of(user, event))
    if isinstance(user, User):
        seen |= Q(pk__in=Speaker.objects.filter(person__user=user).values("session"))
    rows = with_details(event.sessions.filter(seen))
    found = rows.select_related("event__office").filter(key=key).first()
    if found is None and user.is_authenticated:
        raise Http404
    return found


def load_session_as_organiser(user: User | AnonymousUser, slug: str, key: str) -> EventSession:
    event = load_event_as_organiser(user, slug)
    return get_object_or_404(with_details(event.sessions.all()), key=key)


def load_session_to_attend(user: User | AnonymousUser, slug: str, key: str) -> tuple[EventSession, Participation]:
    """A session that participants see, and one's own admitted participation."""
    own = load_participation_for(user, slug)
    rows = own.event.sessions.exclude(audience=EventSession.Audience.DRAFT).select_related("room", "event__office")
    return get_object_or_404(rows, key=key), own


def may_attend(user: User | AnonymousUser, event: Event) -> Participation | None:
    """The reader's own admitted participation, if any."""
    if not isinstance(user, User):
        return None
    rows = Participation.objects.filter(event=event, person__user=user, state=Participation.State.APPROVED)
    return rows.select_related("event__office", "person__user", "organisation__side").first()


def load_own_speaking(user: User | AnonymousUser, slug: str, key: str) -> Speaker:
    """The reader as a speaker of this session."""
    load_event_for(user, slug)
    rows = Speaker.objects.select_related("session__event")
    return get_object_or_404(rows, session__event__slug=slug, session__key=key, person__user=user)


def load_speaker_as_organiser(user: User | AnonymousUser, slug: str, key: str, pk: int) -> Speaker:
    session = load_session_as_organiser(user, slug, key)
    return get_object_or_404(Speaker.objects.select_related("session__event", "person"), session=session, pk=pk)


def load_room_as_organiser(user: User | AnonymousUser, slug: str, pk: int) -> Room:
    event = load_event_as_organiser(user, slug)
    return get_object_or_404(Room.objects.select_related("event"), event=event, pk=pk)


def load_track_as_organiser(user: User | AnonymousUser, slug: str, pk: int) -> Track:
    event = load_event_as_organiser(user, slug)
    return get_object_or_404(Track.objects.select_related("event"), event=event, pk=pk)


def load_organiser(user: User | AnonymousUser, slug: str, key: str) -> tuple[Event, User]:
    """Somebody who organises this event, for its organisers."""
    event = load_event_as_organiser(user, slug)
    roles = Role.objects.filter(kind=Role.Kind.ORGANISER, scope=Role.Scope.EVENT, scope_id=event.pk)
    return event, get_object_or_404(User, key=key, roles__in=roles)


def may_open(user: User | AnonymousUser) -> bool:
    """Who may open a new event: advisers and administrators."""
    return works_for_office(user)


def load_opener(user: User | AnonymousUser) -> User:
    if not isinstance(user, User) or not may_open(user):
        raise Http404
    return user
