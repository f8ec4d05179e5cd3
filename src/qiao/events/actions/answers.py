"""Answers to an organiser's questions: written, changed, and deleted on the day that was said."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.events.form_models import Answer
from qiao.events.models import Participation


@transaction.atomic
def save_answers(*, participation: Participation, answers: Mapping[int, Any], by: User | None) -> None:
    """Change what somebody answered; `answers`: question id -> value, None where there is none."""
    if participation.state in (Participation.State.CANCELLED, Participation.State.DECLINED):
        raise Refused(gettext("You are not registered for this event."))
    write_answers(participation, answers)
    record(by=by, action="events.save_answers", subject=participation, event=participation.event_id, count=len(answers))


def write_answers(participation: Participation, answers: Mapping[int, Any]) -> None:
    """Answers to other questions than these stay. Called inside a transaction."""
    given = {pk: value for pk, value in answers.items() if value is not None}
    participation.answers.filter(question__in=[pk for pk in answers if pk not in given]).delete()
    Answer.objects.bulk_create(
        (Answer(participation=participation, question_id=pk, value=value) for pk, value in given.items()),
        update_conflicts=True, unique_fields=["question", "participation"], update_fields=["value"],
    )  # fmt: skip


@transaction.atomic
def forget_answers() -> int:
    """Delete the answers whose day has come; how many."""
    return Answer.objects.filter(question__delete_on__lte=timezone.now().date()).delete()[0]
