"""Invitations by link and poster: the organiser's pages, and those of people who are new here."""

from functools import partial

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from qiao.core.answers import attempt, perform
from qiao.core.audience import audience
from qiao.core.languages import reader_language
from qiao.core.links import qr_svg
from qiao.core.views import BACKEND
from qiao.directory.access import own_person
from qiao.directory.actions import AskSameError
from qiao.directory.models import Person
from qiao.directory.queries import sides
from qiao.events import access, actions, form_queries, posters, teasers
from qiao.events.form_models import Invitation
from qiao.events.forms.invited import InvitationForm, InvitedForm


@audience("organiser", methods="GET POST")
def invitations(request: HttpRequest, slug: str) -> HttpResponse:
    event = access.load_event_as_organiser(request.user, slug)
    form = InvitationForm(request.POST or None, event=event)
    if form.is_valid():
        made = attempt(form, partial(actions.invite, event=event, by=access.user_of(request), **form.cleaned_data))
        if made:
            return redirect("invitation", slug, made.key)
    rows = form_queries.invitations_of(event)
    return render(request, "events/setup/invitations.html", {"event": event, "rows": rows, "form": form})


@audience("organiser")
def invitation(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    found = access.load_invitation_as_organiser(request.user, slug, key)
    url = posters.address_of(found)
    context = {"event": found.event, "one": found, "url": url, "qr": qr_svg(url, _("QR code of the invitation"))}
    return render(request, "events/setup/invitation.html", context)


@audience("organiser")
def poster(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    found = access.load_invitation_as_organiser(request.user, slug, key)
    headers = {"Content-Disposition": f'attachment; filename="{slug}-poster.pdf"'}
    return HttpResponse(posters.poster_pdf(found), content_type="application/pdf", headers=headers)


@audience("organiser", methods="POST")
def invitation_end(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    found = access.load_invitation_as_organiser(request.user, slug, key)
    end = partial(actions.revoke_invitation, invitation=found, by=access.user_of(request))
    perform(request, end, _("The invitation has ended. Who registered by it stays."))
    return redirect("invitations", slug)


@audience("public")
def invited(request: HttpRequest, key: str) -> HttpResponse:
    """Look first: the event, and examples of partners."""
    found = access.load_invitation(key)
    rows = sides()
    home = teasers.home_side(rows, request.GET.get("from", ""), reader_language())
    theme = request.GET.get("theme", "")[:50]
    context = {
        "invitation": found, "named": found.event, "sides": rows, "home": home, "theme": theme,
        "themes": list(found.event.themes.all()), "examples": teasers.examples(home, theme),
    }  # fmt: skip
    return render(request, "events/invited.html", context)


@audience("public", methods="GET POST")
def invited_register(request: HttpRequest, key: str) -> HttpResponse:
    """Then agree and say the least that is needed; who is here already registers as always."""
    found = access.load_invitation(key)
    if not found.is_open:
        return redirect("invited", key)
    if own_person(request.user) is not None:
        return redirect(f"{reverse('event-join', args=[found.event.slug])}?as={found.type}")
    asked = form_queries.questions_for(found.event, found.type)
    form = InvitedForm(request.POST or None, questions=asked, initial={"side": request.GET.get("from", "")})
    if form.is_valid():
        made = _register(request, found, form)
        if made:
            return _welcome(request, found, made)
    context = {"invitation": found, "named": found.event, "form": form}
    return render(request, "events/invited_register.html", context, status=400 if form.errors else 200)


def _register(request: HttpRequest, found: Invitation, form: InvitedForm) -> Person | None:
    act = partial(actions.register_invited, invitation=found, language=request.LANGUAGE_CODE, **form.values())
    try:
        made: Person | None = attempt(form, act)
    except AskSameError as question:
        form.ask(question.organisations)
        return None
    return made


def _welcome(request: HttpRequest, found: Invitation, person: Person) -> HttpResponse:
    """Who gave no address is signed in at once; an address is proved by the code that is sent to it."""
    if person.user is not None and not person.email:
        login(request, person.user, backend=BACKEND)
        messages.success(request, _("You are registered. The contact office and the organiser look at it."))
        return redirect("event", found.event.slug)
    return redirect("register-done")
