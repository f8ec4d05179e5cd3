"""Pages about introductions."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from qiao.core.answers import attempt, fingerprint, perform
from qiao.core.audience import audience
from qiao.core.models import User
from qiao.directory.access import member, organisations_for
from qiao.directory.market_queries import view_of
from qiao.directory.roles import works_for_office
from qiao.office import access, actions, exports
from qiao.office import introduction_queries as queries
from qiao.office.case_queries import linked_cases
from qiao.office.introduction_forms import DecisionForm, InterestForm, MessageForm, ProposalForm, StateFilter
from qiao.office.introduction_models import Introduction
from qiao.office.introduction_rules import TRANSITIONS, Reader
from qiao.office.seen import own_organisations
from qiao.office.told import OFFICE, ONE, OTHER

DECIDE = ("pass", "forward", "return", "back", "reject", "decline")  # steps that may carry words


@audience("member")
def introductions(request: HttpRequest) -> HttpResponse:
    """Those of one's own organisations; for the office all, what is overdue on top."""
    form = StateFilter(request.GET)
    found = queries.introduction_list(member(request.user), form.asked(), request.GET.get("page", "1"))
    return render(request, "office/introductions.html", {"found": found, "form": form})


@audience("adviser")
def table(request: HttpRequest) -> HttpResponse:
    data = exports.introductions_xlsx(state=StateFilter(request.GET).asked(), by=access.require_office(request.user))
    disposition = {"Content-Disposition": 'attachment; filename="introductions.xlsx"'}
    return HttpResponse(data, content_type=exports.XLSX, headers=disposition)


@audience("member", methods="GET POST")
def interest(request: HttpRequest, key: str) -> HttpResponse:
    """Writing that one is interested in an opportunity."""
    opportunity = access.load_opportunity_of_interest(request.user, key)
    user = member(request.user)
    own = None if works_for_office(user) else list(own_organisations(user))
    form = InterestForm(request.POST or None, own=own, seen=organisations_for(user))
    send = partial(actions.express_interest, opportunity=opportunity, by=user)
    if form.is_valid() and (made := attempt(form, partial(send, **form.cleaned_data))):
        messages.success(request, _("Sent. The contact office checks it and passes it on."))
        return redirect("introduction", made.key)
    context = {"form": form, "own": own, "view": view_of(opportunity)}
    return render(request, "office/interest.html", context, status=400 if form.errors else 200)


@audience("member")
def introduction(request: HttpRequest, key: str) -> HttpResponse:
    found, reader = access.load_introduction_for(request.user, key)
    cases = linked_cases(member(request.user), found) if reader.side == OFFICE else []
    return render(request, "office/introduction.html", _context(found, reader, cases=cases))


def _context(found: Introduction, reader: Reader, **more: Any) -> dict[str, Any]:
    known = {side: actions.contacts(found, side) for side in (ONE, OTHER)}
    page = queries.introduction_page(found, reader, known)
    forms = {step: DecisionForm(step=step) for step in DECIDE if step in page.steps}
    voices = queries.voices(found, OTHER if reader.side == OTHER else ONE)
    change = MessageForm(initial={"message": found.message, "named": found.one_named})
    return {
        "page": page, "introduction": found, "forms": forms, "change": change, "voices": voices,
        "office": reader.side == OFFICE, "note": DecisionForm(step="note"), **more,
    }  # fmt: skip


@audience("member", methods="POST")
def step(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """One step by whoever's turn it is."""
    found, reader = access.load_introduction_for(request.user, key)
    if not (reader.may(found, step) or (step == "note" and reader.side == OFFICE)):
        raise Http404
    by = member(request.user)
    if step == "resend":
        return _resend(request, found, reader, by)
    form = DecisionForm(request.POST, step=step)
    if form.is_valid() and perform(request, partial(_take, step, found, reader, form.cleaned_data, by), _done(step)):
        return redirect("introduction", key)
    found, reader = access.load_introduction_for(request.user, key)
    context = _context(found, reader)  # what was written stays
    context |= {"note": form} if step == "note" else {"forms": context["forms"] | {step: form}}
    return render(request, "office/introduction.html", context, status=400)


def _take(step: str, found: Introduction, reader: Reader, said: dict[str, Any], by: User) -> None:
    if step in ("agree", "decline"):
        _answer(step, found, reader, said, by)
    elif step == "withdraw":
        own = found.one if ONE in reader.parts and reader.side != OFFICE else None
        actions.withdraw(introduction=found, organisation=own, by=by)
    else:
        actions.STEPS[step](introduction=found, by=by, **said)


def _answer(step: str, found: Introduction, reader: Reader, said: dict[str, Any], by: User | None) -> None:
    """Who is on both sides answers for the one that has not answered yet."""
    mine = [side for side in (ONE, OTHER) if side in TRANSITIONS[step].get(found.state, ()) and side in reader.parts]
    side = mine[-1] if found.one_agreed else mine[0]
    if step == "agree":
        actions.agree(introduction=found, side=side, by=by)
    else:
        reason = said["reason"] or "none"
        actions.decline(introduction=found, side=side, reason=reason, note=said["note"], by=by)


def _resend(request: HttpRequest, found: Introduction, reader: Reader, by: User) -> HttpResponse:
    form = MessageForm(request.POST)
    send = partial(actions.resend, introduction=found, by=by)
    if form.is_valid() and perform(request, partial(send, **form.cleaned_data), _done("resend")):
        return redirect("introduction", found.key)
    context = _context(found, reader) | {"change": form}
    return render(request, "office/introduction.html", context, status=400)


def _done(step: str) -> str:
    return {
        "pass": _("Passed on."),
        "forward": _("Forwarded. The other side is asked by mail."),
        "return": _("Returned. Its author is told why."),
        "back": _("Given back to the other office."),
        "reject": _("Rejected. Its author is told why."),
        "resend": _("Sent. The contact office checks it and passes it on."),
        "agree": _("Agreed."),
        "decline": _("Declined. The other side is told."),
        "withdraw": _("Withdrawn."),
        "note": _("Noted."),
    }[step]


@audience("public", methods="GET POST")
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """From the link in a mail, without signing in. GET only shows the question: programs that read mails open links."""
    found = access.load_answer(token)
    reader = Reader(frozenset({found.side}), found.side)
    done, form = "", DecisionForm(step="decline")
    if request.method == "POST" and found.is_valid:
        agrees = request.POST.get("decision") == "agree"
        form = form if agrees else DecisionForm(request.POST, step="decline")
        if agrees or form.is_valid():
            decision = "agree" if agrees else "decline"
            said = {} if agrees else form.cleaned_data
            take = partial(_answer, decision, found.introduction, reader, said, found.person.user)
            done = decision if perform(request, take) else ""
            found = access.load_answer(token)
    context = _context(found.introduction, reader, answer=found, done=done, form=form)
    status = 400 if form.errors else 200
    response = render(request, "office/introduction_answer.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


@audience("adviser", methods="GET POST")
def propose(request: HttpRequest) -> HttpResponse:
    """Name two organisations, look at why they fit, ask both."""
    user = access.require_office(request.user)
    named = {name: access.load_partner(user, request.GET.get(name, "")) for name in ("one", "other")}
    initial = {name: found.name if found else "" for name, found in named.items()}
    form = ProposalForm(request.POST or None, seen=organisations_for(user), initial=initial)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        said = form.cleaned_data
        reasons = queries.reasons_for(said["one"], said["other"])
        shown = fingerprint({"one": said["one"].pk, "other": said["other"].pk, "reasons": reasons})
        context |= {"fits": queries.fits_in_words(reasons), "shown": shown, **said}
        ask = partial(actions.propose, reasons=reasons, by=user, **said)
        if request.POST.get("confirmed") == shown and (made := attempt(form, ask)):
            messages.success(request, _("Both sides are asked by mail."))
            return redirect("introduction", made.key)
    return render(request, "office/propose.html", context, status=400 if form.errors else 200)
