"""The page on which a talk is recorded: for its two people, and for its interpreter."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from qiao.core.answers import attempt
from qiao.core.audience import audience
from qiao.events.access import load_participation_for, user_of
from qiao.meetings import access, actions
from qiao.meetings.record_forms import RecordForm
from qiao.meetings.record_models import Hand
from qiao.meetings.records import RecordPage, record_page


@audience("participant", methods="GET POST")
def record(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    own = load_participation_for(request.user, slug)
    meeting = access.load_own_meeting(own, key)
    hand = Hand.SENDER if meeting.request.sender_id == own.pk else Hand.RECIPIENT
    return _write(request, record_page(meeting, hand), reverse("agenda", args=[slug]))


@audience("interpreter", methods="GET POST")
def record_interpreted(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    meeting = access.load_interpreted(access.load_interpreter_for(request.user, slug), key)
    return _write(request, record_page(meeting, Hand.INTERPRETER), reverse("rota", args=[slug]))


def _write(request: HttpRequest, page: RecordPage, back: str) -> HttpResponse:
    form = RecordForm(request.POST if request.method == "POST" else None, page=page)
    if form.is_valid():
        save = partial(actions.save_record, meeting=page.meeting, hand=page.hand, by=user_of(request), **form.values())
        if attempt(form, save):
            messages.success(request, _("Saved. Both sides find it in their agenda."))
            return redirect(f"{back}#talk-{page.request.key}")
    # Where somebody else saved in between the page shows it, and the form builds upon that: whoever saves again has seen it.
    overtaken = form.is_bound and page.sheet is not None and form["base"].value() != str(page.version)
    once = form["once"].value() if form.is_bound and "once" not in form.errors else get_random_string(24)
    context = {"event": page.event, "page": page, "form": form, "once": once, "overtaken": overtaken, "back": back}
    return render(request, "meetings/record.html", context)
