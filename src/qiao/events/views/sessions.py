"""The organiser's pages for sessions, rooms, tracks and tables. What shows clashes stands in `meetings.session_views`."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from qiao.core.answers import attempt, perform
from qiao.core.audience import audience
from qiao.core.errors import Refused
from qiao.core.languages import running_text
from qiao.core.tables import explain, read_table
from qiao.directory import uploads
from qiao.engine.files import InvalidFile
from qiao.events import access, actions, exports, session_imports
from qiao.events.forms.sessions import RoomForm, SessionFileForm, SessionForm, TrackForm
from qiao.events.models import Event
from qiao.events.session_models import EventSession, Room, Track


@audience("organiser", methods="GET POST")
def session_new(request: HttpRequest, slug: str) -> HttpResponse:
    return _session(request, access.load_event_as_organiser(request.user, slug), None)


@audience("organiser", methods="GET POST")
def session_edit(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    session = access.load_session_as_organiser(request.user, slug, key)
    return _session(request, session.event, session)


def _session(request: HttpRequest, event: Event, session: EventSession | None) -> HttpResponse:
    form = SessionForm(request.POST or None, event=event, session=session)
    if form.is_valid():
        save = partial(
            actions.save_session, event=event, session=session, by=access.user_of(request), values=form.values
        )
        if made := attempt(form, save):
            messages.success(request, _("Saved."))
            return redirect("sessions", event.slug) if session else redirect("session-speakers", event.slug, made.key)
    title = _("Change the session") if session else _("A new session")
    context = {"event": event, "title": title, "form": form, "session": session}
    return render(request, "events/sessions/form.html", context, status=400 if form.errors else 200)


@audience("organiser", methods="GET POST")
def session_remove(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    session = access.load_session_as_organiser(request.user, slug, key)
    if request.method == "POST":
        _remove(request, session)
        return redirect("sessions", slug)
    return render(request, "events/sessions/remove.html", {"event": session.event, "session": session})


def _remove(request: HttpRequest, session: EventSession) -> None:
    cancelled = actions.remove_session(session=session, by=access.user_of(request))
    messages.success(
        request, _("Cancelled. Everybody who reckoned with it is told by mail.") if cancelled else _("Removed.")
    )


@audience("organiser", methods="POST")
def session_restore(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    session = access.load_session_as_organiser(request.user, slug, key)
    restore = partial(actions.restore_session, session=session, by=access.user_of(request))
    perform(request, restore, _("It takes place after all; everybody concerned is told by mail."))
    return redirect("sessions", slug)


# Speakers and who has a place


@audience("organiser", methods="POST")
def speaker_add(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Somebody who takes part in the event, by the person's key."""
    session = access.load_session_as_organiser(request.user, slug, key)
    chosen = access.load_participations_as_organiser(request.user, slug, request.POST.getlist("person"))
    if len(chosen) == 1:
        add = partial(actions.add_speaker, session=session, person=chosen[0].person, by=access.user_of(request))
        perform(request, add, _("Entered. The person is asked by mail, and named after agreeing."))
    return redirect("session-speakers", slug, key)


@audience("organiser", methods="POST")
def speaker_remove(request: HttpRequest, slug: str, key: str, pk: int) -> HttpResponse:
    speaker = access.load_speaker_as_organiser(request.user, slug, key, pk)
    perform(request, partial(actions.remove_speaker, speaker=speaker, by=access.user_of(request)), _("Removed."))
    return redirect("session-speakers", slug, key)


@audience("member", methods="POST")
def speaking(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """A speaker agrees to be named, or does not (any more)."""
    speaker = access.load_own_speaking(request.user, slug, key)
    agrees = request.POST.get("agrees") == "yes"
    done = (
        _("Thank you. You are named in the programme.") if agrees else _("Your name does not stand in the programme.")
    )
    act = partial(actions.answer_speaking, speaker=speaker, agrees=agrees, by=access.user_of(request))
    perform(request, act, done)
    return redirect("session", slug, key)


# Rooms and tracks


def _place_form(request: HttpRequest, event: Event, place: Room | Track | None, kind: str) -> HttpResponse:
    initial = {name: getattr(place, name) for name in ("names", "seats") if hasattr(place, name)}
    form = (RoomForm if kind == "room" else TrackForm)(request.POST or None, initial=initial)
    if form.is_valid():
        write: Callable[..., Room | Track] = actions.save_room if kind == "room" else actions.save_track
        values: dict[str, Any] = {kind: place, **form.cleaned_data}
        if attempt(form, partial(write, event=event, by=access.user_of(request), **values)):
            return redirect("sessions", event.slug)
    titles = {
        "room": _("Change the room") if place else _("A new room"),
        "track": _("Change the track") if place else _("A new track"),
    }
    context = {"event": event, "title": titles[kind], "form": form, "back": reverse("sessions", args=[event.slug])}
    return render(request, "events/sessions/place.html", context, status=400 if form.errors else 200)


@audience("organiser", methods="GET POST")
def room_new(request: HttpRequest, slug: str) -> HttpResponse:
    return _place_form(request, access.load_event_as_organiser(request.user, slug), None, "room")


@audience("organiser", methods="GET POST")
def room_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    room = access.load_room_as_organiser(request.user, slug, pk)
    return _place_form(request, room.event, room, "room")


@audience("organiser", methods="GET POST")
def track_new(request: HttpRequest, slug: str) -> HttpResponse:
    return _place_form(request, access.load_event_as_organiser(request.user, slug), None, "track")


@audience("organiser", methods="GET POST")
def track_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    track = access.load_track_as_organiser(request.user, slug, pk)
    return _place_form(request, track.event, track, "track")


@audience("organiser", methods="GET POST")
def room_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    room = access.load_room_as_organiser(request.user, slug, pk)
    text = _("“%(room)s” goes. Its sessions stay, without a room.") % {"room": room}
    return _sure(request, room, _("Remove the room?"), text)


@audience("organiser", methods="GET POST")
def track_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    track = access.load_track_as_organiser(request.user, slug, pk)
    text = _("“%(track)s” goes. Its sessions stay, without a track.") % {"track": track}
    return _sure(request, track, _("Remove the track?"), text)


def _sure(request: HttpRequest, place: Room | Track, title: str, text: str) -> HttpResponse:
    if request.method == "POST":
        perform(request, partial(actions.remove_place, place=place, by=access.user_of(request)), _("Removed."))
        return redirect("sessions", place.event.slug)
    context = {"event": place.event, "title": title, "text": text, "back": reverse("sessions", args=[place.event.slug])}
    return render(request, "events/setup/sure.html", context)


# Tables


@audience("organiser")
def sessions_table(request: HttpRequest, slug: str) -> HttpResponse:
    event = access.load_event_as_organiser(request.user, slug)
    disposition = f'attachment; filename="sessions-{event.slug}.xlsx"'
    headers = {"Content-Disposition": disposition}
    return HttpResponse(session_imports.sessions_xlsx(event), content_type=exports.XLSX, headers=headers)


@audience("organiser", methods="GET POST")
def sessions_import(request: HttpRequest, slug: str) -> HttpResponse:
    event = access.load_event_as_organiser(request.user, slug)
    form = SessionFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            table = read_table(uploads.taken(file), file.name, columns=session_imports.COLUMNS)
            report = actions.import_sessions(event=event, table=table, by=access.user_of(request))
        except InvalidFile as invalid:
            form.add_error("file", running_text(explain(problem) for problem in invalid.problems[:10]))
        except Refused as refused:
            form.add_error("file", refused.message)
        else:
            text = _("%(created)s sessions added, %(updated)s changed, %(unchanged)s as they were.")
            messages.success(request, text % report.counts)
            return redirect("sessions", slug)
    context = {"event": event, "form": form}
    return render(request, "events/sessions/import.html", context, status=400 if form.errors else 200)
