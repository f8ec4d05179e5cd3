"""The start page by role, the doors of the demo, the style page, and what the installation stands on."""

from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from qiao.core.answers import perform
from qiao.core.audience import audience
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.directory import actions
from qiao.directory.queries import sides
from qiao.site import access, queries
from qiao.site.forms import FORMS, StaffForm
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


@audience("admin")
def installation(request: HttpRequest) -> HttpResponse:
    access.load_admin(request.user)
    return render(request, "site/installation.html", {"page": queries.installation_page()})


@audience("admin", methods="GET POST")
def master_new(request: HttpRequest, kind: str) -> HttpResponse:
    return _master(request, kind, access.load_master_for(request.user, kind))


@audience("admin", methods="GET POST")
def master_edit(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    return _master(request, kind, access.load_master_for(request.user, kind, pk))


def _master(request: HttpRequest, kind: str, row: Any) -> HttpResponse:
    form = FORMS[type(row)](request.POST or None, row=row)
    save = partial(actions.save_master, row=row, by=access.load_admin(request.user))
    if form.is_valid() and _done(form, partial(save, values=form.cleaned_data)):
        return redirect("installation")
    return render(request, "site/master.html", {"form": form, "kind": kind, "row": row})


def _done(form: forms.Form, action: Any) -> bool:
    """Run an action; a refusal stands above the form, with all that was typed still in it."""
    try:
        action()
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return False
    return True


@audience("admin", methods="GET POST")
def master_remove(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    row = access.load_master_for(request.user, kind, pk)
    if request.method == "POST":
        remove = partial(actions.remove_master, row=row, by=access.load_admin(request.user))
        perform(request, remove, _("Removed."))
        return redirect("installation")
    return render(request, "site/master_remove.html", {"kind": kind, "row": row})


@audience("admin", methods="GET POST")
def staff_appoint(request: HttpRequest) -> HttpResponse:
    user = access.load_admin(request.user)
    form = StaffForm(request.POST or None, initial={"language": user.language})
    if form.is_valid() and _done(form, partial(actions.appoint_staff, by=user, **form.cleaned_data)):
        return redirect("installation")
    return render(request, "site/staff.html", {"form": form})


@audience("admin", methods="POST")
def staff_dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    role = access.load_staff_role_for(request.user, pk)
    perform(request, partial(actions.dismiss_staff, role=role, by=access.load_admin(request.user)), _("Removed."))
    return redirect("home" if role.user == request.user else "installation")
