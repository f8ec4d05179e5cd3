"""A delegation at its event: another member takes a talk on the spot; a briefing book for each member."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from qiao.core.errors import Refused
from qiao.core.models import AuditEntry, Role
from qiao.directory.actions import save_abstract
from qiao.events.actions import add_programme_item
from qiao.matchmaking.actions import send_request
from qiao.matchmaking.conversation_models import Block
from qiao.matchmaking.models import Request, Wish
from qiao.meetings import actions, bridge
from qiao.meetings.books import book, by_partner, sources_of
from qiao.meetings.models import AgendaNotice, Lock, Meeting, PlanVersion
from qiao.meetings.queries import agenda_for
from qiao.meetings.substitution import substitution_page
from tests.meetings.plans import finished_run, first_plan, rows_in_force, wishes
from tests.world import delegation, organisation, participation, person, show_abroad, travels_with, user

pytestmark = [pytest.mark.django_db, pytest.mark.db]


@pytest.fixture
def planned(world):
    """Version 1 in force: Otto meets 王立 (1) and 李娜 (2), Eva 李娜 (3). Otto and Eva travel together."""
    wishes(world)
    actions.publish(run=finished_run(world, first_plan(world)), by=world.organiser)
    world.sent = delegation(
        world.event, "sachsen", world.german, world.german_en, names={"de": "Delegation aus Sachsen"}
    )
    world.leader = user("Leitung Leo")
    Role.objects.create(user=world.leader, kind="leader", scope="delegation", scope_id=world.sent.pk)
    world.talk = Meeting.objects.get(request__key="otto-wang")
    return world


def third(world, *languages: str):
    """One more member, of another firm."""
    firm = organisation(world.saxony, "Dritte GmbH", city="Dresden")
    made = participation(world.event, person(firm, "Dora Dritt", languages=list(languages)))
    travels_with(world.sent, made, position=3)
    return made


def page(world, key: str):
    talk = Meeting.objects.select_related("request", "slot", "table").get(request__key=key)
    return substitution_page(world.sent, world.event, talk, world.german)


def test_a_member_takes_a_talk_and_keeps_slot_table_and_interpreter(planned, sign_in) -> None:
    before = rows_in_force(planned.event)
    with translation.override("de"):
        (eva,) = page(planned, "otto-wang").able
    assert (eva.participation, eva.is_same) == (planned.german_en, True)
    assert eva.text == "Zeit, Tisch und Dolmetschung bleiben."
    client = sign_in(planned.leader)
    url = reverse("delegation-talk", args=["sachsen", "otto-wang"])
    assert "Eva Ernst" in client.get(url).content.decode()
    client.post(url, {"person": planned.german_en.person.key})
    new = Request.objects.get(sender=planned.german_en, recipient=planned.chinese)
    assert rows_in_force(planned.event) - before == {(new.key, 1, 1, planned.interpreter.pk, 0)}
    assert before - rows_in_force(planned.event) == {("otto-wang", 1, 1, planned.interpreter.pk, 0)}
    assert [talk.key for talk in agenda_for(planned.german).cancelled] == ["otto-wang"]
    version = PlanVersion.objects.get(number=2)
    told = set(AgendaNotice.objects.filter(version=version).values_list("participation", "interpreter"))
    concerned = {(one.pk, None) for one in (planned.german, planned.german_en, planned.chinese)}
    assert told == concerned | {(None, planned.interpreter.pk)}
    assert AuditEntry.objects.filter(action="meetings.substitute", actor=planned.leader).exists()


def test_it_can_be_passed_back(planned) -> None:
    for member, instead in ((planned.german, planned.german_en), (planned.german_en, planned.german)):
        request = Request.objects.get(state="accepted", sender=member, recipient=planned.chinese)
        actions.substitute(request=request, member=member, instead=instead, by=planned.leader)
    assert [(one.slot.position, one.partner) for one in agenda_for(planned.german).talks] == [
        (1, planned.chinese), (2, planned.chinese_en),
    ]  # fmt: skip
    assert len(agenda_for(planned.german_en).talks) == 1


def test_what_changes_is_said_before_it_is_done(planned) -> None:
    third(planned, "zh", "de")
    with translation.override("de"):
        stands = {one.participation.person.name: one for one in page(planned, "otto-wang").able}
    assert stands["Dora Dritt"].text == "Es wird keine Dolmetschung mehr gebraucht."
    assert not stands["Dora Dritt"].is_same


def test_who_cannot_take_it_is_listed_with_the_reason(planned) -> None:
    eva = planned.sent.members.last()
    add_programme_item(
        event=planned.event, delegation=planned.sent, members=[eva], names={"de": "Besuch"}, by=None,
        starts=planned.slots[0].start, ends=planned.slots[0].start + timedelta(minutes=5),
    )  # fmt: skip
    dora = third(planned, "fr")
    found = page(planned, "otto-wang")
    assert found.able == []
    assert {one.participation.pk for one in found.unable} == {planned.german_en.pk, dora.pk}  # away; no interpreter
    with translation.override("de"):
        reasons = {one.participation.pk: one.text for one in page(planned, "otto-li").unable}
    assert "bereits ein Gespräch vereinbart" in reasons[planned.german_en.pk]
    with pytest.raises(Refused):
        actions.substitute(
            request=planned.talk.request, member=planned.german, instead=planned.german_en, by=planned.leader
        )
    assert PlanVersion.objects.count() == 1
    assert Request.objects.get(key="otto-wang").state == "accepted"


def test_a_talk_that_is_over_is_not_passed_on(planned) -> None:
    slot = planned.talk.slot
    slot.start, slot.end = timezone.now() - timedelta(hours=1), timezone.now() - timedelta(minutes=30)
    slot.save()
    with pytest.raises(Refused, match="vorbei"):
        actions.substitute(
            request=planned.talk.request, member=planned.german, instead=planned.german_en, by=planned.leader
        )


def test_while_another_talk_clashes_nothing_is_changed_and_why_is_said(planned) -> None:
    add_programme_item(
        event=planned.event, delegation=planned.sent, names={"de": "Besuch"}, by=None,
        starts=planned.slots[2].start, ends=planned.slots[2].end,
    )  # fmt: skip
    with translation.override("de"), pytest.raises(Refused, match="Andere Gespräche des Plans passen nicht mehr"):
        actions.substitute(
            request=planned.talk.request, member=planned.german, instead=planned.german_en, by=planned.leader
        )
    assert Request.objects.get(key="otto-wang").state == "accepted"
    assert PlanVersion.objects.count() == 1


def test_a_blocked_person_or_one_whom_an_organisation_avoids_is_not_sent(planned) -> None:
    Block.objects.create(by=planned.chinese.person, partner=planned.german_en)
    assert page(planned, "otto-wang").able == []
    Block.objects.all().delete()
    planned.chinese.organisation.avoid.add(planned.german_en.organisation)
    assert page(planned, "otto-wang").able == []


@pytest.mark.parametrize(("who", "whom"), [("german_en", "chinese"), ("chinese", "german_en")])
def test_a_no_is_absolute_also_here_and_so_is_a_block_of_either(planned, who, whom) -> None:
    one, other = getattr(planned, who), getattr(planned, whom)
    Wish.objects.create(participation=one, partner=other, kind="no")
    assert page(planned, "otto-wang").able == []
    with pytest.raises(Refused):
        actions.substitute(
            request=planned.talk.request, member=planned.german, instead=planned.german_en, by=planned.leader
        )
    Wish.objects.update(kind="gladly")
    assert len(page(planned, "otto-wang").able) == 1
    Block.objects.create(by=one.person, partner=other)
    assert page(planned, "otto-wang").able == []


def test_more_who_cannot_take_it_cost_no_more_queries(
    planned, django_assert_max_num_queries, django_assert_num_queries
) -> None:
    third(planned, "fr")
    with django_assert_max_num_queries(45) as first:
        assert len(page(planned, "otto-wang").unable) == 1
    for number in range(4, 7):
        firm = organisation(planned.saxony, f"Firma {number}", city="Dresden")
        made = participation(planned.event, person(firm, f"Vera {number}", languages=["fr"]))
        travels_with(planned.sent, made, position=number)
    with django_assert_num_queries(len(first)):
        assert len(page(planned, "otto-wang").unable) == 4


def test_a_lock_and_an_open_request_go_along(planned) -> None:
    Lock.objects.create(request=planned.talk.request, slot=planned.talk.slot, table=planned.talk.table)
    planned.event.phase = "wishes"
    planned.event.save()
    asked = send_request(sender=planned.german_en, recipient=planned.chinese, by=planned.organiser)
    actions.substitute(
        request=planned.talk.request, member=planned.german, instead=planned.german_en, by=planned.leader
    )
    asked.refresh_from_db()
    assert (asked.state, asked.meeting.slot.position, asked.lock.table) == ("accepted", 1, planned.talk.table)
    assert not Lock.objects.filter(request=planned.talk.request).exists()
    assert set(bridge.locks_of(planned.event)) == {asked.key}


def test_only_talks_of_the_own_delegation_are_passed_on_and_only_to_its_members(planned, sign_in) -> None:
    client = sign_in(planned.leader)
    jinan = delegation(planned.event, "jinan", planned.chinese_en)
    url = reverse("delegation-talk", args=["jinan", "otto-li"])
    assert client.get(url).status_code == 404
    url = reverse("delegation-talk", args=["sachsen", "otto-wang"])
    assert client.post(url, {"person": planned.chinese_en.person.key}).status_code == 404
    assert jinan.members.count() == 1
    for key, expected in (("otto-li", 200), ("eva-li", 200), ("no-such", 404)):
        assert client.get(reverse("delegation-talk", args=["sachsen", key])).status_code == expected


def test_agendas_show_what_else_takes_time_and_where_a_talk_clashes(planned, sign_in) -> None:
    add_programme_item(
        event=planned.event, delegation=planned.sent, names={"de": "Betriebsbesuch"}, by=None,
        starts=planned.slots[0].start, ends=planned.slots[0].end,
    )  # fmt: skip
    answer = sign_in(planned.leader).get(reverse("delegation-agendas", args=["sachsen"]))
    assert answer.context["group"].clashes == 1
    assert answer.content.decode().count("Betriebsbesuch") == 4  # two members, at the desk and on the phone


# Briefing books


def test_a_book_names_each_counterpart_once_in_the_order_of_appointments(planned) -> None:
    show_abroad(planned.chinese.person)
    save_abstract(
        organisation=planned.chinese.organisation, language="zh", text="济南的激光设备商。", seen=0, confirm=True,
        by=planned.adviser,
    )  # fmt: skip
    otto = planned.sent.members.first()
    made = book(otto, sources_of(planned.sent))
    assert [one["name"] for one in made["counterparts"]] == ["Wáng Lì (王立)", "Shandong Titanium (山东钛业有限公司)"]
    assert made["counterparts"][0]["abstract"] == "济南的激光设备商。"
    assert "Tisch 1" in made["counterparts"][0]["when"][0]
    assert made["fellows"] == [["Eva Ernst", "Wirtschaft", "Meißner Feinmechanik AG"]]
    assert (made["language"], made["title"]) == ("de", "Delegationsmappe")


def test_a_book_names_no_fellow_who_is_not_to_be_named_in_the_readers_country(planned) -> None:
    """王立 joins, from the other region: he reads names as people agreed."""
    travels_with(planned.sent, planned.chinese, position=3)
    show_abroad(planned.german.person)
    wang = planned.sent.members.last()
    fellows = book(wang, sources_of(planned.sent))["fellows"]
    assert [one[0] for one in fellows] == ["Otto Owner", ""]
    assert fellows[1][2].startswith("Meißner Feinmechanik AG")


def test_a_counterpart_whom_one_meets_twice_stands_once(planned) -> None:
    talks = [SimpleNamespace(start=start, partner=SimpleNamespace(pk=pk)) for start, pk in ((3, 7), (1, 7), (2, 8))]
    assert [[one.start for one in own] for own in by_partner(talks)] == [[1, 3], [2]]


def test_books_are_read_with_as_many_queries_for_three_as_for_two_and_drawn(
    planned, sign_in, django_assert_num_queries
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        sources_of(planned.sent)
    third(planned, "de")
    with django_assert_num_queries(len(few)):
        sources_of(planned.sent)
    answer = sign_in(planned.leader).get(reverse("delegation-books", args=["sachsen"]))
    assert answer.content.startswith(b"%PDF")
    assert sign_in(planned.owner).get(reverse("own-book", args=["sachsen"])).content.startswith(b"%PDF")
    assert AuditEntry.objects.filter(action="meetings.print_books").count() == 2


def test_a_book_of_a_journey_to_elsewhere_has_the_programme(planned) -> None:
    planned.sent.event = None
    planned.sent.occasions, planned.sent.etiquette = {"de": "Messe"}, {"de": "Karten mit beiden Händen\nreichen"}
    planned.sent.save()
    otto = planned.sent.members.first()
    times = {"starts": planned.slots[0].start, "ends": planned.slots[0].end}
    add_programme_item(event=None, delegation=planned.sent, names={"de": "Rundgang"}, by=None, **times)
    made = book(otto, sources_of(planned.sent))
    assert [one["partner"] for day in made["days"] for one in day["talks"]] == ["Rundgang"]
    assert (made["counterparts"], made["advice"]) == ([], ["Karten mit beiden Händen", "reichen"])
