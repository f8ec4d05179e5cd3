"""Mails that did not arrive, for the office: why, and what to do."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from qiao.core import actions, queries
from qiao.core.answers import perform
from qiao.core.audience import audience
from qiao.core.pages import Pages
from qiao.core.telling import address_of
from qiao.core.undelivered import reason_of
from qiao.directory.access import require_office
from qiao.site.access import load_undelivered_for


@audience("adviser")
def undelivered(request: HttpRequest) -> HttpResponse:
    require_office(request.user)
    page = Pages(queries.undelivered(), 30).get_page(request.GET.get("page"))
    rows = [
        {"mail": mail, "reason": reason_of(mail.problem), "address": address_of(mail.user) if mail.user else ""}
        for mail in page
    ]
    return render(request, "site/undelivered.html", {"page": page, "rows": rows})


@audience("adviser", methods="POST")
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    mail = load_undelivered_for(request.user, pk)
    address = (address_of(mail.user) if mail.user else "") or mail.address
    again = partial(actions.send_again, mail=mail, address=address, by=require_office(request.user))
    perform(request, again, _("The mail is on its way again, to %(address)s.") % {"address": address})
    return redirect("undelivered")


@audience("adviser", methods="POST")
def give_up(request: HttpRequest, pk: int) -> HttpResponse:
    mail = load_undelivered_for(request.user, pk)
    perform(request, partial(actions.give_up, mail=mail, by=require_office(request.user)), _("Taken off the list."))
    return redirect("undelivered")
