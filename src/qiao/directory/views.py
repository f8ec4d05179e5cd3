"""Pages of the directory."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from qiao.core.answers import perform, way_back
from qiao.core.audience import audience
from qiao.core.errors import Refused
from qiao.core.links import link_address, qr_svg
from qiao.directory import (
    abstract_queries,
    access,
    actions,
    coaching,
    exports,
    keyword_queries,
    queries,
    results,
    showing_queries,
    values,
)
from qiao.directory.columns import KINDS
from qiao.directory.forms import OrganisationForm, RegisterForm, SearchForm
from qiao.directory.joining import has_joined
from qiao.directory.known import known_partners
from qiao.directory.models import Organisation
from qiao.directory.purposes import PURPOSES
from qiao.directory.roles import works_for_office
from qiao.directory.search_models import Mark

LONGEST_PLACE = 8  # figures of a place among results


@audience("member")
def organisations(request: HttpRequest) -> HttpResponse:
    """One search over organisations, people, offers and seeks; without words it is the list of all organisations."""
    form = SearchForm(request.GET)
    found = results.search_page(access.member(request.user), form.ask(), request.GET.get("page", "1"))
    return render(request, "directory/search.html", {"form": form, "found": found})


@audience("member")
def organisation(request: HttpRequest, key: str) -> HttpResponse:
    if stayed := access.merged_into(request.user, key):
        return redirect("organisation", stayed.key)
    found = access.load_organisation_for(request.user, key)
    texts = {group: queries.entry_texts(found, kind) for group, kind in KINDS.items()}
    may_edit = access.may_edit(request.user, found)
    keywords = keyword_queries.keywords_of(found)
    context = {
        "organisation": found,
        "people": queries.visible_people(access.member(request.user), found),
        "has_joined": has_joined(found),
        "may_edit": may_edit,
        "known_partners": known_partners(found) if may_edit else [],
        "coaching": coaching.coaching_of(found, keywords) if may_edit else None,
        "office": works_for_office(request.user),
        "mark": queries.mark_of(access.member(request.user), found),
        "mark_kinds": Mark.Kind.choices,
        "discretion": queries.discretion(access.member(request.user), found),
        "keywords": keywords,
        "abstract": abstract_queries.shown_to(access.member(request.user), found),
        "walk": _walk(request, found),
        "shown": showing_queries.showing(found),
        **texts,
    }
    return render(request, "directory/organisation.html", context)


def _walk(request: HttpRequest, found: Organisation) -> results.Walk | None:
    """To the results before and after this one, for who comes from a search."""
    place = request.GET.get("place", "")
    if not (place.isascii() and place.isdigit() and len(place) < LONGEST_PLACE):
        return None
    return results.walk(access.member(request.user), SearchForm(request.GET).ask(), int(place), found)


@audience("member", methods="GET POST")
def edit(request: HttpRequest, key: str) -> HttpResponse:
    found = access.load_organisation_to_edit(request.user, key)
    form = OrganisationForm(request.POST or None, organisation=found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_organisation(organisation=found, values=form.values(), by=access.member(request.user))
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("The profile is saved."))
            return redirect("organisation", key)
    return render(
        request, "directory/edit.html", {"form": form, "organisation": found}, status=400 if form.errors else 200
    )


@audience("member", methods="POST")
def avoid(request: HttpRequest, key: str, other: str) -> HttpResponse:
    """Never suggest these two to each other, or do so again."""
    own = access.load_organisation_to_edit(request.user, key)
    found = access.load_organisation_for(request.user, other)
    wanted = request.POST.get("avoid") == "yes"
    act = partial(actions.set_avoid, organisation=own, other=found, avoid=wanted, by=access.member(request.user))
    done = (
        _("You are not suggested to each other any more.") if wanted else _("You can be suggested to each other again.")
    )
    perform(request, act, done)
    return redirect(way_back(request, reverse("organisation", args=[own.key])))


@audience("member", methods="POST")
def opt_out(request: HttpRequest, key: str) -> HttpResponse:
    own = access.load_organisation_to_edit(request.user, key)
    out = request.POST.get("out") == "yes"
    act = partial(actions.set_opted_out, organisation=own, opted_out=out, by=access.member(request.user))
    done = (
        _("Your organisation is left out of suggestions.") if out else _("Your organisation takes part in suggestions.")
    )
    perform(request, act, done)
    return redirect("organisation", key)


@audience("public", methods="GET POST")
def register(request: HttpRequest) -> HttpResponse:
    form = RegisterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.register(**form.values(), language=request.LANGUAGE_CODE)
        except actions.AskSameError as question:
            form.ask(question.organisations)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            return redirect("register-done")
    return render(request, "directory/register.html", {"form": form}, status=400 if form.errors else 200)


@audience("public")
def register_done(request: HttpRequest) -> HttpResponse:
    return render(request, "directory/register_done.html")


@audience("adviser")
def people(request: HttpRequest) -> HttpResponse:
    access.require_office(request.user)
    words = values.tidy(request.GET.get("q", ""))[:200]
    page = queries.people_page(words, request.GET.get("page", "1"))
    return render(request, "directory/people.html", {"page": page, "words": words})


@audience("adviser", methods="GET POST")
def person_link(request: HttpRequest, key: str) -> HttpResponse:
    """Issue a personal link; it is shown this once and stored nowhere."""
    person = access.load_person_for_office(request.user, key)
    context: dict[str, object] = {"person": person}
    if request.method == "POST":
        try:
            token = actions.link_for(person=person, by=access.require_office(request.user))
        except Refused as refused:
            messages.error(request, refused.message)
            return redirect("person-link", key)
        url = link_address(token)
        context |= {"url": url, "qr": qr_svg(url, _("QR code of the personal link"))}
    return render(request, "directory/person_link.html", context)


@audience("member", methods="GET POST")
def consents(request: HttpRequest) -> HttpResponse:
    person = access.load_own_person(request.user)
    purpose = request.POST.get("purpose", "")
    if request.method == "POST" and purpose in PURPOSES:
        by = access.member(request.user)
        if request.POST.get("answer") == "withdraw":
            actions.withdraw_consent(person=person, purpose=purpose, by=by)
            messages.success(request, _("Your consent is withdrawn. This takes effect at once."))
        elif request.POST.get("answer") == "give":
            actions.give_consent(person=person, purpose=purpose, by=by)
            messages.success(request, _("Thank you. Your consent is noted."))
        return redirect("consents")
    return render(
        request, "directory/consents.html", {"asked": queries.asked(person), "ledger": queries.ledger(person)}
    )


@audience("adviser")
def export_table(request: HttpRequest) -> HttpResponse:
    user = access.require_office(request.user)
    return _download(exports.organisations_csv(by=user), "organisations.csv")


@audience("adviser")
def template_table(request: HttpRequest) -> HttpResponse:
    access.require_office(request.user)
    return _download(exports.template_csv(), "organisations-template.csv")


def _download(data: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        data, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
