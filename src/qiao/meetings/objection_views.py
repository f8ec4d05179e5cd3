"""Pages of objections against a provisional plan: of those who have talks in it, and of the organiser."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from qiao.core.answers import attempt, perform
from qiao.core.audience import audience
from qiao.events.access import load_event_as_organiser, load_participation_for, user_of
from qiao.meetings import access, actions, plan_queries, queries
from qiao.meetings.forms import ObjectionForm, SettleForm
from qiao.meetings.words import partner_of


@audience("participant", methods="GET POST")
def objecting(request: HttpRequest, slug: str) -> HttpResponse:
    """Say what does not fit; what was said already stands below, and can be taken back."""
    own = load_participation_for(request.user, slug)
    agenda = queries.agenda_for(own)
    talks = {talk.key: talk for talk in agenda.talks}
    choices = [(key, partner_of(talk)) for key, talk in talks.items()]
    form = ObjectionForm(request.POST or None, initial={"talk": request.GET.get("talk")}, talks=choices)
    if form.is_valid():
        about = talks.get(form.cleaned_data["talk"])
        say = partial(
            actions.object_to,
            participation=own,
            request=about.request if about else None,
            text=form.cleaned_data["text"],
            by=user_of(request),
        )
        if attempt(form, say):
            return redirect("objecting", slug)
    context = {"event": own.event, "agenda": agenda, "form": form, "objections": plan_queries.objections_of(own)}
    return render(request, "meetings/objecting.html", context)


@audience("participant", methods="POST")
def objection_withdraw(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    found = access.load_own_objection(request.user, slug, key)
    perform(request, partial(actions.withdraw_objection, objection=found, by=user_of(request)), _("Taken back."))
    return redirect("objecting", slug)


@audience("organiser")
def objections(request: HttpRequest, slug: str) -> HttpResponse:
    event = load_event_as_organiser(request.user, slug)
    page = plan_queries.objections_to(event, request.GET.get("page", "1"))
    return render(request, "meetings/objections.html", {"event": event, "page": page, "form": SettleForm()})


@audience("organiser", methods="POST")
def objection_settle(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    found = access.load_objection_for(request.user, slug, key)
    form = SettleForm(request.POST)
    answer = form.cleaned_data["answer"] if form.is_valid() else ""
    settle = partial(actions.settle_objection, objection=found, answer=answer, by=user_of(request))
    perform(request, settle, _("Answered. The person is told by mail."))
    return redirect("objections", slug)
