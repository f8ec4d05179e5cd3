"""Pages of the searches that somebody keeps, and the page on which mails about them end."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from qiao.core.answers import perform, way_back
from qiao.core.audience import audience, ends_mails
from qiao.directory import access, actions, kept_searches, results


@audience("member")
def marks(request: HttpRequest) -> HttpResponse:
    """The organisations that somebody has noted."""
    return render(request, "directory/marks.html", {"groups": results.marked(access.member(request.user))})


@audience("member", methods="POST")
def mark(request: HttpRequest, key: str) -> HttpResponse:
    found, user = access.load_organisation_for(request.user, key), access.member(request.user)
    perform(request, partial(actions.mark, organisation=found, kind=request.POST.get("kind", ""), by=user))
    return redirect(way_back(request, reverse("organisation", args=[key])))


@audience("member")
def searches(request: HttpRequest) -> HttpResponse:
    return render(
        request, "directory/saved_searches.html", {"kept": kept_searches.kept_searches(access.member(request.user))}
    )


@audience("member", methods="POST")
def keep(request: HttpRequest) -> HttpResponse:
    user, ask = access.member(request.user), kept_searches.read(request.POST.get("search", ""))
    perform(request, partial(actions.keep_search, ask=ask, by=user), _("The search is kept."))
    return redirect("saved-searches")


@audience("member", methods="POST")
def change(request: HttpRequest, key: str) -> HttpResponse:
    """How often mails come, or the end of the search."""
    search, user = access.load_own_search(request.user, key), access.member(request.user)
    if "remove" in request.POST:
        perform(request, partial(actions.remove_search, search=search, by=user), _("The search is removed."))
    else:
        mails = request.POST.get("mails", "")
        perform(request, partial(actions.set_mails, search=search, mails=mails, by=user), _("Saved."))
    return redirect("saved-searches")


@ends_mails
@audience("public", methods="GET POST")
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """From the link in a mail, without signing in. It asks first: programs that read mails open links."""
    user = access.load_user_to_leave_alone(token)
    done = request.method == "POST"
    if done:
        actions.stop_mails(user=user)
    return render(request, "directory/alerts_stop.html", {"done": done})
