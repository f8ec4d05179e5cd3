"""The page on which somebody makes and revokes tokens of the API."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from qiao.core import queries
from qiao.core.access import load_token_for
from qiao.core.actions import tokens as actions
from qiao.core.answers import attempt, perform
from qiao.core.audience import audience
from qiao.core.models import User
from qiao.core.token_forms import TokenForm
from qiao.core.tokens import scopes_in_words


@audience("member", methods="GET POST")
@never_cache
def tokens(request: HttpRequest) -> HttpResponse:
    """The new token stands on the answer to the form, and nowhere else."""
    assert isinstance(request.user, User)
    user, shown = request.user, None
    form = TokenForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        shown = attempt(form, partial(actions.issue_token, user=user, by=user, **form.cleaned_data))
        form = form if shown is None else TokenForm()
    rows = [(one, scopes_in_words(one.scopes)) for one in queries.valid_tokens(user)]
    return render(request, "core/tokens.html", {"form": form, "shown": shown, "rows": rows})


@audience("member", methods="POST")
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    assert isinstance(request.user, User)
    token = load_token_for(request.user, pk)
    perform(
        request, partial(actions.revoke_token, token=token, by=request.user), _("Revoked. It opens nothing any more.")
    )
    return redirect("tokens")
