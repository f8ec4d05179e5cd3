"""Pages about advice cases: for the advisers of the offices that work on them, for nobody else."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from qiao.core.answers import attempt, perform
from qiao.core.audience import audience
from qiao.core.models import Office
from qiao.directory.access import organisations_for
from qiao.directory.evidence_queries import offices_of
from qiao.office import access, actions, exports
from qiao.office import case_queries as queries
from qiao.office.case_forms import (
    CaseFilter,
    DocumentForm,
    EntryForm,
    HandOverForm,
    LinksForm,
    OpenCaseForm,
    ShareForm,
    TaskForm,
    TextForm,
)
from qiao.office.case_models import AdviceCase
from qiao.office.client_views import pdf

# Steps that ask for something, by the word in the page's address: name of the form, action, what is said when it is done.
STEPS: dict[str, tuple[str, Callable[..., object], Any]] = {
    "task": ("task", actions.add_task, ""),
    "hand-over": ("over", actions.hand_over, _("Handed over. The other office is told by mail.")),
    "share": ("share", actions.share_case, _("Saved.")),
    "document": ("document", actions.add_document, ""),
    "close": ("close", actions.close_case, _("Closed.")),
}


@audience("adviser")
def cases(request: HttpRequest) -> HttpResponse:
    form = CaseFilter(request.GET)
    found = queries.case_list(access.require_office(request.user), form.asked(), request.GET.get("page", "1"))
    return render(request, "office/cases.html", {"found": found, "form": form})


@audience("adviser")
def table(request: HttpRequest) -> HttpResponse:
    """What is counted, without what was said."""
    data = exports.cases_xlsx(asked=CaseFilter(request.GET).asked(), by=access.require_office(request.user))
    disposition = {"Content-Disposition": 'attachment; filename="cases.xlsx"'}
    return HttpResponse(data, content_type=exports.XLSX, headers=disposition)


@audience("adviser", methods="GET POST")
def new(request: HttpRequest) -> HttpResponse:
    user = access.require_office(request.user)
    client = access.load_partner(user, request.GET.get("client", ""))
    form = OpenCaseForm(
        request.POST or None, offices=offices_of(user), seen=organisations_for(user),
        initial={"client": client.name if client else ""},
    )  # fmt: skip
    if form.is_valid() and (made := attempt(form, partial(actions.open_case, by=user, **form.cleaned_data))):
        return redirect("case", made.key)
    return render(request, "office/case_new.html", {"form": form}, status=400 if form.errors else 200)


@audience("adviser", methods="GET POST")
def case(request: HttpRequest, key: str) -> HttpResponse:
    """What is to be done, what was said; a note is written here."""
    found = access.load_case_for(request.user, key)
    form = EntryForm(request.POST or None)
    add = partial(actions.add_entry, case=found, by=access.require_office(request.user))
    if form.is_valid() and attempt(form, partial(add, **form.cleaned_data)):
        return redirect("case", key)
    return render(request, "office/case.html", _context(found, form=form), status=400 if form.errors else 200)


def _context(found: AdviceCase, **more: Any) -> dict[str, Any]:
    page = queries.case_page(found)
    return {"page": page, "case": found, "forms": _forms(found, page.others), **more}


def _forms(case: AdviceCase, others: Sequence[Office], data: Any = None, files: Any = None) -> dict[str, Form]:
    """What the steps of a case ask for; `others`: to which it could be handed over."""
    over = {"over": HandOverForm(data, others=others, auto_id="id_over_%s")} if others else {}
    told = {"shared": case.shared, "next_step": case.next_step}
    return {
        "task": TaskForm(data, auto_id="id_task_%s"), "close": TextForm(data, auto_id="id_close_%s"),
        "share": ShareForm(data, initial=told, auto_id="id_share_%s"),
        "document": DocumentForm(data, files, auto_id="id_document_%s"), **over,
    }  # fmt: skip


@audience("adviser", methods="POST")
def step(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """Everything else that is done to a case."""
    found = access.load_case_for(request.user, key)
    by = access.require_office(request.user)
    if step in ("take", "reopen"):
        take = {"take": actions.take_case, "reopen": actions.reopen_case}[step]
        perform(request, partial(take, case=found, by=by))
        return redirect("case", key)
    name, action, done = STEPS.get(step, ("", None, ""))
    context = _context(found, form=EntryForm())
    if action is None or name not in context["forms"]:
        raise Http404
    form = _forms(found, context["page"].others, request.POST, request.FILES)[name]
    if form.is_valid():
        perform(request, partial(action, case=found, by=by, **form.cleaned_data), str(done))
        return redirect("case", key)
    context["forms"][name] = form
    return render(request, "office/case.html", context, status=400)


@audience("adviser", methods="POST")
def task(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Done, or to be done after all; shown to the client, or no longer."""
    found = access.load_task_for(request.user, key, pk)
    if said := request.POST.get("client"):
        show = partial(actions.show_task, task=found, for_client=said == "yes")
        perform(request, partial(show, by=access.require_office(request.user)))
        return redirect("case", key)
    done = request.POST.get("done") == "yes"
    perform(request, partial(actions.tick_task, task=found, done=done, by=access.require_office(request.user)))
    return redirect("case", key)


@audience("adviser", methods="POST")
def document(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Shown to the client, no longer, or taken out of the case."""
    found = access.load_document_for(request.user, key, pk)
    by = access.require_office(request.user)
    if request.POST.get("remove"):
        perform(request, partial(actions.remove_document, document=found, by=by), str(_("Removed.")))
    elif said := request.POST.get("client"):
        perform(request, partial(actions.show_document, document=found, for_client=said == "yes", by=by))
    return redirect("case", key)


@audience("adviser")
def document_file(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    return pdf(access.load_document_for(request.user, key, pk))


@audience("adviser", methods="GET POST")
def links(request: HttpRequest, key: str) -> HttpResponse:
    """Topic, client, and what belongs to the case."""
    found = access.load_case_for(request.user, key)
    user = access.require_office(request.user)
    form = LinksForm(request.POST or None, case=found, seen=organisations_for(user))
    if form.is_valid():
        said = {"person": None, "introductions": [], "cooperations": []} | form.cleaned_data
        if attempt(form, partial(_change, found, user, said)):
            return redirect("case", key)
    return render(request, "office/case_links.html", {"form": form, "case": found}, status=400 if form.errors else 200)


def _change(found: AdviceCase, user: Any, said: dict[str, Any]) -> bool:
    actions.change_case(case=found, by=user, **said)
    return True
