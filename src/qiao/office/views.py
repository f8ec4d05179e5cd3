"""Pages about cooperations."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from qiao.core.answers import attempt, perform
from qiao.core.audience import audience
from qiao.core.pages import Pages
from qiao.directory.access import member, organisations_for
from qiao.directory.roles import works_for_office
from qiao.office import access, actions, exports, queries
from qiao.office.case_queries import linked_cases
from qiao.office.forms import FactsForm, ListFilter, OpenForm, StepForm
from qiao.office.models import Cooperation
from qiao.office.seen import own_organisations


@audience("member")
def cooperations(request: HttpRequest) -> HttpResponse:
    """Those of one's own organisations; for the office all."""
    user = member(request.user)
    form = ListFilter(request.GET, events=queries.events_of(user), sides=queries.all_sides())
    asked = form.asked()
    found = queries.cooperation_list(user, asked, request.GET.get("page", "1"))
    return render(request, "office/cooperations.html", {"found": found, "form": form, "asked": asked})


@audience("adviser")
def table(request: HttpRequest) -> HttpResponse:
    """The list as it is narrowed, for a spreadsheet program."""
    user = access.require_office(request.user)
    form = ListFilter(request.GET, events=queries.events_of(user), sides=queries.all_sides())
    data = exports.cooperations_xlsx(asked=form.asked(), by=user)
    return HttpResponse(
        data,
        content_type=exports.XLSX,
        headers={"Content-Disposition": 'attachment; filename="cooperations.xlsx"'},
    )


@audience("adviser")
def deepen(request: HttpRequest) -> HttpResponse:
    """Existing partners whom to talk to about more."""
    access.require_office(request.user)
    page = Pages(queries.to_deepen(), queries.PER_PAGE).get_page(request.GET.get("page", "1"))
    return render(request, "office/deepen.html", {"rows": page})


@audience("member", methods="GET POST")
def new(request: HttpRequest) -> HttpResponse:
    user = member(request.user)
    own = None if works_for_office(user) else list(own_organisations(user))
    partner = access.load_partner(user, request.GET.get("with", ""))
    initial = {"other": partner.name if partner else ""}
    form = OpenForm(request.POST or None, own=own, seen=organisations_for(user), initial=initial)
    if form.is_valid():
        said = form.cleaned_data
        open_ = partial(actions.open_cooperation, by=user, as_organisation=None if own is None else said["one"])
        if made := attempt(form, partial(open_, **said)):
            return redirect("cooperation", made.key)
    return render(
        request, "office/cooperation_new.html", {"form": form, "own": own}, status=400 if form.errors else 200
    )


@audience("member", methods="GET POST")
def cooperation(request: HttpRequest, key: str) -> HttpResponse:
    """Its history, and what happened since."""
    found = access.load_cooperation_for(request.user, key)
    user = member(request.user)
    page = queries.cooperation_page(found, user)
    stage = "" if request.POST else found.stage  # which may be reached meanwhile
    form = StepForm(request.POST or None, present=stage)
    if form.is_valid():
        add = partial(actions.add_step, cooperation=found, as_organisation=page.may_write_for, by=user)
        if attempt(form, partial(add, **form.cleaned_data)):
            messages.success(request, _("Noted."))
            return redirect("cooperation", key)
    cases = linked_cases(user, found) if page.is_office else []
    context = {"page": page, "cooperation": found, "form": form, "cases": cases}
    return render(request, "office/cooperation.html", context, status=400 if form.errors else 200)


@audience("member", methods="GET POST")
def facts(request: HttpRequest, key: str) -> HttpResponse:
    found = access.load_cooperation_for(request.user, key)
    initial = {name: getattr(found, name) for name in FactsForm.base_fields}
    form = FactsForm(request.POST or None, initial=initial)
    change = partial(actions.change_facts, cooperation=found, by=member(request.user))
    if form.is_valid() and perform(request, partial(change, **form.cleaned_data), _("Saved.")):
        return redirect("cooperation", key)
    context = {"form": form, "cooperation": found}
    return render(request, "office/cooperation_facts.html", context, status=400 if form.errors else 200)


@audience("public", methods="GET POST")
def follow_up(request: HttpRequest, token: str) -> HttpResponse:
    """From the link in a mail, without signing in. GET only shows the answers: programs that read mails open links."""
    found = access.load_follow_up(token)
    done = False
    if request.method == "POST":
        answer = partial(actions.answer_follow_up, follow_up=found, stage=request.POST.get("stage", ""))
        done = perform(request, answer)
    context = {
        "follow_up": found,
        "cooperation": found.cooperation,
        "partner": found.cooperation.partner_of(found.organisation_id),
        "done": done,
        "stages": [one for one in Cooperation.Stage.choices if one[0] not in (found.cooperation.stage, "ended")],
    }
    response = render(request, "office/follow_up.html", context)
    response["Cache-Control"] = "private, no-store"
    return response
