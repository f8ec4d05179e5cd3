"""Pages of the translation desk."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qiao.core.answers import attempted, way_back
from qiao.core.audience import audience
from qiao.core.errors import Refused
from qiao.directory import access, actions
from qiao.directory.abstracts import State
from qiao.directory.columns import LANGUAGES
from qiao.site import actions as over_all
from qiao.site import translation_desk, translation_table
from qiao.site.translation_desk import PER_PAGE, Wanted
from qiao.site.translation_forms import TableForm, Token, read_abstracts

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _wanted(request: HttpRequest) -> Wanted:
    return Wanted.read(request.GET.get("state", ""), request.GET.get("language", ""))


@audience("adviser")
def translations(request: HttpRequest) -> HttpResponse:
    access.require_office(request.user)
    desk = translation_desk.desk_page(_wanted(request), request.GET.get("page", "1"))
    context = {
        "desk": desk,
        "states": State.choices,
        "counts": translation_desk.counts(),
        "here": request.get_full_path(),
    }
    return render(request, "site/translations.html", context)


@audience("adviser", methods="POST")
def draft(request: HttpRequest) -> HttpResponse:
    """Have drafted what is missing of the organisations of a page."""
    by = access.require_office(request.user)
    keys, language = request.POST.getlist("key")[:PER_PAGE], request.POST.get("language", "")
    wanted = translation_desk.missing(keys, language if language in LANGUAGES else "")
    made = attempted(request, partial(over_all.order_drafts, wanted=wanted, by=by))
    if made:
        messages.success(
            request, ngettext("%(n)s draft is being made.", "%(n)s drafts are being made.", made) % {"n": made}
        )
    elif made == 0:
        messages.info(request, _("Nothing can be drafted here: somebody has to write the originals first."))
    return redirect(way_back(request, reverse("translations")))


@audience("adviser")
def table(request: HttpRequest) -> HttpResponse:
    by = access.require_office(request.user)
    data = translation_table.abstracts_xlsx(_wanted(request), by=by)
    disposition = 'attachment; filename="abstracts.xlsx"'
    return HttpResponse(data, content_type=XLSX, headers={"Content-Disposition": disposition})


@audience("adviser", methods="GET POST")
def table_import(request: HttpRequest) -> HttpResponse:
    """Upload, then what the table would do; the button below it writes (table_write)."""
    by = access.require_office(request.user)
    form = TableForm(request.POST or None, request.FILES or None)
    context: dict[str, object] = {"form": form, "columns": translation_table.meanings()}
    if request.method == "POST" and form.is_valid():
        try:
            found = translation_table.preview(read_abstracts(form.cleaned_data["file"]))
        except Refused as refused:
            form.add_error("file", refused.message)
        else:
            context |= {"preview": found, "token": Token.of(found, by).text}
    return render(request, "site/translations_import.html", context, status=400 if form.errors else 200)


@audience("adviser", methods="POST")
def table_write(request: HttpRequest) -> HttpResponse:
    by = access.require_office(request.user)
    changes = Token(request.POST.get("token", "")).changes(by)
    if changes is None:
        messages.error(request, _("This page was open for too long. Please hand in the table once more."))
        return redirect("translations-import")
    done = actions.save_abstracts(changes=changes, by=by)
    if done.written:
        words = ngettext("%(n)s abstract is written.", "%(n)s abstracts are written.", done.written)
        messages.success(request, words % {"n": done.written})
    for name, language, reason in done.refused[:20]:
        messages.error(request, f"{name} ({language}): {reason}")
    return redirect("translations")
