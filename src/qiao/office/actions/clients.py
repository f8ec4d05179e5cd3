"""What a client reads of its own case: opened by an adviser, task by task and document by document."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qiao.core import files
from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.core.texts import tidy
from qiao.directory.actions.showing import sweep_later
from qiao.office.case_models import AdviceCase, CaseDocument, CaseTask


@transaction.atomic
def share_case(*, case: AdviceCase, shared: bool, next_step: str = "", by: User) -> None:
    """Open a case to its client, or shut it again; next_step: what the client reads of what comes next."""
    row = AdviceCase.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.pk)
    if shared and row.organisation_id is None:
        raise Refused(
            _("Link the client to its organisation in the directory first: only its people can read the case.")
        )
    row.shared, row.next_step = shared, tidy(next_step)
    row.save(update_fields=["shared", "next_step"])
    record(by=by, action="office.share_case", subject=row, shared=shared)


@transaction.atomic
def show_task(*, task: CaseTask, for_client: bool, by: User) -> None:
    CaseTask.objects.filter(pk=task.pk).update(for_client=for_client)
    record(by=by, action="office.show_case_task", subject=task, for_client=for_client)


@transaction.atomic
def add_document(
    *, case: AdviceCase, file: files.Brochure, title: str, for_client: bool = False, by: User
) -> CaseDocument:
    """A PDF. For the offices that work on the case, and for its client where it says so."""
    name = files.keep(file.data, "pdf")
    made = CaseDocument.objects.create(
        case=case, title=tidy(title), name=name, pages=file.pages, size=len(file.data), for_client=for_client
    )
    AdviceCase.objects.filter(pk=case.pk).update(changed=timezone.now())
    record(by=by, action="office.add_case_document", subject=case, document=made.pk)
    return made


@transaction.atomic
def show_document(*, document: CaseDocument, for_client: bool, by: User) -> None:
    CaseDocument.objects.filter(pk=document.pk).update(for_client=for_client)
    record(by=by, action="office.show_case_document", subject=document, for_client=for_client)


@transaction.atomic
def remove_document(*, document: CaseDocument, by: User) -> None:
    record(by=by, action="office.remove_case_document", subject=document)
    CaseDocument.objects.filter(pk=document.pk).delete()
    sweep_later()
