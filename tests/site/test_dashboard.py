"""The organiser's figures: every number counted once more by a query of its own, and equal to the list behind it."""

import io

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from qiao.core.models import AuditEntry
from qiao.directory.models import Entry, Theme
from qiao.events.form_models import ParticipantType
from qiao.events.models import Participation, Slot
from qiao.matchmaking.models import Request
from qiao.meetings import actions as meetings
from qiao.meetings.models import Seat
from qiao.site import dashboard
from tests.meetings.plans import agreed, finished_run, first_plan, wishes
from tests.world import participation, person

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture
def event(world):
    """A plan in force whose first slot is over; one person waits, one cancelled, one has an empty profile."""
    wishes(world)
    meetings.publish(run=finished_run(world, first_plan(world)), by=world.organiser)
    first = world.slots[0]
    Slot.objects.filter(pk=first.pk).update(start=first.start.replace(year=2020), end=first.end.replace(year=2020))
    firm = world.german.organisation
    for name, state in (("Willi Wartend", "applied"), ("Karl Cancelled", "cancelled")):
        participation(world.event, person(firm, name), state=state)
    world.chinese_en.organisation.entries.filter(kind=Entry.Kind.SEEK).delete()
    ParticipantType.objects.create(event=world.event, code="guest", names={"de": "Gast"})
    Participation.objects.filter(pk=world.german.pk).update(type="guest")
    firm.themes.add(Theme.objects.create(code="energy", names={"de": "Energie"}))
    idle = person(firm, "Ida Idle")
    agreed(participation(world.event, idle), world.chinese, "pending", state=Request.State.PENDING)
    participation(world.event, person(firm, "Uwe Untätig"))
    return world.event


def counted_anew(event) -> dict[str, set[int]]:
    """Who took which step, by a query for each."""
    people = event.participations.filter(state="approved")
    requests = event.requests.all()

    def parties(rows) -> Q:
        return Q(pk__in=rows.values("sender")) | Q(pk__in=rows.values("recipient"))

    full = {
        pk for pk in people.values_list("organisation", flat=True)
        if set(Entry.objects.filter(organisation=pk).values_list("kind", flat=True)) >= {"offer", "seek"}
    }  # fmt: skip
    seats = Seat.objects.filter(slot__event=event)
    found = {
        "registered": event.participations.exclude(state="cancelled"),
        "approved": people,
        "complete": people.filter(organisation__in=full),
        "asked": people.filter(parties(requests)),
        "accepted": people.filter(parties(requests.filter(state="accepted"))),
        "planned": people.filter(pk__in=seats.values("participation")),
        "kept": people.filter(pk__in=seats.filter(slot__end__lt=timezone.now()).values("participation")),
    }
    return {code: set(rows.values_list("pk", flat=True)) for code, rows in found.items()}


def test_every_number_is_that_of_a_query_of_its_own(event) -> None:
    expected = counted_anew(event)
    page = dashboard.dashboard(event)
    assert page.whole.counts == {code: len(pks) for code, pks in expected.items()}
    counts = page.whole.counts
    assert counts["registered"] > counts["approved"] > counts["complete"]
    assert counts["asked"] > counts["planned"] > counts["kept"] > 0, "the world shows every step"
    sides, types, themes = page.parts
    assert [part.code for part in page.parts] == ["sides", "types", "themes"]
    for part in (sides, types):
        for code, pks in expected.items():
            assert sum(one.counts[code] for one in part.funnels) == len(pks)
    guest = next(one for one in types.funnels if one.title == "Gast")
    assert guest.registered == 1
    for one in themes.funnels[:-1]:
        named = event.participations.filter(organisation__themes__names__de=one.title).exclude(state="cancelled")
        assert one.registered == named.count()
    assert themes.funnels[-1].registered == event.participations.filter(organisation__themes=None).count()


def test_each_nudge_is_as_long_as_its_list(event, sign_in, world) -> None:
    client = sign_in(world.organiser)
    numbers = {one.code: one.people for one in dashboard.nudges(event)}
    assert all(numbers.values()), numbers
    for code, people in numbers.items():
        page = client.get(reverse("dashboard-nudge", args=[event.slug, code])).context["page"]
        assert page.paginator.count == len(page.object_list) == people
    anew = counted_anew(event)
    assert numbers["no-profile"] == len(anew["approved"] - anew["complete"])
    assert numbers["without-talks"] == len(anew["approved"] - anew["planned"])
    assert numbers["silent"] == 1
    assert client.get(reverse("dashboard-nudge", args=[event.slug, "with-talks"])).status_code == 404


def test_from_a_list_one_writes_to_exactly_these_people(event, sign_in, world) -> None:
    client = sign_in(world.organiser)
    page = client.get(reverse("dashboard-nudge", args=[event.slug, "no-profile"])).content.decode()
    address = f"{reverse('announcements', args=[event.slug])}?segment=no-profile"
    assert address in page
    assert client.get(address).context["form"]["segment"].value() == "no-profile"


def test_who_asks_whom(event) -> None:
    found = {(one.sender, one.recipient): one for one in dashboard.exchanges(event)}
    assert sum(one.sent for one in found.values()) == event.requests.count()
    assert all(one.sent == one.accepted + one.declined + one.pending for one in found.values())


def test_the_table_says_the_same(event, sign_in, world) -> None:
    response = sign_in(world.organiser).get(reverse("dashboard-table", args=[event.slug]))
    book = load_workbook(io.BytesIO(response.content), read_only=True)
    numbers, _requests, people = book.worksheets
    page = dashboard.dashboard(event)
    rows = list(numbers.iter_rows(values_only=True))
    assert list(rows[1][2:]) == page.whole.row
    assert len(rows) == 2 + sum(len(part.funnels) for part in page.parts)
    steps = [row[4:] for row in people.iter_rows(values_only=True, min_row=2)]
    assert [sum(column) for column in zip(*steps, strict=True)] == page.whole.row
    assert AuditEntry.objects.filter(action="site.export_dashboard", actor=world.organiser).count() == 1


def test_more_people_cost_no_more_queries(event, sign_in, world) -> None:
    client, address = sign_in(world.organiser), reverse("dashboard", args=[event.slug])
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for name in "abc":
        agreed(participation(event, person(world.german.organisation, name)), world.chinese_en, name)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few)


def test_an_event_without_anybody(world, sign_in) -> None:
    Participation.objects.update(state="cancelled")
    client = sign_in(world.organiser)
    assert (
        "Noch hat sich niemand angemeldet" in client.get(reverse("dashboard", args=[world.event.slug])).content.decode()
    )
    assert client.get(reverse("dashboard-nudge", args=[world.event.slug, "idle"])).status_code == 200
