"""Saying on the agenda how a talk went."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from qiao.core.answers import perform
from qiao.core.audience import audience
from qiao.events.access import load_participation_for, user_of
from qiao.meetings import access, actions
from qiao.meetings.forms import RatingForm


@audience("participant", methods="POST")
def rate(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """One tap says that the talk took place and what comes next, or that it did not; a second one how good it was."""
    own = load_participation_for(request.user, slug)
    talk = access.load_own_talk(own, key)
    form = RatingForm(request.POST)
    said = form.cleaned_data if form.is_valid() else {"held": True, "next": "", "score": None}
    say = partial(actions.rate, participation=own, request=talk, by=user_of(request), **said)
    perform(request, say, _("Noted. Thank you."))
    return redirect(f"{reverse('agenda', args=[slug])}#talk-{talk.key}")
