"""What a client reads of its own advice case, once an adviser has opened it: nothing that is not marked for it."""

from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from qiao.core.models import User
from qiao.directory.models import Membership
from qiao.office.case_models import AdviceCase, CaseDocument
from qiao.office.case_queries import Task
from qiao.office.courses import TASKS

OPEN_FIRST = (F("closed").desc(nulls_first=True), "-changed", "-pk")


def client_cases(user: User) -> QuerySet[AdviceCase]:
    """Those opened to the user: who speaks for the client, or where nobody is named one of its managers."""
    member = Membership.objects.filter(organisation=OuterRef("organisation"), person__user=user)
    rows = AdviceCase.objects.filter(Exists(member), shared=True)
    rows = rows.filter(Q(person__user=user) | Q(person=None) & Q(Exists(member.filter(is_manager=True))))
    return rows.select_related("office", "adviser", "organisation__side").order_by(*OPEN_FIRST)


@dataclass(frozen=True)
class ClientPage:
    case: AdviceCase
    tasks: list[Task]
    documents: list[CaseDocument]


def client_page(case: AdviceCase) -> ClientPage:
    today = timezone.localdate()
    tasks = case.tasks.filter(for_client=True)
    return ClientPage(
        case,
        [Task(one, str(TASKS.get(one.code, one.title)), one.is_overdue(today)) for one in tasks],
        list(case.documents.filter(for_client=True)),
    )
