"""Saving what was noted about a talk."""

from collections.abc import Sequence
from datetime import date
from typing import TypedDict

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.core.texts import tidy, tidy_lines
from qiao.matchmaking.models import Request
from qiao.meetings.models import Meeting
from qiao.meetings.record_models import RecordSheet, RecordStep
from qiao.meetings.records import opens

REMEMBERED = 50  # keys of forms that were saved


class Step(TypedDict):
    text: str
    who: str
    until: date | None


@transaction.atomic
def save_record(
    *,
    meeting: Meeting,
    hand: str,
    topics: str,
    questions: str,
    interest_sender: str,
    interest_recipient: str,
    steps: Sequence[Step],
    base: int,
    once: str,
    by: User,
) -> RecordSheet:
    """Save the whole sheet. base: the version that was read; if somebody saved another one since, nothing is overwritten.

    A form that was saved already, told by its key `once`, changes nothing: a bad network sends twice.
    """
    # The request's row is locked, so that of two who save at once the second one is told of the first.
    request = Request.objects.select_for_update(no_key=True).get(pk=meeting.request_id)
    sheet = RecordSheet.objects.filter(request=request).first()
    if sheet and once in sheet.sent:
        return sheet
    if timezone.now() < opens(meeting):
        raise Refused(gettext("A talk can be recorded once it has begun."))
    if base != (sheet.version if sheet else 0):
        raise Refused(
            gettext(
                "Somebody else has saved this sheet in the meantime. What is saved now stands on this page; take over what you need, and save again."
            )
        )
    values = {
        "topics": tidy_lines(topics), "questions": tidy_lines(questions),
        "interest_sender": interest_sender, "interest_recipient": interest_recipient,
    }  # fmt: skip
    steps = _checked(steps)
    if not (sheet or steps or any(values.values())):
        raise Refused(gettext("Write something down first."))
    made = sheet or RecordSheet(request=request)
    for field, value in {**values, "hand": hand, "by": by, "changed": timezone.now()}.items():
        setattr(made, field, value)
    made.version, made.sent = base + 1, [*made.sent, once][-REMEMBERED:]
    made.save()
    made.people.set([request.sender_id, request.recipient_id])
    made.steps.all().delete()
    RecordStep.objects.bulk_create(RecordStep(sheet=made, position=n, **one) for n, one in enumerate(steps, 1))
    record(by=by, action="meetings.save_record", subject=made, version=made.version, hand=hand)
    return made


def _checked(steps: Sequence[Step]) -> list[Step]:
    found: list[Step] = [{**one, "text": tidy(one["text"])} for one in steps]
    if any(not one["text"] for one in found):
        raise Refused(gettext("Say for each next step what is to be done."))
    return found
