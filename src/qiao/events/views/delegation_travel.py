"""What members of a delegation tell about journey, visa, food and room, and where they sleep and sit."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from qiao.core.answers import attempt, perform
from qiao.core.audience import audience
from qiao.events import actions, travel_queries
from qiao.events import delegation_access as access
from qiao.events.access import user_of
from qiao.events.exports import XLSX
from qiao.events.forms.travel import AllotForm, TravelCallForm, TravelForm
from qiao.events.travel_exports import travel_xlsx
from qiao.events.travel_fields import rows_in_words


@audience("member", methods="GET POST")
def delegation_travel(request: HttpRequest, slug: str) -> HttpResponse:
    """What a member tells; as at events, withdrawing is a button, and emptying a group does the same for that group."""
    own, call = access.load_own_travel(request.user, slug)
    told = travel_queries.told_by_member(own)
    save = partial(actions.save_member_travel, member=own, by=user_of(request))
    if "withdraw" in request.POST:
        perform(request, partial(save, values={}), _("Saved: you tell nothing. What was stored is deleted."))
        return redirect("delegation-travel", slug)
    form = TravelForm(request.POST if request.method == "POST" else None, call=call, present=told or {})
    if form.is_valid():
        perform(request, partial(save, values=form.values()), _("Saved. What you emptied is deleted."))
        return redirect("delegation-own", slug)
    context = {"event": own.delegation.event, "one": own.delegation, "form": form, "told": told, "lost": told is None}
    return render(request, "events/delegations/travel.html", context, status=400 if form.errors else 200)


@audience("leader", methods="GET POST")
def travel_ask(request: HttpRequest, slug: str) -> HttpResponse:
    """What is asked, until when it is kept, who reads it."""
    found, user = access.load_delegation_to_lead(request.user, slug), user_of(request)
    call = travel_queries.delegation_call(found)
    form = TravelCallForm(
        request.POST or None, call=call, until=actions.last_day(found), by=user, members=True,
        organisers=travel_queries.entrusted_with(found),
    )  # fmt: skip
    if form.is_valid() and attempt(form, partial(actions.save_travel_call, event=found, by=user, **form.values())):
        return redirect("delegation", slug)
    context = {
        "event": found.event, "one": found, "form": form, "call": call, "may_read": travel_queries.may_read(user, call)
    }  # fmt: skip
    return render(request, "events/delegations/travel_ask.html", context, status=400 if form.errors else 200)


@audience("leader", methods="GET POST")
def travel_stop(request: HttpRequest, slug: str) -> HttpResponse:
    found, call = access.load_rooming(request.user, slug)
    if request.method == "POST":
        perform(request, partial(actions.end_travel_call, call=call, by=user_of(request)), _("All of it is deleted."))
        return redirect("delegation", slug)
    text = _(
        "Nobody is asked any more, and what people told about their journey is deleted at once. This cannot be undone."
    )
    context = {
        "event": found.event,
        "title": _("Delete all travel details?"),
        "text": text,
        "back": reverse("delegation", args=[slug]),
    }
    return render(request, "events/setup/sure.html", context)


@audience("leader")
def rooming(request: HttpRequest, slug: str) -> HttpResponse:
    """The list of rooms and buses, with days of travel; who reads it is logged."""
    found, call = access.load_rooming(request.user, slug)
    rows = travel_queries.member_rows(found)
    actions.note_reading(
        event=found, read=[one.member.pk for one in rows if one.told], by=user_of(request), how="rooms"
    )
    return render(
        request, "events/delegations/rooming.html", {"event": found.event, "one": found, "call": call, "rows": rows}
    )


@audience("leader")
def rooming_table(request: HttpRequest, slug: str) -> HttpResponse:
    _found, call = access.load_rooming(request.user, slug)
    headers = {
        "Content-Disposition": f'attachment; filename="{slug}-travel-CONFIDENTIAL.xlsx"', "Cache-Control": "no-store"
    }  # fmt: skip
    return HttpResponse(travel_xlsx(call, by=user_of(request)), content_type=XLSX, headers=headers)


@audience("leader", methods="GET POST")
def rooming_member(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """What one member told, and what is allotted."""
    member, call = access.load_rooming_of(request.user, slug, key)
    told = travel_queries.told_by_member(member)
    form = AllotForm(request.POST if request.method == "POST" else None, told=told or {})
    if form.is_valid() and attempt(
        form, partial(actions.allot, member=member, values=form.cleaned_data, by=user_of(request))
    ):
        return redirect("delegation-rooming", slug)
    actions.note_reading(event=member.delegation, read=[member.pk], by=user_of(request), how="page")
    context = {
        "event": member.delegation.event, "one": member.delegation, "member": member, "call": call, "form": form,
        "rows": rows_in_words(told), "agrees": "rooming" in (told or {}), "lost": told is None,
    }  # fmt: skip
    return render(request, "events/delegations/rooming_member.html", context, status=400 if form.errors else 200)
