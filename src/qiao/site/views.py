"""The start page by role, the doors of the demo, the style page."""

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from qiao.core.audience import audience
from qiao.core.models import User
from qiao.directory.queries import sides
from qiao.site import access, queries
from qiao.site.samples import samples

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@audience("public")
def home(request: HttpRequest) -> HttpResponse:
    if isinstance(request.user, User):
        return render(request, "site/home.html", {"home": queries.home_for(request.user, timezone.now())})
    doors = queries.demo_doors() if settings.DEMO else []
    return render(request, "site/welcome.html", {"sides": sides(), "doors": doors})


@audience("demo", methods="POST")
def enter_demo(request: HttpRequest, who: str) -> HttpResponse:
    login(request, access.load_demo_user(who), backend=BACKEND)
    return redirect("home")


@audience("demo")
def look(request: HttpRequest) -> HttpResponse:
    return render(request, "site/look.html", samples(request.GET or None))
