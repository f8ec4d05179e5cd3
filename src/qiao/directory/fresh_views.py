"""Pages on which it is said that a profile is still right."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from qiao.core.answers import perform, way_back
from qiao.core.audience import audience
from qiao.directory import access, actions, fresh_queries


@audience("public", methods="GET POST")
def still(request: HttpRequest, token: str) -> HttpResponse:
    """From the link in a mail. GET only shows a button: programs that read mails open links."""
    asked = access.load_still(token)
    if request.method == "POST" and asked.is_valid:
        actions.confirm_profile(organisation=asked.organisation, by=None)
        return render(request, "directory/profile_still.html", {"still": asked, "done": True})
    return render(request, "directory/profile_still.html", {"still": asked})


@audience("member", methods="POST")
def confirm(request: HttpRequest, key: str) -> HttpResponse:
    """Its people, or the office on their behalf."""
    found = access.load_organisation_to_edit(request.user, key)
    act = partial(actions.confirm_profile, organisation=found, by=access.member(request.user))
    perform(request, act, _("Noted: the profile was checked today."))
    return redirect(way_back(request, reverse("organisation", args=[key])))


@audience("adviser")
def stale(request: HttpRequest) -> HttpResponse:
    access.require_office(request.user)
    page = fresh_queries.unanswered_page(request.GET.get("page", "1"))
    context = {"page": page, "rows": fresh_queries.silent_rows(page)}
    return render(request, "directory/profiles_stale.html", context)
