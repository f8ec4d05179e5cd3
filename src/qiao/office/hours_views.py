"""Pages about advice hours: published by the office, booked by members."""

from datetime import datetime
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from qiao.core.answers import attempt, perform
from qiao.core.audience import audience
from qiao.directory.access import member
from qiao.directory.evidence_queries import offices_of
from qiao.directory.roles import works_for_office
from qiao.office import access, actions
from qiao.office import hours_queries as queries
from qiao.office.hours_forms import BookingForm, HoursForm, ReasonForm
from qiao.office.ics import booking_calendar
from qiao.office.seen import own_organisations


@audience("member")
def advice(request: HttpRequest) -> HttpResponse:
    """What is offered, and what the reader has booked."""
    user = member(request.user)
    found = queries.hours_list(user, request.GET.get("page", "1"))
    return render(request, "office/advice.html", {"found": found, "office": works_for_office(user)})


@audience("adviser", methods="GET POST")
def new(request: HttpRequest) -> HttpResponse:
    user = access.require_office(request.user)
    form = HoursForm(request.POST or None, offices=offices_of(user))
    if form.is_valid() and (made := attempt(form, partial(actions.publish_hours, by=user, **form.cleaned_data))):
        messages.success(request, _("Published. Members can book now."))
        return redirect("advice-hours", made.key)
    return render(request, "office/advice_new.html", {"form": form}, status=400 if form.errors else 200)


@audience("member", methods="GET POST")
def hours(request: HttpRequest, key: str) -> HttpResponse:
    """Free slots to book; for the office that gives them the day's list."""
    found = access.load_hours_for(request.user, key)
    user = member(request.user)
    page = queries.hours_page(found, user)
    own = [] if page.is_own else list(own_organisations(user).filter(is_published=True))
    form = BookingForm(request.POST or None, hours=page.hours, free=page.free, own=own) if own else None
    if request.method == "POST":
        if form is None:
            messages.error(request, _("Only members of an approved organisation can book."))
            return redirect("advice-hours", key)
        done = _book(request, page, form)
        if done is not None:
            return done
        page = queries.hours_page(found, user)  # what is free now
        form.fields["start"].choices = BookingForm(hours=page.hours, free=page.free, own=own).fields["start"].choices  # type: ignore[attr-defined]
    context = {"page": page, "hours": page.hours, "form": form, "reason": ReasonForm()}
    return render(request, "office/advice_hours.html", context, status=400 if form and form.errors else 200)


def _book(request: HttpRequest, page: queries.HoursPage, form: BookingForm) -> HttpResponse | None:
    """Also a slot that was free when the page was made, and is not any more: the action says which are."""
    user = member(request.user)
    all_starts = [(one.start.isoformat(), "") for one in page.slots]
    form.fields["start"].choices = all_starts  # type: ignore[attr-defined]
    if not form.is_valid():
        return None
    said = form.cleaned_data | {"start": datetime.fromisoformat(form.cleaned_data["start"])}
    book = partial(actions.book_hours, hours=page.hours, person=user.person, by=user, **said)
    if attempt(form, book) is None:
        return None
    messages.success(request, _("Booked. You get a mail with a calendar file."))
    return redirect("advice")


@audience("adviser", methods="POST")
def cancel(request: HttpRequest, key: str) -> HttpResponse:
    """All of it, with a reason that everybody who booked reads."""
    found = access.load_own_hours(request.user, key)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why: everybody who booked reads it."))
        return redirect("advice-hours", key)
    by = access.require_office(request.user)
    perform(
        request,
        partial(actions.cancel_hours, hours=found, by=by, **form.cleaned_data),
        _("Cancelled. Who had booked is told."),
    )
    return redirect("advice-hours", key)


@audience("member", methods="POST")
def booking_cancel(request: HttpRequest, key: str) -> HttpResponse:
    """By whoever booked; by the office with a reason."""
    found, as_office = access.load_booking_for(request.user, key)
    back = redirect("advice-hours", found.hours.key) if as_office else redirect("advice")
    form = ReasonForm(request.POST)
    if as_office and not form.is_valid():
        messages.error(request, _("Say why: whoever booked reads it."))
        return back
    reason = form.cleaned_data.get("reason", "") if form.is_valid() else ""
    take = partial(actions.cancel_booking, booking=found, as_office=as_office, reason=reason, by=member(request.user))
    perform(request, take, _("Cancelled. The other side is told by mail."))
    return back


@audience("member")
def calendar(request: HttpRequest, key: str) -> HttpResponse:
    found, as_office = access.load_booking_for(request.user, key)
    zone = member(request.user).time_zone
    data = booking_calendar(found, zone=zone, for_office=as_office, now=timezone.now())
    disposition = {"Content-Disposition": 'attachment; filename="advice.ics"'}
    return HttpResponse(data, content_type="text/calendar; charset=utf-8", headers=disposition)
