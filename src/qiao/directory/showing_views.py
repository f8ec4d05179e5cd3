"""Pages on which an organisation shows pictures, a brochure and certificates, and the files themselves."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _

from qiao.core.answers import attempt, perform
from qiao.core.audience import audience
from qiao.core.kept_files import kept_file
from qiao.directory import access, actions, showing_queries
from qiao.directory.models import Organisation
from qiao.directory.showing_forms import BrochureForm, CertificateForm, PicturesForm, WordsForm
from qiao.directory.showing_models import ProfileFile


@audience("member")
def showing(request: HttpRequest, key: str) -> HttpResponse:
    """What an organisation shows, for those who keep its profile."""
    return _page(request, access.load_organisation_to_edit(request.user, key))


def _page(request: HttpRequest, organisation: Organisation, **forms: Any) -> HttpResponse:
    shown = showing_queries.showing(organisation, own=True)
    words = [(one, WordsForm(initial={"words": one.file.words}, prefix=one.file.key)) for one in shown.pictures]
    context = {"shown": shown, "words": words, "pictures_form": PicturesForm(), "brochure_form": BrochureForm()} | forms
    return render(request, "directory/showing.html", context, status=400 if forms else 200)


@audience("member", methods="POST")
def pictures_add(request: HttpRequest, key: str) -> HttpResponse:
    found = access.load_organisation_to_edit(request.user, key)
    form = PicturesForm(request.POST, request.FILES)
    if form.is_valid():
        add = partial(actions.add_pictures, organisation=found, pictures=form.cleaned_data["pictures"])
        if attempt(form, partial(add, by=access.member(request.user))):
            messages.success(request, _("Added. Say in a few words what they show."))
            return redirect("showing", key)
    return _page(request, found, pictures_form=form)


@audience("member", methods="POST")
def brochure_set(request: HttpRequest, key: str) -> HttpResponse:
    found = access.load_organisation_to_edit(request.user, key)
    form = BrochureForm(request.POST, request.FILES)
    if form.is_valid():
        put = partial(actions.set_brochure, organisation=found, brochure=form.cleaned_data["brochure"])
        if attempt(form, partial(put, by=access.member(request.user))):
            messages.success(request, _("The brochure stands in the profile."))
            return redirect("showing", key)
    return _page(request, found, brochure_form=form)


@audience("member", methods="POST")
def file_step(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """One of a file's buttons: describe, up, down, remove, restore."""
    found, by = access.load_file_to_edit(request.user, key), access.member(request.user)
    form = WordsForm(request.POST, prefix=found.key)
    words = form.cleaned_data["words"] if step == "describe" and form.is_valid() else found.words
    steps: dict[str, tuple[Callable[..., object], str]] = {
        "describe": (partial(actions.describe_picture, words=words), _("Saved.")),
        "up": (partial(actions.move_picture, up=True), ""),
        "down": (partial(actions.move_picture, up=False), ""),
        "remove": (actions.remove_file, _("Removed. For a week you can put it back at the end of this page.")),
        "restore": (actions.restore_file, _("It is back.")),
    }
    if step not in steps:
        raise Http404
    act, done = steps[step]
    perform(request, partial(act, file=found, by=by), done)
    return redirect("showing", found.organisation.key)


@audience("member", methods="GET POST")
def certificate_new(request: HttpRequest, key: str) -> HttpResponse:
    found, form = access.load_organisation_to_edit(request.user, key), CertificateForm(request.POST or None)
    save = partial(actions.save_certificate, organisation=found, by=access.member(request.user))
    if form.is_valid() and attempt(form, partial(save, values=form.cleaned_data)):
        messages.success(request, _("Saved."))
        return redirect("showing", key)
    context = {"organisation": found, "form": form}
    return render(request, "directory/certificate.html", context, status=400 if form.errors else 200)


@audience("member", methods="GET POST")
def certificate_edit(request: HttpRequest, key: str) -> HttpResponse:
    found = access.load_certificate_to_edit(request.user, key)
    form = CertificateForm(request.POST or None, certificate=found)
    save = partial(
        actions.save_certificate, organisation=found.organisation, certificate=found, by=access.member(request.user)
    )
    if form.is_valid() and attempt(form, partial(save, values=form.cleaned_data)):
        messages.success(request, _("Saved."))
        return redirect("showing", found.organisation.key)
    context = {"organisation": found.organisation, "form": form, "certificate": found}
    return render(request, "directory/certificate.html", context, status=400 if form.errors else 200)


CERTIFICATE_STEPS = {"remove": actions.remove_certificate, "restore": actions.restore_certificate}


@audience("member", methods="POST")
def certificate_step(request: HttpRequest, key: str, step: str) -> HttpResponse:
    found = access.load_certificate_to_edit(request.user, key)
    if step not in CERTIFICATE_STEPS:
        raise Http404
    done = {
        "remove": _("Removed. For a week you can put it back at the end of this page."),
        "restore": _("It is back."),
    }
    act = partial(CERTIFICATE_STEPS[step], certificate=found, by=access.member(request.user))
    perform(request, act, done[step])
    return redirect("showing", found.organisation.key)


@audience("member")
def picture(request: HttpRequest, key: str, size: str) -> HttpResponse:
    """The bytes of a picture, for whoever may see the profile."""
    found = access.load_file_for(request.user, key, ProfileFile.Kind.PICTURE)
    names = {"large": found.name, "small": found.small_name}
    if size not in names:
        raise Http404
    return kept_file(names[size], "image/jpeg", "inline")


@audience("member")
def brochure(request: HttpRequest, key: str) -> HttpResponse:
    """The PDF, only ever as a file to be saved."""
    found = access.load_file_for(request.user, key, ProfileFile.Kind.BROCHURE)
    name = slugify(found.organisation.name_latin or found.organisation.name) or "brochure"
    return kept_file(found.name, "application/pdf", f'attachment; filename="{name}.pdf"')
