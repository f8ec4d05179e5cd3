"""The form after admission: for the participant, and for the organisers who are entrusted with it."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from qiao.core.answers import attempt, perform
from qiao.core.audience import audience
from qiao.events import access, actions, travel_queries
from qiao.events.exports import XLSX
from qiao.events.forms.travel import TravelCallForm, TravelForm
from qiao.events.models import Event
from qiao.events.travel_exports import travel_xlsx
from qiao.events.travel_fields import rows_in_words
from qiao.events.travel_models import TravelCall
from qiao.events.views.setup import sure

PER_PAGE = 50


def event_of(call: TravelCall) -> Event:
    """That it was loaded by: calls of delegations have pages of their own."""
    assert call.event is not None
    return call.event


@audience("participant", methods="GET POST")
def travel(request: HttpRequest, slug: str) -> HttpResponse:
    """What one tells about one's journey; withdrawing is a button, and emptying a group does the same for that group."""
    own, call = access.load_travel_for(request.user, slug)
    told = travel_queries.told_by(own)
    save = partial(actions.save_travel, participation=own, by=access.user_of(request))
    if "withdraw" in request.POST:
        perform(request, partial(save, values={}), _("Saved: you tell nothing. What was stored is deleted."))
        return redirect("travel", slug)
    form = TravelForm(request.POST if request.method == "POST" else None, call=call, present=told or {})
    if form.is_valid():
        perform(request, partial(save, values=form.values()), _("Saved. What you emptied is deleted."))
        return redirect("event", slug)
    context = {"event": own.event, "form": form, "call": call, "told": told, "lost": told is None}
    return render(request, "events/travel.html", context, status=400 if form.errors else 200)


@audience("organiser", methods="GET POST")
def travel_setup(request: HttpRequest, slug: str) -> HttpResponse:
    event, user = access.load_event_as_organiser(request.user, slug), access.user_of(request)
    call = travel_queries.call_of(event)
    organisers, until = travel_queries.organisers_of(event), actions.last_day(event)
    form = TravelCallForm(request.POST or None, call=call, until=until, organisers=organisers, by=user)
    if form.is_valid() and attempt(form, partial(actions.save_travel_call, event=event, by=user, **form.values())):
        return redirect("event-setup", slug)
    context = {"event": event, "form": form, "call": call, "may_read": travel_queries.may_read(user, call)}
    return render(request, "events/setup/travel.html", context, status=400 if form.errors else 200)


@audience("organiser", methods="GET POST")
def travel_end(request: HttpRequest, slug: str) -> HttpResponse:
    call = access.load_travel_call(request.user, slug)
    if request.method == "POST":
        perform(
            request, partial(actions.end_travel_call, call=call, by=access.user_of(request)), _("All of it is deleted.")
        )
        return redirect("event-setup", slug)
    text = _(
        "Nobody is asked any more, and what people told about their journey is deleted at once. This cannot be undone."
    )
    return sure(request, event_of(call), _("Delete all travel details?"), text)


@audience("organiser")
def travel_people(request: HttpRequest, slug: str) -> HttpResponse:
    """Who told something; what it is stands on each one's page only."""
    call = access.load_travel_as_reader(request.user, slug)
    event = event_of(call)
    page = travel_queries.people(event, per_page=PER_PAGE, page=request.GET.get("page"))
    context = {"event": event, "call": call, "page": page, "numbers": travel_queries.numbers(event)}
    return render(request, "events/setup/travel_people.html", context)


@audience("organiser")
def travel_person(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    call = access.load_travel_as_reader(request.user, slug)
    who, user = access.load_participation_as_organiser(request.user, slug, key), access.user_of(request)
    actions.note_reading(event=event_of(call), read=[who.pk], by=user, how="page")
    told = travel_queries.told_by(who)
    context = {"event": call.event, "call": call, "own": who, "rows": rows_in_words(told), "lost": told is None}
    return render(request, "events/setup/travel_person.html", context)


@audience("organiser")
def travel_table(request: HttpRequest, slug: str) -> HttpResponse:
    call = access.load_travel_as_reader(request.user, slug)
    headers = {
        "Content-Disposition": f'attachment; filename="{slug}-travel-CONFIDENTIAL.xlsx"',
        "Cache-Control": "no-store",
    }
    return HttpResponse(travel_xlsx(call, by=access.user_of(request)), content_type=XLSX, headers=headers)
