"""Pages for people who take part, and the organiser's list of them."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from qiao.core.answers import perform, way_back
from qiao.core.audience import audience
from qiao.events import access, actions, queries
from qiao.events.forms.joining import DecisionForm, JoinForm, ParticipantFilterForm, PhaseForm

PER_PAGE = 50
DECISIONS = {"approve": actions.approve, "reject": actions.reject, "readmit": actions.readmit}


@audience("member")
def events(request: HttpRequest) -> HttpResponse:
    user = access.user_of(request)
    return render(request, "events/list.html", {"rows": queries.events_for(user), "may_open": access.may_open(user)})


@audience("member")
def event(request: HttpRequest, slug: str) -> HttpResponse:
    found = access.load_event_for(request.user, slug)
    page = queries.event_page(access.user_of(request), found)
    form = PhaseForm(initial={"phase": found.phase})
    return render(request, "events/event.html", {"event": found, "page": page, "phase_form": form})


@audience("organiser", methods="POST")
def event_phase(request: HttpRequest, slug: str) -> HttpResponse:
    found = access.load_event_as_organiser(request.user, slug)
    form = PhaseForm(request.POST)
    phase = form.cleaned_data["phase"] if form.is_valid() else ""
    perform(
        request,
        partial(actions.move_phase, event=found, phase=phase, by=access.user_of(request)),
        _("The phase has changed."),
    )
    return redirect("event", slug)


@audience("member", methods="GET POST")
def event_join(request: HttpRequest, slug: str) -> HttpResponse:
    person, found = access.load_person_and_event(request.user, slug)
    form = JoinForm(request.POST or None, user=access.user_of(request))
    if form.is_valid():
        join = partial(actions.join, event=found, person=person, by=access.user_of(request), **form.cleaned_data)
        perform(request, join, _("You are registered. The organiser will look at it and write to you."))
        return redirect("event", slug)
    return render(request, "events/join.html", {"event": found, "form": form})


@audience("organiser", methods="GET POST")
def participants(request: HttpRequest, slug: str) -> HttpResponse:
    found = access.load_event_as_organiser(request.user, slug)
    if request.method == "POST":
        return _decide(request, slug)
    form = ParticipantFilterForm(request.GET, event=found)
    page = queries.participants(found, per_page=PER_PAGE, page=request.GET.get("page"), **form.chosen())
    counts = queries.state_counts(found)
    return render(request, "events/participants.html", {"event": found, "form": form, "page": page, "counts": counts})


def _decide(request: HttpRequest, slug: str) -> HttpResponse:
    form = DecisionForm(request.POST)
    if form.is_valid():
        chosen = access.load_participation_as_organiser(request.user, slug, form.cleaned_data["key"])
        decide = DECISIONS[form.cleaned_data["action"]]
        perform(request, partial(decide, participation=chosen, by=access.user_of(request)), _("Saved."))
    return redirect(way_back(request, request.path))


@audience("leader")
def delegation(request: HttpRequest, slug: str) -> HttpResponse:
    found = access.load_delegation_for(request.user, slug)
    return render(request, "events/delegation.html", {"event": found.event, "page": queries.delegation_page(found)})
