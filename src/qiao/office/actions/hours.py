"""Advice hours: published by an adviser, booked by members, cancelled by either; each booking opens a case or joins one."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from qiao.core.actions import Attachment, record
from qiao.core.emails import render
from qiao.core.errors import Refused
from qiao.core.languages import listed
from qiao.core.models import Office, User
from qiao.core.telling import About, Letter, tell
from qiao.core.texts import tidy, tidy_lines
from qiao.directory.models import Organisation, Person
from qiao.events.actions.mails import language_of
from qiao.meetings.words import address_of, both_times
from qiao.office.actions.cases import add_entry, open_case
from qiao.office.case_models import AdviceCase
from qiao.office.hours_models import AdviceBooking, AdviceHours
from qiao.office.hours_queries import NEXT_FREE, free_slots
from qiao.office.ics import booking_calendar
from qiao.templatetags.wording import moment_text

BOOKED, TAKEN = "office.hours_booked", "office.hours_taken"
CALENDAR = "text/calendar"
FARTHEST = timedelta(days=366)


@transaction.atomic
def publish_hours(
    *,
    office: Office,
    day: date,
    begins: time,
    ends: time,
    minutes: int,
    place: str = "",
    link: str = "",
    languages: Sequence[str],
    cancel_hours: int = 24,
    by: User,
) -> AdviceHours:
    """On one day by the clock of the office. An adviser is in one place at a time; the same once more is a double click."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    made = AdviceHours(
        office=office,
        adviser=by,
        minutes=minutes,
        place=tidy(place),
        link=link,
        languages=list(languages),
        cancel_hours=cancel_hours,
    )
    made.starts, made.ends = (datetime.combine(day, clock, tzinfo=made.zone) for clock in (begins, ends))
    if not timezone.now() < made.starts < timezone.now() + FARTHEST:
        raise Refused(_("Choose a time within the next twelve months."))
    if next(made.beginnings(), None) is None:
        raise Refused(_("The time is too short for even one conversation."))
    others = AdviceHours.objects.filter(adviser=by, cancelled=None, starts__lt=made.ends, ends__gt=made.starts)
    if (found := others.first()) is not None:
        if (found.starts, found.ends, found.minutes, found.office_id) == (made.starts, made.ends, minutes, office.pk):
            return found
        raise Refused(_("You have advice hours at this time already."))
    made.save()
    record(by=by, action="office.publish_hours", subject=made)
    return made


@transaction.atomic
def book_hours(
    *, hours: AdviceHours, start: datetime, organisation: Organisation, person: Person, kind: str, topic: str, by: User
) -> AdviceBooking:
    """Take a slot. Of two who want the same the later one reads which are free next; a second click finds the first's."""
    row = _locked(hours)
    if (own := row.bookings.filter(person=person, cancelled=None).first()) is not None:
        if own.start == start:
            return own
        raise Refused(_("You have booked one of these hours already. Cancel it first if another one suits you better."))
    _check(row, organisation, person)
    said: dict[str, Any] = {"organisation": organisation, "person": person, "kind": kind, "topic": tidy(topic)}
    if start not in [one.start for one in free_slots(row)]:
        raise Refused(_taken(row))
    try:
        with transaction.atomic():
            made = AdviceBooking.objects.create(hours=row, start=start, **said)
    except IntegrityError:
        raise Refused(_taken(row)) from None
    made.case = _case(made)
    made.save(update_fields=["case"])
    record(by=by, action="office.book_hours", subject=made)
    _tell_person(made)
    _tell_adviser(made)
    return made


def _locked(hours: AdviceHours) -> AdviceHours:
    rows = AdviceHours.objects.select_for_update(no_key=True, of=("self",)).select_related("office", "adviser")
    return rows.get(pk=hours.pk)


def _check(hours: AdviceHours, organisation: Organisation, person: Person) -> None:
    if hours.cancelled or hours.adviser is None:
        raise Refused(_("These advice hours do not take place."))
    if not organisation.is_published:
        raise Refused(_("The contact office has not approved your organisation yet."))
    if not person.memberships.filter(organisation=organisation).exists():
        raise Refused(_("Choose an organisation of your own."))


def _taken(hours: AdviceHours) -> str:
    free = [moment_text(timezone.localtime(one.start)) for one in free_slots(hours)[:NEXT_FREE]]
    if not free:
        return _("This time has just been taken, and no other is free on that day. Please look at the other days.")
    return _("This time has just been taken. The next free ones: %(times)s") % {"times": listed(free)}


def _case(booking: AdviceBooking) -> AdviceCase:
    """The open case of this kind that the office has for the organisation, else a new one."""
    hours, adviser = booking.hours, booking.hours.adviser
    assert adviser is not None
    same = AdviceCase.objects.filter(
        office=hours.office, organisation=booking.organisation, kind=booking.kind, closed=None
    )
    with timezone.override(hours.zone), translation.override(adviser.language):  # its days are the office's
        case = same.first() or open_case(
            office=hours.office, kind=booking.kind, topic=booking.topic, organisation=booking.organisation, person=booking.person,
            by=adviser,
        )  # fmt: skip
        when = moment_text(booking.start.astimezone(hours.zone), booking.end.astimezone(hours.zone))
        text = _("Advice hour booked: %(when)s. %(topic)s") % {"when": when, "topic": booking.topic}
        add_entry(case=case, kind="note", text=text, by=adviser)
    return case


@transaction.atomic
def cancel_booking(*, booking: AdviceBooking, by: User, as_office: bool = False, reason: str = "") -> None:
    """By whoever booked it until the limit, by the office until it ends; the other side is told."""
    hours = _locked(booking.hours)
    row = AdviceBooking.objects.select_related("person__user", "person__side", "organisation", "case").get(
        pk=booking.pk
    )
    row.hours = hours
    if row.cancelled:
        raise Refused(_("This is cancelled already."))
    if not row.is_ahead or not (as_office or row.may_cancel):
        raise Refused(_("It is too late to cancel this here. Please call the contact office."))
    _cancel(row, as_office=as_office, reason=tidy_lines(reason), by=by)


def _cancel(row: AdviceBooking, *, as_office: bool, reason: str, by: User) -> None:
    row.cancelled, row.by_office, row.reason = timezone.now(), as_office, reason
    row.save(update_fields=["cancelled", "by_office", "reason"])
    record(by=by, action="office.cancel_booking", subject=row, by_office=as_office)
    if row.case and row.hours.adviser:
        with timezone.override(row.hours.zone), translation.override(row.hours.adviser.language):
            when = moment_text(row.start.astimezone(row.hours.zone))
            text = _("Advice hour cancelled: %(when)s.") % {"when": when}
            add_entry(case=row.case, kind="note", text=f"{text}\n{reason}", by=row.hours.adviser)
    if as_office:
        _tell_person(row)
    else:
        _tell_adviser(row)


@transaction.atomic
def cancel_hours(*, hours: AdviceHours, reason: str, by: User) -> int:
    """With all bookings that are ahead; how many. Everybody who booked is told why."""
    row = _locked(hours)
    if row.cancelled or row.ends <= timezone.now():
        raise Refused(_("These advice hours are over or cancelled already."))
    row.cancelled = timezone.now()
    row.save(update_fields=["cancelled"])
    record(by=by, action="office.cancel_hours", subject=row)
    held = row.bookings.filter(cancelled=None).select_related("person__user", "person__side", "organisation", "case")
    ahead = [one for one in held if one.is_ahead]
    for one in ahead:
        one.hours = row
        _cancel(one, as_office=True, reason=tidy_lines(reason), by=by)
    return len(ahead)


def _tell_person(row: AdviceBooking) -> None:
    person = row.person
    letter = _letter(row, BOOKED, person.user, language_of(person), person=person)
    about = _about(row)
    tell(user=person.user, address=address_of(person), kind=BOOKED, about=about, letter=letter)


def _tell_adviser(row: AdviceBooking) -> None:
    adviser = row.hours.adviser
    if adviser is None:
        return
    letter = _letter(row, TAKEN, adviser, adviser.language)
    tell(user=adviser, address=adviser.email, kind=TAKEN, about=_about(row), letter=letter)


def _about(row: AdviceBooking) -> About:
    page = reverse("advice-hours", args=[row.hours.key])
    return About(page, {}, subject=f"booking {row.pk}", variant="cancelled" if row.cancelled else "")


def _letter(row: AdviceBooking, kind: str, user: User | None, language: str, **more: Any) -> Letter:
    """With the time by both clocks, and a calendar file by the reader's own."""
    zone = user.time_zone if user else row.person.side.time_zone
    with translation.override(language):
        here, there = both_times(row.start, row.end, row.hours, zone)  # type: ignore[arg-type]
        calendar = booking_calendar(row, zone=zone, for_office=kind == TAKEN, now=timezone.now())
    url = settings.PUBLIC_URL + reverse("advice-hours", args=[row.hours.key])
    subject, body = render(
        kind, language, {"booking": row, "hours": row.hours, "here": here, "there": there, "url": url} | more
    )
    files = [Attachment("advice.ics", CALENDAR, calendar)]
    return Letter(subject, body, language, files, cites=[row.person.key])
