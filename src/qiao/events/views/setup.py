"""The organiser's pages for setting an event up."""

from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from qiao.core.answers import attempt, fingerprint, perform
from qiao.core.audience import audience
from qiao.events import access, actions, form_queries, queries
from qiao.events.forms.setup import (
    BlockForm,
    EventForm,
    InterpreterForm,
    NewEventForm,
    NewInterpreterForm,
    OrganiserForm,
    ParticipantForm,
    PhasesForm,
    ProgrammeForm,
    TablesForm,
)
from qiao.events.models import Event, MeetingBlock


def page(request: HttpRequest, event: Event | None, title: str, form: forms.Form, **more: Any) -> HttpResponse:
    return render(request, "events/setup/form.html", {"event": event, "title": title, "form": form, **more})


def sure(request: HttpRequest, event: Event, title: str, text: str) -> HttpResponse:
    return render(request, "events/setup/sure.html", {"event": event, "title": title, "text": text})


@audience("adviser", methods="GET POST")
def event_new(request: HttpRequest) -> HttpResponse:
    user = access.load_opener(request.user)
    form = NewEventForm(
        request.POST or None, initial={"time_zone": user.time_zone, "fair_minimum": 3, "suggestions_shown": 12}
    )
    if form.is_valid():
        made = attempt(form, partial(actions.open_edition, by=user, **form.cleaned_data))
        if made:
            return redirect("event-setup", made.slug)
    return page(request, None, _("A new event"), form, submit=_("Create the event"))


@audience("organiser")
def event_setup(request: HttpRequest, slug: str) -> HttpResponse:
    event = access.load_event_as_organiser(request.user, slug)
    context = {"event": event, "page": queries.setup_page(event), "organiser_form": OrganiserForm()}
    return render(request, "events/setup/page.html", context)


@audience("organiser", methods="GET POST")
def event_facts(request: HttpRequest, slug: str) -> HttpResponse:
    event = access.load_event_as_organiser(request.user, slug)
    form = EventForm(request.POST or None, event=event)
    if form.is_valid():
        save = partial(actions.edit_event, event=event, by=access.user_of(request), **form.cleaned_data)
        if attempt(form, save):
            return redirect("event-setup", slug)
    return page(request, event, _("Facts"), form)


@audience("organiser", methods="GET POST")
def event_phases(request: HttpRequest, slug: str) -> HttpResponse:
    event = access.load_event_as_organiser(request.user, slug)
    form = PhasesForm(request.POST or None, event=event)
    if form.is_valid():
        save = partial(actions.announce_phases, event=event, opens=form.cleaned_data, by=access.user_of(request))
        if attempt(form, save):
            return redirect("event-setup", slug)
    lede = _("Participants see these days. You open each phase yourself, on the overview.")
    return page(request, event, _("When the phases begin"), form, lede=lede)


@audience("organiser", methods="GET POST")
def block_new(request: HttpRequest, slug: str) -> HttpResponse:
    return _block(request, access.load_event_as_organiser(request.user, slug), None)


@audience("organiser", methods="GET POST")
def block_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    block = access.load_block_as_organiser(request.user, slug, pk)
    return _block(request, block.event, block)


def _block(request: HttpRequest, event: Event, block: MeetingBlock | None) -> HttpResponse:
    """First what the change would touch, then the change."""
    form = BlockForm(request.POST or None, event=event, block=block)
    change: actions.BlockChange | None = None
    shown = ""
    if form.is_valid():
        change = attempt(form, partial(actions.preview_block, event, block, **form.values))
        shown = fingerprint(form.values | {"change": change})
        if change and (not change.touches or request.POST.get("confirmed") == shown):
            save = partial(actions.save_block, event=event, block=block, by=access.user_of(request), **form.values)
            if attempt(form, save):
                return redirect("event-setup", event.slug)
    title = _("Change the meeting block") if block else _("A new meeting block")
    return render(
        request,
        "events/setup/block.html",
        {"event": event, "title": title, "form": form, "change": change, "present": block, "shown": shown},
    )


@audience("organiser", methods="GET POST")
def block_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    block = access.load_block_as_organiser(request.user, slug, pk)
    if request.method == "POST":
        perform(request, partial(actions.remove_block, block=block, by=access.user_of(request)), _("Removed."))
        return redirect("event-setup", slug)
    text = _("Its time slots go, and with them what people said about being free in them.")
    return sure(request, block.event, _("Remove the meeting block?"), text)


@audience("organiser", methods="GET POST")
def event_tables(request: HttpRequest, slug: str) -> HttpResponse:
    event = access.load_event_as_organiser(request.user, slug)
    form = TablesForm(request.POST or None, event=event)
    if form.is_valid():
        count, user = form.cleaned_data["count"], access.user_of(request)
        save = partial(actions.set_tables, event=event, count=count, features=form.features, by=user)
        if attempt(form, save) is not None:
            return redirect("event-setup", slug)
    return render(request, "events/setup/tables.html", {"event": event, "form": form})


@audience("organiser", methods="GET POST")
def interpreter_new(request: HttpRequest, slug: str) -> HttpResponse:
    event = access.load_event_as_organiser(request.user, slug)
    form = NewInterpreterForm(request.POST or None, event=event)
    if form.is_valid() and attempt(
        form, partial(actions.hire_interpreter, event=event, by=access.user_of(request), **form.hire)
    ):
        return redirect("event-setup", slug)
    days = queries.duty_days(event, set(_ticked(form, "absent")))
    context = {"event": event, "title": _("A new interpreter"), "form": form, "days": days}
    return render(request, "events/setup/interpreter.html", context)


@audience("organiser", methods="GET POST")
def interpreter_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    interpreter = access.load_interpreter_as_organiser(request.user, slug, pk)
    form = InterpreterForm(request.POST or None, event=interpreter.event, interpreter=interpreter)
    if form.is_valid():
        save = partial(
            actions.edit_interpreter, interpreter=interpreter, by=access.user_of(request), **form.cleaned_data
        )
        if attempt(form, save):
            return redirect("event-setup", slug)
    absent = set(_ticked(form, "absent")) if form.is_bound else queries.absent_slots(interpreter)
    context = {
        "event": interpreter.event, "title": str(interpreter.person), "form": form, "interpreter": interpreter,
        "days": queries.duty_days(interpreter.event, absent),
    }  # fmt: skip
    return render(request, "events/setup/interpreter.html", context)


def _ticked(form: forms.Form, name: str) -> list[int]:
    """The slots that were ticked, also when something else in the form is wrong."""
    ticked = form.data.getlist(name) if isinstance(form.data, QueryDict) else []
    return [int(pk) for pk in ticked if pk.isdigit()]


@audience("organiser", methods="GET POST")
def interpreter_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    interpreter = access.load_interpreter_as_organiser(request.user, slug, pk)
    if request.method == "POST":
        remove = partial(actions.remove_interpreter, interpreter=interpreter, by=access.user_of(request))
        perform(request, remove, _("Removed."))
        return redirect("event-setup", slug)
    text = _("%(name)s no longer interprets at this event.") % {"name": interpreter.person}
    return sure(request, interpreter.event, _("Remove the interpreter?"), text)


@audience("organiser", methods="GET POST")
def participant(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    found = access.load_participation_as_organiser(request.user, slug, key)
    form = ParticipantForm(request.POST or None, participation=found)
    if form.is_valid():
        arrange = partial(actions.arrange, participation=found, by=access.user_of(request), **form.cleaned_data)
        perform(request, arrange, _("Saved. The next calculation minds it."))
        return redirect("participants", slug)
    blocked = set(_ticked(form, "blocked")) if form.is_bound else queries.blocked_by_organiser(found)
    days = queries.duty_days(found.event, blocked)
    answers = form_queries.answers_of(found)
    context = {"event": found.event, "own": found, "form": form, "days": days, "answers": answers}
    return render(request, "events/setup/participant.html", context)


@audience("organiser", methods="GET POST")
def programme_new(request: HttpRequest, slug: str) -> HttpResponse:
    event = access.load_event_as_organiser(request.user, slug)
    form = ProgrammeForm(request.POST or None, event=event)
    if form.is_valid() and attempt(
        form, partial(actions.add_programme_item, event=event, by=access.user_of(request), **form.values)
    ):
        return redirect("event-setup", slug)
    return page(request, event, _("A new item of the programme"), form)


@audience("organiser", methods="GET POST")
def programme_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    item, event = access.load_programme_item_as_organiser(request.user, slug, pk)
    form = ProgrammeForm(request.POST or None, event=event, item=item)
    if form.is_valid() and attempt(
        form, partial(actions.edit_programme_item, item=item, by=access.user_of(request), **form.values)
    ):
        return redirect("event-setup", slug)
    return page(request, event, _("Change the item of the programme"), form)


@audience("organiser", methods="GET POST")
def programme_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    item, event = access.load_programme_item_as_organiser(request.user, slug, pk)
    if request.method == "POST":
        perform(request, partial(actions.remove_programme_item, item=item, by=access.user_of(request)), _("Removed."))
        return redirect("event-setup", slug)
    text = _("“%(item)s” no longer stands in anybody's programme, and its time can be booked again.") % {"item": item}
    return sure(request, event, _("Remove the item of the programme?"), text)


@audience("organiser", methods="POST")
def organiser_appoint(request: HttpRequest, slug: str) -> HttpResponse:
    event = access.load_event_as_organiser(request.user, slug)
    form = OrganiserForm(request.POST)
    email = form.cleaned_data["email"] if form.is_valid() else ""
    appoint = partial(actions.appoint_by_email, event=event, email=email, by=access.user_of(request))
    perform(request, appoint, _("Saved."))
    return redirect("event-setup", slug)


@audience("organiser", methods="POST")
def organiser_dismiss(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    event, organiser = access.load_organiser(request.user, slug, key)
    user = access.user_of(request)
    perform(request, partial(actions.dismiss_organiser, event=event, user=organiser, by=user), _("Removed."))
    return redirect("home" if organiser == user else "event-setup", *([] if organiser == user else [slug]))
