"""What came of an event: promised, held, followed up, signed. Each figure is the length of a list; none names anybody."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from qiao.core.bars import BarChart
from qiao.core.pages import Pages
from qiao.directory.models import Organisation
from qiao.events.models import Event, Participation
from qiao.matchmaking.models import Request
from qiao.meetings.models import Meeting
from qiao.meetings.rating_models import Rating
from qiao.office.event_models import TalkTag
from qiao.office.introduction_models import Introduction
from qiao.office.models import Cooperation, CooperationStep

Stage = Cooperation.Stage
APPROVED = Participation.State.APPROVED
SIGNED = (Stage.LOI, Stage.MOU, Stage.CONTRACT, Stage.BEYOND)
"""What two organisations put their names to."""
ON = [code for code in Rating.Next.values if code != Rating.Next.NOTHING]
PER_PAGE = 50
BETWEEN_PEOPLE = ("promised", "held", "wanted")
"""What organisers of the event may look into; the others are for the contact offices."""


def promised(event: Event) -> QuerySet[Request]:
    """Talks that both sides agreed to, of people who take part."""
    rows = event.requests.filter(state=Request.State.ACCEPTED, sender__state=APPROVED, recipient__state=APPROVED)
    return rows.order_by("pk")


def held(event: Event) -> QuerySet[Request]:
    """Of these the ones whose time is over, unless one of the two says that it did not take place."""
    over = Meeting.objects.filter(request=OuterRef("pk"), slot__end__lt=timezone.now())
    denied = Rating.objects.filter(request=OuterRef("pk"), held=False)
    return promised(event).filter(Exists(over)).exclude(Exists(denied))


def wanted(event: Event) -> QuerySet[Request]:
    """Of these the ones after which at least one side wants to go on."""
    return held(event).filter(Exists(Rating.objects.filter(request=OuterRef("pk"), held=True, next__in=ON)))


def introduced(event: Event) -> QuerySet[Introduction]:
    """Introductions of organisations that took part, begun since the first day, that both agreed to."""
    here = event.participations.filter(state=APPROVED).values("organisation")
    rows = Introduction.objects.filter(one__in=here, other__in=here, state=Introduction.State.AGREED)
    return rows.filter(created__date__gte=event.starts).order_by("pk")


def followed(event: Event) -> QuerySet[Cooperation]:
    """Cooperations that began with a talk of this event."""
    return Cooperation.objects.filter(event=event).order_by("pk")


def signed(event: Event) -> QuerySet[Cooperation]:
    """Of these the ones in which something was signed, also where they ended later."""
    reached = CooperationStep.objects.filter(cooperation=OuterRef("pk"), stage__in=SIGNED)
    return followed(event).filter(Q(stage__in=SIGNED) | Exists(reached))


LISTS: Mapping[str, tuple[Callable[[Event], QuerySet[Any]], Any]] = {
    "promised": (promised, gettext_lazy("talks agreed")),
    "held": (held, gettext_lazy("talks held")),
    "wanted": (wanted, gettext_lazy("talks after which somebody wants to go on")),
    "introduced": (introduced, gettext_lazy("introductions since then")),
    "followed": (followed, gettext_lazy("cooperations that began")),
    "signed": (signed, gettext_lazy("signed: letter of intent, memorandum or contract")),
}
"""By code: what is counted, and its words."""
SHORT: Mapping[str, Any] = {
    "promised": pgettext_lazy("talks", "agreed"),
    "held": pgettext_lazy("talks", "held"),
    "wanted": pgettext_lazy("talks", "to go on"),
    "introduced": gettext_lazy("introductions"),
    "followed": gettext_lazy("cooperations"),
    "signed": pgettext_lazy("cooperations", "signed"),
}
"""For the chart."""


@dataclass(frozen=True)
class Figure:
    code: str
    label: str
    number: int


@dataclass(frozen=True)
class Outcome:
    figures: list[Figure]

    def number(self, code: str) -> int:
        return next(one.number for one in self.figures if one.code == code)

    @property
    def chart(self) -> BarChart:
        return BarChart("", [(str(SHORT[one.code]), one.number) for one in self.figures])


def outcome(event: Event) -> Outcome:
    """One query for each figure."""
    return Outcome([Figure(code, str(label), rows(event).count()) for code, (rows, label) in LISTS.items()])


@dataclass(frozen=True)
class Row:
    """One line of the list behind a figure."""

    one: Organisation
    other: Organisation
    detail: str
    day: date | None
    url: str
    key: str = ""  # of the talk
    tags: Sequence[TalkTag] = ()


def tags_of(event: Event) -> list[tuple[str, int]]:
    """The organiser's tags, each with the number of talks held that carry it."""
    names = TalkTag.objects.filter(request__event=event).order_by("name").values_list("name", flat=True).distinct()
    counts = dict(held(event).order_by().values_list("tags__name").annotate(count=Count("pk")))
    return [(name, counts.get(name, 0)) for name in names]


def rows_behind(event: Event, code: str, page: str, tag: str = "") -> tuple[Page[Any], list[Row]]:
    """tag: only the talks that carry it."""
    found = LISTS[code][0](event)
    if code in BETWEEN_PEOPLE:
        found = (found.filter(tags__name=tag) if tag else found).prefetch_related("tags")
        found = found.select_related("sender__organisation__side", "recipient__organisation__side", "meeting__slot")
    else:
        found = found.select_related("one__side", "other__side")
    shown = Pages(found, PER_PAGE).get_page(page)
    return shown, [_row(one) for one in shown]


def _row(one: Request | Introduction | Cooperation) -> Row:
    if isinstance(one, Request):
        return _talk(one)
    return _introduction(one) if isinstance(one, Introduction) else _cooperation(one)


def _talk(one: Request) -> Row:
    meeting = getattr(one, "meeting", None)
    day = timezone.localdate(meeting.slot.start) if meeting else None
    return Row(one.sender.organisation, one.recipient.organisation, "", day, "", one.key, list(one.tags.all()))


def _introduction(one: Introduction) -> Row:
    return Row(
        one.one,
        one.other,
        one.get_state_display(),
        timezone.localdate(one.created),
        reverse("introduction", args=[one.key]),
    )


def _cooperation(one: Cooperation) -> Row:
    return Row(one.one, one.other, one.get_stage_display(), one.opened, reverse("cooperation", args=[one.key]))
