"""Announcements of the organiser: written once in several languages, each recipient gets the one that fits best."""

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from qiao.core.actions import record
from qiao.core.emails import render
from qiao.core.errors import Refused
from qiao.core.languages import localized, primary
from qiao.core.models import User
from qiao.core.queue import enqueue
from qiao.core.telling import About, Letter, tell
from qiao.events.actions.mails import language_of
from qiao.events.models import Event
from qiao.meetings.actions.groups import tell_groups
from qiao.meetings.models import EVERYBODY, Announcement
from qiao.meetings.segments import people_of
from qiao.meetings.words import address_of


@transaction.atomic
def announce(
    *, event: Event, segment: str, subjects: Mapping[str, str], bodies: Mapping[str, str], key: str, by: User
) -> Announcement:
    """Send a mail to a part of the event's people, in the background. The same `key` a second time sends nothing."""
    if set(subjects) != set(bodies):
        raise Refused(gettext("Write subject and text in the same languages."))
    lines = {language: " ".join(subject.split()) for language, subject in subjects.items()}
    try:
        with transaction.atomic():
            made = Announcement.objects.create(
                event=event, segment=segment, subjects=lines, bodies=dict(bodies), key=key, by=by
            )
    except IntegrityError:
        raise Refused(gettext("This announcement has been sent already.")) from None
    record(by=by, action="meetings.announce", subject=made, event=event.pk, segment=segment)
    enqueue("qiao.meetings.tasks.send_announcement", made.pk)
    return made


@transaction.atomic
def send_announcement(announcement_id: int) -> int:
    """One notice for each recipient, and its mail as each chose, all at once; how many people. Done already: nothing."""
    row = Announcement.objects.select_for_update(of=("self",)).select_related("event", "event__office")
    announcement = row.get(pk=announcement_id)
    if announcement.queued:
        return 0
    event = announcement.event
    page = reverse("event", args=[event.slug])
    about = About(page, {"event": event.pk, "announcement": announcement.pk}, f"announcement {announcement.pk}")
    sent = 0
    for person in people_of(announcement.event, announcement.segment):
        language = language_of(person)
        context = {
            "event": announcement.event,
            "subject": localized(announcement.subjects, primary(language)),
            "text": localized(announcement.bodies, primary(language)),
        }
        letter = Letter(*render("meetings.announcement", language, context), language)
        sent += tell(
            user=person.user, address=address_of(person), kind="meetings.announcement", about=about, letter=letter
        )
    if announcement.segment == EVERYBODY:
        said = {"subjects": announcement.subjects, "bodies": announcement.bodies}
        tell_groups(event=event, kind="announcement", subject=f"announcement {announcement.pk}", said=said)
    announcement.queued, announcement.recipients = timezone.now(), sent
    announcement.save(update_fields=["queued", "recipients"])
    return sent
