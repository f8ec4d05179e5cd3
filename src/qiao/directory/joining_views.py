"""Colleagues, whom a manager enters, and organisations that are taken over by one link."""

from functools import partial

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from qiao.core.answers import attempt, perform
from qiao.core.audience import audience
from qiao.core.errors import Refused
from qiao.core.links import link_address, qr_svg
from qiao.core.views import BACKEND
from qiao.directory import access, actions, queries
from qiao.directory.columns import KINDS
from qiao.directory.joining_forms import ClaimForm, ColleagueForm, NewColleagueForm
from qiao.directory.models import ClaimLink, Person


@audience("member")
def colleagues(request: HttpRequest, key: str) -> HttpResponse:
    found = access.load_organisation_to_edit(request.user, key)
    context = {"organisation": found, "colleagues": queries.colleagues(found)}
    return render(request, "directory/colleagues.html", context)


@audience("member", methods="GET POST")
def colleague_new(request: HttpRequest, key: str) -> HttpResponse:
    found, by = access.load_organisation_to_edit(request.user, key), access.member(request.user)
    form = NewColleagueForm(request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        add = partial(actions.add_colleague, organisation=found, person=form.person, is_manager=data["is_manager"])
        made: Person | None = attempt(form, partial(add, by=by, key=data["token"]))
        if made:
            messages.success(request, _("The colleague is entered. At the first sign-in the person agrees in person."))
            return redirect("colleagues", key)
    return render(request, "directory/colleague.html", {"organisation": found, "form": form})


@audience("member", methods="GET POST")
def colleague_edit(request: HttpRequest, key: str, person: str) -> HttpResponse:
    found = access.load_colleague(request.user, key, person)
    form = ColleagueForm(request.POST or None, membership=found)
    if form.is_valid():
        values = form.person
        edit = partial(
            actions.edit_colleague, membership=found, role=values.pop("role"), values=values,
            is_manager=form.cleaned_data["is_manager"], by=access.member(request.user),
        )  # fmt: skip
        if perform(request, edit, _("Saved.")):
            return redirect("colleagues", key)
    context = {"organisation": found.organisation, "person": found.person, "form": form}
    return render(request, "directory/colleague.html", context)


@audience("member", methods="GET POST")
def colleague_link(request: HttpRequest, key: str, person: str) -> HttpResponse:
    """Issue a personal link for a colleague; it is shown this once."""
    found = access.load_colleague(request.user, key, person)
    context: dict[str, object] = {"person": found.person, "organisation": found.organisation}
    if request.method == "POST":
        try:
            token = actions.link_for_colleague(membership=found, by=access.member(request.user))
        except Refused as refused:
            messages.error(request, refused.message)
            return redirect("colleagues", key)
        url = link_address(token)
        context |= {"url": url, "qr": qr_svg(url, _("QR code of the personal link"))}
    return render(request, "directory/person_link.html", context)


@audience("adviser", methods="GET POST")
def claim_link(request: HttpRequest, key: str) -> HttpResponse:
    """The link by which a listed organisation is taken over; it is shown this once."""
    found = access.load_listed(request.user, key)
    context: dict[str, object] = {"organisation": found}
    if request.method == "POST":
        token = actions.issue_claim(organisation=found, by=access.require_office(request.user))
        url = f"{settings.PUBLIC_URL}{reverse('claim', args=[token])}"
        context |= {"url": url, "qr": qr_svg(url, _("QR code of the link"))}
    return render(request, "directory/claim_link.html", context)


@audience("public", methods="GET POST")
@never_cache
def claim(request: HttpRequest, token: str) -> HttpResponse:
    """Look first, then agree, then say who you are; who is signed in only presses a button."""
    link = access.load_claim(token)
    own = access.own_person(request.user)
    if own is not None:
        take = partial(actions.claim, link=link, person=own)
        if request.method == "POST" and perform(request, take, _("You keep the profile of this organisation now.")):
            return redirect("organisation", link.organisation.key)
        return _claim_page(request, link, None)
    form = ClaimForm(request.POST or None)
    if form.is_valid():
        made: Person | None = attempt(
            form, partial(actions.claim, link=link, language=request.LANGUAGE_CODE, **form.values)
        )
        if made:
            return _welcome(request, made)
    return _claim_page(request, link, form)


def _claim_page(request: HttpRequest, link: ClaimLink, form: ClaimForm | None) -> HttpResponse:
    found = link.organisation
    context = {
        "organisation": found,
        "form": form,
        **{group: queries.entry_texts(found, kind) for group, kind in KINDS.items()},
    }
    return render(request, "directory/claim.html", context)


def _welcome(request: HttpRequest, person: Person) -> HttpResponse:
    """Who gave no address is signed in at once; an address is proved by the code that is sent to it."""
    if person.user is not None and not person.email:
        login(request, person.user, backend=BACKEND)
        messages.success(request, _("Welcome. Please look through the profile of your organisation."))
        return redirect("home")
    return redirect("register-done")
