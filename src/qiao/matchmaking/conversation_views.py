"""Pages of conversations, and what somebody wants to be reached by."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from qiao.core.answers import attempt, perform
from qiao.core.audience import audience, ends_mails
from qiao.directory.access import load_own_person, load_user_to_leave_alone
from qiao.events.access import user_of
from qiao.matchmaking import access, actions, queries
from qiao.matchmaking.forms import MessageForm, ReachForm


@audience("member")
def conversations(request: HttpRequest) -> HttpResponse:
    page = queries.conversations_page(user_of(request), request.GET.get("page", 1))
    return render(request, "matchmaking/conversations.html", {"page": page})


@audience("member", methods="GET POST")
def conversation(request: HttpRequest, key: str) -> HttpResponse:
    own, found = access.load_request_for(request.user, key)
    form = MessageForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        send = partial(actions.send_message, request=found, author=own, by=user_of(request), **form.cleaned_data)
        if attempt(form, send):
            return redirect("conversation", key)
    page = queries.conversation_page(found, own, request.GET.get("page", 1))
    context = {"event": found.event, "page": page, "form": form}
    return render(request, "matchmaking/conversation.html", context, status=400 if form.errors else 200)


@audience("member", methods="POST")
def conversation_read(request: HttpRequest, key: str) -> HttpResponse:
    """The page says so itself as soon as it is shown; without scripts there is a button."""
    own, found = access.load_request_for(request.user, key)
    until = request.POST.get("until", "")
    read = partial(
        actions.mark_read, request=found, reader=own, until=int(until) if until.isdecimal() and len(until) < 19 else 0
    )
    if request.headers.get("HX-Request"):
        read()
        return render(request, "matchmaking/conversation_read.html", {"unread": queries.unread_count(user_of(request))})
    perform(request, read, _("Marked as read."))
    return redirect("conversation", key)


@audience("member", methods="GET POST")
def block(request: HttpRequest, key: str) -> HttpResponse:
    own, found = access.load_request_for(request.user, key)
    row = queries.request_row_for(found, own)
    if request.method == "POST":
        act = partial(actions.block, own=own, partner=row.partner, by=user_of(request))
        perform(request, act, _("Blocked. Nothing of this person reaches you any more."))
        return redirect("reach")
    return render(request, "matchmaking/block.html", {"event": found.event, "row": row})


@audience("member", methods="POST")
def block_lift(request: HttpRequest, pk: int) -> HttpResponse:
    found = access.load_block_for(request.user, pk)
    perform(request, partial(actions.lift_block, block=found, by=user_of(request)), _("The block is lifted."))
    return redirect("reach")


@audience("member", methods="GET POST")
def reach(request: HttpRequest) -> HttpResponse:
    person = load_own_person(request.user)
    now = queries.reach_of(person)
    initial = {"requests": now.requests, "messages": now.messages, "digest": now.digest, "team": now.team}
    form = ReachForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        perform(
            request, partial(actions.set_reach, person=person, by=user_of(request), **form.cleaned_data), _("Saved.")
        )
        return redirect("reach")
    return render(request, "matchmaking/reach.html", {"form": form, "blocked": queries.blocked_by(user_of(request))})


@ends_mails
@audience("public", methods="GET POST")
def digest_stop(request: HttpRequest, token: str) -> HttpResponse:
    """From the link in a mail, without signing in. It asks first: programs that read mails open links."""
    user = load_user_to_leave_alone(token, access.DIGEST_SALT)
    done = request.method == "POST"
    if done:
        actions.stop_digest(user=user)
    return render(request, "matchmaking/digest_stop.html", {"done": done})
