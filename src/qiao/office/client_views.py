"""An advice case as its client reads it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from qiao.core.audience import audience
from qiao.core.kept_files import kept_file
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
    answer = kept_file(document.name, "application/pdf", 'attachment; filename="document.pdf"')
    answer["Cache-Control"] = "private, no-store"
    return answer
