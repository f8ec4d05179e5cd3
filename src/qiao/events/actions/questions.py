"""What an organiser asks: kinds of participants and questions. What was answered is never lost by a change."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.languages import pick_language
from qiao.core.models import User
from qiao.engine.pinyin import syllables
from qiao.events.actions.participation import move_up
from qiao.events.form_models import ParticipantType, Question
from qiao.events.models import Event

MOST_QUESTIONS = 40


@transaction.atomic
def save_type(*, event: Event, type: ParticipantType | None = None, by: User, **values: Any) -> ParticipantType:
    """Add a kind of participant to the event, or change one; `values`: names, places, is_offered."""
    event = Event.objects.select_for_update().get(pk=event.pk)
    if type is None:
        taken = set(event.types.values_list("code", flat=True))
        type = ParticipantType(event=event, code=_code(values["names"], taken), position=len(taken) + 1)
    for name, value in values.items():
        setattr(type, name, value)
    type.save()
    record(by=by, action="events.save_type", subject=type, event=event.pk)
    move_up(event=event, type=type.code)
    return type


def _code(names: Mapping[str, str], taken: set[str]) -> str:
    """A short name for tables: from the Latin name, else from pinyin."""
    language = next((code for code in ("en", "de") if names.get(code)), pick_language(names) or "")
    base = slugify(" ".join(syllables(names.get(language, ""))))[:16].strip("-") or "type"
    return next(code for code in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if code not in taken)


@transaction.atomic
def remove_type(*, type: ParticipantType, by: User) -> None:
    if type.event.participations.filter(type=type.code).exists():
        raise Refused(
            gettext("People take part as this. You can stop offering it instead: then nobody else can choose it.")
        )
    for question in type.event.questions.all():
        if question.types == [type.code]:  # without the kind it would be asked of everybody
            raise Refused(
                gettext("“%(question)s” is asked of nobody else. Change that question first.") % {"question": question}
            )
        if type.code in question.types:
            question.types = [code for code in question.types if code != type.code]
            question.save(update_fields=["types"])
    record(by=by, action="events.remove_type", subject=type, event=type.event_id)
    type.delete()


@transaction.atomic
def save_question(
    *, event: Event, question: Question | None = None, by: User, options: list[dict[str, Any]], **values: Any
) -> Question:
    """Add a question, or change one. `options`: [{"code", "names"}] in their order, new ones without a code.

    Once answered, the kind stays, and an option that was chosen can still be read where it was chosen.
    """
    event = Event.objects.select_for_update().get(pk=event.pk)
    if question is None:
        if event.questions.filter(retired=None).count() >= MOST_QUESTIONS:
            raise Refused(gettext("An event asks %(most)s questions at most.") % {"most": MOST_QUESTIONS})
        last = event.questions.aggregate(last=Max("position"))["last"] or 0
        question = Question(event=event, position=last + 1)
    elif values["kind"] != question.kind and question.answers.exists():
        raise Refused(gettext("The question was answered already, so its kind stays. Remove it and ask a new one."))
    for name, value in values.items():
        setattr(question, name, value)
    question.options = _options(question, options) if question.has_options else []
    question.save()
    record(by=by, action="events.save_question", subject=question, event=event.pk)
    return question


def _options(question: Question, wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """With codes for the new ones; those that went stay, marked, as long as an answer names them."""
    numbers = [int(one["code"]) for one in (*question.options, *wanted) if one.get("code")]
    found = []
    for one in wanted:
        if not one.get("code"):
            numbers.append(max(numbers, default=0) + 1)
        found.append({"code": one.get("code") or str(numbers[-1]), "names": one["names"]})
    kept = {one["code"] for one in found}
    chosen: set[str] = set()
    for value in question.answers.values_list("value", flat=True) if question.pk else ():
        chosen |= {value} if isinstance(value, str) else set(value)
    return found + [
        {**one, "gone": True} for one in question.options if one["code"] not in kept and one["code"] in chosen
    ]


@transaction.atomic
def remove_question(*, question: Question, by: User) -> None:
    """Ask it no more. Its answers stay readable until their day; a question without answers goes at once."""
    record(by=by, action="events.remove_question", subject=question, event=question.event_id)
    if question.answers.exists():
        question.retired = timezone.now()
        question.save(update_fields=["retired"])
    else:
        question.delete()


@transaction.atomic
def restore_question(*, question: Question, by: User) -> None:
    question.retired = None
    question.save(update_fields=["retired"])
    record(by=by, action="events.restore_question", subject=question, event=question.event_id)


@transaction.atomic
def erase_question(*, question: Question, by: User) -> None:
    """A question that is asked no more goes with its answers, before their day."""
    if question.retired is None:
        raise Refused(gettext("This question is still asked. Remove it first."))
    record(by=by, action="events.erase_question", subject=question, event=question.event_id)
    question.delete()


@transaction.atomic
def move_question(*, question: Question, up: bool, by: User) -> None:
    """Change places with the question before or after."""
    event = Event.objects.select_for_update().get(pk=question.event_id)
    order = list(event.questions.filter(retired=None))
    place = next((n for n, one in enumerate(order) if one.pk == question.pk), None)
    other = None if place is None else place - 1 if up else place + 1
    if place is None or other is None or not 0 <= other < len(order):
        return
    order[place], order[other] = order[other], order[place]
    for number, one in enumerate(order, 1):
        one.position = number
    Question.objects.bulk_update(order, ["position"])
    record(by=by, action="events.move_question", subject=question, event=event.pk)
