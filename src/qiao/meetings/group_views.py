"""The page on which organisers connect group chats."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from qiao.core.answers import attempt, perform
from qiao.core.audience import audience
from qiao.events.access import load_event_as_organiser, user_of
from qiao.meetings import access, actions
from qiao.meetings.group_forms import GroupForm
from qiao.meetings.group_queries import groups_page


@audience("organiser", methods="GET POST")
def groups(request: HttpRequest, slug: str) -> HttpResponse:
    event = load_event_as_organiser(request.user, slug)
    form = GroupForm(request.POST or None)
    if form.is_valid():
        made = attempt(form, partial(actions.connect_group, event=event, by=user_of(request), **form.group()))
        if made is not None:
            perform(
                request,
                partial(actions.test_group, group=made, by=user_of(request)),
                _("Connected. A test message is on its way."),
            )
            return redirect("groups", slug)
    return render(request, "meetings/groups.html", {"event": event, "form": form, "page": groups_page(event)})


@audience("organiser", methods="POST")
def group_test(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    group = access.load_group_for(request.user, slug, key)
    perform(request, partial(actions.test_group, group=group, by=user_of(request)), _("A test message is on its way."))
    return redirect("groups", slug)


@audience("organiser", methods="POST")
def group_remove(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    group = access.load_group_for(request.user, slug, key)
    done = _("Removed. Nothing more is posted there, and the address is forgotten.")
    perform(request, partial(actions.remove_group, group=group, by=user_of(request)), done)
    return redirect("groups", slug)


@audience("organiser", methods="POST")
def group_post_again(request: HttpRequest, slug: str, key: str, pk: int) -> HttpResponse:
    post = access.load_group_post_for(request.user, slug, key, pk)
    perform(request, partial(actions.post_again, post=post, by=user_of(request)), _("The message is on its way again."))
    return redirect("groups", slug)
