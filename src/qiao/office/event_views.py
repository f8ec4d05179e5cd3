"""Pages of an event besides its programme: for those who come for the first time, and what came of it."""

from functools import partial

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from qiao.core.answers import perform, way_back
from qiao.core.audience import audience
from qiao.core.texts import tidy
from qiao.events.access import load_event_as_organiser, user_of
from qiao.office import access, actions
from qiao.office import first_time as reads
from qiao.office.event_forms import FirstTimeForm, OutcomeForm
from qiao.office.event_models import LONGEST_TAG
from qiao.office.outcome import BETWEEN_PEOPLE, LISTS, outcome, rows_behind, tags_of


@audience("public")
def first_time(request: HttpRequest, slug: str) -> HttpResponse:
    pages = access.load_first_time_for(request.user, slug)
    if pages is None:
        return redirect_to_login(request.get_full_path())
    context = {
        "event": pages.event, "parts": reads.parts(pages), "edits": access.organises(request.user, pages.event),
    }  # fmt: skip
    return render(request, "office/first_time.html", context)


@audience("organiser", methods="GET POST")
def first_time_edit(request: HttpRequest, slug: str) -> HttpResponse:
    event = load_event_as_organiser(request.user, slug)
    form = FirstTimeForm(request.POST or None, pages=reads.pages_of(event))
    save = partial(actions.save_first_time, event=event, by=user_of(request))
    if form.is_valid() and perform(request, partial(save, **form.values), _("Saved.")):
        return redirect("first-time", slug)
    context = {"event": event, "form": form}
    return render(request, "office/first_time_edit.html", context, status=400 if form.errors else 200)


@audience("public", methods="GET POST")
def event_outcome(request: HttpRequest, slug: str) -> HttpResponse:
    """For everybody once it is published; until then for organisers and the contact office. Organisers publish it here."""
    pages = access.load_outcome_for(request.user, slug)
    if pages is None:
        return redirect_to_login(request.get_full_path())
    event, organises = pages.event, access.organises(request.user, pages.event)
    form = OutcomeForm(request.POST or None, pages=pages) if organises else None
    if form is not None and form.is_valid():
        save = partial(actions.save_outcome, event=event, by=user_of(request), **form.cleaned_data)
        if perform(request, save, _("Saved.")):
            return redirect("outcome", slug)
    opens = access.lists_open_to(request.user, event)
    context = {
        "event": event, "pages": pages, "found": outcome(event), "form": form, "open": opens,
        "tags": tags_of(event) if opens else [],
    }  # fmt: skip
    return render(request, "office/outcome.html", context, status=400 if form and form.errors else 200)


@audience("member", methods="GET POST")
def outcome_list(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """The list behind a figure. Organisers put tags on the talks in it."""
    event = access.load_event_with_list(request.user, slug, code)
    tags = access.organises(request.user, event) and code in BETWEEN_PEOPLE
    if request.method == "POST":
        if not tags:  # others are shown no form
            return redirect("outcome-list", slug, code)
        keys, name = request.POST.getlist("talk"), request.POST.get("tag", "")
        remove = request.POST.get("do") == "remove"
        put = partial(actions.tag_talks, event=event, keys=keys, name=name, remove=remove, by=user_of(request))
        perform(request, put, _("Saved."))
        return redirect(way_back(request, reverse("outcome-list", args=[slug, code])))
    tag = tidy(request.GET.get("tag", ""))
    page, rows = rows_behind(event, code, request.GET.get("page", "1"), tag)
    context = {
        "event": event, "page": page, "rows": rows, "label": LISTS[code][1], "tags": tags, "tag": tag,
        "known": tags_of(event) if code in BETWEEN_PEOPLE else [], "longest": LONGEST_TAG,
    }  # fmt: skip
    return render(request, "office/outcome_list.html", context)
