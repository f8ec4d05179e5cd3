"""Language, own account, personal links, the demo's mails."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from qiao.core import actions, queries
from qiao.core.account_form import AccountForm
from qiao.core.answers import way_back
from qiao.core.audience import audience
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.core.pages import Pages
from qiao.core.texts import tidy

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def set_language_cookie(response: HttpResponse, language: str) -> None:
    """For visitors, and for the sign-in page after signing out."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 3600,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


@audience("public", methods="POST")
def set_language(request: HttpRequest) -> HttpResponse:
    """Kept in the account, too, but for a demo's: the next visitor finds it as it was."""
    response = HttpResponseRedirect(way_back(request, "/"))
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        if isinstance(request.user, User) and not settings.DEMO:
            actions.set_language(user=request.user, language=language, by=request.user)
        set_language_cookie(response, language)
    return response


@audience("public", methods="GET POST")
@never_cache
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """GET only shows a button: mail scanners and messengers fetch every link that they see."""
    if request.method == "POST":
        try:
            login(request, actions.use_link(token=token), backend=BACKEND)
        except Refused as refusal:
            messages.error(request, refusal.message)
            return redirect("enter", token)
        return redirect("home")
    link = queries.find_link(actions.hash_token(token))
    return render(request, "core/enter.html", {"link": link}, status=200 if link else 404)


@audience("public")
def signup(request: HttpRequest) -> HttpResponse:
    """allauth's mail to unknown addresses and its pages point here: people register with their organisation."""
    return redirect("register")


@audience("member", methods="GET POST")
def me(request: HttpRequest) -> HttpResponse:
    form = AccountForm(request.POST or None, instance=User.objects.get(pk=request.user.pk or 0))
    if request.method == "POST" and form.is_valid():
        actions.change_account(user=form.instance, by=form.instance, **form.cleaned_data)
        messages.success(request, gettext("Your details are saved."))
        response = redirect("me")
        set_language_cookie(response, form.instance.language)
        return response
    links = queries.open_links(form.instance)
    return render(request, "core/me.html", {"form": form, "links": links, "data": queries.my_data(form.instance)})


@audience("member", methods="POST")
def revoke_links(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    actions.revoke_links(user=request.user, by=request.user)
    messages.success(request, gettext("Your personal links are closed. Nobody can sign in with them any more."))
    return redirect("me")


@audience("demo")
def mails(request: HttpRequest) -> HttpResponse:
    words = tidy(request.GET.get("q", ""))[:200]
    page = Pages(queries.mails(words), 20).get_page(request.GET.get("page"))
    own = getattr(request.user, "email", "")
    return render(request, "core/mails.html", {"page": page, "words": words, "own": own})
