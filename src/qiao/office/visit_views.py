"""Pages of parks, zones and visits, and the route of a delegation."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from qiao.core.answers import attempt, perform
from qiao.core.audience import audience
from qiao.directory.access import member
from qiao.directory.roles import works_for_office
from qiao.events.access import user_of
from qiao.events.delegation_access import leads, load_delegation_for, load_delegation_to_lead
from qiao.office import actions
from qiao.office import visit_access as access
from qiao.office import visit_queries as queries
from qiao.office.visit_forms import AgreeForm, DeclineForm, VisitForm
from qiao.office.visit_models import VisitRequest


@audience("member")
def parks(request: HttpRequest) -> HttpResponse:
    member(request.user)
    return render(request, "office/parks.html", {"zones": queries.zones()})


@audience("member")
def park(request: HttpRequest, code: str) -> HttpResponse:
    found = access.load_park(request.user, code)
    page = queries.place_page(found, request.GET.get("page", "1"), is_zone=False)
    return render(request, "office/park.html", {"page": page})


@audience("member")
def zone(request: HttpRequest, code: str) -> HttpResponse:
    """The zone in which the park of this code lies."""
    found = access.load_zone(request.user, code)
    page = queries.place_page(found, request.GET.get("page", "1"), is_zone=True)
    return render(request, "office/park.html", {"page": page})


@audience("member")
def visits(request: HttpRequest) -> HttpResponse:
    found = queries.visit_list(member(request.user), request.GET.get("page", "1"))
    return render(request, "office/visits.html", {"found": found})


@audience("member", methods="GET POST")
def visit_new(request: HttpRequest) -> HttpResponse:
    """Whom to visit stands in the address; without it the list of parks and the directory lead here."""
    user, named = user_of(request), {name: request.GET.get(name, "") for name in ("host", "park")}
    if not any(named.values()):
        return redirect("parks")
    host, place = access.load_target(user, **named)
    whole = bool(place and place.zone and request.GET.get("zone"))
    guests = access.guests_of(user)
    form = VisitForm(
        request.POST or None, guests=guests, delegations=access.delegations_of(user), many=works_for_office(user)
    )
    if form.is_valid():
        ask = partial(actions.ask_for_visit, host=host, park=place, whole_zone=whole, by=user, **form.values())
        if (made := attempt(form, ask)) is not None:
            messages.success(request, _("The office of the hosts is told and answers here."))
            return redirect("visit", made.key)
    names = place.zone if place and whole else place.names if place else {}
    context = {"form": form, "host": host, "names": names, "may_ask": guests.exists()}
    return render(request, "office/visit_new.html", context)


@audience("member")
def visit(request: HttpRequest, key: str) -> HttpResponse:
    return _visit(request, access.load_visit_for(request.user, key))


@audience("member", methods="POST")
def visit_answer(request: HttpRequest, key: str) -> HttpResponse:
    """The hosts' office agrees or declines."""
    found, by = access.load_visit_to_answer(request.user, key), user_of(request)
    if request.POST.get("do") == "decline":
        refuse = DeclineForm(request.POST)
        if refuse.is_valid():
            decline = partial(actions.decline_visit, visit=found, by=by, **refuse.cleaned_data)
            perform(request, decline, _("The guests are told."))
            return redirect("visit", key)
        return _visit(request, found, decline=refuse)
    form = AgreeForm(request.POST, visit=found)
    if form.is_valid():
        agree = partial(actions.agree_to_visit, visit=found, by=by, **form.values())
        if attempt(form, agree):
            messages.success(request, _("The guests are told."))
            return redirect("visit", key)
    return _visit(request, found, agree=form)


def _visit(
    request: HttpRequest, found: VisitRequest, *, agree: AgreeForm | None = None, decline: DeclineForm | None = None
) -> HttpResponse:
    context = {
        "visit": found, "answers": access.answers(request.user, found) and found.is_open,
        "agree": agree or AgreeForm(visit=found), "decline": decline or DeclineForm(),
        "asks": access.asks(request.user, found) and (found.is_open or found.is_agreed),
    }  # fmt: skip
    return render(request, "office/visit.html", context)


@audience("member", methods="POST")
def visit_withdraw(request: HttpRequest, key: str) -> HttpResponse:
    found = access.load_visit_to_withdraw(request.user, key)
    perform(request, partial(actions.withdraw_visit, visit=found, by=user_of(request)), _("Withdrawn."))
    return redirect("visit", key)


@audience("leader")
def route(request: HttpRequest, slug: str) -> HttpResponse:
    """The agreed visits of a delegation in the order of time."""
    found = load_delegation_for(request.user, slug)
    stops = queries.route_of(found)
    new = any(stop.visit.item_id is None for stop in stops)
    context = {"delegation": found, "stops": stops, "new": new and leads(request.user, found)}
    return render(request, "office/route.html", context)


@audience("leader", methods="POST")
def route_take(request: HttpRequest, slug: str) -> HttpResponse:
    """They become items of its programme."""
    take = partial(actions.take_route, delegation=load_delegation_to_lead(request.user, slug), by=user_of(request))
    perform(request, take, _("The visits stand in the programme, and nobody concerned is booked meanwhile."))
    return redirect("delegation-route", slug)
