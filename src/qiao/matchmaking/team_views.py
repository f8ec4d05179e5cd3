"""Requests to colleagues, for those who keep the profile of their organisation."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from qiao.core.answers import perform
from qiao.core.audience import audience
from qiao.events.access import user_of
from qiao.matchmaking import access, actions, queries
from qiao.matchmaking.forms import AnswerForm


@audience("member")
def team(request: HttpRequest, slug: str) -> HttpResponse:
    user, event = access.load_team(request.user, slug)
    return render(request, "matchmaking/team.html", {"event": event, "page": queries.team_page(user, event)})


@audience("member", methods="POST")
def team_answer(request: HttpRequest, key: str) -> HttpResponse:
    manager, found = access.load_request_for_colleague(request.user, key)
    form = AnswerForm(request.POST, declining=False)
    answer = form.cleaned_data["answer"] if form.is_valid() else ""
    act = partial(
        actions.answer_for_colleague, request=found, accepts=request.POST.get("accept") == "1", answer=answer,
        manager=manager, by=user_of(request),
    )  # fmt: skip
    perform(request, act, _("Answered. Your colleague is told by mail."))
    return redirect("team", found.event.slug)
