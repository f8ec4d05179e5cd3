"""Pages on which an office records what it saw of an organisation."""

from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from qiao.core.answers import attempt, perform
from qiao.core.audience import audience
from qiao.directory import access, actions, evidence_queries
from qiao.directory.evidence_forms import EvidenceForm


@audience("adviser", methods="GET POST")
def evidence(request: HttpRequest, key: str) -> HttpResponse:
    by = access.require_office(request.user)
    found = access.load_organisation_for(by, key)
    form = EvidenceForm(request.POST or None, by=by)
    if form.is_valid() and attempt(
        form, partial(actions.record_evidence, organisation=found, by=by, **form.cleaned_data)
    ):
        messages.success(request, _("Recorded. Everybody who sees the profile reads it."))
        return redirect("evidence", key)
    context = {"organisation": found, "form": form, "rows": evidence_queries.all_of(found)}
    return render(request, "directory/evidence.html", context, status=400 if form.errors else 200)


STEPS = {"remove": actions.remove_evidence, "restore": actions.restore_evidence}


@audience("adviser", methods="POST")
def evidence_step(request: HttpRequest, key: str, step: str) -> HttpResponse:
    by, found = access.require_office(request.user), access.load_evidence(request.user, key)
    if step not in STEPS:
        raise Http404
    done = {
        "remove": _("Taken back. Nobody sees it any more; below you can put it back."),
        "restore": _("It is shown again."),
    }
    perform(request, partial(STEPS[step], evidence=found, by=by), done[step])
    return redirect("evidence", found.organisation.key)
