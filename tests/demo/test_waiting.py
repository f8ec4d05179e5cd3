"""What the demo leaves its visitors to do: everything in the state in which a page offers it."""

import pytest
from django.core import mail

from qiao.demo import waiting
from qiao.directory.models import Organisation, Theme
from qiao.directory.queries import waiting_for_review
from qiao.events.models import Event, Participation
from qiao.matchmaking.models import Request, Suggestion
from qiao.site.demo_people import DEMO_EMAILS
from tests.meetings.plans import agreed
from tests.world import organisation, participation, person, user

pytestmark = pytest.mark.django_db


def test_registrations_wait_for_the_adviser(world) -> None:
    Theme.objects.create(code="ai-bigdata", names={"en": "AI"})
    waiting.register_some()
    assert waiting_for_review() == 2
    firms = Organisation.objects.filter(is_published=False)
    assert all(firm.same_as is None and firm.entries.count() == 2 and firm.themes.exists() for firm in firms)
    assert {firm.country for firm in firms} == {"DE", "CN"}
    assert mail.outbox == []


def test_late_requests_wait_for_both_firms_and_for_the_next_plan(world) -> None:
    guests = [_star(world.german, "german"), *(_more(world, world.saxony, number, "guest") for number in range(4))]
    hosts = [_star(world.chinese, "chinese"), *(_more(world, world.jinan, number, "host") for number in range(4))]
    for one, partners in [*((g, hosts) for g in guests), *((h, guests) for h in hosts)]:
        for rank, partner in enumerate(partners, 1):
            score = 1 - rank / 10 - one.pk / 10_000  # who registered first fits best
            Suggestion.objects.create(participation=one, partner=partner, rank=rank, score=score, engine="x")
    agreed(guests[1], hosts[0], "declined before", state=Request.State.DECLINED)
    agreed(guests[2], hosts[2], "agreed before")
    Event.objects.filter(pk=world.event.pk).update(phase=Event.Phase.PUBLISHED)
    waiting.ask_late(world.event)
    for star in (guests[0], hosts[0]):
        assert Request.objects.filter(recipient=star, state="pending").count() == waiting.TO_ANSWER
        assert not Request.objects.filter(sender=star).exists()
    asking = Request.objects.filter(recipient=hosts[0], state="pending").values_list("sender", flat=True)
    assert set(asking) == {guests[2].pk, guests[3].pk}, "those who fit best of those who have not asked"
    to_plan = Request.objects.filter(state="accepted").exclude(key="agreed before")
    assert to_plan.count() == waiting.TO_PLAN
    taken = [pk for request in to_plan for pk in (request.sender_id, request.recipient_id)]
    assert len(set(taken)) == len(taken)
    assert not {guests[0].pk, hosts[0].pk} & set(taken)


def _star(row: Participation, who: str) -> Participation:
    row.type = {"german": "guest", "chinese": "host"}[who]
    row.person.email = DEMO_EMAILS[who]
    row.person.save()
    row.save()
    return row


def _more(world, side, number: int, kind: str) -> Participation:
    name = f"{kind} {number}"
    account = user(name, email=f"{kind}{number}@example.org")
    made = person(organisation(side, f"Firm of {name}"), name, account=account, email=account.email)
    return participation(world.event, made, type=kind)
