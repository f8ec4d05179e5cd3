"""Reported conversations, as the organisers of the event read them."""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page

from qiao.core.languages import html_tag
from qiao.core.pages import Pages
from qiao.events.models import Event, Participation
from qiao.matchmaking.conversation_models import Bar, Report

PER_PAGE = 30


@dataclass(frozen=True)
class Voice:
    """Something that one of the two wrote."""

    author: Participation
    text: str
    lang: str
    at: datetime


def reports_page(event: Event, number: str | int = 1) -> Page[Report]:
    """Those that wait for a decision first."""
    rows = Report.objects.filter(request__event=event).select_related("about__person", "about__organisation")
    waiting = rows.filter(decision=Report.Decision.OPEN).values_list("pk", flat=True)
    decided = rows.exclude(decision=Report.Decision.OPEN).values_list("pk", flat=True)
    page = Pages([*waiting, *decided], PER_PAGE).get_page(number)
    found = rows.in_bulk(page.object_list)
    page.object_list = [found[pk] for pk in page.object_list if pk in found]
    return page


def open_reports(event: Event) -> int:
    return Report.objects.filter(request__event=event, decision=Report.Decision.OPEN).count()


def has_reports(event: Event) -> bool:
    return Report.objects.filter(request__event=event).exists()


def voices_of(report: Report) -> list[Voice]:
    """What was asked and what was written, in order."""
    request = report.request
    sides = {one.pk: one for one in (report.by, report.about)}
    asked = Voice(sides[request.sender_id], request.message, html_tag(request.message_language), request.created)
    written = [Voice(sides[one.author_id], one.text, one.lang, one.sent) for one in request.messages.all()]
    return [asked, *written] if request.message else written


def is_barred(own: Participation) -> bool:
    """Whether the organiser lets this participant neither ask nor write."""
    return Bar.objects.filter(participation=own).exists()
