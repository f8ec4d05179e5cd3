"""Two plans beside each other: figures, which talks differ for whom, and what the event no longer has."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiao.meetings import actions
from qiao.meetings.comparing import compare_page
from tests.meetings.plans import finished_run, first_plan, wishes

pytestmark = [pytest.mark.db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def two(world):
    """The first plan, in force, and one with a talk moved and another one left out."""
    wishes(world)
    world.first = finished_run(world, first_plan(world))
    actions.publish(run=world.first, by=world.organiser)
    moved, left, kept = first_plan(world)
    world.moved, world.left, world.kept = moved.request, left.request, kept.request
    world.second = finished_run(world, [replace(moved, slot="s4"), kept])
    return world


def address(world, run, **asked) -> str:
    return (
        reverse("run-compare", args=[world.event.slug, run.pk]) + "?" + "&".join(f"{k}={v}" for k, v in asked.items())
    )


def test_what_differs_is_counted_and_shown_with_both_places(two) -> None:
    page = compare_page(two.second)
    assert (page.other, page.in_force) == (two.first, two.first.pk)
    assert page.counts == {"moved": 1, "only_here": 0, "only_there": 1}
    assert (page.same, page.people) == (1, 3)
    assert next((str(word), here, there) for word, here, there in page.figures) == ("Talks", 2, 3)
    rows = {row.request.key: row for row in page.rows}
    assert set(rows) == {two.moved, two.left}
    assert (rows[two.moved].here.slot, rows[two.moved].there.slot) == (two.slots[3], two.slots[0])
    assert (rows[two.left].here, rows[two.left].there.slot) == (None, two.slots[1])


def test_the_other_way_round_and_by_kind(two) -> None:
    page = compare_page(two.first, str(two.second.pk), "only_here")
    assert [row.request.key for row in page.rows] == [two.left]
    assert compare_page(two.first, "99999", "moved").other == two.second  # what there is not is not compared with


def test_a_plan_with_slots_that_are_gone_can_be_compared(two, sign_in) -> None:
    two.slots[3].delete()
    page = sign_in(two.organiser).get(address(two, two.second)).content.decode()
    assert "die es bei der Veranstaltung nicht mehr gibt" in page


def test_one_plan_alone_has_nothing_to_compare_with(world, sign_in) -> None:
    wishes(world)
    run = finished_run(world, first_plan(world))
    client = sign_in(world.organiser)
    assert (
        reverse("run-compare", args=[world.event.slug, run.pk])
        not in client.get(reverse("run", args=[world.event.slug, run.pk])).content.decode()
    )
    assert "keinen anderen Plan" in client.get(address(world, run)).content.decode()


def test_the_page_takes_as_many_queries_with_more_differences(two, sign_in) -> None:
    client = sign_in(two.organiser)

    def count(run, other) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address(two, run, to=other.pk)).status_code == 200
        return len(queries)

    same = finished_run(two, [one for one in first_plan(two) if one.request != two.left])
    assert count(two.first, same) == count(two.first, two.second)
