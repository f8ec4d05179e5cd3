"""The start page by role, the doors of the demo, the style page, and what the installation stands on."""

from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qiao.core.answers import attempt, perform
from qiao.core.audience import audience
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.directory import actions
from qiao.directory.access import load_own_person, require_office
from qiao.directory.queries import sides
from qiao.site import access, installation_queries, queries
from qiao.site import actions as site_actions
from qiao.site import doubles as reads
from qiao.site.forms import FORMS, StaffForm
from qiao.site.samples import samples
from qiao.site.translators import translator

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


@audience("member", methods="GET POST")
def erase_me(request: HttpRequest) -> HttpResponse:
    """Asks first; then the account and all that is personal are gone."""
    person = load_own_person(request.user)
    if request.method != "POST":
        return render(request, "site/erase.html")
    if not perform(request, partial(site_actions.erase, person=person, by=person.user)):
        return redirect("me")
    logout(request)
    messages.success(request, _("Your account and your personal data are erased."))
    return redirect("home")


@audience("public")
def imprint(request: HttpRequest) -> HttpResponse:
    text = installation_queries.imprint_text()
    if text is None:
        raise Http404
    return render(request, "site/imprint.html", {"text": text})


@audience("public")
def privacy(request: HttpRequest) -> HttpResponse:
    return render(
        request, "site/privacy.html", {"page": installation_queries.privacy_page(), "translator": translator()}
    )


@audience("demo")
def look(request: HttpRequest) -> HttpResponse:
    return render(request, "site/look.html", samples(request.GET or None))


@audience("admin")
def installation(request: HttpRequest) -> HttpResponse:
    access.load_admin(request.user)
    context = {"page": installation_queries.installation_page(), "translator": translator()}
    return render(request, "site/installation.html", context)


@audience("admin", methods="GET POST")
def master_new(request: HttpRequest, kind: str) -> HttpResponse:
    return _master(request, kind, access.load_master_for(request.user, kind))


@audience("admin", methods="GET POST")
def master_edit(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    return _master(request, kind, access.load_master_for(request.user, kind, pk))


def _master(request: HttpRequest, kind: str, row: Any) -> HttpResponse:
    form = FORMS[type(row)](request.POST or None, row=row)
    save = partial(actions.save_master, row=row, by=access.load_admin(request.user))
    if form.is_valid() and attempt(form, partial(save, values=form.cleaned_data)):
        return redirect("installation")
    return render(request, "site/master.html", {"form": form, "kind": kind, "row": row})


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
    if form.is_valid() and attempt(form, partial(actions.appoint_staff, by=user, **form.cleaned_data)):
        return redirect("installation")
    return render(request, "site/staff.html", {"form": form})


@audience("admin", methods="POST")
def staff_dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    role = access.load_staff_role_for(request.user, pk)
    perform(request, partial(actions.dismiss_staff, role=role, by=access.load_admin(request.user)), _("Removed."))
    return redirect("home" if role.user == request.user else "installation")


@audience("adviser")
def doubles(request: HttpRequest) -> HttpResponse:
    """Organisations that may be the same, and what was merged lately."""
    require_office(request.user)
    page = reads.double_page(request.GET.get("page", "1"))
    context = {
        "page": page,
        "views": reads.double_views(page),
        "merges": reads.merged_lately(),
        "days": site_actions.UNDO_DAYS,
    }
    return render(request, "site/doubles.html", context)


@audience("adviser", methods="GET POST")
def double(request: HttpRequest, one: str, other: str) -> HttpResponse:
    """Two organisations side by side; the office says whether they are the same."""
    pair = access.load_pair(request.user, one, other)
    wanted = request.POST.get("keep") or request.GET.get("keep")
    kept, gone = reads.better_filled(*pair)
    if wanted == gone.key:
        kept, gone = gone, kept
    if request.method == "POST" and request.POST.get("decision") in {"merge", "apart"}:
        by = require_office(request.user)
        if request.POST["decision"] == "apart":
            actions.keep_apart(one=kept, other=gone, by=by)
            messages.success(request, _("The two stay apart. You will not be asked about them again."))
            return redirect("doubles")
        take = [name for name in reads.SHOWN if request.POST.get(name) == "other"]
        try:
            site_actions.merge(kept=kept, gone=gone, take=take, by=by)
        except Refused as refused:
            messages.error(request, refused.message)
            return redirect("doubles")
        messages.success(
            request, _("The two are one organisation now. You can undo this on the page of likely doubles.")
        )
        return redirect("organisation", kept.key)
    return render(request, "site/double.html", {"both": reads.comparison(kept, gone), "days": site_actions.UNDO_DAYS})


@audience("adviser", methods="POST")
def undo_merge(request: HttpRequest, pk: int) -> HttpResponse:
    merge = access.load_merge(request.user, pk)
    try:
        back, left = site_actions.undo_merge(merge=merge, by=require_office(request.user))
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("doubles")
    messages.success(request, _("Both organisations are there again, as they were before."))
    if left:
        sentence = ngettext(
            "%(count)s entry was changed since and stays as it is now.",
            "%(count)s entries were changed since and stay as they are now.",
            left,
        )
        messages.info(request, sentence % {"count": left})
    return redirect("organisation", back.key)
