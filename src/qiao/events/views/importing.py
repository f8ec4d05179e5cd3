"""Tables of participants on the web; what follows the upload are the pages of directory.import_views."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from qiao.core.audience import audience
from qiao.directory.import_models import ImportRun
from qiao.directory.import_views import uploaded
from qiao.directory.queries import imports_of
from qiao.events import access, exports


@audience("organiser", methods="GET POST")
def participants_import(request: HttpRequest, slug: str) -> HttpResponse:
    event, user = access.load_event_as_organiser(request.user, slug), access.user_of(request)
    where = {"event": (event.pk, event.slug), "office": event.office}
    form, run = uploaded(request, by=user, kind=ImportRun.Kind.PARTICIPANTS, **where)
    if run:
        return redirect("import-run", run.key)
    context = {"event": event, "form": form, "columns": exports.column_meanings(), "runs": imports_of(user, event.pk)}
    return render(request, "events/import.html", context, status=400 if form.errors else 200)


@audience("organiser")
def participants_template(request: HttpRequest, slug: str) -> HttpResponse:
    access.load_event_as_organiser(request.user, slug)
    headers = {"Content-Disposition": 'attachment; filename="participants-template.csv"'}
    return HttpResponse(exports.template_csv(), content_type="text/csv; charset=utf-8", headers=headers)
