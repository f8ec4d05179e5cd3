"""How far an event is, for its organisers."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from qiao.core.audience import audience
from qiao.events.access import load_event_as_organiser, user_of
from qiao.events.exports import XLSX
from qiao.meetings.segments import SEGMENTS
from qiao.site import dashboard as queries
from qiao.site.dashboard_exports import dashboard_xlsx


@audience("organiser")
def dashboard(request: HttpRequest, slug: str) -> HttpResponse:
    event = load_event_as_organiser(request.user, slug)
    return render(request, "site/dashboard.html", {"event": event, "page": queries.dashboard(event)})


@audience("organiser")
def nudge(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """The people behind one of the numbers."""
    event = load_event_as_organiser(request.user, slug)
    if kind not in queries.NUDGES:
        raise Http404
    page = queries.nudge_page(event, kind, request.GET.get("page"))
    context = {"event": event, "page": page, "kind": kind, "label": SEGMENTS[kind][0]}
    return render(request, "site/nudge.html", context)


@audience("organiser")
def dashboard_table(request: HttpRequest, slug: str) -> HttpResponse:
    event = load_event_as_organiser(request.user, slug)
    response = HttpResponse(dashboard_xlsx(event, by=user_of(request)), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="dashboard-{slug}.xlsx"'
    return response
