"""Pages about targeted calls: an office asks a hand-picked list, and who is asked answers without signing in."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qiao.core.answers import attempt, attempted, perform
from qiao.core.audience import audience
from qiao.core.models import User
from qiao.core.texts import tidy
from qiao.directory.access import organisations_for
from qiao.directory.evidence_queries import offices_of
from qiao.office import access, actions
from qiao.office import call_queries as queries
from qiao.office.call_forms import CallForm
from qiao.office.call_models import TargetedCall

MOST_PICKED = 100  # at a time
LONGEST_SEARCH = 200  # as the field takes


@audience("adviser")
def calls(request: HttpRequest) -> HttpResponse:
    found = queries.call_list(access.require_office(request.user), request.GET.get("page", "1"))
    return render(request, "office/calls.html", {"found": found})


@audience("adviser", methods="GET POST")
def new(request: HttpRequest) -> HttpResponse:
    user = access.require_office(request.user)
    form = CallForm(request.POST or None, offices=offices_of(user), about=tidy(request.GET.get("opportunity", "")))
    if form.is_valid() and (made := attempt(form, partial(actions.save_call, by=user, **form.cleaned_data))):
        return redirect("call-pick", made.key)
    return render(request, "office/call_edit.html", {"form": form}, status=400 if form.errors else 200)


@audience("adviser", methods="GET POST")
def edit(request: HttpRequest, key: str) -> HttpResponse:
    found = access.load_call_for(request.user, key)
    user = access.require_office(request.user)
    form = CallForm(request.POST or None, offices=offices_of(user), call=found)
    if form.is_valid() and attempt(form, partial(actions.save_call, call=found, by=user, **form.cleaned_data)):
        return redirect("targeted-call", key)
    return render(request, "office/call_edit.html", {"form": form, "call": found}, status=400 if form.errors else 200)


@audience("adviser")
def call(request: HttpRequest, key: str) -> HttpResponse:
    found = access.load_call_for(request.user, key)
    return render(request, "office/call.html", {"page": queries.call_page(found), "call": found})


@audience("adviser", methods="GET POST")
def pick(request: HttpRequest, key: str) -> HttpResponse:
    """From the directory, or from those whom the engine suggests to an organisation."""
    found = access.load_call_for(request.user, key)
    user = access.require_office(request.user)
    if request.method == "POST":
        keys = [tidy(one) for one in request.POST.getlist("pick")][:MOST_PICKED]
        rows = list(organisations_for(user).filter(key__in=keys, is_published=True, stands_for=None))
        if rows and perform(request, partial(actions.pick_for_call, call=found, organisations=rows, by=user)):
            return redirect("targeted-call", key)
        if not rows:
            messages.error(request, _("Tick the organisations that you want to ask."))
    words = tidy(request.GET.get("q", ""))[:LONGEST_SEARCH]
    like = access.load_partner(user, request.GET.get("like", ""))
    offered = queries.candidates(found, user, words, like)
    context = {"call": found, "offered": offered, "q": words, "like": like}
    return render(request, "office/call_pick.html", context, status=400 if request.method == "POST" else 200)


def _send(found: TargetedCall, by: User) -> str:
    n = actions.send_call(call=found, by=by)
    return ngettext("%(n)s person is asked by mail.", "%(n)s people are asked by mail.", n) % {"n": n}


def _remind(found: TargetedCall, by: User) -> str:
    n = actions.remind_of_call(call=found, by=by)
    return ngettext("%(n)s person is reminded.", "%(n)s people are reminded.", n) % {"n": n}


def _close(found: TargetedCall, by: User) -> str:
    actions.close_call(call=found, by=by)
    return _("Closed.")


STEPS: dict[str, Callable[[TargetedCall, User], str]] = {"send": _send, "remind": _remind, "close": _close}


@audience("adviser", methods="POST")
def step(request: HttpRequest, key: str, step: str) -> HttpResponse:
    found = access.load_call_for(request.user, key)
    by = access.require_office(request.user)
    if step == "drop":
        gone = access.load_partner(by, request.POST.get("organisation", ""))
        if gone is None:
            raise Http404
        perform(request, partial(actions.drop_from_call, call=found, organisation=gone, by=by))
    elif step not in STEPS:
        raise Http404
    elif said := attempted(request, partial(STEPS[step], found, by)):
        messages.success(request, said)
    return redirect("targeted-call", key)


@audience("adviser", methods="POST")
def recipient(request: HttpRequest, key: str, pk: int, step: str) -> HttpResponse:
    """What comes of somebody's interest."""
    found = access.load_recipient_for(request.user, key, pk)
    by = access.require_office(request.user)
    if step == "lift":
        perform(
            request, partial(actions.lift_refusal, recipient=found, by=by), _("Later calls may ask this person again.")
        )
        return redirect("targeted-call", key)
    makes: dict[str, tuple[str, Callable[..., Any]]] = {
        "introduce": ("introduction", actions.introduce_from_call),
        "case": ("case", actions.case_from_call),
    }
    if step not in makes:
        raise Http404
    page, action = makes[step]
    made = attempted(request, partial(action, recipient=found, by=by))
    return redirect(page, made.key) if made else redirect("targeted-call", key)


@audience("public", methods="GET POST")
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """From the link in a mail, without signing in. GET only shows the answers: programs that read mails open links."""
    found = access.load_call_answer(token)
    done = False
    if request.method == "POST":
        done = perform(request, partial(actions.answer_call, recipient=found, answer=request.POST.get("answer", "")))
        found = access.load_call_answer(token)
    context = {"recipient": found, "call": found.call, "done": done}
    response = render(request, "office/call_answer.html", context)
    response["Cache-Control"] = "private, no-store"
    return response
