"""Reads of record sheets: one's own on the agenda, the page on which one is written, and that there is one."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone

from qiao.events.models import Event
from qiao.matchmaking.models import Request
from qiao.meetings.models import Meeting
from qiao.meetings.queries import Agenda, Rota
from qiao.meetings.record_models import Hand, RecordSheet
from qiao.meetings.record_words import languages_at


def sheets_of(requests: Iterable[int]) -> dict[int, RecordSheet]:
    """By request, each with its steps. Two queries."""
    rows = RecordSheet.objects.filter(request__in=list(requests)).prefetch_related("steps")
    people = ("request__sender__organisation", "request__recipient__organisation")
    return {one.request_id: one for one in rows.select_related(*people)}


def with_records(agenda: Agenda) -> Agenda:
    """Each talk with its sheet. Two queries."""
    found = sheets_of(talk.request.pk for talk in agenda.talks if talk.request)
    talks = (replace(talk, record=found.get(talk.request.pk) if talk.request else None) for talk in agenda.talks)
    return replace(agenda, talks=tuple(talks))


def with_recorded(rota: Rota) -> Rota:
    """Each talk with whether it has a sheet. One query."""
    found = recorded(rota.event)
    talks = (replace(one, recorded=one.request is not None and one.request.pk in found) for one in rota.talks)
    return replace(rota, talks=tuple(talks))


def recorded(event: Event) -> set[int]:
    """The requests about which something was noted. One query."""
    return set(RecordSheet.objects.filter(request__event=event).values_list("request", flat=True))


def opens(meeting: Meeting) -> datetime:
    """From when on a talk can be recorded: it has begun."""
    return meeting.slot.start


@dataclass(frozen=True)
class RecordPage:
    """hand: as what the reader writes. languages: of the labels, the reader's own first."""

    meeting: Meeting
    sheet: RecordSheet | None
    hand: str
    languages: list[str]

    @property
    def request(self) -> Request:
        return self.meeting.request

    @property
    def event(self) -> Event:
        return self.request.event

    @property
    def version(self) -> int:
        return self.sheet.version if self.sheet else 0

    @property
    def is_open(self) -> bool:
        return opens(self.meeting) <= timezone.now()

    @property
    def interprets(self) -> bool:
        return self.hand == Hand.INTERPRETER


def record_page(meeting: Meeting, hand: str) -> RecordPage:
    sheet = sheets_of([meeting.request_id]).get(meeting.request_id)
    return RecordPage(meeting, sheet, hand, languages_at(meeting.request))
