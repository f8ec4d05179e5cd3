"""The page on which abstracts are written and confirmed, by an organisation's managers and by the office."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from qiao.core.answers import attempt, local_way, perform, way_back
from qiao.core.audience import audience
from qiao.core.models import User
from qiao.directory import abstract_queries, access, actions, queries
from qiao.directory.abstract_forms import AbstractForm
from qiao.directory.columns import KINDS, LANGUAGES
from qiao.directory.models import Organisation
from qiao.site import actions as over_all
from qiao.site.translators import Drafting


@audience("member", methods="GET POST")
def abstract(request: HttpRequest, key: str) -> HttpResponse:
    found = access.load_organisation_to_edit(request.user, key)
    by, here = access.member(request.user), reverse("abstract", args=[key])
    forms = _forms(by, found)
    if request.method == "POST":
        language = request.POST.get("language", "")
        if language not in LANGUAGES:
            return redirect(here)
        if request.POST.get("decision") == "draft":
            order = partial(over_all.order_drafts, wanted=[(found, language)], by=by)
            perform(request, order, _("The draft is being made. Load this page again in a moment."))
            return redirect(here)
        forms[language] = form = AbstractForm(request.POST, pane=forms[language].pane)
        if form.is_valid() and _save(request, found, form, by):
            return redirect(way_back(request, here))
    drafting = Drafting.of(found)
    context = {
        "organisation": found, "next": local_way(request, request.GET.get("next", "") or request.POST.get("next", "")),
        "forms": [(form, drafting.help_for(language)) for language, form in forms.items()], "server": drafting.server,
        **{group: queries.entry_texts(found, kind) for group, kind in KINDS.items()},
    }  # fmt: skip
    failed = any(form.errors for form in forms.values())
    return render(request, "directory/abstract.html", context, status=400 if failed else 200)


def _forms(viewer: User, found: Organisation) -> dict[str, AbstractForm]:
    """By language, the original first."""
    panes = abstract_queries.panes(viewer, abstract_queries.abstracts_of(found))
    return {pane.language: AbstractForm(pane=pane) for pane in panes}


def _save(request: HttpRequest, found: Organisation, form: AbstractForm, by: User) -> bool:
    language, confirm = form.pane.language, request.POST.get("decision") == "confirm"
    values = {"text": form.cleaned_data["text"], "seen": form.cleaned_data["seen"]}

    def save() -> bool:
        actions.save_abstract(organisation=found, language=language, confirm=confirm, by=by, **values)
        return True

    if not attempt(form, save):
        form.show_what_is_there(_forms(by, found)[language].pane)
        return False
    done = _("The abstract is confirmed.") if confirm else _("The draft is saved.")
    messages.success(request, done if values["text"] else _("The abstract is removed."))
    return True
