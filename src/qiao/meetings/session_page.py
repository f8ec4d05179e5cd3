"""One session as a reader sees it."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser

from qiao.core.access import is_organiser
from qiao.core.models import User
from qiao.events.access import may_attend
from qiao.events.actions import is_open
from qiao.events.contribution_access import keeps_session
from qiao.events.contribution_models import EventFile
from qiao.events.contribution_queries import files_of, removed_files
from qiao.events.models import Participation, Slot
from qiao.events.session_models import EventSession, Reservation, Speaker
from qiao.events.session_queries import reservation_of
from qiao.meetings.clashes import talks_during


@dataclass(frozen=True)
class SessionPage:
    own: Participation | None  # the reader takes part in the event
    reservation: Reservation | None  # in force
    speaking: Speaker | None  # the reader as a speaker
    talks: list[Slot]  # the reader's, meanwhile
    is_open: bool
    free: int | None  # places; None: any number
    organises: bool
    files: list[EventFile]
    removed: list[EventFile]  # for those who may put them back
    keeps: bool  # adds and removes files


def session_page(user: User | AnonymousUser, session: EventSession) -> SessionPage:
    """Of a session from `session_queries.with_details`."""
    own = may_attend(user, session.event)
    speakers = [one for one in session.speakers.all() if one.person and user.pk and one.person.user_id == user.pk]
    keeps = keeps_session(user, session)
    taken: int = session.taken  # type: ignore[attr-defined]
    return SessionPage(
        own=own,
        reservation=reservation_of(session, own) if own else None,
        speaking=speakers[0] if speakers else None,
        talks=talks_during(session, [own.pk]).get(own.pk, []) if own else [],
        is_open=is_open(session),
        free=None if session.capacity is None else max(0, session.capacity - taken),
        organises=isinstance(user, User) and is_organiser(user, session.event_id),
        files=files_of(session),
        removed=removed_files(session) if keeps else [],
        keeps=keeps,
    )
