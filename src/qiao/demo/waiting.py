"""What still waits when a visitor of the demo comes: registrations to review, requests to answer, agreements to plan."""

from collections import Counter
from collections.abc import Iterator, Mapping

from qiao.demo.behaviour import greeting, scores_of
from qiao.demo.cast import data_of
from qiao.directory.actions import register
from qiao.directory.purposes import PURPOSES
from qiao.events.models import Event, Participation
from qiao.matchmaking.actions import accept, send_request
from qiao.matchmaking.models import Request
from qiao.meetings.models import Seat
from qiao.site.demo_people import DEMO_EMAILS

TO_ANSWER = 2  # requests that wait for each of the demo's two firms after publication
TO_PLAN = 3  # talks agreed since the plan was published: the next calculation has something to place


def register_some() -> None:
    """Two firms have filled in the public form and wait for the adviser."""
    for one in data_of("registrations"):
        register(
            organisation=one["organisation"], person=one["person"], consents=PURPOSES, language=one["language"], by=None
        )


def ask_late(event: Event) -> None:
    """Late requests enter the next plan: some were accepted already, some wait for the demo's two firms."""
    rows = event.participations.select_related("person__user", "organisation", "event").order_by("pk")
    people = {row.pk: row for row in rows}
    stars = {row.person.email: row.pk for row in rows if row.person.email in DEMO_EMAILS.values()}
    scores = scores_of(event)
    guests = {pk for pk, row in people.items() if row.type == "guest"}
    asked = {frozenset(pair) for pair in Request.objects.filter(event=event).values_list("sender", "recipient")}
    for star in (stars[DEMO_EMAILS["chinese"]], stars[DEMO_EMAILS["german"]]):
        fitting = sorted(scores, key=lambda pk: (-scores[pk].get(star, 0), pk))
        new = [pk for pk in fitting if star in scores[pk] and frozenset((pk, star)) not in asked]
        for sender in [pk for pk in new if pk not in stars.values()][:TO_ANSWER]:
            _ask(people[sender], people[star], scores[sender][star])
    pairs = ((g, h) for g, h in _freest(event, scores, guests) if frozenset((g, h)) not in asked)
    for guest, host in _disjoint(pairs, set(stars.values())):
        request = _ask(people[guest], people[host], scores[guest].get(host, 0.0))
        accept(request=request, by=people[host].person.user)


def _ask(sender: Participation, recipient: Participation, fit: float) -> Request:
    message = greeting(sender, recipient, fit)
    return send_request(sender=sender, recipient=recipient, message=message, by=sender.person.user)


def _freest(event: Event, scores: Mapping[int, Mapping[int, float]], guests: set[int]) -> Iterator[tuple[int, int]]:
    """(guest, host) of the suggestions: those with the fewest talks first, among them those who fit best."""
    busy = Counter(Seat.objects.filter(meeting__version__event=event).values_list("participation", flat=True))
    pairs = [(guest, host) for guest in guests & scores.keys() for host in scores[guest]]
    yield from sorted(pairs, key=lambda pair: (busy[pair[0]] + busy[pair[1]], -scores[pair[0]][pair[1]], pair))


def _disjoint(pairs: Iterator[tuple[int, int]], taken: set[int]) -> Iterator[tuple[int, int]]:
    """The first few pairs in which nobody stands twice, and nobody of `taken`."""
    taken, found = set(taken), 0
    for pair in pairs:
        if found < TO_PLAN and taken.isdisjoint(pair):
            found += 1
            taken.update(pair)
            yield pair
