"""Pages by which an office exchanges opportunities with other networks."""

from django import forms
from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from qiao.core.answers import fingerprint
from qiao.core.audience import audience
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.core.texts import tidy
from qiao.directory import access, actions
from qiao.directory.market_check import preview
from qiao.directory.market_format import FORMATS, MOST, MOST_BYTES, read

KEPT = 3600  # seconds for which a file waits for its confirmation
Kept = tuple[bytes, str]


class OpportunitiesFileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File of opportunities"), widget=forms.FileInput(attrs={"accept": ".xml,.json,.xlsx"}),
        help_text=gettext_lazy("XML, JSON or XLSX, at most 5 MB and 500 opportunities."),
    )  # fmt: skip

    def clean_file(self) -> Kept:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(most)s MB. Choose a smaller one.") % {"most": MOST_BYTES // 2**20}
            )
        data, name = bytes(file.read()), tidy(file.name)[-100:]
        try:
            read(data, name)
        except Refused as refused:
            raise forms.ValidationError(refused.message) from None
        return data, name


def _slot(user: User, key: str) -> str:
    """Where a file waits: for this user alone."""
    return f"opportunities:{user.pk}:{key}"


@audience("adviser", methods="GET POST")
def exchange(request: HttpRequest) -> HttpResponse:
    """Take a file, or give one; nothing is written before the preview is confirmed."""
    user = access.require_office(request.user)
    form = OpportunitiesFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        key = get_random_string(12)
        cache.set(_slot(user, key), form.cleaned_data["file"], KEPT)
        return redirect("opportunities-preview", key)
    context = {"form": form, "formats": list(FORMATS), "most": MOST}
    return render(request, "directory/opportunities_exchange.html", context, status=400 if form.errors else 200)


@audience("adviser", methods="GET POST")
def exchange_preview(request: HttpRequest, key: str) -> HttpResponse:
    user = access.require_office(request.user)
    kept: Kept | None = cache.get(_slot(user, key))
    if kept is None:
        raise Http404
    data, filename = kept
    if request.method == "POST":
        try:
            shown = request.POST.get("shown", "")
            done = actions.import_opportunities(data=data, filename=filename, shown=shown, by=user)
        except Refused as refused:
            messages.error(request, refused.message)
        else:
            cache.delete(_slot(user, key))
            number = len(done.new) + len(done.changed)
            messages.success(request, ngettext("%(n)s opportunity was written.", "%(n)s opportunities were written.", number) % {"n": number})  # fmt: skip
            return redirect("marketplace")
    found = preview(data, filename)
    context = {"found": found, "filename": filename, "shown": fingerprint(found.shown)}
    return render(request, "directory/opportunities_preview.html", context)


@audience("adviser")
def export(request: HttpRequest) -> HttpResponse:
    """?format=xml&names=on; who took the file stands in the audit log."""
    user, kind = access.require_office(request.user), request.GET.get("format", "xml")
    if kind not in FORMATS:
        raise Http404
    data = actions.export_opportunities(kind=kind, names=request.GET.get("names") == "on", by=user)
    name = f"opportunities-{timezone.localdate().isoformat()}.{kind}"
    return HttpResponse(
        data, content_type=FORMATS[kind].media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
