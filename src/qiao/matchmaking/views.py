"""Pages of partners, wishes and requests."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from qiao.core.answers import attempt, perform, way_back
from qiao.core.audience import audience
from qiao.directory.models import Organisation
from qiao.events.access import load_event_as_organiser, load_own_participation, load_participation_for, user_of
from qiao.events.actions import withdraw as leave_event
from qiao.matchmaking import access, actions, queries
from qiao.matchmaking.forms import AnswerForm, PartnerFilterForm, RanksForm, RequestForm, RuleForm, WishForm
from qiao.matchmaking.models import Request
from qiao.matchmaking.states import Action
from qiao.matchmaking.teams import manages
from qiao.matchmaking.words import ANSWERS, QUESTIONS

ACTIONS: dict[str, Callable[..., Request]] = {
    "accept": actions.accept,
    "decline": actions.decline,
    "withdraw": actions.withdraw,
}


@audience("participant")
def partners(request: HttpRequest, slug: str) -> HttpResponse:
    own = load_participation_for(request.user, slug)
    return render(request, "matchmaking/partners.html", {"event": own.event, "page": queries.partners_page(own)})


@audience("participant")
def partner_search(request: HttpRequest, slug: str) -> HttpResponse:
    own = load_participation_for(request.user, slug)
    chosen = PartnerFilterForm(request.GET).chosen()
    found = queries.search_partners(own, chosen, request.GET.get("page", 1))
    context = {"event": own.event, "found": found, "chosen": chosen, "types": Organisation.Type.choices}
    return render(request, "matchmaking/search.html", context)


@audience("participant")
def partner(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    own, other = access.load_partner_for(request.user, slug, key)
    page = queries.partner_page(own, other)
    return render(request, "matchmaking/partner.html", {"event": own.event, "page": page, "form": RequestForm()})


@audience("participant", methods="POST")
def wish(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    own, other = access.load_partner_for(request.user, slug, key)
    form = WishForm(request.POST)
    kind = form.cleaned_data["kind"] if form.is_valid() else "?"
    if kind:
        perform(request, partial(actions.set_wish, participation=own, target=other, kind=kind, by=user_of(request)))
    else:
        perform(request, partial(actions.clear_wish, participation=own, target=other, by=user_of(request)))
    return redirect(way_back(request, reverse("partners", args=[slug])))


@audience("participant", methods="GET POST")
def wishes(request: HttpRequest, slug: str) -> HttpResponse:
    own = load_participation_for(request.user, slug)
    page = queries.wishes_page(own)
    form = RanksForm(request.POST or None, wishes=page.rows, seen=page.seen, is_open=page.is_open)
    if form.is_valid():
        order = form.order()
        rank = partial(actions.rank_wishes, participation=own, by=user_of(request), **order)
        perform(request, rank, _("The order of your wishes is saved."))
        moved = f"#wish-{order['move'][0]}" if order["move"] else ""
        return redirect(reverse("wishes", args=[slug]) + moved)
    return render(request, "matchmaking/wishes.html", {"event": own.event, "page": page, "form": form})


@audience("participant", methods="POST")
def request_send(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    own, other = access.load_partner_for(request.user, slug, key)
    form = RequestForm(request.POST)
    if not form.is_valid():
        page = queries.partner_page(own, other)
        return render(request, "matchmaking/partner.html", {"event": own.event, "page": page, "form": form}, status=422)
    send = partial(actions.send_request, sender=own, recipient=other, by=user_of(request), **form.cleaned_data)
    sent = perform(request, send, _("Your request is on its way. You will get a mail when it is answered."))
    return redirect("requests", slug) if sent else redirect("partner", slug, key)


@audience("participant")
def requests(request: HttpRequest, slug: str) -> HttpResponse:
    own = load_participation_for(request.user, slug)
    return render(
        request,
        "matchmaking/requests.html",
        {"event": own.event, "page": queries.requests_page(own), "manages": manages(user_of(request))},
    )


@audience("member", methods="GET POST")
def request_action(request: HttpRequest, key: str, action: str) -> HttpResponse:
    """GET only asks, as mail scanners and browsers open links on their own; POST does it."""
    own, found = access.load_request_for(request.user, key)
    if action not in ACTIONS:
        raise Http404
    sent = request.POST if request.method == "POST" else None  # the one click of the list sends nothing else
    form = None if action == Action.WITHDRAW else AnswerForm(sent, declining=action == Action.DECLINE)
    if request.method == "POST" and (form is None or form.is_valid()):
        values = form.cleaned_data if form else {}
        act = partial(ACTIONS[action], request=found, by=user_of(request), **values)
        perform(request, act, str(ANSWERS[Action(action)]))
        return redirect(reverse("requests", args=[found.event.slug]) + f"#{key}")
    row = queries.request_row_for(found, own)
    context = {"event": found.event, "row": row, "action": action, "question": QUESTIONS[Action(action)], "form": form}
    return render(request, "matchmaking/request_action.html", context, status=400 if form and form.errors else 200)


@audience("member", methods="GET POST")
def event_withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """Leaving the event: asks first, and says which talks are lost."""
    own = load_own_participation(request.user, slug)
    if request.method == "POST":
        leave = partial(leave_event, participation=own, by=user_of(request))
        perform(request, leave, _("You no longer take part."))
        return redirect("event", slug)
    return render(request, "matchmaking/leave.html", {"event": own.event, "talks": queries.agreed_talks(own)})


@audience("organiser", methods="POST")
def partners_refresh(request: HttpRequest, slug: str) -> HttpResponse:
    event = load_event_as_organiser(request.user, slug)
    order = partial(actions.order_refresh, event=event, by=user_of(request))
    perform(request, order, _("The suggestions are being computed anew. This takes about a minute."))
    return redirect("participants", slug)


@audience("organiser", methods="GET POST")
def rules(request: HttpRequest, slug: str) -> HttpResponse:
    """Rules of who is not suggested to whom, and why two are not: asked by `one` and `other` in the address."""
    event = load_event_as_organiser(request.user, slug)
    page = queries.rules_page(event, request.GET.get("one", ""), request.GET.get("other", ""))
    form = RuleForm(request.POST or None, roles=[row.type for row in page.people if row.type])
    if form.is_valid():
        add = partial(actions.add_rule, event=event, values=form.cleaned_data, by=user_of(request))
        if attempt(form, add):
            messages.success(request, _("The rule is saved. The suggestions are made anew within minutes."))
            return redirect("matching-rules", slug)
    context = {"event": event, "page": page, "form": form}
    return render(request, "matchmaking/rules.html", context, status=400 if form.errors else 200)


@audience("organiser", methods="POST")
def rule_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    rule = access.load_rule_as_organiser(request.user, slug, pk)
    perform(request, partial(actions.remove_rule, rule=rule, by=user_of(request)), _("The rule is removed."))
    return redirect("matching-rules", slug)
