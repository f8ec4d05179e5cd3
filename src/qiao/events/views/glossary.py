"""Pages of an event's glossary, for its organisers."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qiao.core.answers import attempted
from qiao.core.audience import audience
from qiao.core.errors import Refused
from qiao.core.languages import running_text
from qiao.core.tables import explain, read_table
from qiao.directory import uploads
from qiao.engine.files import InvalidFile
from qiao.events import access, actions
from qiao.events import glossary as reads
from qiao.events.actions import GlossaryReport
from qiao.events.forms.glossary import GlossaryFileForm, GlossaryRows

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@audience("organiser", methods="GET POST")
def glossary(request: HttpRequest, slug: str) -> HttpResponse:
    """A page of the table: changed, added and removed rows are written together."""
    event = access.load_event_as_organiser(request.user, slug)
    page = reads.glossary_page(event, request.GET.get("page", "1"))
    rows = GlossaryRows.of(page, request.POST if request.method == "POST" else None)
    if request.method == "POST" and rows.is_valid():
        save = partial(actions.save_glossary, event=event, terms=rows.changed(), by=access.user_of(request))
        if (report := attempted(request, save)) is not None:
            messages.success(request, _said(report))
            return redirect(request.get_full_path())
    context = {"event": event, "page": page, "rows": rows, "proposed": len(reads.proposed(event))}
    wrong = request.method == "POST" and not rows.is_valid()
    return render(request, "events/glossary.html", context, status=400 if wrong else 200)


def _said(report: GlossaryReport) -> str:
    counts = {"created": report.created, "updated": report.updated, "removed": report.removed}
    return _("%(created)s terms added, %(updated)s changed, %(removed)s removed.") % counts


@audience("organiser", methods="POST")
def glossary_prefill(request: HttpRequest, slug: str) -> HttpResponse:
    event = access.load_event_as_organiser(request.user, slug)
    made = attempted(request, partial(actions.prefill_glossary, event=event, by=access.user_of(request)))
    if made:
        messages.success(
            request, ngettext("%(n)s term is taken over.", "%(n)s terms are taken over.", made) % {"n": made}
        )
    elif made == 0:
        messages.info(request, _("The vocabulary has no further terms that your participants are about."))
    return redirect("glossary", slug)


@audience("organiser")
def glossary_table(request: HttpRequest, slug: str) -> HttpResponse:
    event = access.load_event_as_organiser(request.user, slug)
    disposition = f'attachment; filename="glossary-{event.slug}.xlsx"'
    return HttpResponse(reads.glossary_xlsx(event), content_type=XLSX, headers={"Content-Disposition": disposition})


@audience("organiser", methods="GET POST")
def glossary_import(request: HttpRequest, slug: str) -> HttpResponse:
    event = access.load_event_as_organiser(request.user, slug)
    form = GlossaryFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            table = read_table(uploads.taken(file), file.name, columns=reads.COLUMNS, required=("de", "zh", "en"))
            report = actions.import_glossary(event=event, table=table, by=access.user_of(request))
        except InvalidFile as invalid:
            form.add_error("file", running_text(explain(problem) for problem in invalid.problems[:10]))
        except Refused as refused:
            form.add_error("file", refused.message)
        else:
            messages.success(request, _said(report))
            return redirect("glossary", slug)
    context = {"event": event, "form": form}
    return render(request, "events/glossary_import.html", context, status=400 if form.errors else 200)
