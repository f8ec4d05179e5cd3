"""Pages of events: lists, joining, the organiser's participants, availability, the delegation."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiao.core.models import Role
from qiao.directory.queries import page_by_name
from qiao.events import actions
from qiao.events.models import Event, Participation, Unavailability
from tests.world import START, participation, person, travels_with, user

pytestmark = [pytest.mark.pages, pytest.mark.django_db]
SLUG = "konferenz-2027"


def url(name: str, *args: str) -> str:
    return reverse(name, args=args or [SLUG])


@pytest.fixture
def delegation(world):
    made = actions.create_delegation(
        event=world.event, slug="dd", names={"de": "Delegation Dresden"}, office=world.office,
        members=[world.german_en, world.german], leader=world.owner, by=None,
    )  # fmt: skip
    actions.add_programme_item(
        event=world.event, starts=START, ends=START + timedelta(minutes=20), names={"de": "Empfang", "zh": "招待会"},
        place={"de": "Rathaus"}, delegation=made, by=None,
    )  # fmt: skip
    return made


def test_the_list_says_what_one_has_to_do_with_each_event(world, sign_in, django_assert_num_queries) -> None:
    client = sign_in(world.owner)
    with CaptureQueriesContext(connection) as few:
        page = client.get(reverse("events")).content.decode()
    assert "Konferenz 2027" in page
    assert "freigeschaltet" in page or "approved" in page or "zugelassen" in page
    for number in (1, 2):
        Event.objects.create(
            slug=f"e{number}", series=world.event.series, office=world.office, city="Dresden", country="DE",
            names={"de": f"E{number}"}, time_zone="Europe/Berlin", starts=START.date(), ends=START.date(),
        )  # fmt: skip
    with django_assert_num_queries(len(few)):
        assert "E2" in client.get(reverse("events")).content.decode()
    assert "Sie veranstalten" in sign_in(world.organiser).get(reverse("events")).content.decode()


@pytest.mark.parametrize("phase", Event.Phase.values)
@pytest.mark.parametrize("state", [None, *Participation.State.values])
def test_the_event_page_has_a_next_step_for_everybody(world, sign_in, phase, state) -> None:
    Event.objects.update(phase=phase)
    if state is None:
        world.german.delete()
    else:
        Participation.objects.filter(pk=world.german.pk).update(state=state)
    page = sign_in(world.owner).get(url("event")).content.decode()
    joins = state in (None, "cancelled") and phase != "after"
    assert (url("event-join") in page) is joins
    assert (f'class="button" href="{url("partners")}"' in page) is (state == "approved" and phase == "wishes")
    assert (url("event-withdraw") in page) is (state in ("applied", "waiting", "approved") and phase != "after")


def test_joining_by_page(world, sign_in) -> None:
    client = sign_in(world.colleague)
    assert "Elbe Lasertechnik GmbH" in client.get(url("event-join")).content.decode()
    foreign = {"organisation": world.chinese.organisation_id}
    assert client.post(url("event-join"), foreign).status_code == 200
    assert not Participation.objects.filter(person=world.colleague.person).exists()
    client.post(url("event-join"), {"organisation": world.german.organisation_id, "state": "approved"})
    assert Participation.objects.get(person=world.colleague.person).state == "applied"
    response = client.post(url("event-join"), {"organisation": world.german.organisation_id}, follow=True)
    assert "bereits registriert" in response.content.decode()


def test_withdrawing_asks_first(world, sign_in) -> None:
    client = sign_in(world.owner)
    assert client.get(url("event-withdraw")).status_code == 200
    assert Participation.objects.get(pk=world.german.pk).state == "approved"
    client.post(url("event-withdraw"))
    assert Participation.objects.get(pk=world.german.pk).state == "cancelled"


def test_a_person_without_profile_cannot_join(world, sign_in) -> None:
    assert sign_in(world.stranger).get(url("event-join")).status_code == 404
    assert sign_in(world.stranger).get(url("event")).status_code == 200


# --- participants


def test_the_organiser_decides_and_undoes(world, sign_in) -> None:
    applied = participation(world.event, world.colleague.person, state="applied")
    client, page = sign_in(world.organiser), url("participants")
    for action, state in (("approve", "approved"), ("readmit", "applied"), ("reject", "declined")):
        answer = {"key": applied.person.key, "action": action, "next": f"{page}?state=applied"}
        response = client.post(page, answer | ({"confirmed": "1"} if action == "reject" else {}))
        assert response["Location"] == f"{page}?state=applied"
        assert Participation.objects.get(pk=applied.pk).state == state
    assert client.post(page, {"key": applied.person.key, "action": "withdraw"}).status_code == 302
    assert Participation.objects.get(pk=applied.pk).state == "declined"
    assert client.post(page, {"key": "nobody", "action": "approve"}).status_code == 302


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"q": "laser"}, {"Otto Owner", "王立"}),
        ({"q": "Wáng"}, {"王立"}),
        ({"state": "applied"}, {"Karla Colleague"}),
        ({"side": "jinan"}, {"王立", "李娜"}),
        ({"q": "owner", "side": "jinan"}, set()),
        ({"state": "nonsense"}, {"Otto Owner", "王立", "李娜", "Eva Ernst", "Karla Colleague"}),
        ({"page": "10000000000000000000"}, {"Otto Owner", "王立", "李娜", "Eva Ernst", "Karla Colleague"}),
    ],
)
def test_participants_are_filtered_and_searched(world, sign_in, query, names) -> None:
    participation(world.event, world.colleague.person, state="applied")
    page = sign_in(world.organiser).get(url("participants"), query).context["page"]
    shown = {str(row.person) for row in page} - ({"Karla Colleague"} if query == {"q": "laser"} else set())
    assert shown == names


@pytest.mark.parametrize("language", ["de", "zh-hans"])
def test_participants_stand_in_alphabetical_order(world, sign_in, language) -> None:
    participation(world.event, person(world.german.organisation, "Änne Adler"))
    client = sign_in(world.organiser)
    client.post(reverse("set-language"), {"language": language})
    names = [row.person.name for row in client.get(url("participants")).context["page"]]
    assert names == ["Änne Adler", "Eva Ernst", "李娜", "Otto Owner", "王立"]


def test_who_leaves_while_the_page_is_read_is_left_out(world, monkeypatch) -> None:
    read = QuerySet.in_bulk

    def late(rows: QuerySet, keys: list[int]):
        Participation.objects.filter(pk=world.german_en.pk).delete()
        return read(rows, keys)

    monkeypatch.setattr(QuerySet, "in_bulk", late)
    page = page_by_name(world.event.participations.all(), 10, "1", "person__")
    assert set(page) == {world.german, world.chinese, world.chinese_en}


def test_the_organiser_reads_how_complete_profiles_are(world, sign_in) -> None:
    assert "Profil: 4 von 14 Punkten" in sign_in(world.organiser).get(url("participants")).content.decode()


def test_participants_read_as_much_for_many_as_for_one(world, sign_in, django_assert_num_queries) -> None:
    client = sign_in(world.organiser)
    Participation.objects.exclude(pk=world.german.pk).delete()
    with CaptureQueriesContext(connection) as few:
        client.get(url("participants"))
    for number in range(60):
        participation(world.event, person(world.german.organisation, f"P {number}"))
    with django_assert_num_queries(len(few)):
        page = client.get(url("participants")).context["page"]
    assert (len(page), page.paginator.num_pages) == (50, 2)


def test_the_organiser_moves_the_phase(world, sign_in) -> None:
    client = sign_in(world.organiser)
    assert url("event-phase") in client.get(url("event")).content.decode()
    client.post(url("event-phase"), {"phase": "planning"})
    assert Event.objects.get().phase == "planning"
    client.post(url("event-phase"), {"phase": "nonsense"})
    assert Event.objects.get().phase == "planning"


# --- availability


def test_availability_shows_both_times_and_why_a_slot_is_blocked(world, sign_in, delegation) -> None:
    Unavailability.objects.create(participation=world.german, slot=world.slots[3], source="organiser")
    page = sign_in(world.owner).get(url("availability")).content.decode()
    assert "09:00" in page
    assert "02:00" in page
    assert "Durch das Programm belegt: Empfang" in page
    assert "Vom Veranstalter gesperrt" in page


def test_availability_is_saved_and_foreign_slots_are_refused(world, sign_in) -> None:
    client = sign_in(world.owner)
    client.post(url("availability"), {"blocked": [world.slots[1].pk]})
    assert [row.slot for row in world.german.unavailabilities.all()] == [world.slots[1]]
    assert client.post(url("availability"), {"blocked": ["424242"]}).status_code == 200
    client.post(url("availability"), {})
    assert not world.german.unavailabilities.exists()


def test_an_event_without_slots_says_so(world, sign_in) -> None:
    world.event.slots.all().delete()
    assert "noch nicht fest" in sign_in(world.owner).get(url("availability")).content.decode()


# --- delegation


def test_the_leader_sees_members_in_protocol_order_and_when_they_are_free(world, sign_in, delegation) -> None:
    response = sign_in(world.owner).get(url("delegation", "dd"))
    page = response.context["page"]
    assert [row.participation for row in page.members] == [world.german_en, world.german]
    assert [[slot.position for slot in row.free] for row in page.members] == [[2, 3, 4], [2, 3, 4]]
    text = response.content.decode()
    assert "Empfang" in text
    assert "Rathaus" in text


def test_a_delegation_reads_as_much_for_many_as_for_two(world, sign_in, delegation, django_assert_num_queries) -> None:
    client = sign_in(world.owner)
    with CaptureQueriesContext(connection) as few:
        client.get(url("delegation", "dd"))
    for number in range(4):
        travels_with(delegation, participation(world.event, person(world.german.organisation, f"P {number}")))
    with django_assert_num_queries(len(few)):
        client.get(url("delegation", "dd"))


# --- access


def test_others_find_nothing(world, sign_in, delegation) -> None:
    leader_elsewhere = user("Lea Leader")
    Role.objects.create(user=leader_elsewhere, kind="leader", scope="delegation", scope_id=delegation.pk + 1)
    foreign = user("Fremd Orga")
    Role.objects.create(user=foreign, kind="organiser", scope="event", scope_id=world.event.pk + 1)
    for who in (world.stranger, world.chinese_user, world.interpreter_user, leader_elsewhere, foreign):
        client = sign_in(who)
        assert client.get(url("participants")).status_code == 404, who
        assert client.post(url("participants"), {"key": world.german.person.key, "action": "reject"}).status_code == 404
        assert client.post(url("event-phase"), {"phase": "after"}).status_code == 404
        assert client.get(url("delegation", "dd")).status_code == 404
    assert sign_in(world.organiser).get(url("delegation", "dd")).status_code == 200
    assert sign_in(world.organiser).get(url("availability")).status_code == 404
    assert sign_in(world.owner).get(url("event", "unknown")).status_code == 404
    assert Event.objects.get().phase == "wishes"


def test_visitors_meet_the_same_redirect_for_what_exists_and_what_does_not(world, client, delegation) -> None:
    there = client.get(url("event"))
    missing = client.get(url("event", "unknown"))
    assert there.status_code == missing.status_code == 302
    assert there["Location"].split("?")[0] == missing["Location"].split("?")[0]


@pytest.mark.parametrize(("language", "word"), [("de", "Nächster"), ("zh-hans", "下一步"), ("en", "next step")])
def test_pages_speak_three_languages(world, sign_in, delegation, language, word) -> None:
    world.owner.language = language
    world.owner.save()
    client = sign_in(world.owner)
    assert word.lower() in client.get(url("event")).content.decode().lower()
    for page in (reverse("events"), url("availability"), url("delegation", "dd"), url("event-withdraw")):
        assert client.get(page).status_code == 200
