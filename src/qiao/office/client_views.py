"""An advice case as its client reads it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from qiao.core import files
from qiao.core.audience import audience
from qiao.office import access
from qiao.office.case_models import CaseDocument
from qiao.office.client_queries import client_page


@audience("member")
def case(request: HttpRequest, key: str) -> HttpResponse:
    found = access.load_client_case(request.user, key)
    return render(request, "office/client_case.html", {"page": client_page(found), "case": found})


@audience("member")
def document(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    return pdf(access.load_client_document(request.user, key, pk))


def pdf(document: CaseDocument) -> HttpResponse:
    """Only ever as a file to be saved."""
    try:
        data = files.path_of(document.name).read_bytes()
    except OSError:
        raise Http404 from None
    headers = {
        "Content-Disposition": 'attachment; filename="document.pdf"', "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "private, no-store",
    }  # fmt: skip
    return HttpResponse(data, content_type="application/pdf", headers=headers)
