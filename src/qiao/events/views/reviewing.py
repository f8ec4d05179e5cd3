"""What the office decides about an organisation that registered itself."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from qiao.core.audience import audience
from qiao.core.errors import Refused
from qiao.directory import actions as directory
from qiao.directory.access import load_organisation_to_review, require_office
from qiao.events import actions


@audience("adviser", methods="POST")
def review(request: HttpRequest, key: str) -> HttpResponse:
    found = load_organisation_to_review(request.user, key)
    by = require_office(request.user)
    decision = request.POST.get("decision")
    try:
        if decision == "decline":
            actions.decline_registration(organisation=found, by=by)
            messages.success(request, _("The registration is declined and deleted."))
            return redirect("organisations")
        target = (actions.join_registration if decision == "join" else directory.approve)(organisation=found, by=by)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("organisations")
    messages.success(request, _("The registration is approved. The people are told by e-mail."))
    return redirect("organisation", target.key)
