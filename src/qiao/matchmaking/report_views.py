"""Reporting a conversation, and what the organisers do about it."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from qiao.core.answers import attempt, perform
from qiao.core.audience import audience
from qiao.events.access import load_event_as_organiser, user_of
from qiao.matchmaking import access, actions, queries
from qiao.matchmaking.forms import DecisionForm, ReportForm


@audience("member", methods="GET POST")
def conversation_report(request: HttpRequest, key: str) -> HttpResponse:
    own, found = access.load_request_for(request.user, key)
    form = ReportForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        act = partial(actions.report, request=found, own=own, by=user_of(request), **form.cleaned_data)
        perform(request, act, _("Reported. The organisers look at it and tell you when they have decided."))
        return redirect("conversation", key)
    context = {"event": found.event, "row": queries.request_row_for(found, own), "form": form}
    return render(request, "matchmaking/report.html", context, status=400 if form.errors else 200)


@audience("organiser")
def reports(request: HttpRequest, slug: str) -> HttpResponse:
    event = load_event_as_organiser(request.user, slug)
    page = queries.reports_page(event, request.GET.get("page", 1))
    return render(request, "matchmaking/reports.html", {"event": event, "page": page})


@audience("organiser", methods="GET POST")
def report(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Reading is noted; deciding can be taken back."""
    found, user = access.load_report_as_organiser(request.user, slug, pk), user_of(request)
    form = DecisionForm(request.POST if request.method == "POST" and "undo" not in request.POST else None)
    if request.method == "POST" and "undo" in request.POST:
        perform(request, partial(actions.undo_decision, report=found, by=user), _("The decision is taken back."))
        return redirect("report", slug, pk)
    if form.is_valid() and attempt(form, partial(actions.decide, report=found, by=user, **form.cleaned_data)):
        return redirect("reports", slug)
    if request.method == "GET":
        actions.note_reading(report=found, by=user)
    context = {"event": found.request.event, "report": found, "voices": queries.voices_of(found), "form": form}
    return render(request, "matchmaking/report_decide.html", context, status=400 if form.errors else 200)
