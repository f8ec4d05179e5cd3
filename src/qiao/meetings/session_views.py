"""The programme for its readers, places in sessions, and the organiser's list of sessions with what clashes."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from qiao.core.answers import attempt, attempted, fingerprint
from qiao.core.audience import audience
from qiao.core.texts import tidy
from qiao.events import session_queries
from qiao.events.access import (
    load_event_as_organiser,
    load_programme_for,
    load_session_as_organiser,
    load_session_for,
    load_session_to_attend,
    user_of,
)
from qiao.events.actions import add_guest
from qiao.events.forms.contributions import FileForm
from qiao.events.forms.sessions import GuestForm
from qiao.events.session_queries import bindings_of
from qiao.meetings import actions
from qiao.meetings.clashes import at_once, clashes_of, talks_during
from qiao.meetings.forms import ProgrammeFilter
from qiao.meetings.programme import programme_page
from qiao.meetings.session_page import session_page


@audience("public")
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    event = load_programme_for(request.user, slug)
    if event is None:
        return redirect_to_login(request.get_full_path())
    page = programme_page(request.user, event, ProgrammeFilter(request.GET).choice())
    return render(request, "meetings/programme.html", {"event": event, "page": page})


@audience("public")
def session(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    found = load_session_for(request.user, slug, key)
    if found is None:
        return redirect_to_login(request.get_full_path())
    page = session_page(request.user, found)
    return render(
        request,
        "meetings/session.html",
        {"event": found.event, "session": found, "page": page, "file_form": FileForm()},
    )


@audience("participant", methods="POST")
def place_take(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Reserve a place; asks once more where something else is at the same time."""
    found, own = load_session_to_attend(request.user, slug, key)
    talks = talks_during(found, [own.pk]).get(own.pk, [])
    others = [
        one for one in bindings_of(found.event, [own]).get(own.pk, [])
        if not one.ended and one.session.pk != found.pk and at_once(one, found)
    ]  # fmt: skip
    shown = fingerprint({"talks": [one.pk for one in talks], "others": [one.session.pk for one in others]})
    asks = (talks and not found.event.sessions_block) or others
    if asks and request.POST.get("confirmed") != shown:
        context = {"event": found.event, "session": found, "talks": talks, "others": others, "shown": shown}
        return render(request, "meetings/place_clash.html", context)
    take = partial(actions.take_place, session=found, participation=own, by=user_of(request))
    if made := attempted(request, take):
        done = _("You are on the waiting list. Once a place is free you get it, and a mail.")
        messages.success(request, done if made.is_waiting else _("You have a place. It stands in your agenda."))
    return redirect("session", slug, key)


@audience("participant", methods="POST")
def place_leave(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    found, own = load_session_to_attend(request.user, slug, key)
    actions.leave_place(session=found, participation=own, by=user_of(request))
    messages.success(request, _("Your place is given back."))
    return redirect("session", slug, key)


@audience("organiser")
def sessions(request: HttpRequest, slug: str) -> HttpResponse:
    event = load_event_as_organiser(request.user, slug)
    rows = session_queries.sessions_of(event)
    clashes = clashes_of(event, rows)
    context = {
        "event": event, "rows": [(one, clashes.get(one.pk)) for one in rows], "clashing": len(clashes),
        "rooms": list(event.rooms.all()), "tracks": list(event.tracks.all()),
    }  # fmt: skip
    return render(request, "meetings/sessions.html", context)


@audience("organiser", methods="GET POST")
def session_speakers(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Who speaks; a guest is added by a form, somebody of the event is looked for by name."""
    found = load_session_as_organiser(request.user, slug, key)
    form = GuestForm(request.POST or None)
    if form.is_valid():
        add = partial(add_guest, session=found, by=user_of(request), **form.values)
        if attempt(form, add):
            return redirect("session-speakers", slug, key)
    words = tidy(request.GET.get("q", "")[:100])
    clashes = clashes_of(found.event, session_queries.sessions_of(found.event)).get(found.pk)
    context = {
        "event": found.event, "session": found, "one": found, "form": form, "words": words, "clashes": clashes,
        "found": session_queries.possible_speakers(found, words),
        "reservations": session_queries.reservations_of(found),
    }  # fmt: skip
    return render(request, "events/sessions/speakers.html", context, status=400 if form.errors else 200)
