"""The organiser's pages for what is asked at registration."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from qiao.core.answers import attempt, perform
from qiao.core.audience import audience
from qiao.events import access, actions, form_queries
from qiao.events.form_models import ParticipantType, Question
from qiao.events.forms.questions import QuestionForm, TypeForm
from qiao.events.models import Event
from qiao.events.views.setup import page, sure


@audience("organiser")
def questions(request: HttpRequest, slug: str) -> HttpResponse:
    event = access.load_event_as_organiser(request.user, slug)
    context = {
        "event": event, "types": form_queries.types_with_numbers(event), "retired": form_queries.retired_questions(event),
        "questions": form_queries.questions_of(event),
    }  # fmt: skip
    return render(request, "events/setup/questions.html", context)


@audience("organiser", methods="GET POST")
def question_new(request: HttpRequest, slug: str) -> HttpResponse:
    return _question(request, access.load_event_as_organiser(request.user, slug), None)


@audience("organiser", methods="GET POST")
def question_edit(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    question = access.load_question_as_organiser(request.user, slug, key)
    return _question(request, question.event, question)


def _question(request: HttpRequest, event: Event, question: Question | None) -> HttpResponse:
    form = QuestionForm(request.POST or None, event=event, question=question)
    if form.is_valid():
        save = partial(actions.save_question, event=event, question=question, by=access.user_of(request), **form.values)
        if attempt(form, save):
            return redirect("questions", event.slug)
    title = _("Change the question") if question else _("A new question")
    return render(request, "events/setup/question.html", {"event": event, "title": title, "form": form})


@audience("organiser", methods="POST")
def question_move(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    question = access.load_question_as_organiser(request.user, slug, key)
    up = request.POST.get("to") != "down"
    actions.move_question(question=question, up=up, by=access.user_of(request))
    return redirect("questions", slug)


@audience("organiser", methods="GET POST")
def question_remove(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    question = access.load_question_as_organiser(request.user, slug, key)
    user = access.user_of(request)
    act = actions.erase_question if question.retired else actions.remove_question
    if request.method == "POST":
        perform(request, partial(act, question=question, by=user), _("Removed."))
        return redirect("questions", slug)
    if question.retired:
        text = _("The question and all its answers are deleted at once. This cannot be undone.")
        return sure(request, question.event, _("Delete “%(question)s” and its answers?") % {"question": question}, text)
    text = _("It is asked no more. What was answered stays readable until the day on which it is deleted.")
    return sure(request, question.event, _("Remove “%(question)s”?") % {"question": question}, text)


@audience("organiser", methods="POST")
def question_restore(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    question = access.load_question_as_organiser(request.user, slug, key)
    restore = partial(actions.restore_question, question=question, by=access.user_of(request))
    perform(request, restore, _("The question is asked again."))
    return redirect("questions", slug)


@audience("organiser", methods="GET POST")
def type_new(request: HttpRequest, slug: str) -> HttpResponse:
    return _type(request, access.load_event_as_organiser(request.user, slug), None)


@audience("organiser", methods="GET POST")
def type_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = access.load_type_as_organiser(request.user, slug, pk)
    return _type(request, found.event, found)


def _type(request: HttpRequest, event: Event, found: ParticipantType | None) -> HttpResponse:
    form = TypeForm(request.POST or None, type=found)
    if form.is_valid():
        save = partial(actions.save_type, event=event, type=found, by=access.user_of(request), **form.cleaned_data)
        if attempt(form, save):
            return redirect("questions", event.slug)
    return page(request, event, _("Change the kind of participant") if found else _("A new kind of participant"), form)


@audience("organiser", methods="GET POST")
def type_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = access.load_type_as_organiser(request.user, slug, pk)
    if request.method == "POST":
        perform(request, partial(actions.remove_type, type=found, by=access.user_of(request)), _("Removed."))
        return redirect("questions", slug)
    return sure(
        request, found.event, _("Remove “%(kind)s”?") % {"kind": found}, _("Nobody can register as this any more.")
    )
