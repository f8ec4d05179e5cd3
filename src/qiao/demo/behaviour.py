"""How the demo's people behave: they ask whom they fit, more or less, and answer likewise. Seeded, so it repeats.

A participant's taste for a partner is the fit that the matching engine found, plus noise of the Gumbel kind: choosing the
best k of such values is drawing k partners without return with probabilities of a multinomial logit
(Gumbel-top-k; Kool, van Hoof and Welling 2019).
"""

import math
from collections.abc import Mapping
from random import Random
from typing import Any

from qiao.events.models import Event, Participation
from qiao.matchmaking.actions import accept, decline, send_request, set_wish
from qiao.matchmaking.models import Request, Suggestion, Wish
from qiao.site.demo_people import DEMO_EMAILS

SHARPNESS = 5.0
"""How much more fit counts than chance: 5 makes a very good fit (0.98) three times as likely as a fair one (0.75)."""
TO_ANSWER = 3
"""Requests that wait at least for the demo's Chinese firm while wishes are open: its visitor has something to answer.
Those of the German firm wait for an answer then, so that they can be withdrawn."""


def taste(random: Random, score: float) -> float:
    return SHARPNESS * score - math.log(-math.log(random.random() or 1e-12))


def chosen(random: Random, scores: Mapping[int, float], count: int) -> list[int]:
    """The partners somebody asks, the most wanted first: {partner: score} -> at most `count` partners."""
    tastes = {partner: taste(random, score) for partner, score in sorted(scores.items())}
    return sorted(tastes, key=lambda partner: (-tastes[partner], partner))[:count]


def accepted(random: Random, scores: Mapping[int, float], share: float) -> set[int]:
    """Which requests are accepted: {request: score seen from the one who is asked} -> the `share` liked most."""
    return set(chosen(random, scores, round(share * len(scores))))


def live(event: Event, scenario: Mapping[str, Any], random: Random, *, finished: bool) -> None:
    """Guests ask, hosts and guests answer; while wishes are still open (not `finished`) a part of it is yet to come."""
    guests = list(
        event.participations.filter(type="guest").select_related("person__user", "organisation").order_by("pk")
    )
    asked: dict[int, Request] = {}
    liking: dict[int, float] = {}
    shown = scores_of(event)
    visitor = event.participations.filter(person__email=DEMO_EMAILS["chinese"]).values_list("pk", flat=True).first()
    others = [guest.pk for guest in guests if guest.person.email != DEMO_EMAILS["german"]]
    askers = [] if finished else [pk for pk in others if visitor in shown.get(pk, {})][:TO_ANSWER]
    for guest in guests:
        scores = shown.get(guest.pk, {})
        count = scenario["requests_per_guest"]
        if not finished and guest.person.email == DEMO_EMAILS["german"]:
            count = 2  # leaves the visitor of the demo something to do
        partners = chosen(random, scores, count)
        if visitor is not None and guest.pk in askers and visitor not in partners:
            partners[-1:] = [visitor]
        for partner in partners:
            recipient = Participation.objects.select_related("person__user", "organisation", "event").get(pk=partner)
            message = greeting(guest, recipient, scores.get(partner, 0.0))
            request = send_request(sender=guest, recipient=recipient, message=message, by=guest.person.user)
            asked[request.pk] = request
            liking[request.pk] = shown.get(partner, {}).get(guest.pk, scores[partner])
            if random.random() < 0.3:
                kind = Wish.Kind.MUST if random.random() < 0.3 else Wish.Kind.GLADLY
                set_wish(participation=guest, target=recipient, kind=kind, by=guest.person.user)
    _answer(asked, liking, scenario["accepted"], random, finished=finished)


def _answer(
    asked: Mapping[int, Request], liking: Mapping[int, float], share: float, random: Random, *, finished: bool
) -> None:
    yes = accepted(random, liking, share)
    for pk, request in asked.items():
        concerned = {request.recipient.person.email, request.sender.person.email}
        of_visitor = concerned & {DEMO_EMAILS["chinese"], DEMO_EMAILS["german"]}
        if not finished and (of_visitor or random.random() < 0.3):
            continue
        if pk in yes:
            accept(request=request, by=request.recipient.person.user)
        elif random.random() < 0.7:
            decline(request=request, by=request.recipient.person.user)


def scores_of(event: Event) -> dict[int, dict[int, float]]:
    """For each participant the suggested partners with their scores."""
    found: dict[int, dict[int, float]] = {}
    for one, partner, score in Suggestion.objects.filter(participation__event=event).values_list(
        "participation_id", "partner_id", "score"
    ):
        found.setdefault(one, {})[partner] = score
    return found


CLOSE = 0.9
"""From this fit on people write that the other offers just what they seek."""
GREETINGS = {  # language -> what people write to those who fit closely, and to others
    "de": (
        (
            "Guten Tag, Sie bieten genau das, was wir suchen. Können wir uns auf der Konferenz zusammensetzen?",
            "Ihr Angebot passt sehr gut zu dem, was wir vorhaben. Wir würden Ihnen gern unser Projekt vorstellen.",
            "Guten Tag, seit Längerem suchen wir einen Partner wie Sie. Über ein Gespräch würden wir uns freuen.",
        ),
        (
            "Guten Tag, wir arbeiten an verwandten Themen und würden Sie gern kennenlernen.",
            "Vielleicht gibt es zwischen unseren Häusern Anknüpfungspunkte. Hätten Sie Zeit für ein Gespräch?",
            "Guten Tag, Ihr Profil hat uns neugierig gemacht. Wir würden gern mehr über Ihre Arbeit erfahren.",
        ),
    ),
    "en": (
        (
            "You offer exactly what we are looking for. Could we sit down together at the conference?",
            "Your profile is a very good match for our plans. We would be glad to show you our project.",
            "We have been looking for a partner like you for some time and would welcome a talk.",
        ),
        (
            "We work on related topics and would be pleased to meet you.",
            "There may be common ground between us. Would you have time for a talk?",
            "Your profile caught our interest. We would like to learn more about your work.",
        ),
    ),
    "zh": (
        (
            "您好！贵单位的供给正是我们所需，希望能在大会期间面谈。",
            "您好！贵单位与我们的计划十分契合，希望借此机会向您介绍我们的项目。",
            "您好！我们一直在寻找像贵单位这样的合作伙伴，期待与您洽谈。",
        ),
        (
            "您好！我们的业务领域相近，希望有机会与您认识。",
            "您好！双方或有合作空间，不知您是否方便洽谈？",
            "您好！我们对贵单位很感兴趣，希望进一步了解。",
        ),
    ),
}


def greeting(sender: Participation, recipient: Participation, fit: float) -> str:
    """In a language both speak, else in the sender's own: what people do."""
    ours = [code.split(":")[0] for code in sender.person.languages]
    theirs = {code.split(":")[0] for code in recipient.person.languages}
    shared = [code for code in ours if code in theirs]
    close, others = GREETINGS.get((shared or ours)[0], GREETINGS["en"])
    return (close if fit >= CLOSE else others)[(sender.pk + recipient.pk) % 3]
