"""A delegation at its event: all agendas side by side, and a colleague who takes a talk."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from qiao.core.answers import perform
from qiao.core.audience import audience
from qiao.events.access import user_of
from qiao.events.delegation_access import (
    load_delegation_at_event,
    load_delegation_to_lead,
    load_member_to_lead,
    load_own_membership,
)
from qiao.meetings import access, actions, overviews
from qiao.meetings.books import books_pdf
from qiao.meetings.substitution import substitution_page


@audience("leader")
def delegation_agendas(request: HttpRequest, slug: str) -> HttpResponse:
    found, event = load_delegation_at_event(request.user, slug)
    group = overviews.agendas_of(found, event)
    return render(request, "meetings/delegation_agendas.html", {"event": event, "group": group})


@audience("leader", methods="GET POST")
def delegation_talk(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Who could take this talk instead, what would change, and the button that does it."""
    delegation, event, meeting, member = access.load_group_talk(request.user, slug, key)
    if request.POST.get("person"):
        instead = access.load_member_at_event(request.user, slug, request.POST["person"])
        act = partial(actions.substitute, request=meeting.request, member=member, instead=instead)
        done = _("The talk is passed on. Everybody concerned is told once.")
        perform(request, partial(act, by=user_of(request)), done)
        return redirect("delegation-agendas", slug)
    page = substitution_page(delegation, event, meeting, member)
    return render(request, "meetings/substitution.html", {"event": event, "page": page})


@audience("leader")
def delegation_books(request: HttpRequest, slug: str) -> HttpResponse:
    """The briefing books of all members in one file."""
    found = load_delegation_to_lead(request.user, slug)
    return _pdf(books_pdf(delegation=found, by=user_of(request)), f"books-{slug}.pdf")


@audience("leader")
def delegation_book(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    member = load_member_to_lead(request.user, slug, key)
    return _pdf(books_pdf(delegation=member.delegation, only=member, by=user_of(request)), f"book-{slug}.pdf")


@audience("member")
def own_book(request: HttpRequest, slug: str) -> HttpResponse:
    """For a member, the own one."""
    member = load_own_membership(request.user, slug)
    return _pdf(books_pdf(delegation=member.delegation, only=member, by=user_of(request)), f"book-{slug}.pdf")


def _pdf(data: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(data, content_type="application/pdf", headers=headers)
