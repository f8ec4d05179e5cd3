"""The list behind a number of the report, for the offices."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page
from django.urls import reverse
from django.utils import timezone

from qiao.core.pages import Pages
from qiao.directory.models import Organisation
from qiao.meetings.models import Meeting
from qiao.office.case_models import AdviceCase
from qiao.office.introduction_models import Introduction
from qiao.office.models import Cooperation
from qiao.site.report import source
from qiao.site.report_rows import Scope

PER_PAGE = 50


@dataclass(frozen=True)
class Row:
    """client: the name of one who is not in the directory."""

    one: Organisation | None
    other: Organisation | None
    client: str
    detail: str
    day: date | None
    url: str


def rows_behind(scope: Scope, measure: str, part: str, group: str, page: str) -> tuple[Page[Any], list[Row]]:
    found = [one.pk for one in source(scope).behind(measure, part, group)]
    shown = Pages(found, PER_PAGE).get_page(page)
    return shown, _READERS[measure](list(shown))


def _cases(pks: Sequence[int]) -> list[Row]:
    rows = AdviceCase.objects.select_related("organisation__side").in_bulk(pks)
    return [
        Row(one.organisation, None, one.client, str(one.get_kind_display()), one.opened, reverse("case", args=[one.key]))
        for one in map(rows.__getitem__, pks)
    ]  # fmt: skip


def _introductions(pks: Sequence[int]) -> list[Row]:
    rows = Introduction.objects.select_related("one__side", "other__side").in_bulk(pks)
    return [
        Row(one.one, one.other, "", str(one.get_state_display()), timezone.localdate(one.created), reverse("introduction", args=[one.key]))
        for one in map(rows.__getitem__, pks)
    ]  # fmt: skip


def _talks(pks: Sequence[int]) -> list[Row]:
    sides = ("request__sender__organisation__side", "request__recipient__organisation__side")
    rows = Meeting.objects.select_related("slot__event", *sides).in_bulk(pks)
    return [
        Row(one.request.sender.organisation, one.request.recipient.organisation, "", str(one.slot.event), one.slot.start.astimezone(one.slot.event.zone).date(), "")
        for one in map(rows.__getitem__, pks)
    ]  # fmt: skip


def _cooperations(pks: Sequence[int]) -> list[Row]:
    rows = Cooperation.objects.select_related("one__side", "other__side").in_bulk(pks)
    return [
        Row(one.one, one.other, "", str(one.get_stage_display()), one.opened, reverse("cooperation", args=[one.key]))
        for one in map(rows.__getitem__, pks)
    ]  # fmt: skip


_READERS: Mapping[str, Callable[[Sequence[int]], list[Row]]] = {
    **dict.fromkeys(("opened", "worked", "closed"), _cases),
    **dict.fromkeys(("begun", "agreed"), _introductions),
    "talks": _talks,
    **dict.fromkeys(("began", "reached", "standing"), _cooperations),
}
