"""Pages of plans and agendas."""

from functools import partial
from typing import TypedDict

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from qiao.core.answers import fingerprint, perform, way_back
from qiao.core.audience import audience
from qiao.core.errors import Refused
from qiao.events.access import load_event_as_organiser, load_participation_for, user_of
from qiao.events.actions import set_availability
from qiao.events.actions.mails import language_of
from qiao.events.forms.joining import AvailabilityForm
from qiao.matchmaking.models import Request
from qiao.meetings import access, actions, board, comparing, desk, exports, overviews, plan_queries, print_pack, queries
from qiao.meetings.availability import availability_page
from qiao.meetings.briefing import briefing_for, with_terms
from qiao.meetings.forms import (
    AnnouncementForm,
    BoardFilter,
    CompareFilter,
    PlaceForm,
    PublishForm,
    StartForm,
    UnmetFilter,
)
from qiao.meetings.ics import agenda_calendar, rota_calendar
from qiao.meetings.models import PlanRun
from qiao.meetings.pdf import agenda_pdf, agenda_picture
from qiao.meetings.print_page import print_page
from qiao.meetings.printed import ALL
from qiao.meetings.rating_models import Rating
from qiao.meetings.ratings import with_ratings
from qiao.meetings.records import with_recorded, with_records
from qiao.meetings.segments import audience_of
from qiao.templatetags.moments import moment_at

# The planning desk


@audience("organiser")
def planning_desk(request: HttpRequest, slug: str) -> HttpResponse:
    page = desk.desk_page(load_event_as_organiser(request.user, slug))
    form = StartForm(with_plan=page.version is not None)
    return render(request, "meetings/desk.html", {"event": page.event, "page": page, "form": form})


@audience("organiser", methods="POST")
def run_start(request: HttpRequest, slug: str) -> HttpResponse:
    event = load_event_as_organiser(request.user, slug)
    form = StartForm(request.POST)
    if not form.is_valid():
        return render(request, "meetings/desk.html", {"event": event, "page": desk.desk_page(event), "form": form})
    try:
        started = actions.start_run(event=event, by=user_of(request), **form.cleaned_data)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("desk", slug)
    return redirect("run", slug, started.pk)


@audience("organiser")
def run(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    page = desk.run_page(access.load_run_for(request.user, slug, pk))
    again = {"limit": page.run.limit, "only_gaps": page.run.only_gaps}
    form = StartForm(initial=again, with_plan=page.version is not None) if page.trouble else None
    return render(request, "meetings/run.html", {"event": page.event, "page": page, "form": form})


@audience("organiser")
def run_live(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The part of the run's page that renews itself; once the run has ended, the whole page does."""
    page = desk.run_page(access.load_run_for(request.user, slug, pk))
    if page.active:
        return render(request, "meetings/run_live.html", {"event": page.event, "page": page})
    return HttpResponse(headers={"HX-Refresh": "true"})


@audience("organiser", methods="POST")
def run_stop(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = access.load_run_for(request.user, slug, pk)
    stop = partial(actions.stop_run, run=found, by=user_of(request))
    perform(request, stop, _("The calculation ends with the best plan found so far."))
    return redirect("run", slug, pk)


@audience("organiser")
def run_board(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Changing a plan by hand."""
    found = access.load_finished_run_for(request.user, slug, pk)
    form = BoardFilter(request.GET)
    page = board.board_page(found, **form.asked(), page=request.GET.get("page", "1"))
    return render(request, "meetings/run_board.html", {"event": page.event, "page": page, "form": form})


@audience("organiser", methods="GET POST")
def run_talk(request: HttpRequest, slug: str, pk: int, key: str) -> HttpResponse:
    """One talk of a plan: where it lies, where else it could, and a lock."""
    found, talk = access.load_talk_for(request.user, slug, pk, key)
    if request.method == "POST":
        return _changed(request, found, talk)
    page = board.talk_page(found, talk)
    return render(request, "meetings/run_talk.html", {"event": page.event, "page": page})


def _changed(request: HttpRequest, found: PlanRun, talk: Request) -> HttpResponse:
    """Do what the page of a talk or the board asked for, and go on with the run that holds the change."""
    changed, key = found, talk.key
    by, form, what = user_of(request), PlaceForm(request.POST), request.POST.get("do")

    def place() -> None:
        nonlocal changed
        changed = actions.place_talk(run=found, talk=key, **_where(form), by=by)

    def take_out() -> None:
        nonlocal changed
        changed = actions.take_out(run=found, talk=key, by=by)

    if what == "place" and form.is_valid():
        perform(request, place, _("Moved. The plan still keeps every rule."))
    elif what == "take-out":
        perform(request, take_out, _("The talk is out of the plan."))
    elif what == "lock":
        lock = partial(actions.lock_talk, run=found, talk=key, by=by)
        perform(request, lock, _("Locked. Every calculation leaves this talk where it is."))
    elif what == "release":
        perform(request, partial(actions.release_talk, request=talk, by=by), _("Released."))
    else:
        messages.error(request, _("This place is not on the board of this plan. Choose another one."))
    way = way_back(request, reverse("run-board", args=[found.event.slug, found.pk]))
    return redirect(way.replace(f"/runs/{found.pk}/", f"/runs/{changed.pk}/", 1))


class _Where(TypedDict):
    slot: str
    table: str | None


def _where(form: PlaceForm) -> _Where:
    return {"slot": form.cleaned_data["slot"], "table": form.cleaned_data["table"] or None}


@audience("organiser")
def run_check(request: HttpRequest, slug: str, pk: int, key: str) -> HttpResponse:
    """What stands in the way of a place for a talk, told before it is put there."""
    found, talk = access.load_talk_for(request.user, slug, pk, key)
    form = PlaceForm(request.GET)
    place = _where(form) if form.is_valid() else _Where(slot="", table=None)
    return render(request, "meetings/run_check.html", {"reasons": board.hindrances(found, talk, **place)})


@audience("organiser", methods="POST")
def run_release(request: HttpRequest, slug: str, pk: int, key: str) -> HttpResponse:
    """Release a locked talk that a run could not plan with."""
    talk = access.load_locked_for(request.user, slug, pk, key)
    release = partial(actions.release_talk, request=talk, by=user_of(request))
    perform(request, release, _("Released. Calculate again."))
    return redirect("run", slug, pk)


@audience("organiser", methods="POST")
def run_undo(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = access.load_finished_run_for(request.user, slug, pk)
    number = request.POST.get("number", "")
    undo = partial(actions.undo_edit, run=found, number=int(number) if number.isdecimal() else 0, by=user_of(request))
    perform(request, undo, _("The last change is taken back."))
    return redirect(way_back(request, reverse("run-board", args=[slug, pk])))


@audience("organiser")
def run_unmet(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = access.load_finished_run_for(request.user, slug, pk)
    form = UnmetFilter(request.GET)
    page = desk.unmet_page(found, form.cleaned_data["reason"] if form.is_valid() else "")
    return render(request, "meetings/unmet.html", {"event": page.event, "page": page, "form": form})


@audience("organiser")
def run_compare(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Beside another plan of the event: what each achieves, and what differs for whom."""
    found = access.load_finished_run_for(request.user, slug, pk)
    asked = {name: request.GET.get(name, "") for name in ("to", "kind")}
    page = comparing.compare_page(found, asked["to"], asked["kind"], request.GET.get("page"))
    runs = [(str(one.pk), moment_at(one.created, page.event)) for one in page.others]
    form = CompareFilter({**asked, "to": str(page.other.pk) if page.other else ""}, runs=runs)
    return render(request, "meetings/compare.html", {"event": page.event, "page": page, "form": form})


@audience("organiser", methods="GET POST")
def run_publish(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = access.load_finished_run_for(request.user, slug, pk)
    form = PublishForm(request.POST or None, event=found.event)
    if form.is_valid():
        publish = partial(actions.publish, run=found, by=user_of(request), **form.cleaned_data)
        done = perform(request, publish, _("The plan is published. Everybody whose agenda changed is told once."))
        return redirect("schedule", slug) if done else redirect("run", slug, pk)
    page = desk.run_page(found)
    return render(request, "meetings/publish.html", {"event": page.event, "page": page, "form": form})


@audience("organiser", methods="GET POST")
def version_withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    version = access.load_version_for(request.user, slug)
    if request.method == "POST":
        withdraw = partial(actions.withdraw_version, version=version, by=user_of(request))
        perform(request, withdraw, _("The plan is withdrawn. Everybody whose agenda changed is told once."))
        return redirect("desk", slug)
    return render(request, "meetings/withdraw.html", {"event": version.event, "version": version})


@audience("organiser")
def schedule(request: HttpRequest, slug: str) -> HttpResponse:
    event = load_event_as_organiser(request.user, slug)
    found = overviews.schedule_of(event, request.GET.get("page", "1"))
    return render(request, "meetings/schedule.html", {"event": event, "schedule": found})


@audience("organiser")
def printing(request: HttpRequest, slug: str) -> HttpResponse:
    event = load_event_as_organiser(request.user, slug)
    return render(request, "meetings/print.html", {"event": event, "page": print_page(event)})


@audience("organiser")
def print_file(request: HttpRequest, slug: str, part: str) -> HttpResponse:
    """One part, or all of them; `?changed`: only what the plan has changed since the last time."""
    event = load_event_as_organiser(request.user, slug)
    if part not in (*print_pack.PARTS, ALL):
        raise Http404
    only_changed = "changed" in request.GET
    try:
        drawn = exports.print_pdf(event=event, part=part, only_changed=only_changed, by=user_of(request))
    except Refused as refusal:
        messages.info(request, str(refusal))
        return redirect("print", slug)
    return _file(drawn, "application/pdf", f"{part}{'-changed' if only_changed else ''}-{slug}.pdf")


@audience("organiser", methods="GET POST")
def announcements(request: HttpRequest, slug: str) -> HttpResponse:
    """Write, look at it once more, send."""
    event = load_event_as_organiser(request.user, slug)
    form = AnnouncementForm(
        request.POST or None, initial={"key": get_random_string(24), "segment": request.GET.get("segment")}
    )
    preview, shown = None, ""
    if form.is_valid():
        preview = audience_of(event, form.cleaned_data["segment"], form.cleaned_data["bodies"])
        shown = fingerprint(form.cleaned_data | {"audience": preview})
        if request.POST.get("confirmed") == shown:
            send = partial(actions.announce, event=event, by=user_of(request), **form.cleaned_data)
            perform(request, send, _("The announcement is on its way."))
            return redirect("announcements", slug)
    sent = plan_queries.announcements_of(event)
    groups = plan_queries.groups_reached(event, form.cleaned_data["segment"]) if preview else 0
    context = {"event": event, "form": form, "preview": preview, "shown": shown, "sent": sent, "groups": groups}
    return render(request, "meetings/announcements.html", context)


# Agendas


@audience("participant")
def agenda(request: HttpRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    own = queries.agenda_for(load_participation_for(request.user, slug))
    own = with_records(with_ratings(with_terms(own), now))
    context = {"event": own.event, "agenda": own, "next": own.next(now), "steps": Rating.Next}
    return render(request, "meetings/agenda.html", context)


@audience("participant")
def agenda_ics(request: HttpRequest, slug: str) -> HttpResponse:
    own = queries.agenda_for(load_participation_for(request.user, slug))
    return _file(agenda_calendar(own, timezone.now()), "text/calendar; charset=utf-8", f"agenda-{slug}.ics")


@audience("participant")
def agenda_file(request: HttpRequest, slug: str) -> HttpResponse:
    own = queries.agenda_for(load_participation_for(request.user, slug))
    return _file(agenda_pdf(own), "application/pdf", f"agenda-{slug}.pdf")


@audience("participant")
def agenda_image(request: HttpRequest, slug: str) -> HttpResponse:
    """Shown, not saved: programs for chats offer by a long touch what they do with pictures, and know no downloads."""
    own = queries.agenda_for(load_participation_for(request.user, slug))
    return HttpResponse(agenda_picture(own), content_type="image/png")


@audience("participant", methods="POST")
def agenda_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """Make a calendar address, which is shown this once, or end it."""
    own = load_participation_for(request.user, slug)
    if request.POST.get("end"):
        end = partial(actions.revoke_feed, participation=own, by=user_of(request))
        perform(request, end, _("The calendar address no longer works."))
        return redirect("agenda", slug)
    token = actions.make_feed(participation=own, by=user_of(request))
    address = settings.PUBLIC_URL + reverse("feed", args=[token])
    return render(request, "meetings/feed.html", {"event": own.event, "address": address})


@audience("public")
def feed(request: HttpRequest, token: str) -> HttpResponse:
    own = access.load_feed(token)
    with translation.override(language_of(own.person)):
        calendar = agenda_calendar(queries.agenda_for(own), timezone.now())
    response = _file(calendar, "text/calendar; charset=utf-8", "agenda.ics")
    response["Cache-Control"], response["Referrer-Policy"] = "private, no-store", "no-referrer"
    return response


@audience("participant", methods="GET POST")
def availability(request: HttpRequest, slug: str) -> HttpResponse:
    """Asks once more before a time is blocked in which a talk lies, or the last one."""
    own = load_participation_for(request.user, slug)
    form = AvailabilityForm(request.POST if request.method == "POST" else None, participation=own)
    if not form.is_valid():
        return render(request, "meetings/availability.html", {"event": own.event, "page": availability_page(own)})
    page = availability_page(own, form.cleaned_data["blocked"])
    shown = fingerprint({"blocked": sorted(form.cleaned_data["blocked"]), "talks": [talk.key for talk in page.hit]})
    if page.is_doubtful and request.POST.get("confirmed") != shown:
        return render(request, "meetings/availability.html", {"event": own.event, "page": page, "shown": shown})
    save = partial(set_availability, participation=own, by=user_of(request), **form.cleaned_data)
    perform(request, save, _("Saved. The planner keeps these times free."))
    return redirect("availability", slug)


@audience("interpreter")
def rota(request: HttpRequest, slug: str) -> HttpResponse:
    own, now = with_recorded(queries.rota_for(access.load_interpreter_for(request.user, slug))), timezone.now()
    context = {"event": own.event, "rota": own, "next": own.next(now), "now": now}
    return render(request, "meetings/rota.html", context)


@audience("interpreter")
def briefing(request: HttpRequest, slug: str) -> HttpResponse:
    found = briefing_for(access.load_interpreter_for(request.user, slug))
    return render(request, "meetings/briefing.html", {"event": found.rota.event, "briefing": found})


@audience("interpreter")
def rota_ics(request: HttpRequest, slug: str) -> HttpResponse:
    own = queries.rota_for(access.load_interpreter_for(request.user, slug))
    return _file(rota_calendar(own, timezone.now()), "text/calendar; charset=utf-8", f"rota-{slug}.ics")


def _file(data: bytes, media_type: str, name: str) -> HttpResponse:
    return HttpResponse(
        data, content_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
