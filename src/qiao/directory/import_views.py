"""Tables handed in on the web: upload, what its columns are, the check, and the button that writes.

The pages after the upload serve tables of participants, too; `access.load_import_for` knows whose business which is.
"""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from qiao.core.answers import perform
from qiao.core.audience import audience
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.directory import access, actions, exports, queries
from qiao.directory.import_forms import ColumnsForm, ImportForm
from qiao.directory.import_models import ImportRun
from qiao.directory.roles import office_of


@audience("adviser", methods="GET POST")
def import_table(request: HttpRequest) -> HttpResponse:
    """Upload; the check runs in the background, its page carries the button that writes (import_confirm)."""
    user = access.require_office(request.user)
    form, run = uploaded(request, by=user, kind=ImportRun.Kind.ORGANISATIONS, office=office_of(user))
    if run:
        return redirect("import-run", run.key)
    context = {"form": form, "columns": exports.column_meanings(), "runs": queries.imports_of(user)}
    return render(request, "directory/import.html", context, status=400 if form.errors else 200)


def uploaded(request: HttpRequest, *, by: User, kind: str, **where: Any) -> tuple[ImportForm, ImportRun | None]:
    """The form for a file of this kind, and the table that was kept if a good one came with it."""
    form = ImportForm(request.POST or None, request.FILES or None, kind=kind)
    if request.method != "POST" or not form.is_valid():
        return form, None
    try:
        return form, actions.hand_in_table(file=form.cleaned_data["file"], by=by, kind=kind, **where)
    except Refused as refused:
        form.add_error("file", refused.message)
        return form, None


@audience("member")
def import_run(request: HttpRequest, key: str) -> HttpResponse:
    run = access.load_import_for(request.user, key)
    if run.state == ImportRun.State.MAPPING:
        return redirect("import-columns", key)
    return render(request, "directory/import_run.html", {"view": queries.ImportView(run)})


@audience("member", methods="GET POST")
def import_columns(request: HttpRequest, key: str) -> HttpResponse:
    """Which column of a foreign table is which of ours."""
    run = access.load_import_for(request.user, key)
    form = ColumnsForm(request.POST or None, run=run)
    if not run.columns:
        return redirect("import-run", key)
    if form.is_valid():
        assign = partial(actions.assign_columns, run=run, targets=form.targets, by=access.member(request.user))
        perform(request, assign)
        return redirect("import-run", key)
    context = {"form": form, "view": queries.ImportView(run)}
    return render(request, "directory/import_columns.html", context, status=400 if form.errors else 200)


@audience("member")
def import_live(request: HttpRequest, key: str) -> HttpResponse:
    """The part of the import's page that renews itself; once the step has ended, the whole page does."""
    view = queries.ImportView(access.load_import_for(request.user, key))
    if view.active:
        return render(request, "directory/import_live.html", {"view": view})
    return HttpResponse(headers={"HX-Refresh": "true"})


@audience("member", methods="POST")
def import_confirm(request: HttpRequest, key: str) -> HttpResponse:
    run, user = access.load_import_for(request.user, key), access.member(request.user)
    skip_bad, shown = request.POST.get("skip_bad") == "1", request.POST.get("shown", "")
    perform(request, partial(actions.confirm_import, run=run, shown=shown, skip_bad=skip_bad, by=user))
    return redirect("import-run", key)


@audience("member", methods="POST")
def import_again(request: HttpRequest, key: str) -> HttpResponse:
    run, user = access.load_import_for(request.user, key), access.member(request.user)
    perform(request, partial(actions.repeat_import, run=run, by=user))
    return redirect("import-run", key)


@audience("member", methods="POST")
def import_discard(request: HttpRequest, key: str) -> HttpResponse:
    run, user = access.load_import_for(request.user, key), access.member(request.user)
    discard = partial(actions.discard_import, run=run, by=user)
    if perform(request, discard, _("The table has been deleted. Nothing of it was written.")):
        return redirect(queries.ImportView(run).upload)
    return redirect("import-run", key)
