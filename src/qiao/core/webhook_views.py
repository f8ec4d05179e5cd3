"""The page on which somebody makes and keeps webhooks."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from qiao.core import queries
from qiao.core.access import load_webhook_for
from qiao.core.actions import webhooks as actions
from qiao.core.answers import attempt, attempted, perform
from qiao.core.audience import audience
from qiao.core.models import User
from qiao.core.webhook_forms import WebhookForm


@audience("member", methods="GET POST")
@never_cache
def webhooks(request: HttpRequest) -> HttpResponse:
    """The new secret stands on the answer to the form, and nowhere else."""
    assert isinstance(request.user, User)
    user, shown = request.user, None
    form = WebhookForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        shown = attempt(form, partial(actions.make_webhook, user=user, by=user, **form.cleaned_data))
        form = form if shown is None else WebhookForm()
    return _page(request, user, form, shown)


def _page(request: HttpRequest, user: User, form: WebhookForm, shown: str | None) -> HttpResponse:
    context = {"form": form, "shown": shown, "rows": queries.webhooks_page(user)}
    return render(request, "core/webhooks.html", context)


@audience("member", methods="POST")
@never_cache
def webhook_secret(request: HttpRequest, key: str) -> HttpResponse:
    """As above."""
    assert isinstance(request.user, User)
    webhook = load_webhook_for(request.user, key)
    shown = attempted(request, partial(actions.rotate_secret, webhook=webhook, by=request.user))
    return _page(request, request.user, WebhookForm(), shown)


@audience("member", methods="POST")
def webhook_step(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """step: test, resume or remove."""
    assert isinstance(request.user, User)
    webhook = load_webhook_for(request.user, key)
    acts = {
        "test": (actions.test_webhook, _("A test message is on its way.")),
        "resume": (actions.resume_webhook, _("Started again. It is told what happens from now on.")),
        "remove": (actions.remove_webhook, _("Removed. Nothing more is sent there.")),
    }
    act, done = acts[step]
    perform(request, partial(act, webhook=webhook, by=request.user), done)
    return redirect("webhooks")
