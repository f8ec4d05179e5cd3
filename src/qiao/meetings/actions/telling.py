"""Telling people once that their agenda has changed: one mail each, with the calendar file and the printable agenda.

A notice and its mail are settled in one short transaction, after the attachments are made: a worker that is killed
loses nobody and tells nobody twice.
"""

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone, translation

from qiao.core.actions import Attachment
from qiao.core.emails import render
from qiao.core.queue import enqueue
from qiao.core.telling import About, Letter
from qiao.core.telling import tell as tell_user
from qiao.events.actions.mails import language_of
from qiao.meetings.ics import agenda_calendar, rota_calendar
from qiao.meetings.letters import agenda_context, rota_context
from qiao.meetings.models import AgendaNotice, PlanVersion
from qiao.meetings.pdf import agenda_pdf
from qiao.meetings.queries import agenda_for, rota_for
from qiao.meetings.words import address_of

CALENDAR = "text/calendar; charset=utf-8; method=PUBLISH"
PAPER = "application/pdf"


def tell(version_id: int) -> int:
    """Mail everybody whom this version concerns and who has not been told; how many people were told."""
    event = PlanVersion.objects.values_list("event", flat=True).get(pk=version_id)
    return sum(_tell_one(notice) for notice in _open_notices().filter(version__event=event))


def tell_due() -> int:
    """Queue the telling again wherever a notice has been left open; how many versions."""
    versions = list(_open_notices().values_list("version", flat=True).order_by().distinct())
    for version in versions:
        enqueue("qiao.meetings.tasks.tell", version)
    return len(versions)


def _open_notices() -> QuerySet[AgendaNotice]:
    people = ("person__user", "person__side", "organisation__side", "event__office")
    related = [f"participation__{one}" for one in people]
    related += ["interpreter__person__user", "interpreter__person__side", "interpreter__event__office"]
    return AgendaNotice.objects.filter(queued=None).select_related("version__event", *related)


def _tell_one(notice: AgendaNotice) -> bool:
    """One person's mail; who was to be told of several versions is told once, of what is in force now."""
    concerned = notice.participation or notice.interpreter
    assert concerned is not None  # the database keeps that a notice is for one of the two
    person = concerned.person
    language = language_of(person)
    with translation.override(language):
        letter = _letter(notice, language)
    with transaction.atomic():
        same = AgendaNotice.objects.filter(
            queued=None, participation=notice.participation, interpreter=notice.interpreter
        )
        if not same.select_for_update().filter(pk=notice.pk).exists():
            return False
        same.update(queued=timezone.now())
        return tell_user(
            user=person.user,
            address=address_of(person),
            kind="meetings.agenda" if notice.participation else "meetings.rota",
            about=_about(notice),
            letter=letter,
        )


def _about(notice: AgendaNotice) -> About:
    event = notice.version.event
    page = reverse("agenda" if notice.participation else "rota", args=[event.slug])
    return About(page, {"event": event.pk}, f"event {event.pk}")


def _letter(notice: AgendaNotice, language: str) -> Letter:
    now = timezone.now()
    if notice.participation:
        agenda = agenda_for(notice.participation)
        text = render("meetings.agenda", language, agenda_context(agenda))
        calendar, paper = agenda_calendar(agenda, now), agenda_pdf(agenda)
        named = {talk.partner.person.key for talk in agenda.talks}
        named |= {talk.interpreter.key for talk in agenda.talks if talk.interpreter}
        files = [Attachment("agenda.ics", CALENDAR, calendar), Attachment("agenda.pdf", PAPER, paper)]
        return Letter(*text, language, files, {notice.participation.person.key, *named})
    assert notice.interpreter is not None
    rota = rota_for(notice.interpreter)
    text = render("meetings.rota", language, rota_context(rota))
    named = {one.person.key for talk in rota.talks for one in talk.people}
    files = [Attachment("rota.ics", CALENDAR, rota_calendar(rota, now))]
    return Letter(*text, language, files, {notice.interpreter.person.key, *named})
