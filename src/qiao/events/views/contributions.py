"""Contributions: the call, what participants submit, what organisers decide, files, and the page of a theme."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from qiao.core.answers import attempt, perform
from qiao.core.audience import audience
from qiao.core.kept_files import kept_file
from qiao.events import access as events
from qiao.events import actions, contribution_queries
from qiao.events import contribution_access as access
from qiao.events.contribution_models import Contribution
from qiao.events.forms.contributions import CallForm, ContributionFilter, ContributionForm, DecideForm, FileForm
from qiao.events.session_models import EventSession

PER_PAGE = 50

# For participants


@audience("participant")
def contributions(request: HttpRequest, slug: str) -> HttpResponse:
    """What is called for, and one's own."""
    own = events.load_participation_for(request.user, slug)
    context = {
        "event": own.event, "call": contribution_queries.call_of(own.event),
        "rows": contribution_queries.contributions_of(own),
    }  # fmt: skip
    return render(request, "events/contributions/own.html", context)


@audience("participant", methods="GET POST")
def contribution_new(request: HttpRequest, slug: str) -> HttpResponse:
    own, call = access.load_open_call(request.user, slug)
    form = ContributionForm(request.POST or None, call=call)
    if form.is_valid():
        submit = partial(actions.submit_contribution, participation=own, values=form.cleaned_data)
        if made := attempt(form, partial(submit, by=events.user_of(request))):
            messages.success(request, _("Submitted. The organiser decides after the deadline and writes to you."))
            return redirect("contribution", slug, made.key)
    context = {"event": own.event, "call": call, "form": form}
    return render(request, "events/contributions/form.html", context, status=400 if form.errors else 200)


@audience("member", methods="GET POST")
def contribution(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """An accepted poster or exhibit for everybody; for its author and the organisers always, with its files."""
    found = access.load_contribution_for(request.user, slug, key)
    keeps = access.keeps_contribution(request.user, found)
    if request.method == "POST":
        return _add_file(request, access.load_contribution_to_keep(request.user, slug, key))
    context = {"event": found.event, "one": found, **_keeping(request, found, keeps)}
    return render(request, "events/contributions/one.html", context)


def _keeping(request: HttpRequest, found: Contribution, keeps: bool) -> dict[str, Any]:
    call = contribution_queries.call_of(found.event)
    return {
        "keeps": keeps, "is_own": access.wrote(request.user, found), "file_form": FileForm() if keeps else None,
        "removed": contribution_queries.removed_files(found) if keeps else [],
        "can_edit": found.state == Contribution.State.SUBMITTED and call is not None and call.is_open,
    }  # fmt: skip


@audience("participant", methods="GET POST")
def contribution_edit(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    found, call = access.load_contribution_to_edit(request.user, slug, key)
    form = ContributionForm(request.POST or None, call=call, present=found)
    if form.is_valid():
        save = partial(actions.edit_contribution, contribution=found, values=form.cleaned_data)
        if attempt(form, partial(save, by=events.user_of(request))):
            messages.success(request, _("Saved."))
            return redirect("contribution", slug, key)
    context = {"event": found.event, "call": call, "form": form, "one": found}
    return render(request, "events/contributions/form.html", context, status=400 if form.errors else 200)


@audience("participant", methods="GET POST")
def contribution_withdraw(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    found = access.load_own_contribution(request.user, slug, key)
    if request.method == "POST":
        withdraw = partial(actions.withdraw_contribution, contribution=found, by=events.user_of(request))
        perform(request, withdraw, _("Withdrawn."))
        return redirect("contributions", slug)
    return render(request, "events/contributions/withdraw.html", {"event": found.event, "one": found})


# For organisers


@audience("organiser")
def contribution_desk(request: HttpRequest, slug: str) -> HttpResponse:
    event = events.load_event_as_organiser(request.user, slug)
    form = ContributionFilter(request.GET)
    number = request.GET.get("page")
    page = contribution_queries.contribution_list(event, per_page=PER_PAGE, page=number, **form.chosen())
    return render(request, "events/contributions/desk.html", {"event": event, "page": page, "form": form})


@audience("organiser", methods="GET POST")
def contribution_call(request: HttpRequest, slug: str) -> HttpResponse:
    event = events.load_event_as_organiser(request.user, slug)
    form = CallForm(request.POST or None, event=event, call=contribution_queries.call_of(event))
    if form.is_valid():
        save = partial(actions.save_call, event=event, by=events.user_of(request), **form.values)
        if attempt(form, save):
            messages.success(request, _("Saved. Participants see the call on the page of the event."))
            return redirect("contribution-desk", slug)
    return render(
        request, "events/contributions/call.html", {"event": event, "form": form}, status=400 if form.errors else 200
    )


@audience("organiser", methods="GET POST")
def contribution_decide(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    found = access.load_contribution_as_organiser(request.user, slug, key)
    accepts = request.POST.get("decision") != "decline"
    form = DecideForm(request.POST or None, contribution=found, accepts=accepts)
    if form.is_valid():
        act = actions.accept_contribution if accepts else actions.decline_contribution
        values = form.cleaned_data if accepts else {"reason": form.cleaned_data["reason"]}
        if made := attempt(form, partial(act, contribution=found, by=events.user_of(request), **values)):
            return _decided(request, made)
    context = {"event": found.event, "one": found, "form": form}
    return render(request, "events/contributions/decide.html", context, status=400 if form.errors else 200)


def _decided(request: HttpRequest, made: Contribution) -> HttpResponse:
    if made.session:
        messages.success(request, _("Accepted, and told to the author. Give the session its time and room."))
        return redirect("session-edit", made.event.slug, made.session.key)
    messages.success(request, _("Decided, and told to the author."))
    return redirect("contribution-desk", made.event.slug)


# Files


def _add_file(request: HttpRequest, owner: Contribution | EventSession) -> HttpResponse:
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        data = form.cleaned_data
        add = partial(actions.add_file, owner=owner, file=data["file"], kind=data["kind"], title=data["title"])
        if attempt(form, partial(add, by=events.user_of(request))):
            messages.success(request, _("The file is added."))
    for errors in form.errors.values():
        for error in errors:
            messages.error(request, str(error))
    return redirect(_page_of(owner))


def _page_of(owner: Contribution | EventSession) -> str:
    name = "contribution" if isinstance(owner, Contribution) else "session"
    return reverse(name, args=[owner.event.slug, owner.key])


@audience("member", methods="POST")
def session_file_add(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """By its speakers and the organisers."""
    return _add_file(request, access.load_session_to_keep(request.user, slug, key))


@audience("member", methods="POST")
def file_remove(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    found = access.load_event_file_to_keep(request.user, slug, key)
    remove = partial(actions.remove_event_file, file=found, by=events.user_of(request))
    perform(request, remove, _("Removed. For a week you can put it back at the end of this page."))
    return redirect(_page_of(found.owner))


@audience("member", methods="POST")
def file_restore(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    found = access.load_event_file_to_keep(request.user, slug, key)
    perform(request, partial(actions.restore_event_file, file=found, by=events.user_of(request)), _("It is back."))
    return redirect(_page_of(found.owner))


@audience("public")
def event_file(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """The PDF, only ever as a file to be saved, for whoever may see what it belongs to."""
    found = access.load_event_file_for(request.user, slug, key)
    if found is None:
        return redirect_to_login(request.get_full_path())
    return kept_file(found.name, "application/pdf", f'attachment; filename="{found.kind}-{found.key}.pdf"')


# A theme


@audience("member")
def theme(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    event, found = access.load_theme_for(request.user, slug, code)
    page = contribution_queries.theme_page(request.user, event, found)
    return render(request, "events/theme.html", {"event": event, "page": page})
