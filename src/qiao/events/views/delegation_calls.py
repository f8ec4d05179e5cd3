"""Calls for delegations: announced, applied for, decided."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from qiao.core.answers import attempt, perform
from qiao.core.audience import audience
from qiao.events import actions
from qiao.events import delegation_call_access as access
from qiao.events import delegation_call_queries as queries
from qiao.events.access import user_of
from qiao.events.delegation_access import load_delegation_to_tend
from qiao.events.delegation_models import DelegationApplication, DelegationCall
from qiao.events.forms.delegation_calls import ApplicationForm, ApplyForm, DelegationCallForm

PER_PAGE = 50
State = DelegationApplication.State


@audience("public")
def calls(request: HttpRequest) -> HttpResponse:
    return render(request, "events/calls/list.html", {"calls": queries.open_calls()})


@audience("public")
def call(request: HttpRequest, slug: str) -> HttpResponse:
    found = access.load_call_for(request.user, slug)
    return render(request, "events/calls/call.html", {"page": queries.call_page(request.user, found)})


@audience("member", methods="GET POST")
def call_apply(request: HttpRequest, slug: str) -> HttpResponse:
    found, person, user = access.load_call_to_answer(request.user, slug)
    if request.method == "GET" and not found.is_open:
        return redirect("call", slug)
    page = queries.call_page(user, found)
    form = ApplyForm(request.POST or None, user=user, present=page.application)
    if form.is_valid():
        send = partial(actions.apply_for, call=found, person=person, by=user, **form.values)
        if attempt(form, send):
            messages.success(request, _("Sent. The office decides and writes to you."))
            return redirect("call", slug)
    context = {"page": page, "form": form}
    return render(request, "events/calls/apply.html", context, status=400 if form.errors else 200)


@audience("member", methods="GET POST")
def call_withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    own = access.load_own_application(request.user, slug)
    if request.method == "POST":
        withdraw = partial(actions.withdraw_application, application=own, by=user_of(request))
        perform(request, withdraw, _("Withdrawn. What you wrote is deleted."))
        return redirect("call", slug)
    return render(request, "events/calls/withdraw.html", {"one": own.call.delegation})


# For the office


@audience("adviser", methods="GET POST")
def delegation_call(request: HttpRequest, slug: str) -> HttpResponse:
    found = load_delegation_to_tend(request.user, slug)
    present = DelegationCall.objects.filter(delegation=found).first()
    form = DelegationCallForm(request.POST or None, delegation=found, call=present)
    if form.is_valid():
        save = partial(actions.save_delegation_call, delegation=found, by=user_of(request), **form.values)
        if attempt(form, save):
            messages.success(request, _("Saved."))
            return redirect("delegation-applications", slug)
    context = {"event": found.event, "one": found, "form": form}
    return render(request, "events/calls/edit.html", context, status=400 if form.errors else 200)


@audience("adviser")
def delegation_applications(request: HttpRequest, slug: str) -> HttpResponse:
    found = access.load_call_to_tend(request.user, slug)
    page = queries.application_list(found, per_page=PER_PAGE, page=request.GET.get("page"))
    context = {"event": found.delegation.event, "one": found.delegation, "page": page}
    return render(request, "events/calls/applications.html", context)


@audience("adviser", methods="GET POST")
def delegation_application(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    found = access.load_application_to_tend(request.user, slug, key)
    decision = request.POST.get("decision", "")
    form = ApplicationForm(request.POST or None, application=found, decision=decision)
    if form.is_valid():
        decide = partial(actions.decide_application, application=found, decision=decision, by=user_of(request))
        if attempt(form, partial(decide, **form.cleaned_data)):
            messages.success(request, _("Decided, and told to the applicant."))
            return redirect("delegation-applications", slug)
    context = {"event": found.call.delegation.event, "one": found.call.delegation, "application": found, "form": form}
    return render(request, "events/calls/application.html", context, status=400 if form.errors else 200)
