"""Introductions of the demo in every state: interest in opportunities of the marketplace, and two proposals of the office."""

from datetime import timedelta
from itertools import cycle

from django.utils import timezone

from qiao.core.models import User
from qiao.directory.anonymity import leading_to
from qiao.directory.market_models import Opportunity
from qiao.directory.models import Organisation
from qiao.matchmaking.models import Suggestion
from qiao.office import actions
from qiao.office.introduction_models import Introduction

MESSAGES = {
    "CN": (
        "我们长期为同类客户供货，希望了解技术细节与合作方式。",
        "我们正在扩大产能，对此非常感兴趣，愿意提供样品测试。",
        "我们在本地有完善的销售和售后网络，希望探讨代理合作。",
    ),
    "DE": (
        "Wir arbeiten seit Jahren auf diesem Gebiet und würden gern eine gemeinsame Entwicklung besprechen.",
        "Für unsere Kunden suchen wir genau das. Eine Probelieferung wäre ein guter Anfang.",
        "Wir haben Erfahrung mit solchen Projekten und könnten kurzfristig beginnen.",
    ),
}
FAR = (
    "check",
    "check",
    "forward",
    "forward",
    "returned",
    "answer",
    "answer",
    "agreed",
    "agreed",
    "declined",
    "rejected",
)
"""How far each gets; the first of those to be checked is overdue."""


def introduce(adviser: User) -> None:
    """Who is interested is an organisation of the other side that has people with an account; no pair comes twice."""
    published = Opportunity.objects.filter(state=Opportunity.State.PUBLISHED).order_by("pk")
    shown = list(published.select_related("organisation__side__office"))
    firms = {country: _firms(country) for country in ("CN", "DE")}
    words = {country: cycle(texts) for country, texts in MESSAGES.items()}
    pairs: set[tuple[int, int]] = set()
    for number, far in enumerate(FAR):
        opportunity = shown[number % len(shown)]
        country = "DE" if opportunity.organisation.country == "CN" else "CN"
        order = firms[country][number % 6 :] + firms[country][: number % 6]
        firm = next(one for one in order if (one.pk, opportunity.pk) not in pairs)
        pairs.add((firm.pk, opportunity.pk))
        message = next(words[country])
        made = actions.express_interest(
            opportunity=opportunity, organisation=firm, message=message, named=bool(leading_to(firm, [message])),
            by=_people_of(firm),
        )  # fmt: skip
        _bring(made, far, adviser)
    late = Introduction.objects.filter(state="check").order_by("pk").first()
    if late is not None:
        Introduction.objects.filter(pk=late.pk).update(due=timezone.localdate() - timedelta(days=2))
    _propose(adviser)


def _firms(country: str) -> list[Organisation]:
    """A dozen that are not the first ones, with which visitors of the demo begin."""
    rows = Organisation.objects.filter(country=country, is_published=True, stands_for=None)
    with_people = rows.filter(memberships__is_manager=True, memberships__person__user__isnull=False)
    return list(with_people.select_related("side__office").distinct().order_by("-pk")[:12])


def _people_of(firm: Organisation) -> User:
    membership = firm.memberships.filter(is_manager=True, person__user__isnull=False).order_by("pk")[0]
    assert membership.person.user is not None
    return membership.person.user


def _bring(made: Introduction, far: str, adviser: User) -> None:
    if far == "returned":
        actions.return_to_author(introduction=made, reason="say-more", by=adviser)
    elif far == "rejected":
        actions.reject(introduction=made, reason="no-fit", by=adviser)
    elif far != "check":
        actions.pass_on(introduction=made, by=adviser)
        if far != "forward":
            _answer(made, far, adviser)


def _answer(made: Introduction, far: str, adviser: User) -> None:
    made.refresh_from_db()
    if made.state == Introduction.State.FORWARD:
        actions.forward(introduction=made, by=adviser)
    people = made.other.memberships.filter(is_manager=True, person__user__isnull=False).first()
    by = people.person.user if people else adviser
    if far == "agreed":
        actions.agree(introduction=made, side="other", by=by)
    elif far == "declined":
        actions.decline(introduction=made, side="other", reason="has-partner", by=by)


def _propose(adviser: User) -> None:
    """Two pairs that the engine found fitting, and who never asked each other."""
    rows = Suggestion.objects.filter(rank=1, participation__sent_requests=None).select_related(
        "participation__organisation__side__office", "partner__organisation__side__office"
    )
    pairs: set[frozenset[int]] = set()
    for row in rows.order_by("participation__event", "-score", "pk"):
        one, other = row.participation.organisation, row.partner.organisation
        pair = frozenset((one.pk, other.pk))
        if len(pairs) < 2 and pair not in pairs:
            pairs.add(pair)
            actions.propose(one=one, other=other, message="", reasons=row.reasons, by=adviser)
