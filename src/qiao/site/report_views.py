"""The report for those who pay, for the contact offices: on screen, as files, and the lists behind its numbers."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from qiao.core.audience import audience
from qiao.core.models import User
from qiao.directory.access import require_office
from qiao.events.exports import XLSX
from qiao.site import report as queries
from qiao.site.report_exports import report_pdf, report_xlsx
from qiao.site.report_forms import ScopeForm, scope_query
from qiao.site.report_lists import rows_behind


def _asked(request: HttpRequest) -> tuple[User, ScopeForm]:
    user = require_office(request.user)
    form = ScopeForm(request.GET, user=user)
    if not form.offices:
        raise Http404
    return user, form


@audience("adviser")
def report(request: HttpRequest) -> HttpResponse:
    _user, form = _asked(request)
    found = queries.report(form.scope)
    context = {"form": form, "found": found, "query": urlencode(scope_query(found.scope)), "least": queries.LEAST}
    return render(request, "site/report.html", context)


@audience("adviser")
def report_list(request: HttpRequest) -> HttpResponse:
    """The list behind a number; the address names the measure, by what the table tells apart, and the group."""
    _user, form = _asked(request)
    usual = {"measure": queries.CASES, "part": queries.ALL, "group": queries.ALL}
    measure, part, group = (request.GET.get(name) or other for name, other in usual.items())
    if measure not in queries.MEASURES or part not in queries.PARTS:
        raise Http404
    scope = form.scope
    page, rows = rows_behind(scope, measure, part, group, request.GET.get("page", "1"))
    context = {
        "scope": scope, "page": page, "rows": rows, "label": queries.MEASURES[measure], "query": urlencode(scope_query(scope)),
    }  # fmt: skip
    return render(request, "site/report_list.html", context)


@audience("adviser")
def report_file(request: HttpRequest, kind: str) -> HttpResponse:
    """As a workbook or as pages to print."""
    user, form = _asked(request)
    makers = {"xlsx": (report_xlsx, XLSX), "pdf": (report_pdf, "application/pdf")}
    if kind not in makers:
        raise Http404
    make, media = makers[kind]
    scope = form.scope
    name = f"report-{scope.office.slug if scope.office else 'all'}-{scope.first}-{scope.last}.{kind}"
    return HttpResponse(
        make(scope, by=user), content_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
