"""From those who take part to suggested partners with reasons."""

import pytest
from django.db import connection

from qiao.core.models import AuditEntry
from qiao.directory.actions import embed_stale, withdraw_consent
from qiao.events.actions import approve
from qiao.events.models import Event, Participation
from qiao.matchmaking import actions, tasks
from qiao.matchmaking.models import Suggestion
from qiao.matchmaking.queries import suggestions_due
from qiao.matchmaking.queries.partners import allowed_suggestions
from qiao.site.actions import merge
from tests.world import join, join_all, organisation, participation, person, show_abroad

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture
def embedded(world):
    embed_stale()
    join_all(world.event)
    return world


def of(one: Participation) -> list[Participation]:
    return [row.partner for row in one.suggestions.order_by("rank")]


def test_partners_come_from_the_other_side_with_both_texts_cited(embedded) -> None:
    assert actions.refresh_suggestions(event=embedded.event) == 8
    assert of(embedded.german)[0] == embedded.chinese
    assert {row.organisation.side for row in of(embedded.german)} == {embedded.jinan}
    first = embedded.german.suggestions.get(rank=1)
    reason = first.reasons[0]
    assert reason["code"] in {"seek-meets-offer", "offer-meets-seek"}
    assert (reason["mine"]["lang"], reason["theirs"]["lang"]) == ("de", "zh")
    assert 0 <= first.score <= 1
    assert "qiao" in first.engine
    assert {"code": "shared-theme", "value": "smart-manufacturing"} in first.reasons


def test_a_second_refresh_changes_nothing(embedded) -> None:
    actions.refresh_suggestions(event=embedded.event)
    before = list(Suggestion.objects.order_by("pk").values())
    entries = AuditEntry.objects.count()
    actions.refresh_suggestions(event=embedded.event)
    assert list(Suggestion.objects.order_by("pk").values()) == before
    assert AuditEntry.objects.count() == entries


def test_who_left_is_suggested_no_more_and_gets_none(embedded) -> None:
    actions.refresh_suggestions(event=embedded.event)
    embedded.chinese.state = Participation.State.CANCELLED
    embedded.chinese.save()
    assert suggestions_due() == [embedded.event]
    tasks.refresh_due_suggestions.call()
    assert of(embedded.german) == [embedded.chinese_en]
    assert of(embedded.chinese) == []
    assert suggestions_due() == []


def test_newcomers_are_found_as_due(embedded) -> None:
    assert suggestions_due() == [embedded.event]
    actions.refresh_suggestions(event=embedded.event)
    assert suggestions_due() == []
    one = embedded.chinese.organisation
    participation(embedded.event, person(one, "张伟"))
    for phase in Event.Phase.values:
        Event.objects.update(phase=phase)
        assert suggestions_due() == ([] if phase == Event.Phase.AFTER else [embedded.event])


def test_a_late_participant_waits_for_no_clock(embedded, run_tasks) -> None:
    """Whether admitted after the texts were read or before: what is due is queued with it."""
    run_tasks()
    late = participation(
        embedded.event, person(embedded.chinese.organisation, "张伟"), state=Participation.State.APPLIED
    )
    join(late.person)
    run_tasks()
    approve(participation=late, by=embedded.organiser)
    run_tasks()
    assert late.suggestions.exists()
    firm = organisation(embedded.saxony, "Neuling", seeks=({"de": "Titan"},))
    later = participation(embedded.event, person(firm, "Nora"))
    join(later.person)
    run_tasks()
    embed_stale()
    run_tasks()
    assert later.suggestions.exists()


def test_whom_the_engine_can_suggest_nobody_makes_nothing_due(embedded) -> None:
    Participation.objects.exclude(pk__in=[embedded.german.pk, embedded.chinese.pk]).delete()
    assert suggestions_due() == [embedded.event]
    embedded.chinese.organisation.avoid.add(embedded.german.organisation)
    assert actions.refresh_suggestions(event=embedded.event) == 0
    assert suggestions_due() == []
    embedded.german.organisation.avoid.clear()
    Event.objects.update(suggestions_shown=0)
    assert suggestions_due() == []


def test_whom_an_organisation_avoids_is_suggested_in_neither_direction(embedded) -> None:
    embedded.chinese.organisation.avoid.add(embedded.german.organisation)
    actions.refresh_suggestions(event=embedded.event)
    assert embedded.chinese not in of(embedded.german)
    assert embedded.german not in of(embedded.chinese)


def test_people_of_one_organisation_share_its_list_and_are_shown_in_turn(embedded) -> None:
    zh = participation(embedded.event, person(embedded.chinese.organisation, "张伟", languages=["zh", "de"]))
    join(zh.person)
    second = participation(embedded.event, person(embedded.german.organisation, "Karl", languages=["de"]))
    actions.refresh_suggestions(event=embedded.event)
    assert zh in of(embedded.german), "the one with a common language"
    assert embedded.chinese not in of(embedded.german)
    assert [one.organisation_id for one in of(second)] == [one.organisation_id for one in of(embedded.german)]


def test_without_vectors_there_are_no_suggestions(world) -> None:
    assert actions.refresh_suggestions(event=world.event) == 0


def test_the_organiser_orders_a_refresh_that_runs_in_the_background(embedded, run_tasks) -> None:
    actions.order_refresh(event=embedded.event, by=embedded.organiser)
    assert Suggestion.objects.count() == 0
    assert run_tasks() == 3  # and keywords and due suggestions, ordered when the texts were embedded
    assert Suggestion.objects.count() == 8


@pytest.mark.django_db(transaction=True)
def test_nobody_elses_writing_waits_for_the_engine(embedded, monkeypatch) -> None:
    inside = []
    pool_of = actions.suggestions.pool_of
    monkeypatch.setattr(
        actions.suggestions, "pool_of", lambda event: inside.append(connection.in_atomic_block) or pool_of(event)
    )
    assert actions.refresh_suggestions(event=embedded.event) == 8
    assert inside == [False]


def test_reading_for_a_refresh_does_not_grow_with_the_people(embedded, django_assert_max_num_queries) -> None:
    from qiao.matchmaking.bridge import pool_of

    with django_assert_max_num_queries(16) as few:
        pool_of(embedded.event)
    for number in range(3):
        participation(embedded.event, person(embedded.german.organisation, f"P{number}"))
    with django_assert_max_num_queries(16) as many:
        pool_of(embedded.event)
    assert len(few) == len(many)


def test_of_several_people_only_those_who_agreed_are_suggested(embedded) -> None:
    zh = participation(embedded.event, person(embedded.chinese.organisation, "张伟", languages=["zh", "de"]))
    actions.refresh_suggestions(event=embedded.event)
    assert of(embedded.german)[0] == embedded.chinese, "the other one speaks German, but has not joined"
    withdraw_consent(person=embedded.chinese.person, purpose="cross_border", by=None)
    assert suggestions_due() == [embedded.event]
    actions.refresh_suggestions(event=embedded.event)
    assert {one.organisation for one in of(embedded.german)} == {embedded.chinese_en.organisation}
    join(zh.person)
    actions.refresh_suggestions(event=embedded.event)
    assert zh in of(embedded.german)
    assert of(embedded.chinese), "who is not shown may still look"


def test_people_who_are_kept_back_for_different_reasons_are_suggested_where_they_may_be_shown(embedded) -> None:
    """One has not joined, the other one did not agree to be named abroad: of the two only the second, and only at home."""
    unjoined = participation(embedded.event, person(embedded.chinese.organisation, "张伟", languages=["zh", "de"]))
    show_abroad(unjoined.person)
    withdraw_consent(person=embedded.chinese.person, purpose="cross_border", by=None)
    actions.refresh_suggestions(event=embedded.event)
    assert of(embedded.german) == [embedded.chinese_en]
    guest = organisation(embedded.saxony, "济南驻德代表", seeks=({"zh": "激光切割机"},), country="CN")
    own = participation(embedded.event, person(guest, "赵敏", languages=["de"]))
    embed_stale()
    actions.refresh_suggestions(event=embedded.event)
    assert embedded.chinese in of(own)
    assert unjoined not in of(own), "although he speaks German"
    assert {row.partner_id for row in allowed_suggestions(own)} == {one.pk for one in of(own)}


def test_a_merged_organisation_never_meets_itself(embedded) -> None:
    guest = organisation(embedded.jinan, "Elbe Lasertechnik (China)", offers=({"zh": "激光设备在中国的销售"},))
    own = participation(embedded.event, person(guest, "赵敏"))
    join(own.person)
    embed_stale()
    actions.refresh_suggestions(event=embedded.event)
    assert own in of(embedded.german)
    merge(kept=embedded.german.organisation, gone=guest, by=embedded.admin)
    actions.refresh_suggestions(event=embedded.event)
    assert own not in of(embedded.german)
    assert embedded.german not in of(own)
