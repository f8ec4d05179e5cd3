"""Pages for people who take part, and the organiser's list of them."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qiao.core.answers import perform, way_back
from qiao.core.audience import audience
from qiao.events import access, actions, exports, form_queries, queries, schedules
from qiao.events.forms.answers import AnswersForm
from qiao.events.forms.joining import DecisionForm, JoinForm, ParticipantFilterForm, PhaseForm, ReasonForm
from qiao.events.models import Event, Participation

PER_PAGE = 50


@audience("member")
def events(request: HttpRequest) -> HttpResponse:
    user = access.user_of(request)
    return render(request, "events/list.html", {"rows": queries.events_for(user), "may_open": access.may_open(user)})


@audience("member")
def event(request: HttpRequest, slug: str) -> HttpResponse:
    found = access.load_event_for(request.user, slug)
    page = queries.event_page(access.user_of(request), found)
    form = PhaseForm(initial={"phase": found.phase})
    return render(request, "events/event.html", {"event": found, "page": page, "phase_form": form})


@audience("organiser", methods="POST")
def event_phase(request: HttpRequest, slug: str) -> HttpResponse:
    found = access.load_event_as_organiser(request.user, slug)
    form = PhaseForm(request.POST)
    phase = form.cleaned_data["phase"] if form.is_valid() else ""
    perform(
        request,
        partial(actions.move_phase, event=found, phase=phase, by=access.user_of(request)),
        _("The phase has changed."),
    )
    return redirect("event", slug)


@audience("member", methods="GET POST")
def event_join(request: HttpRequest, slug: str) -> HttpResponse:
    """First as what, where there is a choice, for the questions depend on it; then the form."""
    person, found = access.load_person_and_event(request.user, slug)
    user, types = access.user_of(request), form_queries.offered_types(found)
    chosen = next((one for one in types if len(types) == 1 or one.code == request.GET.get("as")), None)
    if types and chosen is None:
        return render(request, "events/join_as.html", {"event": found, "types": types})
    code = chosen.code if chosen else ""
    form = JoinForm(request.POST or None, user=user, questions=form_queries.questions_for(found, code))
    if form.is_valid():
        join = partial(actions.join, event=found, person=person, by=user, type=code, **form.values)
        perform(request, join, _("You are registered. The organiser will look at it and write to you."))
        return redirect("event", slug)
    choice = chosen if len(types) > 1 else None
    return render(request, "events/join.html", {"event": found, "form": form, "chosen": choice})


@audience("member", methods="GET POST")
def event_answers(request: HttpRequest, slug: str) -> HttpResponse:
    """What somebody answered to the organiser's questions, to be read and changed."""
    own = access.load_own_participation(request.user, slug)
    asked = form_queries.questions_for(own.event, own.type)
    form = AnswersForm(request.POST or None, questions=asked, present=form_queries.answer_values(own))
    if form.is_valid():
        save = partial(actions.save_answers, participation=own, answers=form.answers, by=access.user_of(request))
        perform(request, save, _("Your answers are saved."))
        return redirect("event", slug)
    return render(request, "events/answers.html", {"event": own.event, "form": form})


@audience("organiser", methods="GET POST")
def participants(request: HttpRequest, slug: str) -> HttpResponse:
    found = access.load_event_as_organiser(request.user, slug)
    if request.method == "POST":
        return _decide(request, slug)
    form = ParticipantFilterForm(request.GET, event=found)
    page = queries.participants(found, per_page=PER_PAGE, page=request.GET.get("page"), **form.chosen())
    counts = queries.state_counts(found)
    return render(request, "events/participants.html", {"event": found, "form": form, "page": page, "counts": counts})


@audience("organiser")
def participants_table(request: HttpRequest, slug: str) -> HttpResponse:
    found = access.load_event_as_organiser(request.user, slug)
    data = exports.participants_xlsx(found, by=access.user_of(request))
    headers = {"Content-Disposition": f'attachment; filename="{found.slug}-participants.xlsx"'}
    return HttpResponse(data, content_type=exports.XLSX, headers=headers)


def _decide(request: HttpRequest, slug: str) -> HttpResponse:
    """About one or several; who is not admitted gets a reason, which is asked first."""
    form, back = DecisionForm(request.POST), way_back(request, request.path)
    chosen = access.load_participations_as_organiser(request.user, slug, request.POST.getlist("key"))
    if not form.is_valid() or not chosen:
        messages.error(request, _("Nobody was chosen. Tick those whom you mean."))
        return redirect(back)
    action, user = form.cleaned_data["action"], access.user_of(request)
    if action == "reject":
        return _refuse(request, chosen, back)
    if action == "readmit" or len(chosen) == 1:
        act = actions.readmit if action == "readmit" else actions.approve
        perform(request, partial(act, participation=chosen[0], by=user), _("Saved."))
    else:
        _say(request, *actions.decide(participations=chosen, action=action, by=user))
    return redirect(back)


def _refuse(request: HttpRequest, chosen: list[Participation], back: str) -> HttpResponse:
    form = ReasonForm(request.POST if "confirmed" in request.POST else None)
    if form.is_valid():
        user, reason = access.user_of(request), form.cleaned_data["reason"]
        _say(request, *actions.decide(participations=chosen, action="reject", by=user, reason=reason))
        return redirect(back)
    context = {"event": chosen[0].event, "chosen": chosen, "form": form, "back": back}
    return render(request, "events/refuse.html", context)


def _say(request: HttpRequest, done: int, refused: int) -> None:
    if done:
        text = ngettext("The decision about %(n)s person is saved.", "The decision about %(n)s people is saved.", done)
        messages.success(request, text % {"n": done})
    if refused:
        text = ngettext(
            "For %(n)s person this is no longer possible: somebody has decided, or no place is free.",
            "For %(n)s people this is no longer possible: somebody has decided, or no place is free.",
            refused,
        )
        messages.warning(request, text % {"n": refused})


@audience("public")
def schedule_xml(request: HttpRequest, slug: str) -> HttpResponse:
    return _schedule(request, slug, schedules.schedule_xml, "application/xml; charset=utf-8")


@audience("public")
def schedule_json(request: HttpRequest, slug: str) -> HttpResponse:
    return _schedule(request, slug, schedules.schedule_json, "application/json; charset=utf-8")


def _schedule(request: HttpRequest, slug: str, write: Callable[[Event], bytes], kind: str) -> HttpResponse:
    """What visitors see of the programme; where that is nothing, they have to sign in as everywhere."""
    event = access.load_programme_for(request.user, slug)
    if event is None:
        return redirect_to_login(request.get_full_path())
    return HttpResponse(write(event), content_type=kind)
