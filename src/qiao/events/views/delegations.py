"""Delegations: for the office, the head, the members, and those to whose event they come."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from qiao.core.answers import attempt, perform
from qiao.core.audience import audience
from qiao.events import actions, delegation_queries
from qiao.events import delegation_access as access
from qiao.events.access import user_of
from qiao.events.delegation_exports import members_xlsx
from qiao.events.exports import XLSX
from qiao.events.forms.delegations import DelegationForm, DelegationItemForm, MemberForm, SearchForm
from qiao.events.models import Delegation

PER_PAGE = 30


@audience("adviser")
def delegations(request: HttpRequest) -> HttpResponse:
    rows = access.delegations_of_office(request.user)
    page = delegation_queries.delegation_list(rows, per_page=PER_PAGE, page=request.GET.get("page"))
    return render(request, "events/delegations/list.html", {"page": page})


@audience("adviser", methods="GET POST")
def delegation_new(request: HttpRequest) -> HttpResponse:
    office = access.load_sending_office(request.user)
    form = DelegationForm(request.POST or None)
    if form.is_valid():
        create = partial(actions.create_delegation, office=office, by=user_of(request), **form.values)
        if made := attempt(form, create):
            messages.success(request, _("The delegation is there. Now add its members."))
            return redirect("delegation", made.slug)
    return render(request, "events/delegations/facts.html", {"form": form}, status=400 if form.errors else 200)


@audience("leader")
def delegation(request: HttpRequest, slug: str) -> HttpResponse:
    found = access.load_delegation_for(request.user, slug)
    context = {
        "event": found.event, "page": delegation_queries.delegation_page(found),
        "leads": access.leads(request.user, found), "tends": access.tends(request.user, found),
    }  # fmt: skip
    return render(request, "events/delegations/delegation.html", context)


@audience("leader", methods="GET POST")
def delegation_facts(request: HttpRequest, slug: str) -> HttpResponse:
    found = access.load_delegation_to_lead(request.user, slug)
    form = DelegationForm(request.POST or None, delegation=found)
    if form.is_valid():
        save = partial(actions.edit_delegation, delegation=found, by=user_of(request), **form.values)
        if attempt(form, save):
            messages.success(request, _("Saved."))
            return redirect("delegation", slug)
    context = {"event": found.event, "one": found, "form": form}
    return render(request, "events/delegations/facts.html", context, status=400 if form.errors else 200)


@audience("adviser", methods="GET POST")
def delegation_remove(request: HttpRequest, slug: str) -> HttpResponse:
    found = access.load_delegation_to_tend(request.user, slug)
    if request.method == "POST":
        perform(request, partial(actions.remove_delegation, delegation=found, by=user_of(request)), _("Removed."))
        return redirect("delegations")
    text = _("Its list of members and its own programme are deleted. People, participations and talks stay.")
    return _sure(request, found, _("Remove the delegation?"), text)


@audience("leader")
def delegation_table(request: HttpRequest, slug: str) -> HttpResponse:
    found = access.load_delegation_to_lead(request.user, slug)
    data = members_xlsx(found, by=user_of(request))
    headers = {"Content-Disposition": f'attachment; filename="{slug}-members.xlsx"'}
    return HttpResponse(data, content_type=XLSX, headers=headers)


# Members


@audience("leader", methods="GET POST")
def delegation_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Look for people, and take them along one by one."""
    found, user = access.load_delegation_to_lead(request.user, slug), user_of(request)
    form = SearchForm(request.GET)
    if request.method == "POST":
        return _take(request, found)
    rows = delegation_queries.candidates(user, found, form.words())
    context = {
        "event": found.event,
        "one": found,
        "form": form,
        "rows": rows,
        "most": delegation_queries.MOST_CANDIDATES,
    }
    return render(request, "events/delegations/add.html", context)


def _take(request: HttpRequest, delegation: Delegation) -> HttpResponse:
    if not request.POST.get("person"):
        return redirect("delegation-add", delegation.slug)
    person = access.load_candidate(request.user, delegation, request.POST.get("person", ""))
    organisation = access.load_organisation_of(person, request.POST.get("organisation", ""))
    take = partial(actions.add_member, delegation=delegation, person=person, organisation=organisation)
    done = perform(request, partial(take, by=user_of(request)), _("Added at the end of the protocol order."))
    return (
        redirect("delegation-member", delegation.slug, person.key) if done else redirect("delegation", delegation.slug)
    )


@audience("leader", methods="GET POST")
def delegation_member(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    member = access.load_member_to_lead(request.user, slug, key)
    form = MemberForm(request.POST or None, member=member)
    if form.is_valid():
        save = partial(actions.edit_member, member=member, by=user_of(request), **form.cleaned_data)
        perform(request, save, _("Saved."))
        return redirect("delegation", slug)
    context = {
        "event": member.delegation.event, "one": member.delegation, "member": member, "form": form,
        "tends": access.tends(request.user, member.delegation),
    }  # fmt: skip
    return render(request, "events/delegations/member.html", context, status=400 if form.errors else 200)


@audience("leader", methods="GET POST")
def delegation_member_remove(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    member = access.load_member_to_lead(request.user, slug, key)
    if request.method == "POST":
        perform(request, partial(actions.remove_member, member=member, by=user_of(request)), _("Removed."))
        return redirect("delegation", slug)
    text = _("The person no longer travels with the delegation. Participation and talks stay.")
    return _sure(request, member.delegation, _("Remove the member?"), text)


@audience("adviser", methods="POST")
def delegation_lead(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    member = access.load_member_to_tend(request.user, slug, key)
    perform(request, partial(actions.appoint_leader, member=member, by=user_of(request)), _("Saved."))
    return redirect("delegation", slug)


@audience("member")
def delegation_own(request: HttpRequest, slug: str) -> HttpResponse:
    """For a member: the programme, who travels along, what is there to read."""
    found = delegation_queries.own_delegation(access.load_own_membership(request.user, slug))
    context = {"event": found.member.delegation.event, "one": found.member.delegation, "page": found}
    return render(request, "events/delegations/own.html", context)


@audience("member")
def event_delegations(request: HttpRequest, slug: str) -> HttpResponse:
    """Who comes: for participants and organisers of the event."""
    host = access.load_host(request.user, slug)
    rows = delegation_queries.incoming(host)
    return render(request, "events/delegations/incoming.html", {"event": host.event, "rows": rows})


# Programme


@audience("leader", methods="GET POST")
def delegation_item_new(request: HttpRequest, slug: str) -> HttpResponse:
    found = access.load_delegation_to_lead(request.user, slug)
    form = DelegationItemForm(request.POST or None, delegation=found, members=delegation_queries.members_of(found))
    if form.is_valid():
        add = partial(actions.add_programme_item, event=found.event, delegation=found, by=user_of(request))
        if attempt(form, partial(add, **form.values)):
            messages.success(request, _("Saved. Those concerned are told."))
            return redirect("delegation", slug)
    return _item(request, found, form)


@audience("leader", methods="GET POST")
def delegation_item(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    item = access.load_item_to_lead(request.user, slug, pk)
    found = access.load_delegation_to_lead(request.user, slug)
    members = delegation_queries.members_of(found)
    form = DelegationItemForm(request.POST or None, delegation=found, members=members, item=item)
    if form.is_valid():
        save = partial(actions.edit_programme_item, item=item, delegation=found, by=user_of(request))
        if attempt(form, partial(save, **form.values)):
            messages.success(request, _("Saved. Those concerned are told."))
            return redirect("delegation", slug)
    return _item(request, found, form, item.pk)


def _item(request: HttpRequest, found: Delegation, form: DelegationItemForm, pk: int | None = None) -> HttpResponse:
    context = {"event": found.event, "one": found, "form": form, "pk": pk}
    return render(request, "events/delegations/item.html", context, status=400 if form.errors else 200)


@audience("leader", methods="GET POST")
def delegation_item_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    item = access.load_item_to_lead(request.user, slug, pk)
    if request.method == "POST":
        perform(request, partial(actions.remove_programme_item, item=item, by=user_of(request)), _("Removed."))
        return redirect("delegation", slug)
    text = _("“%(item)s” no longer stands in anybody's programme, and its time can be booked again.") % {"item": item}
    assert item.delegation is not None
    return _sure(request, item.delegation, _("Remove the item of the programme?"), text)


def _sure(request: HttpRequest, found: Delegation, title: str, text: str) -> HttpResponse:
    back = reverse("delegation", args=[found.slug])
    return render(request, "events/setup/sure.html", {"event": found.event, "title": title, "text": text, "back": back})
