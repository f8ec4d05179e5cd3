"""Pages of networks: the list, members, what fits them, pairs with another network, joint projects."""

from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from qiao.core.answers import attempt, perform
from qiao.core.audience import audience
from qiao.directory.access import may_edit, member, organisations_for
from qiao.directory.models import Organisation
from qiao.events.access import user_of
from qiao.office import actions
from qiao.office import network_access as access
from qiao.office import network_queries as queries
from qiao.office.network_forms import InviteForm, ProjectForm, project_values


@audience("member")
def networks(request: HttpRequest) -> HttpResponse:
    found = queries.network_list(member(request.user), request.GET.get("page", "1"))
    return render(request, "office/networks.html", {"found": found})


@audience("member")
def network(request: HttpRequest, key: str) -> HttpResponse:
    """Its members and projects."""
    return _network(request, access.load_network(request.user, key), None)


@audience("member", methods="POST")
def network_invite(request: HttpRequest, key: str) -> HttpResponse:
    """By its managers."""
    user, found = member(request.user), access.load_managed_network(request.user, key)
    form = InviteForm(request.POST, seen=organisations_for(user))
    if form.is_valid():
        invite = partial(actions.invite_member, network=found, member=form.cleaned_data["organisation"], by=user)
        if attempt(form, invite):
            messages.success(request, _("Its managers are told."))
            return redirect("network", key)
    return _network(request, found, form)


def _network(request: HttpRequest, found: Organisation, form: InviteForm | None) -> HttpResponse:
    user = member(request.user)
    page = queries.network_page(found, user, manages=may_edit(user, found))
    form = form or InviteForm(seen=organisations_for(user))
    return render(request, "office/network.html", {"network": found, "page": page, "form": form})


@audience("member", methods="POST")
def network_step(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """join: by a member's managers, also to change what the network may do; leave: by them; accept, remove: by the network's."""
    user, found = user_of(request), access.load_network(request.user, key)
    named = request.POST.get("organisation", "")
    if step in ("join", "leave"):
        own = access.load_own_for_network(user, named)
        represents = bool(request.POST.get("represents"))
        join = partial(actions.join_network, network=found, member=own, represents=represents, by=user)
        leave = partial(actions.leave_network, network=found, member=own, by=user)
        perform(
            request,
            *((join, _("Saved.")) if step == "join" else (leave, _("Your organisation is no longer in this network."))),
        )
    elif step in ("accept", "remove"):
        access.load_managed_network(user, key)
        other = access.load_for_network(user, named)
        accept = partial(actions.invite_member, network=found, member=other, by=user)
        remove = partial(actions.leave_network, network=found, member=other, by=user)
        perform(request, *((accept, _("Accepted.")) if step == "accept" else (remove, _("Removed."))))
    else:
        raise Http404
    return redirect("network", key)


@audience("member")
def network_fits(request: HttpRequest, key: str) -> HttpResponse:
    found = access.load_managed_network(request.user, key)
    page = queries.fits_page(found, request.GET.get("page", "1"))
    return render(request, "office/network_fits.html", {"network": found, "page": page})


@audience("member", methods="GET POST")
def network_pairs(request: HttpRequest, key: str) -> HttpResponse:
    """Which members of two networks fit; by POST a pair is handed to the office."""
    found = access.load_managed_network(request.user, key)
    other = access.load_other_network(request.user, found, request.GET.get("with", ""))
    if request.method == "POST":
        one, theirs = (access.find_for_network(request.user, request.POST.get(name, "")) for name in ("one", "other"))
        ask = partial(actions.ask_for_pair, network=found, one=one, other=theirs, by=user_of(request))
        perform(request, ask, _("The contact office is told. It proposes the introduction, and both sides are asked."))
        return redirect(f"{reverse('network-pairs', args=[key])}?with={other.key if other else ''}")
    return render(request, "office/network_pairs.html", {"network": found, "page": queries.pairs_page(found, other)})


@audience("adviser", methods="POST")
def pair_aside(request: HttpRequest, pk: int) -> HttpResponse:
    pair = access.load_pair_for(request.user, pk)
    perform(request, partial(actions.set_pair_aside, pair=pair, by=user_of(request)), _("Set aside."))
    return redirect("networks")


@audience("member", methods="GET POST")
def project_new(request: HttpRequest, key: str) -> HttpResponse:
    found = access.load_managed_network(request.user, key)
    form = ProjectForm(request.POST or None, seen=organisations_for(request.user))
    if form.is_valid():
        actions.save_project(network=found, by=user_of(request), **form.values())
        messages.success(request, _("Saved."))
        return redirect("network", key)
    return render(request, "office/project.html", {"network": found, "form": form})


@audience("member", methods="GET POST")
def project_edit(request: HttpRequest, key: str, project: str) -> HttpResponse:
    found = access.load_project_to_edit(request.user, key, project)
    form = ProjectForm(request.POST or None, seen=organisations_for(request.user), initial=project_values(found))
    if form.is_valid():
        actions.save_project(network=found.network, project=found, by=user_of(request), **form.values())
        messages.success(request, _("Saved."))
        return redirect("network", key)
    return render(request, "office/project.html", {"network": found.network, "form": form, "project": found})


@audience("member", methods="POST")
def project_remove(request: HttpRequest, key: str, project: str) -> HttpResponse:
    found = access.load_project_to_edit(request.user, key, project)
    perform(request, partial(actions.remove_project, project=found, by=user_of(request)), _("Removed."))
    return redirect("network", key)
