"""Events as they were really held, from rows to the published plan: fixed tables, too few interpreters, very many slots.

JN-19: 17 German organisations at fixed tables, each with its own interpreter. MAN-15: 100 tables and 79 interpreters, fewer
than tables. CSE: 62 slots of 12 minutes with 3 between, up to 100 ranked wishes each.
"""

from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from random import Random

import pytest

from qiao.directory.models import Membership, Organisation, Person
from qiao.engine.scheduling.model import Plan, Problem
from qiao.engine.scheduling.verify import verify
from qiao.events.models import Interpreter, Participation, Slot, Table
from qiao.matchmaking.models import Request, Wish
from qiao.meetings import actions, bridge
from qiao.meetings.models import Meeting, PlanRun
from tests.world import START, World

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@dataclass
class Hall:
    """An event with nothing but its people, and what it has for them."""

    world: World
    hosts: list[Participation]  # German
    guests: list[Participation]  # Chinese
    tables: list[Table]


def hall(world: World, *, hosts: int, guests: int, slots: int, tables: int, minutes: tuple[int, int] = (25, 5)) -> Hall:
    """`minutes` of a talk, and between two."""
    event = world.event
    event.participations.all().delete()
    event.interpreters.all().delete()
    event.tables.all().delete()
    event.slots.all().delete()
    talk, pause = minutes
    starts = [START + timedelta(days=n // 31, minutes=(talk + pause) * (n % 31)) for n in range(slots)]
    Slot.objects.bulk_create(
        Slot(event=event, position=n, start=start, end=start + timedelta(minutes=talk))
        for n, start in enumerate(starts, 1)
    )
    made = Table.objects.bulk_create(Table(event=event, number=n) for n in range(1, tables + 1))
    german = people(world, world.saxony, "DE", [["de"] if n % 3 else ["de", "en"] for n in range(hosts)])
    chinese = people(world, world.jinan, "CN", [["zh"] if n % 4 else ["zh", "en"] for n in range(guests)])
    return Hall(world, german, chinese, made)


def people(world: World, side, country: str, tongues: list[list[str]]) -> list[Participation]:
    """One of each firm, and what the person speaks."""
    firms = Organisation.objects.bulk_create(
        Organisation(side=side, name=f"Firm {country} {n}", country=country, city=country) for n in range(len(tongues))
    )
    persons = Person.objects.bulk_create(
        Person(side=side, name=f"Person {country} {n}", languages=known) for n, known in enumerate(tongues)
    )
    Membership.objects.bulk_create(
        Membership(person=one, organisation=firm) for one, firm in zip(persons, firms, strict=True)
    )
    approved = Participation.State.APPROVED
    return Participation.objects.bulk_create(
        Participation(event=world.event, person=one, organisation=firm, state=approved)
        for one, firm in zip(persons, firms, strict=True)
    )


def interpreters(world: World, count: int, tables: list[Table] | None = None) -> None:
    agency = Organisation.objects.create(side=world.jinan, name="Agency", country="CN", type=Organisation.Type.AGENCY)
    persons = Person.objects.bulk_create(
        Person(side=world.jinan, name=f"Interpreter {n}", languages=["de", "zh"]) for n in range(count)
    )
    Membership.objects.bulk_create(Membership(person=one, organisation=agency) for one in persons)
    Interpreter.objects.bulk_create(
        Interpreter(event=world.event, person=one, languages=["de", "zh"], table=tables[n] if tables else None)
        for n, one in enumerate(persons)
    )


def agree(found: Hall, pairs: list[tuple[int, int]]) -> None:
    """Requests of guests that the hosts have accepted."""
    both = [(found.guests[guest], found.hosts[host]) for guest, host in pairs]
    Request.objects.bulk_create(
        Request(
            event=found.world.event, sender=guest, recipient=host, key=f"r{n}", state=Request.State.ACCEPTED,
            pair_low=min(guest.pk, host.pk), pair_high=max(guest.pk, host.pk),
        )
        for n, (guest, host) in enumerate(both)
    )  # fmt: skip


def published(found: Hall, limit: int) -> tuple[Problem, Plan]:
    """Calculated and put in force as the desk does."""
    run = actions.start_run(event=found.world.event, by=found.world.organiser, limit=limit)
    actions.calculate(run.pk, run.token)
    run.refresh_from_db()
    assert run.state == PlanRun.State.DONE, run.note
    problem, plan = bridge.unpack_problem(run.problem), bridge.unpack_plan(run.plan)
    assert verify(problem, plan, digest=bridge.digest(problem)) == []
    actions.publish(run=run, by=found.world.organiser)
    assert Meeting.objects.count() == len(plan.meetings)
    return problem, plan


def test_jn_19_everybody_at_a_fixed_table_with_its_own_interpreter(world) -> None:
    found = hall(world, hosts=17, guests=60, slots=14, tables=17)
    for host, table in zip(found.hosts, found.tables, strict=True):
        host.fixed_table = table
    Participation.objects.bulk_update(found.hosts, ["fixed_table"])
    interpreters(world, 17, found.tables)
    dice = Random(19)
    agree(found, [(guest, host) for guest in range(60) for host in dice.sample(range(17), 4)])
    problem, plan = published(found, limit=20)
    one = plan.certificate
    assert one.weight == one.weight_bound
    assert one.shortfall == one.shortfall_bound
    at = {meeting.request: meeting for meeting in plan.meetings}
    own = {f"p{host.pk}": f"t{host.fixed_table.number}" for host in found.hosts}
    for request in problem.requests:
        if request.id in at:
            assert at[request.id].table in {own.get(who) for who in request.participants}
    rows = Meeting.objects.exclude(interpreter=None).values_list("table_id", "interpreter__table_id")
    assert all(table == his for table, his in rows)
    assert any(True for _ in rows)


@pytest.mark.long  # half a minute
def test_man_15_fewer_interpreters_than_tables_serve_those_who_need_them(world) -> None:
    found = hall(world, hosts=120, guests=200, slots=16, tables=100)
    interpreters(world, 79)
    dice = Random(15)
    agree(found, [(guest, host) for guest in range(200) for host in dice.sample(range(120), 7)])
    problem, plan = published(found, limit=30)
    one = plan.certificate
    assert one.weight == one.weight_bound
    assert one.shortfall == one.shortfall_bound
    assert len(plan.meetings) > 0.8 * 16 * 79
    languages = {who.id: set(who.languages) for who in problem.participants}
    pair = {request.id: request.participants for request in problem.requests}
    for meeting in plan.meetings:
        one_of, other = (languages[who] for who in pair[meeting.request])
        assert (meeting.interpreter is None) == bool(one_of & other), (
            "an interpreter is for those who share no language"
        )


@pytest.mark.long  # a minute
def test_cse_with_62_short_slots_and_a_hundred_ranked_wishes_each(world) -> None:
    found = hall(world, hosts=100, guests=40, slots=62, tables=40, minutes=(12, 3))
    interpreters(world, 40)
    pairs = list(product(range(40), range(100)))
    agree(found, pairs)
    dice = Random(62)
    for guest in found.guests:
        order = dice.sample(found.hosts, 100)
        Wish.objects.bulk_create(
            Wish(participation=guest, partner=host, kind=Wish.Kind.MUST if rank <= 10 else Wish.Kind.GLADLY, rank=rank)
            for rank, host in enumerate(order, 1)
        )
    problem, plan = published(found, limit=60)
    one = plan.certificate
    assert one.weight_bound is not None
    assert one.weight >= 0.999 * one.weight_bound
    assert one.shortfall == 0
    planned = {meeting.request for meeting in plan.meetings}
    heaviest = max(request.weight for request in problem.requests)
    best = [request.id for request in problem.requests if request.weight == heaviest]
    assert best
    assert planned.issuperset(best), "what everybody wants most takes place"
