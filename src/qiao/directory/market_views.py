"""Pages of the marketplace."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from qiao.core.answers import attempt, perform
from qiao.core.audience import audience
from qiao.core.models import User
from qiao.directory import access, actions, market_facets, market_queries, market_results
from qiao.directory.actions.market import steps
from qiao.directory.forms import SearchForm
from qiao.directory.market_forms import OpportunityForm, RefusalForm
from qiao.directory.market_models import Opportunity
from qiao.directory.roles import works_for_office


@audience("public")
def marketplace(request: HttpRequest) -> HttpResponse:
    """All offers and seeks; visitors read what its people let everybody see, without names."""
    page = request.GET.get("page", "1")
    if not isinstance(request.user, User):
        found = market_queries.teasers(
            kind=request.GET.get("kind", ""), area=request.GET.get("area", ""), page=page
        )  # fmt: skip
        return render(request, "directory/teasers.html", {"found": found, "ways": market_results.teaser_ways(found)})
    form = SearchForm(request.GET)
    results = market_results.market_page(request.user, form.ask(), page, market_facets.chosen_in(request.GET))
    return render(request, "directory/market.html", {"form": form, "found": results})


@audience("public")
def opportunity(request: HttpRequest, key: str) -> HttpResponse:
    """Visitors are led to the sign-in page where nothing is public, whether or not there is something."""
    try:
        found = access.load_entry_for(request.user, key)
    except Http404:
        if isinstance(request.user, User):
            raise
        return redirect_to_login(request.get_full_path())
    if isinstance(found, Opportunity):
        signed_in = isinstance(request.user, User)
        view = market_queries.public_view(found, signed_in=signed_in)
        own = access.may_edit(request.user, found.organisation)
        office = own and works_for_office(request.user)
        may_ask = signed_in and found.is_open and (not own or office)
        context = {"view": view, "own": own, "may_ask": may_ask, "may_call": office and found.is_open}
        return render(request, "directory/opportunity.html", context)
    context = {
        "entry": found, "organisation": found.organisation, "office": market_queries.office_of(found.organisation),
        "keywords": market_queries.keywords_in(found), "own": access.may_edit(request.user, found.organisation),
    }  # fmt: skip
    return render(request, "directory/entry.html", context)


@audience("member")
def of_organisation(request: HttpRequest, key: str) -> HttpResponse:
    """The opportunities of an organisation for its people, in all states."""
    found = access.load_organisation_to_edit(request.user, key)
    views = market_queries.of_organisation(found)
    return render(request, "directory/opportunities_of.html", {"organisation": found, "views": views})


@audience("member", methods="GET POST")
def new(request: HttpRequest, key: str) -> HttpResponse:
    organisation = access.load_organisation_to_edit(request.user, key)
    form = OpportunityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        save = partial(actions.save_opportunity, organisation=organisation, by=access.member(request.user))
        if made := attempt(form, partial(save, values=form.values())):
            messages.success(request, _("The draft is saved. Look at it once more, then hand it in."))
            return redirect("opportunity-own", made.key)
    context = {"form": form, "organisation": organisation}
    return render(request, "directory/opportunity_edit.html", context, status=400 if form.errors else 200)


@audience("member", methods="GET POST")
def edit(request: HttpRequest, key: str) -> HttpResponse:
    found = access.load_opportunity_to_edit(request.user, key)
    form = OpportunityForm(request.POST or None, opportunity=found)
    if request.method == "POST" and form.is_valid():
        save = partial(actions.save_opportunity, organisation=found.organisation, by=access.member(request.user))
        if attempt(form, partial(save, opportunity=found, values=form.values())):
            messages.success(request, _("Saved."))
            return redirect("opportunity-own", key)
    context = {"form": form, "organisation": found.organisation, "opportunity": found}
    return render(request, "directory/opportunity_edit.html", context, status=400 if form.errors else 200)


@audience("member")
def own(request: HttpRequest, key: str) -> HttpResponse:
    """An opportunity for its people and the office: how it reads, its state, and what can be done."""
    found = access.load_opportunity_to_edit(request.user, key)
    view = market_queries.view_of(found, organisation=found.organisation)
    office = works_for_office(request.user)
    needed = market_queries.reviews_needed(found)
    context = {
        "view": view, "steps": steps(found), "office": office, "form": RefusalForm(), "needed": needed,
        "may_approve": not (needed > 1 and found.first_approved_by == request.user),
    }  # fmt: skip
    return render(request, "directory/opportunity_own.html", context)


STEPS = {
    "submit": actions.submit, "take-back": actions.take_back, "renew": actions.renew, "close": actions.close,
    "remove": actions.remove_opportunity,
}  # fmt: skip


@audience("member", methods="POST")
def step(request: HttpRequest, key: str, step: str) -> HttpResponse:
    found = access.load_opportunity_to_edit(request.user, key)
    if step not in STEPS:
        raise Http404
    done = perform(request, partial(STEPS[step], opportunity=found, by=access.member(request.user)), _done(step))
    if done and step == "remove":
        return redirect("opportunities-of", found.organisation.key)
    return redirect("opportunity-own", key)


def _done(step: str) -> str:
    return {
        "submit": _("Handed in. Its state stands on this page."), "take-back": _("It is a draft again."),
        "renew": _("Renewed."), "close": _("Closed. Nobody finds it any more."), "remove": _("Removed."),
    }[step]  # fmt: skip


@audience("adviser")
def review_list(request: HttpRequest) -> HttpResponse:
    access.require_office(request.user)
    views = [
        market_queries.view_of(row, organisation=row.organisation, office=market_queries.office_of(row.organisation))
        for row in market_queries.waiting()
    ]
    return render(request, "directory/opportunities_review.html", {"views": views})


@audience("adviser", methods="POST")
def review(request: HttpRequest, key: str) -> HttpResponse:
    found = access.load_opportunity_to_review(request.user, key)
    by, form = access.require_office(request.user), RefusalForm(request.POST)
    if request.POST.get("decision") == "refuse":
        reason = form.cleaned_data["reason"] if form.is_valid() else ""
        perform(
            request,
            partial(actions.refuse_opportunity, opportunity=found, reason=reason, by=by),
            _("Sent back. Its people are told why."),
        )
    else:
        perform(request, partial(actions.approve_opportunity, opportunity=found, by=by), _("Approved."))
    return redirect("opportunity-own", key)


@audience("public", methods="GET POST")
def renew(request: HttpRequest, token: str) -> HttpResponse:
    """From the link in a mail. GET only shows a button: programs that read mails open links."""
    renewal = access.load_renewal(token)
    if request.method == "POST" and renewal.is_valid:
        done = perform(request, partial(actions.renew, opportunity=renewal.opportunity, by=None))
        renewal.opportunity.refresh_from_db(fields=["expires", "state"])
        return render(request, "directory/opportunity_renew.html", {"renewal": renewal, "done": done})
    view = market_queries.view_of(renewal.opportunity)
    return render(request, "directory/opportunity_renew.html", {"renewal": renewal, "view": view})
