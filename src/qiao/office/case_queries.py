"""Reads about advice cases, for those who work on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page
from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from qiao.core.models import Office, User
from qiao.core.pages import Pages
from qiao.directory.evidence_queries import offices_of
from qiao.directory.models import Organisation, Person
from qiao.office.case_models import AdviceCase, CaseDocument, CaseEntry, CaseTask
from qiao.office.courses import TASKS
from qiao.office.introduction_models import Introduction
from qiao.office.models import Cooperation

PER_PAGE = 30
IN_ORDER = (F("closed").asc(nulls_first=True), F("next_due").asc(nulls_last=True), "-changed", "-pk")


def cases_for(user: User) -> QuerySet[AdviceCase]:
    """Those of the user's offices, also ones that they have handed over."""
    own = offices_of(user).values("pk")
    worked_on = Exists(CaseEntry.objects.filter(case=OuterRef("pk"), office__in=own))
    rows = AdviceCase.objects.filter(Q(office__in=own) | worked_on)
    return rows.select_related("office", "adviser", "organisation__side", "person")


def linked_cases(user: User, thing: Introduction | Cooperation) -> list[AdviceCase]:
    """The cases to which an introduction or a cooperation belongs, as far as the user may read them."""
    return list(cases_for(user).filter(pk__in=thing.cases.order_by().values("pk")))


@dataclass(frozen=True)
class Filter:
    """What narrows the list; empty values narrow nothing. whose: "mine" for those the reader works on."""

    words: str = ""
    kind: str = ""
    state: str = "open"
    whose: str = ""


@dataclass(frozen=True)
class Row:
    case: AdviceCase
    next_due: date | None
    is_overdue: bool
    minutes: int


@dataclass(frozen=True)
class CaseList:
    page: Page[AdviceCase]
    rows: list[Row]
    minutes: int  # of all cases that the filter leaves


def narrowed(user: User, asked: Filter) -> QuerySet[AdviceCase]:
    found = Q()
    for word in asked.words.split():
        found &= (
            Q(topic__icontains=word)
            | Q(client__icontains=word)
            | Q(organisation__name__icontains=word)
            | Q(organisation__name_latin__icontains=word)
        )
    if asked.kind:
        found &= Q(kind=asked.kind)
    if asked.state:
        found &= Q(closed__isnull=asked.state == "open")
    if asked.whose == "mine":
        found &= Q(adviser=user)
    return cases_for(user).filter(found)


def case_list(user: User, asked: Filter, page: str) -> CaseList:
    """What is due first, then what changed last."""
    rows = narrowed(user, asked)
    minutes = CaseEntry.objects.filter(case__in=rows.order_by().values("pk")).aggregate(sum=Sum("minutes"))["sum"] or 0
    due = rows.annotate(next_due=Min("tasks__due", filter=Q(tasks__done=None)))
    shown = Pages(due.order_by(*IN_ORDER), PER_PAGE).get_page(page)
    spent = minutes_by_case([case.pk for case in shown])
    today = timezone.localdate()
    return CaseList(
        shown,
        [
            Row(
                case,
                case.next_due,
                case.closed is None and case.next_due is not None and case.next_due < today,
                spent.get(case.pk, 0),
            )
            for case in shown
        ],
        minutes,
    )


def minutes_by_case(cases: Sequence[int]) -> dict[int, int]:
    rows = CaseEntry.objects.filter(case__in=cases).order_by().values_list("case").annotate(sum=Sum("minutes"))
    return dict(rows)


def overdue_cases(user: User) -> tuple[int, int]:
    """(open cases that the user works on, how many of them have a task that is overdue), for the start page."""
    late = Q(tasks__done=None, tasks__due__lt=timezone.localdate())
    found = AdviceCase.objects.filter(adviser=user, closed=None).aggregate(
        all=Count("pk", distinct=True), late=Count("pk", distinct=True, filter=late)
    )
    return found["all"], found["late"]


@dataclass(frozen=True)
class Task:
    task: CaseTask
    words: str
    is_overdue: bool


@dataclass(frozen=True)
class CasePage:
    case: AdviceCase
    tasks: list[Task]
    entries: list[CaseEntry]
    minutes: int
    introductions: list[Introduction]
    cooperations: list[Cooperation]
    documents: list[CaseDocument]
    others: list[Office]  # to which it could be handed over

    @property
    def open_tasks(self) -> int:
        return sum(one.task.done is None for one in self.tasks)


def case_page(case: AdviceCase) -> CasePage:
    today = timezone.localdate()
    entries = list(case.entries.select_related("office", "by"))
    return CasePage(
        case=case,
        tasks=[Task(task, str(TASKS.get(task.code, task.title)), task.is_overdue(today)) for task in case.tasks.all()],
        entries=entries,
        minutes=sum(entry.minutes for entry in entries),
        introductions=list(case.introductions.select_related("one__side", "other__side")),
        cooperations=list(case.cooperations.select_related("one__side", "other__side")),
        documents=list(case.documents.all()),
        others=list(Office.objects.exclude(pk=case.office_id)),
    )


def introductions_of(organisation: Organisation | None) -> QuerySet[Introduction]:
    """In which this client is one of the two."""
    pk = organisation.pk if organisation else 0
    return Introduction.objects.filter(Q(one=pk) | Q(other=pk)).select_related("one", "other")


def cooperations_of(organisation: Organisation | None) -> QuerySet[Cooperation]:
    pk = organisation.pk if organisation else 0
    return Cooperation.objects.filter(Q(one=pk) | Q(other=pk)).select_related("one", "other")


def people_of(organisation: Organisation) -> QuerySet[Person]:
    return Person.objects.filter(memberships__organisation=organisation).order_by("pk")
