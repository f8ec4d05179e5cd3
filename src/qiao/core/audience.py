"""Who may open a URL. Every view carries exactly one mark; a test generated from the URL resolver checks all of them.

The mark declares; objects are loaded through the stage's access.py, which enforces (404 for whom it refuses).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import resolve
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

View = Callable[..., HttpResponseBase]

MARKS = {
    "public": "everybody",
    "demo": "everybody, and only while the installation is a demo",
    "token": "programs that bring a valid token, as far as its scopes and its owner's rights go",
    "member": "everybody who is signed in",
    "participant": "people who take part in the event of the URL, and its organisers where they act for them",
    "interpreter": "interpreters of the event of the URL",
    "leader": "the head of the delegation of the URL and its office; organisers of its event, as far as they only look",
    "organiser": "organisers of the event of the URL",
    "adviser": "advisers of an office",
    "admin": "administrators of the installation",
}
OPEN = {"public", "demo", "token"}  # nobody is led to the sign-in page

# URLs of packages, by name. What stands neither here nor carries a mark fails the tests.
THIRD_PARTY: dict[str, str] = {
    "account_login": "public",
    "account_request_login_code": "public",
    "account_confirm_login_code": "public",  # leads back to the first step when no code was asked for
    "account_logout": "public",
    "account_inactive": "public",
    "account_change_password": "member",
    "account_set_password": "member",
    "account_reset_password": "public",
    "account_reset_password_done": "public",
    "account_reset_password_from_key": "public",
    "account_reset_password_from_key_done": "public",
}


def audience(mark: str, *, methods: str = "GET") -> Callable[[View], View]:
    """Mark a view: `@audience("organiser", methods="GET POST")`."""
    if mark not in MARKS:
        raise ValueError(f"{mark!r} is no audience mark")

    def decorate(view: View) -> View:
        @wraps(view)
        def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if mark == "demo" and not settings.DEMO:
                raise Http404
            return view(request, *args, **kwargs)

        allowed = methods.split()
        checked = require_http_methods([*allowed, "HEAD"] if "GET" in allowed else allowed)(marked)
        result: View = login_not_required(checked) if mark in OPEN else checked
        result.audience = mark  # type: ignore[attr-defined]
        result.methods = tuple(allowed)  # type: ignore[attr-defined]
        return result

    return decorate


def ends_mails(view: View) -> View:
    """For a page that ends mails: mail programs post `List-Unsubscribe=One-Click` to it without having seen it (RFC 8058).

    The signed token in the address proves who may; every other POST is protected against forgery as always.
    """
    protected = csrf_protect(view)

    @wraps(view)
    def either(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        one_click = request.method == "POST" and request.POST.get("List-Unsubscribe") == "One-Click"
        return (view if one_click else protected)(request, *args, **kwargs)

    return csrf_exempt(either)


@audience("member")
def nothing_here(request: HttpRequest, rest: str = "") -> HttpResponse:
    """The last pattern of all: a stranger meets the same redirect for every URL that is not public, existing or not.

    Who is signed in and left out the slash at the end is led on.
    """
    if request.method == "GET" and rest and not rest.endswith("/"):
        wanted = resolve(f"/{rest}/", getattr(request, "urlconf", None))
        if wanted.url_name != "nothing-here":
            return redirect(f"{request.path}/")
    raise Http404
