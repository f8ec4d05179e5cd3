"""A plan changed by hand: on the board, on the page of a talk, undone, locked; and what a calculation makes of it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiao.core.errors import Refused
from qiao.core.models import AuditEntry
from qiao.engine.scheduling.verify import verify
from qiao.events.models import Unavailability
from qiao.meetings import actions, bridge
from qiao.meetings.board import hindrances
from qiao.meetings.models import Lock, PlanEdit, PlanRun
from tests.meetings.plans import finished_run, first_plan, wishes
from tests.world import show_abroad

pytestmark = [pytest.mark.db, pytest.mark.usefixtures("in_english")]
SLUG = "konferenz-2027"


@pytest.fixture
def planned(world):
    """otto-wang in slot 1 at table 1 with the interpreter, otto-li in 2 at 1, eva-li in 3 at 2."""
    show_abroad(world.german.person, world.chinese.person, world.interpreter.person)
    wishes(world)
    world.run = finished_run(world, first_plan(world))
    return world


def places(run: PlanRun) -> dict[str, tuple]:
    run.refresh_from_db()
    plan, problem = bridge.unpack_plan(run.plan), bridge.unpack_problem(run.problem)
    assert verify(problem, plan, digest=bridge.digest(problem)) == []
    return {one.request: (one.slot, one.table, one.interpreter is not None) for one in plan.meetings}


def test_a_talk_is_moved_and_takes_its_interpreter_along(planned) -> None:
    assert actions.place_talk(run=planned.run, talk="otto-wang", slot="s4", by=planned.organiser) == planned.run
    assert places(planned.run)["otto-wang"] == ("s4", "t1", True)
    edit = PlanEdit.objects.get()
    assert [one["slot"] for one in edit.before + edit.after] == ["s1", "s4"]
    assert AuditEntry.objects.filter(action="meetings.place_talk", actor=planned.organiser).exists()


def test_two_talks_change_places(planned) -> None:
    actions.place_talk(run=planned.run, talk="otto-wang", slot="s2", table="t1", by=planned.organiser)
    assert places(planned.run) == {
        "otto-wang": ("s2", "t1", True), "otto-li": ("s1", "t1", False), "eva-li": ("s3", "t2", False),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("slot", "table", "words"),
    [
        ("s3", "t1", "Shandong Titanium"),  # 李娜 meets Eva then
        ("s4", "t1", "Elbe Lasertechnik GmbH: this time is blocked."),
        ("s9", None, "not on the board"),
    ],
)
def test_what_would_break_a_rule_is_refused_and_named_beforehand(planned, slot, table, words) -> None:
    Unavailability.objects.create(participation=planned.german, slot=planned.slots[3])
    planned.run = finished_run(planned, first_plan(planned))
    before = places(planned.run)
    told = hindrances(planned.run, planned.event.requests.get(key="otto-li"), slot=slot, table=table)
    assert any(words in one for one in told)
    with pytest.raises(Refused, match=words):
        actions.place_talk(run=planned.run, talk="otto-li", slot=slot, table=table, by=planned.organiser)
    assert places(planned.run) == before
    assert not PlanEdit.objects.exists()


def test_a_wish_without_place_says_why_and_is_placed(planned) -> None:
    planned.run = finished_run(planned, first_plan(planned)[:2])
    actions.take_out(run=planned.run, talk="otto-wang", by=planned.organiser)
    assert places(planned.run).keys() == {"otto-li"}
    unmet = {one.request for one in bridge.unpack_plan(planned.run.plan).unmet}
    assert unmet == {"otto-wang", "eva-li"}
    actions.place_talk(run=planned.run, talk="eva-li", slot="s1", by=planned.organiser)
    assert places(planned.run)["eva-li"][0] == "s1"


def test_changes_are_taken_back_one_by_one_the_last_first(planned) -> None:
    first = places(planned.run)
    actions.place_talk(run=planned.run, talk="eva-li", slot="s4", by=planned.organiser)
    second = places(planned.run)
    actions.place_talk(run=planned.run, talk="otto-wang", slot="s2", table="t1", by=planned.organiser)
    with pytest.raises(Refused):
        actions.undo_edit(run=planned.run, number=1, by=planned.organiser)
    actions.undo_edit(run=planned.run, number=2, by=planned.organiser)
    assert places(planned.run) == second
    actions.undo_edit(run=planned.run, number=1, by=planned.organiser)
    assert places(planned.run) == first
    with pytest.raises(Refused):
        actions.undo_edit(run=planned.run, number=1, by=planned.organiser)


def test_what_was_published_stays_what_it_was(planned) -> None:
    actions.publish(run=planned.run, by=planned.organiser)
    before = places(planned.run)
    changed = actions.place_talk(run=planned.run, talk="eva-li", slot="s4", by=planned.organiser)
    assert changed != planned.run
    assert places(planned.run) == before
    assert places(changed)["eva-li"] == ("s4", "t2", False)
    actions.publish(run=changed, by=planned.organiser)
    assert {one.slot for one in bridge.plan_in_force(planned.event).meetings} == {"s1", "s2", "s4"}


def test_a_locked_talk_stays_by_hand_and_in_every_calculation(planned) -> None:
    lock = actions.lock_talk(run=planned.run, talk="otto-wang", by=planned.organiser)
    assert (lock.slot, lock.table) == (planned.slots[0], planned.tables[0])
    with pytest.raises(Refused, match="locked"):
        actions.place_talk(run=planned.run, talk="otto-wang", slot="s4", by=planned.organiser)
    with pytest.raises(Refused, match="locked"):
        actions.take_out(run=planned.run, talk="otto-wang", by=planned.organiser)
    problem = bridge.to_problem(planned.event)
    locked = problem.request_by_id["otto-wang"]
    assert (locked.fixed.slot, locked.fixed.table, locked.required) == ("s1", "t1", True)
    assert not problem.request_by_id["eva-li"].required
    actions.release_talk(request=planned.event.requests.get(key="otto-wang"), by=planned.organiser)
    assert bridge.to_problem(planned.event).request_by_id["otto-wang"].fixed is None
    actions.place_talk(run=planned.run, talk="otto-wang", slot="s4", by=planned.organiser)
    with pytest.raises(Refused):
        actions.release_talk(request=planned.event.requests.get(key="otto-wang"), by=planned.organiser)


def test_a_talk_without_place_cannot_be_locked(planned) -> None:
    actions.take_out(run=planned.run, talk="otto-wang", by=planned.organiser)
    with pytest.raises(Refused, match="no place"):
        actions.lock_talk(run=planned.run, talk="otto-wang", by=planned.organiser)


def test_filling_only_gaps_holds_everything_in_force(planned) -> None:
    actions.publish(run=finished_run(planned, first_plan(planned)[:2]), by=planned.organiser)
    run = actions.start_run(event=planned.event, by=planned.organiser, limit=10, only_gaps=True)
    actions.calculate(run.pk, run.token)
    run.refresh_from_db()
    assert run.state == PlanRun.State.DONE
    held = {one.id: one.fixed for one in bridge.unpack_problem(run.problem).requests}
    assert (held["otto-wang"].slot, held["otto-li"].table, held["eva-li"]) == ("s1", "t1", None)
    found = places(run)
    assert found["otto-wang"][:2] == ("s1", "t1")
    assert found["otto-li"][:2] == ("s2", "t1")
    assert "eva-li" in found


def test_locks_that_exclude_each_other_are_named(planned, sign_in) -> None:
    for talk, slot in (("otto-wang", 0), ("otto-li", 0)):
        Lock.objects.create(request=planned.event.requests.get(key=talk), slot=planned.slots[slot])
    run = actions.start_run(event=planned.event, by=planned.organiser, limit=10)
    actions.calculate(run.pk, run.token)
    run.refresh_from_db()
    assert run.state == PlanRun.State.INFEASIBLE
    assert {one["request"] for one in run.plan["conflict"]} >= {"otto-wang"}
    page = sign_in(planned.organiser).get(reverse("run", args=[SLUG, run.pk])).content.decode()
    assert reverse("run-release", args=[SLUG, run.pk, "otto-wang"]) in page


# Pages


def board(planned, sign_in, **query):
    return sign_in(planned.organiser).get(reverse("run-board", args=[SLUG, planned.run.pk]), query)


def test_the_board_shows_the_talks_of_a_day_by_table_and_by_person(planned, sign_in) -> None:
    page = board(planned, sign_in).content.decode()
    assert page.count("data-slot=") == 4 * 2
    assert page.count("data-talk>") == 3
    people = board(planned, sign_in, by="person", q="titan").content.decode()
    assert people.count('<th scope="row">') == 1
    assert people.count("data-talk>") == 2


def test_the_board_takes_as_many_queries_with_more_talks(planned, sign_in) -> None:
    sign_in(planned.organiser)
    counts = []
    for meetings in (first_plan(planned)[:1], first_plan(planned)[:2]):  # no wish without place: a query less
        planned.run = finished_run(planned, meetings)
        for by in ("table", "person"):
            with CaptureQueriesContext(connection) as caught:
                assert board(planned, sign_in, by=by).status_code == 200
            counts.append(len(caught))
    assert counts[:2] == counts[2:]


def test_a_talk_is_moved_locked_and_taken_out_on_its_page(planned, sign_in) -> None:
    client, url = sign_in(planned.organiser), reverse("run-talk", args=[SLUG, planned.run.pk, "otto-wang"])
    page = client.get(url).content.decode()
    assert page.count('value="place"') == 2  # at 2 Otto meets Li; 3 and 4 are free
    way = reverse("run-board", args=[SLUG, planned.run.pk])
    assert client.post(url, {"do": "place", "slot": "s4", "next": way}).url == way
    assert places(planned.run)["otto-wang"][0] == "s4"
    client.post(url, {"do": "lock"})
    assert Lock.objects.get().slot == planned.slots[3]
    assert 'value="place"' not in client.get(url).content.decode()
    client.post(url, {"do": "release"})
    client.post(url, {"do": "take-out"})
    assert "otto-wang" not in places(planned.run)
    client.post(url, {"do": "place", "slot": ""})
    client.post(url, {"do": "dance"})
    assert "otto-wang" not in places(planned.run)
    assert client.get(reverse("run-talk", args=[SLUG, planned.run.pk, "nobody"])).status_code == 404


def test_the_first_change_of_what_is_in_force_leads_on_to_the_draft(planned, sign_in) -> None:
    actions.publish(run=planned.run, by=planned.organiser)
    url = reverse("run-talk", args=[SLUG, planned.run.pk, "eva-li"])
    answer = sign_in(planned.organiser).post(url, {"do": "place", "slot": "s4", "next": url})
    draft = PlanRun.objects.exclude(pk=planned.run.pk).get()
    assert answer.url == reverse("run-talk", args=[SLUG, draft.pk, "eva-li"])


def test_the_board_says_beforehand_what_stands_in_the_way(planned, sign_in) -> None:
    client, url = sign_in(planned.organiser), reverse("run-check", args=[SLUG, planned.run.pk, "otto-li"])
    assert client.get(url, {"slot": "s4", "table": "t1"}).content.decode().strip() == ""
    assert "Shandong" in client.get(url, {"slot": "s3", "table": "t1"}).content.decode()
    assert client.get(url, {"slot": "s9"}).content.decode().strip() != ""
    assert "nicht in der Übersicht dieses Plans" in client.get(url).content.decode()  # the reader speaks German


def test_undo_on_the_page(planned, sign_in) -> None:
    before = places(planned.run)
    actions.place_talk(run=planned.run, talk="eva-li", slot="s4", by=planned.organiser)
    client = sign_in(planned.organiser)
    assert 'name="number" value="1"' in board(planned, sign_in).content.decode()
    client.post(reverse("run-undo", args=[SLUG, planned.run.pk]), {"number": "1"})
    assert places(planned.run) == before
    client.post(reverse("run-undo", args=[SLUG, planned.run.pk]), {"number": "x"})
    assert places(planned.run) == before


def test_a_plan_that_was_replaced_says_so_and_its_changes_stay(planned, sign_in) -> None:
    actions.place_talk(run=planned.run, talk="eva-li", slot="s4", by=planned.organiser)
    actions.publish(run=planned.run, by=planned.organiser)
    in_force = board(planned, sign_in).content.decode()
    actions.publish(run=finished_run(planned, first_plan(planned)), by=planned.organiser)
    replaced = board(planned, sign_in).content.decode()
    undo = reverse("run-undo", args=[SLUG, planned.run.pk])
    assert ("Dieser Plan gilt" in in_force, "schon einmal veröffentlicht" in in_force, undo in in_force) == (
        True,
        False,
        False,
    )
    assert ("Dieser Plan gilt" in replaced, "schon einmal veröffentlicht" in replaced, undo in replaced) == (
        False,
        True,
        False,
    )


def test_a_lock_of_a_plan_that_names_what_is_gone_is_refused(planned) -> None:
    planned.run = finished_run(planned, first_plan(planned))
    planned.event.interpreters.all().delete()
    with pytest.raises(Refused, match="Calculate again"):
        actions.lock_talk(run=planned.run, talk="eva-li", by=planned.organiser)
    assert not Lock.objects.exists()


@pytest.mark.parametrize("page", ["run-talk", "run-check", "run-release"])
def test_a_wish_that_the_run_did_not_know_has_no_page_in_it(planned, sign_in, page) -> None:
    Lock.objects.create(request=planned.event.requests.get(key="eva-li"), slot=planned.slots[2], by=planned.organiser)
    planned.event.requests.filter(key="eva-li").update(key="eva-new")
    client, url = sign_in(planned.organiser), reverse(page, args=[SLUG, planned.run.pk, "eva-new"])
    assert (client.post if page == "run-release" else client.get)(url).status_code == 404
    assert Lock.objects.exists()
