"""Sessions of an event: rooms, tracks, the sessions themselves, and who speaks."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.core.queue import enqueue_once
from qiao.directory.models import Person
from qiao.events.actions.mails import tell
from qiao.events.models import Event, Participation
from qiao.events.session_models import EventSession, Reservation, Room, Speaker, Track

FILL = "qiao.meetings.tasks.fill_places"
"""What follows where a place may be free: the waiting lists move up. Known by name only, as it looks at people's talks."""
MOST_SESSIONS = 1000
SESSION_FACTS = (
    "names", "abstracts", "kind", "audience", "starts", "ends", "room", "track", "languages", "interpreted",
    "takes_reservations", "places", "stream_url", "external_id",
)  # fmt: skip
IN_CALENDARS = {"names", "starts", "ends", "room", "stream_url"}
WORTH_TELLING = {"starts", "ends", "room"}


@transaction.atomic
def save_room(*, event: Event, room: Room | None = None, names: Mapping[str, str], seats: int | None, by: User) -> Room:
    row = room or Room(event=event, position=_last(event.rooms) + 1)
    row.names, row.seats = dict(names), seats
    row.save()
    if any(one.places is None and _taken(one) > (seats or _taken(one)) for one in row.sessions.all()):
        raise Refused(gettext("More people have a place in one of this room's sessions. Give it another room first."))
    record(by=by, action="events.save_room", subject=row, event=event.pk)
    enqueue_once(FILL)
    return row


@transaction.atomic
def save_track(*, event: Event, track: Track | None = None, names: Mapping[str, str], by: User) -> Track:
    row = track or Track(event=event, position=_last(event.tracks) + 1)
    row.names = dict(names)
    row.save()
    record(by=by, action="events.save_track", subject=row, event=event.pk)
    return row


def _last(rows: Any) -> int:
    return rows.aggregate(last=Max("position"))["last"] or 0


@transaction.atomic
def remove_place(*, place: Room | Track, by: User) -> None:
    """A room or a track; its sessions stay, without one."""
    record(by=by, action=f"events.remove_{place._meta.model_name}", subject=place, event=place.event_id)
    place.delete()


@transaction.atomic
def save_session(
    *, event: Event, session: EventSession | None = None, values: Mapping[str, Any], by: User | None
) -> EventSession:
    """Write SESSION_FACTS and `themes`. Who has a place or speaks is told by mail when time or room change of one that is shown."""
    if session is None and event.sessions.count() >= MOST_SESSIONS:
        raise Refused(gettext("An event can have at most %(most)s sessions.") % {"most": MOST_SESSIONS})
    row = (
        EventSession.objects.select_for_update(of=("self",)).get(pk=session.pk)
        if session
        else EventSession(event=event)
    )
    given = {name: values[name] for name in SESSION_FACTS if name in values}
    changed = [name for name, value in given.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, given[name])
    _check(event, row)
    if row.pk and IN_CALENDARS & set(changed):
        row.sequence += 1
    row.save()
    if "themes" in values:
        row.themes.set(values["themes"])
    record(by=by, action="events.save_session", subject=row, event=event.pk, fields=changed)
    is_expected = row.audience != EventSession.Audience.DRAFT and row.cancelled is None
    if session and is_expected and WORTH_TELLING & set(changed):
        _tell_all(row, "events.session_changed")
    enqueue_once(FILL)
    return row


def _check(event: Event, row: EventSession) -> None:
    if (row.starts is None) != (row.ends is None):
        raise Refused(gettext("A session has a beginning and an end, or neither yet."))
    if row.starts and row.ends:
        if row.ends <= row.starts:
            raise Refused(gettext("The session ends before it starts."))
        first, last = (time.astimezone(event.zone).date() for time in (row.starts, row.ends))
        if not event.starts <= first <= last <= event.ends:
            raise Refused(gettext("The session lies outside the days of the event. Change the days first."))
    taken = _taken(row) if row.pk else 0
    if taken and row.audience == EventSession.Audience.DRAFT:
        raise Refused(gettext("People have places in this session: it can be cancelled, but be no draft any more."))
    if row.capacity is not None and taken > row.capacity:
        text = ngettext(
            "%(count)s person has a place already. There cannot be fewer places.",
            "%(count)s people have a place already. There cannot be fewer places.",
            taken,
        )
        raise Refused(text % {"count": taken})


def _taken(row: EventSession) -> int:
    return row.reservations.exclude(seat=None).count()


@transaction.atomic
def remove_session(*, session: EventSession, by: User) -> bool:
    """Cancel a session that people reckon with, and tell them; delete one that nobody does. Whether it was cancelled."""
    row = EventSession.objects.select_for_update(of=("self",)).get(pk=session.pk)
    expected = row.reservations.filter(given_back=None).exists() or row.speakers.exclude(person=None).exists()
    record(by=by, action="events.remove_session", subject=row, event=row.event_id)
    if not expected or row.audience == EventSession.Audience.DRAFT:
        row.delete()
        return False
    if row.cancelled is None:
        row.cancelled = timezone.now()
        row.sequence += 1
        row.save(update_fields=["cancelled", "sequence"])
        _tell_all(row, "events.session_cancelled")
    return True


@transaction.atomic
def restore_session(*, session: EventSession, by: User) -> None:
    """It takes place after all; who has a place or speaks is told."""
    row = EventSession.objects.select_for_update(of=("self",)).get(pk=session.pk)
    if row.cancelled is not None:
        row.cancelled = None
        row.sequence += 1
        row.save(update_fields=["cancelled", "sequence"])
        record(by=by, action="events.restore_session", subject=row, event=row.event_id)
        _tell_all(row, "events.session_changed")
        enqueue_once(FILL)  # places were given back meanwhile


# Who speaks


@transaction.atomic
def add_speaker(*, session: EventSession, person: Person, by: User) -> Speaker:
    """Somebody of the directory, who is asked by mail whether he agrees to be named."""
    found, new = Speaker.objects.get_or_create(
        session=session, person=person, defaults={"position": _last(session.speakers) + 1}
    )
    if not new:
        raise Refused(gettext("This person is entered as a speaker already."))
    record(by=by, action="events.add_speaker", subject=session, speaker=found.pk)
    taking_part = _participation(session, person)
    if taking_part is not None:
        _tell(taking_part, "events.speaker_asked", session)
    return found


@transaction.atomic
def add_guest(*, session: EventSession, name: str, name_latin: str, organisation: str, by: User) -> Speaker:
    """Somebody who is not in the directory and has told the organiser that he may be named."""
    made = Speaker.objects.create(
        session=session, name=name, name_latin=name_latin, organisation=organisation, agreed=timezone.now(),
        position=_last(session.speakers) + 1,
    )  # fmt: skip
    record(by=by, action="events.add_speaker", subject=session, speaker=made.pk)
    return made


@transaction.atomic
def remove_speaker(*, speaker: Speaker, by: User) -> None:
    record(by=by, action="events.remove_speaker", subject=speaker.session, speaker=speaker.pk)
    speaker.delete()


@transaction.atomic
def answer_speaking(*, speaker: Speaker, agrees: bool, by: User) -> None:
    """Somebody agrees to speak and to be named, or does not (any more): then nobody but the organiser reads the name."""
    now = timezone.now()
    Speaker.objects.filter(pk=speaker.pk).update(
        agreed=now if agrees else None, declined=None if agrees else now
    )  # fmt: skip
    record(by=by, action="events.answer_speaking", subject=speaker.session, speaker=speaker.pk, agrees=agrees)


def _participation(session: EventSession, person: Person) -> Participation | None:
    rows = Participation.objects.filter(event=session.event_id, person=person, state=Participation.State.APPROVED)
    return rows.select_related("event", "person__user", "person__side").first()


def _tell_all(row: EventSession, kind: str) -> None:
    """Everybody who has or waits for a place, and the speakers; each once."""
    people = set(row.reservations.filter(given_back=None).values_list("participation_id", flat=True))
    persons = row.speakers.filter(declined=None).exclude(person=None).values("person")
    speaking = Participation.objects.filter(event=row.event_id, person__in=persons)
    people |= set(speaking.values_list("pk", flat=True))
    rows = Participation.objects.filter(pk__in=people, state=Participation.State.APPROVED)
    for one in rows.select_related("event", "person__user", "person__side").order_by("pk"):
        _tell(one, kind, row)


def _tell(one: Participation, kind: str, session: EventSession) -> None:
    tell(
        participation=one,
        kind=kind,
        path=reverse("session", args=[one.event.slug, session.key]),
        context={"session": session},
        names={"session": session.pk},
        subject=f"session {session.pk}",
    )


def tell_of_place(*, reservation: Reservation) -> None:
    """That somebody moved up from the waiting list."""
    _tell(reservation.participation, "events.session_place", reservation.session)
