"""Advice cases: opened with their standard course, worked on, handed over, closed."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from qiao.core.actions import record
from qiao.core.emails import render
from qiao.core.errors import Refused
from qiao.core.models import Office, User
from qiao.core.telling import About, Letter, tell
from qiao.core.texts import tidy, tidy_lines
from qiao.directory.models import Organisation, Person
from qiao.office import workdays
from qiao.office.actions.cooperations import DOUBLE_CLICK
from qiao.office.actions.introduction_mails import advisers_of
from qiao.office.case_models import AdviceCase, CaseEntry, CaseTask
from qiao.office.courses import COURSES
from qiao.office.introduction_models import Introduction
from qiao.office.models import Cooperation

Kind = CaseEntry.Kind
HANDED_OVER = "office.case_handed_over"


@transaction.atomic
def open_case(
    *,
    office: Office,
    kind: str,
    topic: str,
    organisation: Organisation | None = None,
    client: str = "",
    person: Person | None = None,
    text: str = "",
    minutes: int = 0,
    by: User,
) -> AdviceCase:
    """Open a case with the tasks of its kind's standard course; a pasted chat or a note becomes its first entry."""
    client = tidy(client)
    if organisation is None and not client:
        raise Refused(_("Say who the client is."))
    Office.objects.select_for_update(no_key=True).get(pk=office.pk)
    said: dict[str, Any] = {
        "organisation": organisation,
        "client": "" if organisation else client,
        "kind": kind,
        "topic": tidy(topic),
    }
    same = AdviceCase.objects.filter(
        office=office, adviser=by, changed__gte=timezone.now() - DOUBLE_CLICK, closed=None, **said
    )
    if (found := same.first()) is not None:
        return found
    made = AdviceCase.objects.create(office=office, adviser=by, person=person, **said)
    CaseTask.objects.bulk_create(
        CaseTask(case=made, code=code, due=workdays.after(days, office.country)) for code, days in COURSES[kind]
    )
    record(by=by, action="office.open_case", subject=made)
    if text.strip():
        _enter(made, Kind.NOTE, text=tidy_lines(text), minutes=minutes, by=by)
    return made


def _enter(
    case: AdviceCase, kind: str, *, by: User, text: str = "", minutes: int = 0, day: date | None = None
) -> CaseEntry:
    made = CaseEntry.objects.create(
        case=case, kind=kind, text=text, minutes=minutes, day=day or timezone.localdate(), office=case.office, by=by
    )
    AdviceCase.objects.filter(pk=case.pk).update(changed=timezone.now())
    return made


@transaction.atomic
def add_entry(
    *, case: AdviceCase, kind: str, text: str, minutes: int | None = None, day: date | None = None, by: User
) -> CaseEntry:
    """A note, a call, a pasted chat or mail, and how long it took."""
    text = tidy_lines(text)
    if not text and not minutes:
        raise Refused(_("Write or paste something, or say how long it took."))
    if day and day > timezone.localdate():
        raise Refused(_("Choose a day that is not in the future."))
    AdviceCase.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.pk)
    said: dict[str, Any] = {"kind": kind, "text": text, "minutes": minutes or 0, "day": day or timezone.localdate()}
    same = case.entries.filter(by=by, created__gte=timezone.now() - DOUBLE_CLICK, **said)
    if text and (found := same.first()) is not None:
        return found
    made = _enter(case, by=by, **said)
    record(by=by, action="office.add_case_entry", subject=case, kind=kind)
    return made


@transaction.atomic
def add_task(*, case: AdviceCase, title: str, due: date | None = None, by: User) -> CaseTask:
    title = tidy(title)
    if not title:
        raise Refused(_("Say what is to be done."))
    made = CaseTask.objects.create(case=case, title=title, due=due)
    record(by=by, action="office.add_case_task", subject=case)
    return made


@transaction.atomic
def tick_task(*, task: CaseTask, done: bool, by: User) -> None:
    """Done, or to be done after all."""
    CaseTask.objects.filter(pk=task.pk).update(done=timezone.now() if done else None)
    AdviceCase.objects.filter(pk=task.case_id).update(changed=timezone.now())
    record(by=by, action="office.tick_case_task", subject=task, done=done)


@transaction.atomic
def change_case(
    *,
    case: AdviceCase,
    topic: str,
    organisation: Organisation | None,
    person: Person | None,
    introductions: Collection[Introduction],
    cooperations: Collection[Cooperation],
    by: User,
) -> None:
    """What it is about, who the client is once the directory has it, and what belongs to it."""
    row = AdviceCase.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.pk)
    row.topic = tidy(topic)
    if organisation is not None:
        row.shared = row.shared and row.organisation_id == organisation.pk  # not to another client unseen
        row.organisation, row.client = organisation, ""
    if person is not None and not person.memberships.filter(organisation=row.organisation).exists():
        raise Refused(_("Choose somebody of the client."))
    row.person = person
    row.save(update_fields=["topic", "organisation", "client", "person", "shared"])
    row.introductions.set(introductions)
    row.cooperations.set(cooperations)
    record(by=by, action="office.change_case", subject=row)


@transaction.atomic
def hand_over(*, case: AdviceCase, office: Office, text: str = "", by: User) -> None:
    """To another office, whose advisers are told. The one that hands it over goes on reading it."""
    row = AdviceCase.objects.select_for_update(no_key=True, of=("self",)).select_related("office").get(pk=case.pk)
    if row.office_id == office.pk:
        raise Refused(_("This office works on the case already."))
    _enter(row, Kind.HANDOVER, text=tidy_lines(text), by=by)
    AdviceCase.objects.filter(pk=row.pk).update(office=office, adviser=None)
    record(by=by, action="office.hand_over_case", subject=row, to=office.pk)
    url = settings.PUBLIC_URL + reverse("case", args=[row.key])
    for user in advisers_of(office):
        subject, body = render(HANDED_OVER, user.language, {"case": row, "url": url})
        about = About(reverse("case", args=[row.key]), {}, subject=f"case {row.pk}")
        letter = Letter(subject, body, user.language)
        tell(user=user, address=user.email, kind=HANDED_OVER, about=about, letter=letter)


@transaction.atomic
def take_case(*, case: AdviceCase, by: User) -> None:
    AdviceCase.objects.filter(pk=case.pk).update(adviser=by)
    record(by=by, action="office.take_case", subject=case)


@transaction.atomic
def close_case(*, case: AdviceCase, text: str = "", by: User) -> None:
    """text: what came of it."""
    if not AdviceCase.objects.filter(pk=case.pk, closed=None).update(closed=timezone.localdate()):
        raise Refused(_("This case is closed already."))
    _enter(case, Kind.CLOSED, text=tidy_lines(text), by=by)
    record(by=by, action="office.close_case", subject=case)


@transaction.atomic
def reopen_case(*, case: AdviceCase, by: User) -> None:
    if not AdviceCase.objects.filter(pk=case.pk, closed__isnull=False).update(closed=None):
        raise Refused(_("This case is open already."))
    _enter(case, Kind.REOPENED, by=by)
    record(by=by, action="office.reopen_case", subject=case)
