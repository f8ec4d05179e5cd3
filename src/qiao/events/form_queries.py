"""Reads about what an organiser asks and what was answered."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet

from qiao.events.form_models import Answer, Invitation, ParticipantType, Question
from qiao.events.models import Event, Participation
from qiao.events.words import kind_in_words


def offered_types(event: Event) -> list[ParticipantType]:
    """As what people may register themselves."""
    return [one for one in event.types.all() if one.is_offered]


def type_choices(event: Event, *present: str) -> list[tuple[str, str]]:
    """All kinds of participants of the event by code; codes of tables that nobody has named stand as they are."""
    known = {one.code: str(one) for one in event.types.all()}
    others = {code: kind_in_words(code) for code in present if code and code not in known}
    return [*known.items(), *others.items()]


def types_in_use(event: Event) -> list[tuple[str, str]]:
    """What the organiser's list can be narrowed to."""
    used = event.participations.exclude(type="").order_by("type").values_list("type", flat=True).distinct()
    return type_choices(event, *used)


def invitations_of(event: Event) -> list[Invitation]:
    return list(event.invitations.select_related("event"))


def questions_of(event: Event) -> QuerySet[Question]:
    """Those that are asked, each with `answered`, the number of its answers."""
    return event.questions.filter(retired=None).annotate(answered=Count("answers"))


def retired_questions(event: Event) -> QuerySet[Question]:
    return event.questions.exclude(retired=None).annotate(answered=Count("answers"))


def questions_for(event: Event, type: str) -> list[Question]:
    """What somebody of this kind is asked."""
    return [one for one in event.questions.filter(retired=None) if not one.types or type in one.types]


def answers_of(participation: Participation) -> list[Answer]:
    """In the order of the questions, also those to questions that are asked no more."""
    rows = participation.answers.select_related("question")
    return list(rows.order_by("question__position", "question_id"))


def answer_values(participation: Participation) -> dict[int, Any]:
    return dict(participation.answers.values_list("question_id", "value"))


def shown_answers(participation: Participation) -> list[Answer]:
    """What other participants may read of somebody whom they may read the name of."""
    rows = participation.answers.filter(question__visibility=Question.Visibility.PARTICIPANTS, question__retired=None)
    return list(rows.select_related("question").order_by("question__position", "question_id"))


def answered_questions(event: Event) -> list[Question]:
    """The columns of the table of answers: what is asked, and what was and has answers yet."""
    return list(event.questions.filter(Q(retired=None) | Q(answers__isnull=False)).distinct())


def answers_by_person(event: Event, questions: Iterable[Question]) -> dict[int, dict[int, str]]:
    """{participation id: {question id: in words}}, one query."""
    known = {one.pk: one for one in questions}
    found: dict[int, dict[int, str]] = {}
    for pk, question, value in Answer.objects.filter(question__in=known).values_list(
        "participation_id", "question_id", "value"
    ):
        found.setdefault(pk, {})[question] = known[question].in_words(value)
    return found


def types_with_numbers(event: Event) -> list[tuple[ParticipantType, int]]:
    """Each kind of participant with how many take part as it or have registered for it."""
    rows = event.participations.exclude(state__in=(Participation.State.CANCELLED, Participation.State.DECLINED))
    numbers = dict(rows.order_by().values_list("type").annotate(Count("pk")))
    return [(one, numbers.get(one.code, 0)) for one in event.types.all()]
