"""Pages about keywords: those of an organisation, and the office's vocabulary."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from qiao.core.answers import way_back
from qiao.core.audience import audience
from qiao.core.errors import Refused
from qiao.core.languages import running_text
from qiao.core.tables import explain, read_table
from qiao.directory import access, actions, keyword_exports, keyword_queries, uploads
from qiao.directory.keyword_forms import AddKeywordForm, KeywordForm, MergeForm, VocabularyFileForm
from qiao.engine.files import InvalidFile

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHOICES = {
    "confirm": actions.confirm_keyword,
    "remove": actions.remove_keyword,
    "leave": actions.leave_to_machine,
}


@audience("member", methods="GET POST")
def keywords(request: HttpRequest, key: str) -> HttpResponse:
    """What an organisation is about: its managers confirm, remove and add terms."""
    found = access.load_organisation_to_edit(request.user, key)
    form = AddKeywordForm(request.POST if request.method == "POST" and "choice" not in request.POST else None)
    if request.method == "POST" and (form.is_valid() or not form.is_bound):
        decide = CHOICES.get(request.POST.get("choice", "confirm"))
        if decide is None:
            raise Http404
        term = form.cleaned_data["term"] if form.is_bound else access.load_keyword(request.POST.get("code", ""))
        try:
            decide(organisation=found, keyword=term, by=access.member(request.user))
        except Refused as refused:
            messages.error(request, refused.message)
        return redirect(way_back(request, reverse("organisation-keywords", args=[key])))
    context = {
        "organisation": found,
        "form": form,
        "keywords": keyword_queries.keywords_of(found),
        "removed": keyword_queries.removed_keywords(found),
        "terms": keyword_queries.suggested_terms(),
    }
    return render(request, "directory/keywords.html", context, status=400 if form.errors else 200)


@audience("adviser")
def vocabulary(request: HttpRequest) -> HttpResponse:
    access.require_office(request.user)
    words, retired = request.GET.get("q", "")[:100], request.GET.get("retired") == "1"
    page = keyword_queries.vocabulary_page(words, request.GET.get("page", "1"), retired=retired)
    return render(request, "directory/vocabulary.html", {"page": page, "words": words, "retired": retired})


@audience("adviser", methods="GET POST")
def term_new(request: HttpRequest) -> HttpResponse:
    return _edit(request, None)


@audience("adviser", methods="GET POST")
def term(request: HttpRequest, code: str) -> HttpResponse:
    return _edit(request, code)


def _edit(request: HttpRequest, code: str | None) -> HttpResponse:
    by = access.require_office(request.user)
    found = access.load_keyword(code) if code else None
    form = KeywordForm(request.POST or None, keyword=found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_keyword(keyword=found, by=by, **form.values())
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("The term is saved. All texts are read again in the background."))
            return redirect("vocabulary")
    context = {"form": form, "keyword": found, "merge": MergeForm(), "terms": keyword_queries.suggested_terms()}
    return render(request, "directory/term.html", context, status=400 if form.errors else 200)


@audience("adviser", methods="POST")
def term_state(request: HttpRequest, code: str) -> HttpResponse:
    """Retire a term, take it up again, or merge it with another one."""
    by = access.require_office(request.user)
    found = access.load_keyword(code)
    decision = request.POST.get("decision")
    form = MergeForm(request.POST)
    if decision == "merge" and not form.is_valid():
        messages.error(request, running_text(form.errors["into"]))
        return redirect("term", code)
    try:
        if decision == "merge":
            actions.merge_keyword(keyword=found, into=form.cleaned_data["into"], by=by)
        else:
            actions.retire_keyword(keyword=found, by=by, is_retired=decision != "restore")
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("term", code)
    messages.success(request, _("The term is saved. All texts are read again in the background."))
    return redirect("vocabulary")


@audience("adviser", methods="GET POST")
def vocabulary_import(request: HttpRequest) -> HttpResponse:
    by = access.require_office(request.user)
    form = VocabularyFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            columns, required = keyword_exports.NAMES, ("code", "de", "zh", "en")
            table = read_table(uploads.taken(file), file.name, columns=columns, required=required)
            report = actions.import_vocabulary(table=table, by=by, takes_short=form.cleaned_data["takes_short"])
        except InvalidFile as invalid:
            form.add_error("file", running_text(explain(problem) for problem in invalid.problems[:10]))
        except Refused as refused:
            form.add_error("file", refused.message)
        else:
            counts = {"created": report.created, "updated": report.updated, "unchanged": report.unchanged}
            messages.success(
                request, _("%(created)s terms added, %(updated)s changed, %(unchanged)s unchanged.") % counts
            )
            return redirect("vocabulary")
    context = {"form": form, "cancel": reverse("vocabulary")}
    return render(request, "directory/vocabulary_import.html", context, status=400 if form.errors else 200)


@audience("adviser")
def vocabulary_csv(request: HttpRequest) -> HttpResponse:
    access.require_office(request.user)
    return _download(keyword_exports.vocabulary_csv(), "text/csv; charset=utf-8", "vocabulary.csv")


@audience("adviser")
def vocabulary_xlsx(request: HttpRequest) -> HttpResponse:
    access.require_office(request.user)
    return _download(keyword_exports.vocabulary_xlsx(), XLSX, "vocabulary.xlsx")


def _download(data: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(data, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
