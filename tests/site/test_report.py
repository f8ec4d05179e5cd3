"""The report for those who pay: every figure is counted again by a query of its own, and equals the list behind it."""

import io
import subprocess
from datetime import date, timedelta

import pytest
from django.db.models import OuterRef, Q, Subquery, Sum
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import load_workbook

from qiao.cli.tables import run_export
from qiao.core.models import AuditEntry, Office, Role
from qiao.directory.models import Organisation, Theme
from qiao.meetings.models import Meeting
from qiao.meetings.rating_models import Rating
from qiao.office import actions
from qiao.office.case_models import AdviceCase, CaseEntry
from qiao.office.introduction_models import Introduction
from qiao.office.models import Cooperation, CooperationStep
from qiao.site import report as reports
from qiao.site.report_exports import report_pdf, report_xlsx
from qiao.site.report_forms import ScopeForm, span
from qiao.site.report_lists import rows_behind
from qiao.site.report_rows import Scope
from tests.meetings.test_ratings import over
from tests.world import user

__all__ = ["over"]
ENDS = {
    "opened": ("organisation",), "worked": ("organisation",), "closed": ("organisation",), "begun": ("one", "other"),
    "agreed": ("one", "other"), "talks": ("request__sender__organisation", "request__recipient__organisation"),
    "began": ("one", "other"), "reached": ("one", "other"), "standing": ("one", "other"),
}  # fmt: skip

PATHS = {"theme": "themes__code", "size": "size", "side": "side__code", "country": "country"}


@pytest.fixture
def year(over) -> Scope:
    """The year in which the talks were held, with something of everything in it, and something outside it."""
    first_talk = over.slots[0].start.date()
    scope = Scope(over.office, date(first_talk.year, 1, 1), date(first_talk.year, 12, 31))
    firms = [
        over.german.organisation,
        over.german_en.organisation,
        over.chinese.organisation,
        over.chinese_en.organisation,
    ]
    firms[1].themes.add(Theme.objects.create(code="health", names={"de": "Gesundheit", "zh": "健康", "en": "Health"}))
    Organisation.objects.filter(pk__in=[firms[0].pk, firms[2].pk]).update(size="small")
    _advise(over, firms, first_talk)
    _introduce(over, firms, first_talk)
    _cooperate(over, firms, first_talk)
    actions.tag_talks(event=over.event, keys=["otto-wang"], name="Laser", remove=False, by=over.organiser)
    return scope


def _advise(over, firms, day: date) -> None:
    kinds = ("market", "market", "law", "funding", "market", "visas")
    for number, kind in enumerate(kinds):
        client = {"organisation": firms[number % 4]} if number < 5 else {"client": "Neu GmbH"}
        made = actions.open_case(office=over.office, kind=kind, topic=f"Thema {number}", by=over.adviser, **client)
        for minutes, when in ((30, day), (15, day - timedelta(days=400)), (5, day)):
            CaseEntry.objects.create(case=made, office=over.office, minutes=minutes, day=when)
        closed = day if number % 2 else None
        AdviceCase.objects.filter(pk=made.pk).update(opened=day - timedelta(days=400 * (number == 4)), closed=closed)
    elsewhere = Office.objects.create(slug="jinan", names={"de": "Büro Jinan"}, country="CN", time_zone="Asia/Shanghai")
    CaseEntry.objects.create(case=made, office=elsewhere, minutes=500, day=day)
    AdviceCase.objects.create(office=elsewhere, kind="law", topic="fremd", client="x", opened=day)


def _introduce(over, firms, day: date) -> None:
    noon = timezone.make_aware(timezone.datetime(day.year, day.month, day.day, 12))
    pairs = [(0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
    for number, (one, other) in enumerate(pairs):
        state = ("agreed", "agreed", "declined", "answer", "agreed")[number]
        made = Introduction.objects.create(
            origin="proposal", state=state, one=firms[one], other=firms[other],
            one_office=over.office if number != 3 else None, one_agreed=noon, other_agreed=noon,
        )  # fmt: skip
        Introduction.objects.filter(pk=made.pk).update(created=noon - timedelta(days=500 * (number == 4)))


def _cooperate(over, firms, day: date) -> None:
    ways = [("contact", "talks", "nda"), ("contact", "contract", "ended"), ("contact",), ("contact", "talks")]
    for number, (way, one, other) in enumerate(zip(ways, (0, 0, 1, 0), (2, 3, 3, 2), strict=True)):
        opened = day - timedelta(days=700 * (number == 3))
        made = Cooperation.objects.create(
            one=firms[one], other=firms[other], topic=str(number), stage=way[-1], opened=opened
        )
        for place, stage in enumerate(way):
            kind = "stage" if place else "opened"
            CooperationStep.objects.create(cooperation=made, kind=kind, stage=stage, day=opened + timedelta(days=place))
        CooperationStep.objects.create(cooperation=made, kind="stage", stage="beyond", day=date(day.year + 1, 2, 1))


# --- counted anew


def counted(measure: str, scope: Scope):
    """The things that a measure counts, by the database alone."""
    days, mine = (scope.first, scope.last), scope.office
    region = Q(one__side__office=mine) | Q(other__side__office=mine)
    introductions = Introduction.objects.filter(Q(one_office=mine) | Q(other_office=mine))
    latest = (
        CooperationStep.objects.filter(cooperation=OuterRef("pk"), day__lte=scope.last)
        .exclude(stage="")
        .order_by("-day", "-pk")
    )
    cases = AdviceCase.objects.filter(Q(office=mine) | Q(entries__office=mine))
    return {
        "opened": cases.filter(opened__range=days),
        "worked": AdviceCase.objects.filter(entries__office=mine, entries__day__range=days),
        "closed": cases.filter(closed__range=days),
        "begun": introductions.filter(created__date__range=days),
        "agreed": introductions.filter(state="agreed", other_agreed__date__range=days),
        "talks": Meeting.objects.filter(slot__start__date__range=days, slot__end__lt=timezone.now()).exclude(request__ratings__held=False),
        "began": Cooperation.objects.filter(region, opened__range=days),
        "reached": Cooperation.objects.filter(region, steps__day__range=days).exclude(steps=None),
        "standing": Cooperation.objects.filter(region, opened__lte=scope.last).annotate(at_end=Subquery(latest.values("stage")[:1])).exclude(at_end="ended"),
    }[measure]  # fmt: skip


def of_kind(measure: str, rows, code: str, scope: Scope):
    path = {"begun": "state", "talks": "slot__event__slug", "standing": "at_end"}.get(measure, "kind")
    if measure == "reached":
        written = CooperationStep.objects.filter(stage=code, day__range=(scope.first, scope.last))
        return rows.filter(pk__in=written.values("cooperation"))
    return rows.filter(**{path: code})


def of_group(measure: str, rows, part: str, code: str):
    ends = ENDS[measure]
    if code == "unknown":
        return rows.filter(organisation=None) if ends == ("organisation",) else rows.none()
    if part in PATHS:
        found = Q()
        for end in ends:
            missing = None if part == "theme" else ""
            named = Q(**{f"{end}__{PATHS[part]}": missing if code == "none" else code})
            found |= named & Q(**{f"{end}__isnull": False})
        return rows.filter(found)
    if part == "tag":
        return rows.filter(request__tags__name=code)
    one, other = ends
    first, second = code.split("|")
    if part == "sides":
        return rows.filter(
            Q(**{f"{one}__side__code": first, f"{other}__side__code": second})
            | Q(**{f"{one}__side__code": second, f"{other}__side__code": first})
        )

    def is_of(end: str, theme: str, chinese: bool) -> Q:
        there = Q(**{f"{end}__side__country": "CN"})
        return (there if chinese else ~there) & Q(**{f"{end}__themes__code": None if theme == "none" else theme})

    return rows.filter(
        (is_of(one, first, False) & is_of(other, second, True))
        | (is_of(other, first, False) & is_of(one, second, True))
    )


@pytest.mark.db
def test_every_figure_is_counted_again_and_equals_its_list(year) -> None:
    found = reports.report(year)
    assert {cell.measure for cell in found.totals} == set(reports.MEASURES)
    assert all(cell.number for cell in found.totals), "something of everything"
    for cell in found.totals:
        assert cell.number == counted(cell.measure, year).distinct().count(), cell
    compared = 0
    for table in found.tables:
        assert table.lines, table.title
        for line in table.lines:
            for cell in line.cells:
                rows = counted(cell.measure, year)
                rows = (
                    of_kind(cell.measure, rows, cell.group, year)
                    if table.part == "kind"
                    else of_group(cell.measure, rows, table.part, cell.group)
                )
                assert cell.number == rows.distinct().count(), (table.title, line.label, cell)
                behind, _rows = rows_behind(year, cell.measure, table.part, cell.group, "1")
                assert behind.paginator.count == cell.number
                compared += cell.number > 0
    assert compared > 40
    minutes = CaseEntry.objects.filter(office=year.office, day__range=(year.first, year.last))
    assert (
        found.minutes
        == minutes.aggregate(sum=Sum("minutes"))["sum"]
        == sum(line.minutes for line in found.tables[0].lines)
    )


def test_what_is_outside_is_not_counted(year, over) -> None:
    before = Scope(year.office, date(1999, 1, 1), date(1999, 12, 31))
    assert reports.report(before).is_empty
    numbers = {cell.measure: cell.number for cell in reports.report(year).totals}
    Rating.objects.create(
        request=Meeting.objects.order_by("slot__start").first().request, participation=over.german, held=False
    )
    after = {cell.measure: cell.number for cell in reports.report(year).totals}
    assert after == numbers | {"talks": numbers["talks"] - 1}
    together = {cell.measure: cell.number for cell in reports.report(Scope(None, year.first, year.last)).totals}
    assert together["opened"] == numbers["opened"] + 1, "of the other office"


@pytest.mark.parametrize(
    ("numbers", "hidden"),
    [
        ({"a": 5, "b": 3}, set()),
        ({"a": 5, "b": 0}, set()),
        ({"a": 5, "b": 2, "c": 9}, {"a", "b"}),
        ({"a": 1, "b": 2, "c": 9}, {"a", "b"}),
        ({"a": 1, "b": 1, "c": 9, "d": 4}, {"a", "b", "d"}),
        ({"a": 2, "b": 2, "c": 0, "d": 4}, {"a", "b", "d"}),
        ({"a": 1, "b": 1}, {"a", "b"}),
        ({"a": 1}, {"a"}),
    ],
)
def test_small_numbers_are_withheld_and_cannot_be_worked_out(numbers, hidden) -> None:
    assert reports.withheld(numbers) == hidden


def test_withheld_numbers_leave_in_no_file(year) -> None:
    number, table = next(
        (number, one) for number, one in enumerate(reports.report(year).tables, 1) if one.part == "theme"
    )
    assert table.has_withheld
    book = load_workbook(io.BytesIO(report_xlsx(year, by=None)))
    rows = list(book.worksheets[number].iter_rows(min_row=2, max_row=1 + len(table.lines), values_only=True))
    assert rows == [(line.label, *(cell.shown for cell in line.cells)) for line in table.lines]
    assert any(reports.WITHHELD in row for row in rows)
    assert book.worksheets[1]._charts


def test_no_person_and_no_organisation_stands_in_the_files(year, over) -> None:
    names = {
        over.german.person.name,
        over.chinese.person.name,
        over.adviser.name,
        *Organisation.objects.values_list("name", flat=True),
    }
    for language in ("de", "zh-hans"):
        with translation.override(language):
            data = report_pdf(year, by=over.adviser)
        text = subprocess.run(
            ["pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True
        ).stdout.decode()
        assert not [name for name in names if name in text]
        assert ("Markteintritt" in text) == (language == "de")
    cells = [
        str(cell)
        for sheet in load_workbook(io.BytesIO(report_xlsx(year, by=over.adviser)))
        for row in sheet.values
        for cell in row
    ]
    assert not [name for name in names if name in " ".join(cells)]
    assert AuditEntry.objects.filter(action="site.export_report", actor=over.adviser).count() == 3


@pytest.mark.db
def test_the_page(year, over, sign_in, django_assert_num_queries) -> None:
    client = sign_in(over.adviser)
    asked = f"?period=free&first={year.first}&last={year.last}"
    page = client.get(reverse("report-for-payers") + asked).content.decode()
    assert page.count("<svg") > 5
    listed = client.get(f"{reverse('report-list')}{asked}&measure=worked&part=kind&group=market").content.decode()
    assert "Elbe Lasertechnik" in listed
    for wrong in ("measure=nothing&part=kind", "measure=worked&part=nothing"):
        assert client.get(f"{reverse('report-list')}{asked}&{wrong}").status_code == 404
    answer = client.get(f"{reverse('report-for-payers')}?period=free&first=2026-02-01&last=2026-01-01")
    assert "liegt vor dem ersten Tag" in answer.content.decode()
    assert client.get(reverse("report-file", args=["pdf"]) + asked).content.startswith(b"%PDF")
    assert client.get(reverse("report-file", args=["doc"]) + asked).status_code == 404


def test_whose_report(world) -> None:
    other = Office.objects.create(slug="jinan", names={"de": "Büro Jinan"}, country="CN")
    zhou = user("Zhou Min")
    Role.objects.create(user=zhou, kind=Role.Kind.ADVISER, scope=Role.Scope.OFFICE, scope_id=other.pk)
    assert ScopeForm({"office": world.office.slug}, user=zhou).scope.office == other, "their own alone"
    assert ScopeForm({"office": "all"}, user=zhou).scope.office == other
    assert ScopeForm({}, user=world.admin).scope.office is None
    assert ScopeForm({"office": "jinan"}, user=world.admin).scope.office == other
    this = timezone.localdate().year
    quarter = ScopeForm({"period": f"{this}-q1"}, user=zhou).scope
    assert (quarter.first, quarter.last) == (date(this, 1, 1), date(this, 3, 31))


def test_periods() -> None:
    assert span("2026") == (date(2026, 1, 1), date(2026, 12, 31))
    assert span("2027-q4") == (date(2027, 10, 1), date(2027, 12, 31))
    assert [span(code) for code in ("2026-q5", "0000", "x", "２０２６", "")] == [None] * 5


def test_the_command_writes_the_year_of_an_event(year, over) -> None:
    book = load_workbook(io.BytesIO(run_export("report.xlsx", over.event.slug, "", "de")))
    assert str(over.event.starts.year) in str(book.worksheets[0]["A2"].value)
    assert load_workbook(io.BytesIO(run_export("report.xlsx", "", "", "de"))).worksheets


def test_more_rows_cost_no_more_queries(year, django_assert_num_queries) -> None:
    with django_assert_num_queries(QUERIES):
        reports.report(year)
    Cooperation.objects.bulk_create(
        Cooperation(one=one.one, other=one.other, topic="x", opened=one.opened) for one in Cooperation.objects.all()
    )
    with django_assert_num_queries(QUERIES):
        reports.report(year)


QUERIES = 12
