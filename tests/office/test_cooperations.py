"""Cooperations: from what is said after a talk to the contract, and who reads of them."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from qiao.core.errors import Refused
from qiao.core.models import Mail
from qiao.directory.models import Entry, Organisation
from qiao.meetings import actions as meetings
from qiao.meetings.models import Request
from qiao.office import actions
from qiao.office.actions.follow_ups import follow_up_token, people_to_ask
from qiao.office.models import Cooperation, CooperationStep, FollowUp
from qiao.office.queries import to_deepen
from qiao.site.actions import erase, merge
from tests.meetings.test_ratings import over
from tests.world import World, organisation

__all__ = ["over"]


@pytest.fixture
def made(world: World) -> Cooperation:
    """Between Otto's firm and Wang's, opened by the office."""
    return actions.open_cooperation(
        one=world.german.organisation, other=world.chinese.organisation, topic="Laser", by=world.adviser
    )


def rate(world: World, who, next: str, *, held: bool = True):
    talk = Request.objects.get(key="otto-wang")
    return meetings.rate(participation=who, request=talk, held=held, next=next, by=who.person.user)


# --- from talks


@pytest.mark.db
def test_what_is_said_after_a_talk_opens_one_cooperation(over) -> None:
    rate(over, over.german, "sample")
    assert actions.open_follow_ups() == 1
    rate(over, over.chinese, "offer")
    assert actions.open_follow_ups() == 1
    assert actions.open_follow_ups() == 0
    one = Cooperation.objects.get()
    assert (one.stage, one.event) == ("contact", over.event)
    assert [(step.organisation, step.request.key) for step in one.steps.all()] == [
        (over.chinese.organisation, "otto-wang"), (over.german.organisation, "otto-wang"),
    ]  # fmt: skip


def test_nothing_follows_from_nothing_or_where_somebody_did_not_come(over) -> None:
    rate(over, over.german, "nothing")
    rate(over, over.chinese, "", held=False)
    assert actions.open_follow_ups() == 0
    rate(over, over.german, "again")
    assert actions.open_follow_ups() == 0


def test_the_history_tells_the_partner_no_refusal(over, sign_in) -> None:
    rate(over, over.german, "sample")
    actions.open_follow_ups()
    rate(over, over.german, "nothing")
    address = reverse("cooperation", args=[Cooperation.objects.get().key])
    theirs = sign_in(over.chinese_user).get(address, headers={"accept-language": "en"}).content.decode()
    assert "otto-wang" not in theirs
    assert str(over.event) not in theirs.split("<ol")[1].split("</ol>")[0]
    assert str(over.event) in sign_in(over.owner).get(address).content.decode().split("<ol")[1]


def test_an_erased_person_leaves_no_word_in_the_history(over, sign_in) -> None:
    rate(over, over.german, "sample")
    actions.open_follow_ups()
    erase(person=over.german.person, by=over.admin)
    page = sign_in(over.chinese_user).get(reverse("cooperation", args=[Cooperation.objects.get().key]))
    assert page.status_code == 200
    assert CooperationStep.objects.get().rating is None


# --- steps


def test_any_member_of_both_sides_writes_and_strangers_find_nothing(made, world, sign_in) -> None:
    address = reverse("cooperation", args=[made.key])
    for who in (world.stranger, world.organiser):
        assert sign_in(who).get(address).status_code == 404
        assert sign_in(who).post(address, {"note": "x"}).status_code == 404
    sign_in(world.chinese_user).post(address, {"stage": "nda", "note": "已签署保密协议"})
    made.refresh_from_db()
    step = made.steps.first()
    assert (made.stage, step.stage, step.organisation) == ("nda", "nda", world.chinese.organisation)
    sign_in(world.adviser).post(address, {"note": "Rückruf am Montag"})
    assert made.steps.first().office == world.office
    page = sign_in(world.owner).get(address).content.decode()
    assert "已签署保密协议" in page
    assert 'lang="zh"' in page
    assert "王立" not in page, "people are named to their own organisation and the office"
    assert "王立" in sign_in(world.adviser).get(address).content.decode()


def test_a_double_click_writes_one_step(made, world, sign_in) -> None:
    client, address = sign_in(world.owner), reverse("cooperation", args=[made.key])
    for said in ({"note": "Muster unterwegs"}, {"stage": "nda", "note": "Unterschrieben"}):
        for _ in range(2):
            assert client.post(address, said).status_code == 302
    assert [step.note for step in made.steps.all()] == ["Unterschrieben", "Muster unterwegs", ""]


def test_something_has_to_be_said(made, world) -> None:
    for said in ({}, {"stage": "contact"}, {"note": "  "}):
        with pytest.raises(Refused):
            actions.add_step(cooperation=made, by=world.adviser, **said)
    with pytest.raises(Refused):
        actions.add_step(cooperation=made, note="x", day=timezone.localdate() + timedelta(days=1), by=world.adviser)
    assert made.steps.count() == 1


@pytest.mark.db
def test_value_and_jobs_are_for_the_two_sides(made, world, sign_in) -> None:
    address = reverse("cooperation-facts", args=[made.key])
    assert sign_in(world.owner).post(address, {"value": "250000"}).status_code == 400, "in which currency?"
    sign_in(world.owner).post(address, {"topic": "Laser", "value": "250000", "currency": "EUR", "jobs": "3"})
    made.refresh_from_db()
    assert (made.value, made.currency, made.jobs) == (250000, "EUR", 3)
    page = sign_in(world.chinese_user).get(reverse("cooperation", args=[made.key])).content.decode()
    assert "250,000 EUR" in page
    assert sign_in(world.stranger).get(address).status_code == 404
    sign_in(world.owner).post(address, {"topic": "Laser", "value": "", "currency": "EUR"})
    made.refresh_from_db()
    assert (made.value, made.currency) == (None, ""), "no currency of nothing"


def test_one_is_entered_by_name(world, sign_in) -> None:
    address = reverse("cooperation-new")
    mine, theirs = world.german.organisation, world.chinese.organisation
    client, said = sign_in(world.owner), {"stage": "contract", "day": "2025-03-01", "topic": ""}
    assert "济南激光设备有限公司" in client.get(f"{address}?with={theirs.key}").content.decode()
    assert client.post(address, {**said, "one": mine.key, "other": "有限公司"}).status_code == 400, "two fit"
    assert client.post(address, {**said, "one": theirs.key, "other": "Shandong Titanium"}).status_code == 400
    assert client.post(address, {**said, "one": mine.key, "other": "Jinan Laser Equipment"}).status_code == 302
    made = Cooperation.objects.get()
    assert (made.one, made.other, made.stage, made.opened.year) == (mine, theirs, "contract", 2025)
    assert client.post(address, {**said, "one": mine.key, "other": theirs.name}).status_code == 400, "is there already"
    assert sign_in(world.adviser).post(
        address, {**said, "one": mine.name, "other": "Shandong Titanium"}
    ).status_code == 302  # fmt: skip


# --- lists


@pytest.mark.db
def test_the_office_filters_and_takes_a_table(made, world, sign_in) -> None:
    actions.open_cooperation(
        one=world.german_en.organisation, other=world.chinese_en.organisation, stage="mou", topic="=Titan", by=world.adviser
    )  # fmt: skip
    client = sign_in(world.adviser)
    for query, count in (
        ("", 2),
        ("?stage=mou", 1),
        ("?q=laser+济南", 1),
        ("?q=nirgends", 0),
        ("?side=jinan", 2),
        ("?stage=%00&q=%00", 2),
    ):
        page = client.get(reverse("cooperations") + query)
        assert page.context["found"].page.paginator.count == count, query
    answer = client.get(reverse("cooperations-table") + "?stage=mou")
    cells = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert len(cells) == 2
    assert cells[1][4] == "'=Titan"
    Cooperation.objects.update(changed=datetime(2026, 3, 1, 23, 30, tzinfo=UTC))
    data = client.get(reverse("cooperations-table")).content
    days = [row[8].date() for row in load_workbook(io.BytesIO(data)).active.iter_rows(min_row=2, values_only=True)]
    assert days == [date(2026, 3, 2)] * 2, "the day at the reader's place"
    own = sign_in(world.owner).get(reverse("cooperations"))
    assert [one.key for one in own.context["found"].page] == [made.key]


def test_lists_cost_the_same_whatever_their_length(
    made, world, sign_in, django_assert_num_queries, django_assert_max_num_queries
) -> None:
    client = sign_in(world.adviser)
    with django_assert_max_num_queries(16) as counted:
        client.get(reverse("cooperations"))
    for number in range(4):
        partner = organisation(world.jinan, f"济南{number}公司")
        actions.open_cooperation(one=world.german.organisation, other=partner, by=world.adviser)
    with django_assert_num_queries(len(counted)):
        client.get(reverse("cooperations"))


@pytest.mark.db
def test_existing_partners_with_something_new_or_a_long_silence(made, world, sign_in) -> None:
    assert to_deepen() == []
    actions.add_step(cooperation=made, stage="contract", by=world.adviser)
    assert to_deepen() == []
    Cooperation.objects.update(changed=timezone.now() - timedelta(days=200))
    assert [(one.silent_days, one.is_silent) for one in to_deepen()] == [(200, True)]
    entry = Entry.objects.create(organisation=world.chinese.organisation, kind="offer", position=2)
    assert entry in to_deepen()[0].new
    page = sign_in(world.adviser).get(reverse("cooperations-deepen"))
    assert made.key in page.content.decode()
    assert page.context["rows"].paginator.per_page == 30


# --- reminders


def after(made: Cooperation, days: int) -> None:
    then = timezone.now() - timedelta(days=days)
    Cooperation.objects.filter(pk=made.pk).update(opened=then.date(), changed=then)


@pytest.mark.db
def test_both_sides_are_asked_once_after_each_term(made, world) -> None:
    after(made, 20)
    assert actions.ask_how_it_stands() == 0
    after(made, 40)
    assert actions.ask_how_it_stands() == 2
    assert actions.ask_how_it_stands() == 0
    mails = {mail.user: mail for mail in Mail.objects.all()}
    assert set(mails) == {world.owner, world.chinese_user}
    assert "Wie steht es mit Jinan Laser Equipment?" in mails[world.owner].subject
    assert mails[world.chinese_user].language == "zh-hans"
    after(made, 200)
    assert actions.ask_how_it_stands() == 2, "of the terms that have passed only the latest"
    assert sorted(FollowUp.objects.values_list("months", flat=True)) == [1, 1, 6, 6]


def test_nobody_is_asked_after_news_or_the_end(made, world) -> None:
    after(made, 40)
    actions.add_step(cooperation=made, note="Muster unterwegs", by=world.adviser)
    assert actions.ask_how_it_stands() == 0
    after(made, 100)
    actions.add_step(cooperation=made, stage="ended", by=world.adviser)
    after(made, 100)
    assert actions.ask_how_it_stands() == 0


def test_one_tap_answers_without_signing_in(made, world, client) -> None:
    after(made, 100)
    actions.ask_how_it_stands()
    mine, theirs = (FollowUp.objects.get(organisation=one.organisation) for one in (world.german, world.chinese))
    address = reverse("follow-up", args=[follow_up_token(mine)])
    assert address in Mail.objects.get(user=world.owner).body
    assert client.get(address).status_code == 200
    assert FollowUp.objects.filter(answered=None).count() == 2, "looking answers nothing"
    client.post(address, {"stage": "sample"})
    made.refresh_from_db()
    step = made.steps.first()
    assert (made.stage, step.kind, step.organisation, step.by) == ("sample", "answer", world.german.organisation, None)
    client.post(address, {"stage": "ended"})
    made.refresh_from_db()
    assert made.stage == "sample", "answered once"
    client.post(reverse("follow-up", args=[follow_up_token(theirs)]), {"stage": "sample"})
    assert made.steps.first().stage == "", "as before"
    for token in ("1", follow_up_token(mine)[:-1] + "x"):
        assert client.get(reverse("follow-up", args=[token])).status_code == 404


def test_who_had_the_talk_is_asked_and_nobody_who_has_left(over) -> None:
    """Li belongs to Otto's partner no longer: its manager is asked instead."""
    rate(over, over.german, "sample")
    actions.open_follow_ups()
    one = Cooperation.objects.get()
    side, person = over.chinese.organisation, over.chinese.person
    assert people_to_ask(one, side) == [person]
    assert people_to_ask(one, over.german.organisation) == [over.german.person]
    person.memberships.filter(organisation=side).delete()
    assert person not in people_to_ask(one, side)


# --- merging


@pytest.mark.db
def test_a_cooperation_with_oneself_goes_with_the_merge(made, world) -> None:
    merge(kept=world.german.organisation, gone=world.chinese.organisation, by=world.adviser)
    assert not Cooperation.objects.exists()
    assert Organisation.objects.filter(pk=world.german.organisation_id).exists()
